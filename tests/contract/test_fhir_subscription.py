"""A subscription in FHIR: what is read of it, what is refused and where; and what is told says nothing of anybody."""

import copy
import datetime as dt
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import compose
from gateway.adapters.channels.rest_hook import RestHook
from gateway.adapters.senders.fhir import FhirSubscriptions, media, xml_form
from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.routes import Does
from gateway.canonical.finding import Finding
from gateway.canonical.order import Alarm, Announce, Bericht, Done, Order, Poll, Pulse, Retry
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    AskEvents,
    AskSubscription,
    AskSubscriptions,
    Channel,
    Event,
    EventList,
    OneSubscription,
    Stand,
    Subscribe,
    Subscription,
    SubscriptionList,
    SubscriptionReply,
    Unsubscribe,
    Unsubscribed,
)
from gateway.compose.formats import fhir_subscriptions
from gateway.errors import IndexFault, SenderError
from gateway.rules.delivery import Recovery
from gateway.wire.fhir_subscription import TOPIC, profile
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.test_fhir_emits import FULL, sound

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


# what is told


@pytest.mark.parametrize("name", TOLD)
def test_every_answer_is_r4_by_three_judges_in_both_forms(name: str) -> None:
    told = json.loads(written(name).body)
    sound(told)
    assert xml_form.read(written(name, XML).body) == told
    assert "qzgeheim" not in str(told)


def test_statuses_headers_and_what_is_preferred() -> None:
    made = written("made")
    assert (made.status, made.headers["location"]) == (201, f"{BASE}/Subscription/{ID}")
    assert written("made", prefer="minimal").body == b""
    assert json.loads(written("made", prefer="OperationOutcome").body)["resourceType"] == "OperationOutcome"
    assert written("one", prefer="minimal").body
    assert written("refused").status == 422
    assert all(written(name).headers["cache-control"] == "no-store" for name in TOLD)


@pytest.mark.parametrize("payload", [JSON, XML])
@pytest.mark.parametrize("stand", [Stand.REQUESTED, Stand.ACTIVE])
@pytest.mark.parametrize("name", ORDERS)
def test_every_notification_is_r4_by_three_judges(name: str, stand: Stand, payload: str) -> None:
    sent = notified(name, stand, payload)
    bundle = xml_form.read(sent.body) if payload == XML else json.loads(sent.body)
    sound(bundle)
    delivery = str(ORDERS[name].message_id)
    assert sent.content_type == payload
    assert sent.headers == {"idempotency-key": f'"{delivery}"'}
    assert bundle["identifier"]["value"] == f"urn:uuid:{delivery}"
    assert sent.frozen() == notified(name, stand, payload).frozen(), "the same order is the same bytes"


def test_a_pulse_is_a_handshake_until_it_was_answered() -> None:
    kinds = [parameter(json.loads(notified("pulse", stand).body), "type") for stand in (Stand.REQUESTED, Stand.ACTIVE)]
    assert kinds == ["handshake", "heartbeat"]


def parameter(bundle: dict[str, Any], name: str) -> Any:
    [found] = [one for one in bundle["entry"][0]["resource"]["parameter"] if one["name"] == name]
    return next(value for key, value in found.items() if key != "name")


def test_an_event_says_where_the_match_is_and_nothing_of_it() -> None:
    sent = json.loads(notified("event").body)
    [event] = [one for one in sent["entry"][0]["resource"]["parameter"] if one["name"] == "notification-event"]
    assert event["part"] == [
        {"name": "event-number", "valueString": "2"},
        {"name": "timestamp", "valueInstant": "2026-11-21T10:30:00.000+01:00"},
        {"name": "focus", "valueReference": {"reference": f"{BASE}/Task/{FULL.match_id}"}},
    ]
    assert parameter(sent, "events-since-subscription-start") == "2"


@given(st.data())
def test_whatever_a_match_holds_a_notification_of_it_is_the_same(data: st.DataObject) -> None:
    """Canaries: every text of a match, and of its signal, may be anything."""
    text = data.draw(st.text(min_size=1, max_size=20))
    other = FULL.content.betrokkenen[0].model_copy(update={"naam": text, "instantie": text, "telefoon": text})
    content = FULL.content.model_copy(update={"betrokkenen": (other,)})
    changed = {"content": content, "bron_signaal_id": text, "signaal_id": UUID(int=data.draw(st.integers(0, 9)))}
    order = ORDERS["event"].model_copy(update={"match": FULL.model_copy(update=changed)})
    assert hook().encode(order).frozen() == hook().encode(ORDERS["event"]).frozen()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Done()),
        (202, Done()),
        (204, Done()),
        (307, "http-307"),
        (400, "http-400"),
        (410, "http-410"),
        (503, "http-503"),
    ],
)
def test_what_is_no_success_was_not_taken(status: int, expected: Any) -> None:
    outcome = hook().decode(ORDERS["event"], WireResponse(status, b"<html>wat dan ook"))
    assert outcome == (expected if isinstance(expected, Done) else Retry(reason=expected))


def test_it_carries_notifications_only() -> None:
    for order in (Poll(message_id=ID, cursor=0), Alarm(message_id=ID, address="a@b.nl", naam="x", moment=NOW)):
        with pytest.raises(IndexFault):
            hook().encode(order)
    assert hook().recovery("notice") is Recovery.REPEAT
    assert not hook().declared().axes


# what is asked


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


@pytest.mark.parametrize("kind", [JSON, XML])
def test_a_subscription_is_read_with_its_places(kind: str) -> None:
    read, refers = adapter().decode(posted(wanted(), kind=kind))
    assert isinstance(read, Subscribe)
    assert Asked.of(refers).does == Does.SUBSCRIBE
    assert (read.remarks, read.payload, read.subscription_id) == ((), JSON, None)
    said = {name: getattr(read, name) for name in ("stand", "endpoint", "heartbeat", "timeout", "ends")}
    assert {name: (one.text, one.at) for name, one in said.items()} == {
        "stand": ("requested", "Subscription.status"),
        "endpoint": ("https://lvs.example/fhir/hook", "Subscription.channel.endpoint"),
        "heartbeat": ("3600", "Subscription.channel.extension[0].value"),
        "timeout": ("5", "Subscription.channel.extension[1].value"),
        "ends": ("2027-11-21T00:00:00+01:00", "Subscription.end"),
    }
    assert read.headers is not None
    assert [(one.text, one.at) for one in read.headers] == [
        ("Authorization: Bearer qzgeheim", "Subscription.channel.header[0]")
    ]
    assert "qz" not in repr(read)


def test_a_plain_one_says_nothing_more() -> None:
    plain = wanted()
    del plain["end"], plain["contact"], plain["channel"]["extension"], plain["channel"]["header"]
    read, _ = adapter().decode(posted(plain))
    assert isinstance(read, Subscribe)
    assert (read.headers, read.heartbeat, read.timeout, read.ends, read.remarks) == (None, None, None, None, ())


Break = Callable[[dict[str, Any]], object]
CONTENT = f"Subscription.channel.payload.extension('{profile('backport-payload-content')}')"
WRONG: dict[str, tuple[Break, str, str]] = {
    "another topic": (lambda s: s.update(criteria="https://elders.example/topic"), "VIX-1432", "Subscription.criteria"),
    "a query of R4": (lambda s: s.update(criteria="Task?owner=x"), "VIX-1432", "Subscription.criteria"),
    "a filter": (
        lambda s: s.update(
            _criteria={"extension": [{"url": profile("backport-filter-criteria"), "valueString": "Task?x=1"}]}
        ),
        "VIX-1433",
        "Subscription.criteria.extension[0]",
    ),
    "a websocket": (lambda s: s["channel"].update(type="websocket"), "VIX-1433", "Subscription.channel.type"),
    "mail": (lambda s: s["channel"].update(type="email"), "VIX-1433", "Subscription.channel.type"),
    "a channel of one's own": (
        lambda s: s["channel"].update(
            _type={"extension": [{"url": profile("backport-channel-type"), "valueCoding": {"code": "zulip"}}]}
        ),
        "VIX-1433",
        "Subscription.channel.type",
    ),
    "no payload": (lambda s: s["channel"].pop("payload"), "VIX-1433", "Subscription.channel.payload"),
    "text": (lambda s: s["channel"].update(payload="text/plain"), "VIX-1433", "Subscription.channel.payload"),
    "everything": (
        lambda s: s["channel"]["_payload"]["extension"][0].update(valueCode="full-resource"), "VIX-1433", CONTENT,
    ),
    "nothing": (lambda s: s["channel"]["_payload"]["extension"][0].update(valueCode="empty"), "VIX-1433", CONTENT),
    "no measure": (lambda s: s["channel"].pop("_payload"), "VIX-1433", CONTENT),
    "no status": (lambda s: s.pop("status"), "VIX-1001", "Subscription.status"),
    "a status that is none": (lambda s: s.update(status="aan"), "VIX-1105", "Subscription.status"),
    "an end without zone": (lambda s: s.update(end="2027-01-01T00:00:00"), "VIX-1105", "Subscription.end"),
    "a heartbeat in words": (
        lambda s: s["channel"]["extension"][0].update(valueUnsignedInt="uur"),
        "VIX-1105",
        "Subscription.channel.extension[0].value",
    ),
    "a narrative": (lambda s: s.update(text={"status": "generated", "div": "<div/>"}), "VIX-1003", "Subscription.text"),
    "something contained": (lambda s: s.update(contained=[{"resourceType": "Patient"}]), "VIX-1003", "Subscription.contained"),  # noqa: E501
    "what R4 does not have": (lambda s: s.update(topic="x"), "VIX-1001", "Subscription.children()[6]"),
    "a list for an object": (lambda s: s.update(channel=[s["channel"]]), "VIX-1001", "Subscription.channel"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_at_its_place(name: str) -> None:
    breaks, code, at = WRONG[name]
    resource = copy.deepcopy(wanted())
    breaks(resource)
    read, _ = adapter().decode(posted(resource))
    assert (code, at) in {(finding.code, finding.at) for finding in read.remarks}, read.remarks
    assert "qz" not in str([finding.model_dump() for finding in read.remarks])


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (posted({"resourceType": "Flag"}), "VIX-1001"),
        (posted([]), "VIX-1001"),
        (WireRequest(b"{", JSON, {}, "POST", "/Subscription"), "VIX-1001"),
        (WireRequest(b"", FORM, {}, "POST", "/Subscription"), "VIX-1027"),
        (WireRequest(b"<!DOCTYPE x><x/>", XML, {}, "POST", "/Subscription"), "VIX-1007"),
        (WireRequest(b"", "", {"accept": "text/html"}, "GET", "/Subscription/x"), "VIX-1031"),
        (WireRequest(b"", "", {}, "GET", "/Subscription"), "VIX-1026"),
        (WireRequest(b"", "", {}, "PATCH", "/Subscription/x"), "VIX-1026"),
        (WireRequest(b"", "", {}, "GET", "/Subscription/x/y"), "VIX-1025"),
        (WireRequest(b"", "", {}, "GET", "/Subscription/x", {"status": "active"}), "VIX-1035"),
        (WireRequest(b"x=1", FORM, {}, "POST", "/Subscription/_search"), "VIX-1035"),
        (WireRequest(b"{}", JSON, {}, "POST", "/Subscription/_search"), "VIX-1027"),
        (posted({"resourceType": "Patient"}, path="/Subscription/x/$events"), "VIX-1001"),
        (posted({"resourceType": "Parameters", "parameter": [{}]}, path="/Subscription/x/$status"), "VIX-1001"),
    ],
)
def test_what_cannot_be_read_is_refused(request_: WireRequest, code: str) -> None:
    with pytest.raises(SenderError) as refused:
        adapter().decode(request_)
    assert refused.value.findings[0].code == code
    assert adapter().encode(
        Refusal(findings=refused.value.findings), operation="", relates_to=refused.value.relates_to
    ).status in (400, 404, 405, 406, 415)


def test_another_address_than_its_own_is_no_change() -> None:
    read, refers = adapter().decode(posted(wanted() | {"id": "a"}, "PUT", "/Subscription/b"))
    assert [(one.code, one.at) for one in read.remarks] == [("VIX-1036", "Subscription.id")]
    assert Asked.of(refers).does == Does.RESUBSCRIBE
    read, _ = adapter().decode(posted(wanted() | {"id": "b"}, "PUT", "/Subscription/b", organisatie="school"))
    assert isinstance(read, Subscribe) and read.subscription_id is not None and read.organisatie is not None
    assert (read.remarks, read.subscription_id.text, read.organisatie.text) == ((), "b", "school")


def test_what_is_asked_without_a_resource() -> None:
    def asked(method: str, path: str, body: bytes = b"", kind: str = "", **query: str) -> Any:
        return adapter().decode(WireRequest(body, kind, {}, method, path, query))[0]

    assert isinstance(asked("GET", "/Subscription/x"), AskSubscription)
    assert isinstance(asked("DELETE", "/Subscription/x"), Unsubscribe)
    assert isinstance(asked("GET", "/Subscription/x/$status"), AskSubscription)
    assert isinstance(asked("POST", "/Subscription/x/$status", b'{"resourceType":"Parameters"}', JSON), AskSubscription)
    assert isinstance(asked("GET", "/Subscription/$status"), AskSubscriptions)
    found = asked("POST", "/Subscription/_search", b"url=https%3A%2F%2Fa&status=error", FORM)
    assert (found.endpoint.text, found.stand.text) == ("https://a", "error")
    events = asked("GET", "/Subscription/x/$events", eventsSinceNumber="3", eventsUntilNumber="9", content="empty")
    assert isinstance(events, AskEvents) and events.since and events.until
    assert (events.since.text, events.since.at, events.until.text) == ("3", "http.eventsSinceNumber", "9")
    named = {"parameter": [{"name": "eventsSinceNumber", "valueString": "3"}, {"name": "x", "valueBoolean": True}]}
    events = adapter().decode(posted({"resourceType": "Parameters"} | named, path="/Subscription/x/$events"))[0]
    assert isinstance(events, AskEvents) and events.since and events.until is None
    assert events.since == ("3", "Parameters.parameter[0].value", True)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda s: (
        st.lists(s, max_size=3)
        | st.dictionaries(st.sampled_from([*wanted(), *wanted()["channel"], "url", "valueUnsignedInt"]), s, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from([*wanted()]), JUNK), st.dictionaries(st.sampled_from([*wanted()["channel"]]), JUNK)
)
def test_any_json_is_read_or_refused(above: dict[str, Any], channel: dict[str, Any]) -> None:
    resource = wanted() | above | {"resourceType": "Subscription"}
    if isinstance(resource["channel"], dict):
        resource["channel"] = wanted()["channel"] | channel
    try:
        read, _ = adapter().decode(posted(resource))
    except SenderError as refused:
        assert refused.findings
    else:
        assert isinstance(read, Subscribe)


def test_the_topic_is_published() -> None:
    [topic] = compose.publications().of("Basic")
    assert topic["identifier"][0]["value"] == TOPIC
