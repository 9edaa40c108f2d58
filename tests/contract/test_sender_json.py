"""The JSON contract: its answers one by one, and the technical rules of the NL API Design Rules 2.2."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gateway.adapters.senders.plainjson import ROUTES, PlainJson
from gateway.adapters.senders.plainjson.shape import document
from gateway.canonical.command import OPERATIONS
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import OneMatch, OwnSignalPage, Refusal, Reply
from gateway.errors import SenderError
from gateway.wire.message import WireRequest
from tests.contract.test_sender_soap import ANSWER, MATCH
from tests.golden.test_soap import REPLIES
from tests.spec.json_format import adapter, wire
from tests.spec.office import said

CONTRACT = document()
SCHEMAS = {
    "Capaciteiten": "Capaciteiten",
    "EigenSignalenOpvragen": "EigenSignalen",
    "MatchesOpvragen": "Matches",
    "MatchOpvragen": "Match",
    "Terugkoppelen": "Match",
    "RegieVastleggen": "Match",
}


@pytest.fixture(scope="module")
def sender() -> PlainJson:
    return adapter()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in CONTRACT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def validator(name: str) -> Any:
    return jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]})


@pytest.mark.parametrize("name", [name for name, (_, reply) in REPLIES.items() if not isinstance(reply, Refusal)])
def test_every_answer_is_of_the_contract(sender: PlainJson, name: str) -> None:
    operation, reply = REPLIES[name]
    body = json.loads(sender.encode(reply, operation=operation, relates_to="").body)
    validator(SCHEMAS.get(operation, "Antwoord")).validate(body)


def test_a_match_has_a_version_to_answer(sender: PlainJson) -> None:
    told = sender.encode(OneMatch(match=MATCH), operation="MatchOpvragen", relates_to="")
    assert told.headers["etag"] == '"actief.nieuw"'
    address = "/matches/0/contact"
    request, _ = sender.decode(
        WireRequest(b'{"contact":"CONTACT"}', "application/json", {"if-match": 'W/"actief.nieuw"'}, "PUT", address)
    )
    assert request.stand.text == "actief.nieuw"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "status", "headers"),
    [
        ("VIX-1904", 401, {"www-authenticate": 'Bearer realm="verwijsindex"'}),
        ("VIX-1105", 400, {}),
        ("VIX-1004", 409, {}),
        ("VIX-1901", 503, {"retry-after": "5"}),
    ],
)
def test_a_refusal_has_the_status_of_its_code(
    sender: PlainJson, code: str, status: int, headers: dict[str, str]
) -> None:
    refusal = Refusal(findings=(Finding(code=code),), retryable=code == "VIX-1901")
    told = sender.encode(refusal, operation="", relates_to="")
    assert (told.status, told.content_type) == (status, "application/problem+json")
    assert told.headers.items() >= headers.items()


@pytest.mark.parametrize(
    ("method", "path", "content_type", "code"),
    [
        ("POST", "/signalen/", "application/json", "VIX-1025"),
        ("POST", "/Signalen", "application/json", "VIX-1025"),
        ("GET", "", "", "VIX-1025"),
        ("DELETE", "/signalen", "", "VIX-1026"),
        ("HEAD", "/signalen", "", "VIX-1026"),
        ("POST", "/signalen", "text/xml", "VIX-1027"),
        ("POST", "/signalen", "application/json; charset=latin-1", "VIX-1027"),
    ],
)
def test_another_address_method_or_type_is_told_what_is(
    sender: PlainJson, method: str, path: str, content_type: str, code: str
) -> None:
    with pytest.raises(SenderError) as caught:
        sender.decode(WireRequest(b"{}", content_type, {}, method, path))
    assert [finding.code for finding in caught.value.findings] == [code]
    told = sender.encode(Refusal(findings=caught.value.findings), operation="", relates_to="")
    assert ("allow" in told.headers) is (code == "VIX-1026")


def test_what_may_point_at_a_person_is_no_parameter(sender: PlainJson) -> None:
    """(/core/no-sensitive-uris)"""
    request, _ = sender.decode(WireRequest(b"", "", {}, "GET", "/signalen", {"bsn": "999990019"}))
    assert [finding.code for finding in request.remarks] == ["VIX-1001"]


def test_the_contract_names_every_route_and_operation_and_no_other() -> None:
    assert {(path, method.upper()) for path, method, _ in operations()} == {
        (path, method) for path, methods in ROUTES.items() for method in methods
    }
    assert {operation["operationId"] for *_, operation in operations()} - {"signaalOpvragen"} == set(
        OPERATIONS.values()
    )


def test_a_message_of_the_spec_is_of_the_contract() -> None:
    validator("Signaal").validate(json.loads(wire(said(("urgentie", "spoed"))).body))


# NL API Design Rules 2.2, the technical ones


def test_the_document_is_openapi_3_with_contact_and_a_version_in_the_address() -> None:
    assert re.fullmatch(r"3\.\d+\.\d+", CONTRACT["openapi"])
    assert {"name", "email", "url"} <= CONTRACT["info"]["contact"].keys()
    assert re.fullmatch(r"\d+\.\d+\.\d+", CONTRACT["info"]["version"])
    assert all(re.search(r"/v\d+$", server["url"]) for server in CONTRACT["servers"])


@pytest.mark.parametrize(("path", "method", "operation"), list(operations()))
def test_an_operation_follows_the_design_rules(path: str, method: str, operation: dict[str, Any]) -> None:
    assert method in ("get", "post", "put", "patch", "delete")
    assert re.fullmatch(r"(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-zA-Z]+\}))+", path)
    for told in (_resolved(one) for one in operation.get("parameters", ())):
        assert told["in"] != "query" or re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", told["name"])
    assert "422" not in operation["responses"]
    assert "400" in operation["responses"]
    for status, response in operation["responses"].items():
        told = _resolved(response)
        assert "API-Version" in told["headers"]
        if status >= "4":
            assert list(told["content"]) == ["application/problem+json"]
            problem = _resolved(told["content"]["application/problem+json"]["schema"])
            assert {"title", "status", "detail"} <= set(problem["required"])


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = CONTRACT
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def test_times_leave_in_utc_and_every_answer_has_the_whole_version(sender: PlainJson) -> None:
    replies: list[Reply] = [ANSWER, OwnSignalPage(signals=(), cursor="c", more=False)]
    for reply in replies:
        assert sender.encode(reply, operation="Afgeven", relates_to="").headers["api-version"] == "1.0.0"
    body = json.loads(sender.encode(ANSWER, operation="Afgeven", relates_to="").body)
    assert body["stand"]["standVan"] == "2026-10-01T12:00:00.123Z"
