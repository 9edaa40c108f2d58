"""Kill -9 of an import at random moments: the file goes on, its report is whole, and no row is done twice.

CRASH_ROWS says how many rows (10,000), CRASH_KILLS how often (20), CRASH_SEED which moments (1).
"""

import csv
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa

from gateway.cli import sandbox
from gateway.store.keyring import KeyRing
from tests.bench import pupils
from tests.cli.toml import toml

from .postgres import Postgres, postgres  # noqa: F401  a fixture

ROWS = int(os.environ.get("CRASH_ROWS", "10000"))
KILLS = int(os.environ.get("CRASH_KILLS", "20"))
SEED = int(os.environ.get("CRASH_SEED", "1"))


@pytest.mark.verify
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_killed_import_goes_on(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store = {"url": f"sqlite:///{tmp_path / 'gateway.db'}", "keys": f"sqlite:///{tmp_path / 'keys.db'}"}
    if engine == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        store = {"url": server.database(), "keys": server.database()}
    command = _prepared(tmp_path, store)
    with (tmp_path / "log").open("ab") as log:
        kills = _killed(command, store, log)
        assert subprocess.run(command, stdout=log, stderr=log).returncode == 0, (tmp_path / "log").read_text()[-3000:]
    with (tmp_path / "leerlingen.resultaat.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    print(
        f"import rows={ROWS} kills={kills} engine={engine} outcomes={dict(Counter(line['status'] for line in lines))}"
    )
    assert [int(line["regel"]) for line in lines] == list(range(2, ROWS + 2))
    assert {line["status"] for line in lines} <= {"aangenomen", "bekend"}
    assert len({line["signaal_id"] for line in lines}) == ROWS
    for statement, expected in (
        ("SELECT count(*) FROM signals", ROWS),
        ("SELECT count(DISTINCT source) FROM signals", ROWS),
        ("SELECT count(*) FROM outbox WHERE kind = 'register'", ROWS),
        ("SELECT count(*) FROM audit WHERE event = 'signaal_aangenomen'", ROWS),
        ("SELECT count(*) FROM batches", 1),
    ):
        assert _asked(store, statement) == expected, statement
    assert kills >= KILLS // 2, "the file is too short for so many kills"


def _killed(command: list[str], store: dict[str, str], log: IO[bytes]) -> int:
    """Start it and kill it, again and again; gives how often it was killed at work."""
    chance, kills, finished = random.Random(SEED), 0, False
    while kills < KILLS and not finished:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _until_it_works(store, process)
        time.sleep(chance.uniform(0.0, 0.15))
        process.kill()
        finished = process.wait() == 0
        kills += not finished
    return kills


def _prepared(directory: Path, store: dict[str, str]) -> list[str]:
    pupils.write(directory / "leerlingen.csv", ROWS)
    nowhere = dict.fromkeys(("strikt", "uitgebreid"), "http://127.0.0.1:9/soap")
    settings = sandbox.configuration(directory, port=1, indexes=nowhere, store=store)
    (directory / "gateway.toml").write_text(toml(settings), encoding="utf-8")
    KeyRing.create(directory / "keyring.json")
    command = [sys.executable, "-m", "gateway.cli", "import", str(directory / "leerlingen.csv")]
    return [*command, "--partner", "school-de-wilg", "--config", str(directory / "gateway.toml")]


def _until_it_works(store: dict[str, str], process: subprocess.Popen[bytes]) -> None:
    """Wait until it did something since it was started: before that there is nothing to break off."""
    before = _noted(store)
    while process.poll() is None and _noted(store) == before:
        time.sleep(0.02)


def _noted(store: dict[str, str]) -> int:
    try:
        return _asked(store, "SELECT count(*) FROM signals")
    except sa.exc.DBAPIError:
        return 0


def _asked(store: dict[str, str], statement: str) -> int:
    url = sa.make_url(store["url"])
    if url.get_backend_name() != "sqlite":
        url = url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(connection.execute(sa.text(statement)).scalar_one())
