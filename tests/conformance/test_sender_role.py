"""A sender under test: a good one passes, and each that is wrong in one way fails on what it is wrong in."""

import datetime as dt

import pytest

from conformance import rules
from conformance.judge import Outcome, judge
from conformance.parties.doors import Doors
from conformance.parties.gateway import Gateway
from conformance.parties.server import Listener
from conformance.results import worksheet
from conformance.transcript import Transcript
from tests.conformance.good_sender import Sender

DAY = dt.date(2026, 11, 22)
HELD = rules.as_of(DAY)
KAN = {"bsn": True, "wijze": "acties", "organisatie": ""}


def begin(path=None, only=(), forms=("soap",), **kan):
    packs = sorted({one.pakket for one in HELD.of("zender")})
    header = {
        "rol": "zender", "formaten": [*forms], "partijen": [], "pakketten": packs, "zonder_pakketten": [],
        "alleen": [*only], "run": "proef", "regels_van": DAY.isoformat(), "kan": KAN | kan,
    }  # fmt: skip
    return Transcript.begin(path, header)


def played(broken="", *only, **kan):
    transcript = begin(only=only, **kan)
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        sender = Sender(listener.url, broken)
        sender.work()
        sender.http.close()
    gateway.close()
    return transcript


def serving(gateway):
    doors = Doors(gateway, lambda: worksheet.roster(HELD, gateway.transcript.header, "2026-11-22T10:00:00+00:00"))
    return Listener(doors.answer)


def told(transcript):
    return judge(transcript.rows, HELD)


def missed(verdict):
    return {one.requirement.id for one in verdict.blocking}


def test_a_good_sender_passes_every_requirement_a_machine_can_see():
    transcript = played()
    verdict = told(transcript)
    failed = [(one.requirement.id, one.findings) for one in verdict.blocking]
    assert verdict.passed, failed
    must = {one.id for one in HELD.requirements.values() if one.id.startswith("VIZ") and one.waarneming == "draad"}
    csv_only = {one for one in must if one.startswith("VIZ-CSV")}
    assert {one.requirement.id for one in verdict.lines if one.outcome is Outcome.PASSED} >= must - csv_only - {
        "VIZ-203"
    }


def test_a_good_sender_without_bsn_passes():
    verdict = told(played("", "zender-zonder-bsn", "zender-woord", "zender-tikfout", bsn=False))
    assert verdict.passed
    assert {one.requirement.id: one.outcome for one in verdict.lines}["VIZ-203"] is Outcome.PASSED
    assert {one.requirement.id: one.outcome for one in verdict.lines}["VIZ-104"] is Outcome.INAPPLICABLE


MUTANTS = {
    "other_codes": "VIZ-101",
    "one_id_for_all": "VIZ-102",
    "gives_for_changing": "VIZ-503",
    "other_phone": "VIZ-503",
    "mistyped": "VIZ-104",
    "other_organisation": "VIZ-105",
    "asks_for_others": "VIZ-105",
    "moment_of_long_ago": "VIZ-106",
    "unreachable": "VIZ-107",
    "tells_the_wrong_one": "VIZ-108",
    "unsure": "VIZ-109",
    "tells_a_story": "VIZ-201",
    "number_in_the_address": "VIZ-202",
    "rewrites_the_word": "VIZ-401",
    "fills_in_a_word": "VIZ-402",
    "chooses_itself": "VIZ-403",
    "withdraws_for_ending": "VIZ-501",
    "ends_for_withdrawing": "VIZ-502",
    "no_revision": "VIZ-504",
    "changes_for_transferring": "VIZ-505",
    "extends_otherwise": "VIZ-506",
    "never_polls": "VIZ-601",
    "forgets_its_cursor": "VIZ-602",
    "loses_a_match": "VIZ-603",
    "never_follows_up": "VIZ-604",
    "keeps_what_lapsed": "VIZ-605",
    "stale_stand": "VIZ-606",
    "new_id_each_time": "VIZ-701",
    "moment_of_sending": "VIZ-701",
    "does_not_wait": "VIZ-702",
    "storms_on_refusal": "VIZ-703",
    "repeats_what_was_refused": "VIZ-704",
    "never_repairs": "VIZ-705",
    "impatient": "VIZ-706",
    "other_action": "VIZ-SOAP-001",
}
BESIDE = {"VIZ-602": ("zender-match",), "VIZ-105": ("zender-beeindigen", "zender-woord")}


@pytest.mark.parametrize(("broken", "eis"), MUTANTS.items())
def test_a_sender_that_is_wrong_in_one_way_misses_that_requirement(broken, eis):
    if eis == "VIZ-102":
        verdict = told(played(broken, eis, "zender-woord", "zender-geen-woord"))
    else:
        verdict = told(played(broken, eis, *BESIDE.get(eis, ())))
    assert eis in missed(verdict)
    assert not verdict.passed
