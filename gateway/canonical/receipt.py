"""What a sender is told: the receipt, which never changes, and what is known now, which does."""

import datetime as dt
from enum import StrEnum
from uuid import UUID

from gateway.canonical.finding import Finding
from gateway.canonical.match import Match
from gateway.canonical.terms import Meaning, Question, Understanding
from gateway.canonical.value import Value


class Status(StrEnum):
    """The legal life of a signal (Jeugdwet 7.1.4.5, 7.1.4.6)."""

    ACTIEF = "ACTIEF"
    ARCHIEF = "ARCHIEF"
    VERNIETIGD = "VERNIETIGD"


class Bezorging(StrEnum):
    """Where the latest message about a signal is, in the sender's terms."""

    WACHT = "WACHT"
    ONDERWEG = "ONDERWEG"
    BIJ_INDEX = "BIJ_INDEX"
    GEWEIGERD = "GEWEIGERD"
    ONZEKER = "ONZEKER"
    NIET_VERZONDEN = "NIET_VERZONDEN"


class NotKept(Value):
    """How many words of an axis were understood and not kept."""

    axis: str
    count: int


class Receipt(Value):
    """The immutable proof of acceptance of one operation: equal on every repeat and in every format."""

    signaal_id: UUID
    bron_systeem: str = ""
    """As its sender calls its system; empty in receipts from before it was kept."""
    bron_signaal_id: str
    revisie: int
    handeling: str
    ontvangen_op: dt.datetime
    verwijderdatum: dt.date | None = None
    betekenissen: tuple[Meaning, ...] = ()
    vragen: tuple[Question, ...] = ()
    bevindingen: tuple[Finding, ...] = ()
    """At the names of fields: a repeat may come in another format."""
    niet_bewaard: tuple[NotKept, ...] = ()
    vocabulaire: str
    beleid: str


class Standing(Value):
    """What is known now of one signal."""

    stand_van: dt.datetime
    status: Status
    bezorging: Bezorging
    index_code: str | None = None
    verloopt_op: dt.date | None = None
    """The removal date as it is now, while the signal is active."""
    matches: tuple[Match, ...] = ()


class Answer(Value):
    """Receipt, what was understood this time but is not kept, and what is known now."""

    receipt: Receipt
    fresh: bool = False
    """Whether it was done now, and not before."""
    bevindingen: tuple[Finding, ...] = ()
    """Those of the receipt at their places in this message, and what its format remarked."""
    understood: Understanding = Understanding()
    standing: Standing


class OwnSignal(Value):
    """One line of a sender's own list; a destroyed signal has no own id any more."""

    signaal_id: UUID
    bron_systeem: str | None
    bron_signaal_id: str | None
    revisie: int
    ontvangen_op: dt.datetime
    status: Status
    bezorging: Bezorging
    verloopt_op: dt.date | None = None


class MatchPage(Value):
    """Matches after a cursor, oldest first."""

    matches: tuple[Match, ...]
    cursor: str
    more: bool


class OwnSignalPage(Value):
    """Own signals after a cursor, oldest first."""

    signals: tuple[OwnSignal, ...]
    cursor: str
    more: bool


class OneMatch(Value):
    """A match, with what its receiver says became of it."""

    match: Match


class AxisCapability(Value):
    """Whether the words of an axis are kept in a region, and travel to its index."""

    axis: str
    kept: bool
    travels: bool


class RegionCapability(Value):
    """What a region does with what a sender may say."""

    name: str
    policy: str
    legal_basis: str
    axes: tuple[AxisCapability, ...]


class CapabilityReport(Value):
    """What this sender may do here."""

    operations: tuple[str, ...]
    bsn_allowed: bool
    regions: tuple[RegionCapability, ...]
    code_lists: tuple[str, ...]
    """Known in any of its regions."""
    vocabulary: str
    """Of its first region; each receipt names the one that was used."""


class Refusal(Value):
    """A message that was not accepted: all findings at once; nothing was stored.

    `advice` is there all the same: a word that means danger is answered even in a broken message.
    `retryable` says whether the same message may succeed later without change.
    """

    findings: tuple[Finding, ...]
    advice: tuple[str, ...] = ()
    retryable: bool = False


Reply = Answer | MatchPage | OwnSignalPage | OneMatch | CapabilityReport | Refusal


def matches_in(reply: Reply) -> tuple[Match, ...]:
    """The matches that an answer tells of."""
    match reply:
        case Answer():
            return reply.standing.matches
        case MatchPage():
            return reply.matches
        case OneMatch():
            return (reply.match,)
        case _:
            return ()


def with_matches(reply: Reply, matches: tuple[Match, ...]) -> Reply:
    """An answer with others in the place of its matches, one for one."""
    match reply:
        case Answer():
            return reply.model_copy(update={"standing": reply.standing.model_copy(update={"matches": matches})})
        case MatchPage():
            return reply.model_copy(update={"matches": matches})
        case OneMatch():
            return OneMatch(match=matches[0])
        case _:
            return reply
