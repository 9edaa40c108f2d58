"""The little that every FHIR part of the gateway shares."""

CANONICAL = "https://verwijsindex.example/fhir"
"""The base of all our own definitions and identifier systems (contract of this project)."""
HL7 = "http://hl7.org/fhir"


def canonical(kind: str, name: str) -> str:
    """The address of one of our definitions.

    >>> canonical("CodeSystem", "vi-urgentie")
    'https://verwijsindex.example/fhir/CodeSystem/vi-urgentie'
    """
    return f"{CANONICAL}/{kind}/{name}"
