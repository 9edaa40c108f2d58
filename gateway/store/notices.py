"""Telling a receiver of its match: in the outbox like any message, numbered for its way, and what came of it.

Numbers of a way become visible in order: whoever gives one holds the receiver's counter. What waits to be sent says
what is known when it goes, so later news needs no second message behind it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.order import Done
from gateway.canonical.tenant import bucket_in, bucket_of, new_id
from gateway.rules.delivery import State
from gateway.store import numbering, outbox, shown
from gateway.store.audit import entry
from gateway.store.effects import Effects, News
from gateway.store.outbox import NEVER, NOTICE, Letter
from gateway.store.rows import utc
from gateway.store.sealing import Sealing
from gateway.store.tables import matches as table
from gateway.store.tables import notices, signals
from gateway.store.tables import outbox as messages
from gateway.store.work import Fetched, Job, Notice, Remind, Settle, Way, Ways

MOST = 500
"""Matches that are announced again in one transaction."""


def tell(connection: sa.Connection, news: News, ways: Sequence[Way], now: Any, *, nth: int = 1) -> None:
    """Tell a receiver in these ways; whoever asks holds the receiver's counter."""
    for way in ways:
        if not _waits(connection, news, way.destination):
            _add(connection, news, way, now, nth)


def _about(news: News, destination: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        messages.c.bucket == bucket_of(news.tenant),
        messages.c.signal_id == news.signal_id,
        messages.c.destination == destination,
    )


def _waits(connection: sa.Connection, news: News, destination: str) -> bool:
    """Whether a message about this match waits that nobody ever had in hand: it says what is known when it goes.

    Of what was tried before, the receiver may have done what it said then, and its bytes are kept.
    """
    mine = sa.and_(_about(news, destination), messages.c.argument == news.match_id.hex)
    found = connection.execute(sa.select(messages.c.state, messages.c.attempts).where(mine).with_for_update())
    return any(row.state == State.WAITING.value and row.attempts == 0 for row in found)


def _add(connection: sa.Connection, news: News, way: Way, now: Any, nth: int) -> None:
    bucket, destination = bucket_of(news.tenant), way.destination
    highest = sa.func.coalesce(sa.func.max(messages.c.sequence), 0)
    sequence = connection.execute(sa.select(highest).where(_about(news, destination))).scalar_one() + 1
    last = sa.select(sa.func.coalesce(sa.func.max(notices.c.number), 0)).where(
        notices.c.bucket == bucket, notices.c.destination == destination
    )
    delivery = new_id(bucket)
    row = {
        "bucket": bucket,
        "id": delivery,
        "tenant": news.tenant,
        "destination": destination,
        "number": connection.execute(last).scalar_one() + 1,
        "match_id": news.match_id,
        "round": nth,
        "made_at": now,
        "regie": news.regie,
    }
    connection.execute(notices.insert(), row)
    letter = Letter(
        tenant=news.tenant,
        destination=destination,
        kind=NOTICE,
        signal_id=news.signal_id,
        sequence=sequence,
        message_id=delivery,
        argument=news.match_id.hex,
        version="",
        due=NEVER if way.held else 0.0,
    )
    outbox.add(connection, [letter])


def of(connection: sa.Connection, bucket: int, rows: Sequence[Any], sealing: Sealing) -> dict[UUID, Notice]:
    """The announcements that messages are, by the ids of those messages."""
    wanted = [row.id for row in rows if row.kind == NOTICE]
    if not wanted:
        return {}
    found = connection.execute(sa.select(notices).where(notices.c.bucket == bucket, notices.c.id.in_(wanted))).all()
    known = shown.of_ids(connection, bucket, [row.match_id for row in found], sealing)
    return {
        row.id: Notice(
            match=known[row.match_id],
            number=row.number,
            round=row.round,
            made_at=utc(row.made_at),
            regie=row.regie,
        )
        for row in found
    }


_UNSEEN = sa.and_(table.c.status == MatchStatus.ACTIEF.value, table.c.fetched_at.is_(None), table.c.follow_up.is_(None))


def settled(connection: sa.Connection, unit: Settle, state: State, effects: Effects) -> None:
    """Record what became of an announcement: its receiver's endpoint took it, or will never take it."""
    here = sa.and_(table.c.bucket == unit.job.bucket, table.c.id == UUID(unit.job.argument))
    if state is State.DONE:
        connection.execute(table.update().where(here).values(announced_at=unit.now))
        if unit.remind is not None:
            connection.execute(table.update().where(here, _UNSEEN).values(remind_at=unit.remind))
        job = unit.job
        confirmed = isinstance(unit.outcome, Done) and unit.outcome.confirmed and not _superseded(connection, job)
        event = "verwijdering_bevestigd" if confirmed else "match_aangekondigd"
        facts = {"bestemming": job.destination, "poging": job.attempts}
        effects.entries.append(entry(event, job.tenant, job.signal_id, **facts))
    elif state in (State.REFUSED, State.PARKED, State.CANCELLED):
        connection.execute(table.update().where(here, _UNSEEN).values(unheard=True))


def _superseded(connection: sa.Connection, job: Job) -> bool:
    """Whether another announcement says the last of this match: under this id its receiver may have done another."""
    mine = sa.select(notices.c.number).where(notices.c.bucket == job.bucket, notices.c.id == job.id).scalar_subquery()
    later = sa.select(notices.c.number).where(
        notices.c.bucket == job.bucket,
        notices.c.destination == job.destination,
        notices.c.match_id == UUID(job.argument),
        notices.c.number > mine,
    )
    return connection.execute(later.limit(1)).first() is not None


def fetched(connection: sa.Connection, unit: Fetched, effects: Effects) -> None:
    """Record that matches were in an answer to their receiver, the first time that they are."""
    rows = connection.execute(
        table.update()
        .where(
            table.c.bucket == bucket_of(unit.tenant),
            table.c.tenant == unit.tenant,
            table.c.id.in_(unit.matches),
            table.c.fetched_at.is_(None),
        )
        .values(fetched_at=unit.now, remind_at=None, unheard=False)
        .returning(table.c.signal_id)
    )
    effects.entries += [entry("match_opgehaald", unit.tenant, row.signal_id) for row in rows]


def remind(connection: sa.Connection, unit: Remind, ways: Ways, effects: Effects) -> int:
    """Announce again what was not fetched in time, or give it to the operator; answers how many it were."""
    due = sa.and_(table.c.remind_at.is_not(None), table.c.remind_at <= unit.now)
    late = connection.execute(sa.select(table.c.bucket, table.c.tenant, table.c.id).where(due).limit(MOST)).all()
    if not late:
        return 0
    numbering.hold(connection, {(row.bucket, row.tenant) for row in late})
    by_bucket: dict[int, list[UUID]] = {}
    for row in late:
        by_bucket.setdefault(row.bucket, []).append(row.id)
    for bucket, ids in sorted(by_bucket.items()):
        mine = sa.and_(table.c.bucket == bucket, table.c.id.in_(ids))
        again = connection.execute(
            sa.select(table.c.id, table.c.tenant, table.c.signal_id, signals.c.destination)
            .join(signals, sa.and_(signals.c.bucket == table.c.bucket, signals.c.id == table.c.signal_id))
            .where(mine, due)
            .order_by(table.c.id)
            .with_for_update(of=table)
        ).all()
        for match in again:
            _remind(connection, unit, match, ways, effects)
    return len(late)


def _remind(connection: sa.Connection, unit: Remind, row: Any, ways: Ways, effects: Effects) -> None:
    bucket = bucket_in(row.id)
    here = sa.and_(table.c.bucket == bucket, table.c.id == row.id)
    told = sa.select(sa.func.max(notices.c.round)).where(notices.c.bucket == bucket, notices.c.match_id == row.id)
    rounds = connection.execute(told).scalar_one()
    pointers = tuple(way for way in ways(row.tenant, row.destination) if way.pointer)
    over = rounds >= unit.times or not pointers
    connection.execute(table.update().where(here).values(remind_at=None, unheard=over))
    if over:
        effects.entries.append(entry("match_niet_opgehaald", row.tenant, row.signal_id))
    else:
        again = News(row.tenant, row.signal_id, row.id, row.destination)
        tell(connection, again, pointers, unit.now, nth=rounds + 1)
