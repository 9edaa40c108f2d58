"""A signal goes to the archive or is destroyed: by its sender, by the clock, or on the word of index or college.

It is the same in each case: its matches lapse, its contact goes, its key is destroyed, the index is told, the audit
knows. Which event leads where is the table of `rules.lifecycle`.
"""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.signal import Signal
from gateway.canonical.tenant import bucket_in, new_id
from gateway.clock import legal_day, midnight
from gateway.rules import lifecycle
from gateway.rules.dictionary import IDENTIFYING, without
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store import arranging, expiry, matches, outbox, recall
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.sealing import SIGNAL, Sealing
from gateway.store.switching import copies
from gateway.store.tables import operations, signals, subject_lookup
from gateway.store.work import Age, Destroy, Destroyed, Gone, NotOurs


def next_on(status: Status, removal: dt.date, signal: Signal | None) -> dt.date | None:
    """The legal day of the next event of the clock. Of a signal that cannot be read, no birthday is known."""
    ahead = lifecycle.ahead(status, removal, _birthday(signal))
    return ahead.on if ahead else None


def _birthday(signal: Signal | None) -> dt.date | None:
    if signal is None:
        return None
    return lifecycle.birthday(signal.jeugdige.geboortedatum, legal_day(signal.datum_tijd_melding))


def enter(connection: sa.Connection, row: Any, status: Status, effects: Effects, **values: Any) -> None:
    """Give a signal its new state, with what else changes in its row, and let everything follow from it."""
    destroyed = status is Status.VERNIETIGD
    if destroyed:
        values |= {"sealed": None, "subject_id": None, "next_on": None}
    if status is not Status.ACTIEF:
        values["warn_on"] = None
        expiry.forget(connection, row, effects)
    connection.execute(_here(row).values(status=status.value, **values))
    if destroyed:
        _destroy(connection, row)
        effects.destroyed.append(row.id)
        recall.recall(connection, row, effects)
    elif status is not Status.ACTIEF:
        arranging.left(connection, row, effects)
        matches.lapse(connection, row, effects)


def _here(row: Any) -> sa.Update:
    return signals.update().where(signals.c.bucket == row.bucket, signals.c.id == row.id)


def _destroy(connection: sa.Connection, row: Any) -> None:
    """Take everything of a signal away but the proof that it existed; its key follows once this is durable."""
    connection.execute(
        operations.update()
        .where(operations.c.bucket == row.bucket, operations.c.signal_id == row.id)
        .values(receipt=None, content=None)
    )
    outbox.forget(connection, row.bucket, row.id)
    copies.forget(connection, row.bucket, row.id)
    person = sa.and_(subject_lookup.c.bucket == row.bucket, subject_lookup.c.subject_id == row.subject_id)
    connection.execute(sa.select(subject_lookup.c.hmac).where(person).with_for_update())
    others = sa.select(signals.c.id).where(
        signals.c.bucket == row.bucket, signals.c.subject_id == row.subject_id, signals.c.id != row.id
    )
    connection.execute(subject_lookup.delete().where(person, ~others.exists()))


def tell(
    connection: sa.Connection,
    row: Any,
    kind: str,
    effects: Effects,
    *,
    message_id: UUID,
    argument: str,
    version: str,
    deaf: frozenset[str] = frozenset(),
) -> UUID | None:
    """Put the message for the index in the outbox, unless the index never got to know the signal.

    Gives its id. Where a copy of the signal stands, that index is told the same. What is deaf is told nothing.
    """
    letter = outbox.Letter(
        tenant=row.tenant,
        destination=row.destination,
        kind=kind,
        signal_id=row.id,
        sequence=0,
        message_id=message_id,
        argument=argument,
        version=version,
    )
    for second in copies.beside(connection, row.bucket, row.id):
        if second not in deaf:
            again = replace(letter, destination=second, message_id=new_id(row.bucket))
            outbox.follow_up(connection, again, effects)
    return None if row.destination in deaf else outbox.follow_up(connection, letter, effects)


def age(connection: sa.Connection, unit: Age, sealing: Sealing, effects: Effects) -> int:
    """Carry out what the clock asks in one bucket, so many signals at most; gives how many it looked at."""
    rows = connection.execute(
        sa.select(signals)
        .where(signals.c.bucket == unit.bucket, signals.c.next_on <= unit.today)
        .order_by(signals.c.next_on, signals.c.id)
        .limit(unit.limit)
        .with_for_update(skip_locked=True)
    ).all()
    keys = sealing.keys.get(row.id for row in rows)
    for row in rows:
        live(connection, row, sealing.open_signal(keys.get(row.id), row.id, row.sealed), unit.today, effects)
    return len(rows)


def overtaken(connection: sa.Connection, row: Any, today: dt.date, sealing: Sealing, effects: Effects) -> Any:
    """The row as it is today: what the clock asked of this signal is carried out before anything else is."""
    if row.next_on is None or row.next_on > today:
        return row
    here = sa.and_(signals.c.bucket == row.bucket, signals.c.id == row.id)
    row = connection.execute(sa.select(signals).where(here).with_for_update()).one()
    live(connection, row, sealing.open_signal(sealing.key(row.id), row.id, row.sealed), today, effects)
    return connection.execute(sa.select(signals).where(here)).one()


def live(connection: sa.Connection, row: Any, signal: Signal | None, today: dt.date, effects: Effects) -> None:
    """Let every event of the clock until today happen to a locked signal, each on its own day."""
    status, adult = Status(row.status), _birthday(signal)
    while (ahead := lifecycle.ahead(status, row.removal_on, adult)) is not None and ahead.on <= today:
        status = lifecycle.LIFE[status, ahead.event]
        _happen(connection, row, ahead.event, status, midnight(ahead.on), effects)
    if ahead is not None:
        connection.execute(_here(row).values(next_on=ahead.on))


def _happen(
    connection: sa.Connection,
    row: Any,
    event: Gebeurtenis,
    status: Status,
    since: dt.datetime,
    effects: Effects,
) -> None:
    enter(connection, row, status, effects, status_since=since)
    destroyed = status is Status.VERNIETIGD
    tell(
        connection,
        row,
        outbox.WITHDRAW if destroyed else outbox.END,
        effects,
        message_id=new_id(row.bucket),
        argument="" if destroyed else row.removal_on.isoformat(),
        version=row.pack,
    )
    name = "signaal_vernietigd" if destroyed else "signaal_verlopen"
    effects.entries.append(entry(name, row.tenant, row.id, beleid=row.pack, grond=event.value))


def forget_identity(
    connection: sa.Connection, bucket: int, signal_id: UUID, sealing: Sealing, effects: Effects
) -> None:
    """Take away by what the young person is known; the signal lives on. Nothing, where it is destroyed already."""
    here = sa.and_(signals.c.bucket == bucket, signals.c.id == signal_id)
    row = connection.execute(sa.select(signals).where(here).with_for_update()).one()
    key = sealing.key(signal_id)
    signal = sealing.open_signal(key, signal_id, row.sealed)
    if signal is None or key is None:
        return
    left = without(signal, IDENTIFYING)
    connection.execute(_here(row).values(sealed=sealing.seal(key, SIGNAL, signal_id, left)))
    effects.entries.append(entry("identiteit_gewist", row.tenant, signal_id, beleid=row.pack))


def destroy(connection: sa.Connection, unit: Destroy, effects: Effects) -> Destroyed | Gone | NotOurs:
    """Destroy a signal for a reason that no sender and no clock gives."""
    row = connection.execute(
        sa.select(signals)
        .where(signals.c.bucket == bucket_in(unit.signal_id), signals.c.id == unit.signal_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return NotOurs()
    after = lifecycle.follow(Status(row.status), unit.event)
    if after is None:
        return Gone()
    _happen(connection, row, unit.event, after, unit.now, effects)
    return Destroyed(row.tenant)
