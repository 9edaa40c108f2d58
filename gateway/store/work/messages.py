"""What can be asked of the writer about what goes out, and what it answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.match import Opvolging
from gateway.canonical.order import Outcome
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Signal
from gateway.canonical.subscription import Subscription
from gateway.canonical.tenant import bucket_in
from gateway.rules.delivery import State
from gateway.store.work.matches import Notice
from gateway.store.work.regie import Wish


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
    leads: bool = True
    """Whether the index it goes to leads for its signal."""
    status: Status | None = None
    """Of its signal."""


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
    finding: str = ""
    """What came of looking at what an index holds."""


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
