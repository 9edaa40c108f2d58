"""What every FHIR part of the gateway shares: the addresses that mean the same to senders and to an index."""

CANONICAL = "https://verwijsindex.example/fhir"
"""The base of all our own definitions and identifier systems (contract of this project)."""
HL7 = "http://hl7.org/fhir"


def canonical(kind: str, name: str) -> str:
    """The address of one of our definitions.

    >>> canonical("CodeSystem", "vi-urgentie")
    'https://verwijsindex.example/fhir/CodeSystem/vi-urgentie'
    """
    return f"{CANONICAL}/{kind}/{name}"


def axis_system(axis: str) -> str:
    """The code system of an axis' own concepts."""
    return canonical("CodeSystem", f"vi-{axis}")


SIGNAAL_ID = canonical("NamingSystem", "signaal-id")
ORGANISATIE = canonical("NamingSystem", "organisatie")
MEDEWERKER = canonical("NamingSystem", "medewerker")

SOORT = canonical("CodeSystem", "vi-signaalsoort")
OPVOLGING = canonical("CodeSystem", "vi-opvolging")
TAAK = canonical("CodeSystem", "vi-taak")
TAAK_INPUT = canonical("CodeSystem", "vi-taak-input")
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
UNSAID = "verwijsindexsignaal"
"""What stands in Flag.code where the kind of signal is not said: R4 wants the element."""

OWN_NAME = f"{HL7}/StructureDefinition/humanname-own-name"
OWN_PREFIX = f"{HL7}/StructureDefinition/humanname-own-prefix"
HOUSE_NUMBER = f"{HL7}/StructureDefinition/iso21090-ADXP-houseNumber"
