"""What an index that does not lead tells of matches: kept beside, told to nobody, and known again when it leads.

Two indexes number matches each in its own way. It is the same match when it is of the same signal, of the same kind,
and names the same others.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchContent, MatchStatus
from gateway.canonical.order import MatchNews
from gateway.canonical.receipt import Status
from gateway.store.effects import dialect
from gateway.store.rows import utc
from gateway.store.sealing import MATCH, Sealing
from gateway.store.switching.copies import standing
from gateway.store.switching.tables import mirrored
from gateway.store.tables import matches

ACTIVE, LAPSED = MatchStatus.ACTIEF.value, MatchStatus.VERVALLEN.value
Named = tuple[str, tuple[tuple[str, str], ...]]
"""Kind of a match, and of each other in it the name and the organisation."""
Told = tuple[Any, MatchNews]


def keep(connection: sa.Connection, told: Sequence[Told], destination: str, sealing: Sealing) -> int:
    """Keep news of signals for which another index leads; gives how many pieces were of signals that stand here."""
    there = standing(connection, [row.id for row, _ in told], destination) if told else set()
    mine = [(row, news) for row, news in told if row.id in there]
    keys = sealing.keys.get({row.id for row, _ in mine})
    for row, news in mine:
        key = keys.get(row.id)
        active = news.status is MatchStatus.ACTIEF and row.status == Status.ACTIEF and key is not None
        values = {
            "kind": news.soort.value,
            "not_same_child": news.niet_dezelfde_jeugdige,
            "arisen_at": utc(news.ontstaan_op),
            "status": ACTIVE if active else LAPSED,
            "sealed": sealing.seal(key, MATCH, row.id, news.content) if active and key is not None else None,
        }
        place = {
            "bucket": row.bucket, "signal_id": row.id, "destination": destination, "index_match": news.index_match_id,
        }  # fmt: skip
        insert = dialect(connection).insert(mirrored).values(**place, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=list(place), set_=values))
    return len(mine)


def active(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> list[Any]:
    """What an index that does not lead holds of signals and did not let lapse."""
    here = sa.and_(
        mirrored.c.bucket == bucket,
        mirrored.c.signal_id.in_(set(ids)),
        mirrored.c.destination == destination,
        mirrored.c.status == ACTIVE,
    )
    return list(connection.execute(sa.select(mirrored).where(here).order_by(mirrored.c.index_match)))


def led(connection: sa.Connection, bucket: int, ids: Iterable[UUID]) -> list[Any]:
    """The active matches of signals, as their receivers know them."""
    here = sa.and_(matches.c.bucket == bucket, matches.c.signal_id.in_(set(ids)), matches.c.status == ACTIVE)
    return list(connection.execute(sa.select(matches).where(here).order_by(matches.c.number)))


def named(row: Any, key: bytes | None, sealing: Sealing) -> Named:
    """By what a match is known at any index."""
    return same(row.kind, sealing.open_match(key, row.signal_id, row.sealed))


def same(kind: str, content: MatchContent) -> Named:
    """By what a match of a signal is known at any index."""
    return kind, tuple(sorted((_plain(one.naam), _plain(one.instantie)) for one in content.betrokkenen))


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def take(connection: sa.Connection, row: Any) -> None:
    """What was kept beside is beside no more."""
    here = (mirrored.c.bucket == row.bucket, mirrored.c.signal_id == row.signal_id)
    place = (mirrored.c.destination == row.destination, mirrored.c.index_match == row.index_match)
    connection.execute(mirrored.delete().where(*here, *place))


def put(connection: sa.Connection, row: Any, destination: str) -> None:
    """Keep a match beside, under the number of an index that leads no more."""
    values = {
        name: getattr(row, name)
        for name in ("bucket", "signal_id", "index_match", "kind", "not_same_child", "arisen_at", "status", "sealed")
    }
    connection.execute(mirrored.insert(), values | {"destination": destination})
