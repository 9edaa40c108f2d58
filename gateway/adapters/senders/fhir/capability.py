"""What may be asked here, told from the very table by which requests find their way."""

from collections.abc import Iterable
from typing import Any

from gateway.adapters.senders.fhir.media import JSON, XML
from gateway.adapters.senders.fhir.names import BERICHT, VERSION
from gateway.adapters.senders.fhir.read import EVENTS
from gateway.adapters.senders.fhir.routes import Route
from gateway.adapters.senders.fhir.search import NAMES
from gateway.wire.fhir import CANONICAL, canonical
from gateway.wire.fhir_subscription import TOPIC, profile

DATE = "2026-11-22"
_PARAMETERS = {
    **{"identifier": "token", "_count": "number", "na": "string", "organisatie": "string"},
    **{"url": "uri", "status": "token"},
}
_PROFILES = {
    "Flag": canonical("StructureDefinition", "vi-signaal"),
    "Task": canonical("StructureDefinition", "vi-match"),
    "Subscription": profile("backport-subscription"),
}
_TOPICS = {"Subscription": {"url": profile("capabilitystatement-subscriptiontopic-canonical"), "valueCanonical": TOPIC}}


def statement(routes: Iterable[Route], base: str, version: str) -> dict[str, Any]:
    """The CapabilityStatement of a door at `base`, of this version of the software."""
    routes = tuple(routes)
    kinds = dict.fromkeys(route.resource for route in routes if route.resource)
    operations = [_operation(route) for route in routes if route.operation and not route.resource]
    rest: dict[str, Any] = {"mode": "server", "security": {"description": "Bearer-token, of certificaat met mandaat."}}
    rest["resource"] = [_resource(kind, [route for route in routes if route.resource == kind]) for kind in kinds]
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{CANONICAL}/CapabilityStatement/gateway",
        "version": version,
        "name": "VerwijsindexGateway",
        "title": "Verwijsindex gateway",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "verwijsindex-gateway", "version": version},
        "implementation": {"description": "Verwijsindex gateway", "url": base},
        "fhirVersion": VERSION,
        "format": [JSON, XML],
        "rest": [rest | {"operation": operations}],
        "messaging": [
            {
                "documentation": f"Gebeurtenissen ({BERICHT}): {', '.join(EVENTS)}; het antwoord is: antwoord.",
                "supportedMessage": [
                    {"mode": "receiver", "definition": canonical("MessageDefinition", f"vi-{event}")}
                    for event in EVENTS
                ],
            }
        ],
    }


def _operation(route: Route) -> dict[str, str]:
    known = f"http://hl7.org/fhir/OperationDefinition/MessageHeader-{route.operation}"
    ours = route.definition or canonical("OperationDefinition", route.operation)
    return {"name": route.operation, "definition": known if route.operation == "process-message" else ours}


def _resource(kind: str, routes: list[Route]) -> dict[str, Any]:
    told: dict[str, Any] = {"extension": [_TOPICS[kind]]} if kind in _TOPICS else {}
    told |= {"type": kind, "supportedProfile": [_PROFILES[kind]]}
    told["interaction"] = [{"code": route.interaction} for route in routes if route.interaction]
    if kind == "Flag":
        told["conditionalCreate"] = True
    if any(route.interaction == "search-type" for route in routes):
        told["searchParam"] = [{"name": name, "type": _PARAMETERS[name]} for name in sorted(NAMES.get(kind, ()))]
    if operations := {route.operation: _operation(route) for route in routes if route.operation}:
        told["operation"] = [*operations.values()]
    return told
