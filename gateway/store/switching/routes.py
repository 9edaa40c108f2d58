"""Which index leads for what comes in now, and where it goes too: what the configuration names, as moves left it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from gateway.store.switching.register import read
from gateway.store.switching.tables import switches
from gateway.store.work import Accept, Switch

_LEADING = sa.select(switches).where(switches.c.leads.is_not(None)).order_by(switches.c.made_at)


@dataclass(frozen=True, slots=True)
class Beside:
    """A signal that was accepted and must stand at a second index too."""

    unit: Accept
    destination: str
    switch_id: UUID


def leading(
    moves: Iterable[Switch], index: str, region: str, tenant: str, municipality: str | None
) -> tuple[str, Switch | None]:
    """Which index leads for what an organisation gives, where the configuration names one; and the last move of it.

    Moves are followed in the order in which they were made: where one ended, the next may begin. What one brought
    elsewhere is not in a later one from where it came; the configuration may name the new index before a move says so.
    """
    by = None
    for move in moves:
        mine = index == move.old or (by is None and index == move.new)
        if mine and move.leads is not None and move.scope.holds(region, tenant, municipality):
            index, by = move.leads, move
    return index, by


def led(connection: sa.Connection, units: Sequence[Accept]) -> tuple[list[Accept], list[Beside]]:
    """The units with the index that leads for each now, and which of them go to a second one."""
    moves = [read(row) for row in connection.execute(_LEADING)]
    found, beside = [], []
    for given in units:
        signal, unit = given.signal, given
        code = signal.jeugdige.gemeente_code
        index, by = leading(moves, signal.bestemming, signal.regio, signal.organisatie, code)
        if index != signal.bestemming:
            unit = replace(given, signal=signal.model_copy(update={"bestemming": index}))
        found.append(unit)
        if by is not None and by.copy is not None:
            beside.append(Beside(unit, by.copy, by.id))
    return found, beside
