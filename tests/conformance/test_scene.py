"""A scene reads every format alike: steps for some formats, several exchanges in one step, matches by their own ids."""

from types import SimpleNamespace

import pytest

from conformance import formats
from conformance.exchange import Exchange, Reply, Request
from conformance.rules import Demand, Scenario, Step
from conformance.scene import Scene
from conformance.values import at

SOAP_AND_CSV = ("soap", "csv")


def scenario(*steps):
    return Scenario("s", "gateway", "kern", "nl", "en", SOAP_AND_CSV, tuple(steps))


def scene(form, *heard):
    """A scene whose exchanges say what is given here, each (step, turn, party, message)."""
    made = Scene(
        scenario(Step("1", "school", "signaalAfgeven")), {"run": "r"}, {"formaat": form, "nummer": 1, "kind": 0}
    )
    for number, (step, turn, party, message) in enumerate(heard):
        request = Request("POST", "http://x", body=str(number).encode())
        made.exchanges.append(
            Exchange(number, "s", 1, form, step, turn, party, "op", False, "", 1, request, Reply(200, (), b""))
        )
        SAID[form, number] = message
    return made


SAID = {}


@pytest.fixture(autouse=True)
def said(monkeypatch):
    SAID.clear()
    before = {}

    def heard(exchange, earlier=None):
        before[exchange.n] = earlier and earlier.n
        return SAID[exchange.form, exchange.n]

    monkeypatch.setattr(formats, "find", lambda name: SimpleNamespace(heard=heard))
    return before


def test_a_step_or_demand_for_other_formats_is_not_played():
    both = Demand("VIG-1", "aangenomen")
    only = Demand("VIG-2", "aangenomen", {}, ("soap",))
    told = scenario(
        Step("1", "school", "signaalAfgeven", eisen=(both, only)),
        Step("2", "school", "statusOpvragen", formaten=("soap",)),
        Step("3", "school", "herhalen", formaten=("csv",)),
    )
    assert [step.id for step in told.within("soap").stappen] == ["1", "2"]
    assert [step.id for step in told.within("csv").stappen] == ["1", "3"]
    assert told.within("soap").eisen == ("VIG-1", "VIG-2") and told.within("csv").eisen == ("VIG-1",)


def test_what_follows_on_a_question_is_read_with_it_and_told_together(said):
    here = scene(
        "csv",
        ("1", 1, "school", {"codes": ["a"], "uitkomst": "aangenomen", "draad": {"koppen": {}, "bestand": 1}}),
        ("1", 1, "school", {"codes": ["b"], "uitkomst": "geweigerd", "draad": {"koppen": {}, "rij": 2}}),
    )
    told = here.facts("1")
    assert told["codes"] == ["a", "b"] and told["uitkomst"] == "geweigerd"
    assert told["draad"] == {"koppen": {}, "bestand": 1, "rij": 2}
    assert said == {0: None, 1: 0}


def test_only_the_last_round_of_a_step_counts():
    here = scene("json", ("1", 1, "school", {"rijen": [1]}), ("1", 2, "school", {"rijen": [2]}))
    assert here.facts("1") == {"rijen": [2]}


def test_a_match_gets_the_own_id_that_its_sender_knows_and_nobody_else_does():
    receipt = {"ontvangstbewijs": {"signaalId": "s1", "bronSignaalId": "mijn"}}
    match = {"matches": [{"signaalId": "s1"}, {"signaalId": "s2"}]}
    here = scene("fhir", ("1", 1, "school", receipt), ("2", 1, "school", match))
    assert at(here.facts("2"), "matches.bronSignaalId") == ["mijn"]
    there = scene("fhir", ("1", 1, "school", receipt), ("2", 1, "jeugdhulp", {"matches": [{"signaalId": "s1"}]}))
    assert at(there.facts("2"), "matches.bronSignaalId") == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("m[n.a=x].id", [1]),
        ("m[n.a=z].id", []),
        ("m[n.a=].id", [3]),
        ("m[id=2][n.a=y].id", [2]),
    ],
)
def test_between_brackets_stands_a_path(path, found):
    message = {"m": [{"id": 1, "n": [{"a": "x"}, {"a": "y"}]}, {"id": 2, "n": [{"a": "y"}]}, {"id": 3, "n": []}]}
    assert at(message, path) == found
