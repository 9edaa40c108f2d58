"""What stands in the store of a gateway that runs: every cell, and what its sealed ones hold when they are opened."""

import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from gateway.store.keyring import unseal
from gateway.store.sealing import BODY, MATCH, RECEIPT, SIGNAL, Sealing
from tests.e2e.traces import Place


def tables(place: Place) -> dict[str, bytes]:
    """All cells of every table of the store."""
    database = sqlite3.connect(place.directory / "gateway.db")
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    cells = {
        name: b"\x00".join(
            cell if isinstance(cell, bytes) else str(cell).encode()
            for row in database.execute(f'SELECT * FROM "{name}"')
            for cell in row
        )
        for name in names
    }
    database.close()
    return cells


# with every key, and without


def sealed(place: Place) -> Iterator[tuple[str, Any]]:
    """Every sealed column of every row, opened: where it stood, and what was in it."""
    sealing: Sealing = place.house.store.read._sealing
    database = sqlite3.connect(f"file:{place.directory / 'gateway.db'}?mode=ro", uri=True)
    try:
        for table, column, label, bound in (
            ("signals", "sealed", SIGNAL, "id"),
            ("operations", "receipt", RECEIPT, "signal_id"),
            ("matches", "sealed", MATCH, "signal_id"),
            ("outbox", "body", BODY, "message_id"),
        ):
            owner = "id" if table == "signals" else "signal_id"
            rows = database.execute(f"SELECT {owner}, {bound}, {column} FROM {table} WHERE {column} IS NOT NULL")
            for signal_id, place_id, content in rows.fetchall():
                key = sealing.key(UUID(signal_id)) if signal_id else sealing.ring.transport
                for candidate in (key, sealing.ring.transport):
                    try:
                        plain = unseal(candidate or b"", label + UUID(place_id).bytes, content)
                        break
                    except Exception:  # noqa: BLE001  the other key
                        continue
                else:
                    raise AssertionError(f"{table}.{column} is sealed with no key of its signal")
                yield f"{table}.{column}", plain
    finally:
        database.close()


def meanings(value: Any) -> Iterator[tuple[str, str]]:
    """Every (axis, concept) said anywhere in a value."""
    if isinstance(value, dict):
        if "concept" in value:
            yield value["axis"], value["concept"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from meanings(item)


def whole_numbers(place: Place) -> set[int]:
    """Every number in a cell of the store; SQLite does not keep those as digits."""
    found: set[int] = set()
    for name in ("gateway.db", "keys.db"):
        database = sqlite3.connect(place.directory / name)
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                found |= {cell for cell in row if isinstance(cell, int)}
        database.close()
    return found
