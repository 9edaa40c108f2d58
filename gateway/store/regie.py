"""The regie of a match: one row for both its sides, found by the index and its number, in a bucket of its own.

The row names no person: who has it is a signal of ours, whose melder that is, or somebody elsewhere, whose name stands
sealed with each side's own match.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchContent, MatchSoort, MatchStatus
from gateway.canonical.regie import Aanspreekpunt, Regie, Regiehandeling, RegieStatus, Wie
from gateway.canonical.signal import Signal
from gateway.canonical.tenant import BUCKETS, bucket_in
from gateway.rules.regie import Holding
from gateway.store.effects import insert_or_leave
from gateway.store.sealing import Sealing
from gateway.store.tables import matches, regie_wishes, signals
from gateway.store.tables import regie as table

ACTIVE = MatchStatus.ACTIEF.value


class Pair(NamedTuple):
    """What the two sides of a match have in common: the index, and its number there."""

    destination: str
    index_match: str

    @property
    def bucket(self) -> int:
        """Where its row is, whichever tenants are in it."""
        return hashlib.sha256(" ".join(self).encode()).digest()[0] % BUCKETS

    @property
    def here(self) -> sa.ColumnElement[bool]:
        """Its row."""
        return sa.and_(
            table.c.bucket == self.bucket,
            table.c.destination == self.destination,
            table.c.index_match == self.index_match,
        )


def held(connection: sa.Connection, pair: Pair) -> Any:
    """The row of a pair, made where there is none, and held until this commits. Whoever asks holds the counters."""
    connection.execute(
        insert_or_leave(connection, table, "bucket", "destination", "index_match"),
        {
            "bucket": pair.bucket,
            "destination": pair.destination,
            "index_match": pair.index_match,
            "elsewhere": False,
            "offered": False,
            "stand": 0,
            "held": False,
            "index_stand": 0,
            "done": "",
            "done_stand": 0,
        },
    )
    return connection.execute(sa.select(table).where(pair.here).with_for_update()).one()


def carry(connection: sa.Connection, before: Pair, after: Pair) -> None:
    """A pair is known by another index, or number, from now on: who has the regie stays so.

    Where one side of it was moved before, what was changed last is kept. What the index held goes on here.
    """
    rows = _known(connection, (before, after))
    was, there = rows.get(before), rows.get(after)
    if was is None or (there is not None and there.stand >= was.stand):
        return
    connection.execute(table.delete().where(after.here))
    now = after._asdict() | {"bucket": after.bucket, "pending": None, "held": False, "index_stand": 0}
    connection.execute(table.insert(), dict(was._mapping) | now)


def holding(row: Any) -> Holding:
    """Who has it, as the row says."""
    return Holding(row.holder, row.elsewhere, row.offered, row.review_on)


def columns(holding: Holding) -> dict[str, Any]:
    """The row's columns for who has it."""
    return {
        "holder": holding.holder,
        "elsewhere": holding.elsewhere,
        "offered": holding.offered,
        "review_on": holding.review_on,
    }


_PARTIES = (
    sa.select(
        matches.c.bucket, matches.c.id, matches.c.tenant, matches.c.signal_id, matches.c.index_match,
        signals.c.destination, signals.c.sealed,
    )
    .join(signals, sa.and_(signals.c.bucket == matches.c.bucket, signals.c.id == matches.c.signal_id))
    .where(
        matches.c.bucket.in_(range(BUCKETS)),
        matches.c.index_match.in_(sa.bindparam("wanted", expanding=True)),
        matches.c.status == ACTIVE,
    )
    .order_by(matches.c.bucket, matches.c.id)
)  # fmt: skip


def parties(connection: sa.Connection, pairs: Collection[Pair]) -> dict[Pair, list[Any]]:
    """The active matches of pairs at this gateway: looked for in every bucket, by index."""
    found: dict[Pair, list[Any]] = {pair: [] for pair in pairs}
    if not found:
        return found
    rows = connection.execute(_PARTIES, {"wanted": sorted({pair.index_match for pair in pairs})})
    for row in rows:
        if (pair := Pair(row.destination, row.index_match)) in found:
            found[pair].append(row)
    return found


def views(
    connection: sa.Connection, rows: Sequence[Any], contents: Mapping[UUID, MatchContent], sealing: Sealing
) -> dict[UUID, Regie]:
    """The regie of active matches, by the matches' ids; a move has none. `rows` name their signals' `destination`."""
    active = {row.id: Pair(row.destination, row.index_match) for row in rows if row.status == ACTIVE and shared(row)}
    known = _known(connection, set(active.values()))
    found = dict.fromkeys(active, Regie())
    if not known:
        return found
    wishes = _wishes(connection, [row.pending for row in known.values() if row.pending is not None])
    among = parties(connection, known)
    ids = {party.signal_id for party in _all(among)}
    keys = sealing.keys.get(ids)
    opened = {
        party.signal_id: sealing.open_signal(keys.get(party.signal_id), party.signal_id, party.sealed)
        for party in _all(among)
    }
    for row in rows:
        if row.id in active and (state := known.get(active[row.id])) is not None:
            told = sealing.open_aanspreekpunt(keys.get(row.signal_id), row.signal_id, row.aanspreekpunt)
            here = {party.signal_id: opened[party.signal_id] for party in among[active[row.id]]}
            found[row.id] = _view(row.signal_id, state, wishes.get(state.pending), here, told, contents[row.id])
    return found


def shared(row: Any) -> bool:
    """Whether a match has another side at all."""
    return bool(row.kind != MatchSoort.VERHUIZING.value)


def _all(among: Mapping[Pair, list[Any]]) -> list[Any]:
    return [party for parties in among.values() for party in parties]


_KNOWN = sa.select(table).where(
    table.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    table.c.destination.in_(sa.bindparam("destinations", expanding=True)),
    table.c.index_match.in_(sa.bindparam("numbers", expanding=True)),
)


def _known(connection: sa.Connection, pairs: Collection[Pair]) -> dict[Pair, Any]:
    if not pairs:
        return {}
    wanted = {
        "buckets": sorted({pair.bucket for pair in pairs}),
        "destinations": sorted({pair.destination for pair in pairs}),
        "numbers": sorted({pair.index_match for pair in pairs}),
    }
    rows = connection.execute(_KNOWN, wanted)
    return {Pair(row.destination, row.index_match): row for row in rows}


def _wishes(connection: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, Any]:
    if not ids:
        return {}
    wanted = sa.and_(regie_wishes.c.bucket.in_({bucket_in(one) for one in ids}), regie_wishes.c.id.in_(ids))
    return {row.id: row for row in connection.execute(sa.select(regie_wishes).where(wanted))}


def _view(
    signal_id: UUID,
    row: Any,
    wish: Any | None,
    here: Mapping[UUID, Signal | None],
    told: Aanspreekpunt,
    content: MatchContent,
) -> Regie:
    """The regie as one side sees it; a wish that the index has not answered is a proposal."""
    now = holding(row)
    proposed = now.after(wish.signal_id, Regiehandeling(wish.handeling), wish.review_on) if wish is not None else None
    shown = proposed or now
    positie = shown.seen_by(signal_id)
    holder = here.get(shown.holder) if shown.holder is not None else None
    if holder is not None:
        told = Aanspreekpunt(naam=holder.melder.naam, instantie=holder.instantie.naam)
    elif positie.wie is Wie.GEEN:
        told = Aanspreekpunt()
    names = {signal.instantie.naam for signal in here.values() if signal is not None}
    others = dict.fromkeys(other.instantie for other in content.betrokkenen)
    return Regie(
        status=RegieStatus.VOORGESTELD if proposed is not None else RegieStatus.VASTGESTELD,
        wie=positie.wie,
        naam=told.naam,
        instantie=told.instantie,
        aangeboden=positie.offered,
        herzien_op=shown.review_on,
        stand=f"r{row.stand}",
        niet_zichtbaar_voor=() if row.held or not row.stand else tuple(name for name in others if name not in names),
    )
