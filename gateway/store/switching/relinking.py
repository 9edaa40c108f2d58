"""What an index tells of a match that its receiver knows from an index that led before: it gets the new number."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.order import MatchNews
from gateway.store.sealing import Sealing
from gateway.store.switching.mirrored import ACTIVE, named, same
from gateway.store.tables import matches
from gateway.store.tables import regie as regies


def relink(
    connection: sa.Connection,
    told: Sequence[tuple[Any, MatchNews]],
    destination: str,
    keys: Mapping[UUID, bytes],
    sealing: Sealing,
) -> None:
    """Give what is told under a new number of a match that is there its new number, before it is taken for news."""
    rows = connection.execute(
        sa.select(matches).where(
            matches.c.bucket.in_({row.bucket for row, _ in told}),
            matches.c.signal_id.in_({row.id for row, _ in told}),
            matches.c.told_by.is_not(None),
            matches.c.status == ACTIVE,
        )
    ).all()
    waiting = {(row.signal_id, named(row, keys.get(row.signal_id), sealing)): row for row in rows}
    for row, news in told if waiting else ():
        match = waiting.pop((row.id, same(news.soort.value, news.content)), None)
        if match is not None and news.status is MatchStatus.ACTIEF:
            number(connection, match, news.index_match_id, match.told_by, destination)


def number(connection: sa.Connection, match: Any, new: str, away: str, to: str) -> None:
    """A known match is under the number of the index that leads now; who has the regie of it stays so."""
    here = sa.and_(matches.c.bucket == match.bucket, matches.c.id == match.id)
    connection.execute(matches.update().where(here).values(index_match=new, told_by=None))
    both = regies.c.index_match.in_((match.index_match, new))
    pairs = {
        (one.destination, one.index_match): one
        for one in connection.execute(sa.select(regies).where(both, regies.c.destination.in_((away, to))))
    }
    before, after = pairs.get((away, match.index_match)), pairs.get((to, new))
    if before is not None and after is None:
        values = dict(before._mapping) | {"destination": to, "index_match": new, "pending": None, "held": False}
        connection.execute(regies.insert(), values)
