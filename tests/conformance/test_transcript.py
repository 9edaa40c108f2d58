"""A transcript only grows, says so when it did not, and a run that was killed goes on from it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.exchange import Exchange, Request
from conformance.judge import judge
from conformance.transcript import Broken, Transcript, canonical
from tests.conformance.fake_gateway import Fake
from tests.conformance.runs import today

ROOT = Path(__file__).parents[2]
ROWS = [{"soort": "kop", "run": "een"}, *({"soort": "rij", "n": n} for n in range(1, 6))]


@pytest.fixture
def kept(tmp_path):
    """A whole transcript, in its file."""
    path = tmp_path / "verloop.jsonl"
    transcript = Transcript.begin(path, {"run": "een"})
    for row in ROWS[1:]:
        transcript.add(row)
    return path


def test_what_was_written_is_read_again(kept):
    assert [{**row, "vorige": ""} for row in Transcript.read(kept).rows] == [{**row, "vorige": ""} for row in ROWS]


def test_what_comes_in_after_the_end_is_no_part_of_the_run(tmp_path):
    said = Request("POST", "http://hier/soap", (), b"<x/>")
    late = Exchange(
        0, "een", 1, "soap", "s", 1, "index", "signaalAfgeven", True, "2026-11-22T09:00:00+00:00", 0, said, None
    )
    transcript = Transcript.begin(tmp_path / "verloop.jsonl", {"run": "een"})
    transcript.exchange(late)
    transcript.add({"soort": "af"})
    transcript.exchange(late)
    assert [one["soort"] for one in Transcript.read(tmp_path / "verloop.jsonl").rows] == ["kop", "uitwisseling", "af"]


def changed(lines):
    return [lines[0], lines[1].replace(b'"n":1', b'"n":7'), *lines[2:]], 3


def removed(lines):
    return [*lines[:2], *lines[3:]], 3


def moved(lines):
    return [lines[0], lines[2], lines[1], *lines[3:]], 2


def doubled(lines):
    return [*lines[:3], lines[2], *lines[3:]], 4


def put_in(lines):
    return [*lines[:3], canonical({"soort": "rij", "n": 9, "vorige": json.loads(lines[3])["vorige"]}), *lines[3:]], 5


@pytest.mark.parametrize("change", [changed, removed, moved, doubled, put_in])
def test_a_row_that_is_not_as_it_was_written_is_named(kept, change):
    lines, at = change(kept.read_bytes().splitlines())
    kept.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(Broken, match=f"regel {at} "):
        Transcript.read(kept)


def test_a_last_row_that_was_half_written_is_left_out_and_the_run_goes_on(kept):
    whole = kept.read_bytes()
    for cut in (1, 10, 40):
        kept.write_bytes(whole[:-cut])
        transcript = Transcript.read(kept)
        assert len(transcript.rows) == len(ROWS) - 1
        transcript.add({"soort": "rij", "n": 99})
        assert [row.get("n") for row in Transcript.read(kept).rows][-1] == 99


def test_a_file_without_header_is_no_run(tmp_path):
    path = tmp_path / "verloop.jsonl"
    path.write_bytes(canonical({"soort": "rij", "vorige": "0" * 64}) + b"\n")
    with pytest.raises(Broken, match="kop"):
        Transcript.read(path)


@pytest.mark.verify
def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_verdict(tmp_path):
    with Fake() as gateway:
        command = [sys.executable, "-m", "conformance", "gateway", "--format", "soap", "--sut", gateway.url]
        command += ["--token", "een", "--partner-token", "twee", "--blind-token", "blind", "--match-timeout", "0.5"]
        command += ["--without", "sandwich", "--map"]
        whole = subprocess.run([*command, str(tmp_path / "heel")], cwd=ROOT, capture_output=True, check=False)
        half = tmp_path / "half" / "verloop.jsonl"
        for rows in (40, 90):
            process = subprocess.Popen(
                [*command, str(tmp_path / "half")], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            deadline = time.monotonic() + 60
            while not half.exists() or half.read_bytes().count(b"\n") < rows:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.kill()
            process.wait()
        with half.open("ab") as file:
            file.write(b'{"soort":"uitwis')
        resumed = subprocess.run([*command, str(tmp_path / "half")], cwd=ROOT, capture_output=True, check=False)
    assert resumed.returncode == whole.returncode
    assert outcomes(half) == outcomes(tmp_path / "heel" / "verloop.jsonl")
    rows = Transcript.read(half).rows
    assert sum(row["soort"] == "kop" for row in rows) == 1
    assert max(row["poging"] for row in rows if row["soort"] == "scenario") > 1


def outcomes(path):
    verdict = judge(Transcript.read(path).rows, today())
    return verdict.passed, verdict.finished, [(one.requirement.id, one.form, one.outcome) for one in verdict.lines]
