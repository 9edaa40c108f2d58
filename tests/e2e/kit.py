"""`python -m tests.e2e.kit`: the conformance kit against our own gateway, over the public wire.

The gateway is real processes, on each store: a door and two workers. The kit is on both sides of it: its senders, its
index and its receiver. Once for the region under the national law, in every format there is, and on SQLite once more
for the region that works on consent (municipality 9999), whose index carries words. Ends with the kit's worst verdict;
what the kit says is passed on as it is said.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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

    def kit(self, *more: str) -> int:
        """Run the kit around it; gives its exit code."""
        command = [sys.executable, "-m", "conformance", "gateway", "--sut", self.url, "--token", token_of(SENDER)]
        command += ["--partner-token", token_of(PARTNER), "--blind-token", token_of(BLIND)]
        command += ["--index-port", str(self.index), "--receiver-port", str(self.receiver), *more]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


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
    """Run the kit around each gateway; gives the exit code."""
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="verwijsindex-kit-") as directory:
        with place(Path(directory) / "sqlite") as ours:
            verdicts.append(ours.kit())
            carries = ("--index-carries", " ".join(CARRIED), "--index-can", " ".join(ABLE))
            verdicts.append(ours.kit("--gemeente", EXTENDED, *carries, *WITH_POLICY))
        store = {"url": postgres().database(), "keys": postgres().database()}
        with place(Path(directory) / "postgres", store) as ours:
            verdicts.append(ours.kit())
    return max(abs(verdict) for verdict in verdicts)


WITH_POLICY = tuple(word for form in ("soap", "json", "fhir") for word in ("--format", form))
"""The formats that say by which policy a signal was taken; of a file's report nobody can tell."""
ABLE = ("terugkoppelen", "ketenregistratie", "signaalcode")
"""What the index of the extended region is able to do."""


if __name__ == "__main__":
    sys.exit(main())
