"""Each receiver's row of news: matches numbered from a counter row, so that they become visible in order.

Whoever gives numbers holds the counters of all receivers it will number for, before it holds any of their matches.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa

from gateway.store.effects import dialect
from gateway.store.tables import counters, matches


def hold(connection: sa.Connection, receivers: Iterable[tuple[int, str]]) -> None:
    """Hold these receivers' counters, (bucket, tenant) each, until this commits, in one order."""
    rows = [{"bucket": bucket, "tenant": tenant, "last": 0} for bucket, tenant in sorted(receivers)]
    if rows:
        connection.execute(_holding(dialect(connection)), rows)


@cache
def _holding(dialect: Any) -> sa.Insert:
    insert = dialect.insert(counters)
    held: sa.Insert = insert.on_conflict_do_update(index_elements=["bucket", "tenant"], set_={"last": counters.c.last})
    return held


_NEXT = (
    counters.update()
    .where(counters.c.bucket == sa.bindparam("its_bucket"), counters.c.tenant == sa.bindparam("its_tenant"))
    .values(last=counters.c.last + sa.bindparam("many"))
    .returning(counters.c.last)
)


def number(connection: sa.Connection, kept: list[dict[str, Any]]) -> None:
    """Give the next numbers in each receiver's row of news."""
    receivers: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for values in kept:
        receivers.setdefault((values["bucket"], values["tenant"]), []).append(values)
    for (bucket, tenant), theirs in receivers.items():
        asked = {"its_bucket": bucket, "its_tenant": tenant, "many": len(theirs)}
        last = connection.execute(_NEXT, asked).scalar_one()
        for place, values in enumerate(theirs, last - len(theirs) + 1):
            values["number"] = place


def renumber(connection: sa.Connection, rows: Iterable[Any]) -> None:
    """Make matches news again for who asks; whoever asks holds their receivers' counters."""
    kept = [{"bucket": row.bucket, "tenant": row.tenant, "id": row.id} for row in rows]
    number(connection, kept)
    for values in kept:
        here = sa.and_(matches.c.bucket == values["bucket"], matches.c.id == values["id"])
        connection.execute(matches.update().where(here).values(number=values["number"]))
