"""From what a sender said to a signal, or to everything that is wrong with it, at once, by one table for all formats.

Pure: who is calling, the region's pack, the vocabulary and the legal moment are given. The codes and their texts
are `gateway/mappings/findings.toml`.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.command import Afgeven, Draft, SaidTerm
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import NotKept
from gateway.canonical.signal import (
    Geinformeerde,
    Herkomst,
    Informatieplicht,
    Instantie,
    Signal,
    Soort,
    Toestemming,
)
from gateway.canonical.terms import Equivalence, Meaning, Question, Term, Understanding
from gateway.clock import legal_day
from gateway.rules import contact, parts
from gateway.rules.basis import BASELESS, ENDED, UNAPPOINTED
from gateway.rules.policy import Grondslag, Pack
from gateway.rules.reading import (
    Reading,
    birth_date,
)
from gateway.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Case:
    """What admission needs to know beside the message."""

    signaal_id: UUID
    organisatie: str
    instantie: Instantie
    may_know_bsn: bool
    code_list: str
    regio: str
    bestemming: str
    ketenregistratie: bool
    """Whether the region's index can carry one."""
    pack: Pack
    vocabulary: Vocabulary
    now: dt.datetime
    professionals: Collection[str] = ()
    """Whom the organisation appointed."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the words mean, and every finding; the message as a signal when all of it could be read."""

    read: Signal | None
    findings: tuple[Finding, ...]
    understood: Understanding
    kept: tuple[Meaning, ...]
    """What of the meanings belongs in the receipt and the signal: those the pack keeps."""
    left: tuple[Meaning, ...]
    """The other meanings."""

    @property
    def refused(self) -> bool:
        """Whether there is any fault."""
        return _fault(self.findings)

    @property
    def signal(self) -> Signal | None:
        """The signal, when no rule refuses it."""
        return None if self.refused else self.read


def merge(remarks: Iterable[Finding], own: Iterable[Finding]) -> tuple[Finding, ...]:
    """All findings, where a fault that admission found wins over a remark of the format at the same place."""
    mine = tuple(dict.fromkeys(own))
    places = {finding.at for finding in mine if finding.ernst is Ernst.FOUT}
    return (*(remark for remark in remarks if remark.at not in places), *mine)


def admit(command: Afgeven, case: Case) -> Admission:
    """Understand a drafted signal."""
    draft = command.draft
    reading = Reading()
    understood = understand(draft.terms, case, reading)
    ids = parts.ids(command, reading)
    soort = reading.choice(draft.soort, Soort)
    if draft.soort is None:
        reading.find("VIX-1106", draft.place("soort"))
    reported = parts.reported(draft, case.now, reading)
    day = legal_day(reported) if reported else None
    born = reading.parsed(draft.geboortedatum, birth_date, "VIX-1202")
    birth = parts.young(draft, born, day, reading)
    jeugdige = parts.jeugdige(draft, born, reading, may_know_bsn=case.may_know_bsn)
    melder = contact.melder(draft, reading)
    registrations = parts.registrations(draft, reading)
    coordinator = contact.coordinator(draft, reading)
    removal = parts.removal(draft, day, birth, case.pack.regional_days, reading)
    suspicion = reading.truth(draft.redelijk_vermoeden)
    informed = parts.informed(draft, reading)
    consent = parts.consent(draft, reading)
    age = birth.age(day) if birth and day else None
    _rules(draft, soort, case, reading, suspicion=suspicion, informed=informed, consent=consent, age=age)
    findings = merge(command.remarks, reading.findings)
    kept, left = parted(understood.meanings, case.pack, case.vocabulary)
    if not reading.whole or _fault(command.remarks) or not (soort and melder and reported and removal):
        return Admission(None, findings, understood, kept, left)
    signal = Signal(
        signaal_id=case.signaal_id,
        organisatie=case.organisatie,
        bron_systeem=ids[0],
        bron_signaal_id=ids[1],
        revisie=ids[2],
        soort=soort,
        jeugdige=jeugdige,
        melder=melder.model_copy(update={"registraties": registrations}),
        instantie=case.instantie,
        coordinator=coordinator,
        datum_tijd_melding=reported,
        verwijderdatum=removal,
        betekenissen=kept,
        redelijk_vermoeden_bevestigd=suspicion,
        informatieplicht=informed,
        toestemming=consent,
        regio=case.regio,
        bestemming=case.bestemming,
        herkomst=Herkomst(
            formaat=command.formaat,
            contract=command.contract,
            beleid=case.pack.label,
            vocabulaire=case.vocabulary.version,
            ontvangen_op=case.now,
        ),
    )
    return Admission(signal, findings, understood, kept, left)


def _fault(findings: Iterable[Finding]) -> bool:
    return any(finding.ernst is Ernst.FOUT for finding in findings)


def terms(said: Iterable[SaidTerm], code_list: str) -> list[Term]:
    """The words of an admitted message, for a vocabulary."""
    return [
        Term(
            axis=term.axis.text.strip(),
            word=term.word.text,
            stelsel=term.stelsel.text.strip() if term.stelsel else code_list,
        )
        for term in said
    ]


def understand(terms: tuple[SaidTerm, ...], case: Case, reading: Reading) -> Understanding:
    """Give every word its shared meaning. An unknown word is a question; only an unknown axis is refused.

    A word on an unknown axis is understood all the same, for the advice it may need.
    """
    known: list[tuple[SaidTerm, Term]] = []
    for said in terms:
        axis, word = reading.text(said.axis, 35), reading.text(said.word, 60)
        stelsel = reading.text(said.stelsel, 35) if said.stelsel else case.code_list
        if axis is not None and axis not in case.vocabulary.axes:
            reading.find("VIX-1804", said.axis.at)
        if axis and word:
            known.append((said, Term(axis=axis, word=said.word.text, stelsel=stelsel or "")))
    understood = case.vocabulary.understand([term for _, term in known], on=legal_day(case.now))
    for meaning, (said, _) in zip(understood.meanings, known, strict=True):
        if meaning.equivalence is Equivalence.UNMATCHED and case.pack.kept(meaning, case.vocabulary):
            reading.find("VIX-1802" if meaning.map != "-" else "VIX-1801", said.word.at, ernst=Ernst.WAARSCHUWING)
    return understood


def _rules(
    draft: Draft,
    soort: Soort | None,
    case: Case,
    reading: Reading,
    *,
    suspicion: bool,
    informed: Informatieplicht | None,
    consent: Toestemming | None,
    age: int | None,
) -> None:
    if case.instantie.categorie not in case.pack.categories:
        reading.find("VIX-1302", "")
    if case.pack.legal_basis is Grondslag.GEEN:
        reading.find(BASELESS, "")
        reading.find(ENDED, "")
    named = draft.professional_id
    if case.pack.appointed and named is not None and named.text.strip() not in case.professionals:
        reading.find(UNAPPOINTED, named.at)
    if case.pack.legal_basis is Grondslag.TOESTEMMING and consent is None:
        reading.find(BASELESS, draft.place("toestemming"))
    if soort is Soort.KETENREGISTRATIE and not case.ketenregistratie and draft.soort:
        reading.find("VIX-1606", draft.soort.at)
    if soort is Soort.SIGNAAL and case.pack.reasonable_suspicion and not suspicion:
        reading.find("VIX-1305", draft.place("redelijk_vermoeden"))
    duty = case.pack.duty_to_inform.at(age)
    if soort is Soort.SIGNAAL and duty != "no" and not _told_whom(informed, age):
        ernst = Ernst.FOUT if duty == "require" else Ernst.WAARSCHUWING
        reading.find("VIX-1306", draft.place("informatieplicht"), ernst=ernst)


def _told_whom(informed: Informatieplicht | None, age: int | None) -> bool:
    """Whether the right people were told (7.1.5.1): under 12 the representative, 12 to 16 both, from 16 the youth.

    The age is that on the day of the report, so that a repeat is judged as the first message was.
    """
    if informed is None:
        return False
    if informed.uitgesteld or age is None:
        return True
    if age < 12:
        return informed.wie in (Geinformeerde.VERTEGENWOORDIGER, Geinformeerde.BEIDEN)
    if age < 16:
        return informed.wie is Geinformeerde.BEIDEN
    return informed.wie in (Geinformeerde.JEUGDIGE, Geinformeerde.BEIDEN)


def kept_questions(admitted: Admission) -> tuple[Question, ...]:
    """What of the questions belongs in the receipt: those about words the pack keeps."""
    words = {(meaning.axis, meaning.word) for meaning in admitted.kept}
    return tuple([question for question in admitted.understood.questions if (question.axis, question.word) in words])


def parted(
    meanings: Iterable[Meaning], pack: Pack, vocabulary: Vocabulary
) -> tuple[tuple[Meaning, ...], tuple[Meaning, ...]]:
    """The meanings the pack keeps, and the others."""
    kept: list[Meaning] = []
    left: list[Meaning] = []
    for meaning in meanings:
        (kept if pack.kept(meaning, vocabulary) else left).append(meaning)
    return tuple(kept), tuple(left)


def not_kept(left: Iterable[Meaning]) -> tuple[NotKept, ...]:
    """How many words of each axis were understood and not kept."""
    counts: dict[str, int] = {}
    for meaning in left:
        counts[meaning.axis] = counts.get(meaning.axis, 0) + 1
    return tuple([NotKept(axis=axis, count=count) for axis, count in sorted(counts.items())])
