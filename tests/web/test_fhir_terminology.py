"""The door to what is published: for anybody, small questions only, and every refusal an OperationOutcome."""

import json
from typing import Any

import httpx
import pytest

from gateway.wire.fhir import canonical
from tests.web.edge import Edge

FHIR = "application/fhir+json"
URGENT = {
    "url": canonical("ConceptMap", "zvj-signaalcode"),
    "system": canonical("CodeSystem", "zvj-signaalcode"),
    "code": "urgent",
}


def ask(edge: Edge, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """GET, or POST JSON or bytes."""
    if body is None:
        return edge.ask(f"/fhir/{path}", headers=headers)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return edge.ask(f"/fhir/{path}", raw, headers={"content-type": FHIR, **headers})


def parameters(**values: Any) -> dict[str, Any]:
    """A Parameters resource; a text is a uri, which is all that the door looks at."""
    kinds = {str: "valueUri", bool: "valueBoolean", dict: "valueCoding"}
    said = [{"name": name, kinds[type(value)]: value} for name, value in values.items()]
    return {"resourceType": "Parameters", "parameter": said}


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert answer.headers["content-type"] == f"{FHIR}; charset=utf-8"
    (issue,) = outcome["issue"]
    return answer.status_code, issue["details"]["coding"][0]["code"]


def test_a_definition_is_read_by_its_id(edge: Edge) -> None:
    answer = ask(edge, "CodeSystem/vi-urgentie")
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{FHIR}; charset=utf-8")
    assert answer.json()["url"] == canonical("CodeSystem", "vi-urgentie")
    assert ask(edge, "StructureDefinition/vi-signaal").json()["type"] == "Flag"


def test_a_collection_is_searched_by_address(edge: Edge) -> None:
    whole = ask(edge, "StructureDefinition").json()
    assert whole["total"] == len(whole["entry"]) > 20
    address = canonical("ValueSet", "vi-urgentie")
    (entry,) = ask(edge, f"ValueSet?url={address}&onbekend=1").json()["entry"]
    assert entry["fullUrl"].endswith("/fhir/ValueSet/vi-urgentie")
    assert entry["resource"]["url"] == address
    assert "entry" not in ask(edge, "ValueSet?url=urn:x").json()
    assert ask(edge, "ValueSet?_summary=count").json().keys() == {"resourceType", "type", "total", "link"}
    number = canonical("NamingSystem", "signaal-id")
    assert ask(edge, f"NamingSystem?value={number}").json()["entry"][0]["resource"]["id"] == "signaal-id"


def test_a_summary_says_that_it_is_one(edge: Edge) -> None:
    light = ask(edge, "CodeSystem/vi-urgentie?_summary=true").json()
    assert "concept" not in light
    assert light["meta"]["tag"][0]["code"] == "SUBSETTED"


@pytest.mark.parametrize("where", ["ConceptMap/$translate", "ConceptMap/zvj-signaalcode/$translate"])
def test_a_word_is_translated_by_address_and_by_parameters(edge: Edge, where: str) -> None:
    asked = URGENT if where == "ConceptMap/$translate" else {"system": URGENT["system"], "code": "urgent"}
    by_get = ask(edge, f"{where}?{httpx.QueryParams(asked)}").json()
    by_post = ask(edge, where, parameters(**asked)).json()
    assert by_get == by_post
    assert by_get["parameter"][0] == {"name": "result", "valueBoolean": True}
    assert by_get["parameter"][1]["part"][1]["valueCoding"]["code"] == "binnen-1-werkdag"


def test_codes_are_judged_and_value_sets_expanded(edge: Edge) -> None:
    coding = {"system": canonical("CodeSystem", "vi-urgentie"), "code": "regulier"}
    for where in ("CodeSystem/vi-urgentie/$validate-code", "ValueSet/vi-urgentie/$validate-code"):
        assert ask(edge, where, parameters(coding=coding)).json()["parameter"][0]["valueBoolean"] is True
    expanded = ask(edge, "ValueSet/vi-urgentie/$expand?count=2").json()
    assert len(expanded["expansion"]["contains"]) == 2


@pytest.mark.parametrize(
    ("accept", "xml"),
    [
        ("application/fhir+xml", True),
        ("application/xml, application/json;q=0.5", True),
        ("application/fhir+xml;q=1.0, application/fhir+json;q=1.0", False),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", True),
        ("*/*", False),
        ("application/fhir+xml;q=veel", False),
        ("", False),
    ],
)
def test_who_rather_has_xml_gets_it(edge: Edge, accept: str, xml: bool) -> None:
    answer = ask(edge, "CodeSystem/vi-urgentie", accept=accept)
    assert answer.headers["content-type"] == f"application/fhir+{'xml' if xml else 'json'}; charset=utf-8"
    assert answer.content.startswith(b"<?xml" if xml else b"{")


def test_a_format_in_the_address_comes_first(edge: Edge) -> None:
    assert ask(edge, "CodeSystem/vi-urgentie?_format=xml", accept=FHIR).content.startswith(b"<?xml")
    assert ask(edge, "CodeSystem/geen?_format=xml").content.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("CodeSystem/bestaat-niet", None, (404, "VIX-1025")),
        ("CodeSystem/vi-urgentie/_history", None, (404, "VIX-1025")),
        ("CodeSystem/vi-urgentie/_history/1", None, (404, "VIX-1025")),
        ("CodeSystem/$expand", None, (404, "VIX-1025")),
        ("ConceptMap/bestaat-niet/$translate", None, (404, "VIX-1025")),
        ("CodeSystem", {"resourceType": "CodeSystem"}, (405, "VIX-1026")),
        ("ConceptMap/$translate", b"", (400, "VIX-1001")),
        ("ConceptMap/$translate", b"[]", (400, "VIX-1001")),
        ("ConceptMap/$translate", b'{"resourceType":"Parameters","resourceType":"Parameters"}', (400, "VIX-1001")),
        ("ConceptMap/$translate", b"[" * 10_000, (400, "VIX-1001")),
        ("ConceptMap/$translate", {"resourceType": "Parameters", "parameter": {}}, (400, "VIX-1001")),
        ("ConceptMap/$translate", {"resourceType": "Parameters", "parameter": [{"name": "url"}]}, (400, "VIX-1001")),
        ("ConceptMap/$translate", {"resourceType": "Parameters", "parameter": ["url"]}, (400, "VIX-1001")),
        ("ConceptMap/$translate", parameters(code="urgent"), (422, "VIX-1105")),
        ("ConceptMap/$translate?code=a&code=b", None, (400, "VIX-1001")),
        ("ConceptMap/$translate?" + "&".join(f"a{number}=1" for number in range(30)), None, (400, "VIX-1001")),
        ("ConceptMap/$translate?code=%ff", None, (400, "VIX-1001")),
        ("ConceptMap/$translate", b"x" * 20_000, (413, "VIX-1028")),
    ],
)
def test_what_is_wrong_is_refused_in_fhir(edge: Edge, path: str, body: Any, expected: tuple[int, str]) -> None:
    assert refused(ask(edge, path, body)) == expected


def test_a_parameter_said_twice_is_refused(edge: Edge) -> None:
    twice = parameters(**URGENT)
    twice["parameter"].append({"name": "code", "valueCode": "laag"})
    assert refused(ask(edge, "ConceptMap/$translate", twice)) == (400, "VIX-1001")


def test_another_media_type_and_method_are_told_what_is_taken(edge: Edge) -> None:
    answer = edge.ask("/fhir/ConceptMap/$translate", b"<Parameters/>", headers={"content-type": "text/html"})
    assert refused(answer) == (415, "VIX-1027")
    assert ask(edge, "CodeSystem/vi-urgentie", {}).headers["allow"] == "GET, HEAD"


def test_a_fault_of_our_own_tells_nothing(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("kanarie")

    monkeypatch.setattr("gateway.adapters.publications.fhir.terminology.translate", fails)
    answer = ask(edge, "ConceptMap/$translate", parameters(**URGENT))
    assert refused(answer)[1] == "VIX-1901"
    assert "kanarie" not in answer.text
