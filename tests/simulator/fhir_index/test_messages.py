"""The simulated index as an R4 server: what is no message of the contract, and how a message may be sent."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from fhir.resources.R4B import get_fhir_model_class

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import Lead, Withdraw
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.wire.message import WireRequest, WireResponse
from tests.simulator.fhir_index.gateway import ABLE, Gateway, register

SIGNAL = UUID("0198c0de-0000-7000-8000-000000000002")
WHOLE: dict[str, Any] = json.loads(FhirIndex(sender="noord", capabilities=ABLE).encode(register()).body)
OURS = FhirIndex(sender="noord", capabilities=ABLE)
PATCH: dict[str, Any] = json.loads(OURS.encode(Lead(message_id=uuid4(), signaal_id=SIGNAL, leidend=True)).body)
GONE: dict[str, Any] = json.loads(OURS.encode(Withdraw(message_id=uuid4(), signaal_id=SIGNAL)).body)


def changed(bundle: dict[str, Any], path: str, value: Any = None) -> bytes:
    """A message with another value somewhere; without one, the member is left out."""
    made = json.loads(json.dumps(bundle))
    *steps, last = path.split("/")
    place = made
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(made).encode()


def binary(*steps: Any) -> str:
    return base64.b64encode(json.dumps(steps).encode()).decode()


FLAG, REQUEST = "entry/0/resource", "entry/0/request"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<Bundle/>", b"{}", b"[]", b'{"resourceType": "Patient"}', b"[" * 50, b"\xff",
        changed(WHOLE, "type", "message"), changed(WHOLE, "type", "soort"), changed(WHOLE, "identifier"),
        changed(WHOLE, "identifier/assigner"), changed(WHOLE, "identifier/system", "urn:x"), changed(WHOLE, "entry"),
        changed(WHOLE, "geheim", "Jan Jansen"), changed(WHOLE, f"{FLAG}/geheim", "Jan Jansen"),
        changed(WHOLE, f"{FLAG}/status", "inactive"), changed(WHOLE, f"{FLAG}/author"),
        changed(WHOLE, f"{FLAG}/contained"),
        changed(WHOLE, f"{FLAG}/identifier"), changed(WHOLE, f"{FLAG}/extension"), changed(WHOLE, f"{FLAG}/code"),
        changed(WHOLE, f"{FLAG}/subject", {"reference": "Patient/1"}),
        changed(WHOLE, f"{FLAG}/subject/identifier/value", "12"),
        changed(WHOLE, f"{FLAG}/modifierExtension", [{"url": "urn:x", "valueBoolean": True}]),
        changed(WHOLE, f"{REQUEST}/ifNoneExist", "identifier=urn:x%7Cy"), changed(WHOLE, f"{REQUEST}/method", "DELETE"),
        changed(WHOLE, f"{REQUEST}/url", "Patient"), changed(WHOLE, "entry/1/request/url", "Task?focus:identifier=x"),
        changed(WHOLE, "entry/1/request/url", "Patient?x=y"), changed(PATCH, f"{FLAG}/contentType", "text/plain"),
        changed(PATCH, f"{FLAG}/data", "%%"), changed(PATCH, f"{FLAG}/data", binary()),
        changed(PATCH, f"{FLAG}/data", binary(7)), changed(PATCH, f"{FLAG}/data", base64.b64encode(b"7").decode()),
        changed(PATCH, f"{FLAG}/data", binary({"op": "replace", "path": "/status", "value": "inactive"})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "replace", "path": "/extension/1/valueBoolean", "value": "x"})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "remove", "path": "/extension/1/valueBoolean", "value": True})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "test", "path": "/extension/1/url", "value": "urn:x"})),
        changed(GONE, f"{FLAG}/status", "active"), changed(GONE, f"{FLAG}/period", {"start": "2026"}),
        changed(GONE, f"{FLAG}/subject", {"display": "Jan"}), changed(GONE, f"{REQUEST}/url", "Flag?identifier=x"),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_contract_is_refused_without_a_word_of_it(noord: Gateway, body: bytes) -> None:
    response = noord.post(body)
    assert response.status in (400, 422)
    told = json.loads(response.body)
    assert told["resourceType"] == "OperationOutcome"
    get_fhir_model_class("OperationOutcome").model_validate(told)
    assert "Jan" not in str(told) and "geheim" not in str(told)


@pytest.mark.parametrize("content_type", ["text/xml", "application/fhir+xml", "", "text/plain; charset=utf-8"])
def test_another_format_is_415(noord: Gateway, content_type: str) -> None:
    assert noord.post(json.dumps(WHOLE).encode(), content_type).status == 415


def test_a_message_reads_the_same_whatever_its_content_type_says_beside_it() -> None:
    body = json.dumps(WHOLE).encode()
    said = ("application/fhir+json", "application/json; charset=utf-8", "Application/FHIR+json; fhirVersion=4.0")
    calls = [FhirDialect().decode(WireRequest(body, one)) for one in said]
    assert calls[0] == calls[1] == calls[2] and not isinstance(calls[0], WireResponse)
