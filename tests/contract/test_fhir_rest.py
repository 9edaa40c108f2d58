"""What the addresses and headers of FHIR over REST add to a resource: what they ask, and for whom."""

import copy
import json
from typing import Any

import pytest

from gateway.adapters.senders.fhir import media
from gateway.canonical.command import (
    Beeindigen,
    BetekenisAanvullen,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    MatchOpvragen,
    Request,
    StatusOpvragen,
    Terugkoppelen,
)
from gateway.wire.message import WireRequest
from tests.contract.said_in_fhir import ID, ORGANISATION, change, codes, sent
from tests.hostile.test_fhir import BUNDLE
from tests.spec.fhir_format import adapter
from tests.spec.fhir_names import BASE, IDS, JSON

FORM = "application/x-www-form-urlencoded"
OURS = f"{BASE}/NamingSystem/signaal-id"


def test_a_status_says_which_change_is_meant() -> None:
    for status, kind in (("inactive", Beeindigen), ("entered-in-error", Intrekken), ("active", BetekenisAanvullen)):
        request = sent(change(status=status), f"/Flag/{ID}", "PUT")
        assert isinstance(request, kind)
        assert request.remarks == ()
        assert request.signaal_id is not None  # type: ignore[attr-defined]
        assert (request.signaal_id.text, request.signaal_id.at) == (ID, "http.id")  # type: ignore[attr-defined]


def test_an_end_is_a_day_also_where_it_has_a_time() -> None:
    request = sent(change(period={"end": "2026-11-21T10:00:00+01:00"}), f"/Flag/{ID}", "PUT")
    assert isinstance(request, Beeindigen)
    assert request.datum_einde is not None and request.datum_einde.text == "2026-11-21"


def test_what_we_wrote_may_come_back_with_a_change() -> None:
    proof = {
        "url": f"{BASE}/StructureDefinition/vi-ontvangstbewijs",
        "extension": [{"url": "handeling", "valueCode": "x"}],
    }
    outcome = {"url": f"{BASE}/StructureDefinition/vi-uitkomst", "valueReference": {"reference": "#uitkomst"}}
    issue = {"severity": "information", "code": "informational"}
    inside = [{"resourceType": "OperationOutcome", "id": "uitkomst", "issue": [issue]}]
    ours = {"use": "official", "system": f"{BASE}/NamingSystem/signaal-id", "value": ID}
    value = change(id=ID, extension=[proof, outcome], contained=inside)
    value["identifier"].append(ours)
    assert sent(value, f"/Flag/{ID}", "PUT").remarks == ()


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"id": IDS[0]}, "Flag.id"),
        ({"identifier": [{"use": "official", "system": OURS, "value": IDS[0]}]}, "Flag.identifier[0].value"),
    ],
)  # fmt: skip
def test_another_signal_than_that_of_the_address_is_refused(more: dict[str, Any], at: str) -> None:
    assert ("VIX-1036", at) in codes(lambda: sent(change(**more), f"/Flag/{ID}", "PUT"))


def test_a_follow_up_answers_the_version_it_saw() -> None:
    coding = [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": "CONTACT"}]
    task = {"resourceType": "Task", "status": "in-progress", "intent": "order", "businessStatus": {"coding": coding}}
    for tag, stand in (('W/"actief.nieuw"', "actief.nieuw"), ('"x"', "x"), ("*", None), ("", None)):
        request = sent(task, f"/Task/{ID}", "PUT", if_match=tag)
        assert isinstance(request, Terugkoppelen)
        assert request.match_id is not None and request.match_id.text == ID
        assert (request.stand.text if request.stand else None) == stand
    request = sent(task | {"meta": {"versionId": "actief.nieuw"}}, f"/Task/{ID}", "PUT")
    assert isinstance(request, Terugkoppelen) and request.stand is not None
    assert request.stand.at == "Task.meta.versionId"
    assert codes(lambda: sent(task | {"id": IDS[0]}, f"/Task/{ID}", "PUT")) == [("VIX-1036", "Task.id")]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("identifier=https://b.example|s-1", []),
        ("identifier=https://b.example|s-2", [("VIX-1036", "http.If-None-Exist")]),
        ("_count=1", [("VIX-1036", "http.If-None-Exist")]),
        ("patient=1", [("VIX-1035", "http")]),
    ],
)
def test_a_condition_means_the_signal_itself(said: str, told: list[tuple[str, str]]) -> None:
    flag = change(status="active", period={"start": "2026-11-21T09:00:00Z"})
    assert codes(lambda: sent(flag, "/Flag", if_none_exist=said)) == told


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/Flag/_search", "identifier=urn:x|1", StatusOpvragen),
        ("/Flag/_search", "_count=5&na=x", EigenSignalenOpvragen),
        ("/Flag/_search", "", EigenSignalenOpvragen),
        ("/Task/_search", "_count=5", MatchesOpvragen),
        ("/Task/_search", f"identifier={BASE}/NamingSystem/match-id|{ID}", MatchOpvragen),
    ],
)
def test_a_search_asks_what_it_names(path: str, body: str, kind: type[Request]) -> None:
    request, _ = adapter().decode(WireRequest(body.encode(), FORM, path=path, query={"organisatie": "school"}))
    assert isinstance(request, kind)
    assert request.organisatie is not None and request.organisatie.at == "http.organisatie"


def test_our_id_in_a_search_is_our_id() -> None:
    body = f"identifier={BASE}/NamingSystem/signaal-id|{ID}".encode()
    request, _ = adapter().decode(WireRequest(body, FORM, path="/Flag/_search"))
    assert isinstance(request, StatusOpvragen)
    assert request.signaal_id is not None and (request.signaal_id.text, request.bron_signaal_id) == (ID, None)


@pytest.mark.parametrize("body", [b"\xff=1", b"a=1&" * 30, b"_count=1&_count=2", b"status=active"])
def test_a_search_that_says_anything_else_is_refused(body: bytes) -> None:
    told = codes(lambda: adapter().decode(WireRequest(body, FORM, path="/Flag/_search"))[0])
    assert {code for code, _ in told} == {"VIX-1035"}


def test_who_acts_for_another_says_so_with_a_resource_too() -> None:
    wire = WireRequest(
        media.write(change(), JSON), JSON, method="PUT", path=f"/Flag/{ID}", query={"organisatie": "school"}
    )
    request, _ = adapter().decode(wire)
    assert request.organisatie is not None and request.organisatie.text == "school"


def test_an_address_and_a_message_act_for_the_same_organisation() -> None:
    message = copy.deepcopy(BUNDLE)
    message["entry"][0]["resource"]["sender"] = {"identifier": ORGANISATION}
    for value, said, told in (
        (BUNDLE, "opvang", []),
        (message, "school", []),
        (message, "opvang", [("VIX-1036", "http.organisatie")]),
    ):
        wire = WireRequest(media.write(value, JSON), JSON, path="/$process-message", query={"organisatie": said})
        request, _ = adapter().decode(wire)
        assert codes(lambda request=request: request) == told
        expected = "school" if value is message else said
        assert request.organisatie is not None and request.organisatie.text == expected


# JSON or XML


@pytest.mark.parametrize(
    ("accept", "asked", "kind"),
    [
        ("", "", media.JSON),
        ("*/*", "", media.JSON),
        ("application/fhir+xml", "", media.XML),
        ("text/xml;q=0.5, application/json;q=0.9", "", media.JSON),
        ("application/fhir+xml;q=0", "", ""),
        ("application/fhir+json; fhirVersion=4.0", "", media.JSON),
        ("application/fhir+json; fhirVersion=5.0", "", ""),
        ("text/html, */*;q=0.1", "", media.JSON),
        ("text/html", "", ""),
        ("text/html", "xml", media.XML),
        ("", "application/fhir xml", media.XML),
        ("application/json;q=x", "", ""),
    ],
)
def test_an_answer_is_what_was_asked_for(accept: str, asked: str, kind: str) -> None:
    assert media.wanted(accept, asked) == kind


@pytest.mark.parametrize(("said", "expected"), [("false", []), ("true", ["VIX-1035"])])
def test_a_message_may_say_that_it_wants_its_answer_at_once(said: str, expected: list[str]) -> None:
    """HAPI says so each time; an answer later is not to be had."""
    whole = WireRequest(json.dumps(BUNDLE).encode(), JSON, path="/$process-message", query={"async": said})
    told = codes(lambda: adapter().decode(whole)[0])
    assert [code for code, _ in told] == expected
