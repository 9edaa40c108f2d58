"""Taking messages out of the outbox, and recording what an attempt came to.

Completion goes by the lease: a worker whose lease was taken over records that and changes nothing.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.receipt import Status
from gateway.rules.delivery import FINISHED, TABLE, Move, State
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store import arranging, life, matches, notices, subscriptions
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.engine import Times
from gateway.store.outbox import (
    EXPIRY,
    HEARD,
    NOTICE,
    PERSONAL,
    POLL,
    PULSE,
    REGIE,
    REGISTER,
    TOLD,
    UNFINISHED,
    unsent,
)
from gateway.store.sealing import Sealing
from gateway.store.switching import copies
from gateway.store.tables import among_open, destinations, outbox, signals
from gateway.store.work import Claim, Destroy, Freeze, Job, Notice, Settle, TakeParked


def turn(connection: sa.Connection, times: Times, after: tuple[int, str]) -> tuple[int, str] | None:
    """The next tenant, going round the buckets, that has something due; None when nothing is due behind `after`."""
    bucket, tenant = after
    row = connection.execute(_next(times), {"bucket": bucket, "tenant": tenant}).one_or_none()
    return None if row is None else (row.bucket, row.tenant)


# Statements are made once for each clock: making one costs more than running it.


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


def _free(times: Times) -> Any:
    return sa.or_(
        outbox.c.lease.is_(None),
        outbox.c.lease_epoch != times.epoch,
        outbox.c.lease_until <= times.lease(),
    )


def claim(connection: sa.Connection, unit: Claim, times: Times, sealing: Sealing) -> list[Job]:
    """Take what is due of one tenant: hold and breaker are read in the same transaction."""
    asked = {
        "its_bucket": unit.bucket,
        "its_tenant": unit.tenant,
        "most": unit.limit,
        "new_lease": unit.lease,
        "seconds": unit.lease_seconds,
    }
    return _jobs(connection, unit, connection.execute(_claiming(times), asked).all(), sealing)


def take_parked(connection: sa.Connection, unit: TakeParked, times: Times, sealing: Sealing) -> list[Job]:
    """Take the one that waits for a person; who else had it in hand has not any more."""
    here = sa.and_(outbox.c.bucket == unit.bucket, outbox.c.id == unit.id, outbox.c.state == State.PARKED.value)
    held = {"lease": unit.lease, "lease_until": times.lease() + unit.lease_seconds, "lease_epoch": times.epoch}
    taken = outbox.update().where(here).values(**held).returning(*outbox.c, sa.literal(0.0).label("since_sent"))
    return _jobs(connection, unit, connection.execute(taken).all(), sealing)


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
    closed = sa.select(destinations.c.id).where(
        sa.or_(
            destinations.c.hold,
            sa.and_(destinations.c.open_epoch == times.epoch, destinations.c.open_until > times.lease()),
        )
    )
    due = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.bucket == bucket,
            outbox.c.tenant == sa.bindparam("its_tenant"),
            among_open(outbox.c.state),
            outbox.c.due <= times.due(),
            outbox.c.destination.not_in(closed),
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


def _own_key(kind: str, signal_id: UUID | None, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    """Only a message that names a person is sealed with the key that dies with the signal."""
    if kind in PERSONAL and signal_id is not None:
        return keys.get(signal_id)
    if kind == NOTICE and signal_id in keys:
        return keys[signal_id]
    return sealing.ring.transport


def _body(row: Any, notice: Notice | None, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    """The frozen bytes; of a match that has lapsed they are written anew, for they may hold its contact."""
    if notice is not None and notice.match.status is MatchStatus.VERVALLEN:
        return None
    key = _own_key(row.kind, row.signal_id, keys, sealing)
    return sealing.open_body(key, row.message_id, row.body) if key is not None and row.body is not None else None


def freeze(connection: sa.Connection, unit: Freeze, times: Times, sealing: Sealing) -> bool:
    """Keep the bytes that are about to be sent; False when the lease was taken over or the signal destroyed."""
    job = unit.job
    held = sealing.keys.get([job.signal_id]) if job.signal_id else {}
    key = _own_key(job.kind, job.signal_id, held, sealing)
    if key is None:
        return False
    body = sealing.seal_body(key, job.message_id, unit.body)
    return connection.execute(_freezing(times), _held(job) | {"frozen": body}).rowcount == 1


def _held(job: Job) -> dict[str, Any]:
    return {"its_bucket": job.bucket, "its_id": job.id, "its_lease": job.lease}


def _held_update() -> Any:
    """Of a message that is held under a lease; its parameters are those of `_held`."""
    return outbox.update().where(
        outbox.c.bucket == sa.bindparam("its_bucket"),
        outbox.c.id == sa.bindparam("its_id"),
        outbox.c.lease == sa.bindparam("its_lease"),
    )


@cache
def _freezing(times: Times) -> Any:
    return _held_update().values(body=sa.bindparam("frozen", type_=sa.LargeBinary), last_sent=times.due())


def settle(
    connection: sa.Connection, units: Sequence[Settle], times: Times, sealing: Sealing, effects: Effects
) -> list[bool]:
    """Record outcomes by their leases, with what they brought. Answers in the order of `units`.

    False, and nothing but a note, when the lease is lost. What two writers may both want is taken in one order:
    signals, receivers' counters, destinations.
    """
    own = matches.own(connection, units, arranging.sides(connection, units))
    done = {
        id(unit): _settle(connection, unit, own, times, sealing, effects)
        for unit in sorted(units, key=lambda unit: unit.job.destination)
    }
    return [done[id(unit)] for unit in units]


def _settle(
    connection: sa.Connection, unit: Settle, own: matches.Own, times: Times, sealing: Sealing, effects: Effects
) -> bool:
    job = unit.job
    state = _after(connection, unit)
    again = unit.again is not None and (state in FINISHED or state is State.PARKED)
    finished = state in FINISHED
    asked: dict[str, Any] = {
        "new_state": State.WAITING.value if again else state.value,
        "new_code": unit.code,
        "pause": unit.again if again else unit.pause,
    }
    if again:
        asked["renewed"] = unit.renewed
    done = connection.execute(_settling(times, again, finished), _held(job) | asked)
    if done.rowcount != 1:
        effects.entries.append(
            entry("bericht_uit_handen", job.tenant, job.signal_id, bestemming=job.destination, soort=job.kind)
        )
        return False
    if state in (State.REFUSED, State.CANCELLED):
        _drop_followers(connection, job, effects)
    if unit.anonymous and state is State.DONE and job.signal_id is not None and _known_everywhere(connection, job):
        life.forget_identity(connection, job.bucket, job.signal_id, sealing, effects)
    faults = _health(connection, unit, times)
    if job.subscription is not None:
        subscriptions.settled(connection, unit, state, faults, effects)
    if job.kind == NOTICE:
        notices.settled(connection, unit, state, effects)
    matches.record(connection, unit, own, sealing, effects)
    arranging.heard(connection, unit, own, sealing, effects)
    copies.inspected(connection, unit)
    if job.kind == REGIE:
        arranging.settled(connection, unit, state, sealing, effects)
    _destroyed_there(connection, unit, own, effects)
    _note(unit, state, effects)
    return True


def _known_everywhere(connection: sa.Connection, job: Job) -> bool:
    return job.signal_id is not None and copies.settled(connection, job.bucket, job.signal_id, job.id)


def _destroyed_there(connection: sa.Connection, unit: Settle, own: matches.Own, effects: Effects) -> None:
    """Destroy here too what the index destroyed by itself, as far as it is our own and went there."""
    strange = 0
    for item in matches.ended(unit):
        row = own.get(matches.id_of(item))
        if row is None or row.destination != unit.job.destination:
            strange += 1
        else:
            life.destroy(connection, Destroy(row.id, Gebeurtenis(item.reason), unit.now), effects)
    if strange:
        facts = {"bestemming": unit.job.destination, "reden": "niet-eigen", "aantal": strange}
        effects.entries.append(entry("match_verworpen", unit.job.tenant, None, **facts))


@cache
def _settling(times: Times, again: bool, finished: bool) -> Any:
    values: dict[str, Any] = {
        "state": sa.bindparam("new_state", type_=sa.String),
        "lease": None,
        "code": sa.bindparam("new_code", type_=sa.String),
        "due": times.due() + sa.bindparam("pause", type_=sa.Double),
    }
    if again:
        values |= {"message_id": sa.bindparam("renewed", type_=sa.Uuid), "attempts": 0, "body": None, "last_sent": None}
    elif finished:
        values["body"] = None
    return _held_update().values(**values)


_STATUS = sa.select(signals.c.status).where(
    signals.c.bucket == sa.bindparam("bucket"), signals.c.id == sa.bindparam("signal_id")
)


def _after(connection: sa.Connection, unit: Settle) -> State:
    """The state of the verdict; but what the index certainly does not have of a destroyed signal is cancelled."""
    job = unit.job
    if job.kind not in PERSONAL or unit.state is not State.WAITING:
        return unit.state
    status = connection.execute(_STATUS, {"bucket": job.bucket, "signal_id": job.signal_id}).scalar_one()
    return State.CANCELLED if status == Status.VERNIETIGD else unit.state


def _drop_followers(connection: sa.Connection, job: Job, effects: Effects) -> None:
    if job.kind != REGISTER:
        return
    dropped = connection.execute(
        outbox.update()
        .where(
            outbox.c.bucket == job.bucket,
            outbox.c.signal_id == job.signal_id,
            outbox.c.destination == job.destination,
            outbox.c.state == State.WAITING.value,
        )
        .values(state=State.CANCELLED.value)
        .returning(outbox.c.kind)
    ).all()
    effects.entries += [unsent(job.tenant, job.signal_id, job.destination, row.kind) for row in dropped]


_HEALTHY = (
    destinations.update()
    .where(destinations.c.id == sa.bindparam("its_id"), destinations.c.faults > 0)
    .values(faults=0, open_until=None)
)


def _health(connection: sa.Connection, unit: Settle, times: Times) -> int:
    """Count faults in a row, and give how many; past a number of them the breaker opens for a while."""
    here = destinations.c.id == unit.job.destination
    if unit.healthy:
        connection.execute(_HEALTHY, {"its_id": unit.job.destination})
        return 0
    faults = connection.execute(
        destinations.update().where(here).values(faults=destinations.c.faults + 1).returning(destinations.c.faults)
    ).scalar_one()
    if pause := unit.breaker(faults):
        connection.execute(
            destinations.update().where(here).values(open_until=times.lease() + pause, open_epoch=times.epoch)
        )
    return int(faults)


_EVENTS = {
    State.DONE: "bericht_bij_index",
    State.REFUSED: "bericht_geweigerd",
    State.PARKED: "bericht_onzeker",
    State.CANCELLED: "bericht_niet_verzonden",
}


def _note(unit: Settle, state: State, effects: Effects) -> None:
    job = unit.job
    if state not in _EVENTS or job.kind in (POLL, PULSE) or (job.kind == NOTICE and state is State.DONE):
        return
    facts: dict[str, Any] = {"bestemming": job.destination}
    if job.kind == EXPIRY and state is State.DONE:
        effects.entries.append(entry("verloop_aangekondigd", job.tenant, job.signal_id, poging=job.attempts, **facts))
        return
    facts["soort"] = job.kind
    if state is not State.CANCELLED:
        facts["poging"] = job.attempts
    if state is State.REFUSED:
        facts["code"] = unit.code
    effects.entries.append(entry(_EVENTS[state], job.tenant, job.signal_id, **facts))
