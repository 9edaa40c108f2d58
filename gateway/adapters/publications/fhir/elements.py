"""What several profiles have: addresses of FHIR and of Dutch numbers, and slices by a system or a name."""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.shape import bound, element
from gateway.wire.fhir import HL7, canonical

FLAG_PRIORITY = f"{HL7}/StructureDefinition/flag-priority"
ABSENT_REASON = f"{HL7}/StructureDefinition/data-absent-reason"
HOUSE_NUMBER = f"{HL7}/StructureDefinition/iso21090-ADXP-houseNumber"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
BSN_OID = "urn:oid:2.16.840.1.113883.2.4.6.3"


def system(name: str) -> str:
    """The identifier system of one of our own numbers."""
    return canonical("NamingSystem", name)


def known(place: str, name: str, address: str, card: str) -> list[Resource]:
    """A slice of identifiers of one system."""
    here = f"{place}:{name}"
    return [element(here, card), element(f"{here}.system", "1..1", fixedUri=address), element(f"{here}.value", "1..1")]


def task_input(name: str, card: str, kind: Resource, *, among: str = "") -> list[Resource]:
    """A slice of what a task holds, by its name; a code of it is `among` those of a value set."""
    here = f"Task.input:{name}"
    pattern = {"coding": [{"system": canonical("CodeSystem", "vi-taak-input"), "code": name}]}
    return [
        element(here, card),
        element(f"{here}.type", patternCodeableConcept=pattern),
        element(f"{here}.value[x]", type=[kind]) | ({"binding": bound(among)} if among else {}),
    ]
