"""The matches of two indexes beside each other: those both tell, those one of them tells alone."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.store.sealing import Sealing
from gateway.store.switching import mirrored
from gateway.store.switching.relinking import ACTIVE, named, pairs
from gateway.store.switching.tables import copies
from gateway.store.tables import signals
from gateway.store.work import Switch

AT_ONCE = 500
Place = tuple[UUID, str]
"""A signal, and the kind of a match of it."""


@dataclass(slots=True)
class Compared:
    """How many matches both indexes tell, and of which signals one of them tells one that the other does not."""

    both: int = 0
    only_leading: list[Place] = field(default_factory=list)
    only_beside: list[Place] = field(default_factory=list)

    @property
    def differences(self) -> int:
        """So many matches are told by one of both."""
        return len(self.only_leading) + len(self.only_beside)

    def still(self, later: "Compared") -> "Compared":
        """What a later look found that this one found too: the rest was news on its way."""

        def kept(before: list[Place], after: list[Place]) -> list[Place]:
            return list((Counter(before) & Counter(after)).elements())

        return Compared(
            later.both, kept(self.only_leading, later.only_leading), kept(self.only_beside, later.only_beside)
        )


def compared(connection: sa.Connection, switch: Switch, sealing: Sealing) -> Compared:
    """Compare the matches of every active signal of a move that stands at both indexes."""
    found, bucket, after = Compared(), -1, UUID(int=0)
    while True:
        rows = connection.execute(
            sa.select(copies.c.bucket, copies.c.signal_id, copies.c.destination)
            .join(signals, sa.and_(signals.c.bucket == copies.c.bucket, signals.c.id == copies.c.signal_id))
            .where(
                copies.c.switch_id == switch.id,
                signals.c.status == Status.ACTIEF.value,
                sa.tuple_(copies.c.bucket, copies.c.signal_id) > sa.tuple_(bucket, after),
            )
            .order_by(copies.c.bucket, copies.c.signal_id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return found
        bucket, after = rows[-1].bucket, rows[-1].signal_id
        for place in {(row.bucket, row.destination) for row in rows}:
            ids = [row.signal_id for row in rows if (row.bucket, row.destination) == place]
            _compare(connection, *place, ids, sealing, found)


def _compare(
    connection: sa.Connection, bucket: int, destination: str, ids: list[UUID], sealing: Sealing, found: Compared
) -> None:
    keys = sealing.keys.get(ids)
    known = mirrored.known(connection, bucket, ids)
    ours = [one for one in known if one.told_by is None and one.status == ACTIVE]
    theirs = mirrored.active(connection, bucket, ids, destination)
    for signal in {one.signal_id for one in (*ours, *theirs)}:
        mine, other = (
            [(named(one, keys.get(signal), sealing), one) for one in rows if one.signal_id == signal]
            for rows in (ours, theirs)
        )
        found.both += len(pairs(mine, other))
        found.only_leading += [(signal, one.kind) for _, one in mine]
        found.only_beside += [(signal, one.kind) for _, one in other]
