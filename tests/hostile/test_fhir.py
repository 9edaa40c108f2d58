# ruff: noqa: E501  one case, one line
"""Broken, hostile and merely unusual FHIR: one change each to one valid message, and what its sender is told."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError
from gateway.wire.message import WireRequest
from tests.spec.fhir_format import adapter, bundle
from tests.spec.fhir_names import BASE, IDS, JSON
from tests.spec.formats import Message
from tests.spec.office import judged
from tests.spec.people import FIELDS, SCHOOL, directory, regions

CANARY = "kanarieverhaal"
FULL = {
    **FIELDS,
    "bsn": "999990019",
    "voorvoegsel": "van",
    "voornamen": "Kees",
    "postcode": "3511AB",
    "huisnummer": "7",
    "gemeente_code": "0599",
    "melder_functie": "leerkracht",
    "melder_email": "kanarie@school.example",
    "coordinator_naam": "Kanarieco",
    "coordinator_telefoon": "0612345678",
    "revisie": "1",
    "verwijderdatum": "2027-11-21",
}
CANARIES = (
    CANARY,
    *(
        FULL[name]
        for name in ("bsn", "familienaam", "melder_naam", "melder_telefoon", "melder_email", "coordinator_naam")
    ),
)
MESSAGE = Message(
    "signaalAfgeven",
    FULL,
    words=(("urgentie", "spoed"), ("crisis", "kanariewoord", "eigen")),
    registrations=(("SKJ", "110012345"), ("BIG", "29012345601")),
)
BUNDLE = bundle(MESSAGE)
B, H, F, P, R, C = "Bundle", *(f"Bundle.entry[{number}].resource" for number in range(5))
Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """A change to the message (or its bytes), and a finding its sender gets; None: it is accepted."""

    title: str
    change: Change
    told: tuple[str, str] | None
    ernst: Ernst = Ernst.FOUT


def at(*path: str | int, to: Any = CANARY) -> Change:
    """Put something in a place; `DROP` takes it out."""

    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        if to is DROP:
            del value[path[-1]]
        elif isinstance(value, list) and path[-1] == len(value):
            value.append(to)
        else:
            value[path[-1]] = to

    return change


DROP = object()


def header(*path: str | int, to: Any = CANARY) -> Change:
    return at("entry", 0, "resource", *path, to=to)


def flag(*path: str | int, to: Any = CANARY) -> Change:
    return at("entry", 1, "resource", *path, to=to)


def child(*path: str | int, to: Any = CANARY) -> Change:
    return at("entry", 2, "resource", *path, to=to)


def role(*path: str | int, to: Any = CANARY) -> Change:
    return at("entry", 3, "resource", *path, to=to)


def entry(resource: Any, number: int = 7) -> Change:
    return at("entry", 5, to={"fullUrl": f"urn:uuid:{IDS[number]}", "resource": resource})


def twice(*path: str | int) -> Change:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value.insert(path[-1] + 1, copy.deepcopy(value[path[-1]]))

    return change


def swapped(value: Any) -> None:
    value["entry"][0], value["entry"][1] = value["entry"][1], value["entry"][0]


def nested(depth: int) -> Any:
    inner: Any = {"url": "urn:x", "valueBoolean": True}
    for _ in range(depth):
        inner = {"url": "urn:x", "extension": [inner]}
    return inner


def instance(value: Any) -> None:
    value["entry"][4]["resource"]["organization"] = {"reference": f"urn:uuid:{IDS[7]}"}
    value["entry"].append(
        {"fullUrl": f"urn:uuid:{IDS[7]}", "resource": {"resourceType": "Organization", "active": True}}
    )


_X = {"resourceType": "Condition", "code": {"text": CANARY}}
# fmt: off
CASES = (
    # the envelope
    Case("no Bundle", lambda b: b.update(resourceType="Parameters"), ("VIX-1034", "Bundle")),
    Case("a Bundle of another type", at("type", to="collection"), ("VIX-1034", "Bundle.type")),
    Case("a Bundle of a type that is none", at("type", to="berichtje"), ("VIX-1034", "Bundle.type")),
    Case("a Bundle without type", at("type", to=DROP), ("VIX-1034", "Bundle.type")),
    Case("a total (bdl-1)", at("total", to=1), ("VIX-1001", "Bundle.total")),
    Case("a link", at("link", to=[{"relation": "self", "url": "urn:x"}]), ("VIX-1001", "Bundle.link")),
    Case("a request in an entry (bdl-3)", at("entry", 1, "request", to={"method": "PUT", "url": "Flag"}), ("VIX-1001", "Bundle.entry[1].request")),
    Case("a response in an entry (bdl-4)", at("entry", 1, "response", to={"status": "200"}), ("VIX-1001", "Bundle.entry[1].response")),
    Case("a search in an entry (bdl-2)", at("entry", 1, "search", to={"mode": "match"}), ("VIX-1001", "Bundle.entry[1].search")),
    Case("the header is not the first (bdl-12)", swapped, ("VIX-1034", "Bundle.entry[0].resource")),
    Case("no entries", at("entry", to=[]), ("VIX-1034", "Bundle.entry[0].resource")),
    Case("entries that are no list", at("entry", to={}), ("VIX-1034", "Bundle.entry[0].resource")),
    Case("an entry that is a text", at("entry", 5, to=CANARY), ("VIX-1001", "Bundle.entry[5]")),
    Case("an entry without resource", at("entry", 4, "resource", to=DROP), ("VIX-1001", "Bundle.entry[4].resource")),
    Case("an entry without fullUrl", at("entry", 2, "fullUrl", to=DROP), ("VIX-1034", "Bundle.entry[2].fullUrl")),
    Case("two entries with one fullUrl (bdl-7)", at("entry", 4, "fullUrl", to=f"urn:uuid:{IDS[3]}"), ("VIX-1034", "Bundle.entry[4].fullUrl")),
    Case("a fullUrl that is not that of the id", child("id", to=IDS[7]), ("VIX-1034", "Bundle.entry[2].fullUrl")),
    Case("a fullUrl that is no UUID", at("entry", 2, "fullUrl", to="urn:uuid:kanarie"), ("VIX-1034", "Bundle.entry[2].fullUrl")),
    Case("twenty-one entries", at("entry", to=[{"fullUrl": "urn:x"}] * 21), ("VIX-1028", "Bundle.entry[20]")),
    Case("an id longer than 64", at("id", to="x" * 65), ("VIX-1105", "Bundle.id")),
    Case("a timestamp without zone", at("timestamp", to="2026-11-21T10:00:00"), ("VIX-1105", "Bundle.timestamp")),
    Case("a signature", at("signature", to={"who": {"display": CANARY}}), ("VIX-1001", "Bundle.signature")),
    # the header
    Case("no id to answer", header("id", to=DROP), ("VIX-1106", f"{H}.id")),
    Case("an event of another system", header("eventCoding", "system", to="urn:x"), ("VIX-1034", f"{H}.event")),
    Case("an event that is none", header("eventCoding", "code", to=CANARY), ("VIX-1034", f"{H}.event")),
    Case("no event", header("eventCoding", to=DROP), ("VIX-1034", f"{H}.event")),
    Case("no source", header("source", to=DROP), ("VIX-1001", f"{H}.source")),
    Case("a source without endpoint", header("source", to={"name": "x"}), ("VIX-1001", f"{H}.source.endpoint")),
    Case("no focus", header("focus", to=DROP), ("VIX-1034", f"{H}.focus")),
    Case("two foci", twice("entry", 0, "resource", "focus", 0), ("VIX-1034", f"{H}.focus[1]")),
    Case("a focus elsewhere", header("focus", 0, "reference", to="Flag/1"), ("VIX-1034", f"{H}.focus[0].reference")),
    Case("a focus on the child", header("focus", 0, "reference", to=f"urn:uuid:{IDS[2]}"), ("VIX-1034", f"{H}.focus[0].reference")),
    Case("a focus that says another type", header("focus", 0, "type", to="Task"), ("VIX-1034", f"{H}.focus[0].reference")),
    Case("a reason in the header", header("reason", to={"text": CANARY}), ("VIX-1003", f"{H}.reason")),
    Case("an event of a match on a signal", header("eventCoding", "code", to="match-terugkoppelen"), ("VIX-1034", f"{H}.event")),
    # resources
    Case("a foreign resource", entry(_X), ("VIX-1003", "Bundle.entry[5].resource")),
    Case("a resource nobody knows", entry({"resourceType": "FooType"}), ("VIX-1001", "Bundle.entry[5].resource")),
    Case("a resource whose type is a list", entry({"resourceType": ["Flag"]}), ("VIX-1001", "Bundle.entry[5].resource")),
    Case("a resource without type", entry({"id": "x"}), ("VIX-1001", "Bundle.entry[5].resource")),
    Case("a second child", entry({"resourceType": "Patient", "birthDate": "2014-05-06"}), ("VIX-1034", "Bundle.entry[5].resource")),
    Case("a second signal", entry({"resourceType": "Flag", "status": "active", "code": {"text": "verwijsindexsignaal"}, "subject": {"reference": f"urn:uuid:{IDS[2]}"}}), ("VIX-1034", "Bundle.entry[5].resource")),
    Case("an organisation without name or number (org-1)", instance, ("VIX-1001", "Bundle.entry[5].resource")),
    # the signal
    Case("a status that is none", flag("status", to=CANARY), ("VIX-1105", f"{F}.status")),
    Case("a status of another event", flag("status", to="inactive"), ("VIX-1105", f"{F}.status")),
    Case("no status", flag("status", to=DROP), ("VIX-1001", f"{F}.status")),
    Case("no code", flag("code", to=DROP), ("VIX-1106", f"{F}.code.coding.code")),
    Case("no subject", flag("subject", to=DROP), ("VIX-1103", f"{F}.subject")),
    Case("a subject that is a list", flag("subject", to=[{"reference": f"urn:uuid:{IDS[2]}"}]), ("VIX-1103", f"{F}.subject")),
    Case("an element nobody knows", flag("kanarie", to=1), ("VIX-1001", f"{F}.children()[8]")),
    Case("a narrative", flag("text", to={"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{CANARY}<script/></div>"}), ("VIX-1003", f"{F}.text")),
    Case("an encounter", flag("encounter", to={"reference": "Encounter/1"}), ("VIX-1003", f"{F}.encounter")),
    Case("a field of another standard", flag("reden", to=CANARY), ("VIX-1003", f"{F}.reden")),
    Case("a null", flag("period", to=None), ("VIX-1001", f"{F}.period")),
    Case("an empty object", flag("period", to={}), ("VIX-1001", f"{F}.period")),
    Case("an empty list", flag("category", to=[]), ("VIX-1001", f"{F}.category")),
    Case("an empty item", flag("category", 0, to={}), ("VIX-1105", f"{F}.category[0]")),
    Case("a null in a list", flag("category", 0, to=None), ("VIX-1001", f"{F}.category[0]")),
    Case("an empty text", flag("identifier", 0, "value", to=""), ("VIX-1106", f"{F}.identifier[0].value")),
    Case("a list in place of an object", flag("period", to=[]), ("VIX-1001", f"{F}.period")),
    Case("a text in place of an object", flag("period", to=CANARY), ("VIX-1001", f"{F}.period")),
    Case("a list within a list", flag("category", 0, to=[[CANARY]]), ("VIX-1001", f"{F}.category[0]")),
    Case("a code with spaces around it", flag("category", 0, "coding", 0, "code", to=" spoed "), ("VIX-1105", f"{F}.category[0].coding[0].code")),
    Case("a system with a space", flag("identifier", 0, "system", to="urn:x y"), ("VIX-1105", f"{F}.identifier[0].system")),
    Case("a use that is none", flag("identifier", 0, "use", to="mijn"), ("VIX-1105", f"{F}.identifier[0].use")),
    Case("two own numbers", twice("entry", 1, "resource", "identifier", 0), ("VIX-1001", f"{F}.identifier[1]")),
    Case("a number of ours on a new signal", flag("identifier", 1, to={"use": "official", "system": f"{BASE}/NamingSystem/signaal-id", "value": IDS[0]}), ("VIX-1036", f"{F}.identifier[1].value")),
    Case("a clinical code beside the kind", flag("code", "coding", 1, to={"system": "http://snomed.info/sct", "code": "397940009"}), ("VIX-1003", f"{F}.code.coding[1]")),
    Case("a story in the code", flag("code", "text", to=CANARY), ("VIX-1003", f"{F}.code.text")),
    Case("a period that ends before it begins (per-1)", flag("period", "end", to="2020-01-01"), ("VIX-1105", f"{F}.period")),
    Case("a moment without zone", flag("period", "start", to="2026-11-21T09:58:00"), ("VIX-1105", f"{F}.period.start")),
    Case("a moment that does not exist", flag("period", "start", to="2026-02-30T09:58:00+01:00"), ("VIX-1105", f"{F}.period.start")),
    Case("an unknown extension", flag("extension", 5, to={"url": "urn:kanarie", "valueString": CANARY}), ("VIX-1003", f"{F}.extension[5]")),
    Case("an extension without address", flag("extension", 5, to={"valueString": CANARY}), ("VIX-1001", f"{F}.extension[5]")),
    Case("an extension with neither value nor parts (ext-1)", flag("extension", 0, "valuePositiveInt", to=DROP), ("VIX-1001", f"{F}.extension[0]")),
    Case("an extension with value and parts (ext-1)", flag("extension", 0, "extension", to=[{"url": "urn:x", "valueCode": "x"}]), ("VIX-1001", f"{F}.extension[0].extension")),
    Case("an extension with two values", flag("extension", 0, "valueString", to=CANARY), ("VIX-1001", f"{F}.extension[0].value")),
    Case("an extension twice", twice("entry", 1, "resource", "extension", 0), ("VIX-1001", f"{F}.extension[1]")),
    Case("extensions 30 deep", flag("extension", 5, to=nested(12)), ("VIX-1003", f"{F}.extension[5]")),
    Case("a type of R4B only", flag("extension", 5, to={"url": "urn:x", "valueCodeableReference": {}}), ("VIX-1003", f"{F}.extension[5]")),
    Case("a modifier", flag("modifierExtension", to=[{"url": "urn:x", "valueBoolean": True}]), ("VIX-1003", f"{F}.modifierExtension")),
    Case("rules of somebody else", flag("implicitRules", to="urn:x"), ("VIX-1003", f"{F}.implicitRules")),
    Case("a truth as a text", flag("extension", 2, "valueBoolean", to="true"), ("VIX-1105", f"{F}.extension[2].value")),
    Case("a truth as a number", flag("extension", 2, "valueBoolean", to=1), ("VIX-1105", f"{F}.extension[2].value")),
    Case("a number as a text", flag("extension", 0, "valuePositiveInt", to="1"), ("VIX-1105", f"{F}.extension[0].value")),
    Case("a revision of a half", flag("extension", 0, "valuePositiveInt", to=1.5), ("VIX-1105", f"{F}.extension[0].value")),
    Case("revision zero", flag("extension", 0, "valuePositiveInt", to=0), ("VIX-1105", f"{F}.extension[0].value")),
    Case("a key of Python", flag("resource_type", to="Flag"), ("VIX-1001", f"{F}.children()[8]")),
    Case("comments of another time", flag("fhir_comments", to=[CANARY]), ("VIX-1001", f"{F}.children()[8]")),
    Case("a child elsewhere", flag("subject", "reference", to="Patient/1"), ("VIX-1034", f"{F}.subject.reference")),
    Case("a child that is a professional", flag("subject", "reference", to=f"urn:uuid:{IDS[3]}"), ("VIX-1034", f"{F}.subject.reference")),
    Case("a reporter that is a child", flag("author", "reference", to=f"urn:uuid:{IDS[2]}"), ("VIX-1034", f"{F}.author.reference")),
    Case("a contained child that is not there", flag("subject", "reference", to="#kind"), ("VIX-1034", f"{F}.subject.reference")),
    Case("a contained foreign resource", flag("contained", to=[_X | {"id": "x"}]), ("VIX-1003", f"{F}.contained[0]")),
    Case("a contained resource without id", flag("contained", to=[{"resourceType": "Organization", "name": "x"}]), ("VIX-1001", f"{F}.contained[0].id")),
    Case("a contained resource nobody points at (dom-3)", flag("contained", to=[{"resourceType": "Organization", "id": "x", "name": "x"}]), ("VIX-1034", f"{F}.contained[0]")),
    Case("a contained resource with a version (dom-4)", flag("contained", to=[{"resourceType": "Organization", "id": "x", "name": "x", "meta": {"versionId": "1"}}]), ("VIX-1001", f"{F}.contained[0].id")),
    Case("contained in a contained one (dom-2)", flag("contained", to=[{"resourceType": "Organization", "id": "x", "name": "x", "contained": [_X]}]), ("VIX-1003", f"{F}.contained[0].contained")),
    Case("a choice on a new signal", flag("category", 0, "coding", 1, to={"system": f"{BASE}/CodeSystem/vi-urgentie", "code": "direct"}), ("VIX-1034", f"{F}.category[0].coding[1]")),
    Case("three codings", flag("category", 0, "coding", to=[{"code": "a"}, {"code": "b"}, {"code": "c"}]), ("VIX-1001", f"{F}.category[0].coding[2]")),
    Case("more words than an index has room for", flag("category", to=BUNDLE["entry"][1]["resource"]["category"][:1] * 21), ("VIX-1001", f"{F}.category[20]")),
    Case("a word on no axis", flag("category", 0, "extension", to=DROP), ("VIX-1105", f"{F}.category[0]")),
    # the child
    Case("a BSN that fails the elfproef", child("identifier", 0, "value", to="999990018"), ("VIX-1101", f"{P}.identifier[0].value")),
    Case("two BSNs", twice("entry", 2, "resource", "identifier", 0), ("VIX-1001", f"{P}.identifier[1]")),
    Case("a number of somebody else", child("identifier", 1, to={"system": "urn:x", "value": CANARY}), ("VIX-1003", f"{P}.identifier[1]")),
    Case("a sex that is none", child("gender", to="manlijk"), ("VIX-1105", f"{P}.gender")),
    Case("a birth date in words", child("birthDate", to=CANARY), ("VIX-1202", f"{P}.birthDate")),
    Case("a birth date that does not exist", child("birthDate", to="2014-02-30"), ("VIX-1202", f"{P}.birthDate")),
    Case("a birth date with a time", child("birthDate", to="2014-05-06T10:00:00Z"), ("VIX-1202", f"{P}.birthDate")),
    Case("a contact of the child", child("contact", to=[{"name": {"text": CANARY}}]), ("VIX-1003", f"{P}.contact")),
    Case("a telephone of the child", child("telecom", to=[{"system": "phone", "value": CANARY}]), ("VIX-1003", f"{P}.telecom")),
    Case("a photo", child("photo", to=[{"title": CANARY}]), ("VIX-1003", f"{P}.photo")),
    Case("two names, neither official", twice("entry", 2, "resource", "name", 0), ("VIX-1001", f"{P}.name[1]")),
    Case("a name as one text", child("name", 0, "text", to=CANARY), ("VIX-1003", f"{P}.name[0].text")),
    Case("two addresses", twice("entry", 2, "resource", "address", 0), ("VIX-1001", f"{P}.address[1]")),
    Case("a city", child("address", 0, "city", to=CANARY), ("VIX-1003", f"{P}.address[0].city")),
    Case("a name that is an object", child("name", 0, "family", to={"x": CANARY}), ("VIX-1001", f"{P}.name[0].family")),
    Case("active as a text", child("active", to="true"), ("VIX-1105", f"{P}.active")),
    Case("an unknown extension on a name", child("name", 0, "_family", "extension", 1, to={"url": "urn:x", "valueString": CANARY}), ("VIX-1003", f"{P}.name[0].family.extension[1]")),
    # the professional
    Case("a way of reach that is none", role("telecom", 0, "system", to="duif"), ("VIX-1105", f"{R}.telecom[0].system")),
    Case("a telephone without its kind (cpt-2)", role("telecom", 0, "system", to=DROP), ("VIX-1001", f"{R}.telecom[0]")),
    Case("two functions", role("code", to=[{"text": "a"}, {"text": "b"}]), ("VIX-1001", f"{R}.code[1]")),
    Case("hours", role("availableTime", to=[{"allDay": True}]), ("VIX-1003", f"{R}.availableTime")),
    Case("a registration in no list", role("practitioner", "identifier", "system", to="urn:x"), ("VIX-1105", f"{R}.practitioner.identifier.system")),
    Case("two numbers of the professional", twice("entry", 3, "resource", "identifier", 0), ("VIX-1001", f"{R}.identifier[1]")),
    Case("an organisation elsewhere", role("organization", to={"reference": "Organization/1"}), ("VIX-1034", f"{R}.organization.reference")),
    # not wrong
    Case("a partial birth date", child("birthDate", to="2014"), ("VIX-1208", f"{P}.birthDate"), Ernst.WAARSCHUWING),
    Case("no BSN", child("identifier", to=DROP), None),
    Case("a timestamp", at("timestamp", to="2026-11-21T10:00:00.120+01:00"), None),
    Case("an id of the message", at("identifier", to={"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}), None),
    Case("claims of profiles", flag("meta", to={"profile": ["http://nictiz.nl/fhir/StructureDefinition/nl-core-Alert"], "versionId": "1"}), None),
    Case("a destination", header("destination", to=[{"name": "x", "endpoint": "https://x.example/fhir"}]), None),
    Case("types beside references", flag("subject", "type", to="Patient"), None),
    Case("a language", flag("language", to="nl"), None),
    Case("a display of a word", flag("category", 0, "coding", 0, "display", to="Met spoed"), None),
    Case("a word of a list nobody knows", flag("category", 0, "coding", 0, "system", to="urn:een:lijst"), None),
)
# fmt: on


def findings(body: bytes, content_type: str = JSON) -> tuple[Finding, ...]:
    """Everything a sender is told of a new signal, by the format and by the rules."""
    try:
        request, _ = adapter().decode(WireRequest(body, content_type, path="/$process-message"))
    except SenderError as error:
        return error.findings
    assert isinstance(request, Afgeven)
    return judged(request, directory().partners[SCHOOL], regions()["strikt"]).findings


def changed(case: Case) -> bytes:
    value = copy.deepcopy(BUNDLE)
    case.change(value)
    return json.dumps(value).encode()


def test_there_are_many_cases_with_titles_of_their_own() -> None:
    assert sum(case.told is not None for case in CASES) >= 100
    assert len({case.title for case in CASES}) == len(CASES)


def test_the_message_itself_is_admissible() -> None:
    assert findings(json.dumps(BUNDLE).encode()) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_change_is_told_with_its_code_and_place_and_no_text_of_the_message(case: Case) -> None:
    began = process_time()
    told = findings(changed(case))
    assert process_time() - began < 1
    if case.told is None:
        assert told == ()
        return
    spoken = {(finding.code, finding.at, finding.ernst) for finding in told}
    assert (*case.told, case.ernst) in spoken, spoken
    outcome = adapter().encode(Refusal(findings=told), operation="Afgeven", relates_to="").body.decode()
    issues = json.loads(outcome)["issue"]
    (issue,) = (one for one in issues if one.get("expression") == [case.told[1]])
    assert issue["details"]["coding"][0]["code"] == case.told[0]
    assert issue["details"]["text"] and issue["diagnostics"]
    assert not [canary for canary in CANARIES if canary.lower() in outcome.lower()]
    assert len({finding.at for finding in told}) == len(told)


def test_the_message_in_the_document_is_admissible() -> None:
    text = Path("docs/fhir.md").read_text(encoding="utf-8")
    body = text[text.index("-d '{") + 4 : text.index("}]}}]}'") + 6]
    body = body.replace("'$(date -Iseconds)'", "2026-11-21T09:58:00+01:00").replace("'$(date -I)'", "2026-11-20")
    request, _ = adapter().decode(WireRequest(body.encode(), JSON, path="/$process-message"))
    assert isinstance(request, Afgeven) and request.remarks == ()
    assert [
        finding.code for finding in judged(request, directory().partners[SCHOOL], regions()["strikt"]).findings
    ] == []
