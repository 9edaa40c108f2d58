"""Everything the FHIR adapter writes, held against the schema of R4, two model libraries, and what is published."""

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhirclient.models import bundle as client_bundle
from fhirclient.models import capabilitystatement, flag, operationoutcome, parameters, subscription, task
from hypothesis import given
from hypothesis import strategies as st

from gateway import compose
from gateway.adapters.senders.fhir import ROUTES, SUBSCRIPTIONS, Does, xml_form
from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.capability import statement
from gateway.adapters.senders.fhir.media import JSON, XML
from gateway.adapters.senders.fhir.outcome import ISSUES
from gateway.canonical.finding import Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import OneMatch, Refusal, Reply
from gateway.canonical.regie import Regie, RegieStatus, Wie
from gateway.rules.findings import FindingTexts
from gateway.wire import fhir_r4
from gateway.wire.fhir_subscription import TOPIC
from gateway.wire.message import WireResponse
from tests.golden.test_soap import REPLIES
from tests.property import replies
from tests.spec.fhir_format import adapter
from tests.spec.fhir_names import BASE

CLIENTS: dict[str, Any] = {
    "Bundle": client_bundle.Bundle,
    "CapabilityStatement": capabilitystatement.CapabilityStatement,
    "Flag": flag.Flag,
    "OperationOutcome": operationoutcome.OperationOutcome,
    "Parameters": parameters.Parameters,
    "Subscription": subscription.Subscription,
    "Task": task.Task,
}
ASKED = {
    "rest": Asked(does=Does.GIVE, system="urn:x"),
    "rest, minimal": Asked(does=Does.GIVE, prefer="minimal"),
    "rest, outcome": Asked(does=Does.CHANGE, prefer="OperationOutcome"),
    "message": Asked(does=Does.MESSAGE, message="m-1", system="urn:x"),
}
PAGES = ("matches", "eigen-signalen", "capaciteiten")


def written(reply: Reply, asked: Asked) -> WireResponse:
    return adapter().encode(reply, operation="", relates_to=str(asked))


def sound(resource: dict[str, Any]) -> None:
    """R4 by its schema, by fhir.resources and by fhirclient; a Bundle with all that is in it."""
    kind = resource["resourceType"]
    assert fhir_r4.valid(resource), kind
    get_fhir_model_class(kind).model_validate(resource)
    CLIENTS.get(kind, lambda value: value)(resource)
    for one in inside(resource):
        assert fhir_r4.valid(one), one["resourceType"]
    assert not any(empties(resource))


def inside(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (entry["resource"] for entry in resource.get("entry", ()))
    yield from resource.get("contained", ())
    for entry in resource.get("entry", ()):
        yield from inside(entry["resource"])


def empties(value: Any) -> Iterator[bool]:
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if inner in (None, {}, [], ""):
            yield True
        yield from empties(inner)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", REPLIES)
def test_every_answer_is_r4_by_three_judges(name: str, asked: str) -> None:
    reply = REPLIES[name][1]
    if asked == "message" and any(name.startswith(page) for page in PAGES):
        return
    told = written(reply, ASKED[asked])
    if told.body:
        sound(json.loads(told.body))


CODE = st.from_regex(r"[a-z]{1,12}", fullmatch=True)
meaning = replies.meaning.map(lambda one: one.model_copy(update={"axis": "urgentie", "concept": "direct"}))


def coded(reply: Any) -> Any:
    """An answer whose codes are codes: an axis and a concept are ours, and never a sender's text."""
    body = json.loads(reply.model_dump_json())

    def mend(value: Any) -> Any:
        if isinstance(value, dict):
            ours = {"axis": "urgentie", "concept": "direct", "begrip": "direct", "handeling": "signaalAfgeven"}
            mended = {key: ours[key] if key in ours and inner else mend(inner) for key, inner in value.items()}
            return mended | ({"choices": ["direct"]} if "choices" in value else {})
        return [mend(inner) for inner in value] if isinstance(value, list) else value

    return type(reply).model_validate(mend(body))


@given(replies.answer.map(coded), st.sampled_from(sorted(ASKED)))
def test_any_answer_is_r4_and_says_what_it_should(reply: Any, asked: str) -> None:
    told = written(reply, ASKED[asked])
    if not told.body:
        return
    resource = json.loads(told.body)
    sound(resource)
    flags = [one for one in (resource, *inside(resource)) if one["resourceType"] == "Flag"]
    assert all("masked" in json.dumps(one["subject"]) and one["subject"].keys() == {"extension"} for one in flags)
    if asked == "message":
        tasks = [one["id"] for one in inside(resource) if one["resourceType"] == "Task"]
        assert tasks == [str(match.match_id) for match in reply.standing.matches]


@given(replies.answer.map(coded), st.sampled_from(["rest", "message"]))
def test_xml_says_what_json_says_and_fhir_resources_reads_it(reply: Any, asked: str) -> None:
    resource = json.loads(written(reply, ASKED[asked]).body)
    body = xml_form.write(resource)
    assert xml_form.read(body) == _breaks(resource)
    get_fhir_model_class(resource["resourceType"]).model_validate_xml(body)


def _breaks(value: Any) -> Any:
    """A text as XML gives it back: an attribute's white space is a space."""
    if isinstance(value, dict):
        return {key: _breaks(inner) for key, inner in value.items()}
    return [_breaks(inner) for inner in value] if isinstance(value, list) else value


@given(st.lists(replies.finding, min_size=1, max_size=110), st.booleans(), st.sampled_from(sorted(ASKED)))
def test_any_refusal_is_an_outcome_of_r4(findings: list[Finding], retryable: bool, asked: str) -> None:
    told = written(Refusal(findings=tuple(findings), retryable=retryable), ASKED[asked])
    resource = json.loads(told.body)
    sound(resource)
    bundled = asked == "message" and not retryable
    assert (resource["resourceType"] == "Bundle", told.status == 200) == (bundled, bundled)
    if bundled:
        assert resource["entry"][0]["resource"]["response"] | {"details": 0} == {
            "identifier": "m-1", "code": "fatal-error", "details": 0,
        }  # fmt: skip


def test_every_code_of_a_finding_has_an_issue_type_of_r4() -> None:
    allowed = fhir_r4.DEFINITIONS["OperationOutcome_Issue"]["properties"]["code"]["enum"]
    assert set(ISSUES.values()) <= set(allowed)
    assert ISSUES.keys() <= FindingTexts.load().codes.keys()


FULL = Match(
    match_id=UUID(int=1),
    soort=MatchSoort.CLIENTMATCH,
    signaal_id=UUID(int=2),
    bron_signaal_id="s-1",
    niet_dezelfde_jeugdige=True,
    ontstaan_op=dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC),
    status=MatchStatus.ACTIEF,
    content=MatchContent(
        betrokkenen=(
            Betrokkene(
                naam="A",
                functie="ib'er",
                instantie="School",
                locatie="Plaats",
                telefoon="030-1234567",
                email="a@b.example",
                coordinator="C",
            ),
            Betrokkene(naam="B", instantie="Team"),
        )
    ),
    regie=Regie(
        status=RegieStatus.VOORGESTELD,
        wie=Wie.ANDER,
        naam="A",
        instantie="School",
        aangeboden=True,
        herzien_op=dt.date(2027, 1, 4),
        stand="r3",
        niet_zichtbaar_voor=("School", "Team"),
    ),
)


@pytest.mark.parametrize(
    ("status", "followed", "expected"),
    [
        (MatchStatus.ACTIEF, None, ("requested", "NIEUW")),
        (MatchStatus.ACTIEF, Opvolging.GEPROBEERD, ("accepted", "GEPROBEERD")),
        (MatchStatus.ACTIEF, Opvolging.CONTACT, ("in-progress", "CONTACT")),
        (MatchStatus.ACTIEF, Opvolging.AFGESTEMD, ("completed", "AFGESTEMD")),
        (MatchStatus.ACTIEF, Opvolging.NIET_NODIG, ("rejected", "NIET_NODIG")),
        (MatchStatus.VERVALLEN, Opvolging.CONTACT, ("cancelled", "CONTACT")),
    ],
)
def test_a_match_is_a_task(status: MatchStatus, followed: Opvolging | None, expected: tuple[str, str]) -> None:
    match = FULL.model_copy(update={"status": status, "opvolging": followed})
    told = written(OneMatch(match=match), Asked(does=Does.MATCH))
    resource = json.loads(told.body)
    sound(resource)
    assert (resource["status"], resource["businessStatus"]["coding"][0]["code"]) == expected
    assert told.headers["etag"] == f'W/"{match.versie}"'
    people = [one for one in resource["contained"] if one["resourceType"] == "PractitionerRole"]
    assert [one["practitioner"]["display"] for one in people] == ["A", "B"]
    assert people[0]["telecom"] == [
        {"system": "phone", "value": "030-1234567"}, {"system": "email", "value": "a@b.example"},
    ]  # fmt: skip
    assert {"Patient", "for"}.isdisjoint(resource)


@cache
def published() -> set[str]:
    return {str(one["url"]) for one in compose.publications() if "url" in one}


def test_every_profile_and_extension_we_write_is_published() -> None:
    said: set[str] = set()
    for operation_reply in REPLIES.values():
        for name, asked in ASKED.items():
            if name == "message" and not isinstance(operation_reply[1], Refusal):
                continue
            said |= ours(json.loads(written(operation_reply[1], asked).body or "{}"))
    said |= ours(json.loads(written(OneMatch(match=FULL), Asked()).body))
    assert {one for one in said if "/StructureDefinition/" in one or "/CodeSystem/" in one} <= published()


def ours(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(ours, value.values()))
    if isinstance(value, list):
        return set().union(*map(ours, value))
    return {value} if isinstance(value, str) and value.startswith(f"{BASE}/") else set()


def test_the_capabilities_are_r4_and_name_what_is_there() -> None:
    told = statement((*ROUTES, *SUBSCRIPTIONS), "https://gateway.example/fhir", "1")
    sound(told)
    (rest,) = told["rest"]
    assert {one["type"]: [each["code"] for each in one["interaction"]] for one in rest["resource"]} == {
        "Flag": ["create", "update", "read", "search-type"],
        "Task": ["update", "read", "search-type"],
        "Subscription": ["create", "update", "delete", "read", "search-type"],
    }
    [subscribed] = [one for one in rest["resource"] if one["type"] == "Subscription"]
    assert [one["name"] for one in subscribed["operation"]] == ["status", "events"]
    assert subscribed["extension"][0]["valueCanonical"] == TOPIC
    assert xml_form.read(xml_form.write(told)) == told


@pytest.mark.parametrize("kind", [JSON, XML])
def test_an_answer_is_in_the_form_that_was_asked(kind: str) -> None:
    told = written(OneMatch(match=FULL), Asked(kind=kind))
    assert told.content_type == f"{kind}; charset=utf-8"
    assert told.body.startswith(b"<?xml" if kind == XML else b"{")
