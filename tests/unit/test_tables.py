"""The two lives: of a signal, by the law, and of a message, by its attempts. What no row allows cannot happen."""

from itertools import product

import pytest

from gateway.canonical.order import Done, IndexCapabilities, NotFound, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Bezorging, Status
from gateway.rules.delivery import (
    BREAKER_AFTER,
    FINISHED,
    LONGEST_PAUSE,
    SHOWN,
    TABLE,
    Move,
    Recovery,
    State,
    Step,
    breaker_pause,
    judge,
    next_step,
)
from gateway.rules.lifecycle import LIFE, Gebeurtenis, follow, standing
from tests.spec.people import NOW

ENDS = {
    (Status.ACTIEF, Gebeurtenis.GEWIJZIGD): Status.ACTIEF,
    (Status.ACTIEF, Gebeurtenis.VERLENGD): Status.ACTIEF,
    (Status.ACTIEF, Gebeurtenis.OVERGEDRAGEN): Status.ACTIEF,
    (Status.ACTIEF, Gebeurtenis.BEEINDIGD): Status.ARCHIEF,
    (Status.ACTIEF, Gebeurtenis.VERLOPEN): Status.ARCHIEF,
    (Status.ACTIEF, Gebeurtenis.INGETROKKEN): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.INGETROKKEN): Status.VERNIETIGD,
    (Status.ACTIEF, Gebeurtenis.DRIEENTWINTIG): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.DRIEENTWINTIG): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.ARCHIEF_VOORBIJ): Status.VERNIETIGD,
    (Status.ACTIEF, Gebeurtenis.OVERLEDEN): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.OVERLEDEN): Status.VERNIETIGD,
    (Status.ACTIEF, Gebeurtenis.AVG): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.AVG): Status.VERNIETIGD,
    (Status.ACTIEF, Gebeurtenis.REGIO_BEEINDIGD): Status.VERNIETIGD,
    (Status.ARCHIEF, Gebeurtenis.REGIO_BEEINDIGD): Status.VERNIETIGD,
}


@pytest.mark.parametrize(("status", "event"), list(product(Status, Gebeurtenis)))
def test_every_event_in_every_state_leads_where_the_law_says_or_cannot_happen(
    status: Status, event: Gebeurtenis
) -> None:
    assert follow(status, event) == ENDS.get((status, event))


def test_a_destroyed_signal_stays_destroyed_and_nothing_becomes_active_again() -> None:
    assert all(status is not Status.VERNIETIGD for status, _ in LIFE)
    assert {status for (status, _), after in LIFE.items() if after is Status.ACTIEF} == {Status.ACTIEF}


@pytest.mark.parametrize(
    ("status", "days", "now"),
    [
        (Status.ACTIEF, 1, Status.ACTIEF),
        (Status.ACTIEF, 0, Status.ARCHIEF),
        (Status.ACTIEF, -1, Status.ARCHIEF),
        (Status.ARCHIEF, 1, Status.ARCHIEF),
        (Status.VERNIETIGD, -1, Status.VERNIETIGD),
    ],
)
def test_on_its_removal_date_an_active_signal_is_in_the_archive(status: Status, days: int, now: Status) -> None:
    today = NOW.date()
    assert standing(status, today.replace(day=today.day + days), today) is now


W, U, Q, D, R, P, C = (
    *(State.WAITING, State.UNDERWAY, State.UNKNOWN, State.DONE),
    *(State.REFUSED, State.PARKED, State.CANCELLED),
)
MOVES = {
    #                 W     U     Q     P       (done, refused and cancelled: nothing)
    Move.CLAIMED:   (U,    None, Q,    None),
    Move.DONE:      (None, D,    D,    D),
    Move.REFUSED:   (None, R,    R,    None),
    Move.NOT_TAKEN: (None, W,    W,    None),
    Move.LOST:      (None, Q,    Q,    None),
    Move.NOT_FOUND: (None, None, W,    W),
    Move.STUCK:     (None, P,    P,    None),
    Move.WITHDRAWN: (C,    C,    None, None),
}  # fmt: skip


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_every_move_in_every_state_is_in_the_table_or_impossible(state: State, move: Move) -> None:
    open_states = dict(zip((W, U, Q, P), MOVES[move], strict=True))
    assert TABLE.get((state, move)) == open_states.get(state)


def test_a_final_state_is_final_and_a_parked_message_holds_back_its_signal() -> None:
    assert {D, R, C} == FINISHED
    assert all(state not in FINISHED for state, _ in TABLE)
    assert {move for state, move in TABLE if state is P} == {Move.DONE, Move.NOT_FOUND}, "what a person can say of it"


def test_every_state_is_shown_to_the_sender_and_what_is_unknown_is_never_shown_as_arrived() -> None:
    assert SHOWN.keys() == set(State)
    assert [state for state, shown in SHOWN.items() if shown is Bezorging.BIJ_INDEX] == [D]
    assert SHOWN[P] is Bezorging.ONZEKER


@pytest.mark.parametrize(
    ("state", "recovery", "step"),
    [
        *((state, recovery, Step.SEND) for state in (W, U) for recovery in Recovery),
        (Q, Recovery.REPEAT, Step.SEND),
        (Q, Recovery.ASK, Step.ASK),
        (Q, Recovery.NONE, Step.PARK),
    ],
)
def test_only_what_is_unknown_is_recovered_as_declared(state: State, recovery: Recovery, step: Step) -> None:
    assert next_step(state, recovery) is step


@pytest.mark.parametrize(
    ("state", "outcome", "unsettled", "after", "pause", "healthy", "code"),
    [
        (U, Done(), 0, D, 0, True, ""),
        (Q, Done(), 0, D, 0, True, ""),
        (U, IndexCapabilities(), 0, D, 0, True, ""),
        (U, Refused(code="IX-7"), 0, R, 0, True, "IX-7"),
        (Q, Refused(code="IX-7"), 0, R, 0, True, "IX-7"),
        (U, Retry(reason="vol"), 0, W, 2, False, "vol"),
        (Q, Retry(reason="vol"), 0, W, 2, False, "vol"),
        (U, Unknown(reason="tijd"), 0, Q, 2, False, "tijd"),
        (Q, Unknown(reason="tijd"), 0, Q, 2, False, "tijd"),
        (Q, NotFound(), 0.1, Q, 0.1, True, "nog-niet-bekend"),
        (Q, NotFound(), 0, W, 0, True, ""),
        (Q, NotFound(), -5, W, 0, True, ""),
    ],
)
def test_an_outcome_is_judged(
    state: State, outcome: Outcome, unsettled: float, after: State, pause: float, healthy: bool, code: str
) -> None:
    verdict = judge(state, outcome, attempts=1, retry=2.0, unsettled=unsettled)
    assert (verdict.state, verdict.pause, verdict.healthy, verdict.code) == (after, pause, healthy, code)


def test_not_found_about_what_was_not_asked_about_is_impossible() -> None:
    with pytest.raises(KeyError):
        judge(U, NotFound(), attempts=1, retry=1.0, unsettled=0)


def test_pauses_double_up_to_five_minutes() -> None:
    pauses = [judge(U, Retry(reason="x"), attempts=n, retry=1.0, unsettled=0).pause for n in (1, 2, 3, 4, 9, 10, 10**6)]
    assert pauses == [1, 2, 4, 8, 256, LONGEST_PAUSE, LONGEST_PAUSE]


def test_five_faults_in_a_row_open_the_breaker_for_half_a_minute_at_most() -> None:
    assert BREAKER_AFTER == 5
    assert [breaker_pause(faults) for faults in range(13)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]
