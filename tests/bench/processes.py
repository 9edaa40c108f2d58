"""Servers as processes: started in a directory of their own, pinned, asked what CPU they used, stopped by their id."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from gateway.cli.running import free_port
from gateway.cli.sandbox import token_of
from tests.bench.messages import SENDER

ROOT = Path(__file__).parents[2]
SERVER_CPU, LOAD_CPU = 0, 1
_runs = iter(range(1, 65_536))


class Failed(Exception):
    """Something did not run; what it said is the text."""


def pinned(cpu: int | None) -> dict[str, Any]:
    """How a process is kept on one core, where the machine lets it and has two."""
    if cpu is None or not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        return {}
    core = sorted(os.sched_getaffinity(0))[cpu]
    return {"preexec_fn": lambda: os.sched_setaffinity(0, {core})}


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    process: psutil.Process
    said: Path
    token: str = ""
    directory: Path = field(default_factory=Path)
    form: str = "soap"
    """How it is asked."""

    def cpu(self) -> float:
        """CPU seconds of the process and its children so far."""
        times = [process.cpu_times() for process in (self.process, *self.process.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def rss(self) -> float:
        """Megabytes in memory."""
        tree = (self.process, *self.process.children(recursive=True))
        return sum(process.memory_info().rss for process in tree) / 1e6

    def stop(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            for process in (*self.process.children(recursive=True), self.process):
                process.terminate()
            self.process.wait(15)


class Yard:
    """Where servers run; all are stopped and everything they wrote is gone when it is left."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self.directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))

    def __enter__(self) -> "Yard":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(
        self, name: str, command: Sequence[object], *, port: int, cpu: int | None = SERVER_CPU, cwd: Path = ROOT,
        token: str = "", directory: Path | None = None, ready: bool = True, form: str = "soap",
    ) -> Server:  # fmt: skip
        """Start a server and wait until it answers a signal, or, when not `ready`, until it listens or simply runs."""
        said = self.directory / f"{name.replace(' ', '-')}-{port}.log"
        with said.open("wb") as out:
            popen = psutil.Popen(
                [str(part) for part in command], cwd=cwd, stdout=out, stderr=subprocess.STDOUT, **pinned(cpu)
            )
        server = Server(name, port, popen, said, token, directory or self.directory, form)
        self._stack.callback(server.stop)
        until = time.monotonic() + 60
        while True:
            if popen.poll() is not None or time.monotonic() > until:
                raise Failed(f"{name} did not start: {said.read_text(errors='replace')[-600:]}")
            if not ready or listens(port):
                break
            time.sleep(0.1)
        if ready and (first := load(server, requests=2, connections=1))["bad"]:
            raise Failed(f"{name} refused the message: {first}")
        return server

    def gateway(
        self,
        role: str,
        *more: object,
        directory: Path | None = None,
        name: str = "gateway",
        cpu: int | None = SERVER_CPU,
        form: str = "soap",
    ) -> Server:
        """A process of the gateway, or the simulated index."""
        where = directory or Path(tempfile.mkdtemp(dir=self.directory))
        port = free_port()
        command = (sys.executable, "-m", "tests.bench.servers.gateway", role, where, port, *more)
        token = token_of(SENDER) if role == "serve" else ""
        ready = role == "serve"
        server = self.start(name, command, port=port, token=token, directory=where, ready=ready, cpu=cpu, form=form)
        while role == "index" and not listens(port):
            time.sleep(0.05)
        return server

    def floor(self) -> Server:
        """The bare floor."""
        port = free_port()
        base = self.directory / f"floor-{port}.db"
        return self.start("floor", (sys.executable, "-m", "tests.bench.servers.floor", base, port), port=port)


def load(
    server: Server,
    *,
    seconds: float = 0,
    requests: int = 0,
    connections: int = 16,
    rate: float = 0,
    known: bool = False,
) -> dict[str, float]:
    """Run the generator on a server; what it counted, with the server's CPU seconds per thousand requests."""
    command = [sys.executable, "-m", "tests.bench.generator", server.port, "--run", next(_runs)]
    command += ["--seconds", seconds, "--requests", requests, "--connections", connections, "--rate", rate]
    command += ["--form", server.form]
    command += ["--token", server.token] if server.token else []
    command += ["--known"] if known else []
    before = server.cpu()
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, **pinned(LOAD_CPU)
    )
    if done.returncode:
        raise Failed(f"the load on {server.name} failed: {done.stderr[-600:]}")
    counted: dict[str, float] = json.loads(done.stdout)
    counted["rate"] = counted["n"] / counted["seconds"]
    counted["cpu"] = (server.cpu() - before) / max(counted["n"], 1) * 1000
    return counted


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def yard() -> Iterator[Yard]:
    with Yard() as place:
        yield place
