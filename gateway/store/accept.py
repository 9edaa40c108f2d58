"""Accepting signals: once, set-based, together with the intention to send them and the proof that it happened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import legal_day
from gateway.rules import expiry
from gateway.store import life, outbox, words
from gateway.store.audit import Entry, entry
from gateway.store.effects import Effects
from gateway.store.rows import Row, write
from gateway.store.sealing import RECEIPT, SIGNAL, Sealing
from gateway.store.switching import copies, routes
from gateway.store.tables import operations, signals, subject_lookup
from gateway.store.work import Accept, Accepted, Conflict, Gone, Illegal, Stored

AFGEVEN = "signaalAfgeven"

# Statements of the hot path are made once: making them costs as much as running them.
_SIGNALS = sa.select(
    signals.c.bucket, signals.c.id, signals.c.source, signals.c.status, signals.c.next_on
).where(  # asked to sort by id, SQLite would read the whole bucket
    signals.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    signals.c.source.in_(sa.bindparam("sources", expanding=True)),
)
_OPERATIONS = sa.select(operations).where(
    operations.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    operations.c.key.in_(sa.bindparam("keys", expanding=True)),
)
_PERSONS = (
    sa.select(subject_lookup.c.bucket, subject_lookup.c.hmac, subject_lookup.c.subject_id)
    .where(
        subject_lookup.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
        subject_lookup.c.key_id == sa.bindparam("key_id"),
        subject_lookup.c.hmac.in_(sa.bindparam("persons", expanding=True)),
    )
    .with_for_update(read=True, key_share=True)
)
_INSERT_OPERATIONS, _INSERT_PERSONS, _INSERT_SIGNALS = operations.insert(), subject_lookup.insert(), signals.insert()

Past = dict[bytes, list[Any]]
"""Per source, its signals until now, oldest first."""


def accept(connection: sa.Connection, units: Sequence[Accept], sealing: Sealing, effects: Effects) -> list[Accepted]:
    """Store new signals; a repeat gets the first receipt, also within one batch. Answers in the order of `units`.

    Two writers may store the same at once: then one meets a unique key, and its whole batch looks again.
    """
    first: dict[bytes, Accept] = {}
    for unit in sorted(units, key=lambda unit: unit.key):
        first.setdefault(unit.key, unit)
    past = _past(connection, list(first.values()))
    there = _there(connection, list(first.values()))
    outcome: dict[bytes, Accepted] = {}
    fresh: list[Accept] = []
    for unit in first.values():
        if unit.key in there:
            continue
        previous = _previous(connection, unit, past.get(unit.source, []), sealing, effects)
        if (status := _barred(unit, previous)) is not None:
            outcome[unit.key] = Illegal(status)
        else:
            outcome[unit.key] = Stored(unit.receipt, unit.message_id, fresh=True)
            fresh.append(_following(unit, previous))
    if fresh:
        _store(connection, fresh, sealing, effects)
    losers = [unit for unit in first.values() if not isinstance(outcome.get(unit.key), Stored)]
    keys = _keys(losers, there, sealing, effects)
    return [
        earlier(row, unit.content, keys.get(row.signal_id), sealing)
        if (row := there.get(unit.key))
        else _told(unit, first[unit.key], outcome[unit.key])
        for unit in units
    ]


def _past(connection: sa.Connection, units: list[Accept]) -> Past:
    """What the sources of a batch gave before."""
    past: Past = {}
    rows = connection.execute(_SIGNALS, {"buckets": _buckets(units), "sources": [unit.source for unit in units]})
    for row in sorted(rows, key=lambda row: row.id):
        past.setdefault(row.source, []).append(row)
    return past


def _there(connection: sa.Connection, units: list[Accept]) -> dict[bytes, Any]:
    """The operations that keys stand for already; also of a source whose signal was moved to another since."""
    rows = connection.execute(_OPERATIONS, {"buckets": _buckets(units), "keys": [unit.key for unit in units]})
    return {row.key: row for row in rows}


def _buckets(units: list[Accept]) -> list[int]:
    return sorted({bucket_of(unit.signal.organisatie) for unit in units})


def _told(unit: Accept, winner: Accept, answer: Accepted) -> Accepted:
    """The same key with other content is a conflict; a repeat waits for nothing of its own."""
    if unit is winner or not isinstance(answer, Stored):
        return answer
    return Stored(answer.receipt, answer.message_id, fresh=False) if unit.content == winner.content else Conflict()


def earlier(row: Any, content: bytes, key: bytes | None, sealing: Sealing) -> Stored | Conflict | Gone:
    """What an operation that is already there means for a message with the same key."""
    if row.receipt is None:
        return Gone()
    if row.content != content:
        return Conflict()
    receipt = sealing.open_receipt(key, row.signal_id, row.receipt)
    return Stored(receipt, None, fresh=False) if receipt is not None else Gone()


def _keys(losers: list[Accept], there: dict[bytes, Any], sealing: Sealing, effects: Effects) -> dict[UUID, bytes]:
    """The keys of what was there already. One that a loser got, in an attempt before it lost, must go."""
    theirs = {row.signal_id for row in there.values()}
    keys = sealing.keys.get(theirs | {unit.signal.signaal_id for unit in losers})
    effects.destroyed += keys.keys() - theirs
    return keys


def _previous(
    connection: sa.Connection, unit: Accept, past: list[Any], sealing: Sealing, effects: Effects
) -> Status | UUID | None:
    """ACTIEF while its source has an active signal, else the id of the latest. What the clock asked is done first."""
    today = legal_day(unit.signal.herkomst.ontvangen_op)
    latest: UUID | None = None
    for row in past:
        status = life.overtaken(connection, row, today, sealing, effects).status
        if status == Status.ACTIEF:
            return Status.ACTIEF
        if status != Status.VERNIETIGD:
            latest = row.id
    return latest


def _barred(unit: Accept, previous: Status | UUID | None) -> Status | None:
    """In which state a signal would make no sense: its source has an active one, or its own period is already over."""
    if previous is Status.ACTIEF:
        return Status.ACTIEF
    signal = unit.signal
    return Status.ARCHIEF if signal.verwijderdatum <= legal_day(signal.herkomst.ontvangen_op) else None


def _following(unit: Accept, previous: Status | UUID | None) -> Accept:
    """The unit, with its predecessor named when the source had an earlier signal."""
    if not isinstance(previous, UUID):
        return unit
    return replace(unit, signal=unit.signal.model_copy(update={"voorganger_id": previous}))


def _store(connection: sa.Connection, units: list[Accept], sealing: Sealing, effects: Effects) -> None:
    """Insert what is new. Keys are durable before any row that needs them."""
    units, beside = routes.led(connection, units)
    keys = sealing.keys.make(unit.signal.signaal_id for unit in units)
    write(connection, _INSERT_OPERATIONS, [_operation(unit, keys, sealing) for unit in units])
    persons = _persons(connection, units, sealing.ring.lookup_id)
    write(connection, _INSERT_SIGNALS, [_row(unit, keys, persons, sealing) for unit in units])
    outbox.add(connection, [_letter(unit) for unit in units])
    copies.begin(connection, beside)
    outbox.alarm(connection, (unit.signal.organisatie for unit in units if unit.alarm))
    words.count(connection, units)
    effects.entries += [_entry(unit) for unit in units]


def _persons(connection: sa.Connection, units: list[Accept], key_id: str) -> dict[tuple[int, bytes], UUID]:
    """The random id of each person within its tenant's bucket, made where there is none.

    One that is there is held until this commits, also when its last signal is destroyed now.
    """
    wanted = {(bucket_of(unit.signal.organisatie), unit.subject) for unit in units}
    asked = {"buckets": _buckets(units), "key_id": key_id, "persons": [value for _, value in wanted]}
    persons = {(row.bucket, row.hmac): row.subject_id for row in connection.execute(_PERSONS, asked)}
    if strange := sorted(wanted - persons.keys()):
        made = {(bucket, value): new_id(bucket) for bucket, value in strange}
        rows = [{"bucket": b, "key_id": key_id, "hmac": value, "subject_id": made[b, value]} for b, value in strange]
        write(connection, _INSERT_PERSONS, rows)
        persons |= made
    return persons


def _operation(unit: Accept, keys: dict[UUID, bytes], sealing: Sealing) -> Row:
    signal_id = unit.signal.signaal_id
    return {
        "bucket": bucket_of(unit.signal.organisatie),
        "key": unit.key,
        "tenant": unit.signal.organisatie,
        "signal_id": signal_id,
        "operation": AFGEVEN,
        "content": unit.content,
        "receipt": sealing.seal(keys[signal_id], RECEIPT, signal_id, unit.receipt),
    }


def _row(unit: Accept, keys: dict[UUID, bytes], persons: dict[tuple[int, bytes], UUID], sealing: Sealing) -> Row:
    signal = unit.signal
    bucket = bucket_of(signal.organisatie)
    return {
        "bucket": bucket,
        "id": signal.signaal_id,
        "tenant": signal.organisatie,
        "source": unit.source,
        "revision": signal.revisie,
        "subject_id": persons[bucket, unit.subject],
        "region": signal.regio,
        "destination": signal.bestemming,
        "status": Status.ACTIEF.value,
        "status_since": signal.herkomst.ontvangen_op,
        "accepted_at": signal.herkomst.ontvangen_op,
        "removal_on": signal.verwijderdatum,
        "predecessor": signal.voorganger_id,
        "pack": unit.receipt.beleid,
        "vocabulary": unit.receipt.vocabulaire,
        "sealed": sealing.seal(keys[signal.signaal_id], SIGNAL, signal.signaal_id, signal),
        "key_destroyed": False,
        "next_on": life.next_on(Status.ACTIEF, signal.verwijderdatum, signal),
        "warn_on": expiry.first(legal_day(signal.herkomst.ontvangen_op), signal.verwijderdatum),
    }


def _letter(unit: Accept) -> outbox.Letter:
    return outbox.Letter(
        tenant=unit.signal.organisatie,
        destination=unit.signal.bestemming,
        kind=outbox.REGISTER,
        signal_id=unit.signal.signaal_id,
        sequence=1,
        message_id=unit.message_id,
        version=unit.receipt.beleid,
    )


def _entry(unit: Accept) -> Entry:
    return entry(
        "signaal_aangenomen",
        unit.signal.organisatie,
        unit.signal.signaal_id,
        regio=unit.signal.regio,
        bestemming=unit.signal.bestemming,
        beleid=unit.receipt.beleid,
        vocabulaire=unit.receipt.vocabulaire,
        formaat=unit.signal.herkomst.formaat,
    )
