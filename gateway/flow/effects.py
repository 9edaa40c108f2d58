"""What a conversation asks of the world while it answers a sender: the flow yields these, whoever drives it does them.

So the same flow serves the asynchronous door, a batch read from a file, and a test without a thread.
"""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.canonical.receipt import Reply
from gateway.store.reading import Reader
from gateway.store.work import Accept, Arrange, Change, Fetched, FollowUp, OfSubscription


@dataclass(frozen=True, slots=True)
class Submit:
    """Do this durably; the answer is the unit's."""

    unit: Accept | Change | FollowUp | Arrange | OfSubscription


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for the outcome of a message, so many seconds at most, and not at all when nothing is sent there now."""

    message_id: UUID
    destination: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """Ask the store something; the answer is what `ask` gives."""

    ask: Callable[[Reader], Any]


@dataclass(frozen=True, slots=True)
class Stand:
    """Ask what is known of a signal now; who drives many conversations asks it for all at once."""

    signal_id: UUID
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Have this recorded; nobody waits for it, and nothing depends on it."""

    unit: Fetched


Effect = Submit | Await | Read | Stand | Note
Conversation = Generator[Effect, Any, Reply]
