"""A failure that is a difference between two messages names both, and what differs."""

import json

import jsonschema_rs
import pytest

from conformance import formats
from conformance.demands import Failed, Moment, check
from conformance.exchange import Exchange
from conformance.judge import Outcome
from conformance.result import data
from conformance.rules import Step
from conformance.values import differing
from tests.conformance.test_demands_inward import NOW, fails, given, scene_with
from tests.conformance.test_result import SCHEMA
from tests.conformance.test_sender_role import played, told


def beside(dat, first, *later, **rest):
    """What a demand says of a step, beside what an earlier one came to."""
    scene = scene_with(given(), *(given() for _ in later))
    scene.exchanges = [
        Exchange(n, "een", 1, "soap", "a" if n == 1 else "b", n, "school", "x", False, NOW, 0, one.request, None)
        for n, one in enumerate(scene.exchanges, start=1)
    ]
    scene._heard = dict(enumerate([first, *later], start=1))
    with pytest.raises(Failed) as found:
        check(Moment(scene, Step("b", "school", "x"), {"dat": dat, "stap": "a", **rest}))
    return found.value


@pytest.mark.parametrize(
    ("one", "other", "paths"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["a.c"]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 3}, {"b": 4}]}, ["a.b"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({"a": None}, {}, ["a"]),
        ({}, {"a": {"b": 1}}, ["a"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, []),
    ],
)
def test_what_differs_is_named_by_its_path(one, other, paths):
    assert differing(one, other) == paths


@pytest.mark.parametrize(
    ("dat", "first", "later", "got", "at"),
    [
        ("zelfde_als", {"x": {"a": 1, "b": 1}}, {"x": {"a": 1, "b": 2}}, "anders: x.b", "x.b"),
        ("zelfde_als", {"x": 1}, {}, "geen", "x"),
        ("zelfde_als", {}, {"x": 1}, "stap a had er geen", "x"),
        ("anders_dan", {"x": 1}, {"x": 1}, "dezelfde", "x"),
        ("geen_van", {"x": ["p", "q"]}, {"x": ["q", "r"]}, "hetzelfde nog een keer: 1 van de 2", "x"),
        ("alle_van", {"x": ["p", "q"]}, {"x": ["q"]}, "minder: 1 van de 2 ontbreken", "x"),
        ("alleen_van", {"x": ["p"]}, {"x": ["p", "q"]}, "iets anders: 1 van de 2", "x"),
    ],
)
def test_a_step_that_is_not_as_an_earlier_one_names_both(dat, first, later, got, at):
    failure = beside(dat, first, later, waar="x")
    assert (failure.got, failure.at, failure.n, failure.other) == (got, at, 2, 1)


def test_of_answers_that_are_not_all_the_same_the_first_other_one_is_named():
    failure = beside("onderling_gelijk", {"x": 0}, {"x": 1}, {"x": 1}, {"x": 2}, {"x": 1}, waar="x")
    assert (failure.got, failure.n, failure.other) == ("anders: x", 4, 2)


def test_another_message_under_one_reference_is_named_beside_the_first():
    scene = scene_with(given(soort="A"), given(reference="m2"), given(soort="B"))
    failure = fails(scene, "ongewijzigd", waar="kop.berichtReferentie")
    assert (failure.got, failure.at, failure.n, failure.other) == ("anders: soort", "soort", 3, 1)


@pytest.mark.parametrize(
    ("broken", "eis", "scenario", "got", "at"),
    [
        ("new_id_each_time", "VIZ-701", "zender-verbroken", "anders: bronSignaalId", "bronSignaalId"),
        ("moment_of_sending", "VIZ-701", "zender-verbroken", "anders: datumTijdMelding", "datumTijdMelding"),
        ("repeats_what_was_refused", "VIZ-704", "VIZ-704", "hetzelfde", "inhoud"),
        ("does_not_wait", "VIZ-702", "VIZ-702", "te vroeg: na 2", "draad"),
    ],
)
def test_of_a_sender_both_messages_are_named(broken, eis, scenario, got, at):
    verdict = told(played(broken, scenario))
    found = [one for line in verdict.lines for one in line.findings if one.eis == eis]
    failure = next(one for one in found if one.outcome is Outcome.FAILED)
    assert failure.got.startswith(got) and failure.at == at and 0 < failure.other < failure.n
    rows = [row for line in data(verdict)["eisen"] if line["eis"] == eis for row in line["bevindingen"]]
    assert failure.other in [row.get("ander") for row in rows]
    parts = json.loads(SCHEMA.read_bytes())["$defs"]
    schema = jsonschema_rs.validator_for({**parts["bevinding"], "$defs": parts})
    assert all(schema.is_valid(row) for row in rows)


@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_what_was_refused_is_not_done_and_says_by_what(form):
    verdict = told(played("unsure", "zender-woord", form=form))
    found = {line.requirement.id: line.findings for line in verdict.lines}
    undone = next(one for one in found["VIZ-103"] if one.outcome is Outcome.FAILED)
    assert undone.got == "niet gedaan: geweigerd met VIX-1305" and undone.n
    assert found["VIZ-109"][0].n == undone.n


@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_a_refusal_is_read_back_with_its_place_and_its_rule(form):
    rows = played("unsure", "zender-woord", form=form).of("uitwisseling")
    found = [why for row in rows for why in formats.refusal(Exchange.of(row))]
    assert [one["code"] for one in found] == ["VIX-1305"] * len(found) != []
    for one in found:
        assert "redelijk vermoeden" in one["regel"].lower() and one["rule"] and one["plaats"]


def test_a_step_for_which_nothing_came_says_so():
    verdict = told(played("ends_for_withdrawing", "zender-intrekken"))
    (line,) = [one for one in verdict.lines if one.requirement.id == "VIZ-502"]
    assert [one.got for one in line.findings if one.got.startswith("niet")] == ["niet gedaan: wel signaalBeeindigen"]
