"""Signals in FHIR over real HTTP: a message, REST, a match followed up, XML; and every way in which it goes wrong."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from gateway.adapters.senders.fhir import ROUTES, xml_form
from gateway.cli.sandbox import Sandbox, sandbox, token_of
from tests.e2e.talk import BLIND, CARE, LEGAL, REPORTED, SCHOOL, Sender, children, until
from tests.e2e.traces import listening
from tests.spec.fhir_format import bundle
from tests.spec.fhir_names import BASE, BSN
from tests.spec.formats import Message

Open = Callable[..., httpx.Client]
JSON, XML, FORM = "application/fhir+json", "application/fhir+xml", "application/x-www-form-urlencoded"
SOURCE = "https://bron.example/signalen"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), clock=LEGAL, wait_seconds=20) as running:
        yield running


@pytest.fixture
def as_partner(place: Sandbox) -> Iterator[Open]:
    opened: list[httpx.Client] = []

    def make(partner: str = SCHOOL, **headers: str) -> httpx.Client:
        own = {"authorization": f"Bearer {token_of(partner)}", "content-type": JSON, **headers}
        client = httpx.Client(base_url=f"{place.gateway}/fhir", headers=own, timeout=60, trust_env=False)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


def message(source: str, bsn: str, operation: str = "signaalAfgeven", **more: str) -> dict[str, Any]:
    own = {"bron_systeem": "bron", "bron_signaal_id": source}
    if operation != "signaalAfgeven":
        return bundle(Message(operation, own | more))
    fields = {
        "soort": "SIGNAAL",
        "bsn": bsn,
        "professional_id": "p-1",
        "melder_naam": "A. Fictief",
        "melder_telefoon": "030-7654321",
        "datum_tijd_melding": REPORTED,
        "redelijk_vermoeden": "true",
        "informatieplicht_wie": "BEIDEN",
        "informatieplicht_datum": "2026-11-20",
    }
    return bundle(Message(operation, own | fields | more))


def flag(source: str, bsn: str, status: str = "active", **more: Any) -> dict[str, Any]:
    """A signal as REST has it: alone, its reporter inside, the child by number only."""
    whole = message(source, bsn)
    made = copy.deepcopy(whole["entry"][1]["resource"])
    made["identifier"][0]["system"] = SOURCE
    role = whole["entry"][3]["resource"]
    subject = {"type": "Patient", "identifier": {"system": BSN, "value": bsn}}
    contained = [role | {"id": "melder"}]
    return (
        made | {"status": status, "subject": subject, "author": {"reference": "#melder"}, "contained": contained} | more
    )


def change(source: str, status: str, **more: Any) -> dict[str, Any]:
    masked = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]
    }
    return {
        "resourceType": "Flag",
        "identifier": [{"use": "secondary", "system": SOURCE, "value": source}],
        "status": status,
        "code": {"text": "verwijsindexsignaal"},
        "subject": masked,
    } | more


def codes(told: httpx.Response) -> list[str]:
    body = told.json()
    if body["resourceType"] == "Bundle":
        body = body["entry"][1]["resource"]
    return [issue["details"]["coding"][0]["code"] for issue in body["issue"]]


def receipt(flag: dict[str, Any]) -> Any:
    (proof,) = (one for one in flag["extension"] if one["url"].endswith("vi-ontvangstbewijs"))
    return proof, flag["id"], [one for one in flag["identifier"] if one["use"] == "official"]


def test_a_message_becomes_a_match_that_is_followed_up(as_partner: Open) -> None:
    school, care = as_partner(), as_partner(CARE)
    bsn = children()[0]["bsn"]
    first = school.post("/$process-message", json=message("s-1", bsn))
    assert (first.status_code, first.headers["content-type"]) == (200, f"{JSON}; charset=utf-8")
    again = school.post("/$process-message", json=message("s-1", bsn))
    answers = [told.json()["entry"] for told in (first, again)]
    assert receipt(answers[0][2]["resource"]) == receipt(answers[1][2]["resource"])
    assert answers[0][0]["resource"]["response"]["identifier"] == message("s-1", bsn)["entry"][0]["resource"]["id"]
    assert answers[0][0]["resource"]["id"] != answers[1][0]["resource"]["id"]
    second = care.post("/$process-message", json=message("c-1", bsn)).json()["entry"]
    (match,) = (one["resource"] for one in second if one["resource"]["resourceType"] == "Task")
    assert "School De Wilg" in [one.get("name") for one in match["contained"]]
    seen = care.get(f"/Task/{match['id']}")
    assert (seen.status_code, seen.headers["etag"]) == (200, f'W/"{match["meta"]["versionId"]}"')
    followed = seen.json()
    followed["businessStatus"]["coding"][0]["code"] = "CONTACT"
    version = {"if-match": seen.headers["etag"]}
    told = [care.put(f"/Task/{match['id']}", json=followed, headers=version) for _ in range(2)]
    assert [one.status_code for one in told] == [200, 412]
    assert codes(told[1]) == ["VIX-1413"]
    assert told[0].json()["status"] == "in-progress"
    assert school.get(f"/Task/{match['id']}").status_code == 404
    page = care.post("/Task/_search", content="_count=5", headers={"content-type": FORM}).json()
    assert [one["resource"]["id"] for one in page["entry"]] == [match["id"]]
    (onward,) = (link["url"] for link in page["link"] if link["relation"] == "vi-verder")
    assert "entry" not in care.post(httpx.URL(onward)).json()
    own = receipt(answers[0][2]["resource"])[1]
    assert until(lambda: "BIJ_INDEX" in school.get(f"/Flag/{own}").text)
    assert care.get(f"/Flag/{own}").status_code == 404


def test_a_signal_has_a_life_over_rest(as_partner: Open) -> None:
    school = as_partner()
    bsn = children()[1]["bsn"]
    word = {"extension": [{"url": f"{BASE}/StructureDefinition/vi-as", "valueCode": "urgentie"}]}
    said = word | {"coding": [{"code": "spoed", "userSelected": True}]}
    made = flag("r-1", bsn, category=[said])
    first = school.post("/Flag", json=made, headers={"if-none-exist": f"identifier={SOURCE}|r-1"})
    assert first.status_code == 201, first.text
    assert first.headers["location"].endswith(f"/Flag/{first.json()['id']}")
    issues = [issue["details"]["coding"][0]["code"] for issue in first.json()["contained"][0]["issue"]]
    assert "bel-nu" in issues and "VIX-1802" in issues
    assert bsn not in first.text and "Fictief" not in first.text
    again = school.post("/Flag", json=made)
    assert (again.status_code, receipt(again.json())) == (200, receipt(first.json()))
    other = school.post("/Flag", json=made, headers={"if-none-exist": f"identifier={SOURCE}|r-2"})
    assert (other.status_code, codes(other)) == (400, ["bel-nu", "VIX-1036"])
    address = f"/Flag/{first.json()['id']}"
    form = {"content-type": FORM}
    found = school.post("/Flag/_search", content=f"identifier={SOURCE}|r-1", headers=form)
    assert found.json()["identifier"][1] == {"use": "secondary", "system": SOURCE, "value": "r-1"}
    listed = school.post("/Flag/_search?_count=1", headers=form).json()
    assert listed["type"] == "searchset" and len(listed["entry"]) == 1
    chosen = {"system": f"{BASE}/CodeSystem/vi-urgentie", "code": "binnen-24-uur"}
    answered = school.put(
        address, json=change("r-1", "active", category=[word | {"coding": [{"code": "spoed"}, chosen]}])
    )
    assert (answered.status_code, answered.json()["status"]) == (200, "active"), answered.text
    ended = school.put(address, json=change("r-1", "inactive", period={"end": "2026-11-21"}))
    assert (ended.status_code, ended.json()["status"]) == (200, "inactive"), ended.text
    gone = school.put(address, json=change("r-1", "entered-in-error"))
    assert (gone.status_code, gone.json()["status"]) == (200, "entered-in-error"), gone.text
    assert school.post("/Flag", json=made).status_code == 410
    wrong = school.put(
        "/Flag/00000000-0000-4000-8000-000000000000", json=change("r-1", "inactive", period={"end": "2026-11-21"})
    )
    assert wrong.status_code == 404


def test_xml_goes_both_ways(as_partner: Open) -> None:
    school = as_partner(SCHOOL, **{"content-type": XML, "accept": XML})
    whole = message("x-1", children()[2]["bsn"])
    body = get_fhir_model_class("Bundle").model_validate(whole).model_dump_xml()
    first = school.post("/$process-message", content=body)
    assert (first.status_code, first.headers["content-type"]) == (200, f"{XML}; charset=utf-8")
    in_json = as_partner().post("/$process-message", json=whole).json()
    assert receipt(xml_form.read(first.content)["entry"][2]["resource"]) == receipt(in_json["entry"][2]["resource"])
    broken = school.post("/$process-message", content=body.replace(b'value="active"', b'value="kanarie"', 1))
    (issue,) = xml_form.read(broken.content)["entry"][1]["resource"]["issue"]
    assert issue["expression"] == ["Bundle.entry[1].resource.status"]
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><Flag xmlns="http://hl7.org/fhir"/>'
    assert school.post("/Flag", content=entity).status_code == 400


def test_what_a_sender_prefers(as_partner: Open) -> None:
    school = as_partner()
    made = flag("p-1", children()[3]["bsn"])
    little = school.post("/Flag", json=made, headers={"prefer": "return=minimal"})
    assert (little.status_code, little.content) == (201, b"")
    assert little.headers["etag"] == 'W/"1"'
    told = school.post("/Flag", json=made, headers={"prefer": "return=OperationOutcome"})
    assert (told.status_code, told.json()["resourceType"]) == (200, "OperationOutcome")


def test_what_may_be_done_is_told(as_partner: Open) -> None:
    told = as_partner().post("/$capaciteiten")
    names = {one["name"] for one in told.json()["parameter"]}
    assert (told.status_code, names) == (200, {"handeling", "bsn-toegestaan", "regio", "stelsel", "vocabulaire"})


def test_every_route_of_the_capabilities_answers_and_nothing_else_does(place: Sandbox, as_partner: Open) -> None:
    school = as_partner()
    assert httpx.get(f"{place.gateway}/fhir/metadata", trust_env=False).json()["resourceType"] == "CapabilityStatement"
    paths = {route.path.replace("{id}", "00000000-0000-4000-8000-000000000000") for route in ROUTES}
    there = {(route.method, route.path.replace("{id}", "00000000-0000-4000-8000-000000000000")) for route in ROUTES}
    for path in (*paths, "Patient", "Flag/_history", "Flag/a/b", "$translate", "Task", "metadata/x", ""):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            told = school.request(method, f"/{path}")
            if (method, path) in there:
                assert told.status_code not in (405,) and told.status_code < 500
                assert told.status_code != 404 or "VIX-1025" not in told.text
            else:
                expected = (405, "VIX-1026") if path in paths else (404, "VIX-1025")
                assert (told.status_code, codes(told)) == (expected[0], [expected[1]]), (method, path)


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"authorization": "Bearer x"}, b"{}", 401, "VIX-1904"),
        ({"content-type": "text/plain"}, b"{}", 415, "VIX-1027"),
        ({"content-type": f"{JSON}; fhirVersion=5.0"}, b"{}", 415, "VIX-1027"),
        ({"content-type": f"{JSON}; charset=latin-1"}, b"{}", 415, "VIX-1027"),
        ({"accept": "text/html"}, b"{}", 406, "VIX-1031"),
        ({}, b"[" * 200, 400, "VIX-1007"),
        ({}, b"{", 400, "VIX-1001"),
        ({}, b'{"a":1,"a":1}', 400, "VIX-1001"),
        ({}, b" " * 65_537, 413, "VIX-1028"),
        ({}, b'{"resourceType":"Patient"}', 400, "VIX-1001"),
    ],
)
def test_what_is_no_message_gets_an_outcome(
    as_partner: Open, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    told = as_partner().post("/Flag", content=body, headers=headers)
    assert (told.status_code, codes(told)) == (status, [code])
    assert told.headers["content-type"] == f"{JSON}; charset=utf-8"
    if status == 401:
        assert told.headers["www-authenticate"].startswith("Bearer")


def test_searching_goes_by_post_and_never_in_an_address(as_partner: Open) -> None:
    school = as_partner()
    by_get = school.get("/Flag?identifier=x|y")
    assert (by_get.status_code, by_get.headers["allow"], codes(by_get)) == (405, "POST", ["VIX-1026"])
    in_address = school.post("/Flag/_search?identifier=x|y", headers={"content-type": FORM})
    assert (in_address.status_code, codes(in_address)) == (400, ["VIX-1035"])
    by_child = school.post("/Flag/_search", content="patient.identifier=999990019", headers={"content-type": FORM})
    assert (by_child.status_code, codes(by_child)) == (400, ["VIX-1035"])
    assert "999990019" not in by_child.text


def test_a_broken_message_is_answered_as_a_message_and_nothing_of_a_person_is_told_or_logged(as_partner: Open) -> None:
    with listening() as heard:
        whole = message("k-1", "999990018", melder_naam="Kanariepiet", soort="X")
        whole["entry"][1]["resource"]["note"] = [{"text": "kanarieverhaal"}]
        told = as_partner().post("/$process-message", json=whole)
    assert (told.status_code, told.json()["entry"][0]["resource"]["response"]["code"]) == (200, "fatal-error")
    assert {"VIX-1003", "VIX-1101", "VIX-1105"} == set(codes(told))
    lines = [told.text, *heard.lines]
    assert not [one for one in ("999990018", "anarie") if any(one in line for line in lines)]


def test_who_may_not_know_a_bsn_is_told_so_without_it(as_partner: Open) -> None:
    told = as_partner(BLIND).post("/Flag", json=flag("b-1", children()[4]["bsn"]))
    assert (told.status_code, codes(told)) == (403, ["VIX-1102"])
    assert children()[4]["bsn"] not in told.text


def test_a_signal_in_fhir_is_the_same_signal_in_soap(place: Sandbox, as_partner: Open) -> None:
    given = as_partner().post("/$process-message", json=message("same-1", children()[5]["bsn"]))
    ours = given.json()["entry"][2]["resource"]["id"]
    with Sender(place.gateway) as sender:
        assert sender.status("same-1").text("ontvangstbewijs/signaalId") == ours
    assert json.loads(given.content)["type"] == "message"
