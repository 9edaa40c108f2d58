"""The moves there are, in which state each is, and what has become of its signals until now."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import GATEWAY
from gateway.store import outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.rows import utc
from gateway.store.switching import routes
from gateway.store.switching.tables import copies, mirrored, switches
from gateway.store.tables import matches, signals
from gateway.store.tables import outbox as messages
from gateway.store.work import OpenSwitch, Pause, Step, Switch

OVER = ("gestopt", "afgerond")
"""States in which a move holds nothing any more."""


def open_(connection: sa.Connection, unit: OpenSwitch, effects: Effects) -> UUID | None:
    """Write a move down; the id of another when one is about the same region already."""
    switch = unit.switch
    same = sa.select(switches.c.id).where(switches.c.region == switch.region, switches.c.state.not_in(OVER))
    there = connection.execute(same.limit(1)).scalar()
    if there is not None:
        return UUID(str(there))
    values = {name: getattr(switch, name) for name in Switch.__slots__} | {"tenants": list(switch.tenants)}
    connection.execute(switches.insert(), values)
    effects.entries.append(entry("overstap_gepland", GATEWAY, None, **_facts(switch)))
    return None


def step(connection: sa.Connection, unit: Step, effects: Effects) -> bool:
    """Bring a move from one state into another, with which index leads from then on; False when it was in neither."""
    row = connection.execute(sa.select(switches).where(switches.c.id == unit.switch_id).with_for_update()).one()
    if row.state not in (unit.before, unit.after):
        return False
    connection.execute(
        switches.update().where(switches.c.id == unit.switch_id).values(state=unit.after, moved_at=unit.now)
    )
    if unit.leads:
        other = row.old if unit.leads == row.new else row.new
        tenants = unit.tenants or tuple(row.tenants)
        routes.put(connection, row.region, tenants, row.id, unit.leads, other if unit.copied else None)
    elif unit.after == "gestopt":
        routes.take_away(connection, unit.switch_id)
    elif unit.after == "afgerond":
        connection.execute(copies.delete().where(copies.c.switch_id == unit.switch_id))
    if row.state != unit.after:
        facts = {"overstap": str(row.id), "stand": unit.after}
        effects.entries.append(entry("overstap_stap", GATEWAY, None, **facts))
    return True


def pause(connection: sa.Connection, unit: Pause) -> None:
    """Stop or go on."""
    connection.execute(switches.update().where(switches.c.id == unit.switch_id).values(paused=unit.paused))


def every(connection: sa.Connection) -> list[Switch]:
    """All moves, the latest first."""
    return [_read(row) for row in connection.execute(sa.select(switches).order_by(switches.c.made_at.desc()))]


def _read(row: Any) -> Switch:
    values = dict(row._mapping)
    return Switch(
        **values | {"tenants": tuple(row.tenants), "made_at": utc(row.made_at), "moved_at": utc(row.moved_at)}
    )


def _facts(switch: Switch) -> dict[str, str]:
    return {"overstap": str(switch.id), "regio": switch.region, "van": switch.old, "naar": switch.new}


def underway(connection: sa.Connection, index: str, until: UUID) -> int:
    """How many messages to an index, made before an id, have no outcome yet."""
    many = sa.select(sa.func.count()).where(
        messages.c.destination == index,
        messages.c.state.in_(outbox.UNFINISHED),
        messages.c.signal_id.is_not(None),
        messages.c.id < until,
    )
    return int(connection.execute(many).scalar_one())


def _counts(rows: Iterable[Any]) -> dict[str, int]:
    return {row[0] or "niet bekeken": row[1] for row in rows}


def counted(connection: sa.Connection, switch: Switch) -> dict[str, dict[str, int]]:
    """Of the signals of a move: where each index leads, by status; what was found of copies; what is underway."""
    many = sa.func.count()
    mine: Sequence[Any] = [signals.c.region == switch.region]
    mine = [*mine, signals.c.tenant.in_(switch.tenants)] if switch.tenants else mine
    leads = connection.execute(
        sa.select(signals.c.destination, signals.c.status, many)
        .where(*mine, signals.c.status != Status.VERNIETIGD.value)
        .group_by(signals.c.destination, signals.c.status)
    )
    found = connection.execute(
        sa.select(copies.c.found, many).where(copies.c.switch_id == switch.id).group_by(copies.c.found)
    )
    underway = connection.execute(
        sa.select(messages.c.destination, many)
        .where(
            messages.c.state.in_(outbox.UNFINISHED),
            messages.c.signal_id.is_not(None),
            messages.c.destination.in_((switch.old, switch.new)),
        )
        .group_by(messages.c.destination)
    )
    refused = connection.execute(
        sa.select(messages.c.destination, many)
        .where(messages.c.state == "refused", messages.c.destination.in_((switch.old, switch.new)))
        .group_by(messages.c.destination)
    )
    beside = connection.execute(
        sa.select(mirrored.c.destination, many)
        .where(mirrored.c.destination.in_((switch.old, switch.new)))
        .group_by(mirrored.c.destination)
    )
    lonely = connection.execute(
        sa.select(matches.c.told_by, many)
        .where(matches.c.told_by.in_((switch.old, switch.new)), matches.c.status == MatchStatus.ACTIEF.value)
        .group_by(matches.c.told_by)
    )
    told: dict[str, dict[str, int]] = {"alleen daar bekend": _counts(lonely)}
    for destination, status, number in leads:
        told.setdefault(f"voert {destination}", {})[status] = number
    told["kopieen"] = _counts(found)
    told["onderweg"] = _counts(underway)
    told["geweigerd"] = _counts(refused)
    told["schaduwmatches"] = _counts(beside)
    return told
