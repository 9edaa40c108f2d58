"""Which of some signals a move is about, and what is known of each: a municipality stands in what is sealed."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.canonical.signal import Jeugdige, Signal
from gateway.rules.delivery import State
from gateway.store.outbox import REGISTER
from gateway.store.sealing import Sealing
from gateway.store.tables import outbox, signals
from gateway.store.work import Scope

AT_ONCE = 500
NOT_TAKEN = (State.REFUSED.value, State.CANCELLED.value)
"""How the message that registers a signal ends at an index that does not have it."""


class Mine(NamedTuple):
    """A signal of a move, as its row and opened."""

    row: Any
    signal: Signal

    @property
    def nameless(self) -> bool:
        """Whether nobody here knows any more who it is about: no other index can be told."""
        return unknown(self.signal.jeugdige)


def unknown(child: Jeugdige) -> bool:
    """Whether what is left of a child says nothing of who it is."""
    return child.bsn is None and child.familienaam is None


def where(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """What can be asked of the rows themselves."""
    here = [signals.c.region == scope.region]
    return [*here, signals.c.tenant.in_(scope.tenants)] if scope.tenants else here


def refused_by(index: str) -> sa.ColumnElement[bool]:
    """Whether an index does not have a signal because it refused it: its sender knows, and it moves nowhere."""
    told = sa.and_(
        outbox.c.bucket == signals.c.bucket,
        outbox.c.signal_id == signals.c.id,
        outbox.c.destination == index,
        outbox.c.kind == REGISTER,
    )
    lost = outbox.c.state.in_(NOT_TAKEN)
    return sa.and_(sa.exists().where(told, lost), ~sa.exists().where(told, ~lost))


def refused(connection: sa.Connection, bucket: int, ids: Sequence[UUID], index: str) -> set[UUID]:
    """Which of these signals an index refused. Asked once they are locked: until then it may yet do so."""
    here = sa.and_(signals.c.bucket == bucket, signals.c.id.in_(ids), refused_by(index))
    return set(connection.execute(sa.select(signals.c.id).where(here)).scalars())


def mine(rows: Sequence[Any], scope: Scope, sealing: Sealing) -> list[Mine]:
    """Those of the rows that a move is about, as far as they can still be read."""
    keys = sealing.keys.get([row.id for row in rows])
    opened = ((row, sealing.open_signal(keys.get(row.id), row.id, row.sealed)) for row in rows)
    return [
        Mine(row, signal)
        for row, signal in opened
        if signal is not None and scope.holds(row.region, row.tenant, signal.jeugdige.gemeente_code)
    ]


def pages(engine: sa.Engine, scope: Scope, sealing: Sealing, *which: sa.ColumnElement[bool]) -> Iterator[list[Mine]]:
    """All that is in a scope and not destroyed, some at a time, each read for itself."""
    bucket, after = -1, UUID(int=0)
    while True:
        page = (
            sa.select(signals)
            .where(
                *where(scope),
                *which,
                signals.c.status != Status.VERNIETIGD.value,
                sa.tuple_(signals.c.bucket, signals.c.id) > sa.tuple_(bucket, after),
            )
            .order_by(signals.c.bucket, signals.c.id)
            .limit(AT_ONCE)
        )
        with engine.begin() as connection:
            rows = connection.execute(page).all()
        yield mine(rows, scope, sealing)
        if len(rows) < AT_ONCE:
            return
        bucket, after = rows[-1].bucket, rows[-1].id
