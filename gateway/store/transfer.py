"""Everything of a store as plain rows, and an empty store filled with them: nothing is lost, counted anew or reset.

What is sealed is opened on the way out and sealed anew, with new keys, on the way in. Keyed hashes go as they are, so
the key ring must be the same. Leases and breakers stay behind: they are of processes that are not there.
"""

import base64
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.errors import Misconfigured, Unavailable
from gateway.store.batches import ROWS
from gateway.store.keyring import Unsealable, seal, unseal
from gateway.store.rows import utc
from gateway.store.sealing import BODY, MATCH, RECEIPT, REGIE, SIGNAL, Sealing
from gateway.store.subscriptions import LABEL
from gateway.store.switching.tables import mirrored
from gateway.store.tables import (
    artifacts,
    audit,
    batch_runs,
    destinations,
    matches,
    metadata,
    operations,
    outbox,
    signals,
    subscriptions,
)

AT_ONCE = 500
"""Rows that are opened, or written, together."""
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column: whose data key it may be under, by what it is bound to its row, and what form it has."""

    table: sa.Table
    column: str
    owner: str
    label: bytes
    bound: str
    form: str = "json"


SEALED = (
    Sealed(signals, "sealed", "id", SIGNAL, "id"),
    Sealed(operations, "receipt", "signal_id", RECEIPT, "signal_id"),
    Sealed(matches, "sealed", "signal_id", MATCH, "signal_id"),
    Sealed(mirrored, "sealed", "signal_id", MATCH, "signal_id"),
    Sealed(matches, "aanspreekpunt", "signal_id", REGIE, "signal_id"),
    Sealed(outbox, "body", "signal_id", BODY, "message_id", form="bytes"),
    Sealed(subscriptions, "sealed", "id", LABEL, "id"),
    Sealed(batch_runs, "sealed", "batch", ROWS, "batch", form="packed"),
)
"""Every column that only its key can open; what is under no data key is under the ring's own."""

BEHIND = {
    outbox: frozenset({"lease", "lease_until", "lease_epoch"}),
    destinations: frozenset({"open_until", "open_epoch"}),
}
"""What is of a process, and stays with it."""

OPENED: dict[str, Callable[[bytes], Any]] = {
    "json": json.loads,
    "bytes": lambda plain: base64.b64encode(plain).decode(),
    "packed": lambda plain: json.loads(zlib.decompress(plain)),
}
CLOSED: dict[str, Callable[[Any], bytes]] = {
    "json": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "packed": lambda value: zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1),
}


def columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that go along."""
    return [column for column in table.c if column.name not in BEHIND.get(table, ())]


def tables() -> list[sa.Table]:
    """Every table there is."""
    return sorted(metadata.tables.values(), key=lambda table: table.name)


@dataclass(slots=True)
class Sum:
    """How many rows of each table, and a sum over them that no order changes."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, row: Values) -> None:
        """Count a row."""
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        digest = int.from_bytes(hashlib.sha256(text).digest(), "big")
        self.counts[name] = self.counts.get(name, 0) + 1
        self.sums[name] = (self.sums.get(name, 0) + digest) % 2**256

    def told(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            name: {"aantal": count, "som": f"{self.sums[name]:064x}"} for name, count in sorted(self.counts.items())
        }


OF_SIGNALS = {signals: "id", operations: "signal_id", matches: "signal_id", audit: "subject"}
"""Tables of which a region has rows of its own: those of its signals."""


def of_region(region: str) -> sa.Select[Any]:
    """The ids of a region's signals."""
    return sa.select(signals.c.id).where(signals.c.region == region)


def of_signals(ids: Iterable[UUID]) -> sa.Select[Any]:
    """These ids, of signals that there are."""
    return sa.select(signals.c.id).where(signals.c.id.in_(list(ids)))


def dump(
    connection: sa.Connection, sealing: Sealing, own: sa.Select[Any] | None = None
) -> Iterator[tuple[str, Values]]:
    """Every row of every table, or those of some signals, opened.

    Raises Unavailable when a signal is destroyed meanwhile.
    """
    for table in tables():
        if own is not None and table not in OF_SIGNALS:
            continue
        asked = sa.select(*columns(table)).order_by(*table.primary_key.columns)
        if own is not None:
            asked = asked.where(table.c[OF_SIGNALS[table]].in_(own))
        streamed = connection.execute(asked, execution_options={"yield_per": AT_ONCE})
        for part in streamed.mappings().partitions(AT_ONCE):
            yield from ((table.name, row) for row in _opened(table, [dict(row) for row in part], sealing))


def _of(table: sa.Table) -> list[Sealed]:
    return [item for item in SEALED if item.table is table]


def _opened(table: sa.Table, rows: list[Values], sealing: Sealing) -> Iterator[Values]:
    sealed = _of(table)
    keys = sealing.keys.get({row[item.owner] for item in sealed for row in rows if row[item.owner]})
    for row in rows:
        plain = {column.name: _said(column, row[column.name]) for column in columns(table)}
        for item in sealed:
            if row[item.column] is not None:
                plain[item.column] = _open(item, row, keys.get(row[item.owner]), sealing)
        yield plain


def _open(sealed: Sealed, row: Values, key: bytes | None, sealing: Sealing) -> Values:
    place, content = sealed.label + row[sealed.bound].bytes, row[sealed.column]
    for name, candidate in (("eigen", key), ("ring", sealing.ring.transport)):
        if candidate is None:
            continue
        try:
            return {"sleutel": name, "inhoud": OPENED[sealed.form](unseal(candidate, place, content))}
        except Unsealable:
            continue
    raise Unavailable("a signal was destroyed while it was read; ask again")


def _said(column: sa.Column[Any], value: Any) -> Any:
    """A value of a column as JSON has it."""
    match value:
        case UUID():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case dt.datetime():
            return utc(value).isoformat()
        case dt.date():
            return value.isoformat()
    return value


_READ: dict[type, Callable[[Any], Any]] = {
    sa.Uuid: UUID,
    sa.LargeBinary: lambda text: base64.b64decode(text, validate=True),
    sa.DateTime: dt.datetime.fromisoformat,
    sa.Date: dt.date.fromisoformat,
}


def _meant(column: sa.Column[Any], value: Any) -> Any:
    """What stands in JSON as a value of a column."""
    read = _READ.get(type(column.type))
    return value if value is None or read is None else read(value)


def load(connection: sa.Connection, rows: Iterable[tuple[str, Values]], sealing: Sealing) -> None:
    """Fill an empty store; raises Misconfigured when it is not empty, or for a row that does not fit."""
    _empty(connection)
    waiting: dict[str, list[Values]] = {}
    for name, row in rows:
        waiting.setdefault(name, []).append(row)
        if len(waiting[name]) == AT_ONCE:
            _write(connection, name, waiting.pop(name), sealing)
    for name, left in waiting.items():
        _write(connection, name, left, sealing)


def _empty(connection: sa.Connection) -> None:
    """See that nothing is there but what the start of a gateway brings; that is in the file too."""
    for table in tables():
        if table in (artifacts, destinations):
            connection.execute(table.delete())
        elif connection.execute(sa.select(*table.primary_key.columns).limit(1)).first() is not None:
            raise Misconfigured("store: is not empty; name one that no gateway has worked with")


def _write(connection: sa.Connection, name: str, rows: list[Values], sealing: Sealing) -> None:
    table = metadata.tables.get(name)
    if table is None:
        raise Misconfigured(f"table '{name}' is not known here; take the version that the file names")
    there = {column.name for column in columns(table)}
    if any(row.keys() != there for row in rows):
        raise Misconfigured(f"table '{name}' has other columns here; take the version that the file names")
    sealed = _of(table)
    bare = dict.fromkeys(item.column for item in sealed)
    try:
        meant = [{column.name: _meant(column, (row | bare)[column.name]) for column in columns(table)} for row in rows]
    except (ValueError, TypeError):
        raise Misconfigured(f"table '{name}': a row cannot be read; the file was changed") from None
    for item in sealed:
        _seal(item, meant, [row[item.column] for row in rows], sealing)
    connection.execute(table.insert(), meant)


def _seal(item: Sealed, rows: list[Values], contents: list[Values | None], sealing: Sealing) -> None:
    """Put what was open in its column, under a key of its own or the ring's, as it was."""
    own = {row[item.owner] for row, said in zip(rows, contents, strict=True) if _is_own(said)}
    keys = sealing.keys.make(own) if own else {}
    for row, said in zip(rows, contents, strict=True):
        if said is not None:
            key = keys[row[item.owner]] if _is_own(said) else sealing.ring.transport
            row[item.column] = seal(key, item.label + row[item.bound].bytes, CLOSED[item.form](said["inhoud"]))


def _is_own(said: Values | None) -> bool:
    return said is not None and said["sleutel"] == "eigen"
