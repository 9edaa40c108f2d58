"""Changing an own signal: ended, withdrawn, given meaning. Destroying it takes its key."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_in, bucket_of
from gateway.clock import legal_day
from gateway.rules import expiry
from gateway.store import expiry as letters
from gateway.store import life, outbox
from gateway.store.accept import AFGEVEN, earlier
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.keyring import Unsealable
from gateway.store.sealing import RECEIPT, SIGNAL, Sealing
from gateway.store.switching import copies
from gateway.store.tables import literally, operations, signals
from gateway.store.work import Change, Changed, Conflict, Decision, Gone, Known, NotOurs, Stored


def change(connection: sa.Connection, unit: Change, sealing: Sealing, effects: Effects) -> Changed:
    """Do what `unit.decide` says of the signal as it is; the same change again gets the same receipt.

    The signal is locked before anything else is read: of two equal changes at once, the second sees the first.
    """
    bucket = bucket_of(unit.tenant)
    row = connection.execute(
        sa.select(signals)
        .where(signals.c.bucket == bucket, signals.c.source == unit.source)
        .order_by(signals.c.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None or row.tenant != unit.tenant or unit.named not in (None, row.id):
        return NotOurs()
    row = life.overtaken(connection, row, legal_day(unit.now), sealing, effects)
    done = connection.execute(
        sa.select(operations).where(operations.c.bucket == bucket, operations.c.key == unit.key)
    ).one_or_none()
    if done is not None:
        if done.signal_id != row.id:
            return Conflict()
        return earlier(done, unit.content, sealing.key(done.signal_id), sealing)
    if row.status == Status.VERNIETIGD:
        return Gone()
    key = sealing.key(row.id)
    known = _known(connection, row, key, sealing)
    decision = unit.decide(known)
    if not isinstance(decision, Decision):
        return decision
    _carry_out(connection, unit, row, known, decision, key, sealing, effects)
    message_id = None
    if decision.kind:
        message_id = life.tell(
            connection, row, decision.kind, effects,
            message_id=unit.message_id, argument=decision.argument, version=decision.receipt.beleid, deaf=decision.deaf,
        )  # fmt: skip
    if unit.alarm:
        outbox.alarm(connection, [unit.tenant])
    return Stored(decision.receipt, message_id, fresh=True)


def _known(connection: sa.Connection, row: Any, key: bytes | None, sealing: Sealing) -> Known:
    receipt = connection.execute(
        sa.select(operations.c.receipt)
        .where(
            operations.c.bucket == row.bucket,
            operations.c.signal_id == row.id,
            operations.c.operation == AFGEVEN,
        )
        .limit(1)  # a signal that was moved to another source has its first receipt under both keys
    ).scalar_one()
    signal = sealing.open_signal(key, row.id, row.sealed)
    accepted = sealing.open_receipt(key, row.id, receipt)
    if signal is None or accepted is None:
        raise Unsealable
    beside = copies.beside(connection, row.bucket, row.id)
    return Known(signal, Status(row.status), accepted, row.destination, tuple(beside))


def _carry_out(
    connection: sa.Connection,
    unit: Change,
    row: Any,
    known: Known,
    decision: Decision,
    key: bytes | None,
    sealing: Sealing,
    effects: Effects,
) -> None:
    own = sealing.ring.transport if decision.status is Status.VERNIETIGD or key is None else key
    removal = decision.removed or row.removal_on
    values: dict[str, Any] = {
        "removal_on": removal,
        "next_on": life.next_on(decision.status, removal, known.signal),
    }
    if removal != row.removal_on:
        values["warn_on"] = expiry.first(legal_day(unit.now), removal)
        letters.forget(connection, row, effects)
    if decision.status != row.status:
        values["status_since"] = unit.now
    if decision.signal is not None:
        values["sealed"] = sealing.seal(own, SIGNAL, row.id, decision.signal)
    life.enter(connection, row, decision.status, effects, **values)
    connection.execute(
        operations.insert(),
        {
            "bucket": row.bucket,
            "key": unit.key,
            "tenant": unit.tenant,
            "signal_id": row.id,
            "operation": unit.operation,
            "content": unit.content,
            "receipt": sealing.seal(own, RECEIPT, row.id, decision.receipt),
        },
    )
    effects.entries.append(entry(decision.event, unit.tenant, row.id, beleid=decision.receipt.beleid))


def unswept(connection: sa.Connection) -> list[UUID]:
    """Destroyed signals whose key is not known to be gone: a crash may have come between."""
    destroyed = signals.c.status == literally(Status.VERNIETIGD.value)
    return list(
        connection.execute(sa.select(signals.c.id).where(destroyed, ~signals.c.key_destroyed).limit(1000)).scalars()
    )


def mark_swept(connection: sa.Connection, destroyed: list[UUID]) -> None:
    """Note that keys are gone."""
    connection.execute(
        signals.update()
        .where(signals.c.bucket == sa.bindparam("at_bucket"), signals.c.id == sa.bindparam("at_id"))
        .values(key_destroyed=True),
        [{"at_bucket": bucket_in(identity), "at_id": identity} for identity in destroyed],
    )
