"""A match under the number of another index: by what it is known at both, and what becomes of its number and regie.

Of a match that the index which leads does not know, `told_by` and `told_as` say which one does, and its number there.
Its own number is then one that no index gives: the numbers of two indexes may be the same for other matches. So it is
of all that were told before another index led, those that are over too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

import sqlalchemy as sa

from gateway.canonical.match import MatchContent, MatchStatus
from gateway.canonical.order import MatchNews
from gateway.store.effects import insert_or_leave
from gateway.store.regie import Pair, carry
from gateway.store.sealing import Sealing
from gateway.store.switching.tables import mirrored
from gateway.store.tables import matches

ACTIVE, LAPSED = MatchStatus.ACTIEF.value, MatchStatus.VERVALLEN.value
Named = tuple[str, tuple[tuple[str, str], ...]]
"""Kind of a match, and of each other in it the name and the organisation."""
Told = tuple[Any, MatchNews]
_OURS = UUID("b46a2f0e-7c1d-4e4f-9a5b-0d6f3d5f7a21")
T = TypeVar("T")
U = TypeVar("U")


def named(row: Any, key: bytes | None, sealing: Sealing) -> Named:
    """By what a match is known at any index."""
    return same(row.kind, sealing.open_match(key, row.signal_id, row.sealed))


def same(kind: str, content: MatchContent) -> Named:
    """By what a match of a signal is known at any index."""
    return kind, tuple(sorted((_plain(one.naam), _plain(one.instantie)) for one in content.betrokkenen))


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def loose(name: Named) -> Named:
    """The same without organisations: each index may call them by names of its own."""
    return name[0], tuple(sorted((person, "") for person, _ in name[1]))


def pairs(ours: list[tuple[Named, T]], theirs: list[tuple[Named, U]]) -> list[tuple[T, U]]:
    """What of both is the same match, each once; what is left of them stays in the lists.

    First by all that is named, then without the names of organisations. Of matches that look the same (one
    professional is involved with two brothers) each has one of its own.
    """
    found = []
    for by in (lambda name: name, loose):
        for known, mine in list(ours):
            place = next((place for place, (name, _) in enumerate(theirs) if by(name) == by(known)), None)
            if place is not None:
                found.append((mine, theirs.pop(place)[1]))
                ours.remove((known, mine))
    return found


def relink(
    connection: sa.Connection, told: Sequence[Told], destination: str, keys: Mapping[UUID, bytes], sealing: Sealing
) -> None:
    """Give what is told under a new number of a match that is there its new number, before it is taken for news."""
    active = [(row, news) for row, news in told if news.status is MatchStatus.ACTIEF]
    rows = _alone(connection, active) if active else []
    known = _numbers(connection, active) if rows else set()
    for signal in {row.signal_id for row in rows}:
        key = keys.get(signal)
        alone = [(named(row, key, sealing), row) for row in rows if row.signal_id == signal]
        fresh = {
            news.index_match_id: news
            for row, news in active
            if row.id == signal and (signal, news.index_match_id) not in known
        }
        there = [(same(news.soort.value, news.content), news) for news in fresh.values()]
        for match, news in pairs(alone, there):
            beside(connection, match, match.told_by, match.told_as)
            number(connection, match, news.index_match_id, match.told_by, destination)


_OF_SIGNALS = sa.and_(
    matches.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    matches.c.signal_id.in_(sa.bindparam("signals", expanding=True)),
)
_NUMBERS = sa.select(matches.c.signal_id, matches.c.index_match).where(_OF_SIGNALS)
_ELSEWHERE = sa.select(matches).where(_OF_SIGNALS, matches.c.told_by.is_not(None))
_ALONE = _ELSEWHERE.where(matches.c.status == ACTIVE)


def _numbers(connection: sa.Connection, told: Sequence[Told]) -> set[tuple[UUID, str]]:
    """The numbers under which these signals have a match already."""
    return {(row.signal_id, row.index_match) for row in connection.execute(_NUMBERS, _signals(told))}


def _alone(connection: sa.Connection, told: Sequence[Told]) -> Sequence[Any]:
    """The active matches of signals that only an index knows which leads no more."""
    return connection.execute(_ALONE, _signals(told)).all()


def _signals(told: Sequence[Told]) -> dict[str, list[Any]]:
    return {"buckets": list({row.bucket for row, _ in told}), "signals": list({row.id for row, _ in told})}


def last_words(connection: sa.Connection, told: Sequence[Told], destination: str) -> dict[int, Told]:
    """That a match lapsed, or must go, that only this index knows: of it that index has the say.

    By the place in what was told.
    """
    ends = [(place, row, news) for place, (row, news) in enumerate(told) if news.status is MatchStatus.VERVALLEN]
    if not ends:
        return {}
    alone = {
        (row.signal_id, row.told_as): row.index_match
        for row in connection.execute(_ELSEWHERE, _signals([(row, news) for _, row, news in ends]))
        if row.told_by == destination
    }
    return {
        place: (row, news.model_copy(update={"index_match_id": alone[row.id, news.index_match_id]}))
        for place, row, news in ends
        if (row.id, news.index_match_id) in alone
    }


def beside(connection: sa.Connection, match: Any, index: str, known_as: str) -> None:
    """Keep beside that an index that leads no more knows a match too, under its own number."""
    same = ("bucket", "signal_id", "kind", "not_same_child", "arisen_at", "status", "sealed")
    values = {name: getattr(match, name) for name in same} | {"destination": index, "index_match": known_as}
    connection.execute(insert_or_leave(connection, mirrored, *same[:2], "destination", "index_match"), values)


def leave(connection: sa.Connection, rows: Sequence[Any], away: str) -> dict[UUID, str]:
    """Whatever was told under numbers of `away`, which leads no more, is under numbers of ours; gives them by match."""
    ours = {row.id: str(uuid5(_OURS, f"{away} {row.index_match}")) for row in rows if row.told_by is None}
    told = [row for row in rows if row.id in ours]
    if told:
        connection.execute(
            _RENUMBERED,
            [
                {"its_bucket": row.bucket, "its_id": row.id, "now": ours[row.id], "by": away, "as_": row.index_match}
                for row in told
            ],
        )
    return ours


def number(connection: sa.Connection, match: Any, new: str, away: str, to: str) -> None:
    """A known match gets its number at the index that leads now; who has the regie of it stays so."""
    renumbered = {"its_bucket": match.bucket, "its_id": match.id, "now": new, "by": None, "as_": None}
    connection.execute(_RENUMBERED, renumbered)
    carry(connection, Pair(away, match.index_match), Pair(to, new))


_RENUMBERED = (
    matches.update()
    .where(matches.c.bucket == sa.bindparam("its_bucket"), matches.c.id == sa.bindparam("its_id"))
    .values(
        index_match=sa.bindparam("now"),
        told_by=sa.bindparam("by", type_=sa.String),
        told_as=sa.bindparam("as_", type_=sa.String),
    )
)
