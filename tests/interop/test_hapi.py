"""HAPI's validator is a judge that can say no, and says no of nothing that we publish."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.senders.fhir import ROUTES, SUBSCRIPTIONS
from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.capability import statement
from gateway.canonical.receipt import OneMatch
from gateway.canonical.subscription import Stand
from tests.contract.subscriptions import TOLD as TOLD_OF_SUBSCRIPTIONS
from tests.contract.subscriptions import notified
from tests.contract.subscriptions import written as of_subscriptions
from tests.contract.test_fhir_emits import ASKED, FULL, PAGES, REPLIES, written
from tests.contract.test_fhir_message import message
from tests.contract.test_terugmelding import LAPSED, REMOVE, TOLD
from tests.interop import backport, hapi, messages
from tests.published import every, named

pytestmark = pytest.mark.interop

GOOD = {"resourceType": "Patient", "gender": "male", "birthDate": "2014-05"}
BAD = GOOD | {"gender": "manlijk"}


def test_the_judge_tells_a_good_resource_from_a_bad_one(tmp_path: Path) -> None:
    resources = hapi.written(tmp_path / "resources", {"good": GOOD, "bad": BAD})
    (resources / "good.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>')
    found = hapi.errors(hapi.validate(resources, hapi.written(tmp_path / "definitions", {})))
    assert found.keys() == {"bad.json"}
    assert any("manlijk" in issue.message for issue in found["bad.json"])


def test_every_definition_is_right(tmp_path: Path) -> None:
    published = hapi.written(tmp_path / "published", {named(resource): resource for resource in every()})
    assert hapi.errors(hapi.validate(published, published)) == {}


def test_everything_the_gateway_says_is_right(tmp_path: Path) -> None:
    known = {named(resource): resource for resource in every()} | backport.every()
    published = hapi.written(tmp_path / "published", known)
    said = {f"{number:03d}-{name}": resource for number, (name, resource) in enumerate(emissions())}
    assert {one["resourceType"] for one in said.values()} == {
        "Bundle", "CapabilityStatement", "Flag", "OperationOutcome", "Parameters", "Subscription", "Task",
    }  # fmt: skip
    assert hapi.errors(hapi.validate(hapi.written(tmp_path / "said", said), published)) == {}


def emissions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every answer there is, in each of the ways a sender can ask for it."""
    for name, (_, reply) in REPLIES.items():
        for asked, how in ASKED.items():
            told = written(reply, how) if asked != "message" or not name.startswith(PAGES) else None
            if told is not None and told.body:
                yield f"{name}-{asked}", json.loads(told.body)
    yield "match", json.loads(written(OneMatch(match=FULL), Asked()).body)
    for order in (TOLD, LAPSED, REMOVE):
        yield order.bericht.value, message(order)
    for name in TOLD_OF_SUBSCRIPTIONS:
        yield f"subscription-{name}", json.loads(of_subscriptions(name).body)
    for name, stand in (("pulse", Stand.REQUESTED), ("pulse", Stand.ACTIVE), ("event", Stand.ACTIVE)):
        yield f"notification-{name}", json.loads(notified(name, stand).body)
    yield "metadata", statement((*ROUTES, *SUBSCRIPTIONS), "https://gateway.example/fhir", "1")


def test_what_the_contract_means_is_right_and_what_it_forbids_is_not(tmp_path: Path) -> None:
    published = hapi.written(tmp_path / "published", {named(resource): resource for resource in every()})
    cases = hapi.written(tmp_path / "cases", messages.RIGHT | messages.broken())
    found = hapi.errors(hapi.validate(cases, published))
    assert {name.removesuffix(".json") for name in found} == set(messages.BREAKS), found


def test_what_the_backport_forbids_is_told(tmp_path: Path) -> None:
    """Its definitions, as we wrote them for the judge, can say no too."""
    known = hapi.written(tmp_path / "known", backport.every())
    right = json.loads(of_subscriptions("one").body)
    event = json.loads(notified("event").body)
    silent = json.loads(json.dumps(right))
    del silent["channel"]["_payload"]
    nobody = json.loads(json.dumps(event))
    nobody["entry"][0]["resource"]["parameter"].pop(0)
    cases = hapi.written(
        tmp_path / "cases",
        {"right": right, "event": event, "silent": silent, "nobody": nobody, "batch": event | {"type": "batch"}},
    )
    found = hapi.errors(hapi.validate(cases, known))
    assert {name.removesuffix(".json") for name in found} == {"silent", "nobody", "batch"}, found
