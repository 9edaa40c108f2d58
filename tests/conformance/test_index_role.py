"""The kit as gateway: a good index passes, whatever it can, and there is a verdict only when all was tried."""

import re
from pathlib import Path

import pytest

from conformance import rules
from conformance.commands.running import FILE
from conformance.judge import judge
from conformance.transcript import Transcript
from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator
from tests.conformance.index_runs import ABLE, last, running, toets
from tests.conformance.runs import today


@pytest.mark.verify
def test_an_index_that_can_everything_passes_twice_and_nothing_stays_alive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Simulator(directory=tmp_path / "index", capabilities=ABLE) as index:
        for turn in ("a", "b"):
            code = toets(index.soap_url, "--map", str(tmp_path / turn))
            said = capsys.readouterr().out
            assert code == 0, said
            assert re.fullmatch(r"[0-9]+ passed, 0 failed, 0 skipped", last(said))
        running_engine = index._running._house.engine  # type: ignore[union-attr]
        assert {status for _, status, _ in running_engine.listing()} == {"VERNIETIGD"}
    kept = Transcript.read(tmp_path / "a" / FILE)
    assert judge(kept.rows, today()) == judge(kept.rows, today()), "judging is a pure function"
    tried = {line.requirement.id for line in judge(kept.rows, today()).lines if line.outcome == "gehaald"}
    assert tried == {one for one in today().requirements if one.startswith("VII-")}


@pytest.mark.verify
def test_an_index_that_can_only_what_the_law_names_passes_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path, IndexCapabilities()) as url:
        assert toets(url) == 0
    assert "voldoet aan contract v1 van dit project, rol index" in capsys.readouterr().out


def test_without_a_second_sender_there_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--only", "VII-601", "--only", "VII-701", names=("--zender", "gateway-a")) == 1
    said = capsys.readouterr().out
    assert re.search("MUST niet getoetst, .*VII-601", said) and last(said).startswith("1 passed, 0 failed")


def test_one_pack_is_no_verdict_over_the_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--pack", "minimaal") == 0
        assert "zonder de pakketten kern, levensloop, regie, robuust" in capsys.readouterr().out
        assert toets(url, "--pack", "minimal") == 2
    assert "minimal. Pakketten: kern" in capsys.readouterr().out


def test_where_nothing_failed_but_not_all_was_tried_there_is_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--only", "VII-606", names=("--zender", "gateway-a")) == 1
    assert "OORDEEL: geen; niets ging fout, maar 1 eis is niet getoetst." in capsys.readouterr().out


def test_an_index_that_is_not_there_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        pass
    assert toets(url, "--timeout", "2") == 2
    assert "Geen antwoord" in capsys.readouterr().out


def test_every_requirement_of_an_index_is_tried() -> None:
    tried = {eis for scenario in today().of("index") for eis in scenario.eisen}
    assert tried == {one for one in today().requirements if one.startswith("VII-")}
    assert {one.pakket for one in today().of("index")} == {"kern", "levensloop", "minimaal", "robuust", "regie"}
    assert rules.ROLES == ("gateway", "zender", "index")
