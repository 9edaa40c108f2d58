"""All that happened in a run, row by row in a file that only grows.

A killed run goes on from it, and a verdict comes from it alone.

Each row holds the hash of the row before it, so that a row that was changed, moved or taken out shows.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.exchange import Exchange

Row = dict[str, Any]
FIRST = "0" * 64


class Broken(Exception):
    """A transcript that is not as it was written; the text says from which row on."""


class Transcript:
    """The rows of one run; written through to the disk before anything else is done."""

    def __init__(self, rows: list[Row], path: Path | None = None) -> None:
        self.rows = rows
        self._path = path
        self._lock = threading.RLock()
        self._hash = hash_of(rows[-1]) if rows else FIRST

    @classmethod
    def begin(cls, path: Path | None, header: Mapping[str, Any]) -> "Transcript":
        """A new run, in a file or in memory."""
        found = cls([], path)
        found.add({"soort": "kop", **header})
        return found

    @classmethod
    def read(cls, path: Path) -> "Transcript":
        """A run from its file, to judge or to go on with; a last row that was half written is left out."""
        lines = path.read_bytes().split(b"\n")
        whole, half = lines[:-1], lines[-1]
        if half:
            path.write_bytes(b"\n".join(whole) + b"\n")
        return cls(checked(json.loads(line) for line in whole), path)

    @property
    def header(self) -> Row:
        """What the run is: role, forms, packs, rules, build."""
        return self.rows[0]

    def add(self, row: Mapping[str, Any]) -> Row:
        """Write a row; it is on the disk when this returns."""
        with self._lock:
            made = {**row, "vorige": self._hash}
            self.rows.append(made)
            self._hash = hash_of(made)
            if self._path is not None:
                with self._path.open("ab") as file:
                    file.write(canonical(made) + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
            return made

    def exchange(self, made: Exchange) -> Row:
        """Write what passed; its number is given here. What comes in after the end is no part of the run."""
        with self._lock:
            row = made.row() | {"n": len(self.rows)}
            return row if any(self.of("af")) else self.add(row)

    def of(self, kind: str) -> Iterator[Row]:
        """The rows of a kind."""
        return (row for row in list(self.rows) if row["soort"] == kind)


def checked(rows: Iterator[Row]) -> list[Row]:
    """The rows, when each follows on the one before it; raises Broken."""
    found: list[Row] = []
    before = FIRST
    for number, row in enumerate(rows, start=1):
        if row.get("vorige") != before:
            raise Broken(f"regel {number} volgt niet op regel {number - 1}: er is een regel veranderd of weggelaten")
        before = hash_of(row)
        found.append(row)
    if not found or found[0].get("soort") != "kop":
        raise Broken("de eerste regel is geen kop")
    return found


def hash_of(row: Mapping[str, Any]) -> str:
    """What the next row names."""
    return hashlib.sha256(canonical(row)).hexdigest()


def canonical(value: Any) -> bytes:
    """The one way in which a value is written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
