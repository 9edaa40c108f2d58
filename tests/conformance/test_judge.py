"""The verdict is a pure function of a transcript: the same bytes each time, and each outcome where it belongs."""

import json
import random

import pytest

from conformance.judge import Outcome, judge
from conformance.result import data
from conformance.rules import of_run
from conformance.transcript import canonical
from tests.conformance.runs import chained, committed


def shuffled(value, chance):
    """The same value, its keys written down in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def told(rows):
    verdict = judge(rows, of_run(rows[0]))
    return [(one.requirement.id, one.form, one.outcome, one.findings) for one in verdict.lines]


@pytest.fixture
def rows():
    return json.loads(json.dumps(committed().rows))


def test_judging_twice_gives_the_same_bytes_in_whatever_order_keys_are_written(rows):
    once = canonical(data(judge(rows, of_run(rows[0]))))
    for seed in range(3):
        again = [shuffled(row, random.Random(seed)) for row in rows]
        assert canonical(data(judge(again, of_run(again[0])))) == once


def test_judging_changes_nothing_of_the_transcript(rows):
    before = canonical(rows)
    judge(rows, of_run(rows[0]))
    assert canonical(rows) == before


def test_a_scene_that_was_not_played_is_not_tested(rows):
    left = [row for row in rows if row.get("scenario") != "vreemde-as"]
    outcomes = {eis: outcome for eis, _, outcome, _ in told(left)}
    assert outcomes["VIG-410"] is Outcome.NOT_TESTED


def test_a_scene_that_was_not_ended_is_not_tested(rows):
    left = [row for row in rows if (row["soort"], row.get("scenario")) != ("scenario_af", "vreemde-as")]
    assert {eis: outcome for eis, _, outcome, _ in told(left)}["VIG-410"] is Outcome.NOT_TESTED


def test_a_run_without_its_last_row_is_not_finished_and_no_pass(rows):
    verdict = judge([row for row in rows if row["soort"] != "af"], of_run(rows[0]))
    assert not verdict.finished
    assert not verdict.passed


def test_what_fails_after_an_earlier_failure_was_not_reached(rows):
    """The first step of the match scene failed: what rests on it is not held against the system, and says so."""
    found = {eis: (outcome, findings) for eis, _, outcome, findings in told(rows)}
    outcome, findings = found["VIG-603"]
    assert outcome is Outcome.NOT_REACHED
    assert {one.reason for one in findings if one.outcome is Outcome.NOT_REACHED} == {"stap een"}


def test_what_seems_met_after_a_story_could_not_be_set_up_was_not_reached(rows):
    """In the committed run no signal was taken: that no number stands in a match, shows nothing."""
    found = {eis: (outcome, findings) for eis, _, outcome, findings in told(rows)}
    for eis in ("VIG-605", "VIG-606"):
        assert found[eis][0] is Outcome.NOT_REACHED, eis
        assert {one.reason for one in found[eis][1]} == {"stap een"}


def test_a_step_that_failed_itself_is_a_failure(rows):
    for row in rows:
        if (row["soort"], row.get("scenario")) == ("uitwisseling", "vreemde-as"):
            row["antwoord"], row["stilte"] = None, "ReadTimeout"
    found = {eis: (outcome, findings) for eis, _, outcome, findings in told(rows)}
    outcome, findings = found["VIG-410"]
    assert outcome is Outcome.FAILED
    assert "ReadTimeout" in findings[0].got


def test_only_the_last_attempt_counts(rows):
    """A killed run plays a scene again: what came before it is not judged."""
    scene = [row for row in rows if row.get("scenario") == "vreemde-as"]
    bad = json.loads(json.dumps(scene))
    for row in bad:
        if row["soort"] == "uitwisseling":
            row["antwoord"] = None
    at = rows.index(scene[0])
    later = json.loads(json.dumps(scene))
    for row in later:
        row["poging"] = 2
        if row["soort"] == "uitwisseling":
            row["n"] += 100_000
    left = [row for row in rows if row not in scene]
    made = chained([*left[:at], *(row for row in bad if row["soort"] != "scenario_af"), *later, *left[at:]])
    wanted = {eis: outcome for eis, _, outcome, _ in told(rows)}
    assert {eis: outcome for eis, _, outcome, _ in told(made)} == wanted
