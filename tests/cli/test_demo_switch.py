"""`verwijsindex demo switch`: it proves every promise of a move by files that are there, and sees one that breaks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from gateway.cli import demo
from gateway.cli.plays import PLAYS, SWITCH
from gateway.cli.scenes.switch import cast
from gateway.simulator.leading import Leading
from tests.cli.conftest import Run
from tests.cli.test_processes import Links, said_by

pytestmark = pytest.mark.verify


def promises(page: str) -> Iterator[tuple[str, str]]:
    """Each promise in English, and whether it held."""
    for mark, text in re.findall(r'class="mark \w+">(\w+)</span><div>.*?<span lang="en">(.*?)</span>', page):
        yield text, mark


def test_every_promise_of_a_move_holds_and_is_shown_by_files_that_are_there(tmp_path: Path) -> None:
    out = tmp_path / "bewijs"
    said = said_by("demo", "switch", "--out", str(out))
    assert said.returncode == 0, said.stdout + said.stderr
    page = (out / "bewijs.html").read_text(encoding="utf-8")
    found = dict(promises(page))
    assert len(found) == 24
    assert {*found.values()} == {"Gehouden"}
    links = Links()
    links.feed(page)
    files = {link for link in links.found if not link.startswith("#")}
    there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert there == files | {"bewijs.html"}, "every file is evidence of something, and every proof is there"
    assert [tag for tag in links.tags if tag in {"script", "link", "img", "iframe", "object"}] == []
    assert "://" not in page, "one file, no network"
    assert "Een gemeente gaat naar een andere index" in page
    assert "De reis van de woorden" not in page, "no word was said"


def test_an_index_that_leads_for_what_it_should_hold_in_silence_breaks_what_was_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Leading.begin
    monkeypatch.setattr(Leading, "begin", lambda self, index_id, reported, *, leads: begin(
        self, index_id, reported, leads=True))  # fmt: skip
    play = PLAYS[SWITCH]
    short = replace(play, scenes=lambda: [scene for scene in play.scenes() if scene[0].__name__ in SHORT])
    assert not demo.run(tmp_path / "bewijs", Console(quiet=True), short)
    found = dict(promises((tmp_path / "bewijs" / "bewijs.html").read_text(encoding="utf-8")))
    broken = {text for text, mark in found.items() if mark == "Gebroken"}
    assert any("holds it in silence" in text for text in broken)
    assert any(text.startswith("Nobody was mailed twice") for text in broken)
    assert not any(text.startswith("Who stays, stays") for text in broken)


SHORT = ("given", "planned", "started", "looked_back")


def test_a_play_that_does_not_exist_is_told(verwijsindex: Run) -> None:
    said = verwijsindex("demo", "verhuizing")
    assert (said.code, said.err.strip()) == (2, "no play 'verhuizing'; there are match, switch")


def test_the_cast_is_a_hundred_signals_about_children_that_others_know_too() -> None:
    given = cast.first()
    assert len(given) == len({one.source for one in given}) == cast.MANY
    assert {one.municipality for one in given} == {cast.MOVES, *cast.STAY}
    assert all(len({one.who for one in given if one.child == child}) >= 2 for child in {one.child for one in given})
    assert [one for one in given if one.municipality != one.child.gemeente] == [cast.moved_house(given)]
    for _ in range(3):
        fresh = cast.more(given, len(given) + 1)
        assert {one.who for one in fresh} == {*cast.FORMATS}
        assert not {(one.who, one.child) for one in fresh} & {(one.who, one.child) for one in given}
        given += fresh
