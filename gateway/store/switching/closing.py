"""The end of a move: signals are destroyed at the index that leads no more, and of what it told nothing is left."""

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.store import matches as kept
from gateway.store import outbox
from gateway.store.effects import Effects
from gateway.store.switching import copies, letters
from gateway.store.switching.relinking import ACTIVE
from gateway.store.switching.tables import copies as copied
from gateway.store.switching.tables import mirrored
from gateway.store.tables import matches, signals
from gateway.store.work import Copied, Leave, Switch


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
            withdrawn = letters.about(row, unit.destination, outbox.WITHDRAW, due=unit.due)
            outbox.follow_up(connection, withdrawn, effects)
    return Copied(len(rows), copies.end(rows, unit.limit))


def close(connection: sa.Connection, switch: Switch, effects: Effects) -> None:
    """Nothing stands at a second index any more: what it alone knew lapses, and what it told is taken away."""
    mine = sa.and_(copied.c.bucket == signals.c.bucket, copied.c.signal_id == signals.c.id)
    alone = sa.and_(matches.c.bucket == signals.c.bucket, matches.c.signal_id == signals.c.id)
    lonely = (
        sa.select(signals.c.bucket, signals.c.id, signals.c.tenant, signals.c.destination)
        .join(copied, mine)
        .join(matches, alone)
        .where(copied.c.switch_id == switch.id, matches.c.told_by == copied.c.destination, matches.c.status == ACTIVE)
        .distinct()
    )
    for row in connection.execute(lonely).all():
        kept.lapse(connection, row, effects, matches.c.told_by == switch.beside)
    told = sa.exists().where(
        copied.c.switch_id == switch.id,
        copied.c.bucket == mirrored.c.bucket,
        copied.c.signal_id == mirrored.c.signal_id,
        copied.c.destination == mirrored.c.destination,
    )
    connection.execute(mirrored.delete().where(told))
    connection.execute(copied.delete().where(copied.c.switch_id == switch.id))
