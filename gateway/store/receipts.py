"""The receipts of what was done: a sender gets the one it got before, for as long as its signal is there."""

from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Receipt, Status
from gateway.canonical.tenant import bucket_of
from gateway.store.accept import AFGEVEN
from gateway.store.sealing import Sealing
from gateway.store.tables import operations, signals
from gateway.store.work import Gone


def of_signal(engine: sa.Engine, sealing: Sealing, tenant: str, of: bytes | UUID) -> Receipt | Gone | None:
    """The receipt of a tenant's signal, or of its latest of a source; Gone when it went with its signal.

    It names the signal as its sender does now: it may have moved to another source since.
    """
    bucket = bucket_of(tenant)
    meant = signals.c.id == of if isinstance(of, UUID) else signals.c.source == of
    with engine.begin() as connection:
        row = connection.execute(
            sa.select(signals.c.id, signals.c.tenant, signals.c.status, signals.c.sealed)
            .where(signals.c.bucket == bucket, meant)
            .order_by(signals.c.id.desc())
            .limit(1)
        ).one_or_none()
        if row is None or row.tenant != tenant:
            return None
        done = connection.execute(
            sa.select(operations.c.operation, operations.c.receipt).where(
                operations.c.bucket == bucket, operations.c.signal_id == row.id, operations.c.receipt.is_not(None)
            )
        ).all()
    key = sealing.key(row.id)
    opened = [sealing.open_receipt(key, row.id, item.receipt) for item in done]
    receipts = [receipt for receipt in opened if receipt is not None]
    if not receipts:
        return Gone() if row.status == Status.VERNIETIGD else None
    first = next((receipt for receipt in receipts if receipt.handeling == AFGEVEN), receipts[0])
    signal = sealing.open_signal(key, row.id, row.sealed)
    if signal is None:
        return first
    named = {"bron_systeem": signal.bron_systeem, "bron_signaal_id": signal.bron_signaal_id}
    return first.model_copy(update=named)


def repeated(engine: sa.Engine, sealing: Sealing, tenant: str, key: bytes, content: bytes) -> Receipt | None:
    """The receipt of what was done before with this key and content; None when it was not, or is destroyed."""
    with engine.begin() as connection:
        done = connection.execute(
            sa.select(operations.c.signal_id, operations.c.receipt).where(
                operations.c.bucket == bucket_of(tenant),
                operations.c.key == key,
                operations.c.content == content,
                operations.c.receipt.is_not(None),
            )
        ).one_or_none()
    if done is None:
        return None
    return sealing.open_receipt(sealing.key(done.signal_id), done.signal_id, done.receipt)
