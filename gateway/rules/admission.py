"""From what a sender said to a signal, or to everything that is wrong with it, at once, by one table for all formats.

Pure: who is calling, the region's pack, the vocabulary and the legal moment are given. The codes and their texts
are `gateway/mappings/findings.toml`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.command import Afgeven, Draft, SaidTerm
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.identifiers import Agb, Big, Bsn, Identifier, Onderwijsnummer, Skj, Uzi
from gateway.canonical.receipt import NotKept
from gateway.canonical.signal import (
    Geinformeerde,
    Geslacht,
    Herkomst,
    Informatieplicht,
    Instantie,
    Jeugdige,
    Registraties,
    Signal,
    Soort,
    Toestemming,
)
from gateway.canonical.terms import Equivalence, Meaning, Question, Term, Understanding
from gateway.clock import legal_day
from gateway.rules import contact, lifecycle
from gateway.rules.lifecycle import BirthDate, Period
from gateway.rules.policy import Grondslag, Pack
from gateway.rules.reading import (
    Reading,
    birth_date,
    date,
    gemeente_code,
    house_number,
    moment,
    postcode,
    revision,
)
from gateway.rules.vocabulary import Vocabulary

AHEAD = dt.timedelta(minutes=5)
"""How far a sender's clock may run ahead."""
OLD = dt.timedelta(days=30)


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
    ids = _ids(command, reading)
    soort = reading.choice(draft.soort, Soort)
    if draft.soort is None:
        reading.find("VIX-1106", draft.place("soort"))
    reported = _reported(draft, case, reading)
    day = legal_day(reported) if reported else None
    born = reading.parsed(draft.geboortedatum, birth_date, "VIX-1202")
    birth = _young(draft, born, day, reading)
    jeugdige = _jeugdige(draft, born, case, reading)
    melder = contact.melder(draft, reading)
    registrations = _registrations(draft, reading)
    coordinator = contact.coordinator(draft, reading)
    removal = _removal(draft, day, birth, case, reading)
    suspicion = reading.truth(draft.redelijk_vermoeden)
    informed = _informed(draft, reading)
    consent = _consent(draft, reading)
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


def _ids(command: Afgeven, reading: Reading) -> tuple[str, str, int]:
    draft = command.draft
    system = reading.required(command.bron_systeem, draft.place("bron_systeem"), 35)
    source = reading.required(draft.bron_signaal_id, draft.place("bron_signaal_id"), 35)
    number = reading.parsed(draft.revisie, revision, "VIX-1105", "1-9999") if draft.revisie else 1
    return system or "", source or "", number or 0


def _reported(draft: Draft, case: Case, reading: Reading) -> dt.datetime | None:
    said = draft.datum_tijd_melding
    if said is None:
        reading.find("VIX-1106", draft.place("datum_tijd_melding"))
        return None
    reported = reading.parsed(said, moment, "VIX-1105", "jjjj-mm-ddTuu:mm:ss+uu:mm")
    if reported is None:
        return None
    if reported > case.now + AHEAD:
        reading.find("VIX-1204", said.at)
        return None
    if reported < case.now - OLD:
        reading.find("VIX-1207", said.at, ernst=Ernst.WAARSCHUWING)
    return reported


def _young(draft: Draft, birth: BirthDate | None, day: dt.date | None, reading: Reading) -> BirthDate | None:
    """The birth date, when somebody born then can be reported on that day."""
    said = draft.geboortedatum
    if said is None or birth is None or day is None:
        return birth
    if birth.earliest > day:
        reading.find("VIX-1202", said.at)
        return None
    if birth.of_age(day):
        reading.find("VIX-1201", said.at)
        return None
    if birth.partial:
        reading.find("VIX-1208", said.at, ernst=Ernst.WAARSCHUWING)
    return birth


def _jeugdige(draft: Draft, born: BirthDate | None, case: Case, reading: Reading) -> Jeugdige:
    if draft.bsn is not None and not case.may_know_bsn:
        reading.find("VIX-1102", draft.bsn.at)
        bsn = Reading().parsed(draft.bsn, Bsn.parse, "VIX-1101")
    else:
        bsn = reading.parsed(draft.bsn, Bsn.parse, "VIX-1101")
    name = reading.text(draft.familienaam)
    geslacht = reading.choice(draft.geslacht, Geslacht)
    described = draft.familienaam is not None and draft.geboortedatum is not None and draft.geslacht is not None
    if draft.bsn is None and not described:
        reading.find("VIX-1103", draft.place("jeugdige"))
    return Jeugdige(
        bsn=bsn,
        onderwijsnummer=reading.parsed(draft.onderwijsnummer, Onderwijsnummer.parse, "VIX-1101"),
        familienaam=name,
        voorvoegsel=reading.text(draft.voorvoegsel, 35),
        voornamen=reading.text(draft.voornamen),
        geboortedatum=draft.geboortedatum.text.strip() if draft.geboortedatum and born else None,
        geslacht=geslacht,
        postcode=reading.parsed(draft.postcode, postcode, "VIX-1105", "1234AB"),
        huisnummer=reading.parsed(draft.huisnummer, house_number, "VIX-1105", "1-99999"),
        gemeente_code=reading.parsed(draft.gemeente_code, gemeente_code, "VIX-1105", "vier cijfers"),
    )


_LISTS: dict[str, type[Identifier]] = {"UZI": Uzi, "BIG": Big, "AGB": Agb, "SKJ": Skj}


def _registrations(draft: Draft, reading: Reading) -> Registraties:
    held: dict[str, Identifier | None] = {}
    for kind, number in draft.registraties:
        name = kind.text.strip()
        identifier = _LISTS.get(name)
        if identifier is None:
            reading.unreadable("VIX-1105", kind.at, limit=" | ".join(_LISTS))
        elif name.lower() in held:
            reading.unreadable("VIX-1105", kind.at, limit="elke lijst één keer")
        else:
            held[name.lower()] = reading.parsed(number, identifier.parse, "VIX-1105", identifier.pattern.pattern)
    return Registraties.model_validate(held)


def _removal(
    draft: Draft, start: dt.date | None, birth: BirthDate | None, case: Case, reading: Reading
) -> dt.date | None:
    said = draft.verwijderdatum
    wanted = reading.parsed(said, date, "VIX-1105", "jjjj-mm-dd")
    if start is None:
        return None
    allowed = lifecycle.period(start, birth, case.pack.regional_days)
    if said is None:
        return allowed.last
    if wanted is not None and not start < wanted <= allowed.last:
        reading.find("VIX-1205", said.at, limit=_told(allowed))
    return wanted


def _told(allowed: Period) -> str:
    return "de 23e verjaardag" if allowed.by_birthday else allowed.last.isoformat()


def _informed(draft: Draft, reading: Reading) -> Informatieplicht | None:
    who = reading.choice(draft.informatieplicht_wie, Geinformeerde)
    day = reading.parsed(draft.informatieplicht_datum, date, "VIX-1105", "jjjj-mm-dd")
    put_off = reading.truth(draft.informatieplicht_uitgesteld)
    if who is None and not put_off:
        return None
    return Informatieplicht(wie=who, datum=day, uitgesteld=put_off)


def _consent(draft: Draft, reading: Reading) -> Toestemming | None:
    day = reading.parsed(draft.toestemming_gegeven_op, date, "VIX-1105", "jjjj-mm-dd")
    proof = reading.text(draft.toestemming_bewijs_referentie, 35)
    return Toestemming(gegeven_op=day, bewijs_referentie=proof) if day and proof else None


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
        reading.find("VIX-1307", "")
    if case.pack.legal_basis is Grondslag.TOESTEMMING and consent is None:
        reading.find("VIX-1307", draft.place("toestemming"))
    if soort is Soort.KETENREGISTRATIE and not case.ketenregistratie and draft.soort:
        reading.find("VIX-1606", draft.soort.at)
    if soort is Soort.SIGNAAL and case.pack.reasonable_suspicion and not suspicion:
        reading.find("VIX-1305", draft.place("redelijk_vermoeden"))
    if soort is Soort.SIGNAAL and case.pack.duty_to_inform != "no" and not _told_whom(informed, age):
        required = case.pack.duty_to_inform == "require"
        reading.find("VIX-1306", draft.place("informatieplicht"), ernst=Ernst.FOUT if required else Ernst.WAARSCHUWING)


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
