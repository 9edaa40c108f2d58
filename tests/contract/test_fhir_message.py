"""A match as a FHIR message: R4 by three judges, the same each time; what comes back is judged by one table."""

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from gateway import compose
from gateway.canonical.order import Announce, Done, Outcome, Poll, Refused, Retry, Unknown
from gateway.config import Config, PartnerConfig
from gateway.errors import IndexFault
from gateway.flow.courier import Destination
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireResponse
from tests.contract.test_fhir_emits import sound
from tests.contract.test_terugmelding import DELIVERY, ENDS, LAPSED, MOVED, OTHER, REMOVE, TOLD

URL = "http://ontvanger.voorbeeld.nl/fhir"


def receiver(url: str = URL) -> Destination:
    told = {"id": "school", "name": "School", "category": "onderwijs", "regions": ("r",)}
    partner = PartnerConfig.model_validate(told | {"delivery": {"fhir": {"url": url}}})
    [found] = compose.receivers_of(partner, Config.model_validate({"http": {"base_url": "https://gateway.example"}}))
    return found


def message(order: Announce) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(receiver().adapter.encode(order).body)
    return told


def answer(code: object = "ok", identifier: object = str(DELIVERY), **changes: object) -> bytes:
    response = {"identifier": identifier, "code": code}
    header = {"resourceType": "MessageHeader", "eventCoding": {"code": "antwoord"}, "response": response}
    bundle = {"resourceType": "Bundle", "type": "message", "entry": [{"resource": header}]}
    return json.dumps(bundle | changes).encode()


@pytest.mark.parametrize(
    ("order", "event", "status"),
    [
        (TOLD, "match-melding", "accepted"),
        (MOVED, "verhuisbericht", "accepted"),
        (LAPSED, "match-vervallen", "cancelled"),
        (REMOVE, "verwijderverzoek", "cancelled"),
    ],
)
def test_what_is_told_is_r4(order: Announce, event: str, status: str) -> None:
    bundle = message(order)
    sound(bundle)
    header, task = (entry["resource"] for entry in bundle["entry"])
    assert (header["id"], header["eventCoding"]["code"]) == (str(DELIVERY), event)
    assert header["focus"][0]["reference"] == bundle["entry"][1]["fullUrl"]
    assert header["destination"] == [{"name": "school", "endpoint": URL}]
    assert header["source"]["endpoint"] == "https://gateway.example/fhir"
    assert (task["resourceType"], task["status"]) == ("Task", status)
    assert ("C. Ontact" in json.dumps(bundle)) is (order in (TOLD, MOVED))


def test_that_a_signal_ends_is_r4_and_names_nobody() -> None:
    bundle: dict[str, Any] = json.loads(receiver().adapter.encode(ENDS).body)
    sound(bundle)
    header, flag = (entry["resource"] for entry in bundle["entry"])
    assert header["eventCoding"]["code"] == "signaal-verloopt"
    assert header["focus"] == [{"reference": bundle["entry"][1]["fullUrl"], "type": "Flag"}]
    assert [one["value"] for one in flag["identifier"]] == [str(ENDS.signaal_id), "s-<1>&"]
    assert [one["valueDate"] for one in flag["extension"]] == ["2027-01-20"]
    assert receiver().adapter.decode(ENDS, WireResponse(200, answer())) == Done()


def test_the_same_announcement_is_the_same_bytes() -> None:
    adapter = receiver().adapter
    assert adapter.encode(TOLD).frozen() == adapter.encode(TOLD).frozen()
    assert adapter.recovery("notice") is Recovery.REPEAT
    assert adapter.declared().axes == frozenset()
    with pytest.raises(IndexFault):
        adapter.encode(Poll(message_id=DELIVERY, cursor=0))


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, answer(), Done()),
        (202, answer(), Unknown(reason="correlatie")),
        (200, answer("transient-error"), Retry(reason="transient-error")),
        (500, answer("transient-error"), Retry(reason="transient-error")),
        (200, answer("fatal-error"), Refused(code="fatal-error")),
        (400, answer("fatal-error"), Refused(code="fatal-error")),
        (200, answer("anders"), Unknown(reason="correlatie")),
        (200, answer(identifier=str(OTHER)), Unknown(reason="correlatie")),
        (200, answer(["ok"]), Unknown(reason="onleesbaar")),
        (200, answer(identifier=7), Unknown(reason="onleesbaar")),
        (200, answer(type="collection"), Unknown(reason="onleesbaar")),
        (200, answer(entry=[]), Unknown(reason="onleesbaar")),
        (200, answer(entry="x"), Unknown(reason="onleesbaar")),
        (200, b"[]", Unknown(reason="onleesbaar")),
        (200, b"", Unknown(reason="onleesbaar")),
        (200, b"[" * 5000, Unknown(reason="onleesbaar")),
        (204, b"", Unknown(reason="onleesbaar")),
        (307, b"", Unknown(reason="onleesbaar")),
        (503, b"", Retry(reason="http-503")),
        (429, answer(identifier=str(OTHER)), Retry(reason="http-429")),
    ],
)
def test_an_answer_is_judged_by_one_table(status: int, body: bytes, outcome: Outcome) -> None:
    assert receiver().adapter.decode(TOLD, WireResponse(status, body)) == outcome


def test_only_the_answer_to_a_request_to_remove_confirms_it() -> None:
    adapter = receiver().adapter
    assert adapter.decode(REMOVE, WireResponse(200, answer())) == Done(confirmed=True)
    assert adapter.decode(LAPSED, WireResponse(200, answer())) == Done()


@pytest.mark.parametrize("base", [URL, f"{URL}/"])
def test_it_goes_to_process_message(httpx_mock: HTTPXMock, base: str) -> None:
    httpx_mock.add_response(url=f"{URL}/$process-message", content=answer())
    to = receiver(base)
    got = to.transport.exchange(to.adapter.encode(TOLD), url=to.url, deadline=5.0)
    assert isinstance(got, WireResponse) and to.adapter.decode(TOLD, got) == Done()
    [request] = httpx_mock.get_requests()
    assert request.headers["content-type"] == "application/fhir+json; charset=utf-8"
