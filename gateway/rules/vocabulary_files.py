"""The files of a vocabulary: read into tables, with every line that cannot be read, and the digest over them all."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import astuple
from importlib.resources.abc import Traversable
from typing import TypeVar

from gateway.errors import Misconfigured
from gateway.rules.vocabulary_tables import Clock, Concept, DangerWord, MapRow, SourceList, Tables

T = TypeVar("T")
Rows = tuple[tuple[MapRow, ...], ...]
"""The rows of overlays, the one that comes first first."""


def read(root: Traversable) -> tuple[Tables, list[str]]:
    """The tables in a directory or package, and a line for all that cannot be read."""
    bad: list[str] = []
    maps = root / "maps"
    files = [file for file in maps.iterdir() if file.name.endswith(".csv")] if maps.is_dir() else []
    if not files:
        bad.append("R0 maps: no map is there; restore the directory")
    tables = Tables(
        concepts=_table(root / "concepts.csv", "concepts.csv", Concept, Concept.columns, bad),
        rows=tuple(
            row
            for file in sorted(files, key=lambda file: file.name)
            for row in _table(file, f"maps/{file.name}", MapRow, MapRow.columns, bad)
        ),
        clocks=_table(root / "clocks.csv", "clocks.csv", Clock, Clock.columns, bad),
        danger_words=_table(root / "danger_words.csv", "danger_words.csv", DangerWord, DangerWord.columns, bad),
        lists=_table(root / "lists.csv", "lists.csv", SourceList, SourceList.columns, bad),
    )
    return tables, bad


def read_rows(file: Traversable) -> tuple[MapRow, ...]:
    """The rows of one map; raises Misconfigured with every line that cannot be read."""
    unreadable: list[str] = []
    rows = _table(file, file.name, MapRow, MapRow.columns, unreadable)
    if unreadable:
        raise Misconfigured(*unreadable)
    return rows


def _table(
    file: Traversable, name: str, make: Callable[..., T], columns: tuple[str, ...], bad: list[str]
) -> tuple[T, ...]:
    """The records of one file; what cannot be read is added to `bad` and left out."""
    made: list[T] = []
    try:
        reader = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        if tuple(next(reader, ())) != columns:
            bad.append(f"R0 {name} line 1: the columns are not those of this table; use {','.join(columns)}")
            return ()
        for cells in reader:
            at = f"{name} line {reader.line_num}"
            if len(cells) == len(columns):
                made.append(make(*cells, at=at))
            elif cells:
                bad.append(f"R0 {at}: not as many cells as columns; quote a text that holds a comma")
    except (OSError, UnicodeDecodeError, csv.Error):
        bad.append(f"R0 {name}: the file is missing, not UTF-8, or no CSV; restore it")
    return tuple(made)


def digest(tables: Tables, over: Rows) -> str:
    """Twelve hex digits over every cell; the order of concepts counts, that of map rows and files does not.

    Tables of before there were lists keep the digest they had.
    """
    cells = (
        [astuple(concept)[:-1] for concept in tables.concepts],
        sorted(astuple(row)[:-1] for row in tables.rows),
        sorted(astuple(clock)[:-1] for clock in tables.clocks),
        sorted(astuple(danger)[:-1] for danger in tables.danger_words),
        *([sorted(astuple(one)[:-1] for one in tables.lists)] if tables.lists else ()),
        *(sorted(astuple(row)[:-1] for row in rows) for rows in over),
    )
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:12]
