"""Taking messages out of the outbox, with all that a worker must know to send them.

Statements are made once for each clock: making one costs more than running it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.receipt import Status
from gateway.rules.delivery import TABLE, Move, State
from gateway.store import arranging, matches, notices, subscriptions
from gateway.store.engine import Times
from gateway.store.holding import own_key
from gateway.store.outbox import HEARD, POLL, REGIE, TOLD, UNFINISHED
from gateway.store.sealing import Sealing
from gateway.store.tables import among_open, destinations, outbox, signals
from gateway.store.work import Claim, Job, Notice, TakeParked


def turn(connection: sa.Connection, times: Times, after: tuple[int, str]) -> tuple[int, str] | None:
    """The next tenant, going round the buckets, that has something due; None when nothing is due behind `after`."""
    bucket, tenant = after
    row = connection.execute(_next(times), {"bucket": bucket, "tenant": tenant}).one_or_none()
    return None if row is None else (row.bucket, row.tenant)


@cache
def _next(times: Times) -> Any:
    after = sa.tuple_(sa.bindparam("bucket", type_=sa.SmallInteger), sa.bindparam("tenant", type_=sa.String))
    return (
        sa.select(outbox.c.bucket, outbox.c.tenant)
        .where(
            among_open(outbox.c.state),
            outbox.c.due <= times.due(),
            sa.tuple_(outbox.c.bucket, outbox.c.tenant) > after,
            _free(times),
        )
        .order_by(outbox.c.bucket, outbox.c.tenant)
        .limit(1)
    )


def _free(times: Times, which: Any = outbox) -> Any:
    return sa.or_(
        which.c.lease.is_(None),
        which.c.lease_epoch != times.epoch,
        which.c.lease_until <= times.lease(),
    )


def claim(connection: sa.Connection, unit: Claim, times: Times, sealing: Sealing) -> list[Job]:
    """Take what is due of one tenant: hold and breaker are read in the same transaction.

    Each destination is looked at by itself, the one that waits longest first, and gets an even part: what piles up for
    one, open or closed, neither delays what goes to another nor is looked through to find it.
    """
    here = {"its_bucket": unit.bucket, "its_tenant": unit.tenant}
    asked = here | {"new_lease": unit.lease, "seconds": unit.lease_seconds}
    lanes = connection.execute(_lanes(times), here).scalars().all()
    rows: list[Any] = []
    for place, lane in enumerate(lanes):
        if left := unit.limit - len(rows):
            taken = asked | {"its_lane": lane, "most": max(1, left // (len(lanes) - place))}
            rows += connection.execute(_claiming(times), taken).all()
    return _jobs(connection, unit, rows, sealing)


def take_parked(connection: sa.Connection, unit: TakeParked, times: Times, sealing: Sealing) -> list[Job]:
    """Take the one that waits for a person; who else had it in hand has not any more."""
    here = sa.and_(outbox.c.bucket == unit.bucket, outbox.c.id == unit.id, outbox.c.state == State.PARKED.value)
    held = {"lease": unit.lease, "lease_until": times.lease() + unit.lease_seconds, "lease_epoch": times.epoch}
    taken = outbox.update().where(here).values(**held).returning(*outbox.c, sa.literal(0.0).label("since_sent"))
    return _jobs(connection, unit, connection.execute(taken).all(), sealing)


@cache
def _lanes(times: Times) -> sa.Select[Any]:
    """The open destinations to which something of a tenant may go now: each a step in the index of open messages."""

    def there(which: Any) -> Any:
        return (
            which.c.bucket == sa.bindparam("its_bucket", type_=sa.SmallInteger),
            which.c.tenant == sa.bindparam("its_tenant", type_=sa.String),
            among_open(which.c.state),
        )

    behind, first = outbox.alias("behind"), outbox.alias("first")
    lowest = sa.select(sa.func.min(outbox.c.destination).label("lane")).where(*there(outbox))
    lanes = lowest.cte("lanes", recursive=True)
    further = sa.select(sa.func.min(behind.c.destination)).where(*there(behind), behind.c.destination > lanes.c.lane)
    lanes = lanes.union_all(sa.select(further.correlate(lanes).scalar_subquery()).where(lanes.c.lane.is_not(None)))

    def head(column: sa.Column[Any]) -> Any:
        waits = (*there(first), first.c.destination == lanes.c.lane, first.c.due <= times.due(), _free(times, first))
        order = (first.c.due, first.c.id)
        return sa.select(column).where(*waits).order_by(*order).limit(1).correlate(lanes).scalar_subquery()

    closed = sa.select(destinations.c.id).where(
        sa.or_(
            destinations.c.hold,
            sa.and_(destinations.c.open_epoch == times.epoch, destinations.c.open_until > times.lease()),
        )
    )
    heads = sa.select(lanes.c.lane, head(first.c.due).label("due"), head(first.c.id).label("id")).where(
        lanes.c.lane.is_not(None), lanes.c.lane.not_in(closed)
    )
    found = heads.subquery("heads")
    return sa.select(found.c.lane).where(found.c.due.is_not(None)).order_by(found.c.due, found.c.id)


@cache
def _claiming(times: Times) -> Any:
    bucket = sa.bindparam("its_bucket", type_=sa.SmallInteger)
    earlier = outbox.alias("earlier")
    before = (
        sa.select(earlier.c.id)
        .where(
            earlier.c.bucket == bucket,
            earlier.c.signal_id == outbox.c.signal_id,
            earlier.c.destination == outbox.c.destination,
            earlier.c.sequence < outbox.c.sequence,
            earlier.c.state.in_(UNFINISHED),
            sa.or_(outbox.c.kind.not_in(HEARD), earlier.c.argument == outbox.c.argument),
        )
        .correlate(outbox)
    )
    due = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.bucket == bucket,
            outbox.c.tenant == sa.bindparam("its_tenant"),
            among_open(outbox.c.state),
            outbox.c.destination == sa.bindparam("its_lane"),
            outbox.c.due <= times.due(),
            _free(times),
            ~before.exists(),
        )
        .order_by(outbox.c.due, outbox.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    lost = sa.and_(outbox.c.state == State.UNDERWAY.value, outbox.c.last_sent.is_not(None))
    return (
        outbox.update()
        .where(outbox.c.bucket == bucket, outbox.c.id.in_(sa.select(due.c.id)))
        .values(
            state=sa.case(
                (lost, State.UNKNOWN.value),
                (outbox.c.state == State.WAITING.value, TABLE[State.WAITING, Move.CLAIMED].value),
                else_=outbox.c.state,
            ),
            attempts=outbox.c.attempts + 1,
            last_sent=sa.case((outbox.c.state == State.WAITING.value, None), else_=outbox.c.last_sent),
            lease=sa.bindparam("new_lease", type_=sa.Uuid),
            lease_until=times.lease() + sa.bindparam("seconds", type_=sa.Double),
            lease_epoch=times.epoch,
        )
        .returning(*outbox.c, (times.due() - outbox.c.last_sent).label("since_sent"))
    )


_SEALED = sa.select(signals.c.id, signals.c.sealed, signals.c.destination, signals.c.status).where(
    signals.c.bucket == sa.bindparam("bucket"), signals.c.id.in_(sa.bindparam("wanted", expanding=True))
)
_CURSORS = sa.select(destinations.c.id, destinations.c.cursor).where(
    destinations.c.id.in_(sa.bindparam("asking", expanding=True))
)


def _jobs(connection: sa.Connection, unit: Claim | TakeParked, rows: Sequence[Any], sealing: Sealing) -> list[Job]:
    wanted = [row.signal_id for row in rows if row.signal_id is not None]
    keys = sealing.keys.get(wanted)
    about: dict[UUID, Any] = {}
    if wanted:
        found = connection.execute(_SEALED, {"bucket": unit.bucket, "wanted": wanted})
        about = {row.id: row for row in found}
    asking = [row.destination for row in rows if row.kind == POLL]
    cursors = {row.id: row.cursor for row in connection.execute(_CURSORS, {"asking": asking})} if asking else {}
    announced = notices.of(connection, unit.bucket, rows, sealing)
    subscribed = subscriptions.of_jobs(connection, unit.bucket, rows, sealing)
    followed = matches.told(connection, unit.bucket, [UUID(row.argument) for row in rows if row.kind == TOLD])
    return [
        Job(
            bucket=row.bucket,
            id=row.id,
            tenant=row.tenant,
            destination=row.destination,
            kind=row.kind,
            signal_id=row.signal_id,
            message_id=row.message_id,
            argument=row.argument,
            state=State(row.state),
            attempts=row.attempts,
            since_sent=float(row.since_sent or 0.0),
            lease=unit.lease,
            body=_body(row, announced.get(row.id), keys, sealing),
            signal=sealing.open_signal(keys.get(row.signal_id), row.signal_id, about[row.signal_id].sealed)
            if row.signal_id in about
            else None,
            cursor=cursors.get(row.destination, 0),
            version=row.version,
            notice=announced.get(row.id),
            subscription=subscribed.get(row.destination),
            wish=arranging.wish(connection, row.id) if row.kind == REGIE else None,
            match=followed.get(UUID(row.argument)) if row.kind == TOLD else None,
            leads=row.signal_id not in about or about[row.signal_id].destination == row.destination,
            status=Status(about[row.signal_id].status) if row.signal_id in about else None,
        )
        for row in rows
    ]


def _body(row: Any, notice: Notice | None, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    """The frozen bytes; of a match that has lapsed they are written anew, for they may hold its contact."""
    if notice is not None and notice.match.status is MatchStatus.VERVALLEN:
        return None
    key = own_key(row.kind, row.signal_id, keys, sealing)
    return sealing.open_body(key, row.message_id, row.body) if key is not None and row.body is not None else None
