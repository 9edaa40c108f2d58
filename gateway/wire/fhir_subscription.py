"""How FHIR R4 tells of a subscription: its status as Parameters, alone or at the head of a notification.

Subscriptions R5 Backport 1.1, form for R4 (backport-subscription-status-r4, backport-subscription-notification-r4).
A match stands here by its address alone (payload `id-only`).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from gateway.canonical.subscription import Event, Subscription
from gateway.clock import AMSTERDAM
from gateway.wire.fhir import canonical

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport"
TOPIC = canonical("SubscriptionTopic", "vi-match")
"""A match arose, lapsed, or must be removed."""

Resource = dict[str, Any]


def profile(name: str) -> str:
    """The address of a definition of the backport."""
    return f"{BACKPORT}/StructureDefinition/{name}"


def status(subscription: Subscription, kind: str, identity: UUID, base: str, events: Iterable[Event] = ()) -> Resource:
    """Where a subscription is. `kind` is its type of notification, `base` the full address of the FHIR door."""
    parameters = [
        _parameter("subscription", Reference={"reference": f"{base}/Subscription/{subscription.id}"}),
        _parameter("topic", Canonical=TOPIC),
        _parameter("status", Code=subscription.stand.value),
        _parameter("type", Code=kind),
        _parameter("events-since-subscription-start", String=str(subscription.events)),
        *(_event(event, base) for event in events),
    ]
    if subscription.error:
        parameters.append(_parameter("error", CodeableConcept={"text": subscription.error}))
    return {
        "resourceType": "Parameters",
        "id": str(identity),
        "meta": {"profile": [profile("backport-subscription-status-r4")]},
        "parameter": parameters,
    }


def notification(told: Resource, moment: dt.datetime, base: str, subscription: UUID) -> Resource:
    """A notification: a Bundle that begins with a status; its identifier is the status' own id."""
    name = f"urn:uuid:{told['id']}"
    return {
        "resourceType": "Bundle",
        "id": told["id"],
        "meta": {"profile": [profile("backport-subscription-notification-r4")]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": name},
        "type": "history",
        "timestamp": instant(moment),
        "entry": [
            {
                "fullUrl": name,
                "resource": told,
                "request": {"method": "GET", "url": f"{base}/Subscription/{subscription}/$status"},
                "response": {"status": "200"},
            }
        ],
    }


def instant(moment: dt.datetime) -> str:
    """A moment as FHIR's instant."""
    return moment.astimezone(AMSTERDAM).isoformat(timespec="milliseconds")


def _event(event: Event, base: str) -> Resource:
    parts = [
        _parameter("event-number", String=str(event.number)),
        _parameter("timestamp", Instant=instant(event.moment)),
        _parameter("focus", Reference={"reference": f"{base}/Task/{event.match_id}"}),
    ]
    return {"name": "notification-event", "part": parts}


def _parameter(name: str, **value: Any) -> Resource:
    ((kind, said),) = value.items()
    return {"name": name, f"value{kind}": said}
