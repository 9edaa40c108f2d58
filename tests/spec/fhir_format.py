"""Messages in FHIR: signals and what changes them as message Bundles, questions as searches and reads.

The resources of a Bundle are written in `fhir_resources`; where what they say stands is told in `fhir_places`.
"""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gateway.adapters.senders.fhir import FhirSender
from gateway.canonical.command import Request
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.spec.fhir_names import BASE, EVENTS, IDS, JSON, TASKS, WITH_PEOPLE
from tests.spec.fhir_places import places, unsaid
from tests.spec.fhir_resources import coordinator, flag, patient, role, source, task
from tests.spec.people import shared

if TYPE_CHECKING:
    from tests.spec.formats import Message

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_SEARCHES = {"statusOpvragen": "Flag", "eigenSignalenOpvragen": "Flag", "matchesOpvragen": "Task"}


class Fhir:
    """The FHIR contract, as a door hands it on."""

    def says(self, message: "Message") -> bool:
        """A search without an identifier asks for a list; an address holds only an id of R4."""
        said = message.fields
        match message.operation:
            case "statusOpvragen":
                return len({"bron_signaal_id", "signaal_id"} & said.keys()) == 1
            case "matchOpvragen":
                return bool(_ID.fullmatch(said.get("match_id", "")))
        return True

    def request(self, message: "Message") -> Request:
        return adapter().decode(wire(message))[0]

    def place(self, message: "Message", name: str) -> str:
        if message.operation not in (*EVENTS, *TASKS):
            return _PARAMETERS[name]
        return places(message).get(name) or unsaid(message, name)


_PARAMETERS = {
    "na": "http.na",
    "maximum": "http._count",
    "bron_signaal_id": "http.identifier",
    "bron_systeem": "http.identifier",
    "signaal_id": "http.identifier",
    "match_id": "http.id",
}


def wire(message: "Message") -> WireRequest:
    """The message as bytes."""
    said = message.fields
    if message.operation in (*EVENTS, *TASKS):
        return WireRequest(json.dumps(bundle(message)).encode(), JSON, path="/$process-message")
    if message.operation == "capaciteiten":
        return WireRequest(b"", path="/$capaciteiten")
    if message.operation == "matchOpvragen":
        return WireRequest(b"", method="GET", path=f"/Task/{said['match_id']}")
    if message.operation == "statusOpvragen" and "signaal_id" in said and _ID.fullmatch(said["signaal_id"]):
        return WireRequest(b"", method="GET", path=f"/Flag/{said['signaal_id']}")
    form = {"na": said.get("na"), "_count": said.get("maximum")}
    if message.operation == "statusOpvragen":
        form["identifier"] = f"{source(said.get('bron_systeem', ''))}|{said['bron_signaal_id']}"
    body = urlencode({name: text for name, text in form.items() if text is not None}).encode()
    return WireRequest(body, "application/x-www-form-urlencoded", path=f"/{_SEARCHES[message.operation]}/_search")


def bundle(message: "Message") -> dict[str, Any]:
    """The message as a Bundle."""
    focus = task(message) if message.operation in TASKS else flag(message)
    event = TASKS.get(message.operation) or EVENTS[message.operation][0]
    header: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "id": IDS[0],
        "eventCoding": {"system": f"{BASE}/CodeSystem/vi-bericht", "code": event},
        "source": {"endpoint": "https://bron.example/fhir"},
        "focus": [{"reference": f"urn:uuid:{IDS[1]}"}],
    }
    if "organisatie" in message.fields:
        number = {"system": f"{BASE}/NamingSystem/organisatie", "value": message.fields["organisatie"]}
        header["sender"] = {"identifier": number}
    resources = {0: header, 1: focus}
    if message.operation in WITH_PEOPLE:
        resources |= {2: patient(message), 3: role(message), 4: coordinator(message)}
    entries = [
        {"fullUrl": f"urn:uuid:{IDS[number]}", "resource": resource}
        for number, resource in resources.items()
        if resource
    ]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


@cache
def adapter() -> FhirSender:
    advice = {"bel-nu": ("Bel.", "Call."), "niet-bewaard": ("Weg.", "Gone.")}
    return FhirSender.load(
        FindingTexts.load(),
        advice=advice,
        display=lambda axis, concept: concept,
        list_of=shared().list_of,
        base="https://gateway.example/fhir",
    )
