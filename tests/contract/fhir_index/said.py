"""The orders that an index that speaks FHIR takes, and its answers as they are built by hand."""

import json
from typing import Any

import pytest

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import IndexCapabilities, Order, Outcome
from gateway.wire.message import WireResponse
from tests.contract import orders
from tests.contract.orders import SIGNAL

SENDER = "00000001003214345000"
DECLARED = IndexCapabilities(axes=frozenset({"urgentie"}), terugkoppelen=True)
OPERATIONS: dict[str, Order] = {
    name: order for name, order in orders.OPERATIONS.items() if name not in ("regieVastleggen", "statusOpvragen")
}
ORDERS = pytest.mark.parametrize(("name", "order"), OPERATIONS.items())
BASE = "https://verwijsindex.example/fhir"
CHANGES = (
    *("signaalAfgeven", "signaalWijzigen", "signaalBeeindigen", "signaalIntrekken", "leidendZetten"),
    "matchTerugkoppelen",
)

Resource = dict[str, Any]


def own(name: str) -> str:
    return f"{BASE}/StructureDefinition/vi-{name}"


def concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{BASE}/CodeSystem/{system}", "code": code}]}


def contact(number: int = 1, naam: str = "J. Jansen", **more: Any) -> list[Resource]:
    """The other professional and their organisation, contained; `more` is of the role."""
    role = {"resourceType": "PractitionerRole", "id": f"b{number}", "practitioner": {"display": naam}}
    role |= {
        "identifier": [{"system": f"{BASE}/NamingSystem/medewerker", "value": "p9"}],
        "organization": {"reference": f"#o{number}"},
        "code": [{"text": "wijkteam"}],
        "telecom": [{"system": "phone", "value": "06"}],
    }
    place = {"resourceType": "Organization", "id": f"o{number}", "name": "Wijkteam"}
    place["identifier"] = [{"system": f"{BASE}/NamingSystem/organisatie", "value": "i9"}]
    return [role | more, place]


def word(equivalentie: str = "wider", woord: str = "spoed", **more: Any) -> Resource:
    parts = [
        {"url": "as", "valueCode": "urgentie"},
        {"url": "woord", "valueString": woord},
        {"url": "begrip", "valueCoding": {"system": f"{BASE}/CodeSystem/vi-urgentie", "code": "binnen-1-werkdag"}},
        {"url": "equivalentie", "valueCode": equivalentie},
        {"url": "kaart", "valueString": "-"},
    ]
    return {"url": own("betekenis"), "extension": parts} | more


def given(name: str, **value: Any) -> Resource:
    return {"type": concept("vi-taak-input", name), **value}


def match(number: int = 8, name: str = "m1", *, contained: Any = (), words: Any = (), **changed: Any) -> Resource:
    """A Task as an index tells it; a member that is None is left out."""
    roles = [one for one in contained if one["resourceType"] == "PractitionerRole"]
    task: Resource = {
        "resourceType": "Task",
        "id": f"t-{number}",
        "extension": [{"url": own("volgnummer"), "valueUnsignedInt": number}, *words],
        "identifier": [{"system": f"{BASE}/NamingSystem/index-match-id", "value": name}],
        "status": "requested",
        "intent": "order",
        "code": concept("vi-taak", "afstemmen"),
        "focus": {"identifier": {"system": f"{BASE}/NamingSystem/signaal-id", "value": str(SIGNAL)}},
        "authoredOn": "2026-02-28T12:00:00+01:00",
        "input": [
            given("soort", valueCode="CLIENTMATCH"),
            given("niet-dezelfde-jeugdige", valueBoolean=False),
            *(given("betrokkene", valueReference={"reference": f"#{one['id']}"}) for one in roles),
        ],
    }
    if contained:
        task["contained"] = list(contained)
    return {key: value for key, value in (task | changed).items() if value is not None}


def destroyed(number: int = 8, reason: str = "OVERLEDEN", **changed: Any) -> Resource:
    code = {"code": concept("vi-taak", "vernietigen"), "input": [given("reden", valueCode=reason)]}
    return match(number, **(code | {"authoredOn": None, "identifier": None} | changed))


def flag(status: str = "active", number: object = SIGNAL, **changed: Any) -> Resource:
    """A signal as an index holds it."""
    made: Resource = {
        "resourceType": "Flag",
        "identifier": [{"system": f"{BASE}/NamingSystem/signaal-id", "value": str(number)}],
        "status": status,
        "code": {"text": "x"},
        "subject": {"display": "-"},
    }
    if status != "entered-in-error":
        removal = {"url": own("verwijderdatum"), "valueDate": "2028-03-01"}
        made |= {
            "contained": contact(),
            "author": {"reference": "#b1"},
            "period": {"start": "2026-03-01T10:30:00+01:00"},
            "extension": [removal, {"url": own("leidend"), "valueBoolean": False}],
        }
    return made | changed


def searchset(*found: Resource, more: bool = False) -> Resource:
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset"}
    if more:
        bundle["link"] = [{"relation": "next", "url": "Task?_page=2"}]
    if found:
        bundle["entry"] = [{"resource": one, "search": {"mode": "match"}} for one in found]
    return bundle


def statement(*parts: Resource, version: str = "4.0.1", seconds: Any = 90, unit: str = "s") -> Resource:
    time = {"url": "verwerkingstijd", "valueDuration": {"value": seconds, "code": unit}}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-03-01",
        "kind": "instance",
        "fhirVersion": version,
        "format": ["json"],
        "rest": [{"mode": "server", "extension": [{"url": own("index-capaciteiten"), "extension": [*parts, time]}]}],
    }


ABLE = ({"url": "wijzigen", "valueBoolean": True}, {"url": "as", "valueCode": "urgentie"})


def done(status: str = "200 OK", location: str = "Flag/ix-5", **more: Any) -> Resource:
    return {"response": {"status": status, "location": location} | more}


def found(resource: Resource) -> Resource:
    return {"resource": resource, "response": {"status": "200"}}


def bundle(kind: str, *entries: Resource, **more: Any) -> Resource:
    return {"resourceType": "Bundle", "type": f"{kind}-response", "entry": list(entries), **more}


def outcome(
    kind: str = "business-rule", code: str = "IX-7", severity: str = "error", system: str = "vi-index-code"
) -> Resource:
    details = concept(system, code) | {"text": "999990019 niet bekend"}
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": kind, "details": details}]}


ANSWERS: dict[str, Resource] = {
    "signaalAfgeven": bundle("transaction", done("201 Created"), found(searchset())),
    "signaalWijzigen": bundle("transaction", done()),
    "signaalBeeindigen": bundle("transaction", done(location="https://index.example/fhir/Flag/ix-5/_history/2")),
    "signaalIntrekken": bundle("transaction", done()),
    "leidendZetten": bundle("transaction", done()),
    "matchTerugkoppelen": bundle("transaction", done(location="Task/t-1")),
    "signaalOpvragen": bundle("batch", found(searchset(flag()))),
    "matchesOpvragen": bundle("batch", found(searchset(match(9), more=True))),
    "capaciteiten": bundle("batch", found(statement(*ABLE))),
}


def polled(*tasks: Resource, more: bool = False) -> Resource:
    return bundle("batch", found(searchset(*tasks, more=more)))


def answer(index: FhirIndex, order: Order, body: Resource | bytes, status: int = 200) -> Outcome:
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return index.decode(order, WireResponse(status, written, "application/fhir+json"))
