"""Matches as an index told them: correlated to an own open signal, or dropped; numbered for their receiver.

A match that lapsed stays lapsed, also when an older answer about it arrives later. Its contact is gone at once.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import Match, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_in, new_id
from gateway.store.audit import entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.sealing import MATCH, Sealing
from gateway.store.tables import counters, destinations, matches, signals
from gateway.store.work import Settle

ACTIVE, LAPSED = MatchStatus.ACTIEF.value, MatchStatus.VERVALLEN.value


Own = dict[UUID | None, Any]


def record(connection: sa.Connection, unit: Settle, own: Own, sealing: Sealing, effects: Effects) -> None:
    """Store what an answer brought, and the index's cursor with it. `own` is what the function of that name gave."""
    outcome = unit.outcome
    if not isinstance(outcome, Done):
        return
    destination = unit.job.destination
    keys = sealing.keys.get(row.id for row in own.values())
    strange = outcome.dropped
    for news in sorted(outcome.news, key=lambda news: own[_id(news)].tenant if _id(news) in own else ""):
        row = own.get(_id(news))
        if row is None:
            strange += 1
        else:
            _one(connection, news, row, keys.get(row.id), sealing, effects)
    if strange:
        effects.entries.append(
            entry("match_verworpen", unit.job.tenant, None, bestemming=destination, reden="niet-eigen", aantal=strange)
        )
    if outcome.cursor is not None:
        connection.execute(destinations.update().where(destinations.c.id == destination).values(cursor=outcome.cursor))


def _id(news: MatchNews) -> UUID | None:
    try:
        return UUID(news.signaal_id)
    except ValueError:
        return None


def own(connection: sa.Connection, unit: Settle) -> Own:
    """The own signals the news of an answer is about, as far as they went to this very index and are still there.

    They are locked, and before anything else is: a change of one waits, and so does other news about it.
    """
    told = unit.outcome.news if isinstance(unit.outcome, Done) else ()
    wanted = {identity for news in told if (identity := _id(news)) is not None}
    found: Own = {}
    for bucket in sorted({bucket_in(identity) for identity in wanted}):
        rows = connection.execute(
            sa.select(signals.c.bucket, signals.c.id, signals.c.tenant, signals.c.status)
            .where(
                signals.c.bucket == bucket,
                signals.c.id.in_(wanted),
                signals.c.destination == unit.job.destination,
                signals.c.status != Status.VERNIETIGD.value,
            )
            .order_by(signals.c.id)
            .with_for_update(key_share=True)
        )
        found |= {row.id: row for row in rows}
    return found


def _one(
    connection: sa.Connection, news: MatchNews, row: Any, key: bytes | None, sealing: Sealing, effects: Effects
) -> None:
    here = sa.and_(
        matches.c.bucket == row.bucket, matches.c.signal_id == row.id, matches.c.index_match == news.index_match_id
    )
    held = connection.execute(sa.select(matches.c.status).where(here)).scalar_one_or_none()
    open_match = news.status is MatchStatus.ACTIEF and row.status == Status.ACTIEF and key is not None
    if held == LAPSED or (held == ACTIVE and open_match):
        return
    values: dict[str, Any] = {
        "number": _next(connection, row.bucket, row.tenant),
        "status": ACTIVE if open_match else LAPSED,
        "sealed": sealing.seal(key, MATCH, row.id, news.content) if open_match and key is not None else None,
    }
    if held is None:
        values |= {
            "bucket": row.bucket,
            "id": new_id(row.bucket),
            "tenant": row.tenant,
            "signal_id": row.id,
            "index_match": news.index_match_id,
            "kind": news.soort.value,
            "not_same_child": news.niet_dezelfde_jeugdige,
            "arisen_at": news.ontstaan_op,
        }
        connection.execute(matches.insert(), values)
    else:
        connection.execute(matches.update().where(here).values(**values))
    event = "match_ontvangen" if open_match else "match_vervallen"
    effects.entries.append(entry(event, row.tenant, row.id, soort=news.soort.value))


def _next(connection: sa.Connection, bucket: int, tenant: str) -> int:
    """The next number in a receiver's row of news: a counter row, so that numbers become visible in order."""
    here = sa.and_(counters.c.bucket == bucket, counters.c.tenant == tenant)
    bump = counters.update().where(here).values(last=counters.c.last + 1).returning(counters.c.last)
    number = connection.execute(bump).scalar_one_or_none()
    if number is None:
        connection.execute(
            insert_or_leave(connection, counters, "bucket", "tenant"), {"bucket": bucket, "tenant": tenant, "last": 0}
        )
        number = connection.execute(bump).scalar_one()
    return int(number)


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
    return _opened(shown, sealing), shown[-1].number if shown else after, len(rows) > limit


def of_signal(connection: sa.Connection, signal_id: UUID, sealing: Sealing) -> list[Match]:
    """All matches on one signal, oldest first."""
    rows = connection.execute(
        _listed()
        .where(matches.c.bucket == bucket_in(signal_id), matches.c.signal_id == signal_id)
        .order_by(matches.c.number)
    ).all()
    return _opened(rows, sealing)


def _listed() -> Any:
    return sa.select(matches, signals.c.sealed.label("signal_sealed")).join(
        signals, sa.and_(signals.c.bucket == matches.c.bucket, signals.c.id == matches.c.signal_id)
    )


def _opened(rows: Any, sealing: Sealing) -> list[Match]:
    keys = sealing.keys.get({row.signal_id for row in rows})
    return [_match(row, keys.get(row.signal_id), sealing) for row in rows]


def _match(row: Any, key: bytes | None, sealing: Sealing) -> Match:
    signal = sealing.open_signal(key, row.signal_id, row.signal_sealed)
    return Match(
        match_id=row.id,
        soort=MatchSoort(row.kind),
        signaal_id=row.signal_id,
        bron_signaal_id=signal.bron_signaal_id if signal else None,
        niet_dezelfde_jeugdige=row.not_same_child,
        ontstaan_op=row.arisen_at,
        status=MatchStatus(row.status),
        content=sealing.open_match(key, row.signal_id, row.sealed),
    )
