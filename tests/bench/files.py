"""Files of growing length through the real `import`, on an engine: memory, rows per second, CPU; beside a bare floor.

Each import is a process of its own, so that its peak memory is its own. No index is there: messages wait.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cli import sandbox
from gateway.store.keyring import KeyRing
from tests.bench import pupils
from tests.bench.processes import ROOT, Failed
from tests.cli.toml import toml

FLOOR = Path(__file__).parent / "servers/floor_rows.py"


@dataclass(frozen=True)
class Spent:
    """What one import took."""

    rows: int
    seconds: float
    cpu: float
    peak: float
    """Megabytes."""

    def __str__(self) -> str:
        rate = self.rows / self.seconds
        return (
            f"{self.rows:,} rows: {rate:,.0f}/s, CPU {self.cpu / self.rows * 1e6:.0f} us a row, peak {self.peak:.0f} MB"
        )


def spent(command: list[str], rows: int, *, ok: tuple[int, ...] = (0,)) -> Spent:
    """Run a command to its end."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in ok:
            said.seek(0)
            raise Failed(said.read()[-2000:].decode(errors="replace"))
    return Spent(rows, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def imported(rows: int, store: Callable[[Path], dict[str, str]]) -> Spent:
    """Import a file of so many rows into an empty store."""
    with tempfile.TemporaryDirectory(prefix="bench-rows-") as name:
        directory = Path(name)
        file, config = directory / "leerlingen.csv", directory / "gateway.toml"
        pupils.write(file, rows)
        config.write_text(toml(_configuration(directory, store(directory))), encoding="utf-8")
        KeyRing.create(directory / "keyring.json")
        command = ["-m", "gateway.cli", "import", str(file), "--partner", "school-de-wilg", "--config", str(config)]
        return spent([sys.executable, *command], rows)


def floor(rows: int) -> Spent:
    """The same file, read, checked by hand, keyed and put in SQLite in three columns' worth of care."""
    with tempfile.TemporaryDirectory(prefix="bench-rows-") as name:
        file = Path(name) / "leerlingen.csv"
        pupils.write(file, rows)
        return spent([sys.executable, str(FLOOR), str(file), str(Path(name) / "floor.db")], rows)


def sqlite(directory: Path) -> dict[str, str]:
    """A store of files."""
    return {"url": f"sqlite:///{directory / 'gateway.db'}", "keys": f"sqlite:///{directory / 'keys.db'}"}


def postgres(_: Path) -> dict[str, str]:
    """A store of two new databases on a real PostgreSQL."""
    from tests.e2e.postgres import running

    server = running()
    return {"url": server.database(), "keys": server.database()}


def _configuration(directory: Path, store: dict[str, str]) -> dict[str, Any]:
    nowhere = dict.fromkeys(("strikt", "uitgebreid"), "http://127.0.0.1:9/soap")
    return sandbox.configuration(directory, port=1, indexes=nowhere, wait_seconds=0, store=store)


ENGINES = {"sqlite": sqlite, "postgresql": postgres}


def lines(sizes: list[int], tell: Callable[[str], None], engines: Iterable[str] = ENGINES) -> None:
    """G9: CPU beside the floor. G10: peak memory, and that it does not grow."""
    for engine in engines:
        store = ENGINES[engine]
        runs = []
        for rows in sizes:
            runs.append(imported(rows, store))
            tell(f"  {engine} {runs[-1]}")
        if engine == "sqlite":
            least = floor(sizes[-1])
            tell(f"  floor {least}")
            ratio = runs[-1].cpu / least.cpu
            tell(f"G9 ratio={ratio:.3g} goal<=2{'' if ratio <= 2 else ' MISSED'}")
        peaks = [run.peak for run in runs]
        growth = max(peaks) / min(peaks)
        met = max(peaks) <= 150 and growth <= 1.1
        tell(
            f"G10 {engine} peak={max(peaks):.0f}MB goal<=150 growth={growth:.3f} goal<=1.1"
            f" over {sizes[0]:,}..{sizes[-1]:,} rows{'' if met else ' MISSED'}"
        )


def main() -> None:
    """`python -m tests.bench.files [sqlite] [postgresql] [rows ...]`."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    engines = [said for said in sys.argv[1:] if said in ENGINES] or list(ENGINES)
    sizes = [int(said) for said in sys.argv[1:] if said not in ENGINES] or [10_000, 100_000, 1_000_000]
    lines(sizes, lambda line: print(line, flush=True), engines)


if __name__ == "__main__":
    main()
