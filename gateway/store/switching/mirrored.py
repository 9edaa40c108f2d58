"""What an index that does not lead tells of matches: kept beside, told to nobody, and known again when it leads.

Two indexes number matches each in its own way. It is the same match when it is of the same signal, of the same kind,
and names the same others.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import MatchNews
from gateway.canonical.receipt import Status
from gateway.store.effects import dialect
from gateway.store.rows import utc
from gateway.store.sealing import MATCH, Sealing
from gateway.store.switching import relinking
from gateway.store.switching.copies import standing
from gateway.store.switching.relinking import ACTIVE, LAPSED, Told
from gateway.store.switching.tables import mirrored
from gateway.store.tables import matches


def hear(connection: sa.Connection, told: Sequence[Told], destination: str, sealing: Sealing) -> tuple[list[Told], int]:
    """Take what an index tells of signals for which another leads.

    Gives what still counts of it, and how many pieces were kept beside; the rest is of signals that do not stand there.
    """
    if not told:
        return [], 0
    ends = relinking.last_words(connection, told, destination)
    there = standing(connection, [row.id for row, _ in told], destination)
    mine = [one for place, one in enumerate(told) if place not in ends and one[0].id in there]
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
        lasts = mirrored.c.status != LAPSED  # an older answer may come later
        connection.execute(insert.on_conflict_do_update(index_elements=list(place), set_=values, where=lasts))
    return list(ends.values()), len(mine)


def active(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> list[Any]:
    """What an index that does not lead holds of signals and did not let lapse."""
    here = sa.and_(
        mirrored.c.bucket == bucket,
        mirrored.c.signal_id.in_(set(ids)),
        mirrored.c.destination == destination,
        mirrored.c.status == ACTIVE,
    )
    return list(connection.execute(sa.select(mirrored).where(here).order_by(mirrored.c.index_match)))


def known(connection: sa.Connection, bucket: int, ids: Iterable[UUID]) -> list[Any]:
    """The matches of signals, as their receivers know them, those that are over too."""
    here = sa.and_(matches.c.bucket == bucket, matches.c.signal_id.in_(set(ids)))
    return list(connection.execute(sa.select(matches).where(here).order_by(matches.c.number)))


def news(row: Any, key: bytes | None, sealing: Sealing) -> MatchNews:
    """What was kept beside, as the index told it."""
    return MatchNews(
        index_match_id=row.index_match,
        soort=MatchSoort(row.kind),
        signaal_id=str(row.signal_id),
        niet_dezelfde_jeugdige=row.not_same_child,
        ontstaan_op=utc(row.arisen_at),
        status=MatchStatus(row.status),
        content=sealing.open_match(key, row.signal_id, row.sealed),
    )


def take(connection: sa.Connection, bucket: int, ids: Iterable[UUID], destination: str) -> None:
    """What an index told of signals is beside no more: it leads now."""
    here = (mirrored.c.bucket == bucket, mirrored.c.signal_id.in_(set(ids)))
    connection.execute(mirrored.delete().where(*here, mirrored.c.destination == destination))
