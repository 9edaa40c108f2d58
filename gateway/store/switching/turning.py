"""Another index leads for a signal from now on: its matches keep their places, and nobody is told anything twice.

A match that both indexes know gets the new one's number. One that only the old one told stays the old one's, which may
still let it lapse. One that only the new one told is news. To turn back is the same with the indexes the other way.
"""

from typing import Any

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.rules.delivery import State
from gateway.rules.switching import UNSEEN
from gateway.store import matches as kept
from gateway.store import numbering, outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.sealing import Sealing
from gateway.store.switching import copies, letters, mirrored, relinking, scope
from gateway.store.switching.relinking import Told
from gateway.store.switching.tables import copies as copied
from gateway.store.tables import signals
from gateway.store.work import Copied, Turn

YES, NO = "ja", "nee"
"""Whether an index leads, as the argument of its message."""


def turn(connection: sa.Connection, unit: Turn, sealing: Sealing, effects: Effects) -> Copied:
    """Let `to` lead for the next signals of a bucket for which `away` leads; not for one that it did not take."""
    rows = connection.execute(
        sa.select(signals)
        .where(
            *scope.where(unit.scope),
            signals.c.bucket == unit.bucket,
            signals.c.id > unit.after,
            signals.c.destination == unit.away,
            signals.c.status != Status.VERNIETIGD.value,
        )
        .order_by(signals.c.id)
        .limit(unit.limit)
        .with_for_update()
    ).all()
    mine = scope.mine(rows, unit.scope, sealing)
    there = letters.registered(connection, unit.bucket, [one.row.id for one in mine], unit.to)
    fresh = [one.row for one in mine if one.row.id not in there and not one.nameless]
    turned = [*fresh, *(one.row for one in mine if there.get(one.row.id) == State.DONE.value)]
    numbering.hold(connection, {(row.bucket, row.tenant) for row in turned})
    copies.place(connection, fresh, unit.to, unit.switch_id, 0.0)
    keys = sealing.keys.get([row.id for row in turned])
    told: list[Told] = []
    for row in turned:
        _lead(connection, row, unit, effects)
        told += _match(connection, row, unit, keys.get(row.id), sealing)
        effects.entries.append(entry("signaal_overgezet", row.tenant, row.id, van=unit.away, naar=unit.to))
    if told:
        now = kept.rows(connection, unit.bucket, [row.id for row, _ in told])
        fresh_news = [(now[row.id], news) for row, news in told]
        kept.keep(connection, fresh_news, unit.to, unit.now, sealing, effects, last=False)
    return Copied(len(turned), copies.end(rows, unit.limit))


def _lead(connection: sa.Connection, row: Any, unit: Turn, effects: Effects) -> None:
    """The one leads and the other holds the copy; both are told, in the order of all that is about the signal."""
    here = sa.and_(signals.c.bucket == row.bucket, signals.c.id == row.id)
    connection.execute(signals.update().where(here).values(destination=unit.to))
    copy = sa.and_(copied.c.bucket == row.bucket, copied.c.signal_id == row.id)
    connection.execute(copied.delete().where(copy, copied.c.destination.in_((unit.to, unit.away))))
    values = {"bucket": row.bucket, "signal_id": row.id, "destination": unit.away, "switch_id": unit.switch_id}
    connection.execute(copied.insert(), values | {"found": UNSEEN})
    for destination, leads in ((unit.to, YES), (unit.away, NO)):
        outbox.follow_up(connection, letters.about(row, destination, outbox.LEAD, argument=leads), effects)


def _match(connection: sa.Connection, row: Any, unit: Turn, key: bytes | None, sealing: Sealing) -> list[Told]:
    """Know the matches of a signal again under their new numbers; gives what is news."""
    waiting = mirrored.active(connection, row.bucket, [row.id], unit.to)
    mirrored.take(connection, row, unit.to)
    for match in mirrored.led(connection, row.bucket, [row.id]):
        if match.told_by is not None:
            if match.told_by == unit.to:
                waiting = [one for one in waiting if one.index_match != match.told_as]
                relinking.number(connection, match, match.told_as, unit.away, unit.to)
            continue
        wanted = relinking.named(match, key, sealing)
        other = next((one for one in waiting if relinking.named(one, key, sealing) == wanted), None)
        if other is None:
            relinking.leave(connection, match, unit.away, unit.to)
            continue
        waiting.remove(other)
        relinking.beside(connection, match, unit.away, match.index_match)
        relinking.number(connection, match, other.index_match, unit.away, unit.to)
    return [(row, mirrored.news(one, key, sealing)) for one in waiting]
