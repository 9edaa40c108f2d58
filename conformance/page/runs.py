"""The runs of this machine: begun, looked at, stopped, ended. All of a run is in its folder."""

import datetime as dt
import json
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance import result, rules
from conformance.commands.running import FILE
from conformance.judge import WORST, Outcome
from conformance.result import Result
from conformance.results import worksheet, write
from conformance.run import plan
from conformance.transcript import Broken, Row, checked

NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
OUTPUT, ASKED = "uitvoer.txt", "opdracht.json"
MOST_OUTPUT = 20_000
FILES = (
    "uitslag.html",
    "uitslag.json",
    "oordeel.json",
    "junit.xml",
    "testreport.json",
    "werkblad.html",
    "rooster.json",
)


@dataclass(frozen=True, slots=True)
class Played:
    """One scenario of a run as it stands; `outcome` is None while it was not played to its end."""

    name: str
    form: str
    nl: str
    en: str
    busy: bool
    outcome: Outcome | None
    todo: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A run as it stands."""

    name: str
    role: str
    running: bool
    parts: tuple[Played, ...]
    output: str
    result: Result | None
    files: tuple[str, ...]

    @property
    def done(self) -> int:
        """How many scenarios were played."""
        return sum(one.outcome is not None for one in self.parts)


class Runs:
    """All runs in a folder. The processes are of this page; what they wrote is of everybody."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._seen: dict[str, tuple[tuple[int, bool], State]] = {}
        self._lock = threading.RLock()
        root.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """The runs, the last first."""
        return sorted((one.name for one in self._root.iterdir() if NAME.fullmatch(one.name)), reverse=True)

    def begin(self, words: Sequence[str], hidden: Mapping[str, str]) -> str:
        """Start a new run; gives its name. What is hidden is in nobody's list of processes and in no file."""
        now = dt.datetime.now(dt.UTC)
        name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        (self._root / name).mkdir()
        (self._root / name / ASKED).write_bytes(json.dumps([*words]).encode())
        self._start(name, words, hidden)
        return name

    def go_on(self, name: str, hidden: Mapping[str, str]) -> None:
        """Start a run that was stopped again: it goes on where it was."""
        with self._lock:
            if not self.running(name):
                self._start(name, self.asked(name), hidden)

    def finish(self, name: str) -> None:
        """End a sender's run as it is: what was not done is not reached."""
        self.stop(name)
        self._start(name, [*self.asked(name), "--klaar"], {})

    def stop(self, name: str) -> None:
        """Stop a run; it can go on later."""
        with self._lock:
            process = self._processes.get(name)
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(10)

    def close(self) -> None:
        """Stop what runs."""
        for name in [*self._processes]:
            self.stop(name)

    def running(self, name: str) -> bool:
        """Whether a process of this page plays it."""
        process = self._processes.get(name)
        return process is not None and process.poll() is None

    def asked(self, name: str) -> list[str]:
        """The words a run was begun with."""
        return [str(one) for one in json.loads((self._root / name / ASKED).read_text(encoding="utf-8"))]

    def file(self, name: str, file: str) -> Path | None:
        """A file of a run that may be downloaded."""
        path = self._root / name / file
        return path if file in FILES and path.is_file() else None

    def state(self, name: str) -> State:
        """How a run stands. Judged again only when something was written."""
        with self._lock:
            rows = _rows(self._root / name / FILE)
            key = len(rows), self.running(name)
            if name in self._seen and self._seen[name][0] == key and not key[1]:
                return self._seen[name][1]
            found = self._state(name, rows, key[1])
            self._seen[name] = key, found
            return found

    def _state(self, name: str, rows: list[Row], running: bool) -> State:
        folder = self._root / name
        found = result.of(rows) if rows else None
        if found is not None and not running and found.verdict.finished:
            list(write(found, folder))
        todo = worksheet.roster(found.rules, found.header, found.header["begonnen"]) if found and _told(found) else {}
        if todo:
            (folder / "werkblad.html").write_text(worksheet.page(todo), encoding="utf-8", newline="\n")
            (folder / "rooster.json").write_bytes(json.dumps(todo, ensure_ascii=False, indent=2).encode())
        files = tuple(one for one in FILES if (folder / one).is_file())
        parts = _parts(found, todo) if found else ()
        role = str(self.asked(name)[0])
        return State(name, role, running, parts, _tail(folder / OUTPUT), found, files)

    def _start(self, name: str, words: Sequence[str], hidden: Mapping[str, str]) -> None:
        folder = self._root / name
        command = [sys.executable, "-m", "conformance", *words, f"--map={folder}"]
        environment = {**os.environ, **hidden, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        with (folder / OUTPUT).open("ab") as output:
            self._processes[name] = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
            )


def _rows(path: Path) -> list[Row]:
    """The rows written so far; a row that is being written is not one yet."""
    if not path.is_file():
        return []
    try:
        return checked(json.loads(line) for line in path.read_bytes().split(b"\n")[:-1])
    except (Broken, ValueError):
        return []


def _told(found: Result) -> bool:
    """Whether the tester is told what to do, step by step."""
    return bool(found.header["rol"] == "zender")


def _parts(found: Result, told: Mapping[str, Any]) -> tuple[Played, ...]:
    steps = {
        (one["scenario"], one["formaat"]): (*(step["opdracht"] for step in one["stappen"]), *one["verklaren"])
        for one in told.get("scenarios", ())
    }
    worst: dict[tuple[str, str], Outcome] = {}
    for line in found.verdict.lines:
        for one in line.findings:
            key = one.scenario, one.form
            worst[key] = min(worst.get(key, Outcome.INAPPLICABLE), one.outcome, key=WORST.index)
    begun = {(row["scenario"], row["formaat"]) for row in found.rows if row["soort"] == "scenario"}
    ended = {(row["scenario"], row["formaat"]) for row in found.rows if row["soort"] == "scenario_af"}
    made: list[Any] = []
    for part in plan(found.rules, found.header):
        key = part.name, part.form
        over = key in ended or (found.verdict.finished and key in worst)
        outcome = worst.get(key, Outcome.INAPPLICABLE) if over else None
        made.append(
            Played(*key, part.scenario.nl, part.scenario.en, key in begun and not over, outcome, steps.get(key, ()))
        )
    return tuple(made)


def _tail(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - MOST_OUTPUT))
        return file.read().decode("utf-8", "replace")


def today() -> rules.Rules:
    """The rules of today."""
    return rules.as_of(dt.datetime.now(dt.UTC).date())
