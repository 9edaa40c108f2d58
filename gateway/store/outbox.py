"""The outbox: one row is one message to an index. What may happen to it is `rules.delivery`'s table.

Order holds per signal and destination: only the lowest unfinished message can be claimed. Completion goes by the
lease: a worker whose lease was taken over records that and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import GATEWAY, bucket_of
from gateway.rules.delivery import FINISHED, TABLE, Move, State
from gateway.store import matches
from gateway.store.audit import entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.engine import Times
from gateway.store.sealing import Sealing
from gateway.store.tables import among_open, destinations, outbox, signals
from gateway.store.work import Claim, Freeze, Job, Schedule, Settle

REGISTER, END, WITHDRAW, POLL = "register", "end", "withdraw", "poll"
_UNFINISHED = [state.value for state in State if state not in FINISHED]
_INSERT = outbox.insert()
_SENDS_AGAIN = frozenset({POLL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be put in the outbox."""

    tenant: str
    destination: str
    kind: str
    signal_id: UUID | None
    sequence: int
    message_id: UUID
    version: str
    argument: str = ""


def add(connection: sa.Connection, letters: Sequence[Letter]) -> None:
    """Put messages in the outbox, due at once."""
    connection.execute(_INSERT, [_row(letter) for letter in letters])


def _row(letter: Letter) -> dict[str, Any]:
    return {
        "bucket": bucket_of(letter.tenant),
        "id": letter.message_id,
        "tenant": letter.tenant,
        "destination": letter.destination,
        "kind": letter.kind,
        "signal_id": letter.signal_id,
        "sequence": letter.sequence,
        "message_id": letter.message_id,
        "argument": letter.argument,
        "state": State.WAITING.value,
        "attempts": 0,
        "due": 0.0,
        "code": "",
        "version": letter.version,
    }


def follow_up(connection: sa.Connection, letter: Letter, effects: Effects) -> UUID | None:
    """Put a later message about a signal behind the earlier ones; None when the index needs none.

    A withdrawal takes back what was certainly not sent. An index that refused the signal, or never had it, is told
    nothing more about it.
    """
    here = sa.and_(
        outbox.c.bucket == bucket_of(letter.tenant),
        outbox.c.signal_id == letter.signal_id,
        outbox.c.destination == letter.destination,
    )
    rows = connection.execute(
        sa.select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.sequence).where(here).with_for_update()
    ).all()
    states = {row.id: State(row.state) for row in rows}
    if letter.kind == WITHDRAW:
        for row in rows:
            if (after := TABLE.get((states[row.id], Move.WITHDRAWN))) and states[row.id] is State.WAITING:
                _finish(connection, bucket_of(letter.tenant), row.id, after)
                effects.entries.append(_unsent(letter.tenant, letter.signal_id, letter.destination, row.kind))
                states[row.id] = after
    registered = next(states[row.id] for row in rows if row.kind == REGISTER)
    if registered in (State.CANCELLED, State.REFUSED):
        return None
    behind = Letter(
        tenant=letter.tenant,
        destination=letter.destination,
        kind=letter.kind,
        signal_id=letter.signal_id,
        sequence=max(row.sequence for row in rows) + 1,
        message_id=letter.message_id,
        argument=letter.argument,
        version=letter.version,
    )
    add(connection, [behind])
    return letter.message_id


def _finish(connection: sa.Connection, bucket: int, identity: UUID, state: State) -> None:
    connection.execute(
        outbox.update()
        .where(outbox.c.bucket == bucket, outbox.c.id == identity)
        .values(state=state.value, body=None, lease=None)
    )


def _unsent(tenant: str, signal_id: UUID | None, destination: str, kind: str) -> Any:
    return entry("bericht_niet_verzonden", tenant, signal_id, bestemming=destination, soort=kind)


def forget(connection: sa.Connection, bucket: int, signal_id: UUID) -> None:
    """Take the frozen bytes of a destroyed signal's messages away."""
    connection.execute(
        outbox.update().where(outbox.c.bucket == bucket, outbox.c.signal_id == signal_id).values(body=None)
    )


def schedule(connection: sa.Connection, unit: Schedule) -> None:
    """Make a destination known and put its endless message for matches in the outbox, once."""
    _make_known(connection, unit.destination)
    here = sa.select(outbox.c.id).where(
        outbox.c.bucket == bucket_of(GATEWAY), outbox.c.kind == POLL, outbox.c.destination == unit.destination
    )
    if connection.execute(here.limit(1)).one_or_none() is None:
        poll = Letter(
            tenant=GATEWAY,
            destination=unit.destination,
            kind=POLL,
            signal_id=None,
            sequence=1,
            message_id=unit.message_id,
            version="",
        )
        add(connection, [poll])


def _make_known(connection: sa.Connection, destination: str) -> None:
    """See to it that a destination has its row, and hold it until this commits."""
    connection.execute(
        insert_or_leave(connection, destinations, "id"),
        {"id": destination, "hold": False, "faults": 0, "cursor": 0},
    )
    connection.execute(sa.select(destinations.c.id).where(destinations.c.id == destination).with_for_update())


def turn(connection: sa.Connection, times: Times, after: tuple[int, str]) -> tuple[int, str] | None:
    """The next tenant, going round the buckets, that has something due; None when nothing is due behind `after`."""
    statement = (
        sa.select(outbox.c.bucket, outbox.c.tenant)
        .where(
            among_open(outbox.c.state),
            outbox.c.due <= times.due(),
            sa.tuple_(outbox.c.bucket, outbox.c.tenant) > sa.tuple_(*after),
            _free(times),
        )
        .order_by(outbox.c.bucket, outbox.c.tenant)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else (row.bucket, row.tenant)


def _free(times: Times) -> Any:
    return sa.or_(
        outbox.c.lease.is_(None),
        outbox.c.lease_epoch != times.epoch,
        outbox.c.lease_until <= times.lease(),
    )


def claim(connection: sa.Connection, unit: Claim, times: Times, sealing: Sealing) -> list[Job]:
    """Take what is due of one tenant: hold and breaker are read in the same transaction."""
    earlier = outbox.alias("earlier")
    before = (
        sa.select(earlier.c.id)
        .where(
            earlier.c.bucket == unit.bucket,
            earlier.c.signal_id == outbox.c.signal_id,
            earlier.c.destination == outbox.c.destination,
            earlier.c.sequence < outbox.c.sequence,
            earlier.c.state.in_(_UNFINISHED),
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
            outbox.c.bucket == unit.bucket,
            outbox.c.tenant == unit.tenant,
            among_open(outbox.c.state),
            outbox.c.due <= times.due(),
            outbox.c.destination.not_in(closed),
            _free(times),
            ~before.exists(),
        )
        .order_by(outbox.c.due, outbox.c.id)
        .limit(unit.limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    lost = sa.and_(outbox.c.state == State.UNDERWAY.value, outbox.c.last_sent.is_not(None))
    taken = connection.execute(
        outbox.update()
        .where(outbox.c.bucket == unit.bucket, outbox.c.id.in_(sa.select(due.c.id)))
        .values(
            state=sa.case(
                (lost, State.UNKNOWN.value),
                (outbox.c.state == State.WAITING.value, TABLE[State.WAITING, Move.CLAIMED].value),
                else_=outbox.c.state,
            ),
            attempts=outbox.c.attempts + 1,
            last_sent=sa.case((outbox.c.state == State.WAITING.value, None), else_=outbox.c.last_sent),
            lease=unit.lease,
            lease_until=times.lease() + unit.lease_seconds,
            lease_epoch=times.epoch,
        )
        .returning(*outbox.c, (times.due() - outbox.c.last_sent).label("since_sent"))
    ).all()
    return _jobs(connection, unit, taken, sealing)


def _jobs(connection: sa.Connection, unit: Claim, rows: Sequence[Any], sealing: Sealing) -> list[Job]:
    wanted = [row.signal_id for row in rows if row.signal_id is not None]
    keys = sealing.keys.get(wanted)
    sealed: dict[UUID, bytes | None] = {}
    if wanted:
        found = connection.execute(
            sa.select(signals.c.id, signals.c.sealed).where(signals.c.bucket == unit.bucket, signals.c.id.in_(wanted))
        )
        sealed = {row.id: row.sealed for row in found}
    cursors = {row.id: row.cursor for row in connection.execute(sa.select(destinations.c.id, destinations.c.cursor))}
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
            body=_body(row, keys, sealing),
            signal=sealing.open_signal(keys.get(row.signal_id), row.signal_id, sealed.get(row.signal_id))
            if row.signal_id
            else None,
            cursor=cursors.get(row.destination, 0),
            version=row.version,
        )
        for row in rows
    ]


def _own_key(kind: str, signal_id: UUID | None, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    """Only a message that names a person is sealed with the key that dies with the signal."""
    if kind == REGISTER and signal_id is not None:
        return keys.get(signal_id)
    return sealing.ring.transport


def _body(row: Any, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    key = _own_key(row.kind, row.signal_id, keys, sealing)
    return sealing.open_body(key, row.message_id, row.body) if key is not None and row.body is not None else None


def freeze(connection: sa.Connection, unit: Freeze, times: Times, sealing: Sealing) -> bool:
    """Keep the bytes that are about to be sent; False when the lease was taken over or the signal destroyed."""
    job = unit.job
    held = sealing.keys.get([job.signal_id]) if job.signal_id else {}
    key = _own_key(job.kind, job.signal_id, held, sealing)
    if key is None:
        return False
    done = connection.execute(
        outbox.update()
        .where(outbox.c.bucket == job.bucket, outbox.c.id == job.id, outbox.c.lease == job.lease)
        .values(body=sealing.seal_body(key, job.message_id, unit.body), last_sent=times.due())
    )
    return done.rowcount == 1


def settle(connection: sa.Connection, unit: Settle, times: Times, sealing: Sealing, effects: Effects) -> bool:
    """Record an outcome by its lease, with what it brought; False, and nothing but a note, when the lease is lost."""
    job = unit.job
    own = matches.own(connection, unit)
    state = _after(connection, unit)
    again = unit.again is not None and (state in FINISHED or state is State.PARKED)
    values: dict[str, Any] = {
        "state": State.WAITING.value if again else state.value,
        "lease": None,
        "code": unit.code,
        "due": times.due() + (unit.again if again and unit.again is not None else unit.pause),
    }
    if again:
        values |= {"message_id": unit.renewed, "attempts": 0, "body": None, "last_sent": None}
    elif state in FINISHED:
        values["body"] = None
    done = connection.execute(
        outbox.update()
        .where(outbox.c.bucket == job.bucket, outbox.c.id == job.id, outbox.c.lease == job.lease)
        .values(**values)
    )
    if done.rowcount != 1:
        effects.entries.append(
            entry("bericht_uit_handen", job.tenant, job.signal_id, bestemming=job.destination, soort=job.kind)
        )
        return False
    if state in (State.REFUSED, State.CANCELLED):
        _drop_followers(connection, job, effects)
    _health(connection, unit, times)
    matches.record(connection, unit, own, sealing, effects)
    _note(unit, state, effects)
    return True


def _after(connection: sa.Connection, unit: Settle) -> State:
    """The state of the verdict; but what the index certainly does not have of a destroyed signal is cancelled."""
    job = unit.job
    if job.kind != REGISTER or unit.state is not State.WAITING:
        return unit.state
    status = connection.execute(
        sa.select(signals.c.status).where(signals.c.bucket == job.bucket, signals.c.id == job.signal_id)
    ).scalar_one()
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
    effects.entries += [_unsent(job.tenant, job.signal_id, job.destination, row.kind) for row in dropped]


def _health(connection: sa.Connection, unit: Settle, times: Times) -> None:
    """Count faults in a row; past a number of them the breaker opens for a while."""
    here = destinations.c.id == unit.job.destination
    if unit.healthy:
        connection.execute(
            destinations.update().where(here, destinations.c.faults > 0).values(faults=0, open_until=None)
        )
        return
    faults = connection.execute(
        destinations.update().where(here).values(faults=destinations.c.faults + 1).returning(destinations.c.faults)
    ).scalar_one()
    if pause := unit.breaker(faults):
        connection.execute(
            destinations.update().where(here).values(open_until=times.lease() + pause, open_epoch=times.epoch)
        )


_EVENTS = {
    State.DONE: "bericht_bij_index",
    State.REFUSED: "bericht_geweigerd",
    State.PARKED: "bericht_onzeker",
    State.CANCELLED: "bericht_niet_verzonden",
}


def _note(unit: Settle, state: State, effects: Effects) -> None:
    job = unit.job
    if state not in _EVENTS or job.kind in _SENDS_AGAIN:
        return
    facts: dict[str, Any] = {"bestemming": job.destination, "soort": job.kind}
    if state is not State.CANCELLED:
        facts["poging"] = job.attempts
    if state is State.REFUSED:
        facts["code"] = unit.code
    effects.entries.append(entry(_EVENTS[state], job.tenant, job.signal_id, **facts))


def hold(connection: sa.Connection, destination: str, stop: bool, effects: Effects) -> None:
    """Stop or resume sending to a destination."""
    _make_known(connection, destination)
    connection.execute(destinations.update().where(destinations.c.id == destination).values(hold=stop))
    event = "bestemming_gestopt" if stop else "bestemming_hervat"
    effects.entries.append(entry(event, GATEWAY, None, bestemming=destination))
