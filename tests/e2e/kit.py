"""`python -m tests.e2e.kit`: the conformance kit against our own gateway, over the public wire.

The gateway is real processes, on each store: a door and two workers. The kit is on both sides of it: its senders, its
index and its receiver. Once for the region under the national law, in every format there is, and on SQLite once more
for the region that works on consent (municipality 9999), whose index carries words. Ends with the kit's worst verdict;
what the kit says is passed on.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gateway.cli.running import free_port
from gateway.cli.sandbox import CARRIED, EXTENDED, RECEIVER, configuration, token_of
from gateway.store.keyring import KeyRing
from tests.cli.processes import ROOT
from tests.e2e.postgres import running as postgres
from tests.e2e.processes import Process

SENDER, PARTNER, BLIND = "school-de-wilg", RECEIVER, "jongerenwerk-blind"


class Place:
    """A gateway that forwards to the kit, and where the kit is."""

    def __init__(self, url: str, index: int, receiver: int) -> None:
        self.url, self.index, self.receiver = url, index, receiver

    def kit(self, *more: str) -> tuple[int, str]:
        """Run the kit around it; gives its exit code and what it said."""
        command = [sys.executable, "-m", "conformance", "gateway", "--sut", self.url, "--token", token_of(SENDER)]
        command += ["--partner-token", token_of(PARTNER), "--blind-token", token_of(BLIND)]
        command += ["--index-port", str(self.index), "--receiver-port", str(self.receiver), *more]
        done = subprocess.run(
            command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout


@contextmanager
def place(directory: Path, store: dict[str, str] | None = None) -> Iterator[Place]:
    """A door and two workers on a store; without one, on SQLite."""
    port, index, receiver = free_port(), free_port(), free_port()
    (directory / "mail").mkdir(parents=True)
    KeyRing.create(directory / "keyring.json")
    about = directory / "gateway.json"
    about.write_text(json.dumps(settings(directory, port, index, receiver, store)))
    url = f"http://127.0.0.1:{port}"
    processes = [Process("serve", about, ready=f"{url}/ready"), Process("work", about), Process("work", about)]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.wait()
        yield Place(url, index, receiver)
    finally:
        for process in processes:
            with suppress(AssertionError):
                process.stop()


def settings(directory: Path, port: int, index: int, receiver: int, store: dict[str, str] | None) -> dict[str, Any]:
    """The sandbox's configuration, with the kit for its two indexes and for its second partner's service."""
    there = f"http://127.0.0.1:{index}/soap"
    told = {"url": f"http://127.0.0.1:{receiver}/terugmelding", "deadline_seconds": 1.0, "retry_seconds": 0.2}
    said = configuration(
        directory, port=port, indexes={"strikt": there, "uitgebreid": there}, wait_seconds=0.3, store=store,
        delivery={RECEIVER: {"soap": told}},
    )  # fmt: skip
    said["indexes"]["uitgebreid"] |= {"sender": "verwijsindex-gateway-2", "regie": False, "wijzigen": False}
    for one in said["indexes"].values():
        one |= {"deadline_seconds": 4.0, "processing_seconds": 0.5}
    return said


def main() -> int:
    """Run the kit around each gateway, all at once, for it mostly waits; gives the worst exit code."""
    store = {"url": postgres().database(), "keys": postgres().database()}
    runs: tuple[tuple[str, dict[str, str] | None, tuple[str, ...]], ...] = (
        ("sqlite", None, ()), ("sqlite-uitgebreid", None, (*WORDS, *WITH_POLICY)), ("postgres", store, ()),
    )  # fmt: skip
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="verwijsindex-kit-") as directory, ThreadPoolExecutor(len(runs)) as pool:
        started = [(name, pool.submit(_around, Path(directory) / name, kept, more)) for name, kept, more in runs]
        for name, run in started:
            code, said = run.result()
            print(f"== {name}\n{said}", flush=True)
            verdicts.append(abs(code))
    return max(verdicts)


def _around(directory: Path, store: dict[str, str] | None, more: tuple[str, ...]) -> tuple[int, str]:
    with place(directory, store) as ours:
        return ours.kit(*more)


WITH_POLICY = tuple(word for form in ("soap", "json", "fhir") for word in ("--format", form))
"""The formats that say by which policy a signal was taken; of a file's report nobody can tell."""
ABLE = ("terugkoppelen", "ketenregistratie", "signaalcode")
"""What the index of the extended region is able to do."""
WORDS = ("--index-carries", " ".join(CARRIED), "--index-can", " ".join(ABLE), "--gemeente", EXTENDED)
"""How the kit is told of the extended region."""


if __name__ == "__main__":
    sys.exit(main())
