"""Telling a sender, in its own ways, that a signal will end: once for each day its region asks for.

The signal is locked, and what is told and the next day to look are written together: of two workers one does it. What
was not sent when the next is due, when the signal ends or gets another removal date, is not sent.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import new_id
from gateway.rules import expiry
from gateway.rules.delivery import TABLE, Move, State
from gateway.store import outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.outbox import EXPIRY, Letter
from gateway.store.tables import outbox as messages
from gateway.store.tables import signals
from gateway.store.work import Warn, Ways


def warn(connection: sa.Connection, unit: Warn, ways: Ways, effects: Effects) -> int:
    """Tell what is due in one bucket, of so many signals at most; gives how many it looked at."""
    rows = connection.execute(
        sa.select(signals)
        .where(
            signals.c.bucket == unit.bucket,
            signals.c.warn_on <= unit.today,
            signals.c.status == Status.ACTIEF.value,
        )
        .order_by(signals.c.warn_on, signals.c.id)
        .limit(unit.limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        found = expiry.due(row.removal_on, unit.asked(row.pack, row.region), row.warn_on, unit.today)
        here = sa.and_(signals.c.bucket == row.bucket, signals.c.id == row.id)
        connection.execute(signals.update().where(here).values(warn_on=found.then))
        if found.days is not None:
            forget(connection, row, effects)
            _tell(connection, row, found.days, ways)
            effects.entries.append(entry("verloop_gemeld", row.tenant, row.id, dagen=found.days))
    return len(rows)


def _tell(connection: sa.Connection, row: Any, days: int, ways: Ways) -> None:
    for way in ways(row.tenant, ""):
        if way.expiry:
            mine = sa.and_(
                messages.c.bucket == row.bucket,
                messages.c.signal_id == row.id,
                messages.c.destination == way.destination,
            )
            highest = sa.select(sa.func.coalesce(sa.func.max(messages.c.sequence), 0)).where(mine)
            letter = Letter(
                tenant=row.tenant,
                destination=way.destination,
                kind=EXPIRY,
                signal_id=row.id,
                sequence=connection.execute(highest).scalar_one() + 1,
                message_id=new_id(row.bucket),
                argument=said(row.removal_on, days),
                version=row.pack,
            )
            outbox.add(connection, [letter])


def said(removal: dt.date, days: int) -> str:
    """What a message says, in its argument: the removal date, and how many days before it is meant."""
    return f"{removal.isoformat()}/{days}"


def meant(argument: str) -> tuple[dt.date, int]:
    """The removal date and the days in an argument."""
    removal, _, days = argument.partition("/")
    return dt.date.fromisoformat(removal), int(days)


def forget(connection: sa.Connection, row: Any, effects: Effects) -> None:
    """Take back what was certainly not sent of a signal's end."""
    dropped = connection.execute(
        messages.update()
        .where(
            messages.c.bucket == row.bucket,
            messages.c.signal_id == row.id,
            messages.c.kind == EXPIRY,
            messages.c.state == State.WAITING.value,
        )
        .values(state=TABLE[State.WAITING, Move.WITHDRAWN].value, body=None)
        .returning(messages.c.destination)
    )
    effects.entries += [outbox.unsent(row.tenant, row.id, one.destination, EXPIRY) for one in dropped]
