"""Commands as the processes they are: they say where they are, work together, and end when they are told to."""

import datetime as dt
import hashlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.cli.running import free_port
from gateway.cli.sandbox import token_of
from gateway.store.keyring import KeyRing
from tests.cli.processes import ROOT, Command, running
from tests.cli.toml import toml
from tests.e2e.talk import Sender, until

LEGAL = dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC)
SCHOOL, CARE = "school", "jeugdhulp"
pytestmark = pytest.mark.verify


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_sandbox_says_where_it_is_and_who_may_call(tmp_path: Path) -> None:
    with running(tmp_path, "sandbox", "--json", "--port", "0", "--dir", str(tmp_path / "data")) as sandbox:
        told = sandbox.first_line()
        assert set(told) == {"gateway", "index", "partners"}
        assert {(partner["id"], partner["token"], partner["may_know_bsn"]) for partner in told["partners"]} == {
            ("school-de-wilg", "sandbox-school-de-wilg", True),
            ("jeugdhulp-voorbeeld", "sandbox-jeugdhulp-voorbeeld", True),
            ("jgz-voorbeeld", "sandbox-jgz-voorbeeld", True),
            ("jongerenwerk-blind", "sandbox-jongerenwerk-blind", False),
        }
        for url in (f"{told['gateway']}/ready", f"{told['gateway']}/soap/v1?wsdl", f"{told['index']}/health"):
            assert httpx.get(url, trust_env=False).status_code == 200
        assert sandbox.end() == 0
    assert sandbox.errors.read_text(encoding="utf-8") == ""


def said_by(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_taken_port_is_told(tmp_path: Path, taken: int) -> None:
    KeyRing.create(tmp_path / "keyring.json")
    file = tmp_path / "gateway.toml"
    file.write_text(toml(configuration(tmp_path, "http://127.0.0.1:9/soap", taken)), encoding="utf-8")
    sandbox = said_by("sandbox", "--json", "--port", str(taken), "--dir", str(tmp_path / "data"))
    serve = said_by("serve", "--config", str(file))
    index = said_by("simulate-index", "--port", str(taken), "--dir", str(tmp_path / "index"))
    assert sandbox.stderr.endswith(f"port {taken} is taken; choose another with --port\n")
    assert serve.stderr.endswith(f"port {taken} is taken; choose another as http.port\n")
    assert "Address already in use" in index.stderr
    for said in (sandbox, serve, index):
        assert (said.returncode, said.stdout) == (1, "")
        assert "Traceback" not in said.stderr


def test_a_simulated_index_says_where_it_is(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, "simulate-index", "--port", str(port), "--dir", str(tmp_path / "data")) as index:
        assert index.first_line() == {"index": f"http://127.0.0.1:{port}", "soap": f"http://127.0.0.1:{port}/soap"}
        assert index.end() == 0


def configuration(directory: Path, index: str, port: int) -> dict[str, Any]:
    return {
        "environment": "sandbox",
        "store": {
            "url": f"sqlite:///{directory / 'gateway.db'}",
            "keys": f"sqlite:///{directory / 'keys.db'}",
            "keyring": str(directory / "keyring.json"),
        },
        "http": {"port": port},
        "clock": {"start": LEGAL},
        "partners": [
            {
                "id": name,
                "name": name,
                "category": category,
                "may_know_bsn": True,
                "regions": ["noord"],
                "token_sha256": hashlib.sha256(token_of(name).encode()).hexdigest(),
            }
            for name, category in ((SCHOOL, "onderwijs"), (CARE, "jeugdhulp"))
        ],
        "indexes": {"noord": {"url": index, "sender": "gateway", "receiver": "index", "poll_seconds": 0.5}},
        "regions": {"noord": {"pack": "landelijk-strikt", "index": "noord"}},
    }


def ready(url: str) -> None:
    for _ in range(300):
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/ready", trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("serve is not ready")


def test_serve_and_work_make_a_match_of_two_signals_and_end_when_told(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keyring.json")
    index_port, port = free_port(), free_port()
    file = tmp_path / "gateway.toml"
    with ExitStack() as stack:
        directory = ("--dir", str(tmp_path / "index"), "--clock", "2026-11-21T12:00:00")
        index = stack.enter_context(running(tmp_path, "simulate-index", "--port", str(index_port), *directory))
        file.write_text(toml(configuration(tmp_path, index.first_line()["soap"], port)), encoding="utf-8")
        serve = stack.enter_context(running(tmp_path, "serve", "--config", str(file)))
        work = stack.enter_context(running(tmp_path, "work", "--config", str(file)))
        ready(f"http://127.0.0.1:{port}")
        match(f"http://127.0.0.1:{port}")
        assert [process.end() for process in (serve, work, index)] == [0, 0, 0]
    assert errors(serve) + errors(work) == []


def match(url: str) -> None:
    """Two organisations signal one child, and each reads the other's name."""
    with Sender(url, SCHOOL) as school, Sender(url, CARE) as care:
        assert school.give("s-1").text("ontvangstbewijs/bronSignaalId") == "s-1"
        assert care.give("j-1").status == 200
        assert until(lambda: school.matches().texts("match/betrokkene/instantie") == [CARE])
        assert until(lambda: care.matches().texts("match/betrokkene/instantie") == [SCHOOL])


def errors(process: Command) -> list[str]:
    """What a process logged as an error."""
    lines = process.errors.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if json.loads(line)["level"] == "error"]


class Links(HTMLParser):
    """The places a page points at, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]


def test_the_demo_proves_its_promises_with_files_that_are_there(tmp_path: Path) -> None:
    out = tmp_path / "bewijs"
    said = said_by("demo", "--out", str(out))
    assert said.returncode == 0, said.stdout + said.stderr
    page = (out / "bewijs.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    files = {link for link in links.found if not link.startswith("#")}
    assert files
    assert [link for link in files if not (out / link).is_file()] == []
    assert {path.name for path in out.iterdir()} == files | {"bewijs.html"}, "every file is evidence of something"
    assert [tag for tag in links.tags if tag in {"script", "link", "img", "iframe", "object"}] == []
    assert "://" not in page, "one file, no network"
