"""What is told of subscriptions, in FHIR R4. Never a header, and never a word of the sender's own: `reason` is ours."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import UUID

from gateway.adapters.senders.fhir.answer import Asked, responded
from gateway.adapters.senders.fhir.outcome import Outcomes, outcome
from gateway.adapters.senders.fhir.routes import Does
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    EventList,
    OneSubscription,
    Subscription,
    SubscriptionList,
    SubscriptionReply,
    Unsubscribed,
)
from gateway.wire import problem
from gateway.wire.fhir_subscription import TOPIC, instant, notification, profile, status
from gateway.wire.message import WireResponse

Resource = dict[str, Any]

REASON = "Melding dat er nieuws is van een match"


@dataclass(frozen=True, slots=True, repr=False)
class SubscriptionAnswers:
    """Writes replies. `base` is the full address of the door."""

    base: str
    new_id: Callable[[], UUID]
    outcomes: Outcomes

    def write(self, reply: SubscriptionReply, relates_to: str) -> WireResponse:
        """The answer to what was asked."""
        asked = Asked.of(relates_to)
        match reply:
            case Refusal():
                code = self.outcomes.status(reply)
                return responded(code, self.outcomes.refusal(reply), asked, problem.headers(reply, code))
            case OneSubscription() if asked.does == Does.STANDING:
                return responded(200, self._standings([reply.subscription]), asked)
            case OneSubscription():
                return self._one(reply, asked)
            case SubscriptionList() if asked.does == Does.STANDINGS:
                return responded(200, self._standings(reply.subscriptions), asked)
            case SubscriptionList():
                return responded(200, self._page(reply.subscriptions), asked)
            case EventList():
                return responded(200, self._events(reply), asked)
            case Unsubscribed():
                return responded(200, outcome([]), asked)
            case _ as never:
                assert_never(never)

    def _one(self, reply: OneSubscription, asked: Asked) -> WireResponse:
        made = asked.does == Does.SUBSCRIBE
        headers = {"location": f"{self.base}/Subscription/{reply.subscription.id}"} if made else {}
        told = outcome([]) if asked.prefer == "OperationOutcome" else resource(reply.subscription)
        whole = responded(201 if reply.fresh else 200, told, asked, headers)
        silent = asked.prefer == "minimal" and asked.does in (Does.SUBSCRIBE, Does.RESUBSCRIBE)
        return WireResponse(whole.status, b"", whole.content_type, whole.headers) if silent else whole

    def _page(self, subscriptions: Iterable[Subscription]) -> Resource:
        found = [(f"{self.base}/Subscription/{one.id}", resource(one)) for one in subscriptions]
        return self._searchset(f"{self.base}/Subscription/_search", found)

    def _standings(self, subscriptions: Iterable[Subscription]) -> Resource:
        told = [status(one, "query-status", self.new_id(), self.base) for one in subscriptions]
        return self._searchset(f"{self.base}/Subscription/$status", [(f"urn:uuid:{one['id']}", one) for one in told])

    def _searchset(self, address: str, found: list[tuple[str, Resource]]) -> Resource:
        bundle: Resource = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": [{"relation": "self", "url": address}],
        }
        entries = [{"fullUrl": name, "resource": one, "search": {"mode": "match"}} for name, one in found]
        return bundle | ({"entry": entries} if entries else {})

    def _events(self, reply: EventList) -> Resource:
        one = reply.subscription
        told = status(one, "query-event", self.new_id(), self.base, reply.events)
        return notification(told, reply.moment, self.base, one.id)


def resource(subscription: Subscription) -> Resource:
    """A subscription as its owner sees it."""
    channel = subscription.channel
    paces = {"backport-heartbeat-period": channel.heartbeat, "backport-timeout": channel.timeout}
    told: Resource = {
        "resourceType": "Subscription",
        "id": str(subscription.id),
        "meta": {"profile": [profile("backport-subscription")]},
        "status": subscription.stand.value,
        "reason": REASON,
        "criteria": TOPIC,
        "channel": {
            "extension": [
                {"url": profile(name), "valueUnsignedInt": seconds} for name, seconds in paces.items() if seconds
            ],
            "type": "rest-hook",
            "endpoint": channel.endpoint,
            "payload": channel.payload,
            "_payload": {"extension": [{"url": profile("backport-payload-content"), "valueCode": "id-only"}]},
        },
    }
    if subscription.ends is not None:
        told["end"] = instant(subscription.ends)
    if subscription.error:
        told["error"] = subscription.error
    return told
