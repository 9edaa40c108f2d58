"""Which index leads for what comes in now, and where it goes too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from gateway.store.switching.tables import EVERYBODY, routes
from gateway.store.work import Accept

_ALL = sa.select(routes)


@dataclass(frozen=True, slots=True)
class Beside:
    """A signal that was accepted and must stand at a second index too."""

    unit: Accept
    destination: str
    switch_id: UUID


def led(connection: sa.Connection, units: Sequence[Accept]) -> tuple[list[Accept], list[Beside]]:
    """The units with the index that leads for each now, and which of them go to a second one."""
    known = {(row.region, row.tenant): row for row in connection.execute(_ALL)}
    if not known:
        return list(units), []
    found, beside = [], []
    for unit in units:
        signal = unit.signal
        route = known.get((signal.regio, signal.organisatie)) or known.get((signal.regio, EVERYBODY))
        if route is None:
            found.append(unit)
            continue
        found.append(replace(unit, signal=signal.model_copy(update={"bestemming": route.leads})))
        if route.copy is not None:
            beside.append(Beside(found[-1], route.copy, route.switch_id))
    return found, beside


def put(
    connection: sa.Connection, region: str, tenants: Sequence[str], switch_id: UUID, leads: str, copy: str | None
) -> None:
    """From now on this index leads for what these organisations, or all, give in a region."""
    for tenant in tenants or (EVERYBODY,):
        here = sa.and_(routes.c.region == region, routes.c.tenant == tenant)
        connection.execute(routes.delete().where(here))
        row = {"region": region, "tenant": tenant, "switch_id": switch_id, "leads": leads, "copy": copy}
        connection.execute(routes.insert(), row)


def take_away(connection: sa.Connection, switch_id: UUID) -> None:
    """No move says any more where signals go."""
    connection.execute(routes.delete().where(routes.c.switch_id == switch_id))
