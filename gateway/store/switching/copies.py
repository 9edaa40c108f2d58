"""Bringing signals to a second index, telling it what is told the first, and looking at what it holds."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of, new_id
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.effects import insert_or_leave
from gateway.store.switching.routes import Beside
from gateway.store.switching.tables import copies, mirrored
from gateway.store.tables import outbox as messages
from gateway.store.tables import signals
from gateway.store.work import Copied, Copy, Inspect, Settle

_OF_SIGNAL = sa.select(copies.c.destination).where(
    copies.c.bucket == sa.bindparam("bucket"), copies.c.signal_id == sa.bindparam("signal_id")
)
UNSEEN, WAITS = "", "wacht"
"""What was found of a copy nobody looked at, and of one of which the answer has yet to come."""


def beside(connection: sa.Connection, bucket: int, signal_id: UUID) -> list[str]:
    """Where a signal stands beside the index that leads for it."""
    return list(connection.execute(_OF_SIGNAL, {"bucket": bucket, "signal_id": signal_id}).scalars())


def standing(connection: sa.Connection, ids: Iterable[UUID], destination: str) -> set[UUID]:
    """Which of these signals have a copy at an index."""
    found = sa.select(copies.c.signal_id).where(copies.c.signal_id.in_(set(ids)), copies.c.destination == destination)
    return set(connection.execute(found).scalars())


def taken(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> set[UUID]:
    """Which of these signals an index certainly has."""
    found = sa.select(messages.c.signal_id).where(
        messages.c.bucket == bucket,
        messages.c.signal_id.in_(set(ids)),
        messages.c.destination == destination,
        messages.c.kind == outbox.REGISTER,
        messages.c.state == State.DONE.value,
    )
    return set(connection.execute(found).scalars())


def begin(connection: sa.Connection, accepted: Sequence[Beside]) -> None:
    """Send what was accepted to its second index too."""
    for one in accepted:
        signal = one.unit.signal
        bucket = bucket_of(signal.organisatie)
        _note(connection, bucket, signal.signaal_id, one.destination, one.switch_id)
        letter = _letter(signal.organisatie, signal.signaal_id, one.destination, outbox.REGISTER, 1, 0.0)
        outbox.add(connection, [letter(one.unit.receipt.beleid)])


def copy(connection: sa.Connection, unit: Copy) -> Copied:
    """Bring the next signals of a move to its new index, with their own moments and, if ended, their end."""
    rows = connection.execute(
        sa.select(signals)
        .where(
            signals.c.bucket == unit.bucket,
            signals.c.id > unit.after,
            signals.c.region == unit.region,
            signals.c.destination == unit.old,
            signals.c.status != Status.VERNIETIGD.value,
            *([signals.c.tenant.in_(unit.tenants)] if unit.tenants else ()),
        )
        .order_by(signals.c.id)
        .limit(unit.limit)
        .with_for_update(key_share=True)
    ).all()
    there = standing(connection, [row.id for row in rows], unit.new)
    fresh = [row for row in rows if row.id not in there]
    for row in fresh:
        place(connection, row, unit.new, unit.switch_id, unit.due)
    return Copied(len(fresh), rows[-1].id if len(rows) == unit.limit else None)


def place(connection: sa.Connection, row: Any, destination: str, switch_id: UUID, due: float) -> None:
    """Let a signal stand at a second index: register it there and, when it is in the archive, end it."""
    _note(connection, row.bucket, row.id, destination, switch_id)
    letters = [_letter(row.tenant, row.id, destination, outbox.REGISTER, 1, due)(row.pack)]
    if row.status == Status.ARCHIEF:
        ended = _letter(row.tenant, row.id, destination, outbox.END, 2, due)
        letters.append(ended(row.pack, row.removal_on.isoformat()))
    outbox.add(connection, letters)


def _note(connection: sa.Connection, bucket: int, signal_id: UUID, destination: str, switch_id: UUID) -> None:
    connection.execute(
        insert_or_leave(connection, copies, "bucket", "signal_id", "destination"),
        {
            "bucket": bucket, "signal_id": signal_id, "destination": destination, "switch_id": switch_id,
            "found": UNSEEN,
        },
    )  # fmt: skip


def _letter(tenant: str, signal_id: UUID, destination: str, kind: str, sequence: int, due: float) -> Any:
    def written(version: str, argument: str = "") -> outbox.Letter:
        return outbox.Letter(
            tenant=tenant,
            destination=destination,
            kind=kind,
            signal_id=signal_id,
            sequence=sequence,
            message_id=new_id(bucket_of(tenant)),
            argument=argument,
            version=version,
            due=due,
        )

    return written


def inspect(connection: sa.Connection, unit: Inspect) -> int:
    """Ask the second index what stands there of the next signals nobody looked at; gives how many were asked."""
    rows = connection.execute(
        sa.select(copies.c.bucket, copies.c.signal_id, copies.c.destination, signals.c.tenant, signals.c.pack)
        .join(signals, sa.and_(signals.c.bucket == copies.c.bucket, signals.c.id == copies.c.signal_id))
        .where(copies.c.switch_id == unit.switch_id, copies.c.destination == unit.destination, copies.c.found == UNSEEN)
        .order_by(copies.c.bucket, copies.c.signal_id)
        .limit(unit.limit)
    ).all()
    for row in rows:
        highest = sa.select(sa.func.coalesce(sa.func.max(messages.c.sequence), 0)).where(
            messages.c.bucket == row.bucket,
            messages.c.signal_id == row.signal_id,
            messages.c.destination == row.destination,
        )
        place = connection.execute(highest).scalar_one() + 1
        letter = _letter(row.tenant, row.signal_id, row.destination, outbox.INSPECT, place, 0.0)
        outbox.add(connection, [letter(row.pack)])
        _found(connection, row.bucket, row.signal_id, row.destination, WAITS)
    return len(rows)


def look_again(connection: sa.Connection, switch_id: UUID) -> None:
    """Whatever was seen before is to be seen again."""
    connection.execute(copies.update().where(copies.c.switch_id == switch_id).values(found=UNSEEN))


def inspected(connection: sa.Connection, unit: Settle) -> None:
    """Note what a second index turned out to hold."""
    job = unit.job
    if job.kind == outbox.INSPECT and job.signal_id is not None and unit.finding:
        _found(connection, job.bucket, job.signal_id, job.destination, unit.finding)


def _found(connection: sa.Connection, bucket: int, signal_id: UUID, destination: str, found: str) -> None:
    here = sa.and_(copies.c.bucket == bucket, copies.c.signal_id == signal_id, copies.c.destination == destination)
    connection.execute(copies.update().where(here).values(found=found))


def forget(connection: sa.Connection, bucket: int, signal_id: UUID) -> None:
    """Of a destroyed signal nothing stays of what a second index told."""
    here = sa.and_(mirrored.c.bucket == bucket, mirrored.c.signal_id == signal_id)
    connection.execute(mirrored.delete().where(here))


def settled(connection: sa.Connection, bucket: int, signal_id: UUID, but: UUID) -> bool:
    """Whether every index that must know a signal does, beside the one message whose outcome is being recorded."""
    waits = sa.select(messages.c.id).where(
        messages.c.bucket == bucket,
        messages.c.signal_id == signal_id,
        messages.c.kind == outbox.REGISTER,
        messages.c.state.in_(outbox.UNFINISHED),
        messages.c.id != but,
    )
    return connection.execute(waits.limit(1)).first() is None
