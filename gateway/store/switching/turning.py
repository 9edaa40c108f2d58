"""Another index leads for a signal from now on: its matches keep their places, and nobody is told anything twice.

A match that both indexes know gets the new one's number. One that only the old one told stays the old one's, which may
still let it lapse. One that only the new one told is news. To turn back is the same with the indexes the other way.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import new_id
from gateway.store import matches as kept
from gateway.store import numbering, outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects, News
from gateway.store.sealing import Sealing
from gateway.store.switching import copies, mirrored, relinking
from gateway.store.switching.tables import copies as copied
from gateway.store.tables import matches, signals
from gateway.store.work import Copied, Leave, Turn

YES, NO = "ja", "nee"
"""Whether an index leads, as the argument of its message."""


def turn(connection: sa.Connection, unit: Turn, sealing: Sealing, effects: Effects) -> Copied:
    """Let `to` lead for the next signals of a bucket for which `away` leads; not for one that it did not take."""
    rows = connection.execute(
        sa.select(signals)
        .where(
            signals.c.bucket == unit.bucket,
            signals.c.id > unit.after,
            signals.c.region == unit.region,
            signals.c.destination == unit.away,
            *([signals.c.tenant.in_(unit.tenants)] if unit.tenants else ()),
        )
        .order_by(signals.c.id)
        .limit(unit.limit)
        .with_for_update()
    ).all()
    there = copies.standing(connection, [row.id for row in rows], unit.to)
    taken = copies.taken(connection, unit.bucket, there, unit.to)
    alive = [row for row in rows if row.status != Status.VERNIETIGD and (row.id in taken or row.id not in there)]
    numbering.hold(connection, {(row.bucket, row.tenant) for row in alive})
    keys = sealing.keys.get([row.id for row in alive])
    for row in alive:
        if row.id not in there:
            copies.place(connection, row, unit.to, unit.switch_id, 0.0)
        _lead(connection, row, unit)
        _match(connection, row, unit, keys.get(row.id), sealing, effects)
        effects.entries.append(entry("signaal_overgezet", row.tenant, row.id, van=unit.away, naar=unit.to))
    return Copied(len(alive), rows[-1].id if len(rows) == unit.limit else None)


def _lead(connection: sa.Connection, row: Any, unit: Turn) -> None:
    """The one leads and the other holds the copy; both are told, in the order of all that is about the signal."""
    here = sa.and_(signals.c.bucket == row.bucket, signals.c.id == row.id)
    connection.execute(signals.update().where(here).values(destination=unit.to))
    copy = sa.and_(copied.c.bucket == row.bucket, copied.c.signal_id == row.id)
    connection.execute(copied.delete().where(copy, copied.c.destination.in_((unit.to, unit.away))))
    values = {"bucket": row.bucket, "signal_id": row.id, "destination": unit.away, "switch_id": unit.switch_id}
    connection.execute(copied.insert(), values | {"found": copies.UNSEEN})
    for destination, leads in ((unit.to, YES), (unit.away, NO)):
        outbox.follow_up(connection, _letter(row, destination, outbox.LEAD, leads), Effects())


def _letter(row: Any, destination: str, kind: str, argument: str) -> outbox.Letter:
    return outbox.Letter(
        tenant=row.tenant,
        destination=destination,
        kind=kind,
        signal_id=row.id,
        sequence=0,
        message_id=new_id(row.bucket),
        argument=argument,
        version=row.pack,
    )


def _match(
    connection: sa.Connection, row: Any, unit: Turn, key: bytes | None, sealing: Sealing, effects: Effects
) -> None:
    waiting = mirrored.active(connection, row.bucket, [row.id], unit.to)
    for match in mirrored.led(connection, row.bucket, [row.id]):
        if match.told_by is not None:
            _told_by(connection, match, None if match.told_by == unit.to else match.told_by)
            continue
        wanted = mirrored.named(match, key, sealing)
        other = next((one for one in waiting if mirrored.named(one, key, sealing) == wanted), None)
        if other is None:
            _told_by(connection, match, unit.away)
            continue
        waiting.remove(other)
        mirrored.take(connection, other)
        mirrored.put(connection, match, unit.away)
        relinking.number(connection, match, other.index_match, unit.away, unit.to)
    _news(connection, row, waiting, unit.now, effects)


def _told_by(connection: sa.Connection, match: Any, index: str | None) -> None:
    here = sa.and_(matches.c.bucket == match.bucket, matches.c.id == match.id)
    connection.execute(matches.update().where(here).values(told_by=index))


def _news(connection: sa.Connection, row: Any, waiting: Sequence[Any], now: dt.datetime, effects: Effects) -> None:
    """What only the index told that leads now is a match like any other."""
    if row.status != Status.ACTIEF or not waiting:
        return
    fresh = [
        {
            "bucket": row.bucket,
            "id": new_id(row.bucket),
            "tenant": row.tenant,
            "signal_id": row.id,
            "index_match": one.index_match,
            "kind": one.kind,
            "not_same_child": one.not_same_child,
            "arisen_at": one.arisen_at,
            "status": one.status,
            "remove": False,
            "sealed": one.sealed,
            "watched_since": now if one.kind not in {kind.value for kind in kept.UNANSWERED} else None,
        }
        for one in waiting
    ]
    numbering.number(connection, fresh)
    connection.execute(matches.insert(), fresh)
    for one in waiting:
        mirrored.take(connection, one)
    effects.news += [News(row.tenant, row.id, one["id"], row.destination) for one in fresh]
    effects.entries += [entry("match_ontvangen", row.tenant, row.id, soort=one["kind"]) for one in fresh]


def leave(connection: sa.Connection, unit: Leave, effects: Effects) -> Copied:
    """Have the next copies of a move destroyed at an index that leads no more."""
    rows = connection.execute(
        sa.select(signals)
        .join(copied, sa.and_(copied.c.bucket == signals.c.bucket, copied.c.signal_id == signals.c.id))
        .where(
            copied.c.switch_id == unit.switch_id,
            copied.c.destination == unit.destination,
            signals.c.bucket == unit.bucket,
            signals.c.id > unit.after,
        )
        .order_by(signals.c.id)
        .limit(unit.limit)
        .with_for_update(of=signals)
    ).all()
    for row in rows:
        if row.status != Status.VERNIETIGD:
            outbox.follow_up(connection, _letter(row, unit.destination, outbox.WITHDRAW, ""), effects)
    return Copied(len(rows), rows[-1].id if len(rows) == unit.limit else None)
