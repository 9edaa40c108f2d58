"""What a side does with the regie of a match, what an index that holds it tells of it, and what ends it.

In what order: signals, receivers' counters, matches, then the pair's row.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus, Opvolging, version
from gateway.canonical.order import Done, IndexRegie
from gateway.canonical.regie import Aanspreekpunt, Regiehandeling, RegieStatus, Wie
from gateway.canonical.tenant import bucket_in, bucket_of
from gateway.rules.delivery import FINISHED, State
from gateway.rules.regie import DATED, Holding, review, stand_said
from gateway.store import matches, numbering, outbox, regie, shown
from gateway.store.audit import entry
from gateway.store.effects import Effects, News
from gateway.store.regie import ACTIVE, Pair
from gateway.store.sealing import REGIE, Sealing
from gateway.store.tables import matches as table
from gateway.store.tables import regie as pairs
from gateway.store.tables import regie_wishes, signals
from gateway.store.work import Arrange, Declined, Followed, NotOurs, Settle, Wish


def prepare(connection: sa.Connection, units: Sequence[Arrange]) -> None:
    """Hold the counters of everybody in these matches, in one order, so that two writers never wait for each other."""
    found = [mine for unit in units if (mine := _mine(connection, unit.tenant, unit.match_id)) is not None]
    among = regie.parties(connection, {Pair(mine.destination, mine.index_match) for mine in found})
    everybody = [one for parties in among.values() for one in parties]
    numbering.hold(connection, {(one.bucket, one.tenant) for one in (*found, *everybody)})


def arrange(
    connection: sa.Connection, unit: Arrange, sealing: Sealing, effects: Effects
) -> Followed | Declined | NotOurs:
    """Do it, on the stand its sender saw, or say why not. What was just done by the same side changes nothing.

    Whoever asks has prepared it.
    """
    mine = _mine(connection, unit.tenant, unit.match_id)
    if mine is None:
        return NotOurs()
    pair = Pair(mine.destination, mine.index_match)
    among = regie.parties(connection, [pair])[pair]
    here = sa.and_(table.c.bucket == mine.bucket, table.c.id == mine.id)
    asked = sa.select(table.c.status, table.c.kind, table.c.follow_up, table.c.sealed).where(here).with_for_update()
    match = connection.execute(asked).one()
    if match.status != ACTIVE or not regie.shared(match):
        return Declined("VIX-1421", "regiehandeling", match.kind if match.status == ACTIVE else match.status)
    row = regie.held(connection, pair)
    stand, followed = f"r{row.stand}", Opvolging(match.follow_up) if match.follow_up else None
    content = sealing.open_match(sealing.key(mine.signal_id), mine.signal_id, match.sealed)
    if unit.stand not in (stand, version(match.status, followed, content, stand)):
        last = (mine.signal_id, unit.handeling.value, stand_said(unit.stand))
        if (row.done_by, row.done, row.done_stand) == last:
            return _answer(connection, unit, sealing, fresh=False)
        return Declined("VIX-1420", "stand", stand)
    if row.pending is not None:
        return Declined("VIX-1421", "regiehandeling", RegieStatus.VOORGESTELD.value)
    terms = unit.terms(mine.region, mine.destination)
    try:
        day = review(unit.handeling, unit.herzien_op, today=unit.today, last=mine.removal_on, weeks=terms.weeks)
    except ValueError:
        dated = unit.handeling in DATED
        return Declined("VIX-1422" if dated else "VIX-1423", "herzien_op", mine.removal_on.isoformat() if dated else "")
    now = regie.holding(row)
    after = now.after(mine.signal_id, unit.handeling, day)
    if after is None:
        return Declined("VIX-1421", "regiehandeling", now.seen_by(mine.signal_id).value)
    done = {"done_by": mine.signal_id, "done": unit.handeling.value, "done_stand": row.stand, "stand": row.stand + 1}
    facts = {"bestemming": pair.destination, "handeling": unit.handeling.value, "stand": row.stand + 1}
    if terms.held:
        _wish(connection, unit, mine, row, day, effects)
        connection.execute(pairs.update().where(pair.here).values(held=True, pending=unit.message_id, **done))
        effects.entries.append(entry("regie_voorgesteld", mine.tenant, mine.signal_id, **facts))
    else:
        connection.execute(pairs.update().where(pair.here).values(held=False, **regie.columns(after), **done))
        effects.entries.append(entry("regie_vastgelegd", mine.tenant, mine.signal_id, **facts))
        _tell(connection, [one for one in among if one.signal_id != mine.signal_id], effects)
    return _answer(connection, unit, sealing, fresh=True)


def _answer(connection: sa.Connection, unit: Arrange, sealing: Sealing, *, fresh: bool) -> Followed:
    match = shown.one(connection, unit.tenant, unit.match_id, sealing)
    assert match is not None  # noqa: S101  it was found
    return Followed(match, fresh=fresh)


_MINE = (
    sa.select(
        table.c.bucket, table.c.id, table.c.tenant, table.c.signal_id, table.c.index_match,
        signals.c.destination, signals.c.region, signals.c.removal_on, signals.c.pack,
    )
    .join(signals, sa.and_(signals.c.bucket == table.c.bucket, signals.c.id == table.c.signal_id))
    .where(
        table.c.bucket == sa.bindparam("bucket"),
        table.c.id == sa.bindparam("match"),
        table.c.tenant == sa.bindparam("tenant"),
    )
)  # fmt: skip


def _mine(connection: sa.Connection, tenant: str, match_id: UUID) -> Any:
    return connection.execute(_MINE, {"bucket": bucket_of(tenant), "match": match_id, "tenant": tenant}).one_or_none()


def _wish(connection: sa.Connection, unit: Arrange, mine: Any, row: Any, day: Any, effects: Effects) -> None:
    """Put the wish in the outbox, behind what the index must know before it."""
    values = {
        "bucket": mine.bucket,
        "id": unit.message_id,
        "signal_id": mine.signal_id,
        "destination": mine.destination,
        "index_match": mine.index_match,
        "handeling": unit.handeling.value,
        "review_on": day,
        "index_stand": row.index_stand,
    }
    connection.execute(regie_wishes.insert(), values)
    letter = outbox.Letter(
        tenant=mine.tenant,
        destination=mine.destination,
        kind=outbox.REGIE,
        signal_id=mine.signal_id,
        sequence=0,
        message_id=unit.message_id,
        argument=mine.id.hex,
        version=mine.pack,
    )
    outbox.follow_up(connection, letter, effects)


def _tell(connection: sa.Connection, parties: list[Any], effects: Effects) -> None:
    """Have receivers hear of it: by asking, for the match is news again, and in their own ways."""
    numbering.renumber(connection, parties)
    effects.news += [News(one.tenant, one.signal_id, one.id, one.destination, regie=True) for one in parties]


def wish(connection: sa.Connection, message_id: UUID) -> Wish | None:
    """What a message asks; None once that was settled."""
    here = sa.and_(regie_wishes.c.bucket == bucket_in(message_id), regie_wishes.c.id == message_id)
    row = connection.execute(sa.select(regie_wishes).where(here)).one_or_none()
    return None if row is None else Wish(row.index_match, Regiehandeling(row.handeling), row.review_on, row.index_stand)


def sides(connection: sa.Connection, units: Sequence[Settle]) -> set[tuple[int, str]]:
    """Everybody here in the matches whose regie an answer may change: by their news, or by what was asked of it."""
    told = {
        Pair(unit.job.destination, news.index_match_id)
        for unit in units
        if isinstance(unit.outcome, Done)
        for news in unit.outcome.news
    }
    asked = {
        Pair(unit.job.destination, wanted.index_match)
        for unit in units
        if unit.job.kind == outbox.REGIE and (wanted := wish(connection, unit.job.id)) is not None
    }
    among = regie.parties(connection, told | asked)
    return {(one.bucket, one.tenant) for parties in among.values() for one in parties}


def heard(connection: sa.Connection, unit: Settle, own: matches.Own, sealing: Sealing, effects: Effects) -> None:
    """What an answer of an index brought on regie: with matches, of those that lapsed, and on a wish."""
    outcome, destination = unit.outcome, unit.job.destination
    if not isinstance(outcome, Done):
        return
    for news in sorted(outcome.news, key=lambda news: news.index_match_id):
        row = own.get(matches.id_of(news))
        if row is None or row.destination != destination:
            continue
        pair = Pair(destination, news.index_match_id)
        if news.status is MatchStatus.VERVALLEN:
            leave(connection, row.id, [pair], effects)
        elif news.regie is not None:
            _take(connection, row.id, pair, news.regie, sealing, effects)


def settled(connection: sa.Connection, unit: Settle, state: State, sealing: Sealing, effects: Effects) -> None:
    """What an index decided on a wish; one that it refused, or never got, is over."""
    if state not in FINISHED:
        return
    job = unit.job
    asked = wish(connection, job.id)
    if asked is None or job.signal_id is None:
        return
    pair = Pair(job.destination, asked.index_match)
    if isinstance(unit.outcome, Done) and unit.outcome.regie is not None:
        _take(connection, job.signal_id, pair, unit.outcome.regie, sealing, effects)
    among = regie.parties(connection, [pair])[pair]
    numbering.hold(connection, {(one.bucket, one.tenant) for one in among})
    over = pairs.update().where(pair.here, pairs.c.pending == job.id).values(pending=None, stand=pairs.c.stand + 1)
    if connection.execute(over).rowcount:
        _tell(connection, among, effects)
    connection.execute(
        regie_wishes.delete().where(regie_wishes.c.bucket == bucket_in(job.id), regie_wishes.c.id == job.id)
    )


def _take(
    connection: sa.Connection, signal_id: UUID, pair: Pair, told: IndexRegie, sealing: Sealing, effects: Effects
) -> None:
    """Take over what the index says, unless it says what was so before; everybody here hears what changed."""
    among = regie.parties(connection, [pair])[pair]
    mine = next((one for one in among if one.signal_id == signal_id), None)
    if mine is None:
        return
    numbering.hold(connection, {(one.bucket, one.tenant) for one in among})
    row = regie.held(connection, pair)
    if told.stand < row.index_stand:
        return
    again = told.stand == row.index_stand
    if not again or told.wie_dan.naam:
        _name(connection, mine, told.wie_dan if told.wie is Wie.ANDER else None, sealing)
    if again and regie.holding(row).seen_by(signal_id).wie is told.wie:
        return
    others = [] if again else [one.signal_id for one in among if one.signal_id != signal_id]
    after, stand = _holding(told, signal_id, others), row.stand + 1
    values = {"held": True, "index_stand": told.stand, "stand": stand, **regie.columns(after)}
    if not again:
        values["pending"] = None
    connection.execute(pairs.update().where(pair.here).values(**values))
    facts = {"bestemming": pair.destination, "stand": stand}
    effects.entries.append(entry("regie_van_index", mine.tenant, signal_id, **facts))
    _tell(connection, among, effects)


def _holding(told: IndexRegie, signal_id: UUID, others: list[UUID]) -> Holding:
    """Who has it, from what one side was told: of the other sides, the only one here, or else somebody elsewhere."""
    match told.wie:
        case Wie.IK:
            holder: UUID | None = signal_id
        case Wie.ANDER:
            holder = others[0] if len(others) == 1 else None
        case Wie.GEEN:
            return Holding()
    return Holding(holder, holder is None, told.aangeboden, told.herzien_op)


def _name(connection: sa.Connection, mine: Any, who: Aanspreekpunt | None, sealing: Sealing) -> None:
    key = sealing.key(mine.signal_id)
    sealed = sealing.seal(key, REGIE, mine.signal_id, who) if who is not None and key is not None else None
    here = sa.and_(table.c.bucket == mine.bucket, table.c.id == mine.id)
    connection.execute(table.update().where(here).values(aanspreekpunt=sealed))


def leave(connection: sa.Connection, signal_id: UUID, left: list[Pair], effects: Effects) -> None:
    """A signal is in these matches no more: what it had is nobody's, and where nobody is left it goes."""
    found = sorted(regie.parties(connection, left).items())
    numbering.hold(connection, {(one.bucket, one.tenant) for _, among in found for one in among})
    for pair, among in found:
        others = [one for one in among if one.signal_id != signal_id]
        if not others:
            gone = pairs.delete().where(pair.here)
            if connection.execute(gone).rowcount:
                facts = {"bestemming": pair.destination}
                effects.entries.append(entry("regie_vervallen", "-", signal_id, **facts))
            continue
        asked = sa.select(regie_wishes.c.id).where(
            regie_wishes.c.bucket == bucket_in(signal_id), regie_wishes.c.signal_id == signal_id
        )
        had = pairs.update().where(pair.here, pairs.c.holder == signal_id).values(**regie.columns(Holding()))
        wanted = pairs.update().where(pair.here, pairs.c.pending.in_(asked)).values(pending=None)
        if sum(connection.execute(ended).rowcount for ended in (had, wanted)):
            connection.execute(pairs.update().where(pair.here).values(stand=pairs.c.stand + 1))
            _tell(connection, others, effects)


def left(connection: sa.Connection, row: Any, effects: Effects) -> None:
    """The same, of a signal that is no longer active: of all its matches."""
    here = sa.and_(table.c.bucket == row.bucket, table.c.signal_id == row.id, table.c.status == ACTIVE)
    numbers = connection.execute(sa.select(table.c.index_match).where(here)).scalars().all()
    if numbers:
        leave(connection, row.id, [Pair(row.destination, number) for number in numbers], effects)
