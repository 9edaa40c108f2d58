"""The profiles of the young person, and of who is involved: a professional, somebody to reach, their organisation."""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.elements import BSN, BSN_OID, known, system
from gateway.adapters.publications.fhir.shape import absent, element, extensions, profile, reference, sliced


def people_profiles() -> list[Resource]:
    """The young person, and who is involved."""
    return [_child(), _reporter(), _contact(), _organisation()]


def _child() -> Resource:
    rows = [
        *absent("Patient.text", "Patient.modifierExtension"),
        sliced("Patient.identifier", "value", path="system"),
        *known("Patient.identifier", "bsn", BSN, "0..1"),
        *known("Patient.identifier", "bsn-oid", BSN_OID, "0..1"),
        *known("Patient.identifier", "onderwijsnummer", system("onderwijsnummer"), "0..1"),
        element("Patient.name", short="Own name and its prefix by humanname-own-name and humanname-own-prefix"),
        *absent("Patient.name.text", "Patient.name.prefix", "Patient.name.suffix", "Patient.name.period"),
        *absent("Patient.telecom"),
        element("Patient.birthDate", short="As far as it is known"),
        *absent("Patient.deceased[x]"),
        *extensions("Patient.address", [("vi-gemeente-code", "0..1")]),
        *absent("Patient.address.text"),
        element("Patient.address.line", short="The house number by iso21090-ADXP-houseNumber"),
        *absent("Patient.address.city", "Patient.address.district", "Patient.address.state"),
        *absent("Patient.address.country", "Patient.address.period"),
        *absent("Patient.maritalStatus", "Patient.multipleBirth[x]", "Patient.photo"),
        *absent("Patient.contact", "Patient.communication", "Patient.generalPractitioner"),
        *absent("Patient.managingOrganization", "Patient.link"),
    ]
    description = "The young person: by BSN, or by identifying data. Identifiers of nl-core are accepted."
    return profile("vi-jeugdige", "Patient", "Jeugdige", description, rows)


_NOT_OF_A_ROLE = (
    "PractitionerRole.specialty", "PractitionerRole.location", "PractitionerRole.healthcareService",
)  # fmt: skip
_NOT_OF_HOURS = (
    "PractitionerRole.availableTime", "PractitionerRole.notAvailable", "PractitionerRole.availabilityExceptions",
    "PractitionerRole.endpoint",
)  # fmt: skip


def _reporter() -> Resource:
    rows = [
        *absent("PractitionerRole.text"),
        *extensions("PractitionerRole", [("vi-coordinator", "0..1")]),
        *absent("PractitionerRole.modifierExtension"),
        sliced("PractitionerRole.identifier", "value", path="system"),
        *known("PractitionerRole.identifier", "medewerker", system("medewerker"), "0..1"),
        *absent("PractitionerRole.period"),
        element("PractitionerRole.practitioner.identifier", short="A registration: SKJ, BIG, UZI or AGB"),
        element("PractitionerRole.practitioner.display", short="The professional's name"),
        element("PractitionerRole.organization", type=reference("vi-instantie")),
        element("PractitionerRole.code", "0..1", short="The function, as it is called"),
        *absent(*_NOT_OF_A_ROLE),
        element("PractitionerRole.telecom", short="Phone and mail at work"),
        *absent(*_NOT_OF_HOURS),
    ]
    description = "The professional who gives the signal, and how to reach them (Jeugdwet 7.1.4.3)."
    return profile("vi-melder", "PractitionerRole", "Melder", description, rows)


def _contact() -> Resource:
    rows = [
        *absent("PractitionerRole.text"),
        *extensions("PractitionerRole", [("vi-coordinator", "0..1")]),
        *absent("PractitionerRole.modifierExtension"),
        *absent("PractitionerRole.identifier", "PractitionerRole.period"),
        element("PractitionerRole.practitioner.display", short="The name"),
        element("PractitionerRole.organization", type=reference("vi-instantie")),
        element("PractitionerRole.code", "0..1", short="The function, as it is called"),
        *absent(*_NOT_OF_A_ROLE),
        *absent(*_NOT_OF_HOURS),
    ]
    description = "Somebody to reach: the other professional of a match, or a coordinator. Contact data only."
    return profile("vi-contact", "PractitionerRole", "Te bereiken", description, rows)


def _organisation() -> Resource:
    rows = [
        *absent("Organization.text", "Organization.modifierExtension"),
        sliced("Organization.identifier", "value", path="system"),
        *known("Organization.identifier", "organisatie", system("organisatie"), "0..1"),
        *absent("Organization.alias", "Organization.telecom", "Organization.partOf"),
        *absent("Organization.contact", "Organization.endpoint"),
    ]
    description = "The organisation acted for, by its id at the gateway; other identifiers are allowed and ignored."
    return profile("vi-instantie", "Organization", "Instantie", description, rows)
