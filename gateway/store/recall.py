"""A signal was destroyed: its matches are over for both sides here, and what was kept of them must go.

Also of a match that lapsed earlier, when the signal went to the archive: whoever heard of it then hears of it once
more. Of the other side only the number at the same index is known; a side that is not here hears it of the index.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.tenant import BUCKETS
from gateway.store import arranging, matches, numbering
from gateway.store.effects import Effects, News
from gateway.store.regie import Pair
from gateway.store.tables import matches as table
from gateway.store.tables import notices, signals


def recall(connection: sa.Connection, row: Any, effects: Effects) -> None:
    """Ask every receiver here of a match on a destroyed signal to remove it; each once.

    Receivers' counters are held before their matches are, as everywhere.
    """
    mine = sa.and_(table.c.bucket == row.bucket, table.c.signal_id == row.id)
    numbers = connection.execute(sa.select(table.c.index_match).where(mine)).scalars().all()
    if not numbers:
        return
    sides = _sides(row.destination)
    receivers = connection.execute(sides, {"numbers": numbers}).all()
    numbering.hold(connection, {(side.bucket, side.tenant) for side in receivers})
    found = connection.execute(sides.with_for_update(of=table), {"numbers": numbers}).all()
    kept = [{"bucket": side.bucket, "tenant": side.tenant, "id": side.id} for side in found]
    numbering.number(connection, kept)
    for values in kept:
        here = sa.and_(table.c.bucket == values["bucket"], table.c.id == values["id"])
        over = {"status": matches.LAPSED, "sealed": None, "remove": True, "number": values["number"]}
        connection.execute(table.update().where(here).values(over | matches.AT_REST | matches.OVER))
    arranging.leave(connection, row.id, [Pair(row.destination, number) for number in numbers], effects)
    heard = _heard(connection, [side.id for side in found if side.status == matches.LAPSED])
    effects.news += [
        News(side.tenant, side.signal_id, side.id, row.destination)
        for side in found
        if side.status == matches.ACTIVE or side.fetched_at is not None or side.id in heard
    ]


def _sides(destination: str) -> Any:
    """The matches under these numbers of one index, in every bucket: seldom, and by index."""
    return (
        sa.select(table.c.bucket, table.c.tenant, table.c.id, table.c.signal_id, table.c.status, table.c.fetched_at)
        .join(signals, sa.and_(signals.c.bucket == table.c.bucket, signals.c.id == table.c.signal_id))
        .where(
            table.c.bucket.in_(range(BUCKETS)),
            table.c.index_match.in_(sa.bindparam("numbers", expanding=True)),
            signals.c.destination == destination,
            ~table.c.remove,
        )
        .order_by(table.c.bucket, table.c.tenant, table.c.id)
    )


def _heard(connection: sa.Connection, lapsed: list[UUID]) -> set[UUID]:
    """Which of these matches their receivers were ever told of."""
    if not lapsed:
        return set()
    told = sa.select(notices.c.match_id).where(notices.c.bucket.in_(range(BUCKETS)), notices.c.match_id.in_(lapsed))
    return set(connection.execute(told).scalars())
