"""Moving a signal to the source id it has in its organisation's new system; its period and its messages stay.

What the old system repeats is still recognised by its own keys; the new system's first message is a repeat too.
"""

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of
from gateway.store.accept import AFGEVEN
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.sealing import SIGNAL, Sealing
from gateway.store.tables import operations, signals
from gateway.store.work import Conflict, Move, Moved, NotOurs


def move(connection: sa.Connection, unit: Move, sealing: Sealing, effects: Effects) -> Moved | Conflict | NotOurs:
    """Give it its new id; the first revision of that id is the signal as it is."""
    bucket = bucket_of(unit.tenant)
    own = sa.and_(signals.c.bucket == bucket, signals.c.tenant == unit.tenant)
    row = connection.execute(
        sa.select(signals)
        .where(own, signals.c.source == unit.source, signals.c.status == Status.ACTIEF.value)
        .with_for_update()
    ).one_or_none()
    key = sealing.key(row.id) if row is not None else None
    if row is None or key is None:
        return NotOurs()
    signal = sealing.open_signal(key, row.id, row.sealed)
    taken = sa.select(signals.c.id).where(signals.c.bucket == bucket, signals.c.source == unit.to).limit(1)
    known = sa.select(operations.c.key).where(operations.c.bucket == bucket, operations.c.key == unit.key)
    if signal is None or connection.execute(taken).first() or connection.execute(known).first():
        return Conflict()
    moved = signal.model_copy(
        update={"bron_systeem": unit.bron_systeem, "bron_signaal_id": unit.bron_signaal_id, "revisie": 1}
    )
    connection.execute(
        signals.update()
        .where(signals.c.bucket == bucket, signals.c.id == row.id)
        .values(source=unit.to, revision=1, sealed=sealing.seal(key, SIGNAL, row.id, moved))
    )
    first = connection.execute(
        sa.select(operations).where(
            operations.c.bucket == bucket, operations.c.signal_id == row.id, operations.c.operation == AFGEVEN
        )
    ).first()
    assert first is not None  # noqa: S101  no signal without the operation that made it
    connection.execute(operations.insert(), {**first._mapping, "key": unit.key})
    effects.entries.append(entry("signaal_verhuisd", unit.tenant, row.id))
    return Moved(row.id)
