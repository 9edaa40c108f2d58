"""What a sender asked, as text and where it stood: well formed, not yet understood.

Adapters make these; `rules.admission` understands them. `Said` keeps the place in the sender's own
terms, so that a finding can point at it in any format.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from gateway.canonical.finding import Finding


class Said(NamedTuple):
    """A piece of text from a sender and the place it stood. A tuple, since one message makes thirty.

    `own` is false for what was looked up or filled in for the sender: it has no part in whether a repeat says the same.
    """

    text: str
    at: str
    own: bool = True

    def __repr__(self) -> str:
        return f"Said(*** at {self.at})"


@dataclass(frozen=True, slots=True, repr=False)
class SaidTerm:
    """A word on an axis as a sender wrote it; `stelsel` may be left to the sender's default."""

    axis: Said
    word: Said
    stelsel: Said | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SaidChoice:
    """The answer to a question: which concept the sender meant by its word."""

    axis: Said
    word: Said
    concept: Said


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Draft:
    """A signal as received. Every field is text or absent; the names are the data dictionary's.

    `here` is the place of the message's own root, `places` where each field would stand, for what is missing.
    `registraties` pairs the list's name (UZI, BIG, AGB, SKJ) with the number.
    """

    here: str
    places: Mapping[str, str] = field(default_factory=dict)
    bron_signaal_id: Said | None = None
    revisie: Said | None = None
    soort: Said | None = None
    bsn: Said | None = None
    onderwijsnummer: Said | None = None
    familienaam: Said | None = None
    voorvoegsel: Said | None = None
    voornamen: Said | None = None
    geboortedatum: Said | None = None
    geslacht: Said | None = None
    postcode: Said | None = None
    huisnummer: Said | None = None
    gemeente_code: Said | None = None
    professional_id: Said | None = None
    melder_naam: Said | None = None
    melder_functie: Said | None = None
    melder_telefoon: Said | None = None
    melder_email: Said | None = None
    registraties: tuple[tuple[Said, Said], ...] = ()
    coordinator_naam: Said | None = None
    coordinator_telefoon: Said | None = None
    coordinator_email: Said | None = None
    datum_tijd_melding: Said | None = None
    verwijderdatum: Said | None = None
    redelijk_vermoeden: Said | None = None
    informatieplicht_wie: Said | None = None
    informatieplicht_datum: Said | None = None
    informatieplicht_uitgesteld: Said | None = None
    toestemming_gegeven_op: Said | None = None
    toestemming_bewijs_referentie: Said | None = None
    terms: tuple[SaidTerm, ...] = ()

    def place(self, name: str) -> str:
        """Where a field stands, or would have stood."""
        return self.places.get(name, f"{self.here}/{name}")

    def named(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings about this message, with the name of the field in the place of the place it stood."""
        if not (told := tuple(findings)):
            return ()
        names = {at: name for name, at in self._spots().items()}
        return tuple(finding.model_copy(update={"at": names.get(finding.at, "")}) for finding in told)

    def located(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings about a message that says the same, placed in this one."""
        if not (told := tuple(findings)):
            return ()
        spots = self._spots()
        return tuple(finding.model_copy(update={"at": spots.get(finding.at, "")}) for finding in told)

    def _spots(self) -> dict[str, str]:
        """Where each field and group stands, or would have; words are numbered by axis, in the alphabet's order."""
        spots = {name: self.place(name) for name in (*_GROUPS, *_FIELDS)}
        spots |= {name: said.at for name in _FIELDS if isinstance(said := getattr(self, name), Said)}
        words: dict[str, list[Said]] = {}
        for term in sorted(self.terms, key=lambda term: term.word.text.strip()):
            words.setdefault(term.axis.text.strip(), []).append(term.word)
        return spots | {f"{axis}[{n}]": word.at for axis, said in words.items() for n, word in enumerate(said, 1)}


_FIELDS = tuple(item.name for item in fields(Draft) if item.name not in ("here", "places", "terms", "registraties"))
_GROUPS = ("jeugdige", "melder", "informatieplicht", "toestemming")
"""Groups of fields that a rule may find missing as a whole."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Command:
    """What every request carries: the source system, who is acted for, and what the format itself found wrong.

    `remarks` are findings of the format (schema, forbidden elements). A remark at a place where
    admission finds something too gives way to admission's finding.
    """

    formaat: str
    contract: str
    bron_systeem: Said | None = None
    organisatie: Said | None = None
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Afgeven(Command):
    """Give a signal."""

    draft: Draft


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Placed(Command):
    """What every request but a signal knows of its places."""

    here: str
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Where a missing field would have stood."""
        return self.places.get(name, f"{self.here}/{name}")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AboutSignal(Placed):
    """Names an own signal: by its source, by our id where that will do, or by both, which then must be one signal's."""

    bron_signaal_id: Said | None = None
    signaal_id: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Changing(AboutSignal):
    """What every change of an own signal says."""

    revisie: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Beeindigen(Changing):
    """The risk or the involvement is over: to the archive (Jeugdwet 7.1.4.5 lid 1 b)."""

    datum_einde: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Intrekken(Changing):
    """Wrongly made, or about the wrong child: destroyed, not archived (Jeugdwet 7.1.4.5 lid 1 a)."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class BetekenisAanvullen(Changing):
    """Answer questions about words."""

    choices: tuple[SaidChoice, ...] = ()


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Wijzigen(Changing):
    """New contact data of the melder or the coordinator; what is not said stays. Never of the child, never a moment."""

    professional_id: Said | None = None
    """The melder itself, where a format says it: another one is a handing over."""
    melder_naam: Said | None = None
    melder_functie: Said | None = None
    melder_telefoon: Said | None = None
    melder_email: Said | None = None
    coordinator_naam: Said | None = None
    coordinator_telefoon: Said | None = None
    coordinator_email: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Verlengen(Changing):
    """A later removal date, at most two years after the report (Jeugdwet 7.1.4.5 lid 2 a)."""

    verwijderdatum: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Overdragen(Changing):
    """Another professional of the same organisation is the melder from now on; its moment stays what it was."""

    professional_id: Said | None = None
    melder_naam: Said | None = None
    melder_functie: Said | None = None
    melder_telefoon: Said | None = None
    melder_email: Said | None = None
    coordinator_naam: Said | None = None
    coordinator_telefoon: Said | None = None
    coordinator_email: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class StatusOpvragen(AboutSignal):
    """Ask what is known of an own signal."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Page(Placed):
    """Asks for what came after a cursor."""

    na: Said | None = None
    maximum: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class MatchesOpvragen(Page):
    """Ask for matches on own signals."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class EigenSignalenOpvragen(Page):
    """Ask for own signals."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Capaciteiten(Command):
    """Ask what this sender may do here."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AboutMatch(Placed):
    """Names a match on an own signal."""

    match_id: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class MatchOpvragen(AboutMatch):
    """Ask for one match."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Terugkoppelen(AboutMatch):
    """Tell what became of a match: whether there was contact (follow-up; regional, not in the law)."""

    contact: Said | None = None
    """GEPROBEERD, CONTACT, AFGESTEMD, NIET_NODIG or VERWIJDERD."""
    stand: Said | None = None
    """The version of the match this answers (`Match.versie`); another one by now, and nothing is changed."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class RegieVastleggen(AboutMatch):
    """Take, offer, accept, decline, lay down or review the regie of a match (regional; not in the law)."""

    regiehandeling: Said | None = None
    """NEMEN, OVERDRAGEN, AANVAARDEN, AFWIJZEN, NEERLEGGEN or HERZIEN."""
    stand: Said | None = None
    """`Regie.stand` as its sender last saw it, or `Match.versie`; another one by now, and nothing is changed."""
    herzien_op: Said | None = None


Request = (
    Afgeven
    | Beeindigen
    | Intrekken
    | BetekenisAanvullen
    | Wijzigen
    | Verlengen
    | Overdragen
    | StatusOpvragen
    | MatchesOpvragen
    | EigenSignalenOpvragen
    | MatchOpvragen
    | Terugkoppelen
    | RegieVastleggen
    | Capaciteiten
)

OPERATIONS: dict[type[Command], str] = {
    Afgeven: "signaalAfgeven",
    Beeindigen: "signaalBeeindigen",
    Intrekken: "signaalIntrekken",
    Wijzigen: "signaalWijzigen",
    Verlengen: "signaalVerlengen",
    Overdragen: "signaalOverdragen",
    BetekenisAanvullen: "betekenisAanvullen",
    StatusOpvragen: "statusOpvragen",
    MatchesOpvragen: "matchesOpvragen",
    EigenSignalenOpvragen: "eigenSignalenOpvragen",
    MatchOpvragen: "matchOpvragen",
    Terugkoppelen: "matchTerugkoppelen",
    RegieVastleggen: "regieVastleggen",
    Capaciteiten: "capaciteiten",
}
"""The name of each request, in every format."""
