"""What a transaction leaves to be done with it or after it."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.audit import Entry

if TYPE_CHECKING:
    from gateway.store.matches import News


@dataclass(slots=True)
class Effects:
    """What is to be written in the same transaction, and done once it is durable."""

    entries: list[Entry] = field(default_factory=list)
    """For the audit."""
    lapsed: list[tuple["News", str, dt.datetime]] = field(default_factory=list)
    """Matches their receivers must hear of, with the index and the moment."""
    destroyed: list[UUID] = field(default_factory=list)
    """Signals whose keys must go."""


def dialect(connection: sa.Connection) -> Any:
    """Where this engine's own insert lives."""
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def insert_or_leave(connection: sa.Connection, table: sa.Table, *key: str) -> sa.Insert:
    """An insert that leaves an existing row with this key as it is."""
    return _leaving(dialect(connection), table, key)


@cache
def _leaving(dialect: Any, table: sa.Table, key: tuple[str, ...]) -> sa.Insert:
    """A statement made once: SQLAlchemy then need not find out each time that it knows it."""
    statement: sa.Insert = dialect.insert(table).on_conflict_do_nothing(index_elements=list(key))
    return statement
