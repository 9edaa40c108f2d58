"""What nobody does in time: the day of review passed, or nobody answers to a match.

The first is told to who has the regie, once for each day of review; the second to the gemeentelijke regievoerder of the
region, once for each match, whichever of its sides is looked at.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from gateway.canonical.match import Opvolging
from gateway.canonical.tenant import bucket_in
from gateway.store import notices, numbering, outbox, regie
from gateway.store.audit import entry
from gateway.store.effects import Effects, News
from gateway.store.regie import ACTIVE, Pair
from gateway.store.rows import utc
from gateway.store.tables import matches as table
from gateway.store.tables import regie as pairs
from gateway.store.tables import signals
from gateway.store.work import Watch, Ways

MOST = 200
"""Of each kind, in one transaction."""
CONTACT = frozenset({Opvolging.CONTACT.value, Opvolging.AFGESTEMD.value})


def watch(connection: sa.Connection, unit: Watch, ways: Ways, effects: Effects) -> int:
    """Look at what is due; gives how many it looked at. All receivers' counters are held at once, in one order."""
    sides, rows = _reviews(connection, unit), _unanswered(connection, unit)
    among = [one for one in (*sides.values(), *rows) if one is not None]
    numbering.hold(connection, {(one.bucket, one.tenant) for one in among})
    _remind(connection, unit, sides, ways, effects)
    _escalate(connection, unit, rows, effects)
    return len(sides) + len(rows)


_SIDES = sa.select(
    table.c.bucket, table.c.id, table.c.tenant, table.c.signal_id, table.c.index_match, table.c.watched_since,
    signals.c.destination, signals.c.region,
).join(signals, sa.and_(signals.c.bucket == table.c.bucket, signals.c.id == table.c.signal_id))  # fmt: skip

_OLDEST = _SIDES.order_by(table.c.watched_since).limit(MOST)


def _reviewed(unit: Watch) -> sa.ColumnElement[bool]:
    return sa.and_(
        pairs.c.review_on <= unit.today,
        pairs.c.holder.is_not(None),
        sa.or_(pairs.c.reminded_on.is_(None), pairs.c.reminded_on < pairs.c.review_on),
    )


def _reviews(connection: sa.Connection, unit: Watch) -> dict[Any, Any]:
    """Pairs whose review day is there, with the active match of who has the regie; None where there is none."""
    asked = sa.select(pairs.c.destination, pairs.c.index_match, pairs.c.holder).where(_reviewed(unit)).limit(MOST)
    return {one: _holders(connection, one) for one in connection.execute(asked).all()}


def _remind(connection: sa.Connection, unit: Watch, sides: dict[Any, Any], ways: Ways, effects: Effects) -> None:
    for one, row in sides.items():
        pair = Pair(one.destination, one.index_match)
        here = pairs.update().where(pair.here, _reviewed(unit), pairs.c.holder == one.holder)
        if connection.execute(here.values(reminded_on=pairs.c.review_on)).rowcount != 1 or row is None:
            continue
        known = ways(row.tenant, row.destination)
        pointers = tuple(way for way in known if way.pointer)
        told = News(row.tenant, row.signal_id, row.id, row.destination, regie=True)
        notices.tell(connection, told, pointers or known, unit.now)
        effects.entries.append(entry("regie_herinnerd", row.tenant, row.signal_id, bestemming=row.destination))


def _holders(connection: sa.Connection, late: Any) -> Any | None:
    """The active match of who has the regie of a pair."""
    bucket = bucket_in(late.holder)
    mine = (table.c.bucket == bucket, table.c.signal_id == late.holder, table.c.index_match == late.index_match)
    return connection.execute(_SIDES.where(*mine, table.c.status == ACTIVE)).one_or_none()


def _unanswered(connection: sa.Connection, unit: Watch) -> list[Any]:
    """Matches to which somebody should have answered by now."""
    rows = [row for which in _late(unit) for row in connection.execute(_OLDEST.where(*which))]
    return [row for row in rows if unit.due(row.region, utc(row.watched_since))]


def _escalate(connection: sa.Connection, unit: Watch, rows: list[Any], effects: Effects) -> None:
    for row in rows:
        here = sa.and_(table.c.bucket == row.bucket, table.c.id == row.id, table.c.watched_since.is_not(None))
        done = table.update().where(here, table.c.status == ACTIVE).values(watched_since=None)
        if connection.execute(done).rowcount == 1:
            _answer(connection, unit, row, effects)


def _late(unit: Watch) -> Iterator[tuple[sa.ColumnElement[bool], ...]]:
    """Each term by itself: a region that waits long would stand before one that does not."""
    for regions, bound in unit.terms:
        yield signals.c.region.in_(regions), table.c.watched_since <= bound
    known = frozenset[str]().union(*(regions for regions, _ in unit.terms))
    yield signals.c.region.not_in(known), table.c.watched_since.is_not(None)


def _answer(connection: sa.Connection, unit: Watch, row: Any, effects: Effects) -> None:
    pair = Pair(row.destination, row.index_match)
    among = regie.parties(connection, [pair])[pair]
    known = connection.execute(
        sa.select(table.c.follow_up).where(
            table.c.bucket.in_({one.bucket for one in among}), table.c.id.in_([one.id for one in among])
        )
    ).scalars()
    told, state = set(known), regie.held(connection, pair)
    settled = state.pending is None and (state.holder is not None or state.elsewhere)
    if state.escalated_at is not None or Opvolging.NIET_NODIG.value in told or (settled and told & CONTACT):
        return
    why = "geen-contact" if settled else "geen-regie"
    if unit.address(row.region):
        outbox.escalate(connection, row.tenant, row.signal_id, row.id)
    else:
        why = "geen-adres"
    connection.execute(pairs.update().where(pair.here).values(escalated_at=unit.now))
    facts = {"bestemming": row.destination, "reden": why}
    effects.entries.append(entry("regie_geescaleerd", row.tenant, row.signal_id, **facts))
