"""A message that a worker holds under a lease: with which key it is sealed, and the bytes that are about to be sent."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.store.engine import Times
from gateway.store.outbox import NOTICE, PERSONAL
from gateway.store.sealing import Sealing
from gateway.store.tables import outbox
from gateway.store.work import Freeze, Job


def freeze(connection: sa.Connection, units: Sequence[Freeze], times: Times, sealing: Sealing) -> list[bool]:
    """Keep the bytes that are about to be sent. Answers in the order of `units`.

    False when the lease was taken over or the signal destroyed.
    """
    held = sealing.keys.get({unit.job.signal_id for unit in units if unit.job.signal_id is not None})
    return [_freeze(connection, unit, held, times, sealing) for unit in units]


def _freeze(connection: sa.Connection, unit: Freeze, held: dict[UUID, bytes], times: Times, sealing: Sealing) -> bool:
    job = unit.job
    key = own_key(job.kind, job.signal_id, held, sealing)
    if key is None:
        return False
    body = sealing.seal_body(key, job.message_id, unit.body)
    return connection.execute(_freezing(times), by_lease(job) | {"frozen": body}).rowcount == 1


@cache
def _freezing(times: Times) -> Any:
    return under_lease().values(body=sa.bindparam("frozen", type_=sa.LargeBinary), last_sent=times.due())


def by_lease(job: Job) -> dict[str, Any]:
    """The parameters of `under_lease`."""
    return {"its_bucket": job.bucket, "its_id": job.id, "its_lease": job.lease}


def under_lease() -> Any:
    """Of a message that is held under a lease; its parameters are those of `by_lease`."""
    return outbox.update().where(
        outbox.c.bucket == sa.bindparam("its_bucket"),
        outbox.c.id == sa.bindparam("its_id"),
        outbox.c.lease == sa.bindparam("its_lease"),
    )


def own_key(kind: str, signal_id: UUID | None, keys: dict[UUID, bytes], sealing: Sealing) -> bytes | None:
    """Only a message that names a person is sealed with the key that dies with the signal."""
    if kind in PERSONAL and signal_id is not None:
        return keys.get(signal_id)
    if kind == NOTICE and signal_id in keys:
        return keys[signal_id]
    return sealing.ring.transport
