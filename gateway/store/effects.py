"""What a transaction leaves to be done with it or after it."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.audit import Entry


@dataclass(frozen=True, slots=True)
class News:
    """A match, told of by an index, whose receiver must hear of it."""

    tenant: str
    signal_id: UUID
    match_id: UUID
    index: str
    regie: bool = False
    """Whether it is of who is the aanspreekpunt."""


@dataclass(slots=True)
class Effects:
    """Audit entries and announcements of this transaction; and signals whose keys must go once it is durable.

    Whoever leaves news holds the receiver's counter.
    """

    entries: list[Entry] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
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
