"""What an index told of an organisation as a match with itself."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.order import MatchNews
from gateway.canonical.tenant import bucket_in
from gateway.store.sealing import Sealing
from gateway.store.tables import signals


def pair(row: Any) -> tuple[str, str]:
    """Receiver and number of a known match."""
    return row.tenant, row.index_match


def of(
    connection: sa.Connection, told: list[tuple[Any, MatchNews]], known: list[Any], sealing: Sealing
) -> dict[tuple[str, str], set[UUID]]:
    """By receiver and number: the signals of one receiver that an index told of as each other's match.

    Numbers are the index's own, and may be those of a whole group: only who is named says that nobody else is in it.
    """
    signals_of: dict[tuple[str, str], set[UUID]] = {}
    for row, news in told:
        signals_of.setdefault((row.tenant, news.index_match_id), set()).add(row.id)
    others = [row for row in known if row.signal_id not in signals_of[pair(row)]]
    if others:
        there = sa.select(signals.c.id).where(
            signals.c.bucket.in_({row.bucket for row in others}),
            signals.c.id.in_({row.signal_id for row in others}),
            signals.c.destination == told[0][0].destination,
        )
        same_index = set(connection.execute(there).scalars())
        for row in others:
            signals_of[pair(row)] |= {row.signal_id} & same_index
    twins = {place: found for place, found in signals_of.items() if len(found) > 1}
    if twins:
        names = _own_names(
            connection, {row.id for row, news in told if (row.tenant, news.index_match_id) in twins}, sealing
        )
        for row, news in told:
            if {one.instantie for one in news.content.betrokkenen} != {names.get(row.id)}:
                twins.pop((row.tenant, news.index_match_id), None)
    return twins


def _own_names(connection: sa.Connection, ids: set[UUID], sealing: Sealing) -> dict[UUID, str]:
    """What the organisations of signals are called in them."""
    keys = sealing.keys.get(ids)
    rows = connection.execute(
        sa.select(signals.c.id, signals.c.sealed).where(
            signals.c.bucket.in_({bucket_in(one) for one in ids}), signals.c.id.in_(ids)
        )
    )
    opened = {row.id: sealing.open_signal(keys.get(row.id), row.id, row.sealed) for row in rows}
    return {identity: signal.instantie.naam for identity, signal in opened.items() if signal is not None}
