"""The dialect "fhir_index": FHIR R4 over REST, the index's side of it, as an R4 server that takes Bundles.

Bytes in, values out, and back; both ways are held against R4's schema. What stands in the resources: `fhir_in` and
`fhir_out`. What is asked without a Bundle (`GET metadata`, a single resource) this index does not answer.
"""

import json
from typing import Any

from gateway.simulator import fhir_in, fhir_out
from gateway.simulator.replies import Answer, Page, Refused, Registered, Reply
from gateway.simulator.values import Call
from gateway.wire import fhir_r4, json_in
from gateway.wire.fhir_index import CONTENT_TYPE, JSON, Resource
from gateway.wire.message import WireRequest, WireResponse

_KNOWN = (JSON, "application/json")
_UNREADABLE = "IX-400"


class FhirDialect:
    """Reads and writes the contract; holds nothing."""

    path = "/fhir"

    def decode(self, request: WireRequest) -> Call | WireResponse:
        """Read one request; what cannot be read is answered at once, without a word of it in the answer."""
        if request.content_type.partition(";")[0].strip().lower() not in _KNOWN:
            return _refusal(Refused(code=_UNREADABLE), status=415)
        try:
            bundle = json_in.read(request.body)
        except json_in.Malformed:
            return _refusal(Refused(code=_UNREADABLE))
        if not fhir_r4.sound(bundle, "Bundle"):
            places = fhir_r4.breaches(bundle) if _is_bundle(bundle) else ()
            return _refusal(Refused(code=_UNREADABLE, fields=tuple(place.partition(" ")[2][:200] for place in places)))
        try:
            return fhir_in.call(bundle)
        except (ValueError, KeyError):
            return _refusal(Refused(code=_UNREADABLE), status=422)

    def encode(self, call: Call, answer: Answer) -> WireResponse:
        """Write the answer to a call. What refuses a transaction stands alone; of a batch it is in its entry."""
        kind, _, count = call.relates_to.partition(" ")
        told = answer.answer if isinstance(answer, Reply) else answer
        if isinstance(told, Refused) and kind == "transaction":
            return _refusal(told)
        if isinstance(told, Refused):
            status, outcome = fhir_out.failed(told)
            entries: list[Resource] = [{"response": {"status": str(status), "outcome": outcome}}]
        else:
            entries = fhir_out.entries(call, answer)[: int(count)]
        bundle: Resource = {"resourceType": "Bundle", "type": f"{kind}-response", "entry": entries}
        if not _sound(bundle) and not _planted(told):
            raise AssertionError(f"the answer to {call.operation} is not R4")
        return _written(200, bundle)

    def documents(self, address: str) -> dict[str, bytes]:
        """Nothing: what this index can do is asked in a message."""
        return {}


def _is_bundle(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "Bundle"


def _sound(bundle: Resource) -> bool:
    """Whether a Bundle and all that is in it are R4."""
    inner = [entry["resource"] for entry in bundle.get("entry", ()) if "resource" in entry]
    return fhir_r4.sound(bundle, "Bundle") and all(
        _sound(one) if _is_bundle(one) else fhir_r4.sound(one, one["resourceType"]) for one in inner
    )


def _refusal(refused: Refused, *, status: int = 0) -> WireResponse:
    usual, outcome = fhir_out.failed(refused)
    return _written(status or usual, outcome)


def _written(status: int, resource: Resource) -> WireResponse:
    return WireResponse(status, json.dumps(resource, ensure_ascii=False).encode(), CONTENT_TYPE)


def _planted(told: object) -> bool:
    return isinstance(told, Registered | Page) and any(news.planted for news in told.news)
