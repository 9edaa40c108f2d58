"""The commands as real processes: started, waited for by the JSON line they print, ended by SIGTERM."""

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds that a command gets to start, and to end."""


class Command:
    """A command that runs until it is told to stop. What it writes to standard error is kept in a file."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.arguments = arguments
        self.errors = directory / f"{arguments[0]}.err"
        self._lines: queue.Queue[str] = queue.Queue()
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", *arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def first_line(self) -> dict[str, Any]:
        """The line of JSON with which it says where it is."""
        try:
            line = self._lines.get(timeout=PATIENCE)
        except queue.Empty:
            line = ""
        if not line:
            self.kill()
            raise RuntimeError(f"{self.arguments[0]} did not start: {self.errors.read_text(encoding='utf-8')}")
        told: dict[str, Any] = json.loads(line)
        return told

    def end(self) -> int:
        """Tell it to stop (SIGTERM); gives its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.kill()

    def kill(self) -> None:
        """Stop it without a word, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


@contextlib.contextmanager
def running(directory: Path, *arguments: str) -> Iterator[Command]:
    """A command for the length of a `with`."""
    command = Command(directory, *arguments)
    try:
        yield command
    finally:
        command.kill()


@contextlib.contextmanager
def sandbox_process(directory: Path, *more: str) -> Iterator[dict[str, Any]]:
    """A sandbox on a free port; gives what it says of itself."""
    with running(directory, "sandbox", "--json", "--port", "0", "--dir", str(directory / "data"), *more) as sandbox:
        yield sandbox.first_line()
        sandbox.end()
