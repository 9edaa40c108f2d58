"""Bringing signals to a second index, telling it what is told the first, and looking at what it holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of
from gateway.rules.delivery import State
from gateway.rules.switching import TURNED, UNSEEN, WAITS
from gateway.store import outbox
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.outbox import Letter
from gateway.store.sealing import Sealing
from gateway.store.switching import letters, scope
from gateway.store.switching.routes import Beside
from gateway.store.switching.tables import copies, mirrored, switches
from gateway.store.tables import outbox as messages
from gateway.store.tables import signals
from gateway.store.work import Copied, Copy, Inspect, Settle

_OF_SIGNAL = sa.select(copies.c.destination).where(
    copies.c.bucket == sa.bindparam("bucket"), copies.c.signal_id == sa.bindparam("signal_id")
)

_FOUND = (
    copies.update()
    .where(
        copies.c.bucket == sa.bindparam("its_bucket"),
        copies.c.signal_id == sa.bindparam("its_signal"),
        copies.c.destination == sa.bindparam("its_place"),
    )
    .values(found=sa.bindparam("seen"))
)


def beside(connection: sa.Connection, bucket: int, signal_id: UUID) -> list[str]:
    """Where a signal stands beside the index that leads for it."""
    return list(connection.execute(_OF_SIGNAL, {"bucket": bucket, "signal_id": signal_id}).scalars())


def standing(connection: sa.Connection, ids: Iterable[UUID], destination: str) -> set[UUID]:
    """Which of these signals have a copy at an index."""
    found = sa.select(copies.c.signal_id).where(copies.c.signal_id.in_(set(ids)), copies.c.destination == destination)
    return set(connection.execute(found).scalars())


def doubtful(switch_id: UUID, destination: str, *found: str) -> list[sa.ColumnElement[bool]]:
    """Copies at an index that was emptied of them before, by what was seen of them since.

    An index may take a second registration for a late copy of the first: it says yes, and makes nothing.
    """
    again = messages.alias("again")
    withdrawn = sa.exists().where(
        messages.c.bucket == copies.c.bucket,
        messages.c.signal_id == copies.c.signal_id,
        messages.c.destination == copies.c.destination,
        messages.c.kind == outbox.WITHDRAW,
        messages.c.state != State.CANCELLED.value,
        again.c.bucket == messages.c.bucket,
        again.c.signal_id == messages.c.signal_id,
        again.c.destination == messages.c.destination,
        again.c.kind == outbox.REGISTER,
        again.c.sequence > messages.c.sequence,
    )
    return [copies.c.switch_id == switch_id, copies.c.destination == destination, copies.c.found.in_(found), withdrawn]


def led(connection: sa.Connection, row: Any, destination: str) -> bool:
    """Whether an index at which a signal stands led for it before: in a shadow the other one has no say yet."""
    found = (
        sa.select(switches.c.id)
        .join(copies, copies.c.switch_id == switches.c.id)
        .where(
            copies.c.bucket == row.bucket,
            copies.c.signal_id == row.id,
            copies.c.destination == destination,
            switches.c.state.in_(TURNED),
        )
    )
    return connection.execute(found).first() is not None


def begin(connection: sa.Connection, accepted: Sequence[Beside]) -> None:
    """Send what was accepted to its second index too."""
    given = [(one.unit.signal, one) for one in accepted]
    _note(
        connection,
        ((bucket_of(it.organisatie), it.signaal_id, one.destination, one.switch_id) for it, one in given),
    )
    outbox.add(
        connection,
        [
            letters.letter(
                it.organisatie, it.signaal_id, one.unit.receipt.beleid, one.destination, outbox.REGISTER, place=1
            )
            for it, one in given
        ],
    )


def copy(connection: sa.Connection, unit: Copy, sealing: Sealing) -> Copied:
    """Bring the next signals of a move to its new index, with their own moments and, if ended, their end.

    One that it refused is brought again. One that the old index refused is left out, and one of which nobody here knows
    any more who it is about.
    """
    rows = connection.execute(
        sa.select(signals)
        .where(
            *scope.where(unit.scope),
            signals.c.bucket == unit.bucket,
            signals.c.id > unit.after,
            signals.c.destination == unit.old,
            signals.c.status != Status.VERNIETIGD.value,
        )
        .order_by(signals.c.id)
        .limit(unit.limit)
        .with_for_update(key_share=True)
    ).all()
    refused = scope.refused(connection, unit.bucket, [row.id for row in rows], unit.old)
    taken = [row for row in rows if row.id not in refused]
    mine = [one.row for one in scope.mine(taken, unit.scope, sealing) if not one.nameless]
    return Copied(place(connection, mine, unit.new, unit.switch_id, unit.due), end(rows, unit.limit))


def end(rows: Sequence[Any], limit: int) -> UUID | None:
    """The last of a page; None where it was the last page."""
    return rows[-1].id if len(rows) == limit else None


def place(
    connection: sa.Connection, rows: Sequence[Any], destination: str, switch_id: UUID, due: float, *, leads: str = ""
) -> int:
    """Let signals of one bucket stand at a second index too; gives how many did not yet.

    Each is registered there and, when it is in the archive, ended. `leads`: yes, where it cannot hold one in silence.
    """
    ids, bucket = [row.id for row in rows], rows[0].bucket if rows else 0
    told = letters.registered(connection, bucket, ids, destination)
    fresh = [row for row in rows if told.get(row.id, State.REFUSED.value) in scope.NOT_TAKEN]
    _note(connection, ((row.bucket, row.id, destination, switch_id) for row in fresh))
    last = letters.last(connection, bucket, ids, destination)
    placed = (_registering(row, destination, last.get(row.id, 0), due, leads) for row in fresh)
    outbox.add(connection, [one for each in placed for one in each])
    return len(fresh)


def _registering(row: Any, destination: str, last: int, due: float, leads: str) -> Iterator[Letter]:
    yield letters.about(row, destination, outbox.REGISTER, argument=leads, place=last + 1, due=due)
    if row.status == Status.ARCHIEF:
        day = row.removal_on.isoformat()
        yield letters.about(row, destination, outbox.END, argument=day, place=last + 2, due=due)


def _note(connection: sa.Connection, places: Iterable[tuple[int, UUID, str, UUID]]) -> None:
    names = ("bucket", "signal_id", "destination", "switch_id")
    rows = [dict(zip(names, place, strict=True)) | {"found": UNSEEN} for place in places]
    if rows:
        connection.execute(insert_or_leave(connection, copies, *names[:3]), rows)


def inspect(connection: sa.Connection, unit: Inspect) -> int:
    """Ask the second index what stands there of the next signals nobody looked at; gives how many were asked."""
    rows = connection.execute(
        sa.select(signals.c.bucket, signals.c.id, signals.c.tenant, signals.c.pack)
        .join(copies, sa.and_(signals.c.bucket == copies.c.bucket, signals.c.id == copies.c.signal_id))
        .where(copies.c.switch_id == unit.switch_id, copies.c.destination == unit.destination, copies.c.found == UNSEEN)
        .order_by(copies.c.bucket, copies.c.signal_id)
        .limit(unit.limit)
    ).all()
    for bucket, those in groupby(rows, lambda row: row.bucket):
        asked = list(those)
        ids = [row.id for row in asked]
        last = letters.last(connection, bucket, ids, unit.destination)
        outbox.add(
            connection,
            [
                letters.about(row, unit.destination, outbox.INSPECT, place=last.get(row.id, 0) + 1, due=unit.due)
                for row in asked
            ],
        )
        connection.execute(_at(bucket, ids, unit.destination).values(found=WAITS))
    return len(rows)


def look_again(connection: sa.Connection, switch_id: UUID) -> None:
    """Whatever was seen before is to be seen again."""
    connection.execute(copies.update().where(copies.c.switch_id == switch_id).values(found=UNSEEN))


def inspected(connection: sa.Connection, unit: Settle) -> None:
    """Note what a second index turned out to hold."""
    job = unit.job
    if job.kind == outbox.INSPECT and job.signal_id is not None and unit.finding:
        here = {"its_bucket": job.bucket, "its_signal": job.signal_id, "its_place": job.destination}
        connection.execute(_FOUND, here | {"seen": unit.finding})


def drop(connection: sa.Connection, unit: Settle, own: Mapping[UUID | None, Any], effects: Effects) -> None:
    """The index that leads refused a signal: it does not stand at another either."""
    row = own.get(unit.job.signal_id)
    if row is None or row.destination != unit.job.destination:
        return
    for second in beside(connection, row.bucket, row.id):
        withdrawn = letters.letter(row.tenant, row.id, unit.job.version, second, outbox.WITHDRAW)
        outbox.follow_up(connection, withdrawn, effects)
    here = (copies.c.bucket == row.bucket, copies.c.signal_id == row.id)
    connection.execute(copies.delete().where(*here))


def _at(bucket: int, ids: Sequence[UUID], destination: str) -> sa.Update:
    here = (copies.c.bucket == bucket, copies.c.signal_id.in_(ids), copies.c.destination == destination)
    return copies.update().where(*here)


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
