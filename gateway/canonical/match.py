"""A match: who else is involved, and how to reach them. Nothing more (Jeugdwet 7.1.4.3 lid 2)."""

import datetime as dt
from enum import StrEnum
from uuid import UUID

from gateway.canonical.card import Uitleg
from gateway.canonical.regie import FIRST, Regie
from gateway.canonical.signal import Tekst35, Tekst200
from gateway.canonical.terms import Meaning
from gateway.canonical.value import Value


class MatchSoort(StrEnum):
    """Which kind of match it is; a family match only says that it is not the same young person.

    VERHUIZING is no match but comes the same way: the young person moved to another municipality, and who is named
    has the regie there (Jeugdwet 7.1.2.3 g).
    """

    CLIENTMATCH = "CLIENTMATCH"
    GEZINSMATCH_OUDER = "GEZINSMATCH_OUDER"
    GEZINSMATCH_ADRES = "GEZINSMATCH_ADRES"
    HISTORISCH = "HISTORISCH"
    VERHUIZING = "VERHUIZING"


class MatchStatus(StrEnum):
    """A match lapses when the other signal ended or was withdrawn; its contact is then gone."""

    ACTIEF = "ACTIEF"
    VERVALLEN = "VERVALLEN"


class Opvolging(StrEnum):
    """What the receiver of a match says became of it. Regional practice; that it was fetched is known without this."""

    GEPROBEERD = "GEPROBEERD"
    CONTACT = "CONTACT"
    AFGESTEMD = "AFGESTEMD"
    NIET_NODIG = "NIET_NODIG"
    VERWIJDERD = "VERWIJDERD"
    """What was kept of it is removed, as was asked."""


class Betrokkene(Value):
    """The other professional."""

    naam: Tekst200
    functie: Tekst200 | None = None
    instantie: Tekst200
    locatie: Tekst200 | None = None
    telefoon: Tekst35 | None = None
    email: Tekst200 | None = None
    coordinator: Tekst200 | None = None


class MatchContent(Value):
    """What an index told of a match, cut to the match dictionary; kept sealed."""

    betrokkenen: tuple[Betrokkene, ...] = ()
    betekenissen: tuple[Meaning, ...] = ()
    """The other's words with their shared meaning; only where the region's pack lets them travel."""
    wijzigingen: int = 0
    """How often the index told something else of the same match; the gateway counts, no index says it."""


class Match(Value):
    """A match on one own signal, as its sender is told."""

    match_id: UUID
    soort: MatchSoort
    signaal_id: UUID
    bron_signaal_id: str | None
    niet_dezelfde_jeugdige: bool
    ontstaan_op: dt.datetime
    status: MatchStatus
    content: MatchContent = MatchContent()
    opvolging: Opvolging | None = None
    """As its receiver last told."""
    opgehaald: bool = False
    """Whether it was in an answer to its receiver before."""
    verwijderen: bool = False
    """It rests on a signal that was destroyed: what its receiver kept of it must go."""
    uitleg: tuple[Uitleg, ...] = ()
    """By organisation of the others involved: its meaning card. Laid beside the match when it is told; not stored."""
    regie: Regie | None = None
    """None once it lapsed."""

    @property
    def versie(self) -> str:
        """What of it can change: equal as long as nothing did."""
        status = "VERWIJDEREN" if self.verwijderen else self.status.value
        return version(status, self.opvolging, self.content, self.regie.stand if self.regie else FIRST)


def version(status: str, opvolging: Opvolging | None, content: MatchContent, stand: str) -> str:
    """The version of a match in this state: `actief.contact.w2.r1` after two changes of content and one of regie."""
    told = f"{status}.{opvolging.value if opvolging else 'NIEUW'}".lower().replace("_", "-")
    changed = f".w{content.wijzigingen}" if content.wijzigingen else ""
    return told + changed + ("" if stand == FIRST else f".{stand}")
