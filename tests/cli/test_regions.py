"""A region ends: exported, withdrawn at its index, destroyed, and proved; killed in the middle, asked again."""

import contextlib
import datetime as dt
import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.canonical.signal import Melder
from gateway.compose import House
from gateway.config import read
from gateway.store.keyring import KeyRing
from tests.cli.conftest import Run
from tests.cli.processes import ROOT
from tests.e2e.talk import until
from tests.store.material import BSNS, Maker

ENDS = dt.date(2026, 1, 1)


@pytest.fixture
def ended(config: dict[str, Any]) -> dict[str, Any]:
    packs = [{"pack": "landelijk-strikt", "valid_from": dt.date(2015, 1, 1)}, {"pack": "beeindigd", "valid_from": ENDS}]
    config["regions"] = {
        "noord": {"index": "noord", "packs": packs},
        "zuid": {"index": "noord", "pack": "landelijk-strikt"},
    }
    config["indexes"]["noord"] |= {"processing_seconds": 0.1, "retry_seconds": 0.1}
    return config


@contextmanager
def opened(file: Path) -> Iterator[House]:
    parts = compose.house(read(file))
    try:
        yield parts
    finally:
        parts.close()


def given(file: Path, number: int = 3) -> list[str]:
    """Signals of the region and one of another; gives the ids of the region's."""
    found = []
    with opened(file) as parts:
        make = Maker(KeyRing.open(parts.config.store.keyring))
        label = parts.directory.regions["zuid"].pack(ENDS).label
        melder = Melder(professional_id="p-1", naam="M. Elder", telefoon="030-7654321")
        waiting = []
        for count in range(number + 1):
            region, source = ("noord", f"s-{count}") if count < number else ("zuid", "elders")
            unit = make.accept(source, bsn=BSNS[count % 2], regio=region, bestemming="noord", melder=melder)
            found.append(str(unit.signal.signaal_id))
            waiting.append(parts.store.submit(replace(unit, receipt=unit.receipt.model_copy(update={"beleid": label}))))
        assert all(future.result().fresh for future in waiting)
    return found[:-1]


def delivered(file: Path) -> None:
    """Let a worker carry all that waits."""
    with opened(file) as parts:
        worker = compose.dispatcher(parts)
        worker.start()
        try:
            settled = until(lambda: set(parts.store.read.tally()["messages"]) <= {"done", "cancelled"})
            assert settled, parts.store.read.tally()
        finally:
            worker.stop()


def test_a_region_ends_and_the_proof_can_be_checked(
    verwijsindex: Run, ended: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    file, out = written(), tmp_path / "college"
    ids = given(file)
    delivered(file)
    end = ("region", "end", "--region", "noord", "--on", str(ENDS), "--out", out, "--config", file, "--wait", "0")
    shown = verwijsindex(*end, "--dry-run")
    assert shown.code == 0 and "3 signals to export, withdraw and destroy; 0 messages" in shown.out
    assert not out.exists()
    first = verwijsindex(*end)
    assert first.code == 1 and "3 signals destroyed now" in first.out
    assert "3 messages still go to the index" in first.out and not (out / "noord-bewijs.json").exists()
    export = (out / "noord-uitvoer.jsonl").read_bytes()
    assert all(one.encode() in export for one in ids) and b"elders" not in export and BSNS[0].encode() in export
    delivered(file)
    last = verwijsindex(*end)
    assert last.code == 0 and "3 destroyed, 0 readable" in last.out
    assert (out / "noord-uitvoer.jsonl").read_bytes() == export, "made once, before anything was destroyed"
    known = verwijsindex("region", "key", "--config", file).out.strip()
    proof = out / "noord-bewijs.json"
    report = json.loads(verwijsindex("region", "verify", proof, "--key", known).out)
    assert report["uitvoer_sha256"] == hashlib.sha256(export).hexdigest()
    assert report["signalen"] == {"vernietigd": 3, "over": 0, "nog_leesbaar": 0}
    assert (report["berichten_aan_de_index"], report["beleid"][:10]) == ({"done": 6}, "beeindigd@")
    assert "proven before" in verwijsindex(*end).out
    with opened(file) as parts:
        assert parts.store.read.tally()["signals"] == {"VERNIETIGD": 3, "ACTIEF": 1}
    assert "of one region" in verwijsindex("import", out / "noord-uitvoer.jsonl", "--all", "--config", file).err


def test_a_proof_that_was_touched_or_is_another_gateways_does_not_hold(
    verwijsindex: Run, ended: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    file, out = written(), tmp_path / "college"
    end = ("region", "end", "--region", "noord", "--on", str(ENDS), "--out", out, "--config", file)
    assert verwijsindex(*end).code == 0
    proof = out / "noord-bewijs.json"
    known = verwijsindex("region", "key", "--config", file).out.strip()
    content = proof.read_text(encoding="utf-8")
    proof.write_text(content.replace('"over": 0', '"over": 1'), encoding="utf-8")
    assert "does not hold" in verwijsindex("region", "verify", proof, "--key", known).err
    proof.write_text(json.dumps(json.loads(content)), encoding="utf-8")
    assert verwijsindex("region", "verify", proof, "--key", known).code == 0, "spaces and order are nothing"
    other = KeyRing.create(tmp_path / "other.json")
    ended["store"]["keyring"] = str(tmp_path / "other.json")
    assert other.signing not in proof.read_bytes()
    strange = verwijsindex("region", "key", "--config", written()).out.strip()
    assert "does not hold" in verwijsindex("region", "verify", proof, "--key", strange).err
    for wrong in ("x", "AAAA"):
        assert "it is no proof, or the key" in verwijsindex("region", "verify", proof, "--key", wrong).err
    proof.write_text("{}", encoding="utf-8")
    assert "it is no proof" in verwijsindex("region", "verify", proof, "--key", known).err


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize(
    ("region", "on", "told"),
    [
        ("noord", "2025-12-31", "regions.noord: still works with 'landelijk-strikt' on 2025-12-31"),
        ("zuid", "2026-01-01", "regions.zuid: still works with 'landelijk-strikt'"),
        ("west", "2026-01-01", "no region 'west'; there are noord, zuid"),
        ("noord", "2999-01-01", "the region ends on 2999-01-01: ask on that day or later"),
    ],
)
def test_a_region_that_did_not_end_is_left_alone(
    verwijsindex: Run, written: Callable[[], Path], tmp_path: Path, region: str, on: str, told: str
) -> None:
    file = written()
    given(file)
    said = verwijsindex("region", "end", "--region", region, "--on", on, "--out", tmp_path / "x", "--config", file)
    assert (said.code, told in said.err) == (2, True), said.err
    with opened(file) as parts:
        assert parts.store.read.tally()["signals"] == {"ACTIEF": 4}


@pytest.mark.verify
def test_killed_in_the_middle_the_end_of_a_region_is_finished_by_who_asks_again(
    verwijsindex: Run, ended: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    file, out, number = written(), tmp_path / "college", 3000
    given(file, number)
    said = ("region", "end", "--region", "noord", "--on", str(ENDS), "--out", str(out), "--config", str(file))
    database, seen = tmp_path / "data" / "gateway.db", []
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-m", "gateway.cli", *said, "--wait", "0"], cwd=ROOT)
        before = living(database)
        while process.poll() is None and living(database) > max(before - number // 5, 0):
            time.sleep(0.002)
        process.kill()
        process.wait()
        seen.append(living(database))
    assert any(0 < left < number for left in seen), "it was killed in the middle"
    last = verwijsindex(*said)
    assert last.code == 0, last.err
    report = json.loads((out / "noord-bewijs.json").read_text(encoding="utf-8"))["rapport"]
    assert report["signalen"] == {"vernietigd": number, "over": 0, "nog_leesbaar": 0}
    lines = (out / "noord-uitvoer.jsonl").read_bytes().splitlines()
    assert sum(b'"tabel":"signals"' in line for line in lines) == number, "exported before it was destroyed"


def living(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        asked = "SELECT count(*) FROM signals WHERE region = 'noord' AND status <> 'VERNIETIGD'"
        return int(connection.execute(asked).fetchone()[0])
