"""A sender without HTTP: a file that is checked once, or a folder that is watched. What goes back is files too."""

import time
from pathlib import Path

from conformance.parties.export import Report, taken
from conformance.parties.gateway import Gateway

RESULTS, DONE, UNREAD = "resultaat", "verwerkt", "niet-gelezen"
MATCHES = "matches-niet-in-dossier"
STILL = 1.0
"""Seconds that a file must stand still before it is read."""


def check(gateway: Gateway, path: Path, *, whole: bool) -> str:
    """Take one file; its report stands beside it. Gives what to tell."""
    return _kept(path.parent, path.stem, taken(gateway, path.name, path.read_bytes(), whole=whole))


def watch(gateway: Gateway, folder: Path, *, whole: bool, seconds: float | None) -> None:
    """Take what comes into a folder, until the tester stops, all is done, or the time is over."""
    for name in (RESULTS, DONE, UNREAD):
        (folder / name).mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    seen: dict[Path, tuple[int, int]] = {}
    while not gateway.finished and (seconds is None or time.monotonic() - began < seconds):
        before = seen
        seen = {path: _size(path) for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"}
        for path, size in seen.items():
            if before.get(path) == size:
                report = taken(gateway, path.name, path.read_bytes(), whole=whole)
                print(_kept(folder / RESULTS, path.stem, report), flush=True)
                path.replace(_free(folder / (UNREAD if report.unread else DONE), path.name))
        time.sleep(STILL)


def _kept(folder: Path, stem: str, report: Report) -> str:
    if report.unread:
        return f"{stem}: niet gelezen: {report.unread}"
    result = _free(folder, f"{stem}.result.csv")
    result.write_bytes(report.result)
    told = f"{stem}: verslag in {result}"
    if report.matches:
        matches = _free(folder, f"{stem}.{MATCHES}.csv")
        matches.write_bytes(report.matches)
        told += f"; matches in {matches}"
    return told


def _free(folder: Path, name: str) -> Path:
    """A path that is not taken yet."""
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{number}-{name}"
    return path


def _size(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
