"""Subscriptions of an organisation: asked for, looked at, changed, taken away. Each handler is a conversation.

Another organisation's subscription is not there. What is told of a change is durable when it is told.
"""

import datetime as dt
from collections.abc import Generator, Mapping
from typing import Any, assert_never
from uuid import UUID

from gateway.canonical.command import Said
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    AboutSubscription,
    AskEvents,
    AskSubscription,
    AskSubscriptions,
    EventList,
    OfSubscriptions,
    OneSubscription,
    Stand,
    Subscribe,
    Subscription,
    SubscriptionList,
    SubscriptionReply,
    Unsubscribe,
    Unsubscribed,
)
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import Clock
from gateway.flow.directory import Caller, Directory
from gateway.flow.effects import Effect, Read, Submit
from gateway.flow.identity import Recognition
from gateway.rules import subscriptions
from gateway.rules.reading import Reading
from gateway.rules.subscriptions import TOO_MANY, UNKNOWN, Allowed, Wanted
from gateway.store.work import ChangeSubscription, CloseSubscription, NotOurs, OpenSubscription, TooMany

MOST_EVENTS = 100
"""In one answer; who wants more asks from the next number."""
LAST = 10**15

Conversation = Generator[Effect, Any, SubscriptionReply]


class Subscribing:
    """Answers what is asked of subscriptions. `allowed` by organisation; who is not in it has none. Without state."""

    def __init__(
        self, directory: Directory, recognition: Recognition, clock: Clock, allowed: Mapping[str, Allowed]
    ) -> None:
        self._directory = directory
        self._recognise = recognition
        self._clock = clock
        self._allowed = allowed

    def answer(self, request: OfSubscriptions, caller: Caller) -> Conversation:
        """The conversation that answers a request."""
        said = request.organisatie
        partner = self._directory.acting(caller, said.text.strip() if said else None)
        if partner is None:
            return _refuse(Finding(code="VIX-1905", at=said.at if said else ""))
        match request:
            case Subscribe():
                return self._subscribe(request, partner.id)
            case Unsubscribe():
                return self._unsubscribe(request, partner.id)
            case AskSubscription():
                return self._one(request, partner.id)
            case AskEvents():
                return self._events(request, partner.id)
            case AskSubscriptions():
                return self._all(request, partner.id)
            case _:
                assert_never(request)

    def _subscribe(self, request: Subscribe, tenant: str) -> Conversation:
        now = self._clock()
        allowed = self._allowed.get(tenant, Allowed((), 0, 1))
        wanted = subscriptions.admit(request, allowed, now)
        if not isinstance(wanted, Wanted):
            return Refusal(findings=wanted)
        asked = request.subscription_id
        identity = _id(asked)
        if asked is not None and identity is None:
            return _unknown(asked)
        told = yield Submit(self._unit(wanted, identity, tenant, allowed, now))
        match told:
            case TooMany():
                return Refusal(findings=(Finding(code=TOO_MANY, limit=str(allowed.most)),))
            case NotOurs() if asked is not None:
                return _unknown(asked)
        return OneSubscription(subscription=_now(told.subscription, now), fresh=told.fresh)

    def _unit(
        self, wanted: Wanted, identity: UUID | None, tenant: str, allowed: Allowed, now: dt.datetime
    ) -> OpenSubscription | ChangeSubscription:
        if identity is not None:
            return ChangeSubscription(
                id=identity,
                tenant=tenant,
                stand=wanted.stand,
                channel=wanted.channel,
                ends=wanted.ends,
                keeps=wanted.keeps,
                now=now,
            )
        ends = wanted.ends.astimezone(dt.UTC).isoformat() if wanted.ends else ""
        return OpenSubscription(
            id=new_id(bucket_of(tenant)),
            tenant=tenant,
            stand=wanted.stand,
            channel=wanted.channel,
            ends=wanted.ends,
            content=self._recognise.content("abonnement", tenant, wanted.channel.model_dump_json(), ends),
            most=allowed.most,
            now=now,
        )

    def _unsubscribe(self, request: Unsubscribe, tenant: str) -> Conversation:
        identity = _id(request.subscription_id)
        if request.remarks:
            return Refusal(findings=request.remarks)
        if identity is not None:
            yield Submit(CloseSubscription(identity, tenant))
        return Unsubscribed()

    def _one(self, request: AskSubscription, tenant: str) -> Conversation:
        found = yield from self._found(request, tenant)
        return OneSubscription(subscription=found) if isinstance(found, Subscription) else found

    def _events(self, request: AskEvents, tenant: str) -> Conversation:
        reading = Reading()
        since = reading.parsed(request.since, subscriptions.number, "VIX-1105", "een nummer") or 0
        until = reading.parsed(request.until, subscriptions.number, "VIX-1105", "een nummer")
        if reading.findings:
            return Refusal(findings=tuple(reading.findings))
        found = yield from self._found(request, tenant)
        if not isinstance(found, Subscription):
            return found
        upto = LAST if until is None else until
        events = yield Read(lambda reader: reader.subscription_events(found.id, since, upto, MOST_EVENTS))
        return EventList(subscription=found, events=tuple(events), moment=self._clock())

    def _all(self, request: AskSubscriptions, tenant: str) -> Conversation:
        reading = Reading()
        stand = reading.choice(request.stand, Stand)
        if reading.findings:
            return Refusal(findings=tuple(reading.findings))
        found: list[Subscription] = yield Read(lambda reader: reader.subscriptions(tenant))
        now = self._clock()
        endpoint = request.endpoint.text.strip() if request.endpoint else None
        return SubscriptionList(
            subscriptions=tuple(
                one
                for one in (_now(each, now) for each in found)
                if stand in (None, one.stand) and endpoint in (None, one.channel.endpoint)
            )
        )

    def _found(self, request: AboutSubscription, tenant: str) -> Generator[Effect, Any, Subscription | Refusal]:
        identity = _id(request.subscription_id)
        if identity is None:
            return _unknown(request.subscription_id)
        found: Subscription | None = yield Read(lambda reader: reader.subscription(tenant, identity))
        return _now(found, self._clock()) if found is not None else _unknown(request.subscription_id)


def _id(said: Said | None) -> UUID | None:
    try:
        return UUID(said.text) if said is not None else None
    except ValueError:
        return None


def _now(subscription: Subscription, now: dt.datetime) -> Subscription:
    """With where it is now, its end looked at."""
    return subscription.model_copy(update={"stand": subscription.at(now)})


def _unknown(said: Said) -> Refusal:
    return Refusal(findings=(Finding(code=UNKNOWN, at=said.at),))


def _refuse(finding: Finding) -> Conversation:
    return Refusal(findings=(finding,))
    yield  # a conversation that asks nothing
