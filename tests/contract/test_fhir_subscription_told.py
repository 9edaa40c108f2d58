"""What is told of a subscription in FHIR: answers and notifications, which say nothing of anybody."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import compose
from gateway.adapters.senders.fhir import xml_form
from gateway.canonical.order import Alarm, Done, Poll, Retry
from gateway.canonical.subscription import Stand
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire.fhir_subscription import TOPIC
from gateway.wire.message import WireResponse
from tests.contract.subscriptions import BASE, ID, JSON, NOW, ORDERS, TOLD, XML, hook, notified, written
from tests.contract.test_fhir_emits import FULL, sound


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


def test_the_topic_is_published() -> None:
    [topic] = compose.publications().of("Basic")
    assert topic["identifier"][0]["value"] == TOPIC
