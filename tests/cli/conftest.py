"""A command in this process: what it said, and how it ended. And a configuration with which nothing is wrong."""

import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.canonical.order import IndexCapabilities
from gateway.cli import main
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.cli.toml import toml
from tests.web.certificates import SCHOOL, SUPPLIER, issue


@dataclass(frozen=True)
class Said:
    """What a command said on standard output and error, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def verwijsindex(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs `verwijsindex` with arguments."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["verwijsindex", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Said(int(ended.value.code or 0), told.out, told.err)

    yield run
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """An index that carries urgentie and nothing else."""
    capabilities = IndexCapabilities(axes=frozenset({"urgentie"}))
    with Simulator(directory=tmp_path_factory.mktemp("index"), capabilities=capabilities) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, index: Simulator) -> dict[str, Any]:
    """A production configuration with which nothing is wrong."""
    KeyRing.create(tmp_path / "keyring.json")
    holder = issue(SUPPLIER)
    (tmp_path / "client.pem").write_bytes(holder.pem)
    (tmp_path / "client.key").write_bytes(holder.key_pem)
    return {
        "environment": "production",
        "vocabulary": {"confirmed": compose.shared_vocabulary().version, "record": "verslag veldraad 2026-11"},
        "store": {
            "url": f"sqlite:///{tmp_path / 'data' / 'gateway.db'}",
            "keys": f"sqlite:///{tmp_path / 'data' / 'keys.db'}",
            "keyring": str(tmp_path / "keyring.json"),
        },
        "http": {"trusted_proxies": ["10.0.0.5"]},
        "partners": [
            {
                "id": "school",
                "name": "School",
                "category": "onderwijs",
                "regions": ["noord"],
                "code_list": "lokaal-team-vrije-tekst",
            }
        ],
        "certificates": [{"oin": SCHOOL, "acts_for": ["school"]}],
        "indexes": {
            "noord": {
                "url": index.soap_url,
                "sender": "gateway",
                "receiver": "index",
                "carries": ["urgentie"],
                "client_certificate": str(tmp_path / "client.pem"),
                "client_key": str(tmp_path / "client.key"),
            }
        },
        "regions": {"noord": {"pack": "landelijk-strikt", "index": "noord"}},
    }


@pytest.fixture
def written(tmp_path: Path, config: dict[str, Any]) -> Callable[[], Path]:
    """Writes the configuration as it is now; gives the file."""

    def write() -> Path:
        file = tmp_path / "gateway.toml"
        file.write_text(toml(config), encoding="utf-8")
        return file

    return write
