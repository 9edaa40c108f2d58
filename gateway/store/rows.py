"""Many rows into one table, at the driver's own speed.

SQLAlchemy writes the statement and knows how a value of each type goes to the driver. Both are asked once per engine;
after that no row of any batch is looked at by it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Row = dict[str, Any]


def utc(moment: dt.datetime) -> dt.datetime:
    """A moment in UTC, which is how moments are kept: SQLite forgets the zone."""
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def write(connection: sa.Connection, statement: sa.Insert, rows: Sequence[Row]) -> int:
    """Insert rows that all name the same columns; gives how many were written.

    Their values become the driver's, in place. `statement` must be made once and used again.
    """
    text, processes, shape = _prepared(connection.dialect, statement, tuple(rows[0]))
    for name, process in processes:
        for row in rows:
            row[name] = process(row[name])
    done = connection.exec_driver_sql(text, list(map(shape, rows)), execution_options={"preserve_rowcount": True})
    return done.rowcount


@lru_cache(256)
def _prepared(
    dialect: sa.Dialect, statement: sa.Insert, names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Callable[[Any], Any]]], Callable[[Row], Any]]:
    """The text of a statement, what must be done to which column, and how the driver takes a row."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    columns = statement.table.c
    found: Iterable[tuple[str, Callable[[Any], Any] | None]] = (
        (name, columns[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
    )
    processes = [(name, process) for name, process in found if process is not None]
    shape: Callable[[Row], Any] = itemgetter(*compiled.positiontup) if compiled.positiontup else dict
    return str(compiled), processes, shape
