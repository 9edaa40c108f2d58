"""What is known of moves: the questions of who carries one out, or looks at one."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.signal import Signal
from gateway.store.sealing import Sealing
from gateway.store.switching import comparing, counting, register
from gateway.store.switching.comparing import Compared
from gateway.store.switching.counting import Counts, Survey
from gateway.store.switching.scope import pages
from gateway.store.work import Scope, Switch


class Moves:
    """Questions to the store about moves between indexes."""

    def __init__(self, engine: sa.Engine, sealing: Sealing) -> None:
        self._engine = engine
        self._sealing = sealing

    def every(self) -> list[Switch]:
        """All moves, the latest first."""
        with self._engine.begin() as connection:
            return register.every(connection)

    def one(self, identity: UUID) -> Switch | None:
        """A move."""
        return next((one for one in self.every() if one.id == identity), None)

    def surveyed(self, scope: Scope, index: str) -> Survey:
        """The signals of a scope for which an index leads."""
        return counting.surveyed(self._engine, scope, index, self._sealing)

    def signals(self, scope: Scope) -> Iterator[tuple[Any, Signal]]:
        """Every signal of a scope that is not destroyed: its row, and what it says."""
        for page in pages(self._engine, scope, self._sealing):
            yield from page

    def counted(self, switch: Switch) -> Counts:
        """What has become of the signals of a move until now."""
        with self._engine.begin() as connection:
            return counting.counted(connection, switch)

    def underway(self, index: str, until: UUID) -> int:
        """Messages about signals to an index that go by themselves; of those that were made before an id."""
        with self._engine.begin() as connection:
            return counting.underway(connection, index, until)

    def asked(self, indexes: tuple[str, ...]) -> dict[str, UUID]:
        """By index to which none is on its way: the next question for news. Once answered, it has another id."""
        with self._engine.begin() as connection:
            return counting.asked(connection, indexes)

    def to_be_seen(self, switch: Switch) -> int:
        """How many signals were brought back to an index that was emptied of them, and not looked at there since."""
        with self._engine.begin() as connection:
            return counting.to_be_seen(connection, switch)

    def compared(self, switch: Switch) -> Compared:
        """The matches of both indexes of a move beside each other."""
        with self._engine.begin() as connection:
            return comparing.compared(connection, switch, self._sealing)

    def differing(self, switch: Switch) -> list[tuple[UUID, str, str]]:
        """The signals whose copy is not as it was sent: their organisation, and what was found."""
        with self._engine.begin() as connection:
            return counting.differing(connection, switch)
