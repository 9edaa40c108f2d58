"""A subscription: an organisation's own system says where it wants to hear that there is news of its matches.

FHIR's alone (Subscriptions R5 Backport 1.1, in its form for R4); a receiver in another format is configured by the
operator. Here are what a sender asks of its subscriptions, and what it is told.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.canonical.command import Placed, Said
from gateway.canonical.receipt import Refusal
from gateway.canonical.value import Value


class Stand(StrEnum):
    """Where a subscription is (R4, subscription-status)."""

    REQUESTED = "requested"
    """Its receiver must answer a handshake first; events wait."""
    ACTIVE = "active"
    ERROR = "error"
    """Its receiver did not answer the handshake, or failed too often; events wait until its owner asks again."""
    OFF = "off"
    """Its owner stopped it, or its end has passed: there are no events any more."""


NOT_ALLOWED = "adres-niet-toegestaan"
"""Why nothing is sent to an address that the operator does not allow (any more)."""


class Channel(Value):
    """Where notifications go, and how. The headers hold the receiver's own secret and are never told again."""

    endpoint: str
    payload: str
    """Media type of a notification."""
    headers: tuple[tuple[str, str], ...] = ()
    heartbeat: int | None = None
    """Seconds between two signs of life; None: none."""
    timeout: int
    """Seconds an attempt may take."""


class Subscription(Value):
    """A subscription as it is now."""

    id: UUID
    stand: Stand
    channel: Channel
    ends: dt.datetime | None = None
    events: int = 0
    """How many there were since it began, taken or not."""
    error: str = ""

    def at(self, now: dt.datetime) -> Stand:
        """Where it is, its end looked at."""
        return Stand.OFF if self.ends is not None and self.ends <= now else self.stand


class Event(Value):
    """One piece of news: its place in the subscription's row of events, and the match to be fetched."""

    number: int
    moment: dt.datetime
    match_id: UUID


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Subscribe(Placed):
    """Ask for a subscription; with an id, change the one that is there."""

    subscription_id: Said | None = None
    stand: Said | None = None
    endpoint: Said | None = None
    payload: str
    headers: tuple[Said, ...] | None = None
    """`Name: value`; None where they are not spoken of."""
    heartbeat: Said | None = None
    timeout: Said | None = None
    ends: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AboutSubscription(Placed):
    """Names an own subscription."""

    subscription_id: Said


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Unsubscribe(AboutSubscription):
    """Take it away, with what was still to be told."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AskSubscription(AboutSubscription):
    """What is it now?"""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AskEvents(AboutSubscription):
    """Which events were there, from a number to a number, both included?"""

    since: Said | None = None
    until: Said | None = None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class AskSubscriptions(Placed):
    """Which subscriptions are there, of an address or in a state if these are named?"""

    endpoint: Said | None = None
    stand: Said | None = None


OfSubscriptions = Subscribe | Unsubscribe | AskSubscription | AskEvents | AskSubscriptions


class OneSubscription(Value):
    """A subscription, and whether it was made now."""

    subscription: Subscription
    fresh: bool = False


class SubscriptionList(Value):
    """An organisation's subscriptions, oldest first."""

    subscriptions: tuple[Subscription, ...]


class EventList(Value):
    """Events of a subscription, oldest first; whoever wants more asks from the next number."""

    subscription: Subscription
    events: tuple[Event, ...]
    moment: dt.datetime
    """Of the answer."""


class Unsubscribed(Value):
    """It is not there, durably."""


SubscriptionReply = OneSubscription | SubscriptionList | EventList | Unsubscribed | Refusal
