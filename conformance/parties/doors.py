"""Where a sender under test finds the kit: the doors of a gateway, the contract, and what is to be done next.

`GET /toets/opdracht` gives the next instruction as JSON (204 when there is none now), for a client that is driven by a
program; `?formaat=` and `?zonder=` (scenarios, with commas) choose. `GET /toets/rooster` gives all of them.
"""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from conformance.exchange import Reply, Request
from conformance.formats import fhir_served, soap_served
from conformance.formats.pinned import contract
from conformance.formats.plainjson import OPENAPI, ROOT
from conformance.formats.soap import WSDL, XSD
from conformance.parties.gateway import Gateway
from conformance.parties.server import Answer
from conformance.values import Message

JSON = (("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store"))
XML = (("content-type", "text/xml; charset=utf-8"),)
FHIR = (("content-type", "application/fhir+json; charset=utf-8"),)
CAPABLE: Message = {
    "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-22", "kind": "instance",
    "fhirVersion": "4.0.1", "format": ["application/fhir+json"],
    "implementation": {"description": "verwijsindex-toets"},
    "rest": [{"mode": "server", "resource": [{"type": "Flag"}, {"type": "Task"}]}],
}  # fmt: skip
"""What a FHIR client wants to know before it speaks."""
NOWHERE = Answer(Reply(404, JSON, b'{"fout": "hier is niets; het adres van SOAP is /soap/v1"}'))


class Doors:
    """Sends each request to where it belongs. `roster` gives the roster as JSON has it."""

    def __init__(self, gateway: Gateway, roster: Callable[[], Message]) -> None:
        self._gateway = gateway
        self._roster = roster

    def answer(self, request: Request) -> Answer:
        """What is done to a request."""
        path = urlsplit(request.url).path.rstrip("/")
        if path == soap_served.DOOR and request.method == "POST":
            return self._gateway.take("soap", request)
        if path.startswith(f"{ROOT}/") and path != f"{ROOT}/openapi.json":
            return self._gateway.take("json", request)
        if path.startswith(f"{fhir_served.DOOR}/") and path != f"{fhir_served.DOOR}/metadata":
            return self._gateway.take("fhir", request)
        if request.method != "GET":
            return NOWHERE
        if path == soap_served.DOOR:
            return Answer(_document(request))
        if path == f"{ROOT}/openapi.json":
            return Answer(Reply(200, JSON, contract(OPENAPI)))
        if path == f"{fhir_served.DOOR}/metadata":
            return Answer(Reply(200, FHIR, json.dumps(CAPABLE).encode()))
        if path == "/toets/opdracht":
            return Answer(self._next(request))
        if path == "/toets/rooster":
            return Answer(_json(self._roster()))
        return NOWHERE

    def _next(self, request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.url).query)
        without = set(",".join(asked.get("zonder", [])).split(","))
        for one in self._gateway.assignments():
            right = one["formaat"] in asked.get("formaat", [one["formaat"]]) and one["scenario"] not in without
            if right and one["vandaag"]:
                return _json(one)
        return Reply(204, (), b"")


def _document(request: Request) -> Reply:
    """The WSDL with this address in it, or the XSD."""
    base, _, query = request.url.partition("?")
    if query.startswith("xsd"):
        return Reply(200, XML, contract(XSD))
    wsdl = contract(WSDL).replace(f'schemaLocation="{XSD}"'.encode(), f'schemaLocation="{base}?xsd={XSD}"'.encode())
    return Reply(200, XML, wsdl.replace(b"http://localhost:8080/soap/v1", base.encode()))


def _json(said: Message) -> Reply:
    return Reply(200, JSON, json.dumps(said, ensure_ascii=False).encode())
