"""What a sender is answered that asks for its matches."""

import datetime as dt

from gateway.clock import wall
from gateway.simulator.faults import Fault, Fired
from gateway.simulator.forged import forged
from gateway.simulator.national import National
from gateway.simulator.replies import Page
from gateway.simulator.state import State
from gateway.simulator.values import Poll

MOST = 200
"""Matches in one answer, at most (regionale-index-1.xsd)."""
_LARGEST = 2**63 - 1


class Polling:
    """Part of the engine; every method belongs inside its transaction."""

    def __init__(self, state: State, national: National) -> None:
        self._state = state
        self._national = national

    def page(self, sender: str, poll: Poll, fired: Fired, now: dt.datetime) -> Page:
        """The next news of a sender, and what came to an end among it."""
        self.plant(sender, fired, now)
        limit, after = min(poll.maximum, MOST), min(poll.after, _LARGEST)
        rows = self._state.stream.after(sender, after, limit=limit + 1)
        page, more = rows[:limit], len(rows) > limit
        ended = self._state.stream.ended_after(sender, after, until=page[-1][0] if more else _LARGEST)
        return Page(
            news=tuple(news for _, news in page),
            ended=tuple((reference, reason) for _, reference, reason in ended),
            numbers=(*(number for number, _ in page), *(number for number, _, _ in ended)),
            last=max([poll.after, *(number for number, _ in page), *(number for number, _, _ in ended)]),
            more=more,
            at=now,
        )

    def plant(self, sender: str, fired: Fired, now: dt.datetime) -> None:
        """What is due by now is news; and so is what a script makes of it."""
        self._state.stream.publish(wall())
        for fault in fired.false_news:
            self._state.stream.plant(sender, forged(self._state, fault, sender, now))
        if fired.rule(Fault.DIED):
            self._die(sender)

    def _die(self, sender: str) -> None:
        """The child of the sender's latest signal died, says the register of persons: the signal is destroyed."""
        for signal in self._state.latest(sender, foreign=False):
            self._national.destroy(signal)
            self._state.stream.add_ended(sender, signal.reference, "OVERLEDEN")
