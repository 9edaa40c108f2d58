"""A gateway at an index that speaks FHIR: its adapter, and the orders it gives."""

import datetime as dt
import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fhir.resources.R4B import get_fhir_model_class
from fhirclient.models import bundle as client_bundle

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import Contact, Done, IndexCapabilities, Order, Outcome, Person, Poll, Register
from gateway.canonical.signal import Soort
from gateway.simulator.server import Simulator
from gateway.wire.message import WireResponse
from tests.simulator.wire import CHILD, managed

ABLE = IndexCapabilities.model_validate(
    dict.fromkeys(
        ("ketenregistratie", "wijzigen", "terugkoppelen", "opvragen", "overnemen", "stil", "landelijk_uit"), True
    )
    | {"axes": ("urgentie",)}
)

MOMENT = dt.datetime(2026, 11, 21, 9, 58, tzinfo=dt.UTC)

UNTIL = dt.date(2028, 11, 21)


class Gateway:
    """A gateway at the index: its adapter, and what it heard."""

    def __init__(self, url: str, name: str) -> None:
        self.adapter = FhirIndex(sender=name, capabilities=ABLE)
        self.address = urlsplit(url)

    def post(self, body: bytes, content_type: str = "application/fhir+json") -> WireResponse:
        connection = HTTPConnection(self.address.netloc, timeout=10)
        try:
            connection.request("POST", "/fhir", body, {"Content-Type": content_type})
            response = connection.getresponse()
            return WireResponse(response.status, response.read(), response.headers["Content-Type"])
        finally:
            connection.close()

    def answer(self, order: Order) -> dict[str, Any]:
        """What came back, held against two libraries."""
        response = self.post(self.adapter.encode(order).body)
        assert response.content_type == "application/fhir+json; charset=utf-8"
        told: dict[str, Any] = json.loads(response.body)
        get_fhir_model_class(told["resourceType"]).model_validate(told)
        if told["resourceType"] == "Bundle":
            client_bundle.Bundle(told)
        return told | {"http": response.status}

    def do(self, order: Order) -> Outcome:
        return self.adapter.decode(order, self.post(self.adapter.encode(order).body))

    def done(self, order: Order) -> Done:
        outcome = self.do(order)
        assert isinstance(outcome, Done), outcome
        return outcome

    def news(self, cursor: int = 0) -> Done:
        return self.done(Poll(message_id=uuid4(), cursor=cursor))


def contact(organisation: str = "school", naam: str = "A. Fictief", **more: str) -> Contact:
    return Contact(
        professional_id="p-1", naam=naam, instantie_id=organisation, instantie_naam=f"Instantie {organisation}", **more
    )


def register(organisation: str = "school", **changed: Any) -> Register:
    return Register.model_validate(
        {
            "message_id": uuid4(),
            "signaal_id": uuid4(),
            "soort": Soort.SIGNAAL,
            "person": Person(bsn=CHILD),
            "contact": contact(organisation, telefoon="06"),
            "datum_tijd_melding": MOMENT,
            "verwijderdatum": UNTIL,
        }
        | changed
    )


def counted(index: Simulator) -> tuple[dict[str, int], int]:
    """Signals by status, and references with more than one."""
    with closing(HTTPConnection(urlsplit(index.url).netloc, timeout=10)) as connection:
        told = managed(connection, "telling")
    return told["signalen"], told["dubbel"]
