"""Another index leads for a signal from now on: its matches keep their places, and nobody is told anything twice.

A match that both indexes know gets the new one's number. One that only the old one told stays the old one's, which may
still let it lapse. One that only the new one told is news. To turn back is the same with the indexes the other way.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.order import MatchNews
from gateway.canonical.receipt import Status
from gateway.rules.delivery import State
from gateway.rules.switching import EQUAL, FOUND, UNSEEN
from gateway.store import matches as kept
from gateway.store import numbering, outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.regie import Pair, carry
from gateway.store.sealing import Sealing
from gateway.store.switching import copies, letters, mirrored, relinking, scope
from gateway.store.switching.relinking import Told
from gateway.store.switching.tables import copies as copied
from gateway.store.tables import outbox as messages
from gateway.store.tables import signals
from gateway.store.work import Copied, Turn


def turn(connection: sa.Connection, unit: Turn, sealing: Sealing, effects: Effects) -> Copied:
    """Let `to` lead for the next signals of a bucket for which `away` leads, as far as it has taken them.

    What it was never told of it is told, and leads for once it has taken that.
    """
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
    refused = scope.refused(connection, unit.bucket, [row.id for row in rows], unit.away)
    mine = scope.mine([row for row in rows if row.id not in refused], unit.scope, sealing)
    there = letters.registered(connection, unit.bucket, [one.row.id for one in mine], unit.to)
    asked = scope.NOT_TAKEN if unit.again else ()
    fresh = [one.row for one in mine if there.get(one.row.id) in (None, *asked) and not one.nameless]
    leads = outbox.YES if unit.aloud else ""
    placed = copies.place(connection, fresh, unit.to, unit.switch_id, unit.due, leads=leads)
    taken = [one.row for one in mine if there.get(one.row.id) == State.DONE.value]
    absent = _absent(connection, unit, [row.id for row in taken])
    turned = [row for row in taken if row.id not in absent]
    if turned:
        numbering.hold(connection, {(row.bucket, row.tenant) for row in turned})
        _lead(connection, turned, unit)
        news = _matched(connection, turned, unit, sealing)
        if news:
            kept.keep(connection, news, unit.to, unit.now, sealing, effects, last=False)
    facts = {"van": unit.away, "naar": unit.to}
    effects.entries += [entry("signaal_overgezet", row.tenant, row.id, **facts) for row in turned]
    return Copied(placed, copies.end(rows, unit.limit), len(turned))


def _absent(connection: sa.Connection, unit: Turn, ids: Sequence[UUID]) -> set[UUID]:
    """What `to` said it took, after it was emptied of it, and was not seen to hold."""
    unseen = copies.doubtful(unit.switch_id, unit.to, *(found for found in FOUND if found != EQUAL))
    here = sa.select(copied.c.signal_id).where(copied.c.bucket == unit.bucket, copied.c.signal_id.in_(ids), *unseen)
    return set(connection.execute(here).scalars())


def _lead(connection: sa.Connection, rows: Sequence[Any], unit: Turn) -> None:
    """The one leads and the other holds the copies; both are told, in the order of all that is about each signal."""
    ids = [row.id for row in rows]
    here = sa.and_(signals.c.bucket == unit.bucket, signals.c.id.in_(ids))
    connection.execute(signals.update().where(here).values(destination=unit.to))
    copy = sa.and_(copied.c.bucket == unit.bucket, copied.c.signal_id.in_(ids))
    connection.execute(copied.delete().where(copy, copied.c.destination.in_((unit.to, unit.away))))
    of = {"bucket": unit.bucket, "destination": unit.away, "switch_id": unit.switch_id, "found": UNSEEN}
    connection.execute(copied.insert(), [of | {"signal_id": identity} for identity in ids])
    for destination, leads in ((unit.to, outbox.YES), (unit.away, outbox.NO)):
        last = letters.last(connection, unit.bucket, ids, destination)
        outbox.add(
            connection,
            [
                letters.about(row, destination, outbox.LEAD, argument=leads, place=last[row.id] + 1, due=unit.due)
                for row in rows
            ],
        )


def _matched(connection: sa.Connection, rows: Sequence[Any], unit: Turn, sealing: Sealing) -> list[Told]:
    """Know the matches of signals again under their new numbers; gives what is news.

    First every old number goes, so that a new one never is another match's.
    """
    ids = [row.id for row in rows]
    keys = sealing.keys.get(ids)
    waiting = _by_signal(mirrored.active(connection, unit.bucket, ids, unit.to))
    mirrored.take(connection, unit.bucket, ids, unit.to)
    known = mirrored.known(connection, unit.bucket, ids)
    ours = relinking.leave(connection, known, unit.away)
    there = _by_signal(known)
    told: dict[UUID, list[MatchNews]] = {}
    alone: set[UUID] = set()
    for identity in ids:
        key = keys.get(identity)
        left, fresh = _known(connection, there.get(identity, []), waiting.get(identity, []), unit, key, sealing)
        alone |= {match.id for match in left}
        for match in left:
            carry(connection, Pair(unit.away, match.index_match), Pair(unit.to, ours[match.id]))
        if fresh:
            told[identity] = [mirrored.news(one, key, sealing) for one in fresh]
    _redirect(connection, rows, unit, alone)
    now = kept.rows(connection, unit.bucket, told) if told else {}
    return [(now[identity], one) for identity, news in told.items() for one in news]


def _redirect(connection: sa.Connection, rows: Sequence[Any], unit: Turn, alone: set[UUID]) -> None:
    """What was to be told `away` of matches, and was never written, goes to `to`; not of those that it alone knows."""
    mine = {row.id: row for row in rows}
    waits = (
        messages.c.bucket == unit.bucket,
        messages.c.signal_id.in_(mine),
        messages.c.destination == unit.away,
        messages.c.kind == outbox.TOLD,
        messages.c.state == State.WAITING.value,
        messages.c.body.is_(None),
        messages.c.argument.not_in([match.hex for match in alone]),
    )
    taken = messages.update().where(*waits).values(state=State.CANCELLED.value)
    found = connection.execute(taken.returning(messages.c.signal_id, messages.c.argument)).all()
    if found and unit.takes:
        last = letters.last(connection, unit.bucket, {row.signal_id for row in found}, unit.to)
        for place, row in enumerate(found, 1):
            behind = last[row.signal_id] + place
            told = letters.about(mine[row.signal_id], unit.to, outbox.TOLD, argument=row.argument, place=behind)
            outbox.add(connection, [told])


def _by_signal(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.signal_id, []).append(row)
    return found


def _known(
    connection: sa.Connection, known: list[Any], waiting: list[Any], unit: Turn, key: bytes | None, sealing: Sealing
) -> tuple[list[Any], list[Any]]:
    """Give the matches of a signal their numbers at the index that leads now.

    Gives those that it does not know and that last, and what it alone told.
    """
    back = {match.told_as: match for match in known if match.told_by == unit.to}
    for number, match in back.items():
        relinking.number(connection, match, number, unit.away, unit.to)
    lasting = [match for match in known if match.told_by is None and match.status == relinking.ACTIVE]
    ours = [(relinking.named(one, key, sealing), one) for one in lasting]
    theirs = [(relinking.named(one, key, sealing), one) for one in waiting if one.index_match not in back]
    for match, other in relinking.pairs(ours, theirs):
        relinking.beside(connection, match, unit.away, match.index_match)
        relinking.number(connection, match, other.index_match, unit.away, unit.to)
    return [match for _, match in ours], [one for _, one in theirs]
