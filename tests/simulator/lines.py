"""Lines to a simulated index that end with the test, what it keeps on disk, and one that is killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from gateway.cli.running import free_port
from gateway.simulator.server import Simulator


class Line(Protocol):
    def close(self) -> None: ...


Spoken = TypeVar("Spoken", bound=Line)


def lines(opened: Callable[..., Spoken]) -> Iterator[Callable[..., Spoken]]:
    """Opens lines for a test; all are closed when it ends."""
    with ExitStack() as stack:
        yield lambda *said, **more: stack.enter_context(closing(opened(*said, **more)))


def kept(index: Simulator) -> bytes:
    """All bytes that the index has on disk."""
    return b"".join(path.read_bytes() for path in index._directory.iterdir())


@contextmanager
def until_killed(directory: Path, dialect: str) -> Iterator[str]:
    """The address of an index that is killed in the end; what it kept stays in its folder."""
    port = free_port()
    command = [
        sys.executable, "-m", "gateway.cli", "simulate-index", "--port", str(port), "--dir", str(directory),
        "--dialect", dialect, "--clock", "2026-11-21T10:00:00",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None and process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
