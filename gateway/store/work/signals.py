"""What can be asked of the writer about a signal, and what it answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.receipt import Receipt, Status
from gateway.canonical.signal import Signal
from gateway.rules.lifecycle import Gebeurtenis


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
    leads: str
    """The index that leads for it."""
    beside: tuple[str, ...]
    """Where it stands too."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Decision:
    """What a change comes to. `kind` is the message that its indexes must get, if they know the signal."""

    receipt: Receipt
    status: Status
    event: str
    signal: Signal | None = None
    kind: str = ""
    argument: str = ""
    deaf: frozenset[str] = frozenset()
    """The indexes that cannot be told."""
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
