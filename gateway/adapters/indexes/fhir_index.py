"""The contract "fhir_index" version 1, orders out: an index that speaks FHIR R4 over REST.

One order is one Bundle, posted to the base address of the index: a transaction or a batch as R4 defines them.
`fhir_index_write` says what stands in it, `fhir_index_answer` reads what came back. A repeat gives no double because
every change is conditional on our own number of the signal; there is no status by message id, so what is unknown is
sent again. The names of the contract: `gateway/wire/fhir_index.py`; why they are so: docs/fhir-index.md.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from gateway.adapters.indexes import fhir_index_answer
from gateway.adapters.indexes.fhir_index_write import asked
from gateway.canonical.order import IndexCapabilities, Order, Outcome, Register
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import fhir_r4
from gateway.wire.fhir_index import AANSLUITING, BERICHT_ID, CONTENT_TYPE, JSON
from gateway.wire.message import WireRequest, WireResponse

HEADERS = {"accept": JSON, "prefer": "return=minimal"}
"""What is answered need not hold what was sent: no child comes back."""

_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class FhirIndex:
    """One index that speaks this contract. Safe to share between threads."""

    def __init__(self, *, sender: str, capabilities: IndexCapabilities) -> None:
        self._sender = sender
        self._capabilities = capabilities

    def encode(self, order: Order) -> WireRequest:
        """Write one order, the same bytes at every attempt.

        Raises IndexFault, naming place and rule, when the order does not fit the contract: our own fault.
        """
        if any(map(_STRANGE.search, _texts(order.model_dump()))):
            raise IndexFault(f"{type(order).__name__}: a text that FHIR cannot carry")
        told = asked(order)
        bundle = {
            "resourceType": "Bundle",
            "id": str(order.message_id),
            "identifier": {
                "system": BERICHT_ID,
                "value": str(order.message_id),
                "assigner": {"identifier": {"system": AANSLUITING, "value": self._sender}},
            },
            "type": told.kind,
            "entry": list(told.entries),
        }
        if places := [place for resource in (bundle, *told.resources) for place in fhir_r4.breaches(resource)]:
            raise IndexFault(", ".join(places))
        body = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
        return WireRequest(body.encode(), CONTENT_TYPE, HEADERS)

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Read what the index answered to `order`. Never raises."""
        return fhir_index_answer.decode(order, response)

    def recovery(self, kind: str) -> Recovery:
        """An order that is sent again finds by our own number what it did before."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """A registration as it stands there: as it was sent."""
        return order

    def declared(self) -> IndexCapabilities:
        """What this index can carry, as configured."""
        return self._capabilities


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _texts(inner)
