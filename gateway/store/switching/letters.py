"""Messages of a move, to the outbox: behind whatever an index must hear of the same signal first."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.tenant import bucket_of, new_id
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.outbox import Letter
from gateway.store.tables import outbox as messages


def letter(
    tenant: str, signal_id: UUID, version: str, destination: str, kind: str, *, argument: str = "", place: int = 0,
    due: float = 0.0,
) -> Letter:  # fmt: skip
    """A message about a signal for an index."""
    return Letter(
        tenant=tenant,
        destination=destination,
        kind=kind,
        signal_id=signal_id,
        sequence=place,
        message_id=new_id(bucket_of(tenant)),
        argument=argument,
        version=version,
        due=due,
    )


def about(row: Any, destination: str, kind: str, *, argument: str = "", place: int = 0, due: float = 0.0) -> Letter:
    """The same, by the row of the signal."""
    return letter(row.tenant, row.id, row.pack, destination, kind, argument=argument, place=place, due=due)


def last(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> dict[UUID, int]:
    """The place of the last message to an index about each signal; none where there was none."""
    found = (
        sa.select(messages.c.signal_id, sa.func.max(messages.c.sequence))
        .where(
            messages.c.bucket == bucket,
            messages.c.signal_id.in_(set(ids)),
            messages.c.destination == destination,
        )
        .group_by(messages.c.signal_id)
    )
    return {row[0]: row[1] for row in connection.execute(found)}


def registered(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> dict[UUID, str]:
    """Of each of these signals that stands at an index, or is to: the state of the last message that registered it.

    What was withdrawn there since does not stand there.
    """
    told = (
        sa.select(messages.c.signal_id, messages.c.kind, messages.c.state)
        .where(
            messages.c.bucket == bucket,
            messages.c.signal_id.in_(set(ids)),
            messages.c.destination == destination,
            messages.c.kind.in_((outbox.REGISTER, outbox.WITHDRAW)),
        )
        .order_by(messages.c.sequence)
    )
    found: dict[UUID, str] = {}
    for row in connection.execute(told):
        if row.kind == outbox.REGISTER:
            found[row.signal_id] = row.state
        elif row.state != State.CANCELLED.value:
            found.pop(row.signal_id, None)
    return found
