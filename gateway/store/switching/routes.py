"""Which index leads for what comes in now, and where it goes too: what the configuration names, as moves left it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from gateway.store.switching.register import read
from gateway.store.switching.tables import switches
from gateway.store.work import Accept

_LEADING = sa.select(switches).where(switches.c.leads.is_not(None)).order_by(switches.c.made_at)


@dataclass(frozen=True, slots=True)
class Beside:
    """A signal that was accepted and must stand at a second index too."""

    unit: Accept
    destination: str
    switch_id: UUID


def led(connection: sa.Connection, units: Sequence[Accept]) -> tuple[list[Accept], list[Beside]]:
    """The units with the index that leads for each now, and which of them go to a second one.

    Moves are followed in the order in which they were made: where one ended, the next may begin.
    """
    moves = [read(row) for row in connection.execute(_LEADING)]
    found, beside = [], []
    for given in units:
        signal, second, unit = given.signal, None, given
        index = signal.bestemming
        for move in moves:
            here = move.scope.holds(signal.regio, signal.organisatie, signal.jeugdige.gemeente_code)
            if here and move.leads is not None and index in (move.old, move.new):
                index, second = move.leads, (move.copy, move.id) if move.copy else None
        if index != signal.bestemming:
            unit = replace(given, signal=signal.model_copy(update={"bestemming": index}))
        found.append(unit)
        if second is not None:
            beside.append(Beside(unit, *second))
    return found, beside
