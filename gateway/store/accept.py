"""Accepting signals: once, set-based, together with the intention to send them and the proof that it happened."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import legal_day
from gateway.rules import lifecycle
from gateway.store import outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects, dialect, insert_or_leave
from gateway.store.sealing import RECEIPT, SIGNAL, Sealing
from gateway.store.tables import operations, signals, subject_lookup
from gateway.store.work import Accept, Accepted, Conflict, Gone, Illegal, Stored

AFGEVEN = "signaalAfgeven"

# Statements of the hot path are made once: making them costs as much as running them.
_THERE = sa.select(operations).where(
    operations.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    operations.c.key.in_(sa.bindparam("keys", expanding=True)),
)
_PREVIOUS = (
    sa.select(signals.c.bucket, signals.c.id, signals.c.source, signals.c.status, signals.c.removal_on)
    .where(
        signals.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
        signals.c.source.in_(sa.bindparam("sources", expanding=True)),
    )
    .order_by(signals.c.id)
)
_INSERT = signals.insert()


def accept(connection: sa.Connection, units: Sequence[Accept], sealing: Sealing, effects: Effects) -> list[Accepted]:
    """Store new signals; a repeat gets the first receipt, also within one batch. Answers in the order of `units`."""
    first: dict[bytes, Accept] = {}
    for unit in sorted(units, key=lambda unit: unit.key):
        first.setdefault(unit.key, unit)
    there = _there(connection, list(first.values()))
    outcome: dict[bytes, Accepted] = {}
    unknown = [unit for key, unit in first.items() if key not in there]
    if unknown:
        outcome, since = _store(connection, unknown, sealing, effects)
        there |= since
    keys = sealing.keys.get({row.signal_id for row in there.values()})
    return [
        earlier(row, unit.content, keys.get(row.signal_id), sealing)
        if (row := there.get(unit.key))
        else _told(unit, first[unit.key], outcome[unit.key])
        for unit in units
    ]


def _told(unit: Accept, winner: Accept, answer: Accepted) -> Accepted:
    """The same key with other content is a conflict; a repeat waits for nothing of its own."""
    if unit is winner or not isinstance(answer, Stored):
        return answer
    return Stored(answer.receipt, answer.message_id, fresh=False) if unit.content == winner.content else Conflict()


def _there(connection: sa.Connection, units: list[Accept]) -> dict[bytes, Any]:
    """The operations that the keys of a batch already stand for."""
    rows = connection.execute(_THERE, {"buckets": _buckets(units), "keys": [unit.key for unit in units]}).all()
    return {row.key: row for row in rows}


def _buckets(units: list[Accept]) -> list[int]:
    return sorted({bucket_of(unit.signal.organisatie) for unit in units})


def earlier(row: Any, content: bytes, key: bytes | None, sealing: Sealing) -> Stored | Conflict | Gone:
    """What an operation that is already there means for a message with the same key."""
    if row.receipt is None:
        return Gone()
    if row.content != content:
        return Conflict()
    receipt = sealing.open_receipt(key, row.signal_id, row.receipt)
    return Stored(receipt, None, fresh=False) if receipt is not None else Gone()


def _store(
    connection: sa.Connection, units: list[Accept], sealing: Sealing, effects: Effects
) -> tuple[dict[bytes, Accepted], dict[bytes, Any]]:
    """Insert what is new; gives the outcomes, and the operations that turned out to be there already.

    Keys are durable before any row that needs them; one that is then not needed is destroyed. An operation may have
    been stored since we looked: by another process, or by this one, in a commit whose outcome was in doubt.
    """
    previous = _previous(connection, units)
    barred = {unit.key: status for unit in units if (status := _barred(unit, previous.get(unit.source))) is not None}
    refused = [unit for unit in units if unit.key in barred]
    fresh = [_following(unit, previous.get(unit.source)) for unit in units if unit.key not in barred]
    keys: dict[UUID, bytes] = {}
    won: set[bytes] = set()
    if fresh:
        keys = sealing.keys.make(unit.signal.signaal_id for unit in fresh)
        statement = insert_or_leave(connection, operations, "bucket", "key", tell="key")
        won = set(connection.execute(statement, [_operation(unit, keys, sealing) for unit in fresh]).scalars())
    winners = [unit for unit in fresh if unit.key in won]
    if winners:
        _insert(connection, winners, keys, sealing, effects)
    losers = refused + [unit for unit in fresh if unit.key not in won]
    there = _there(connection, losers) if losers else {}
    effects.destroyed += sealing.keys.get(
        {unit.signal.signaal_id for unit in losers} - {row.signal_id for row in there.values()}
    )
    outcome: dict[bytes, Accepted] = {key: Illegal(status) for key, status in barred.items()}
    return outcome | {unit.key: Stored(unit.receipt, unit.message_id, fresh=True) for unit in winners}, there


def _barred(unit: Accept, previous: Status | UUID | None) -> Status | None:
    """In which state a signal would make no sense: its source has an active one, or its own period is already over."""
    if previous is Status.ACTIEF:
        return Status.ACTIEF
    signal = unit.signal
    return Status.ARCHIEF if signal.verwijderdatum <= legal_day(signal.herkomst.ontvangen_op) else None


def _previous(connection: sa.Connection, units: list[Accept]) -> dict[bytes, Status | UUID]:
    """Per source that had a signal: ACTIEF while it has one, else the id of its latest. Expired ones are archived."""
    sources = [unit.source for unit in units]
    rows = connection.execute(_PREVIOUS, {"buckets": _buckets(units), "sources": sources}).all()
    now = units[0].signal.herkomst.ontvangen_op
    found: dict[bytes, Status | UUID] = {}
    for row in rows:
        if lifecycle.standing(Status(row.status), row.removal_on, legal_day(now)) is Status.ACTIEF:
            found[row.source] = Status.ACTIEF
            continue
        if row.status == Status.ACTIEF:
            _archive(connection, row, now)
        if row.status != Status.VERNIETIGD and found.get(row.source) is not Status.ACTIEF:
            found[row.source] = row.id
    return found


def _archive(connection: sa.Connection, row: Any, now: dt.datetime) -> None:
    connection.execute(
        signals.update()
        .where(signals.c.bucket == row.bucket, signals.c.id == row.id, signals.c.status == Status.ACTIEF.value)
        .values(status=Status.ARCHIEF.value, status_since=now)
    )


def _following(unit: Accept, previous: Status | UUID | None) -> Accept:
    """The unit, with its predecessor named when the source had an earlier signal."""
    if not isinstance(previous, UUID):
        return unit
    return Accept(
        key=unit.key,
        content=unit.content,
        source=unit.source,
        subject=unit.subject,
        signal=unit.signal.model_copy(update={"voorganger_id": previous}),
        receipt=unit.receipt,
        message_id=unit.message_id,
    )


def _operation(unit: Accept, keys: dict[UUID, bytes], sealing: Sealing) -> dict[str, Any]:
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


def _insert(
    connection: sa.Connection, units: list[Accept], keys: dict[UUID, bytes], sealing: Sealing, effects: Effects
) -> None:
    subjects = _subjects(connection, units, sealing.ring.lookup_id)
    connection.execute(
        _INSERT,
        [
            _row(
                unit,
                keys[unit.signal.signaal_id],
                subjects[bucket_of(unit.signal.organisatie), unit.subject],
                sealing,
            )
            for unit in units
        ],
    )
    outbox.add(connection, [_letter(unit) for unit in units])
    effects.entries += [
        entry(
            "signaal_aangenomen",
            unit.signal.organisatie,
            unit.signal.signaal_id,
            regio=unit.signal.regio,
            bestemming=unit.signal.bestemming,
            beleid=unit.receipt.beleid,
            vocabulaire=unit.receipt.vocabulaire,
            formaat=unit.signal.herkomst.formaat,
        )
        for unit in units
    ]


def _row(unit: Accept, key: bytes, subject: UUID, sealing: Sealing) -> dict[str, Any]:
    signal = unit.signal
    return {
        "bucket": bucket_of(signal.organisatie),
        "id": signal.signaal_id,
        "tenant": signal.organisatie,
        "source": unit.source,
        "revision": signal.revisie,
        "subject_id": subject,
        "region": signal.regio,
        "destination": signal.bestemming,
        "status": Status.ACTIEF.value,
        "status_since": signal.herkomst.ontvangen_op,
        "accepted_at": signal.herkomst.ontvangen_op,
        "removal_on": signal.verwijderdatum,
        "predecessor": signal.voorganger_id,
        "pack": unit.receipt.beleid,
        "vocabulary": unit.receipt.vocabulaire,
        "sealed": sealing.seal(key, SIGNAL, signal.signaal_id, signal),
        "key_destroyed": False,
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


def _subjects(connection: sa.Connection, units: list[Accept], key_id: str) -> dict[tuple[int, bytes], UUID]:
    """The random id of each person within its tenant's bucket, made where there is none.

    An existing row is written as it is: that holds it until this commits, also when its last signal is destroyed now.
    """
    wanted = sorted({(bucket_of(unit.signal.organisatie), unit.subject) for unit in units})
    rows = connection.execute(
        _holding(dialect(connection)),
        [{"bucket": bucket, "key_id": key_id, "hmac": value, "subject_id": new_id(bucket)} for bucket, value in wanted],
    )
    return {(row.bucket, row.hmac): row.subject_id for row in rows}


@cache
def _holding(dialect: Any) -> Any:
    insert = dialect.insert(subject_lookup)
    return insert.on_conflict_do_update(
        index_elements=["bucket", "key_id", "hmac"], set_={"subject_id": subject_lookup.c.subject_id}
    ).returning(subject_lookup.c.bucket, subject_lookup.c.hmac, subject_lookup.c.subject_id)
