"""What is in the store as a whole, for an operator who changes something under it."""

from dataclasses import dataclass

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.store.outbox import NOTICE
from gateway.store.tables import among_open, outbox, signals


@dataclass(frozen=True, slots=True)
class InUse:
    """What a configuration must go on to name: the regions of living signals, the indices of open messages."""

    regions: frozenset[str]
    indexes: frozenset[str]


def in_use(connection: sa.Connection) -> InUse:
    """Look through all signals and open messages."""
    living = sa.select(signals.c.region).where(signals.c.status != Status.VERNIETIGD.value).distinct()
    waiting = (
        sa.select(outbox.c.destination)
        .where(among_open(outbox.c.state), outbox.c.kind != NOTICE, outbox.c.signal_id.is_not(None))
        .distinct()
    )
    return InUse(
        frozenset(connection.execute(living).scalars()),
        frozenset(connection.execute(waiting).scalars()),
    )
