"""The names FHIR needs: addresses of systems and extensions, and how a sender's own lists are called."""

from collections.abc import Callable

from gateway.rules.vocabulary_tables import OWN_LIST
from gateway.wire.fhir import CANONICAL, HL7, axis_system, canonical

VERSION = "4.0.1"
CONTRACT = "fhir-1"
FORMAT = "fhir"

MATCH_ID = canonical("NamingSystem", "match-id")
ONDERWIJSNUMMER = canonical("NamingSystem", "onderwijsnummer")
BSN = ("http://fhir.nl/fhir/NamingSystem/bsn", "urn:oid:2.16.840.1.113883.2.4.6.3")
REGISTERS = {
    canonical("NamingSystem", "skj"): "SKJ",
    "http://fhir.nl/fhir/NamingSystem/big": "BIG",
    "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers": "UZI",
    "http://fhir.nl/fhir/NamingSystem/uzi": "UZI",
    "http://fhir.nl/fhir/NamingSystem/agb-z": "AGB",
}
"""Identifier system -> the list a professional is registered in; the first of a list is the one to write."""

BERICHT = canonical("CodeSystem", "vi-bericht")
BEVINDING = canonical("CodeSystem", "vi-bevinding")
ADVIES = canonical("CodeSystem", "vi-advies")

FLAG_PRIORITY = f"{HL7}/StructureDefinition/flag-priority"
ABSENT_REASON = f"{HL7}/StructureDefinition/data-absent-reason"
TRANSLATION = f"{HL7}/StructureDefinition/translation"

_SOURCE = f"{CANONICAL}/sid/bron/"
_AXIS = axis_system("")


def own(name: str) -> str:
    """The address of one of our extensions."""
    return canonical("StructureDefinition", name)


def source_of(system: str) -> str:
    """The source system an identifier's system names."""
    return system.removeprefix(_SOURCE)


def source_system(name: str) -> str:
    """The identifier system of a source system's numbers."""
    return name if ":" in name else f"{_SOURCE}{name}"


def axis_of(system: str) -> str:
    """The axis whose own concepts a code system holds; empty for another code system."""
    return system.removeprefix(_AXIS) if system.startswith(_AXIS) else ""


def list_of(system: str, known: Callable[[str], str]) -> str:
    """The list a code system is; `known` knows senders' own lists by their addresses."""
    return OWN_LIST if axis_of(system) else known(system)
