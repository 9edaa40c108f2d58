import json
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.errors import Misconfigured
from gateway.store import tables
from gateway.store.keyring import KeyRing

from .conftest import Place

OPEN = """
import json, sys
from pathlib import Path
from gateway.clock import system_clock
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
url, keys, ring = json.loads(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
Store(url, keys_url=keys, ring=KeyRing.open(Path(ring)), clock=system_clock).close()
"""


def test_a_migrated_database_is_what_the_tables_say(place: Place) -> None:
    place.store()
    with place.engine().begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    place.store()


def test_a_newer_database_is_refused(place: Place) -> None:
    place.close(place.store())
    place.rows("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Misconfigured, match="newer version"):
        place.store()


@pytest.mark.verify
def test_processes_may_start_together_on_nothing(place: Place, tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "ring.json")
    said = json.dumps([place.url, place.keys_url, str(tmp_path / "ring.json")])
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, said],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], told
    assert place.rows("SELECT version_num FROM alembic_version") == [("0010",)]
