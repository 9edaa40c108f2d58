"""The clients the kit gives a supplier to start from: each passes the role `zender`, and goes on after it was killed.

Each is a process that knows the kit's address and the served WSDL, and the kit is a process: nothing else is shared.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.rules import children
from gateway.cli.running import free_port
from tests.foreign import absent, fetching, needs, run, with_packages

pytestmark = pytest.mark.interop

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "conformance" / "clients"
START_SECONDS, BUILD_SECONDS, RUN_SECONDS = 30, 300, 180
SILENCE = "signaalAfgeven geen heel antwoord"
"""What a client says when the kit broke off while it gave a signal."""
Made = tuple[str, list[str], Path]
"""A format; a command, to which the kit's address and a file are added; and where it runs."""


def python(place: Path) -> Made:
    return "soap", [sys.executable, str(CLIENTS / "python" / "client.py")], place


def node(place: Path) -> Made:
    return "soap", ["node", "client.js"], with_packages(CLIENTS / "node", place)


def php(place: Path) -> Made:
    needs("php")
    if "soap" not in run(["php", "-m"], place).stdout.split():
        absent("php has no soap extension (php-soap)")
    return "soap", ["php", str(CLIENTS / "php" / "client.php")], place


def cxf(place: Path) -> Made:
    return "soap", built("java-cxf", place), place


def hapi(place: Path) -> Made:
    return "fhir", built("java-hapi", place), place


def built(name: str, place: Path) -> list[str]:
    """A command for a client in Java, compiled."""
    needs("java", "mvn")
    maven = fetching(["mvn", "-q", "-B", "compile", f"-Dmade={place}"], CLIENTS / name, BUILD_SECONDS)
    assert maven.returncode == 0, maven.stdout + maven.stderr
    classes = os.pathsep.join([str(place / "classes"), (place / "classpath").read_text(encoding="utf-8")])
    return ["java", "-cp", classes, "Client"]


MAKERS: tuple[Callable[[Path], Made], ...] = (python, node, php, cxf, hapi)


@pytest.fixture(scope="module", params=MAKERS, ids=lambda made: made.__name__)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Each client, ready to run."""
    made: Made = request.param(tmp_path_factory.mktemp("client"))
    return made


@dataclass(frozen=True, slots=True)
class Kit:
    """The kit as a process that plays a gateway."""

    process: subprocess.Popen[str]
    url: str
    place: Path

    def said(self) -> str:
        return (self.place / "kit.log").read_text(encoding="utf-8")

    def judged(self) -> dict[str, str]:
        """The outcome of each requirement, once the kit ended with exit code 0."""
        assert self.process.wait(START_SECONDS) == 0, self.said()
        told = json.loads((self.place / "uitslag" / "oordeel.json").read_text(encoding="utf-8"))
        return {line["eis"]: line["uitkomst"] for line in told["eisen"]}


@contextmanager
def serving(place: Path, form: str, *more: str) -> Iterator[Kit]:
    """The kit, once it listens; killed at the end."""
    port = free_port()
    command = [sys.executable, "-m", "conformance", "zender", "--port", str(port), "--format", form]
    command += ["--map", str(place / "run"), "--out", str(place / "uitslag"), *more]
    with (place / "kit.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, text=True)
    kit = Kit(process, f"http://127.0.0.1:{port}", place)
    try:
        until = time.monotonic() + START_SECONDS
        while "De toets luistert" not in kit.said():
            assert process.poll() is None and time.monotonic() < until, kit.said()
            time.sleep(0.1)
        yield kit
    finally:
        process.kill()
        process.wait()


def killed(command: list[str], where: Path) -> str:
    """Run a client until the line breaks while it gives a signal, and kill it there; gives what it said."""
    said = []
    with subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if SILENCE in line:
                process.kill()
    assert SILENCE in said[-1], "".join(said)
    return "".join(said)


def test_a_client_passes_the_role_and_goes_on_after_it_was_killed(client: Made, tmp_path: Path) -> None:
    form, command, where = client
    with serving(tmp_path, form) as kit:
        whole = [*command, kit.url, str(tmp_path / "geheugen.json")]
        first = killed(whole, where)
        second = run(whole, where, RUN_SECONDS)
        assert second.returncode == 0, second.stdout + second.stderr
        outcomes = kit.judged()
    assert f"voldoet aan contract v1 van dit project, rol zender, voor {form}." in kit.said()
    assert re.search(r"^[0-9]+ passed, 0 failed, 0 skipped$", kit.said(), re.MULTILINE)
    seen = {eis for eis, outcome in outcomes.items() if outcome == "gehaald"}
    assert {"VIZ-101", "VIZ-503", "VIZ-602", "VIZ-603", "VIZ-606", "VIZ-701", "VIZ-702", "VIZ-706"} <= seen
    assert ("VIZ-SOAP-001" in seen) is (form == "soap")
    assert strangers(first + second.stdout + second.stderr) == set()


def test_a_client_without_a_bsn_signals_by_name(client: Made, tmp_path: Path) -> None:
    form, command, where = client
    with serving(
        tmp_path, form, "--zonder-bsn", "--only", "zender-zonder-bsn", "--only", "zender-jongere-van-18"
    ) as kit:
        done = run([*command, kit.url, str(tmp_path / "geheugen.json")], where, RUN_SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        assert kit.judged()["VIZ-203"] == "gehaald"


def strangers(log: str) -> set[str]:
    """What a log holds of a child: numbers, surnames and birth dates of the public list."""
    known = {value for one in children().values() for value in (one.bsn, one.familienaam, one.geboortedatum)}
    return {value for value in known if re.search(rf"\b{re.escape(value)}\b", log)}
