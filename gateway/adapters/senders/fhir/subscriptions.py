"""Subscriptions in FHIR R4 (backport 1.1): what is asked of them, and what is told.

There is one topic, one kind of channel (rest-hook) and one measure of payload (id-only). Anything else is refused here
by its name; where a notification may go and how often is for `rules.subscriptions`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.adapters.senders.fhir import media, opened, search
from gateway.adapters.senders.fhir.asking import body_of, routed
from gateway.adapters.senders.fhir.closed import Walk
from gateway.adapters.senders.fhir.invariants import items, objects, part
from gateway.adapters.senders.fhir.names import CONTRACT, FORMAT
from gateway.adapters.senders.fhir.routes import SUBSCRIPTIONS, Does, Route
from gateway.adapters.senders.fhir.subscription_write import SubscriptionAnswers
from gateway.canonical.command import Said
from gateway.canonical.finding import Finding
from gateway.canonical.subscription import (
    AskEvents,
    AskSubscription,
    AskSubscriptions,
    OfSubscriptions,
    Subscribe,
    SubscriptionReply,
    Unsubscribe,
)
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.fhir_subscription import TOPIC, profile
from gateway.wire.message import WireRequest, WireResponse

WRONG_TOPIC, NOT_SO = "VIX-1432", "VIX-1433"
HOOK, MEASURE = "rest-hook", "id-only"


@dataclass(frozen=True, slots=True, repr=False)
class FhirSubscriptions:
    """The part of the FHIR door that is about subscriptions."""

    texts: FindingTexts
    answers: SubscriptionAnswers

    def decode(self, request: WireRequest) -> tuple[OfSubscriptions, str]:
        """Read one request, and what its answer must refer to; raises SenderError when there is none."""
        return routed(request, SUBSCRIPTIONS, self._read)

    def encode(self, reply: SubscriptionReply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer."""
        return self.answers.write(reply, relates_to)

    def _read(self, request: WireRequest, route: Route, name: str) -> tuple[OfSubscriptions, str]:
        return self._asked(request, route, name), ""

    def _asked(self, request: WireRequest, route: Route, name: str) -> OfSubscriptions:
        named = Said(name, "http.id")
        match route.does:
            case Does.SUBSCRIBE | Does.RESUBSCRIBE:
                return self._subscribe(request, named if name else None)
            case Does.SUBSCRIPTIONS:
                return self._search(request)
            case Does.EVENTS:
                return self._events(request, named)
        head = _head(search.said("", b"", request.query))
        if request.method == "POST":
            self._parameters(request)
        match route.does:
            case Does.UNSUBSCRIBE:
                return Unsubscribe(**head, subscription_id=named)
            case Does.STANDINGS:
                return AskSubscriptions(**head)
            case _:
                return AskSubscription(**head, subscription_id=named)

    def _subscribe(self, request: WireRequest, named: Said | None) -> Subscribe:
        said = search.said("", b"", request.query)
        walk = Walk(self.texts.absent)
        _, focus = opened.alone(body_of(request), "Subscription", walk)
        value, channel = focus.value, part(focus.value, "channel")
        if named is not None and value.get("id", named.text) != named.text:
            walk.find("VIX-1036", "Subscription.id")
        if value.get("criteria") != TOPIC:
            walk.find(WRONG_TOPIC, "Subscription.criteria", TOPIC)
        for at, wanted in _unwanted(value, channel):
            walk.find(NOT_SO, at, wanted)
        at = "Subscription.channel"
        lines = items(channel, "header")
        return Subscribe(
            **_head(said) | {"here": "Subscription", "places": {"endpoint": f"{at}.endpoint"}},
            subscription_id=named,
            stand=_said(value, "status", "Subscription"),
            endpoint=_said(channel, "endpoint", at),
            payload=str(channel.get("payload")),
            headers=tuple(Said(str(line), f"{at}.header[{number}]") for number, line in enumerate(lines))
            if "header" in channel
            else None,
            heartbeat=_seconds(channel, "backport-heartbeat-period"),
            timeout=_seconds(channel, "backport-timeout"),
            ends=_said(value, "end", "Subscription"),
            remarks=tuple(walk.found.values()),
        )

    def _search(self, request: WireRequest) -> AskSubscriptions:
        if request.body and media.written_in(request.content_type) != media.FORM:
            raise SenderError(Finding(code="VIX-1027", limit=media.FORM))
        said = search.said("Subscription", request.body, request.query)
        return AskSubscriptions(**_head(said), endpoint=said.get("url"), stand=said.get("status"))

    def _events(self, request: WireRequest, named: Said) -> AskEvents:
        said = search.said("$events", b"", request.query)
        if request.method == "POST":
            said |= self._parameters(request)
        since, until = said.get("eventsSinceNumber"), said.get("eventsUntilNumber")
        return AskEvents(**_head(said), subscription_id=named, since=since, until=until)

    def _parameters(self, request: WireRequest) -> dict[str, Said]:
        """What a Parameters resource says in texts; an empty body says nothing."""
        if not request.body:
            return {}
        walk = Walk(self.texts.absent)
        _, focus = opened.alone(body_of(request), "Parameters", walk)
        if walk.found:
            raise SenderError(*walk.found.values())
        return {
            str(one.get("name")): Said(str(one["valueString"]), f"Parameters.parameter[{number}].value")
            for number, one in objects(focus.value, "parameter")
            if "valueString" in one
        }


def _head(said: Mapping[str, Said]) -> dict[str, Any]:
    return {"formaat": FORMAT, "contract": CONTRACT, "here": search.HERE, "organisatie": said.get("organisatie")}


def _said(value: Mapping[str, Any], name: str, here: str) -> Said | None:
    text = value.get(name)
    return Said(text, f"{here}.{name}") if isinstance(text, str) else None


def _seconds(channel: Mapping[str, Any], name: str) -> Said | None:
    for number, extension in objects(channel, "extension"):
        if extension.get("url") == profile(name) and isinstance(extension.get("valueUnsignedInt"), int):
            return Said(str(extension["valueUnsignedInt"]), f"Subscription.channel.extension[{number}].value")
    return None


def _unwanted(value: Mapping[str, Any], channel: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a subscription asks for another kind of notification than there is, and what there is."""
    at = "Subscription.channel"
    if items(part(value, "_criteria"), "extension"):
        yield "Subscription.criteria.extension[0]", "zonder filter"
    if channel.get("type") != HOOK or items(part(channel, "_type"), "extension"):
        yield f"{at}.type", HOOK
    if channel.get("payload") not in (media.JSON, media.XML):
        yield f"{at}.payload", f"{media.JSON} | {media.XML}"
    measures = [one.get("valueCode") for _, one in objects(part(channel, "_payload"), "extension")]
    if measures != [MEASURE]:
        yield f"{at}.payload.extension('{profile('backport-payload-content')}')", MEASURE
