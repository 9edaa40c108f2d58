"""The commands of a move between two indexes, beside a running sandbox; and what each says when it is used wrongly."""

import csv
import datetime as dt
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.cli.partners import RawPartner
from gateway.cli.sandbox import LEADS, SPARE, Sandbox, configuration, sandbox, token_of
from gateway.cli.scenes.switch import looking
from gateway.simulator.dialects import USUAL
from gateway.simulator.values import Message, Withdraw
from tests.cli.conftest import Run, Said
from tests.cli.toml import toml

HERE, ELSEWHERE = "0363", "0518"
BOTH, MOVED = "999995832", "999995807"
"""A child two organisations know here, and one of whom one of them knows it elsewhere."""
SCHOOL, CARE = "school-de-wilg", "jeugdhulp-voorbeeld"
GIVEN = ((SCHOOL, "s-1", BOTH, HERE), (CARE, "c-1", BOTH, HERE), (SCHOOL, "s-2", MOVED, HERE),
         (CARE, "c-2", MOVED, ELSEWHERE))  # fmt: skip
STEPS = ("start", "pause", "resume", "reconcile", "cutover", "rollback", "retire")


@dataclass
class Place:
    """A running sandbox with a second index, and the configuration the commands read."""

    running: Sandbox
    told: dict[str, Any]
    file: Path
    run: Run
    ids: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        self.file.write_text(toml(self.told), encoding="utf-8")

    def switch(self, *said: str | Path) -> Said:
        """What a command says; never a stack of calls."""
        done = self.run("switch", *said, "--config", self.file)
        assert "Traceback" not in done.out + done.err
        return done

    def plan(self, *more: str) -> Said:
        return self.switch("plan", "--region", "landelijk", "--to", SPARE, *more)

    def planned(self, *more: str) -> str:
        """The id of a move of the one municipality."""
        said = self.plan("--municipality", HERE, "--basis", "besluit van het college", *more)
        assert said.code == 0, said
        found = re.search(r"planned: (\S+)", said.out)
        assert found, said
        return found[1]

    def withdraw(self, who: str, source: str) -> None:
        RawPartner(self.running.gateway, token_of(who)).intrekken(source)
        looking.settle(self.running)

    def held(self, index: str, source: str) -> str:
        return looking.held(self.running.indexes[index], self.ids[source])


@pytest.fixture
def place(tmp_path: Path, verwijsindex: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(logging, "raiseExceptions", False)  # the indexes log on while a command's output is gone
    with sandbox(tmp_path, spare=USUAL, wait_seconds=0.0) as running:
        reached = {name: index.soap_url for name, index in running.indexes.items()}
        told = configuration(tmp_path, port=1, indexes=reached, spare=USUAL)
        place = Place(running, told, tmp_path / "gateway.toml", verwijsindex)
        place.write()
        yield place


@pytest.fixture
def given(place: Place) -> Place:
    """Four signals, three of which are of the municipality that moves."""
    for who, source, child, where in GIVEN:
        said = RawPartner(place.running.gateway, token_of(who)).afgeven(source, child, [], region=where)
        place.ids[source] = said.heard.signal_id
    looking.settle(place.running)
    return place


def test_a_plan_counts_what_goes_and_writes_nothing_down_without_a_ground(given: Place) -> None:
    said = given.plan("--municipality", HERE, "--rate", "0.5")
    assert said.code == 0
    assert f"{SCHOOL}: 2 ACTIEF" in said.out
    assert f"{CARE}: 1 ACTIEF" in said.out
    assert "3 signals; at 0.5 in a second that takes a minute at most" in said.out
    assert "periods end in" in said.out
    assert "with a shadow: `switch start`" in said.out
    assert "cannot" not in said.out
    assert "there is no move" in given.switch("status").out
    assert f"{SCHOOL}: 2 ACTIEF" not in given.plan("--organisation", CARE).out
    assert "4 signals" in given.plan().out


def test_a_plan_says_what_the_new_index_lacks_and_what_that_means(place: Place) -> None:
    place.told["indexes"][SPARE] |= dict.fromkeys(("stil", "overnemen", "mails", "opvragen"), False)
    place.write()
    said = place.plan()
    assert said.code == 0
    for sentence in (
        "the new index cannot take a signal over without mailing anybody: no shadow",
        "the new index cannot take a signal over with its original moment",
        "the new index cannot mail those concerned itself",
        "the new index cannot say what stands under a reference of ours",
        "no shadow is possible: `switch cutover --direct`",
    ):
        assert sentence in said.out
    move = place.planned()
    said = place.switch("start", move)
    assert (said.code, "use `switch cutover --direct`" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (["--region", "noord", "--to", SPARE], "no region 'noord'; there are landelijk, regionaal, uitgebreid"),
        (["--region", "landelijk", "--to", "x"], "no index 'x'; add [indexes.x]; there are nieuw, strikt, uitgebreid"),
        (["--region", "landelijk", "--to", SPARE, "--organisation", "smid"], "no organisation smid"),
        (
            ["--region", "regionaal", "--to", SPARE, "--municipality", HERE],
            f"region 'regionaal' has no municipality {HERE}",
        ),
        (["--region", "landelijk", "--to", LEADS, "--basis", "b"], "works with index 'strikt' already"),
        (["--region", "landelijk", "--to", SPARE, "--basis", "   "], "no basis; say on what decision"),
        (["--region", "landelijk", "--to", SPARE, "--basis", "b", "--basis-on", "gisteren"], "--basis-on"),
        (["--region", "landelijk", "--to", SPARE, "--rate", "0"], "--rate"),
        (["--region", "landelijk"], "--to"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_to_do(place: Place, asked: list[str], answer: str) -> None:
    said = place.switch("plan", *asked)
    assert said.code == 2
    assert answer in said.err
    assert "there is no move" in place.switch("status").out


@pytest.mark.parametrize("step", [*STEPS, "report"])
def test_a_move_that_does_not_exist_is_told(place: Place, tmp_path: Path, step: str) -> None:
    more = ("--out", tmp_path / "verslag") if step == "report" else ()
    said = place.switch(step, str(uuid4()), *more)
    assert (said.code, "no move has this id; `switch status` lists them" in said.err) == (2, True)
    said = place.switch(step, "de-verhuizing", *more)
    assert (said.code, "ID" in said.err) == (2, True)
    assert not (tmp_path / "verslag").exists()


def test_a_move_that_is_going_on_keeps_others_from_its_signals(place: Place) -> None:
    move = place.planned()
    said = place.plan("--organisation", CARE, "--basis", "nog een besluit")
    assert said.code == 2
    assert f"go on with {move}" in said.err
    assert place.plan("--municipality", ELSEWHERE, "--basis", "nog een besluit").code == 0


def test_nothing_goes_before_the_ground_holds(place: Place) -> None:
    later = (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=5)).date().isoformat()
    said = place.switch("start", place.planned("--basis-on", later))
    assert (said.code, f"its basis holds from {later} on" in said.err) == (2, True)


@pytest.mark.parametrize("step", ["cutover", "rollback"])
def test_a_step_out_of_turn_is_refused_and_changes_nothing(given: Place, step: str) -> None:
    move = given.planned()
    before = given.switch("status", move).out
    said = given.switch(step, move)
    assert said.code == 2
    assert "switch: " in said.err
    assert given.switch("status", move).out == before


def test_a_move_that_was_only_planned_is_dropped(given: Place) -> None:
    move = given.planned()
    said = given.switch("retire", move)
    assert (said.code, "dropped, and nothing was sent" in said.out) == (0, True)
    assert "gestopt" in given.switch("status", move).out
    assert given.held(SPARE, "s-1") == ""
    assert given.switch("start", move).code == 2


def test_a_paused_move_brings_nothing_until_it_is_resumed(given: Place) -> None:
    move = given.planned()
    assert given.switch("pause", move).code == 0
    assert "gepland (paused)" in given.switch("status", move).out
    said = given.switch("start", move)
    assert (said.code, "paused; `switch resume`" in said.out) == (1, True)
    assert given.switch("resume", move).code == 0
    assert given.switch("start", move, "--rate", "20").code == 0
    assert "schaduw" in given.switch("status", move).out
    assert "paused" not in given.switch("status", move).out


def test_a_move_from_plan_to_end_by_its_commands(given: Place) -> None:
    move = given.planned()
    said = given.switch("start", move)
    assert (said.code, "every signal is at both indexes" in said.out) == (0, True)
    assert (given.held(LEADS, "s-1"), given.held(SPARE, "s-1")) == ("ACTIEF", "ACTIEF, stil")
    assert given.held(SPARE, "c-2") == ""
    status = given.switch("status").out
    for told in (move, "schaduw", HERE, "besluit van het college", "strikt leads, ACTIEF"):
        assert told in status
    said = given.switch("reconcile", move)
    assert said.code == 1
    assert "1 times CLIENTMATCH: only the index that leads tells this match" in said.out
    said = given.switch("cutover", move)
    assert (said.code, "3 signals: 'nieuw' leads now" in said.out) == (0, True)
    looking.settle(given.running)
    assert (given.held(LEADS, "s-1"), given.held(SPARE, "s-1")) == ("ACTIEF, stil", "ACTIEF")
    said = given.switch("rollback", move)
    assert (said.code, "3 signals: 'strikt' leads again" in said.out) == (0, True)
    assert given.switch("cutover", move).code == 0
    looking.settle(given.running)
    said = given.switch("retire", move)
    assert said.code == 2
    assert "1 matches are known at 'strikt' alone, and would lapse" in said.err
    assert "overgezet" in given.switch("status", move).out
    given.withdraw(CARE, "c-2")
    assert given.switch("reconcile", move).code == 0
    said = given.switch("retire", move)
    assert (said.code, "3 signals are destroyed at 'strikt'" in said.out) == (0, True)
    assert "leave [regions.landelijk] as it is for the others" in said.out
    assert (given.held(LEADS, "s-1"), given.held(SPARE, "s-1")) == ("VERNIETIGD", "ACTIEF")
    again = given.plan("--municipality", HERE)
    assert (again.code, "these signals moved to 'nieuw' before" in again.err) == (2, True)


def test_after_a_whole_region_moved_it_is_to_name_the_new_index(given: Place) -> None:
    said = given.plan("--basis", "besluit van het college")
    (move,) = re.findall(r"planned: (\S+)", said.out)
    for step in ("start", "cutover", "retire"):
        said = given.switch(step, move)
        assert said.code == 0, said
        looking.settle(given.running)
    assert "now let [regions.landelijk] name index 'nieuw', and reload" in said.out


def test_matches_that_would_be_lost_are_lost_only_when_that_is_said(given: Place) -> None:
    move = given.planned()
    for step in ("start", "cutover"):
        assert given.switch(step, move).code == 0
    looking.settle(given.running)
    assert given.switch("retire", move).code == 2
    said = given.switch("retire", move, "--lose-matches", "--statement", "verklaring van de aanbieder")
    assert said.code == 0, said
    assert "verklaring van de aanbieder" in given.switch("status", move).out


def test_what_differs_is_told_and_listed_by_the_id_senders_know(given: Place, tmp_path: Path) -> None:
    move = given.planned()
    given.switch("start", move)
    given.withdraw(CARE, "c-2")
    _lost(given, "s-1")
    said = given.switch("reconcile", move, "--list", tmp_path / "verschillen.csv")
    assert said.code == 1
    assert "1 signals: is not there" in said.out
    with (tmp_path / "verschillen.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert (rows[0]["signaalId"], rows[0]["organisatie"], rows[0]["wat"]) == (given.ids["s-1"], SCHOOL, "ontbreekt")
    assert {row["uitleg"] for row in rows[1:]} <= {"deze match kent alleen strikt"}
    text = (tmp_path / "verschillen.csv").read_text(encoding="utf-8-sig")
    assert not any(told in text for told in (BOTH, MOVED, "Fictief", "0301234567"))
    nowhere = given.switch("reconcile", move, "--list", tmp_path / "geen" / "verschillen.csv")
    assert nowhere.code == 1


def _lost(given: Place, source: str) -> None:
    """The new index loses a signal."""
    asked = Withdraw(reference=given.ids[source])
    given.running.indexes[SPARE].engine.answer(
        Message(sender="verwijsindex-gateway", reference=str(uuid4()), request=asked)
    )


@pytest.fixture
def reported(given: Place, tmp_path: Path) -> Callable[[], tuple[str, Path]]:
    def report() -> tuple[str, Path]:
        move = given.planned()
        given.switch("start", move)
        said = given.switch("report", move, "--out", tmp_path / "verslag")
        assert said.code == 0, said
        return move, tmp_path / "verslag"

    return report


def test_a_report_is_a_page_and_signed_facts_without_a_person(
    given: Place, reported: Callable[[], tuple[str, Path]]
) -> None:
    move, out = reported()
    assert {file.name for file in out.iterdir()} == {"overstap.html", "overstap.json"}
    page = (out / "overstap.html").read_text(encoding="utf-8")
    key = given.run("region", "key", "--config", given.file).out.strip()
    checked = given.run("region", "verify", out / "overstap.json", "--key", key)
    assert checked.code == 0
    told = json.loads(checked.out)
    assert (told["overstap"], told["stand"], told["voert"]) == (move, "schaduw", LEADS)
    assert told["perOrganisatie"] == {SCHOOL: {"ACTIEF": 2}, CARE: {"ACTIEF": 1}}
    written = page + checked.out
    secret = (BOTH, MOVED, "Fictief", "0301234567", *given.ids.values(), "s-1")
    assert [text for text in secret if text in written] == []
    assert not re.search("<script|<link|<img|://", page)


def test_a_report_that_cannot_be_written_is_told(given: Place, tmp_path: Path) -> None:
    move = given.planned()
    (tmp_path / "verslag").write_text("van iemand")
    said = given.switch("report", move, "--out", tmp_path / "verslag")
    assert said.code == 1
    assert "verslag" in said.err
    assert (tmp_path / "verslag").read_text() == "van iemand"


@pytest.mark.parametrize("dropped", [False, True])
def test_where_nothing_is_at_both_nothing_is_said_to_be_equal(given: Place, dropped: bool) -> None:
    move = given.planned()
    if dropped:
        given.switch("retire", move)
    said = given.switch("reconcile", move)
    assert (said.code, "there are no two indexes to compare" in said.err) == (2, True)


def test_an_edited_report_is_refused(given: Place, reported: Callable[[], tuple[str, Path]]) -> None:
    _, out = reported()
    key = given.run("region", "key", "--config", given.file).out.strip()
    facts = out / "overstap.json"
    good = facts.read_text(encoding="utf-8")
    for broken in (good.replace('"ACTIEF": 2', '"ACTIEF": 3'), good.replace("schaduw", "afgerond"), "{}", ""):
        facts.write_text(broken, encoding="utf-8")
        said = given.run("region", "verify", facts, "--key", key)
        assert said.code == 2
        assert "Traceback" not in said.err
