"""What is asked of subscriptions in FHIR: what is read of it with its place, what is refused and where."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.routes import Does
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import AskEvents, AskSubscription, AskSubscriptions, Subscribe, Unsubscribe
from gateway.errors import SenderError
from gateway.wire.fhir_subscription import profile
from gateway.wire.message import WireRequest
from tests.contract.subscriptions import FORM, JSON, XML, adapter, posted, wanted


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
