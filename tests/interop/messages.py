"""Resources of our contract as a sender and the gateway write them, for a judge; and what breaks each."""

import copy
from collections.abc import Callable
from typing import Any

from gateway.adapters.publications.fhir.elements import ABSENT_REASON, BSN, HOUSE_NUMBER
from gateway.wire.fhir import HL7, canonical

Resource = dict[str, Any]


def _extension(name: str, **value: Any) -> Resource:
    return {"url": canonical("StructureDefinition", name), **value}


def _parts(name: str, *parts: Resource) -> Resource:
    return _extension(name, extension=list(parts))


def _part(name: str, **value: Any) -> Resource:
    return {"url": name, **value}


def _coding(system: str, code: str) -> Resource:
    return {"system": canonical("CodeSystem", system), "code": code}


def _claimed(kind: str, name: str, /, **more: Any) -> Resource:
    return {"resourceType": kind, "meta": {"profile": [canonical("StructureDefinition", name)]}, **more}


def _entry(number: int, resource: Resource) -> Resource:
    identity = f"00000000-0000-4000-8000-{number:012}"
    return {"fullUrl": f"urn:uuid:{identity}", "resource": resource | {"id": identity}}


def _to(number: int) -> Resource:
    return {"reference": f"urn:uuid:00000000-0000-4000-8000-{number:012}"}


CHILD = _claimed(
    "Patient",
    "vi-jeugdige",
    identifier=[{"system": BSN, "value": "999990019"}],
    name=[
        {
            "use": "official",
            "family": "van der Voorbeeld",
            "_family": {
                "extension": [
                    {"url": f"{HL7}/StructureDefinition/humanname-own-prefix", "valueString": "van der"},
                    {"url": f"{HL7}/StructureDefinition/humanname-own-name", "valueString": "Voorbeeld"},
                ]
            },
            "given": ["Jip"],
        }
    ],
    gender="unknown",
    birthDate="2014-05",
    address=[
        {
            "extension": [_extension("vi-gemeente-code", valueCode="0344")],
            "line": ["12"],
            "_line": [{"extension": [{"url": HOUSE_NUMBER, "valueString": "12"}]}],
            "postalCode": "3511 AA",
        }
    ],
)
ORGANISATION = _claimed(
    "Organization",
    "vi-instantie",
    identifier=[{"system": canonical("NamingSystem", "organisatie"), "value": "school-de-wilg"}],
    name="School De Wilg",
)


def _reporter(organisation: Resource) -> Resource:
    return _claimed(
        "PractitionerRole",
        "vi-melder",
        identifier=[{"system": canonical("NamingSystem", "medewerker"), "value": "dewilg-0042"}],
        practitioner={
            "identifier": {"system": canonical("NamingSystem", "skj"), "value": "110000001"},
            "display": "A. Jansen",
        },
        organization=organisation,
        code=[{"text": "Intern begeleider"}],
        telecom=[{"system": "phone", "value": "030-1234567", "use": "work"}],
    )


def signal(subject: Resource, author: Resource) -> Resource:
    return _claimed(
        "Flag",
        "vi-signaal-afgeven",
        extension=[
            _extension("vi-revisie", valuePositiveInt=1),
            _extension("vi-verwijderdatum", valueDate="2027-06-01"),
            _extension("vi-redelijk-vermoeden", valueBoolean=True),
            _parts("vi-informatieplicht", _part("wie", valueCode="BEIDEN"), _part("datum", valueDate="2026-11-20")),
            _parts("vi-toestemming", _part("gegeven-op", valueDate="2026-11-20"), _part("bewijs", valueString="d-17")),
            {
                "url": f"{HL7}/StructureDefinition/flag-priority",
                "valueCodeableConcept": {"coding": [{"system": f"{HL7}/flag-priority-code", "code": "PH"}]},
            },
        ],
        identifier=[{"use": "secondary", "system": canonical("sid/bron", "dossier"), "value": "2026-00187"}],
        status="active",
        category=[
            {
                "extension": [_extension("vi-as", valueCode="urgentie")],
                "coding": [_coding("zvj-signaalcode", "urgent") | {"userSelected": True}],
            },
            {"extension": [_extension("vi-as", valueCode="crisis")], "text": "spoed!"},
            {"coding": [_coding("vi-handelt", "ter-kennisname")]},
        ],
        code={"coding": [_coding("vi-signaalsoort", "SIGNAAL")]},
        subject=subject,
        period={"start": "2026-11-21T10:00:00+01:00"},
        author=author,
    )


def request() -> Resource:
    """A signal as a message."""
    header = _claimed(
        "MessageHeader",
        "vi-kop",
        eventCoding=_coding("vi-bericht", "signaal-aanmaken"),
        sender={"identifier": ORGANISATION["identifier"][0]},
        source={"endpoint": "https://dossier.example/fhir"},
        focus=[_to(2)],
    )
    entries = [header, signal(_to(3), _to(4)), CHILD, _reporter(_to(5)), ORGANISATION]
    return _claimed(
        "Bundle",
        "vi-bericht",
        type="message",
        timestamp="2026-11-21T10:00:05+01:00",
        entry=[_entry(number, resource) for number, resource in enumerate(entries, start=1)],
    )


def receipt() -> Resource:
    """The answer to a write, with what was asked and advised."""
    outcome = _claimed(
        "OperationOutcome",
        "vi-bevindingen",
        id="uitkomst",
        issue=[
            {
                "severity": "information",
                "code": "informational",
                "details": {"coding": [_coding("vi-advies", "bel-nu")], "text": "Bel zelf, nu."},
            }
        ],
    )
    return _claimed(
        "Flag",
        "vi-ontvangst",
        contained=[outcome],
        extension=[
            _parts(
                "vi-ontvangstbewijs",
                _part("handeling", valueCode="signaalAfgeven"),
                _part("ontvangen-op", valueInstant="2026-11-21T10:00:06+01:00"),
                _part("verwijderdatum", valueDate="2027-06-01"),
                _part("vocabulaire", valueString="0123456789ab"),
                _part("beleid", valueString="landelijk-strikt@0123456789ab"),
                _part(
                    "niet-bewaard",
                    extension=[_part("as", valueCode="crisis"), _part("aantal", valuePositiveInt=1)],
                ),
            ),
            _parts(
                "vi-betekenis",
                _part("as", valueCode="urgentie"),
                _part("woord", valueString="urgent"),
                _part("begrip", valueCoding=_coding("vi-urgentie", "binnen-1-werkdag")),
                _part("equivalentie", valueCode="equivalent"),
                _part("kaart", valueString="zvj-signaalcode@0123456789ab"),
                _part("bewaard", valueBoolean=False),
            ),
            _parts(
                "vi-vraag",
                _part("as", valueCode="crisis"),
                _part("woord", valueString="spoed!"),
                _part("keuze", valueCoding=_coding("vi-crisis", "dreigend")),
                _part("keuze", valueCoding=_coding("vi-crisis", "geen")),
            ),
            _extension("vi-bezorging", valueCode="WACHT"),
            _extension("vi-stand-van", valueInstant="2026-11-21T10:00:06+01:00"),
            _extension("vi-uitkomst", valueReference={"reference": "#uitkomst"}),
        ],
        identifier=[
            {
                "use": "official",
                "system": canonical("NamingSystem", "signaal-id"),
                "value": "00000000-0000-7000-8000-000000000000",
            },
            {"use": "secondary", "system": canonical("sid/bron", "dossier"), "value": "2026-00187"},
        ],
        status="active",
        code={"text": "verwijsindexsignaal"},
        subject={"extension": [{"url": ABSENT_REASON, "valueCode": "masked"}]},
    )


def match() -> Resource:
    """A match as its receiver gets it."""

    def said(code: str, **value: Any) -> Resource:
        return {"type": {"coding": [_coding("vi-taak-input", code)]}, **value}

    other = _claimed(
        "PractitionerRole",
        "vi-contact",
        id="betrokkene",
        practitioner={"display": "B. de Vries"},
        organization={"reference": "#instantie"},
        telecom=[{"system": "phone", "value": "030-7654321"}],
    )
    return _claimed(
        "Task",
        "vi-match",
        contained=[other, _claimed("Organization", "vi-instantie", id="instantie", name="Jeugdhulp Voorbeeld")],
        extension=[_extension("vi-niet-in-dossier", valueBoolean=True)],
        status="requested",
        businessStatus={"coding": [_coding("vi-opvolging", "NIEUW")]},
        intent="order",
        code={"coding": [_coding("vi-taak", "afstemmen")]},
        focus={
            "identifier": {
                "system": canonical("NamingSystem", "signaal-id"),
                "value": "00000000-0000-7000-8000-000000000000",
            }
        },
        authoredOn="2026-11-21T10:01:00+01:00",
        input=[
            said("soort", valueCode="CLIENTMATCH"),
            said("niet-dezelfde-jeugdige", valueBoolean=False),
            said("betrokkene", valueReference={"reference": "#betrokkene"}),
        ],
    )


def follow_up() -> Resource:
    """What its receiver tells of a match."""
    return _claimed(
        "Task",
        "vi-terugkoppeling",
        status="in-progress",
        intent="order",
        businessStatus={"coding": [_coding("vi-opvolging", "CONTACT")]},
    )


RIGHT = {
    "bericht": request(),
    "ontvangst": receipt(),
    "match": match(),
    "terugkoppeling": follow_up(),
}


def _flag(change: Callable[[Resource], Any]) -> Callable[[Resource], Any]:
    return lambda bundle: change(bundle["entry"][1]["resource"])


_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">waarom</div>'
BREAKS: dict[str, tuple[str, Callable[[Resource], Any]]] = {
    "a narrative": ("bericht", _flag(lambda flag: flag.update(text={"status": "generated", "div": _DIV}))),
    "a reason": ("bericht", _flag(lambda flag: flag["extension"].append({"url": "urn:x", "valueString": "waarom"}))),
    "no moment": ("bericht", _flag(lambda flag: flag.update(period={"end": "2026-11-22"}))),
    "no reporter": ("bericht", _flag(lambda flag: flag.pop("author"))),
    "no number of its own": ("bericht", _flag(lambda flag: flag["identifier"][0].update(use="usual"))),
    "an unknown kind": ("bericht", _flag(lambda flag: flag["code"]["coding"][0].update(code="MELDING"))),
    "an unknown axis": (
        "bericht",
        _flag(lambda flag: flag["category"][0]["extension"][0].update(valueCode="reden")),
    ),
    "a moment for a day": (
        "bericht",
        _flag(lambda flag: flag["extension"][1].update(valueDate="2027-06-01T10:00:00+01:00")),
    ),
    "a wrong informed person": (
        "bericht",
        _flag(lambda flag: flag["extension"][3]["extension"][0].update(valueCode="BUURMAN")),
    ),
    "a diagnosis": (
        "bericht",
        lambda bundle: bundle["entry"].append(
            _entry(6, {"resourceType": "Condition", "subject": _to(3), "code": {"text": "x"}})
        ),
    ),
    "a contact of the child": (
        "bericht",
        lambda bundle: bundle["entry"][2]["resource"].update(contact=[{"name": {"family": "Voorbeeld"}}]),
    ),
    "an unknown event": (
        "bericht",
        lambda bundle: bundle["entry"][0]["resource"]["eventCoding"].update(code="signaal-zoeken"),
    ),
    "a child in an answer": ("ontvangst", lambda flag: flag.update(subject={"reference": "Patient/1"})),
    "a name in an answer": ("ontvangst", lambda flag: flag["subject"].update(display="Jip")),
    "an unknown delivery": ("ontvangst", lambda flag: flag["extension"][3].update(valueCode="VERSTUURD")),
    "an operation that is none": (
        "ontvangst",
        lambda flag: flag["extension"][0]["extension"][0].update(valueCode="signaalLezen"),
    ),
    "a receipt without its moment": ("ontvangst", lambda flag: flag["extension"][0]["extension"].pop(1)),
    "a match for a child": ("match", lambda task: task.update({"for": {"reference": "Patient/1"}})),
    "a match with a note": ("match", lambda task: task.update(note=[{"text": "x"}])),
    "an unknown kind of match": ("match", lambda task: task["input"][0].update(valueCode="BUURMATCH")),
    "more about a match": (
        "match",
        lambda task: task["input"].append({"type": {"text": "meer"}, "valueString": "x"}),
    ),
    "a match that is for a file": ("match", lambda task: task.pop("extension")),
    "a follow-up with a story": ("terugkoppeling", lambda task: task.update(description="x")),
    "a follow-up that says nothing": (
        "terugkoppeling",
        lambda task: task["businessStatus"]["coding"][0].update(code="NIEUW"),
    ),
}
"""What is wrong -> which of the right ones, and the change that makes it so."""


def broken() -> dict[str, Resource]:
    """Each wrong one, by what is wrong with it."""
    made = {}
    for name, (which, change) in BREAKS.items():
        made[name] = copy.deepcopy(RIGHT[which])
        change(made[name])
    return made
