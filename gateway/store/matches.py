"""Matches as an index told them: correlated to an own open signal, or dropped; numbered for their receiver.

A match that lapsed stays lapsed, also when an older answer about it arrives later. Its contact is gone at once. How
matches are read is in `shown`, their numbers in `numbering`, what a receiver tells of one in `following`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import Done, Ended, MatchNews
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_in, new_id
from gateway.store import numbering, renewed, twins
from gateway.store.audit import entry
from gateway.store.effects import Effects, News
from gateway.store.rows import utc
from gateway.store.sealing import MATCH, Sealing
from gateway.store.switching import mirrored, relinking
from gateway.store.tables import destinations, matches, signals
from gateway.store.work import Settle

UNANSWERED = frozenset({MatchSoort.HISTORISCH, MatchSoort.VERHUIZING})
"""Kinds to which nobody is waited for: the other side is in the archive, or there is none."""
ACTIVE, LAPSED = MatchStatus.ACTIEF.value, MatchStatus.VERVALLEN.value
THERE = 0
"""How far a match is on its way that did not lapse."""
Own = dict[UUID | None, Any]
Place = tuple[UUID, str]


_OWN = (
    sa.select(signals.c.bucket, signals.c.id, signals.c.tenant, signals.c.destination, signals.c.status)
    .where(
        signals.c.bucket == sa.bindparam("bucket"),
        signals.c.id.in_(sa.bindparam("wanted", expanding=True)),
        signals.c.status != Status.VERNIETIGD.value,
    )
    .order_by(signals.c.id)
    .with_for_update(key_share=True)
)


def own(connection: sa.Connection, units: Sequence[Settle], beside: Iterable[tuple[int, str]] = ()) -> Own:
    """The own signals that the answers of a batch are about, as far as they are still there.

    They are locked, then their receivers' counters and those `beside`, each in one order and before anything else
    is: a change of a signal waits, and two writers never wait for each other.
    """
    wanted = {unit.job.signal_id for unit in units} | _about(units)
    by_bucket: dict[int, set[UUID]] = {}
    for identity in wanted:
        if identity is not None:
            by_bucket.setdefault(bucket_in(identity), set()).add(identity)
    found: Own = {}
    for bucket, identities in sorted(by_bucket.items()):
        found |= rows(connection, bucket, identities)
    receivers = {(found[about].bucket, found[about].tenant) for about in _about(units) if about in found}
    subscribers = {(unit.job.bucket, unit.job.tenant) for unit in units if unit.job.subscription is not None}
    numbering.hold(connection, receivers | subscribers | set(beside))
    return found


def rows(connection: sa.Connection, bucket: int, wanted: Iterable[UUID]) -> Own:
    """Signals of a bucket as their matches are kept with, locked."""
    found = connection.execute(_OWN, {"bucket": bucket, "wanted": list(wanted)})
    return {row.id: row for row in found}


def _told(unit: Settle) -> tuple[MatchNews, ...]:
    return unit.outcome.news if isinstance(unit.outcome, Done) else ()


def ended(unit: Settle) -> tuple[Ended, ...]:
    """What an index says it destroyed by itself."""
    return unit.outcome.ended if isinstance(unit.outcome, Done) else ()


def _about(units: Sequence[Settle]) -> set[UUID | None]:
    news = {id_of(item) for unit in units for item in _told(unit)}
    return news | {id_of(item) for unit in units for item in ended(unit)}


def id_of(news: MatchNews | Ended) -> UUID | None:
    """The signal it speaks of; None for what is no id of ours."""
    try:
        return UUID(news.signaal_id)
    except ValueError:
        return None


def record(connection: sa.Connection, unit: Settle, own: Own, sealing: Sealing, effects: Effects) -> None:
    """Store what an answer brought, and the index's cursor with it. `own` is what the function of that name gave."""
    outcome = unit.outcome
    if not isinstance(outcome, Done):
        return
    destination = unit.job.destination
    mine = [(row, news) for news in outcome.news if (row := own.get(id_of(news)))]
    told = [(row, news) for row, news in mine if row.destination == destination]
    ends, beside = mirrored.hear(connection, [one for one in mine if one not in told], destination, sealing)
    told += ends
    if strange := outcome.dropped + len(outcome.news) - len(told) - beside:
        effects.entries.append(
            entry("match_verworpen", unit.job.tenant, None, bestemming=destination, reden="niet-eigen", aantal=strange)
        )
    if outcome.withheld:
        facts = {"bestemming": destination, "aantal": outcome.withheld}
        effects.entries.append(entry("bsn_weggelaten", unit.job.tenant, None, **facts))
    if told:
        keep(connection, told, destination, unit.now, sealing, effects, last=outcome.cursor is not None)
    if outcome.cursor is not None:
        connection.execute(destinations.update().where(destinations.c.id == destination).values(cursor=outcome.cursor))


def keep(
    connection: sa.Connection,
    told: list[tuple[Any, MatchNews]],
    destination: str,
    now: dt.datetime,
    sealing: Sealing,
    effects: Effects,
    *,
    last: bool,
) -> None:
    """Make of each piece of news of an index a new match, a change of one, or nothing. `last`: the feed tells it.

    Nobody hears of a match that lapsed before he could hear of it, nor twice of the same; who heard that it lapsed may
    yet hear that it must be removed. Other content of a match that is there is news when the feed tells it, of which
    the last word counts: the answer to an order says what was so then. An organisation does not
    match itself: what an index tells under one number for two of its signals, naming nobody else, is dropped.
    """
    keys = sealing.keys.get({row.id for row, _ in told})
    relinking.relink(connection, told, destination, keys, sealing)
    known_before = _known(connection, told)
    before = {(row.signal_id, row.index_match): row for row in known_before}
    held = {place: _worn(row.status, row.remove) for place, row in before.items()}
    known = dict(held)
    own = twins.of(connection, told, known_before, sealing)
    kept = {
        (row.signal_id, row.index_match): _lapsed(row)
        for row in known_before
        if row.signal_id in own.get(twins.pair(row), ()) and row.status == ACTIVE
    }
    for tenant, _ in own:
        effects.entries.append(entry("match_verworpen", tenant, None, reden="eigen-organisatie", aantal=1))
    again: dict[Place, renewed.Told] = {}
    for row, news in told:
        place = (row.id, news.index_match_id)
        if (row.tenant, news.index_match_id) in own:
            continue
        key = keys.get(row.id)
        active = news.status is MatchStatus.ACTIEF and row.status == Status.ACTIEF and key is not None
        status = ACTIVE if active else LAPSED
        if known.get(place, -1) >= _worn(status, news.verwijderen):
            if active and last:
                again[place] = (row, news)
            continue
        known[place] = _worn(status, news.verwijderen)
        kept[place] = {
            "bucket": row.bucket,
            "id": before[place].id if place in before else new_id(row.bucket),
            "tenant": row.tenant,
            "signal_id": row.id,
            "index_match": news.index_match_id,
            "kind": news.soort.value,
            "not_same_child": news.niet_dezelfde_jeugdige,
            "arisen_at": utc(news.ontstaan_op),
            "status": status,
            "remove": news.verwijderen and not active,
            "sealed": sealing.seal(key, MATCH, row.id, news.content) if active and key is not None else None,
            "watched_since": now if active and news.soort not in UNANSWERED else None,
        }
        event = "match_ontvangen" if active else "match_vervallen"
        effects.entries.append(entry(event, row.tenant, row.id, soort=news.soort.value))
    lasting = {place: item for place, item in again.items() if known[place] == THERE}
    for place in lasting.keys() & kept.keys():
        row, news = lasting.pop(place)
        if news.content.betrokkenen and kept[place]["kind"] == news.soort.value:
            kept[place]["sealed"] = sealing.seal(keys[row.id], MATCH, row.id, news.content)
    same = [(before[place], item) for place, item in lasting.items() if before[place].kind == item[1].soort.value]
    other = renewed.of(connection, same, keys, sealing)
    numbering.number(connection, [*kept.values(), *other])
    if fresh := [values for place, values in kept.items() if place not in held]:
        connection.execute(matches.insert(), fresh)
    for values in (values for place, values in kept.items() if place in held):
        connection.execute(
            matches.update()
            .where(
                matches.c.bucket == values["bucket"],
                matches.c.signal_id == values["signal_id"],
                matches.c.index_match == values["index_match"],
            )
            .values({name: values[name] for name in ("number", "status", "sealed", "remove")} | AT_REST | OVER)
        )
    for values in other:
        renewed.keep(connection, values)
        soort = again[values["signal_id"], values["index_match"]][1].soort
        effects.entries.append(entry("match_gewijzigd", values["tenant"], values["signal_id"], soort=soort.value))
    heard = [values for place, values in kept.items() if place in held or values["status"] == ACTIVE]
    effects.news += [News(values["tenant"], values["signal_id"], values["id"], destination) for values in heard + other]


AT_REST: dict[str, Any] = {"remind_at": None, "unheard": False}
"""Of a match that its receiver need not be reminded of."""
OVER: dict[str, Any] = {"aanspreekpunt": None, "watched_since": None}
"""Of a match that lapsed: nobody is named any more, nor waited for."""


_UNDER = sa.select(
    matches.c.bucket, matches.c.id, matches.c.tenant, matches.c.signal_id, matches.c.index_match, matches.c.kind,
    matches.c.status, matches.c.remove,
).where(
    matches.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
    matches.c.index_match.in_(sa.bindparam("numbers", expanding=True)),
)  # fmt: skip


def _known(connection: sa.Connection, told: list[tuple[Any, MatchNews]]) -> list[Any]:
    """The matches that are known already under the same numbers, on these signals and on others of their receivers."""
    numbers, buckets = {news.index_match_id for _, news in told}, {row.bucket for row, _ in told}
    rows = connection.execute(_UNDER, {"buckets": list(buckets), "numbers": list(numbers)})
    mine = {(row.tenant, news.index_match_id) for row, news in told}
    return [row for row in rows if twins.pair(row) in mine]


def _lapsed(row: Any) -> dict[str, Any]:
    named = ("bucket", "id", "tenant", "signal_id", "index_match")
    return {name: getattr(row, name) for name in named} | {"status": LAPSED, "sealed": None, "remove": False}


def _worn(status: str, remove: bool) -> int:
    """How far a match is on its one way: it is there, it lapsed, what was kept of it must go."""
    return THERE if status == ACTIVE else 2 if remove else 1


def lapse(connection: sa.Connection, row: Any, effects: Effects, *which: sa.ColumnElement[bool]) -> None:
    """Let the matches of a signal lapse, or some of them, and its receiver hear of it."""
    here = sa.and_(matches.c.bucket == row.bucket, matches.c.signal_id == row.id, matches.c.status == ACTIVE, *which)
    active = connection.execute(sa.select(matches.c.id).where(here)).scalars().all()
    if not active:
        return
    numbering.hold(connection, [(row.bucket, row.tenant)])
    connection.execute(matches.update().where(here).values(status=LAPSED, sealed=None, **AT_REST, **OVER))
    effects.news += [News(row.tenant, row.id, match_id, row.destination) for match_id in active]


def told(connection: sa.Connection, bucket: int, ids: Sequence[UUID]) -> dict[UUID, tuple[str, Opvolging]]:
    """The number of each match at the index that is told of it, and what its receiver told of it."""
    if not ids:
        return {}
    rows = connection.execute(
        sa.select(matches.c.id, _AT_INDEX, matches.c.follow_up).where(matches.c.bucket == bucket, matches.c.id.in_(ids))
    )
    return {row.id: (row.number, Opvolging(row.follow_up)) for row in rows}


_AT_INDEX = sa.func.coalesce(matches.c.told_as, matches.c.index_match).label("number")
