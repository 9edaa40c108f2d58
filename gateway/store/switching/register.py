"""The moves there are, and in which state each is."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.tenant import GATEWAY
from gateway.rules.switching import OVER, State
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.rows import utc
from gateway.store.switching import closing
from gateway.store.switching.tables import switches
from gateway.store.work import OpenSwitch, Pause, Scope, Step, Switch


def open_(connection: sa.Connection, unit: OpenSwitch, effects: Effects) -> UUID | None:
    """Write a move down; the id of another when some of the same signals are moving already."""
    switch = unit.switch
    going = sa.select(switches).where(switches.c.state.not_in(OVER)).with_for_update()
    there = next((one for one in map(read, connection.execute(going)) if one.scope.meets(switch.scope)), None)
    if there is not None:
        return there.id
    names = set(Switch.__slots__) - {"scope"}
    of = {"region": switch.scope.region, "tenants": list(switch.scope.tenants)}
    of["municipalities"] = list(switch.scope.municipalities)
    connection.execute(switches.insert(), of | {name: getattr(switch, name) for name in names})
    facts = {"overstap": str(switch.id), "regio": switch.scope.region, "van": switch.old, "naar": switch.new}
    effects.entries.append(entry("overstap_gepland", GATEWAY, None, **facts))
    return None


def step(connection: sa.Connection, unit: Step, effects: Effects) -> bool:
    """Bring a move from one state into another, with which index leads from then on; False when it was in neither."""
    here = switches.c.id == unit.switch_id
    move = read(connection.execute(sa.select(switches).where(here).with_for_update()).one())
    if move.state not in (unit.before, unit.after):
        return False
    values: dict[str, Any] = {"state": unit.after, "moved_at": unit.now}
    if unit.leads:
        other = move.old if unit.leads == move.new else move.new
        values |= {"leads": unit.leads, "copy": other if unit.copied else None}
    if unit.after == State.DONE:
        values["proof"] = unit.proof
        closing.close(connection, move, effects)
    connection.execute(switches.update().where(here).values(values))
    if move.state != unit.after:
        facts = {"overstap": str(move.id), "stand": unit.after}
        effects.entries.append(entry("overstap_stap", GATEWAY, None, **facts))
    return True


def goes_on(connection: sa.Connection, switch_id: UUID, state: str) -> bool:
    """Whether a move is in a state, and stays so until this commits."""
    here = sa.select(switches.c.state).where(switches.c.id == switch_id).with_for_update(read=True)
    return bool(connection.execute(here).scalar_one() == state)


def pause(connection: sa.Connection, unit: Pause) -> None:
    """Stop or go on."""
    connection.execute(switches.update().where(switches.c.id == unit.switch_id).values(paused=unit.paused))


def every(connection: sa.Connection) -> list[Switch]:
    """All moves, the latest first."""
    return [read(row) for row in connection.execute(sa.select(switches).order_by(switches.c.made_at.desc()))]


def read(row: Any) -> Switch:
    """A move, as its row."""
    values = dict(row._mapping)
    scope = Scope(values.pop("region"), tuple(values.pop("tenants")), tuple(values.pop("municipalities")))
    return Switch(**values | {"scope": scope, "made_at": utc(row.made_at), "moved_at": utc(row.moved_at)})
