"""What HAPI's own client sends, as it was seen on the wire: right by R4 or not, it is meant well and is taken."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from gateway.canonical.command import Afgeven, Terugkoppelen
from gateway.compose import fhir_sender
from gateway.wire.fhir import canonical
from gateway.wire.message import WireRequest
from tests.interop import messages

BASE = "https://gateway.example/fhir"
SENDER = fhir_sender(BASE)
KIND = "application/fhir+json; charset=UTF-8"
OWN = quote(f"{canonical('sid/bron', 'dossier')}|2026-00187", safe="")


def given(condition: str) -> Any:
    """A signal given once, under a condition; its child and reporter inside it."""
    child, reporter = messages.CHILD | {"id": "kind"}, messages.request()["entry"][3]["resource"] | {"id": "melder"}
    flag = messages.signal({"reference": "#kind"}, {"reference": "#melder"})
    reporter.pop("organization")
    body = json.dumps(flag | {"contained": [child, reporter]}).encode()
    asked, _ = SENDER.decode(WireRequest(body, KIND, {"if-none-exist": condition}, "POST", "/Flag"))
    return asked


@pytest.mark.parametrize(
    "condition",
    [f"identifier={OWN}", f"Flag?identifier={OWN}", f"{BASE}/Flag?_format=json&identifier={OWN}"],
)
def test_a_condition_may_come_with_its_address(condition: str) -> None:
    asked = given(condition)
    assert isinstance(asked, Afgeven)
    assert asked.remarks == ()


@pytest.mark.parametrize("condition", [f"{BASE}/Flag?identifier={OWN}7", f"identifier=urn:x?identifier={OWN}", "Flag?"])
def test_a_condition_that_means_another_signal_is_still_told(condition: str) -> None:
    assert [finding.code for finding in given(condition).remarks] == ["VIX-1036"]


def told(task: dict[str, Any]) -> Any:
    """A match sent back with what became of it."""
    task["businessStatus"]["coding"][0]["code"] = "CONTACT"
    body = json.dumps(task | {"id": "m-1"}).encode()
    asked, _ = SENDER.decode(WireRequest(body, KIND, {"if-match": 'W/"1"'}, "PUT", "/Task/m-1"))
    return asked


def test_a_match_may_be_sent_back_as_we_wrote_it() -> None:
    asked = told(messages.match())
    assert isinstance(asked, Terugkoppelen)
    assert asked.remarks == ()
    assert asked.contact is not None and asked.contact.text == "CONTACT"


def test_somebody_beside_a_match_is_still_told() -> None:
    bundle = messages.request()
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = "match-terugkoppelen"
    follow_up = messages.follow_up() | {"id": bundle["entry"][1]["resource"]["id"]}
    bundle["entry"][1]["resource"] = follow_up
    body = json.dumps(bundle | {"entry": bundle["entry"][:3]}).encode()
    asked, _ = SENDER.decode(WireRequest(body, KIND, {}, "POST", "/$process-message"))
    assert "Bundle.entry[2].resource" in [finding.at for finding in asked.remarks]


def test_what_the_published_profiles_take_is_read_without_a_remark() -> None:
    body = json.dumps(messages.request()).encode()
    asked, _ = SENDER.decode(WireRequest(body, KIND, {}, "POST", "/$process-message"))
    assert isinstance(asked, Afgeven)
    assert asked.remarks == ()
