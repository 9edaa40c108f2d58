"""The life of one outgoing message, as one table. An outcome nobody knows is not a failure: it is asked about.

The legal life of the signal it speaks of is another thing: `rules.lifecycle`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from gateway.canonical.order import Done, Held, IndexCapabilities, NotFound, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Bezorging


class State(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    """Not sent, or certainly not taken."""
    UNDERWAY = "underway"
    """A worker holds it; if that worker dies after the body was frozen, it becomes unknown."""
    UNKNOWN = "unknown"
    """Perhaps taken: recovered in the way the index declares, before anything is sent again."""
    DONE = "done"
    REFUSED = "refused"
    PARKED = "parked"
    """Unknown, and the index offers no way to find out: a person decides (ONZEKER)."""
    CANCELLED = "cancelled"
    """Withdrawn before the index could have it."""


class Move(StrEnum):
    """What happens to a message."""

    CLAIMED = "claimed"
    DONE = "done"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"
    LOST = "lost"
    NOT_FOUND = "not_found"
    STUCK = "stuck"
    WITHDRAWN = "withdrawn"


TABLE: dict[tuple[State, Move], State] = {
    (State.WAITING, Move.CLAIMED): State.UNDERWAY,
    (State.WAITING, Move.WITHDRAWN): State.CANCELLED,
    (State.UNDERWAY, Move.DONE): State.DONE,
    (State.UNDERWAY, Move.REFUSED): State.REFUSED,
    (State.UNDERWAY, Move.NOT_TAKEN): State.WAITING,
    (State.UNDERWAY, Move.LOST): State.UNKNOWN,
    (State.UNDERWAY, Move.WITHDRAWN): State.CANCELLED,
    (State.UNKNOWN, Move.CLAIMED): State.UNKNOWN,
    (State.UNKNOWN, Move.DONE): State.DONE,
    (State.UNKNOWN, Move.REFUSED): State.REFUSED,
    (State.UNKNOWN, Move.LOST): State.UNKNOWN,
    (State.UNKNOWN, Move.NOT_TAKEN): State.WAITING,
    (State.UNKNOWN, Move.NOT_FOUND): State.WAITING,
    (State.UNDERWAY, Move.STUCK): State.PARKED,
    (State.UNKNOWN, Move.STUCK): State.PARKED,
    (State.PARKED, Move.DONE): State.DONE,
    (State.PARKED, Move.NOT_FOUND): State.WAITING,
}

FINISHED = frozenset({State.DONE, State.REFUSED, State.CANCELLED})
"""Final. A parked message is not finished: it holds back its own signal until a person says what came of it."""

SHOWN: dict[State, Bezorging] = {
    State.WAITING: Bezorging.WACHT,
    State.UNDERWAY: Bezorging.ONDERWEG,
    State.UNKNOWN: Bezorging.ONDERWEG,
    State.DONE: Bezorging.BIJ_INDEX,
    State.REFUSED: Bezorging.GEWEIGERD,
    State.PARKED: Bezorging.ONZEKER,
    State.CANCELLED: Bezorging.NIET_VERZONDEN,
}


class Recovery(StrEnum):
    """How an index lets us find out what became of a message of unknown outcome."""

    REPEAT = "repeat by message id"
    ASK = "status by message id"
    NONE = "none"


class Step(StrEnum):
    """What a worker does with a message it holds."""

    SEND = "send"
    ASK = "ask"
    PARK = "park"


def next_step(state: State, recovery: Recovery) -> Step:
    """Send what is certainly not taken; recover what is unknown in the declared way."""
    if state is not State.UNKNOWN:
        return Step.SEND
    match recovery:
        case Recovery.REPEAT:
            return Step.SEND
        case Recovery.ASK:
            return Step.ASK
        case Recovery.NONE:
            return Step.PARK
        case _:
            assert_never(recovery)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt came to: the new state, the pause before the next attempt, and whether the index was well."""

    state: State
    pause: float
    healthy: bool
    code: str = ""


LONGEST_PAUSE = 300.0


def judge(state: State, outcome: Outcome, *, attempts: int, retry: float, unsettled: float) -> Verdict:
    """Follow the table for the outcome of an attempt.

    `retry` is the first pause in seconds; `unsettled` is how long 'not found' still says nothing (the index's
    processing time minus the time since the message was last sent).
    """
    pause = min(retry * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    match outcome:
        case Done() | Held() | IndexCapabilities():
            return Verdict(TABLE[state, Move.DONE], 0.0, healthy=True)
        case Refused():
            return Verdict(TABLE[state, Move.REFUSED], 0.0, healthy=True, code=outcome.code)
        case Retry():
            return Verdict(TABLE[state, Move.NOT_TAKEN], pause, healthy=False, code=outcome.reason)
        case Unknown():
            return Verdict(TABLE[state, Move.LOST], pause, healthy=False, code=outcome.reason)
        case NotFound() if unsettled > 0:
            return Verdict(TABLE[state, Move.LOST], unsettled, healthy=True, code="nog-niet-bekend")
        case NotFound():
            return Verdict(TABLE[state, Move.NOT_FOUND], 0.0, healthy=True)
        case _:
            assert_never(outcome)


BREAKER_AFTER = 5
"""So many faults in a row open the breaker of a destination."""


def breaker_pause(faults: int) -> float:
    """How long to leave an index alone after so many faults in a row; 0 while the breaker stays closed."""
    if faults < BREAKER_AFTER:
        return 0.0
    return float(min(2 ** (faults - BREAKER_AFTER), 30))
