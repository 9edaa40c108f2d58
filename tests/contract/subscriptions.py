"""Subscriptions in FHIR, and what is answered and told of them, for whoever holds them to something."""

import datetime as dt
import json
from itertools import count
from typing import Any
from uuid import UUID

from gateway.adapters.channels.rest_hook import RestHook
from gateway.adapters.senders.fhir import FhirSubscriptions, media, xml_form
from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.routes import Does
from gateway.canonical.finding import Finding
from gateway.canonical.order import Announce, Bericht, Order, Pulse
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    Channel,
    Event,
    EventList,
    OneSubscription,
    Stand,
    Subscription,
    SubscriptionList,
    SubscriptionReply,
    Unsubscribed,
)
from gateway.compose.formats import fhir_subscriptions
from gateway.wire.fhir_subscription import TOPIC, profile
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.test_fhir_emits import FULL

BASE = "https://gateway.example/fhir"
JSON, XML, FORM = media.JSON, media.XML, media.FORM
NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
ID = UUID("019a0000-0000-7000-8000-000000000001")
MINE = Subscription(
    id=ID,
    stand=Stand.ACTIVE,
    channel=Channel(
        endpoint="https://lvs.example/fhir/hook",
        payload=JSON,
        headers=(("authorization", "Bearer qzgeheim"),),
        heartbeat=3600,
        timeout=5,
    ),
    ends=dt.datetime(2027, 11, 21, tzinfo=dt.UTC),
    events=2,
)
FAILED = MINE.model_copy(
    update={"id": UUID(int=ID.int + 1), "stand": Stand.ERROR, "error": "http-503", "ends": None}
    | {"channel": MINE.channel.model_copy(update={"heartbeat": None, "payload": XML})}
)
EVENTS = tuple(Event(number=n, moment=NOW, match_id=UUID(int=n)) for n in (1, 2))
TOLD: dict[str, tuple[str, SubscriptionReply]] = {
    "one": (Does.SUBSCRIPTION, OneSubscription(subscription=MINE)),
    "made": (Does.SUBSCRIBE, OneSubscription(subscription=MINE, fresh=True)),
    "failed": (Does.SUBSCRIPTION, OneSubscription(subscription=FAILED)),
    "standing": (Does.STANDING, OneSubscription(subscription=FAILED)),
    "standings": (Does.STANDINGS, SubscriptionList(subscriptions=(MINE, FAILED))),
    "list": (Does.SUBSCRIPTIONS, SubscriptionList(subscriptions=(MINE, FAILED))),
    "none": (Does.SUBSCRIPTIONS, SubscriptionList(subscriptions=())),
    "events": (Does.EVENTS, EventList(subscription=MINE, events=EVENTS, moment=NOW)),
    "no-events": (Does.EVENTS, EventList(subscription=MINE, events=(), moment=NOW)),
    "ended": (Does.UNSUBSCRIBE, Unsubscribed()),
    "refused": (Does.SUBSCRIBE, Refusal(findings=(Finding(code="VIX-1431", at="Subscription.channel.endpoint"),))),
}
ORDERS: dict[str, Order] = {
    "pulse": Pulse(message_id=UUID(int=7), moment=NOW),
    "event": Announce(message_id=UUID(int=8), number=2, bericht=Bericht.GEMELD, match=FULL, moment=NOW),
}


def adapter() -> FhirSubscriptions:
    numbers = count(5)
    return fhir_subscriptions(BASE, new_id=lambda: UUID(int=next(numbers)))


def hook(subscription: Subscription = MINE) -> RestHook:
    return RestHook(subscription, base=BASE, written=media.write)


def written(name: str, kind: str = JSON, prefer: str = "") -> WireResponse:
    does, reply = TOLD[name]
    return adapter().encode(reply, operation="", relates_to=str(Asked(kind=kind, prefer=prefer, does=does)))


def notified(name: str, stand: Stand = Stand.ACTIVE, payload: str = JSON) -> WireRequest:
    channel = MINE.channel.model_copy(update={"payload": payload})
    return hook(MINE.model_copy(update={"stand": stand, "channel": channel})).encode(ORDERS[name])


def wanted() -> dict[str, Any]:
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "end": "2027-11-21T00:00:00+01:00",
        "reason": "qzreden",
        "contact": [{"system": "email", "value": "beheer@lvs.example"}],
        "criteria": TOPIC,
        "channel": {
            "extension": [
                {"url": profile("backport-heartbeat-period"), "valueUnsignedInt": 3600},
                {"url": profile("backport-timeout"), "valueUnsignedInt": 5},
                {"url": profile("backport-max-count"), "valuePositiveInt": 20},
            ],
            "type": "rest-hook",
            "endpoint": "https://lvs.example/fhir/hook",
            "payload": JSON,
            "_payload": {"extension": [{"url": profile("backport-payload-content"), "valueCode": "id-only"}]},
            "header": ["Authorization: Bearer qzgeheim"],
        },
    }


def posted(
    resource: Any, method: str = "POST", path: str = "/Subscription", kind: str = JSON, **query: str
) -> WireRequest:
    body = xml_form.write(resource) if kind == XML else json.dumps(resource).encode()
    return WireRequest(body, kind, {}, method, path, query)
