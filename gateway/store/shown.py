"""Matches as their receiver sees them: read with the key of the signal they are on, and with who has the regie."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import Match, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.tenant import bucket_of
from gateway.store import regie
from gateway.store.rows import utc
from gateway.store.sealing import Sealing
from gateway.store.tables import matches, signals


def page(
    connection: sa.Connection, tenant: str, bucket: int, after: int, limit: int, sealing: Sealing
) -> tuple[list[Match], int, bool]:
    """A receiver's news after a number: matches, the last number, whether there is more."""
    rows = connection.execute(
        _listed()
        .where(matches.c.bucket == bucket, matches.c.tenant == tenant, matches.c.number > after)
        .order_by(matches.c.number)
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    return _opened(connection, shown, sealing), shown[-1].number if shown else after, len(rows) > limit


def of_signals(connection: sa.Connection, wanted: dict[str, Any], sealing: Sealing) -> dict[UUID, list[Match]]:
    """All matches on signals, oldest first; `wanted` names their `ids` and `buckets`."""
    found: dict[UUID, list[Match]] = {}
    for match in _opened(connection, connection.execute(_OF_SIGNALS, wanted).all(), sealing):
        found.setdefault(match.signaal_id, []).append(match)
    return found


def one(connection: sa.Connection, tenant: str, match_id: UUID, sealing: Sealing) -> Match | None:
    """A receiver's match."""
    meant = {"bucket": bucket_of(tenant), "match": match_id, "tenant": tenant}
    found = _opened(connection, connection.execute(_ONE, meant).all(), sealing)
    return found[0] if found else None


def of_ids(connection: sa.Connection, bucket: int, ids: Sequence[UUID], sealing: Sealing) -> dict[UUID, Match]:
    """Matches by their ids."""
    rows = connection.execute(_listed().where(matches.c.bucket == bucket, matches.c.id.in_(ids))).all()
    return {match.match_id: match for match in _opened(connection, rows, sealing)}


def _listed() -> Any:
    return sa.select(matches, signals.c.sealed.label("signal_sealed"), signals.c.destination).join(
        signals, sa.and_(signals.c.bucket == matches.c.bucket, signals.c.id == matches.c.signal_id)
    )


_ONE = _listed().where(
    matches.c.bucket == sa.bindparam("bucket"),
    matches.c.id == sa.bindparam("match"),
    matches.c.tenant == sa.bindparam("tenant"),
)
_OF_SIGNALS = (
    _listed()
    .where(
        matches.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
        matches.c.signal_id.in_(sa.bindparam("ids", expanding=True)),
    )
    .order_by(matches.c.number)
)


def _opened(connection: sa.Connection, rows: Sequence[Any], sealing: Sealing) -> list[Match]:
    keys = sealing.keys.get({row.signal_id for row in rows})
    found = [_match(row, keys.get(row.signal_id), sealing) for row in rows]
    views = regie.views(connection, rows, {match.match_id: match.content for match in found}, sealing)
    return [match.model_copy(update={"regie": views.get(match.match_id)}) for match in found]


def _match(row: Any, key: bytes | None, sealing: Sealing) -> Match:
    signal = sealing.open_signal(key, row.signal_id, row.signal_sealed)
    return Match(
        match_id=row.id,
        soort=MatchSoort(row.kind),
        signaal_id=row.signal_id,
        bron_signaal_id=signal.bron_signaal_id if signal else None,
        niet_dezelfde_jeugdige=row.not_same_child,
        ontstaan_op=utc(row.arisen_at),
        status=MatchStatus(row.status),
        content=sealing.open_match(key, row.signal_id, row.sealed),
        opvolging=Opvolging(row.follow_up) if row.follow_up else None,
        opgehaald=row.fetched_at is not None,
        verwijderen=row.remove,
    )
