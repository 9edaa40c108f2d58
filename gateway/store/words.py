"""Words that no map knew: counted with the signals that held them, so that a list can be mended; never the word."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from gateway.canonical.tenant import bucket_of
from gateway.clock import legal_day
from gateway.store.effects import dialect
from gateway.store.rows import Row, write
from gateway.store.tables import unknown_words
from gateway.store.work import Accept


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word of an organisation that no map knew, by its keyed hash."""

    axis: str
    word: bytes
    times: int
    first_on: dt.date
    last_on: dt.date


def count(connection: sa.Connection, units: Iterable[Accept]) -> None:
    """Count the unknown words of signals that are stored now: one statement for them all, none where there is none."""
    rows: dict[tuple[int, str, str, bytes], Row] = {}
    for unit in units:
        for axis, word in unit.unknown:
            tenant, day = unit.signal.organisatie, legal_day(unit.signal.herkomst.ontvangen_op)
            key = (bucket_of(tenant), tenant, axis, word)
            row = rows.setdefault(key, _row(key, day))
            row["times"] += 1
            row["last_on"] = max(row["last_on"], day)
            row["first_on"] = min(row["first_on"], day)
    if rows:
        write(connection, _adding(dialect(connection)), [row for _, row in sorted(rows.items())])


def of_tenant(connection: sa.Connection, tenant: str) -> list[UnknownWord]:
    """The unknown words of an organisation, the most frequent first."""
    known = unknown_words.c
    found = connection.execute(
        sa.select(known.axis, known.word, known.times, known.first_on, known.last_on)
        .where(known.bucket == bucket_of(tenant), known.tenant == tenant)
        .order_by(known.times.desc(), known.axis, known.word)
    )
    return [UnknownWord(*row) for row in found]


def _row(key: tuple[int, str, str, bytes], day: dt.date) -> Row:
    names = ("bucket", "tenant", "axis", "word")
    return dict(zip(names, key, strict=True)) | {"times": 0, "first_on": day, "last_on": day}


@cache
def _adding(dialect: Any) -> sa.Insert:
    """An insert that adds to the count where there is one, and keeps the earliest and the latest day."""
    insert = dialect.insert(unknown_words)
    here, new = unknown_words.c, insert.excluded
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=[here.bucket, here.tenant, here.axis, here.word],
        set_={
            "times": here.times + new.times,
            "first_on": sa.case((new.first_on < here.first_on, new.first_on), else_=here.first_on),
            "last_on": sa.case((new.last_on > here.last_on, new.last_on), else_=here.last_on),
        },
    )
    return statement
