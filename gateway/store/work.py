"""What can be asked of the writer, and what it answers. Each unit is durable when its answer is there."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from gateway.canonical.batch import FileFacts, RowResult, Tally
from gateway.canonical.match import Match, Opvolging
from gateway.canonical.order import Outcome
from gateway.canonical.receipt import Receipt, Status
from gateway.canonical.signal import Signal
from gateway.canonical.subscription import Subscription
from gateway.canonical.tenant import GATEWAY, bucket_in
from gateway.rules.delivery import State
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store.regie_work import Arrange, Watch, Wish
from gateway.store.subscription_work import OfSubscription


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Accept:
    """Store a new signal together with the intention to send it."""

    key: bytes
    """Keyed hash of (tenant, bron_systeem, bron_signaal_id, operation, revision)."""
    content: bytes
    source: bytes
    subject: bytes
    """Keyed look-up value of the person."""
    signal: Signal
    receipt: Receipt
    message_id: UUID
    alarm: bool = False
    """Whether the organisation must be told at once, because nobody reads the answer now."""
    unknown: tuple[tuple[str, bytes], ...] = ()
    """Axis and keyed hash of each word that no map knew."""


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What the store knows of the signal a change is about."""

    signal: Signal
    status: Status
    receipt: Receipt
    """Of its acceptance."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Decision:
    """What a change comes to. `kind` is the message the index must get, if it knows the signal."""

    receipt: Receipt
    status: Status
    event: str
    signal: Signal | None = None
    kind: str = ""
    argument: str = ""
    removed: dt.date | None = None
    """The legal day it leaves the index, where the change says one."""


@dataclass(frozen=True, slots=True)
class Illegal:
    """The operation does not fit the state of the signal."""

    status: Status


@dataclass(frozen=True, slots=True)
class Impossible:
    """The operation fits, but what it says does not: a finding code for the flow to place."""

    code: str


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Change:
    """Change an own signal: end, withdraw, add meaning. `decide` is pure and runs inside the transaction."""

    tenant: str
    key: bytes
    content: bytes
    source: bytes
    operation: str
    message_id: UUID
    now: dt.datetime
    alarm: bool = False
    """As in `Accept`."""
    named: UUID | None = None
    """The signal it must be about, when its sender said so."""
    decide: Callable[[Known], Decision | Illegal | Impossible]


@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """Durably accepted, now or before. `message_id` is what the index will get; None when it gets nothing."""

    receipt: Receipt
    message_id: UUID | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same key came with other content."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The signal was destroyed; a repeat does not bring it back."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """No signal of this tenant with this source id."""


Accepted = Stored | Conflict | Gone | Illegal
Changed = Stored | Conflict | Gone | Illegal | Impossible | NotOurs


@dataclass(frozen=True, slots=True)
class Age:
    """Carry out what the legal clock asks of one bucket until a day; answered with how many signals it looked at."""

    bucket: int
    today: dt.date
    limit: int


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell senders of one bucket what will end; answered with how many signals it looked at."""

    bucket: int
    today: dt.date
    limit: int
    asked: Callable[[str, str], tuple[int, ...]]
    """By pack and region: how many days before the removal date a sender hears of it."""


@dataclass(frozen=True, slots=True)
class Destroy:
    """Destroy a signal on another's word than its sender's: answered with Destroyed, Gone or NotOurs."""

    signal_id: UUID
    event: Gebeurtenis
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Destroyed:
    """It is gone, durably; the proof is in the audit."""

    tenant: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Take what is due of one tenant, under a lease."""

    bucket: int
    tenant: str
    limit: int
    lease_seconds: float
    lease: UUID


@dataclass(frozen=True, slots=True)
class TakeParked:
    """Take a message that waits for a person, to say what came of it; answered with its Job, or nothing."""

    id: UUID
    lease: UUID
    lease_seconds: float

    @property
    def bucket(self) -> int:
        """Where it is."""
        return bucket_in(self.id)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which an organisation hears of its matches."""

    destination: str
    pointer: bool = False
    """Whether it only says that there is news, which must then be fetched."""
    expiry: bool = False
    """Whether it also tells that a signal will end."""
    held: bool = False
    """Whether what is to be told must wait."""


Ways = Callable[[str, str], tuple[Way, ...]]
"""An organisation's ways, for a match that an index told of; of no index, for what only concerns itself."""


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """An announcement of a match to its receiver."""

    match: Match
    """As it is now."""
    number: int
    """Place in what goes to this destination."""
    round: int
    made_at: dt.datetime
    regie: bool = False
    """Whether it is of who is the aanspreekpunt."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Job:
    """A message a worker holds. `signal` is there while its key is."""

    bucket: int
    id: UUID
    tenant: str
    destination: str
    kind: str
    signal_id: UUID | None
    message_id: UUID
    argument: str
    state: State
    attempts: int
    since_sent: float
    """Seconds since it was last sent; 0 when it never was."""
    lease: UUID
    body: bytes | None
    signal: Signal | None
    cursor: int
    version: str
    notice: Notice | None = None
    subscription: Subscription | None = None
    """Where it goes, when its destination is one that is still there."""
    wish: Wish | None = None
    """What it asks of the regie of a match."""
    match: tuple[str, Opvolging] | None = None
    """The index's number of the match it is about, and what its receiver told of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Freeze:
    """Keep the bytes of a message before they are first sent, and that they are about to be."""

    job: Job
    body: bytes


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Settle:
    """Record what an attempt came to, with the matches it brought, in one transaction."""

    job: Job
    outcome: Outcome
    state: State
    pause: float
    healthy: bool
    code: str
    breaker: Callable[[int], float]
    again: float | None = None
    """For a message that is sent time and again: the pause to the next round."""
    renewed: UUID
    """Its message id in the next round."""
    remind: dt.datetime | None = None
    """When to announce a match again that is not fetched by then."""
    anonymous: bool = False
    """Whether the data that identify the young person go, once the index has the signal."""
    give_up: int = 100
    """So many faults in a row, and a subscription is in error."""
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Record:
    """Have it in the audit that an operator did something."""

    event: str
    facts: Mapping[str, object]
    tenant: str = GATEWAY
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """See to it that a destination is known, and asked for matches if the message for that has an id."""

    destination: str
    message_id: UUID | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Stop or resume all sending to a destination; honoured between any two attempts."""

    destination: str
    hold: bool


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep the text of a pack, map or configuration under its digest."""

    artifacts: tuple[tuple[str, str, str, bytes], ...] = field(default=())
    """(digest, kind, name, content)"""


class BatchState(StrEnum):
    """Where a file is."""

    LOOPT = "loopt"
    KLAAR = "klaar"
    AFGEBROKEN = "afgebroken"
    VOORSTEL = "voorstel"
    """It was the sender's whole list, and what it no longer names waits for the sender's word."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class FileBatch:
    """A file as the store knows it."""

    id: UUID
    tenant: str
    state: BatchState
    whole: bool
    started_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime
    moved_at: float
    """When a run of it was last noted, in seconds since 1970."""
    last: int
    """The last line whose result is durable."""
    tally: Tally
    facts: FileFacts
    systems: frozenset[bytes]
    """Keyed hashes of the source systems its rows named."""
    unreadable: int
    """How many rows had no own id that could be read."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class OpenBatch:
    """Begin a file, or go on with the same one that was broken off; answered with its FileBatch."""

    id: UUID
    tenant: str
    content: bytes | None
    """Keyed hash of the whole file and of how it is used; None when it is not known beforehand."""
    whole: bool
    now: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class NoteRows:
    """Note what became of a run of rows, once what they asked is durable; answered with the FileBatch."""

    batch: UUID
    facts: FileFacts
    """What is known of the file so far."""
    after: int
    """The last line of the run before: a run is noted behind it, or not at all."""
    results: tuple[RowResult, ...]
    sources: tuple[bytes, ...] = ()
    """What the rows of a whole list name, as in `Accept.source`."""
    systems: frozenset[bytes] = frozenset()
    unreadable: int = 0
    alarm: bool = False
    """Whether a refused row holds a word that means danger: the organisation must be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBatch:
    """A file was read to its end, broken off, or its proposal was decided; answered with the FileBatch."""

    batch: UUID
    state: BatchState
    facts: FileFacts | None
    now: dt.datetime


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Move:
    """Give an own active signal the source id it has in its organisation's new system.

    Answered with Moved; NotOurs when no active signal has the old id, Conflict when the new id is taken.
    """

    tenant: str
    source: bytes
    """As in `Accept.source`, of the old id."""
    to: bytes
    key: bytes
    """By which the new system's own first message about it is recognised as a repeat."""
    bron_systeem: str
    bron_signaal_id: str
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """It has its new source id, durably."""

    signal_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Record what a receiver says became of its match; answered with Followed, Outdated or NotOurs."""

    tenant: str
    match_id: UUID
    opvolging: Opvolging
    versie: str | None = None
    """The version of the match that must still be there; otherwise Outdated."""
    message_id: UUID | None = None
    """Of the message to an index that can be told."""
    takes: Callable[[str], bool] = lambda index: False
    """Whether an index can be told."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody was before."""


@dataclass(frozen=True, slots=True, repr=False)
class Followed:
    """It is recorded, durably."""

    match: Match
    fresh: bool
    """Whether it said something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Record that matches were in an answer to their receiver."""

    tenant: str
    matches: tuple[UUID, ...]
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """Announce again what was not fetched in time, so many times in all; then tell the operator."""

    now: dt.datetime
    times: int


Unit = (
    FollowUp
    | Arrange
    | Watch
    | Fetched
    | Remind
    | Move
    | Accept
    | Change
    | Age
    | Warn
    | Destroy
    | Claim
    | TakeParked
    | Freeze
    | Settle
    | Schedule
    | Record
    | Hold
    | Keep
    | OpenBatch
    | NoteRows
    | CloseBatch
    | OfSubscription
)
