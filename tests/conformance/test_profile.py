"""FHIR as the kit verifies and reads it: every breach of R4 or of a profile has its place, and no value."""

import copy

import pytest

from conformance.formats import fhirpath, outcome, profile, resources
from conformance.values import drop

BASE = profile.BASE
RECEIPT = {
    "resourceType": "Flag",
    "id": "01a20266-39b7-704d-a081-23774cce84d0",
    "meta": {"versionId": "2"},
    "extension": [
        {
            "url": resources.own("ontvangstbewijs"),
            "extension": [
                {"url": "handeling", "valueCode": "signaalAfgeven"},
                {"url": "ontvangen-op", "valueInstant": "2026-11-22T08:36:23.606Z"},
                {"url": "vocabulaire", "valueString": "c7d1"},
                {"url": "beleid", "valueString": "landelijk"},
            ],
        },
        {"url": resources.own("bezorging"), "valueCode": "BIJ_INDEX"},
        {
            "url": resources.own("vraag"),
            "extension": [
                {"url": "as", "valueCode": "urgentie"},
                {"url": "woord", "valueString": "spoed"},
                {"url": "keuze", "valueCoding": {"system": "urn:x", "code": "nu", "display": "Nu"}},
            ],
        },
    ],
    "identifier": [
        {"use": "official", "system": f"{BASE}/NamingSystem/signaal-id", "value": "01a20266"},
        {"use": "secondary", "system": f"{BASE}/sid/bron/vig-toets", "value": "t1"},
    ],
    "status": "active",
    "code": {"text": "verwijsindexsignaal"},
    "subject": {"extension": [{"url": f"{resources.HL7}/data-absent-reason", "valueCode": "masked"}]},
}
MATCH = {
    "resourceType": "Task",
    "id": "m1",
    "meta": {"versionId": "actief.nieuw"},
    "contained": [
        {
            "resourceType": "PractitionerRole",
            "id": "b1",
            "practitioner": {"display": "E. Toets"},
            "organization": {"reference": "#o1"},
            "telecom": [{"system": "phone", "value": "010"}, {"system": "email", "value": "e@example.org"}],
        },
        {"resourceType": "Organization", "id": "o1", "name": "De Wilg"},
    ],
    "extension": [{"url": resources.own("niet-in-dossier"), "valueBoolean": True}],
    "identifier": [{"system": f"{BASE}/NamingSystem/match-id", "value": "m1"}],
    "status": "requested",
    "businessStatus": {"coding": [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": "NIEUW"}]},
    "intent": "order",
    "code": {"coding": [{"system": f"{BASE}/CodeSystem/vi-taak", "code": "afstemmen"}]},
    "focus": {"type": "Flag", "identifier": {"system": f"{BASE}/NamingSystem/signaal-id", "value": "s1"}},
    "input": [
        {
            "type": {"coding": [{"system": f"{BASE}/CodeSystem/vi-taak-input", "code": name}]},
            **value,
        }
        for name, value in (
            ("soort", {"valueCode": "CLIENTMATCH"}),
            ("niet-dezelfde-jeugdige", {"valueBoolean": False}),
            ("betrokkene", {"valueReference": {"reference": "#b1"}}),
        )
    ],
}


def without(resource, path):
    made = copy.deepcopy(resource)
    drop(made, path)
    return made


def extended(resource, *more):
    return {**resource, "extension": [*resource["extension"], *more]}


@pytest.mark.parametrize("resource", [RECEIPT, MATCH], ids=["Flag", "Task"])
def test_what_keeps_to_its_profile_breaks_nothing(resource):
    assert profile.breaches(resource) == []
    page = {"resourceType": "Bundle", "type": "searchset", "entry": [{"fullUrl": "urn:x", "resource": resource}]}
    assert profile.breaches(page) == []


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ({**RECEIPT, "status": "berichtje"}, "Flag.status: enum"),
        ({**RECEIPT, "kleur": "blauw"}, "Flag: additionalProperties"),
        ({**RECEIPT, "author": {"display": "Geheim"}}, "Flag.author: hoogstens 0"),
        ({**RECEIPT, "category": [{"text": "Geheim"}]}, "Flag.category: hoogstens 0"),
        ({**RECEIPT, "subject": {"display": "Geheim"}}, "Flag.subject.display: hoogstens 0"),
        ({**RECEIPT, "identifier": RECEIPT["identifier"][1:]}, "Flag.identifier(signaal): minstens 1"),
        (extended(RECEIPT, {"url": "https://x.example/vreemd"}), "Flag.extension: onbekende extensie"),
        (extended(RECEIPT, RECEIPT["extension"][1]), "Flag.extension(vi-bezorging): hoogstens 1"),
        (
            {
                **RECEIPT,
                "extension": [{**RECEIPT["extension"][0], "extension": RECEIPT["extension"][0]["extension"][1:]}],
            },
            "Flag.extension(vi-ontvangstbewijs).extension(handeling): minstens 1",
        ),
        ({**MATCH, "for": {"display": "Geheim"}}, "Task.for: hoogstens 0"),
        ({**MATCH, "note": [{"text": "Geheim"}]}, "Task.note: hoogstens 0"),
        ({**MATCH, "intent": "plan"}, "Task.intent: vaste waarde"),
        ({**MATCH, "code": {"text": "anders"}}, "Task.code: vaste waarde"),
        ({**MATCH, "input": MATCH["input"][1:]}, "Task.input(soort): minstens 1"),
        ({**MATCH, "extension": []}, "Task.extension(vi-niet-in-dossier): minstens 1"),
        (without(MATCH, "focus"), "Task.focus: minstens 1"),
        ({"resourceType": "Observation", "status": "final"}, "Observation: hoort niet in een antwoord"),
        ({"resourceType": "Verhaal"}, "resourceType is geen soort van R4"),
    ],
)
def test_a_breach_has_its_place_and_no_value(resource, place):
    found = profile.breaches(resource)
    assert place in found
    assert not any("Geheim" in one for one in found)


def test_a_receipt_is_read_in_the_names_of_the_json_contract():
    told = outcome.receipt(RECEIPT)
    assert told["ontvangstbewijs"] == {
        "signaalId": RECEIPT["id"], "bronSignaalId": "t1", "revisie": 2, "handeling": "signaalAfgeven",
        "ontvangenOp": "2026-11-22T08:36:23.606Z", "vocabulaire": "c7d1", "beleid": "landelijk", "betekenissen": [],
    }  # fmt: skip
    assert told["stand"] == {"status": "ACTIEF", "bezorging": "BIJ_INDEX"}
    assert told["vragen"] == [
        {"as": "urgentie", "woord": "spoed", "keuzes": [{"begrip": "nu", "weergave": "Nu"}]},
    ]


def test_a_match_is_read_in_the_names_of_the_json_contract():
    told = outcome.match(MATCH)
    assert (told["matchId"], told["signaalId"], told["status"], told["versie"]) == (
        "m1",
        "s1",
        "ACTIEF",
        "actief.nieuw",
    )
    assert told["betrokkenen"] == [
        {"naam": "E. Toets", "instantie": "De Wilg", "telefoon": "010", "email": "e@example.org"}
    ]
    assert "opvolging" not in told and "regie" not in told
    assert outcome.match({**MATCH, "status": "cancelled"})["status"] == "VERVALLEN"


@pytest.mark.parametrize(
    ("path", "count", "name"),
    [
        ("Flag.status", 1, "status"),
        ("Flag.identifier[1].value", 1, "value"),
        ("Flag.identifier[7].value", 0, "value"),
        (f"Flag.extension('{resources.own('bezorging')}').value", 1, "bezorging"),
        ("Flag.extension[1].value", 1, "bezorging"),
        ("Flag.extension[0].extension[1].value", 1, "ontvangen-op"),
        ("Flag.author", 0, "author"),
        ("Task.status", 0, ""),
    ],
)
def test_a_place_in_fhirpath_is_followed(path, count, name):
    found, last = fhirpath.follow(RECEIPT, path)
    assert (len(found), last) == (count, name)


def test_an_extension_of_a_primitive_is_followed():
    child = {
        "resourceType": "Patient",
        "name": [{"family": "X", "_family": {"extension": [{"url": "u", "valueString": "v"}]}}],
    }
    assert fhirpath.follow(child, "Patient.name[0].family.extension[0].value")[0] == ["v"]
