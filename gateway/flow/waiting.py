"""Waiting for what goes out by itself, with a word on how far it is. Who pauses a move ends every wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.tenant import new_id
from gateway.clock import monotonic
from gateway.store.store import Store
from gateway.store.work import Switch

MOST_UNDERWAY = 2000
"""So many messages may wait for an index before more are put behind them."""
PAUSE = 0.25
"""Seconds between two looks."""
LOOKING = 0.05
"""This part of the time may go into looking: where much waits, to count it takes long."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is that takes long."""

    what: str
    done: int
    of: int
    rate: float
    """So many in a second."""

    @property
    def left(self) -> float:
        """Seconds it will take yet, at this rate."""
        return max(0, self.of - self.done) / self.rate if self.rate else 0.0


Tell = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Nobody is told."""


class Waiting:
    """Waits for the messages of moves. `rest` sleeps so many seconds."""

    def __init__(self, store: Store, tell: Tell, rest: Callable[[float], None]) -> None:
        self._moves = store.read.moves
        self._tell = tell
        self._rest = rest

    def for_room(self, switch: Switch, index: str, *, until: float = 0.0) -> bool:
        """Wait until there is room behind what waits for an index already, and for a moment; False when paused."""
        while not self._paused(switch):
            many, took = self._underway(index, new_id(0))
            if many < MOST_UNDERWAY and monotonic() >= until:
                return True
            self._look_later(took)
        return False

    def until_answered(self, switch: Switch, index: str) -> bool:
        """Wait until an index has answered all that goes to it now; False when paused."""
        until, began = new_id(0), monotonic()
        left, took = self._underway(index, until)
        most = left
        while left > 0:
            if self._paused(switch):
                return False
            self._look_later(took)
            left, took = self._underway(index, until)
            most = max(most, left)
            self.told(f"antwoord van {index}", most - left, most, began)
        return True

    def until_heard(self, switch: Switch) -> bool:
        """Wait until both indexes were asked for news; False when paused."""
        both = (switch.old, switch.new)
        before: dict[str, UUID] = {}
        while True:
            now = self._moves.asked(both)
            before = now | before
            done = sum(now.get(index, question) != question for index, question in before.items())
            if done == len(both):
                return True
            if self._paused(switch):
                return False
            self._tell(Progress("tweede blik", done, len(both), 0.0))
            self._rest(PAUSE)

    def told(self, what: str, done: int, many: int, began: float) -> None:
        """Tell how far it is."""
        took = monotonic() - began
        self._tell(Progress(what, done, many, done / took if took else 0.0))

    def _underway(self, index: str, until: UUID) -> tuple[int, float]:
        began = monotonic()
        return self._moves.underway(index, until), monotonic() - began

    def _look_later(self, took: float) -> None:
        self._rest(max(PAUSE, took / LOOKING))

    def _paused(self, switch: Switch) -> bool:
        found = self._moves.one(switch.id)
        return found is not None and found.paused
