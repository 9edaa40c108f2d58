"""Everything to one file and into an empty gateway, as an operator does it."""

import base64
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway import compose
from gateway.config import read
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.cli.conftest import Run
from tests.cli.toml import toml
from tests.store.material import BSNS, NOW, Maker


@pytest.fixture
def given(written: Callable[[], Path], tmp_path: Path) -> Path:
    """A gateway with three signals; gives its configuration."""
    file = written()
    make = Maker(KeyRing.open(tmp_path / "keyring.json"))
    parts = compose.house(read(file))
    for number in range(3):
        parts.store.do(make.accept(f"s-{number}", bsn=BSNS[number], regio="noord", bestemming="noord"))
    parts.close()
    return file


@pytest.fixture
def empty(config: dict[str, Any], tmp_path: Path) -> Path:
    """The configuration of a new gateway with the same key ring."""
    places = {"url": f"sqlite:///{tmp_path}/new/gateway.db", "keys": f"sqlite:///{tmp_path}/new/keys.db"}
    file = tmp_path / "new.toml"
    file.write_text(toml({**config, "store": {**config["store"], **places}}), encoding="utf-8")
    return file


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "sleutel"
    file.write_text(base64.b64encode(os.urandom(32)).decode(), "ascii")
    return file


def sources(file: Path) -> list[str | None]:
    parts = compose.house(read(file))
    try:
        store: Store = parts.store
        listed, _, _ = store.read.own_page("school", UUID(int=0), 50, NOW)
        return sorted(str(signal.bron_signaal_id) for signal in listed)
    finally:
        parts.close()


def test_an_empty_gateway_takes_everything_in_from_a_sealed_file(
    verwijsindex: Run, given: Path, empty: Path, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "alles.vix"
    said = verwijsindex("export", file, "--all", "--key", key, "--config", given)
    assert (said.code, said.out) == (0, f"{file}: {said.out.split(': ')[1]}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert b"s-1" not in content and BSNS[0].encode() not in content and b"signals" not in content
    told = verwijsindex("import", file, "--all", "--key", key, "--config", empty)
    assert told.code == 0, told.err
    assert "3 signals" in told.out and told.out.endswith("difference: 0\n")
    assert sources(empty) == sources(given) == ["s-0", "s-1", "s-2"]
    again = verwijsindex("import", file, "--all", "--key", key, "--config", empty)
    assert (again.code, again.err) == (2, "store: is not empty; name one that no gateway has worked with\n")


def test_without_a_key_that_is_said_aloud(verwijsindex: Run, given: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "alles.jsonl"
    for half in ((), ("--all",), ("--unsealed",)):
        assert verwijsindex("export", file, *half, "--config", given).code == 2
    assert not file.exists()
    said = verwijsindex("export", file, "--all", "--unsealed", "--config", given)
    assert said.code == 0 and said.out.rstrip().endswith("for everybody to read: it names children")
    assert verwijsindex("import", file, "--all", "--config", empty).out.endswith("difference: 0\n")
    assert "there already" in verwijsindex("export", file, "--all", "--unsealed", "--config", given).err


def test_a_file_and_its_key_belong_together(
    verwijsindex: Run, given: Path, empty: Path, key: Path, tmp_path: Path
) -> None:
    file, bare = tmp_path / "alles.vix", tmp_path / "alles.jsonl"
    verwijsindex("export", file, "--all", "--key", key, "--config", given)
    verwijsindex("export", bare, "--all", "--unsealed", "--config", given)
    assert "name its key" in verwijsindex("import", file, "--all", "--config", empty).err
    assert "is not sealed" in verwijsindex("import", bare, "--all", "--key", key, "--config", empty).err
    key.write_text(base64.b64encode(os.urandom(32)).decode(), "ascii")
    assert "with this key" in verwijsindex("import", file, "--all", "--key", key, "--config", empty).err
    assert verwijsindex("import", bare, "--all", "--partner", "school", "--config", empty).code == 2
    assert verwijsindex("import", bare, "--config", empty).code == 2


def test_a_file_that_cannot_be_finished_is_not_there(
    verwijsindex: Run, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> Any:
        yield b"{}\n"
        raise OSError("vol")

    monkeypatch.setattr(Store, "whole", fall)
    before = set(tmp_path.iterdir())
    assert verwijsindex("export", tmp_path / "alles", "--all", "--unsealed", "--config", given).code == 1
    assert set(tmp_path.iterdir()) == before
