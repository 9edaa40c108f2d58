"""Ending, withdrawing, completing, amending an own signal: what was asked, and what it comes to in its state."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from gateway.canonical.command import (
    AboutSignal,
    Beeindigen,
    BetekenisAanvullen,
    Changing,
    Intrekken,
    Overdragen,
    StatusOpvragen,
    Verlengen,
    Wijzigen,
)
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Receipt, Refusal, Status
from gateway.canonical.tenant import bucket_of, new_id
from gateway.canonical.terms import Meaning, Understanding
from gateway.clock import legal_day
from gateway.flow import amending
from gateway.flow.amending import Amending, Amendment, Unfit
from gateway.flow.directory import Directory, Partner
from gateway.flow.identity import Recognition
from gateway.rules import admission, basis, lifecycle
from gateway.rules.lifecycle import Gebeurtenis
from gateway.rules.policy import Pack
from gateway.rules.reading import Reading, date
from gateway.rules.reading import revision as read_revision
from gateway.rules.vocabulary import Vocabulary
from gateway.store import outbox
from gateway.store.work import Change, Decision, Illegal, Known

NOTHING = Understanding()


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A readable request about an own signal. `at` is where its id stood, `places` where each thing said of it."""

    system: str
    source: str
    revision: int
    at: str
    event: Gebeurtenis | None = None
    day: dt.date | None = None
    understood: Understanding = NOTHING
    places: tuple[str, ...] = ()
    amendment: Amendment | None = None
    named: UUID | None = None


def sourced(request: AboutSignal, reading: Reading | None = None) -> Asked | tuple[Finding, ...]:
    """Which signal is meant, or everything that keeps us from knowing."""
    reading = reading or Reading()
    system = reading.required(request.bron_systeem, request.place("bron_systeem"), 35)
    source = reading.required(request.bron_signaal_id, request.place("bron_signaal_id"), 35)
    named = reading.parsed(request.signaal_id, UUID, "VIX-1401")
    revision = 1
    if isinstance(request, Changing) and request.revisie is not None:
        revision = reading.parsed(request.revisie, read_revision, "VIX-1105", "1-9999") or 0
    findings = admission.merge(request.remarks, reading.findings)
    if any(finding.ernst is Ernst.FOUT for finding in findings) or system is None or source is None:
        return findings
    at = request.bron_signaal_id.at if request.bron_signaal_id else ""
    return Asked(system, source, revision, at, named=named)


def meant(request: StatusOpvragen) -> Asked | tuple[Finding, ...]:
    """Which signal is asked for: by our id where the sender gives that, otherwise by its own."""
    if request.signaal_id is None or request.bron_signaal_id is not None:
        return sourced(request)
    reading = Reading()
    named = reading.parsed(request.signaal_id, UUID, "VIX-1401")
    if findings := admission.merge(request.remarks, reading.findings):
        return findings
    return Asked("", "", 1, request.signaal_id.at, named=named)


Changed = Beeindigen | Intrekken | BetekenisAanvullen | Amending


def read(request: Changed, partner: Partner, today: dt.date) -> Asked | Refusal:
    """Understand a change, or give everything that is wrong with it; an answer that means danger gets its advice."""
    reading = Reading()
    day: dt.date | None = None
    event: Gebeurtenis | None = None
    understood = NOTHING
    places: tuple[str, ...] = ()
    amendment: Amendment | None = None
    match request:
        case Beeindigen():
            event = Gebeurtenis.BEEINDIGD
            day = _last_day(request, today, reading)
            places = (request.datum_einde.at,) if request.datum_einde else ()
        case Intrekken():
            event = Gebeurtenis.INGETROKKEN
        case BetekenisAanvullen():
            understood = _chosen(request, partner, reading)
            places = tuple(choice.word.at for choice in request.choices)
        case Wijzigen() | Verlengen() | Overdragen():
            amendment = amending.read(amending.completed(request, partner.professionals), reading)
        case _:
            assert_never(request)
    asked = sourced(request, reading)
    if not isinstance(asked, Asked):
        return Refusal(findings=asked, advice=understood.advice)
    return replace(asked, event=event, day=day, understood=understood, places=places, amendment=amendment)


def _last_day(request: Beeindigen, today: dt.date, reading: Reading) -> dt.date | None:
    if request.datum_einde is None:
        reading.find("VIX-1106", request.place("datum_einde"))
        return None
    day = reading.parsed(request.datum_einde, date, "VIX-1105", "jjjj-mm-dd")
    if day is not None and day > today:
        reading.find("VIX-1105", request.datum_einde.at, limit="vandaag of eerder")
    return day


def _chosen(request: BetekenisAanvullen, partner: Partner, reading: Reading) -> Understanding:
    if not request.choices:
        reading.find("VIX-1106", request.place("choices"))
    meanings: list[Meaning] = []
    for choice in request.choices:
        axis, concept = choice.axis.text.strip(), choice.concept.text.strip()
        if axis not in partner.vocabulary.axes:
            reading.find("VIX-1804", choice.axis.at)
            continue
        if reading.text(choice.word, 60) is None:
            continue
        if any((meaning.axis, meaning.word) == (axis, choice.word.text) for meaning in meanings):
            reading.find("VIX-1406", choice.word.at)
            continue
        try:
            meanings.append(partner.vocabulary.answer(axis, choice.word.text, concept))
        except ValueError:
            reading.find("VIX-1406", choice.concept.at)
    return Understanding(meanings=tuple(meanings), advice=partner.vocabulary.advice(meanings))


def unit(
    asked: Asked,
    operation: str,
    partner: Partner,
    directory: Directory,
    recognise: Recognition,
    now: dt.datetime,
    *,
    attended: bool,
) -> Change:
    """The unit of work that carries a change out. Unattended: nobody reads the answer now."""
    said = sorted(f"{meaning.axis}\x1e{meaning.word}\x1e{meaning.concept}" for meaning in asked.understood.meanings)
    amended = asked.amendment.said if asked.amendment else ()

    def decide(known: Known) -> Decision | Illegal | Unfit:
        region = directory.regions[known.signal.regio]
        pack = region.pack(legal_day(now))
        vocabulary = partner.words_in(known.signal.regio)
        receipt = Receipt(
            signaal_id=known.signal.signaal_id,
            bron_signaal_id="-",
            revisie=asked.revision,
            handeling=operation,
            ontvangen_op=now,
            vocabulaire=vocabulary.version,
            beleid=pack.label,
        )
        if barred := basis.barred(pack, asked.amendment.event if asked.amendment else asked.event, known.signal):
            return Unfit(barred, (asked.at,))
        if asked.amendment is not None:
            return amending.decide(known, receipt, asked.amendment, pack, partner, directory)
        if asked.event is None:
            return _complete(known, receipt, pack, vocabulary, asked)
        after = lifecycle.follow(known.status, asked.event)
        if after is None:
            return Illegal(known.status)
        if asked.event is Gebeurtenis.INGETROKKEN:
            return Decision(receipt=receipt, status=after, event="signaal_ingetrokken", kind=outbox.WITHDRAW)
        if asked.day and asked.day < legal_day(known.signal.datum_tijd_melding):
            return Unfit("VIX-1105", asked.places, "de dag van de melding of later")
        argument = asked.day.isoformat() if asked.day else ""
        return Decision(
            receipt=receipt,
            status=after,
            event="signaal_beeindigd",
            kind=outbox.END,
            argument=argument,
            removed=asked.day,
        )

    return Change(
        tenant=partner.id,
        key=recognise.key(partner.id, asked.system, asked.source, operation, asked.revision),
        content=recognise.content(operation, asked.day.isoformat() if asked.day else "", *said, *amended),
        source=recognise.source(partner.id, asked.system, asked.source),
        operation=operation,
        message_id=new_id(bucket_of(partner.id)),
        now=now,
        alarm=not attended and partner.alarmed_by(asked.understood.advice),
        named=asked.named,
        decide=decide,
    )


def _complete(
    known: Known, receipt: Receipt, pack: Pack, vocabulary: Vocabulary, said: Asked
) -> Decision | Illegal | Unfit:
    """Put the sender's own explanation in the place of what was not understood, as far as the pack keeps it.

    Only an axis on which something was asked can be answered; a question that was not kept is known by its axis.
    """
    if known.status is not Status.ACTIEF:
        return Illegal(known.status)
    chosen = said.understood.meanings
    asked = {(question.axis, question.word) for question in known.receipt.vragen}
    unkept = {item.axis for item in known.receipt.niet_bewaard}
    never = tuple(
        place
        for meaning, place in zip(chosen, said.places, strict=True)
        if (meaning.axis, meaning.word) not in asked and meaning.axis not in unkept
    )
    if never:
        return Unfit("VIX-1406", never)
    kept, forgotten = admission.parted(chosen, pack, vocabulary)
    stored = tuple(pack.explained(meaning) for meaning in kept)
    answered = {(meaning.axis, meaning.word) for meaning in chosen}
    left = tuple(item for item in known.signal.betekenissen if (item.axis, item.word) not in answered)
    return Decision(
        receipt=receipt.model_copy(
            update={
                "betekenissen": stored,
                "niet_bewaard": admission.not_kept(forgotten),
            }
        ),
        status=known.status,
        event="betekenis_aangevuld",
        signal=known.signal.model_copy(update={"betekenissen": (*left, *stored)}),
    )
