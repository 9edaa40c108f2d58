"""What can be asked of the writer about subscriptions, and what it answers."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.subscription import Channel, Stand, Subscription


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class OpenSubscription:
    """Make a subscription, or find the one that says the same; answered with Opened or TooMany."""

    id: UUID
    tenant: str
    stand: Stand
    channel: Channel
    ends: dt.datetime | None
    content: bytes
    """Keyed hash of what is asked: who asks the same again gets the same."""
    most: int
    now: dt.datetime


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class ChangeSubscription:
    """Put another in the place of an own subscription; answered with Opened or NotOurs."""

    id: UUID
    tenant: str
    stand: Stand
    channel: Channel
    ends: dt.datetime | None
    keeps: bool
    """Whether the headers that are known stay, as long as the address stays too."""
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class CloseSubscription:
    """Take an own subscription away, and what was still to be told; answered with nothing."""

    id: UUID
    tenant: str


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """It is there, durably."""

    subscription: Subscription
    fresh: bool


@dataclass(frozen=True, slots=True)
class TooMany:
    """The organisation has as many as it may."""


OfSubscription = OpenSubscription | ChangeSubscription | CloseSubscription
