"""A whole gateway as real processes: an index, a door, workers. Each can be killed and started again.

They are forked from a server that has imported everything already: a start costs a tenth of a second, not three.
"""

import datetime as dt
import hashlib
import json
import multiprocessing
import os
import re
import signal
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from gateway.canonical.order import IndexCapabilities
from gateway.cli import running
from gateway.clock import set_clock, system_clock
from gateway.compose import house
from gateway.config import check
from gateway.flow.switching import Switching
from gateway.simulator import server
from gateway.simulator.dialects import SPOKEN, USUAL
from gateway.store.keyring import KeyRing
from tests.e2e.children import register

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["gateway.cli.running", "gateway.simulator.server", __name__])
PARTNERS = {"school": "onderwijs", "jeugdhulp": "jeugdhulp", "jgz": "jgz"}


def token_of(partner: str) -> str:
    return f"token-{partner}"


SILENT = {"opvragen": True, "overnemen": True, "stil": True, "landelijk_uit": True}
"""What two indexes can do, between which signals move."""


def configuration(
    directory: Path, *, port: int, index: str, url: str, keys: str, dialect: str = USUAL
) -> dict[str, Any]:
    """A gateway for three partners and one index. Deadlines are short, so that leases are."""
    return {
        "environment": "sandbox",
        "store": {"url": url, "keys": keys, "keyring": str(directory / "keyring.json")},
        "http": {"port": port},
        "partners": [
            {
                "id": partner,
                "name": partner,
                "category": category,
                "may_know_bsn": True,
                "regions": ["regio"],
                "token_sha256": hashlib.sha256(token_of(partner).encode()).hexdigest(),
                "wait_seconds": 0.2,
            }
            for partner, category in PARTNERS.items()
        ],
        "indexes": {
            "index": {
                "adapter": dialect,
                "url": index,
                "sender": "gateway",
                "receiver": "index",
                "deadline_seconds": 1.0,
                "poll_seconds": 0.5,
                "processing_seconds": 0.5,
                "retry_seconds": 0.05,
                **SPOKEN[dialect].settings(directory, list(PARTNERS)),
            }
        },
        "regions": {"regio": {"name": "Regio", "pack": "landelijk-strikt", "index": "index"}},
    }


class Process:
    """A process of the gateway. `ready` is an address that answers once it works, if it has one."""

    def __init__(self, role: str, file: Path, *, ready: str = "") -> None:
        self.role = role
        self._file = file
        self._ready = ready
        self._log = file.with_name(f"{role}-{id(self)}.log")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._started = 0.0

    @property
    def about(self) -> dict[str, Any]:
        """What it is told of itself."""
        told: dict[str, Any] = json.loads(self._file.read_text())
        return told

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def start(self) -> None:
        """Start it, and return at once."""
        self._started = time.monotonic()
        self._process = FORKS.Process(target=be, args=(self.role, self._file, self._log), daemon=True)
        self._process.start()

    def wait(self, seconds: float = 60) -> None:
        """Return once it works; an AssertionError with what it said when it ended instead."""
        until = time.monotonic() + seconds
        while self._ready:
            assert self._process is not None
            assert self._process.is_alive(), self.said()
            with suppress(httpx.TransportError):
                if httpx.get(self._ready, timeout=5).status_code == 200:
                    return
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def kill(self) -> bool:
        """kill -9; False when it had ended by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.join()
        return self._process.exitcode == -signal.SIGKILL

    def over(self) -> bool:
        """Whether it did what it had to, by itself; an AssertionError with what it said when it failed."""
        assert self._process is not None
        if self._process.exitcode is None:
            return False
        assert self._process.exitcode == 0, self.said()
        return True

    def stop(self) -> int:
        """Tell it to stop; gives its exit code."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(30)
        assert self._process.exitcode is not None, self.said()
        return self._process.exitcode

    def most_memory(self) -> int:
        """The most memory it held until now, in MB."""
        assert self._process is not None
        told = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) // 1024

    def said(self) -> str:
        """The end of what it wrote."""
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""


class Gateway:
    """An index, a door and workers on one store; started on entering, stopped on leaving."""

    def __init__(
        self, directory: Path, *, url: str, keys: str, workers: int = 2, dialect: str = USUAL, beside: str = ""
    ) -> None:
        """`beside`: the dialect of a second index, `beside`, to which signals can move."""
        KeyRing.create(directory / "keyring.json")
        port = running.free_port()
        self.url = f"http://127.0.0.1:{port}"
        able = SILENT if beside else {}
        self.index, self.index_url = index(directory, "index", dialect, able)
        self.indexes = [self.index]
        place = self.index_url + SPOKEN[dialect].dialect().path
        config = configuration(directory, port=port, index=place, url=url, keys=keys, dialect=dialect)
        if beside:
            config["indexes"]["index"] |= able
            able = SILENT | {"mails": SPOKEN[beside].capabilities.mails}
            second, self.beside_url = index(directory, "beside", beside, able)
            self.indexes.append(second)
            there = {"adapter": beside, "url": self.beside_url + SPOKEN[beside].dialect().path, "receiver": "beside"}
            there |= able | SPOKEN[beside].settings(directory, list(PARTNERS))
            config["indexes"]["beside"] = config["indexes"]["index"] | there
        self.about = directory / "gateway.json"
        self.about.write_text(json.dumps(config))
        self.serve = Process("serve", self.about, ready=f"{self.url}/ready")
        self.workers = [Process("work", self.about) for _ in range(workers)]

    @property
    def processes(self) -> list[Process]:
        """All of them, the indexes first."""
        return [*self.indexes, self.serve, *self.workers]

    def __enter__(self) -> "Gateway":
        for process in self.processes:
            process.start()
        try:
            for process in self.processes:
                process.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            with suppress(AssertionError):
                process.kill()


def index(
    directory: Path, name: str, dialect: str, able: dict[str, bool], *, clock: str = "", children: int = 0
) -> tuple[Process, str]:
    """A simulated index, and its address. `clock`: its legal moment as it starts; `children`: so many are invented."""
    port = running.free_port()
    url = f"http://127.0.0.1:{port}"
    about = directory / f"{name}.json"
    place = {"directory": str(directory / name), "port": port, "dialect": dialect, "able": able}
    about.write_text(json.dumps(place | {"clock": clock, "children": children}))
    return Process("index", about, ready=f"{url}/health"), url


def simulator(said: dict[str, Any]) -> server.Simulator:
    """An index as `index` wrote it down, not yet running."""
    return server.Simulator(
        directory=Path(said["directory"]), port=said["port"], seed=1, dialect=SPOKEN[said["dialect"]].dialect(),
        capabilities=IndexCapabilities(**said["able"]),
        clock=set_clock(dt.datetime.fromisoformat(said["clock"])) if said["clock"] else system_clock,
        persons=register(said["children"]) if said["children"] else None,
    )  # fmt: skip


def _move(said: dict[str, Any]) -> None:
    """Ask for one step of a move."""
    config = Path(said["config"])
    with closing(house(check(json.loads(config.read_text()), source=str(config)))) as parts:
        switching = Switching(parts.store, parts.clock, parts.directory.of_index)
        getattr(switching, said["step"])(switching.find(UUID(said["move"])), **said["more"])


def be(role: str, file: Path, log: Path) -> None:
    """Be one of them until told to stop."""
    with log.open("ab") as sink:
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
    said = json.loads(file.read_text())
    match role:
        case "index":
            server.serve(simulator(said))
        case "serve":
            running.serve(check(said, source=str(file)))
        case "work":
            running.work(check(said, source=str(file)))
        case "move":
            _move(said)
