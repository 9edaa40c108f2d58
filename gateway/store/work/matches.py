"""What can be asked of the writer about matches and how their receivers hear of them, and what it answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.match import Match, Opvolging


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
