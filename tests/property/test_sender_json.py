"""The JSON adapter for whatever comes in, and for every answer that can go out."""

import json
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.senders.plainjson import PlainJson
from gateway.adapters.senders.plainjson.shape import document
from gateway.canonical.command import Afgeven
from gateway.canonical.receipt import Answer, MatchPage, Refusal
from gateway.errors import SenderError
from gateway.wire.message import WireRequest
from tests.conftest import EXAMPLES
from tests.property.replies import TEXTS, answer, finding, match, tuples
from tests.spec.json_format import wire
from tests.spec.office import said

SENDER = PlainJson.load(
    TEXTS, advice={"bel-nu": ("Bel.", "Call.")}, describe=lambda a, c: (f"w {c}", f"d {a}"), base="/v1"
)
CONTRACT = document()
VALID = wire(said(("urgentie", "spoed"), ("crisis", "x", "lijst"))).body
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


def schema(name: str) -> Any:
    return jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]})


ANSWER, MATCHES, PROBLEM, SIGNAL = (schema(name) for name in ("Antwoord", "Matches", "Probleem", "Signaal"))


def signal(body: bytes) -> WireRequest:
    return WireRequest(body, "application/json", path="/signalen")


def read_or_refused(request: WireRequest) -> bool:
    try:
        read, _ = SENDER.decode(request)
    except SenderError as error:
        findings = error.findings
    else:
        findings = read.remarks
    if findings:
        told = SENDER.encode(Refusal(findings=findings), operation="Afgeven", relates_to="")
        PROBLEM.validate(json.loads(told.body))
    return not findings


@given(st.binary())
def test_any_bytes_are_a_request_or_a_sender_error(body: bytes) -> None:
    assert not read_or_refused(signal(body))


@settings(max_examples=EXAMPLES * 5)
@given(start=st.integers(0, len(VALID)), length=st.integers(0, 40), by=st.binary(max_size=8), times=st.integers(0, 2))
def test_any_damage_to_the_bytes_is_survived(start: int, length: int, by: bytes, times: int) -> None:
    read_or_refused(signal(VALID[:start] + VALID[start : start + length] * times + by + VALID[start + length :]))


def pointers(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(found for key, each in inner for found in pointers(each, (*at, key)))][0 if at else 1 :]


@settings(max_examples=EXAMPLES * 5)
@given(st.data(), anything)
def test_any_value_at_any_place_is_read_or_refused_there(data: st.DataObject, value: Any) -> None:
    """What the contract's schema takes is never refused for its shape; what is refused is refused at its own place."""
    message = json.loads(VALID)
    *above, last = data.draw(st.sampled_from(pointers(message)))
    group = message
    for key in above:
        group = group[key]
    group[last] = value
    request, _ = SENDER.decode(signal(json.dumps(message).encode()))
    if SIGNAL.is_valid(message):
        assert not request.remarks
    place = "/" + "/".join(map(str, (*above, last)))
    assert all(found.at.startswith(place) for found in request.remarks)


@given(
    path=st.text(max_size=20).map(lambda text: f"/{text}"),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"]),
    query=st.dictionaries(st.sampled_from(["na", "maximum", "organisatie", "bsn"]), st.text(max_size=9)),
)
def test_any_address_is_a_request_or_a_sender_error(path: str, method: str, query: dict[str, str]) -> None:
    for known in (path, "/signalen", f"/signalen{path}", f"/matches{path}", f"/matches{path}/contact"):
        read_or_refused(WireRequest(VALID, "application/json", {}, method, known, query))


@given(answer)
def test_an_answer_is_schema_valid_and_reads_back_equal(reply: Answer) -> None:
    told = SENDER.encode(reply, operation="Afgeven", relates_to="")
    body = json.loads(told.body)
    ANSWER.validate(body)
    receipt = body["ontvangstbewijs"]
    assert told.status == (201 if reply.fresh else 200)
    assert told.headers["location"] == f"/v1/signalen/{receipt['signaalId']}"
    assert receipt["bronSignaalId"] == reply.receipt.bron_signaal_id
    assert [one["woord"] for one in receipt["betekenissen"]] == [one.word for one in reply.receipt.betekenissen]
    assert [one["begrip"] for one in body["vertalingen"]] == [one.concept for one in reply.understood.meanings]
    assert [one["plaats"] for one in receipt["bevindingen"]] == [one.at for one in reply.bevindingen]
    assert [one["versie"] for one in body["stand"]["matches"]] == [one.versie for one in reply.standing.matches]


@given(tuples(match), st.booleans())
def test_a_page_of_matches_is_schema_valid(matches: tuple[Any, ...], more: bool) -> None:
    reply = MatchPage(matches=matches, cursor="c", more=more)
    body = json.loads(SENDER.encode(reply, operation="MatchesOpvragen", relates_to="").body)
    MATCHES.validate(body)
    assert [len(one["betrokkenen"]) for one in body["matches"]] == [len(one.content.betrokkenen) for one in matches]


@given(st.lists(finding, min_size=1, max_size=5), st.booleans())
def test_a_refusal_is_schema_valid_and_tells_everything(findings: list[Any], retryable: bool) -> None:
    refusal = Refusal(findings=tuple(findings), advice=("bel-nu",), retryable=retryable)
    told = SENDER.encode(refusal, operation="", relates_to="")
    body = json.loads(told.body)
    PROBLEM.validate(body)
    assert told.status == body["status"] != 422
    assert [(one["code"], one["plaats"]) for one in body["bevindingen"]] == [(one.code, one.at) for one in findings]
    assert body["adviezen"] == [{"code": "bel-nu", "tekst": "Bel.", "text": "Call."}]


def test_a_signal_of_the_contract_is_moved_with_its_places() -> None:
    request, _ = SENDER.decode(signal(VALID))
    assert isinstance(request, Afgeven)
    assert [(term.axis.text, term.word.at) for term in request.draft.terms] == [
        ("urgentie", "/aanduidingen/0/woord"),
        ("crisis", "/aanduidingen/1/woord"),
    ]
    assert request.draft.place("coordinator_email") == "/coordinator/email"
