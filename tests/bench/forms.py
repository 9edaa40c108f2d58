"""The message of `messages` in every format: the same child, the same professional, the same words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.bench.messages import BSN, ID, SENDER, Form, moments, soap

BASE = "https://verwijsindex.example/fhir"
HL7 = "http://hl7.org/fhir/StructureDefinition"
FHIR = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
ROWS = 200
"""Signals in a file: its rows are stored in runs, so that fewer would measure the file and not its rows."""

Resource = dict[str, Any]


def fhir() -> Form:
    """A message: five resources, each at an address made of the signal's id."""
    header: Resource = {
        "resourceType": "MessageHeader",
        "id": _name(1),
        "eventCoding": {"system": f"{BASE}/CodeSystem/vi-bericht", "code": "signaal-aanmaken"},
        "sender": {"identifier": {"system": f"{BASE}/NamingSystem/organisatie", "value": SENDER}},
        "source": {"endpoint": "http://127.0.0.1/dossier"},
        "focus": [{"reference": f"urn:uuid:{_name(2)}"}],
    }
    said = moments()
    resources = [header, _flag(said, *(f"urn:uuid:{_name(number)}" for number in (3, 4, 5))), _child(said), *_people()]
    entries = [{"fullUrl": f"urn:uuid:{_name(number)}", "resource": one} for number, one in enumerate(resources, 1)]
    whole = {"resourceType": "Bundle", "type": "message", "timestamp": said["now"], "entry": entries}
    return Form("/fhir/$process-message", FHIR, _written(whole), b'"code":"ok"')


def fhir_rest() -> Form:
    """A resource by itself, with what it points at contained."""
    said = moments()
    contained = [one | {"id": name} for name, one in zip("cpq", (_child(said), *_people()), strict=True)]
    whole = _flag(said, "#c", "#p", "#q") | {"contained": contained}
    return Form("/fhir/Flag", FHIR, _written(whole), b"vi-ontvangstbewijs")


def plain_json() -> Form:
    """The JSON contract."""
    said = moments()
    whole = {
        "bronSysteem": "dossier-voorbeeld", "organisatie": SENDER, "bronSignaalId": ID, "revisie": 1,
        "soort": "SIGNAAL",
        "jeugdige": {
            "bsn": BSN, "familienaam": "Fictief-Voorbeeld", "voorvoegsel": "van den", "voornamen": "Noor Elisabeth",
            "geboortedatum": said["born"], "geslacht": "V", "postcode": "1234AB", "huisnummer": 12,
            "gemeenteCode": "9998",
        },
        "melder": {
            "professionalId": "p-00417", "naam": "A. Fictief", "functie": "jeugd- en gezinsprofessional",
            "telefoon": "030-0000000", "email": "a.fictief@voorbeeld.example",
        },
        "coordinator": {"naam": "B. Verzonnen", "telefoon": "030-0000001"},
        "datumTijdMelding": said["now"],
        "attestaties": {
            "redelijkVermoeden": True, "informatieplicht": {"wie": "VERTEGENWOORDIGER", "datum": said["today"]},
        },
        "aanduidingen": [
            {"as": "urgentie", "woord": "urgent"},
            {"as": "handelt", "stelsel": "verwijsindex", "woord": "contact-gevraagd"},
            {"as": "veiligheid", "stelsel": "veilig-thuis-termijnen", "woord": "acuut"},
        ],
    }  # fmt: skip
    return Form("/v1/signalen", {"Content-Type": "application/json"}, _written(whole), b"ontvangstbewijs")


def csv() -> Form:
    """A file of rows. A word has no list of its own there: two of the three become questions."""
    said = moments()
    row = {
        "actie": "afgeven", "bron_systeem": "dossier-voorbeeld", "bron_signaal_id": ID, "revisie": "1",
        "soort": "SIGNAAL", "bsn": BSN, "familienaam": "Fictief-Voorbeeld", "voorvoegsel": "van den",
        "voornamen": "Noor Elisabeth", "geboortedatum": said["born"], "geslacht": "V", "postcode": "1234AB",
        "huisnummer": "12", "gemeente_code": "9998", "professional_id": "p-00417", "melder_naam": "A. Fictief",
        "melder_functie": "jeugd- en gezinsprofessional", "melder_telefoon": "030-0000000",
        "melder_email": "a.fictief@voorbeeld.example", "coordinator_naam": "B. Verzonnen",
        "coordinator_telefoon": "030-0000001", "datum_tijd_melding": said["now"], "redelijk_vermoeden": "ja",
        "informatieplicht_wie": "VERTEGENWOORDIGER", "informatieplicht_datum": said["today"], "urgentie": "urgent",
        "handelt": "contact-gevraagd", "veiligheid": "acuut",
    }  # fmt: skip
    header, line = (";".join(texts).encode() + b"\r\n" for texts in (row, row.values()))
    good = f'"uitkomsten":{{"aangenomen":{ROWS}}}'.encode()
    return Form("/csv/v1/batches", {"Content-Type": "text/csv"}, line, good, header, ROWS)


FORMS: Mapping[str, Callable[[], Form]] = {
    "soap": soap, "fhir": fhir, "fhir-rest": fhir_rest, "json": plain_json, "csv": csv,
}  # fmt: skip


def _flag(said: Mapping[str, str], child: str, professional: str, coordinator: str) -> Resource:
    """The signal, which points at its child, its professional and their coordinator."""
    told = [_extension("wie", Code="VERTEGENWOORDIGER"), _extension("datum", Date=said["today"])]
    return {
        "resourceType": "Flag",
        "extension": [
            _extension(_own("revisie"), PositiveInt=1),
            _extension(_own("redelijk-vermoeden"), Boolean=True),
            {"url": _own("informatieplicht"), "extension": told},
            _extension(_own("coordinator"), Reference={"reference": coordinator}),
        ],
        "identifier": [{"use": "secondary", "system": f"{BASE}/sid/bron/dossier-voorbeeld", "value": ID}],
        "status": "active",
        "category": [
            _word("urgentie", code="urgent"),
            _word("handelt", system=f"{BASE}/CodeSystem/vi-handelt", code="contact-gevraagd"),
            _word("veiligheid", system=f"{BASE}/CodeSystem/veilig-thuis-termijnen", code="acuut"),
        ],
        "code": {"coding": [{"system": f"{BASE}/CodeSystem/vi-signaalsoort", "code": "SIGNAAL"}]},
        "subject": {"reference": child},
        "period": {"start": said["now"]},
        "author": {"reference": professional},
    }


def _child(said: Mapping[str, str]) -> Resource:
    names = [
        _extension(f"{HL7}/humanname-own-name", String="Fictief-Voorbeeld"),
        _extension(f"{HL7}/humanname-own-prefix", String="van den"),
    ]
    number = _extension(f"{HL7}/iso21090-ADXP-houseNumber", String="12")
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": BSN}],
        "name": [
            {
                "family": "van den Fictief-Voorbeeld",
                "_family": {"extension": names},
                "given": ["Noor", "Elisabeth"],
            }
        ],
        "gender": "female",
        "birthDate": said["born"],
        "address": [
            {
                "extension": [_extension(_own("gemeente-code"), Code="9998")],
                "line": ["12"],
                "_line": [{"extension": [number]}],
                "postalCode": "1234AB",
            }
        ],
    }


def _people() -> tuple[Resource, Resource]:
    """The professional and the coordinator."""
    professional = {
        "resourceType": "PractitionerRole",
        "identifier": [{"system": f"{BASE}/NamingSystem/medewerker", "value": "p-00417"}],
        "practitioner": {"display": "A. Fictief"},
        "code": [{"text": "jeugd- en gezinsprofessional"}],
        "telecom": [
            {"system": "phone", "value": "030-0000000"},
            {"system": "email", "value": "a.fictief@voorbeeld.example"},
        ],
    }
    coordinator = {
        "resourceType": "PractitionerRole",
        "practitioner": {"display": "B. Verzonnen"},
        "telecom": [{"system": "phone", "value": "030-0000001"}],
    }
    return professional, coordinator


def _word(axis: str, **coding: str) -> Resource:
    return {"extension": [_extension(_own("as"), Code=axis)], "coding": [{**coding, "userSelected": True}]}


def _own(name: str) -> str:
    return f"{BASE}/StructureDefinition/vi-{name}"


def _extension(url: str, **value: Any) -> Resource:
    ((kind, said),) = value.items()
    return {"url": url, f"value{kind}": said}


def _name(number: int) -> str:
    return f"0000000{number}-0000-4000-8000-{ID}"


def _written(whole: Resource) -> bytes:
    return json.dumps(whole, separators=(",", ":")).encode()
