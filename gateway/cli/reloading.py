"""Another configuration without a stop: on HUP a process reads it anew, and takes it whole or goes on with the old one.

Where the configuration says `run`, a process notes there that it runs and what came of its last turn, under a lock that
ends with it; `verwijsindex reload` finds it by that, and never a process that only has its number.
"""

import contextlib
import fcntl
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway import compose
from gateway.clock import monotonic
from gateway.compose import House
from gateway.config import Config
from gateway.errors import Misconfigured

log = logging.getLogger("gateway.reload")

Again = Callable[[], Config]
"""Reads the configuration anew; raises Misconfigured."""
PATIENCE = 60.0
"""Seconds that a process gets to take a configuration."""


class Reloader(threading.Thread):
    """Takes a new configuration each time it is asked. `adopt` puts the new house in the place of the old one."""

    def __init__(self, role: str, parts: House, again: Again, adopt: Callable[[House], None]) -> None:
        super().__init__(name="reloader", daemon=True)
        self._parts, self._again, self._adopt = parts, again, adopt
        self._note = Note.of(parts.config.run, role) if parts.config.run else None
        self._asked, self._ended = threading.Event(), False
        self.turns = 0

    def listen(self) -> None:
        """From now on HUP asks for it; only the main thread may say so."""
        signal.signal(signal.SIGHUP, lambda *_: self._asked.set())
        if self._note is not None:
            self._note.write(0, ())
        self.start()

    def stop(self) -> None:
        """Finish the turn underway and end."""
        self._ended = True
        self._asked.set()
        self.join()
        if self._note is not None:
            self._note.remove()

    def run(self) -> None:
        """Wait, and take what is asked."""
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._ended:
                return
            problems = self._turn()
            self.turns += 1
            if self._note is not None:
                self._note.write(self.turns, problems)

    def _turn(self) -> tuple[str, ...]:
        """Take the configuration as it is now; gives why not, when not."""
        try:
            parts = compose.renewed(self._parts, self._again())
            self._adopt(parts)
        except Misconfigured as error:
            problems = error.problems
        except Exception as error:  # noqa: BLE001  whatever it is, the old one goes on and may be asked again
            problems = (f"{type(error).__name__}: what the configuration needs does not answer; ask again",)
        else:
            self._parts = parts
            log.info("reload: the new configuration works")
            return ()
        for problem in problems:
            log.error("reload: the old configuration goes on", extra={"problem": problem})
        return problems


@dataclass(frozen=True, slots=True)
class Note:
    """A process's note that it runs: a file with its number, its lock, and what came of its last turn."""

    file: Path
    lock: int

    @classmethod
    def of(cls, directory: Path, role: str) -> "Note":
        """Take the lock; raises OSError."""
        directory.mkdir(parents=True, exist_ok=True)
        name = directory / f"{role}-{os.getpid()}"
        lock = os.open(name.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return cls(name.with_suffix(".json"), lock)

    def write(self, turn: int, problems: tuple[str, ...]) -> None:
        """Say which turn it was, and what was wrong; a note that cannot be written stops nothing."""
        told = {"pid": os.getpid(), "turn": turn, "problems": problems}
        aside = self.file.with_suffix(".new")
        try:
            aside.write_text(json.dumps(told), encoding="utf-8")
            aside.replace(self.file)
        except OSError as error:
            log.warning("reload: no note", extra={"kind": type(error).__name__})

    def remove(self) -> None:
        """It runs no more."""
        self.file.unlink(missing_ok=True)
        self.file.with_suffix(".lock").unlink(missing_ok=True)
        os.close(self.lock)


@dataclass(frozen=True, slots=True)
class Running:
    """A process that noted that it runs."""

    name: str
    pid: int
    turn: int
    problems: tuple[str, ...]


def processes(directory: Path) -> Iterator[Running]:
    """Those that run now; what a killed one left behind is taken away."""
    for file in sorted(directory.glob("*.json")):
        if _held(file.with_suffix(".lock")):
            with contextlib.suppress(OSError, ValueError, KeyError):
                told = json.loads(file.read_text(encoding="utf-8"))
                yield Running(file.stem, told["pid"], told["turn"], tuple(told["problems"]))
        else:
            file.unlink(missing_ok=True)
            file.with_suffix(".lock").unlink(missing_ok=True)


def _held(lock: Path) -> bool:
    """Whether a process lives that holds it."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def ask(directory: Path) -> list[Running]:
    """Ask every process of this machine to take its configuration anew, and wait for what came of it."""
    before = {item.name: item for item in processes(directory)}
    for item in before.values():
        os.kill(item.pid, signal.SIGHUP)
    until = monotonic() + PATIENCE
    while True:
        now = {item.name: item for item in processes(directory) if item.name in before}
        if all(item.turn > before[name].turn for name, item in now.items()):
            return list(now.values())
        if monotonic() > until:
            slow = [name for name, item in now.items() if item.turn == before[name].turn]
            raise Misconfigured(*(f"{name}: does not answer; look at its log" for name in slow))
        time.sleep(0.05)
