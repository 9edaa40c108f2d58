"""From a sender's request to its answer: understood, stored together with the intention to act, answered.

Each handler is a conversation (`flow.effects`): it decides, yields what must be done, and goes on with the answer.
"""

import datetime as dt
from dataclasses import replace
from typing import assert_never

from gateway.canonical.command import (
    OPERATIONS,
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Capaciteiten,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    MatchOpvragen,
    Overdragen,
    RegieVastleggen,
    Request,
    Said,
    StatusOpvragen,
    Terugkoppelen,
    Verlengen,
    Wijzigen,
)
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import (
    Answer,
    Bezorging,
    Receipt,
    Refusal,
    Standing,
    Status,
    matches_in,
    with_matches,
)
from gateway.canonical.signal import Signal
from gateway.canonical.tenant import bucket_of, new_id
from gateway.canonical.terms import Meaning, Understanding
from gateway.clock import Clock, legal_day
from gateway.flow import changes
from gateway.flow.amending import Unfit
from gateway.flow.arranging import Arranging
from gateway.flow.asking import Asking
from gateway.flow.changes import Changed
from gateway.flow.directory import Caller, Directory, Partner, Region, destination
from gateway.flow.effects import Await, Conversation, Note, Read, Stand, Submit
from gateway.flow.identity import Recognition
from gateway.flow.professionals import complete
from gateway.rules import admission
from gateway.rules.admission import Admission, Case
from gateway.rules.vocabulary import NO_MAP
from gateway.store.work import Accept, Conflict, Fetched, Gone, Illegal, NotOurs, Stored

NOT_KEPT = "niet-bewaard"
"""The advice for a word that was understood and is not kept."""


class Intake:
    """Answers requests. Holds who is who and how messages are recognised; nothing that changes."""

    def __init__(self, directory: Directory, recognition: Recognition, clock: Clock) -> None:
        self._directory = directory
        self._recognise = recognition
        self._clock = clock
        self._asking = Asking(directory, recognition, clock)
        self._arranging = Arranging(directory, clock)

    def answer(self, request: Request, caller: Caller, *, attended: bool = True) -> Conversation:
        """The conversation that answers a request. Unattended: nobody reads the answer now."""
        said = request.organisatie
        partner = self._directory.acting(caller, said.text.strip() if said else None)
        if partner is None:
            return _refuse(Finding(code="VIX-1905", at=said.at if said else ""))
        conversation = self._conversation(request, partner, attended=attended)
        return self._noting(conversation, partner) if attended else conversation

    def _noting(self, conversation: Conversation, partner: Partner) -> Conversation:
        """The conversation, with meaning cards beside its matches; and that its receiver now has them."""
        reply = yield from conversation
        matches = matches_in(reply)
        if not matches:
            return reply
        now = self._clock()
        if new := tuple(match.match_id for match in matches if not match.opgehaald):
            yield Note(Fetched(tenant=partner.id, matches=new, now=now))
        explained = (self._directory.cards.beside(match, partner.instantie.naam, legal_day(now)) for match in matches)
        return with_matches(reply, tuple(explained))

    def _conversation(self, request: Request, partner: Partner, *, attended: bool) -> Conversation:
        match request:
            case Afgeven():
                return self._afgeven(_completed(request, partner), partner, attended=attended)
            case Beeindigen() | Intrekken() | BetekenisAanvullen() | Wijzigen() | Verlengen() | Overdragen():
                return self._change(request, partner, attended=attended)
            case StatusOpvragen():
                return self._asking.status(request, partner)
            case MatchesOpvragen():
                return self._asking.matches(request, partner)
            case EigenSignalenOpvragen():
                return self._asking.own(request, partner)
            case MatchOpvragen():
                return self._asking.match(request, partner)
            case Terugkoppelen():
                return self._asking.follow_up(request, partner)
            case RegieVastleggen():
                return self._arranging.arrange(request, partner)
            case Capaciteiten():
                return self._asking.capabilities(request, partner)
            case _:
                assert_never(request)

    # giving a signal

    def _afgeven(self, request: Afgeven, partner: Partner, *, attended: bool) -> Conversation:
        draft = request.draft
        now = self._clock()
        code = draft.gemeente_code
        region = destination(partner, code.text.strip() if code else None, legal_day(now))
        case = self._case(partner, region or partner.regions[0], now)
        admitted = admission.admit(request, case)
        if region is None:
            admitted = _without_covenant(admitted, code)
        signal = admitted.read
        if signal is None:
            return _refusal(admitted)
        key = self._recognise.key(
            partner.id, signal.bron_systeem, signal.bron_signaal_id, OPERATIONS[Afgeven], signal.revisie
        )
        content = self._recognise.said(request, signal)
        if admitted.refused:
            receipt = yield Read(lambda reader: reader.repeated(partner.id, key, content))
            if receipt is None:
                return _refusal(admitted)
            return (yield from self._given(request, partner, Stored(receipt, None, fresh=False), signal, admitted))
        message_id = new_id(bucket_of(partner.id))
        unit = Accept(
            key=key,
            content=content,
            source=self._recognise.source(partner.id, signal.bron_systeem, signal.bron_signaal_id),
            subject=self._recognise.person(signal.jeugdige),
            signal=case.pack.as_kept(signal),
            receipt=_receipt(request, signal, admitted, case),
            message_id=message_id,
            alarm=not attended and partner.alarmed_by(admitted.understood.advice),
            unknown=tuple(
                [
                    (meaning.axis, self._recognise.word(partner.id, meaning.axis, meaning.word))
                    for meaning in admitted.understood.meanings
                    if meaning.map == NO_MAP
                ]
            ),
        )
        stored = yield Submit(unit)
        at = draft.bron_signaal_id.at if draft.bron_signaal_id else ""
        if not isinstance(stored, Stored):
            return _not_stored(stored, at, admitted.understood.advice)
        return (yield from self._given(request, partner, stored, signal, admitted))

    def _given(
        self, request: Afgeven, partner: Partner, stored: Stored, signal: Signal, admitted: Admission
    ) -> Conversation:
        understood = self._again(request, partner, stored, admitted)
        findings = (*request.remarks, *request.draft.located(stored.receipt.bevindingen))
        return (yield from self._told(partner, stored, signal.bestemming, stored.receipt, understood, findings))

    def _case(self, partner: Partner, region: Region, now: dt.datetime) -> Case:
        return Case(
            signaal_id=new_id(bucket_of(partner.id)),
            organisatie=partner.id,
            instantie=partner.instantie,
            may_know_bsn=partner.may_know_bsn,
            code_list=partner.code_list,
            regio=region.id,
            bestemming=region.index,
            ketenregistratie=region.capabilities.ketenregistratie,
            pack=region.pack(legal_day(now)),
            vocabulary=partner.words_in(region.id),
            now=now,
            professionals=partner.professionals.keys(),
        )

    def _again(self, request: Afgeven, partner: Partner, stored: Stored, admitted: Admission) -> Understanding:
        """What is not kept is told again from the repeated message, by the vocabulary and on the day of its receipt."""
        if stored.fresh:
            return _forgotten(admitted.left, admitted.understood, stored.receipt)
        vocabulary = self._directory.vocabulary(partner, stored.receipt.vocabulaire)
        terms = admission.terms(request.draft.terms, partner.code_list)
        return _beside(vocabulary.understand(terms, on=legal_day(stored.receipt.ontvangen_op)), stored.receipt)

    def _told(
        self,
        partner: Partner,
        stored: Stored,
        index: str,
        receipt: Receipt,
        understood: Understanding,
        findings: tuple[Finding, ...],
    ) -> Conversation:
        """The answer: the receipt, what is not kept, and what is known after a bounded wait."""
        sent = stored.message_id
        waited = sent is not None and partner.wait_seconds > 0
        if sent is not None and waited:
            yield Await(sent, index, partner.wait_seconds)
        if stored.fresh and not waited and sent is not None and receipt.handeling == OPERATIONS[Afgeven]:
            standing = Standing(
                stand_van=self._clock(),
                status=Status.ACTIEF,
                bezorging=Bezorging.WACHT,
                verloopt_op=receipt.verwijderdatum,
            )
        else:
            standing = yield Stand(receipt.signaal_id, self._clock())
        return Answer(
            receipt=receipt, fresh=stored.fresh, bevindingen=findings, understood=understood, standing=standing
        )

    # changing an own signal

    def _change(self, request: Changed, partner: Partner, *, attended: bool) -> Conversation:
        now = self._clock()
        asked = changes.read(request, partner, legal_day(now))
        if isinstance(asked, Refusal):
            return asked
        operation = OPERATIONS[type(request)]
        unit = changes.unit(asked, operation, partner, self._directory, self._recognise, now, attended=attended)
        stored = yield Submit(unit)
        if not isinstance(stored, Stored):
            return _not_stored(stored, asked.at, asked.understood.advice)
        where = yield Read(lambda reader: reader.destination(stored.receipt.signaal_id))
        understood = _beside(asked.understood, stored.receipt)
        named = {"bron_systeem": asked.system, "bron_signaal_id": asked.source}
        receipt = stored.receipt.model_copy(update=named)
        findings = (*request.remarks, *receipt.bevindingen)
        return (yield from self._told(partner, stored, where, receipt, understood, findings))


def _completed(request: Afgeven, partner: Partner) -> Afgeven:
    """The request, with what the organisation's directory knows of its professional."""
    if not partner.professionals:
        return request
    return replace(request, draft=complete(request.draft, partner.professionals))


def _refusal(admitted: Admission) -> Refusal:
    return Refusal(findings=admitted.findings, advice=admitted.understood.advice)


def _refuse(*findings: Finding) -> Conversation:
    return Refusal(findings=findings)
    yield  # a conversation that asks nothing


def _without_covenant(admitted: Admission, said: Said | None) -> Admission:
    finding = Finding(code="VIX-1301", at=said.at if said else "")
    return replace(admitted, findings=(*admitted.findings, finding))


def _receipt(request: Afgeven, signal: Signal, admitted: Admission, case: Case) -> Receipt:
    return Receipt(
        signaal_id=signal.signaal_id,
        bron_systeem=signal.bron_systeem,
        bron_signaal_id=signal.bron_signaal_id,
        revisie=signal.revisie,
        handeling=OPERATIONS[Afgeven],
        ontvangen_op=case.now,
        verwijderdatum=signal.verwijderdatum,
        betekenissen=admitted.kept,
        vragen=admission.kept_questions(admitted),
        bevindingen=request.draft.named(item for item in admitted.findings if item not in request.remarks),
        niet_bewaard=admission.not_kept(admitted.left),
        vocabulaire=case.vocabulary.version,
        beleid=case.pack.label,
    )


def _beside(understood: Understanding, receipt: Receipt) -> Understanding:
    """What was understood this time and does not stand in the receipt, and that it is not kept."""
    left = tuple(meaning for meaning in understood.meanings if meaning not in receipt.betekenissen)
    return _forgotten(left, understood, receipt)


def _forgotten(left: tuple[Meaning, ...], understood: Understanding, receipt: Receipt) -> Understanding:
    return Understanding(
        meanings=left,
        questions=tuple([question for question in understood.questions if question not in receipt.vragen]),
        advice=(*understood.advice, NOT_KEPT) if left else understood.advice,
    )


def _not_stored(answer: Conflict | Gone | Illegal | Unfit | NotOurs, at: str, advice: tuple[str, ...]) -> Refusal:
    findings: tuple[Finding, ...]
    match answer:
        case Conflict():
            findings = (Finding(code="VIX-1004", at=at),)
        case Gone():
            findings = (Finding(code="VIX-1405", at=at),)
        case Illegal(status):
            findings = (Finding(code="VIX-1404", at=at, limit=status.value),)
        case Unfit(code, places, limit):
            findings = tuple(Finding(code=code, at=place, limit=limit) for place in places)
        case NotOurs():
            findings = (Finding(code="VIX-1401", at=at),)
        case _:
            assert_never(answer)
    return Refusal(findings=findings, advice=advice)
