"""A contact as FHIR R4 has it: a PractitionerRole and its Organization, in both directions.

The name stands in `practitioner.display`, so that nobody needs a resource of their own. What is read is not cut.
"""

from collections.abc import Iterator

from gateway.canonical.order import Contact
from gateway.wire.fhir import MEDEWERKER, ORGANISATIE
from gateway.wire.fhir_index import Resource, extension, numbered, objects, only, own, said, text

_REACHED = {"telefoon": "phone", "email": "email"}


def written(contact: Contact, role_id: str, place_id: str) -> list[Resource]:
    """The role and the organisation, each with its id, to be contained."""
    role: Resource = {"resourceType": "PractitionerRole", "id": role_id}
    if contact.coordinator:
        role["extension"] = [extension("coordinator", Reference={"display": contact.coordinator})]
    role |= {
        "identifier": [{"system": MEDEWERKER, "value": contact.professional_id}],
        "practitioner": {"display": contact.naam},
        "organization": {"reference": f"#{place_id}"},
    }
    if contact.functie:
        role["code"] = [{"text": contact.functie}]
    points = ((system, getattr(contact, name)) for name, system in _REACHED.items())
    if reached := [{"system": system, "value": value} for system, value in points if value]:
        role["telecom"] = reached
    place: Resource = {
        "resourceType": "Organization",
        "id": place_id,
        "identifier": [{"system": ORGANISATIE, "value": contact.instantie_id}],
        "name": contact.instantie_naam,
    }
    return [role, place | {"address": [{"text": contact.locatie}]} if contact.locatie else place]


def fields(role: Resource, place: Resource) -> dict[str, str]:
    """What a role and its organisation say, by the names of a Contact; the first of each counts."""
    coordinator = said(role, own("coordinator"), "Reference")
    found = {
        "professional_id": numbered(role, MEDEWERKER),
        "naam": text(only(role, "practitioner"), "display"),
        "functie": _first(text(one, "text") for one in objects(role, "code")),
        "instantie_id": numbered(place, ORGANISATIE),
        "instantie_naam": text(place, "name"),
        "locatie": _first(text(one, "text") for one in objects(place, "address")),
        "coordinator": text(coordinator, "display"),
    }
    for name, system in _REACHED.items():
        found[name] = _first(text(one, "value") for one in objects(role, "telecom") if one.get("system") == system)
    return {name: value for name, value in found.items() if value}


def _first(found: Iterator[str]) -> str:
    return next(filter(None, found), "")
