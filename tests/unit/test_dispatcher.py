"""The worker that goes round: every tenant gets its turn, a held or sick index is left alone, nothing is lost."""

import threading
import time
from collections.abc import Callable

import pytest

from gateway.canonical.order import Done, Retry
from gateway.canonical.receipt import Bezorging
from gateway.canonical.tenant import GATEWAY, bucket_of
from gateway.errors import Unavailable
from gateway.flow import dispatch
from gateway.flow.dispatch import START, Dispatcher
from gateway.rules.delivery import BREAKER_AFTER
from gateway.store.work import Claim, Hold, Unit
from tests.spec.office import Office, accepted, said
from tests.spec.people import BLIND, SCHOOL, caller
from tests.unit.scripted import Line, Post, rows


def eventually(claim: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until, "it never happens"
        time.sleep(0.005)


def shown(office: Office) -> Bezorging:
    return accepted(office.status()).standing.bezorging


class Worker:
    """A running dispatcher with a scripted line."""

    def __init__(self, office: Office, line: Line, hands: int = 8) -> None:
        self.post = Post(office, line, indexes=("kaal", "rijk"))
        self.thread = Dispatcher(office.store, self.post.courier, self.post.destinations, hands)

    def __enter__(self) -> "Worker":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.stop()
        assert not self.thread.is_alive()


def test_what_is_accepted_is_carried_without_being_told(office: Office) -> None:
    with Worker(office, Line(Done())):
        office.given()
        eventually(lambda: shown(office) is Bezorging.BIJ_INDEX)
    assert rows(office.store, "kind, tenant") == [("register", SCHOOL)]
    assert rows(office.store, "kind, tenant", polls=True) == [("poll", GATEWAY)] * 2


def test_a_flood_of_one_sender_delays_another_by_one_turn(office: Office) -> None:
    assert bucket_of(BLIND) < bucket_of(SCHOOL), "who floods comes first in every round"
    office.give_many(200, BLIND)
    office.given()
    line = Line(Done())
    with Worker(office, line, hands=1):
        eventually(lambda: len(line.sent) >= 30)
    orders = (next(iter(message.values())) for message in line.sent)
    senders = [order.get("contact", {}).get("instantie_id") for order in orders]
    assert senders.index(SCHOOL) <= dispatch.PER_TURN + 2, "one turn of the flood, and the two polls"


def test_a_turn_takes_no_more_than_its_share(office: Office) -> None:
    office.give_many(20)
    line = Line(Done())
    gate = threading.Event()
    line.meanwhile = lambda: gate.wait(10) and None
    claims: list[int] = []
    do = office.store.do

    def watched(unit: Unit) -> object:
        answer = do(unit)
        if isinstance(unit, Claim):
            claims.append(len(answer))
        return answer

    office.store.do = watched  # type: ignore[method-assign]
    with Worker(office, line, hands=12):
        eventually(lambda: sum(claims) >= 12)
        gate.set()
        eventually(lambda: sum(claims) >= 22)
    assert max(claims) == dispatch.PER_TURN


def test_a_held_index_is_left_alone_until_it_is_resumed(office: Office) -> None:
    line = Line(Done())
    with Worker(office, line):
        eventually(lambda: len(line.sent) == 2)
        office.store.do(Hold("kaal", True))
        office.given()
        office.given(bron_signaal_id="s-2", gemeente_code="9998")
        eventually(lambda: "Register" in line.kinds)
        assert shown(office) is Bezorging.WACHT
        office.store.do(Hold("kaal", False))
        eventually(lambda: shown(office) is Bezorging.BIJ_INDEX)
    assert line.kinds.count("Register") == 2


def test_a_sick_index_is_left_alone_after_five_faults(office: Office) -> None:
    office.given()
    line = Line(Retry(reason="weg"))
    with Worker(office, line):
        eventually(lambda: "kaal" in office.store.read.closed())
        tried = line.kinds.count("Register")
        time.sleep(0.3)
        assert line.kinds.count("Register") <= tried + 1
    assert tried <= BREAKER_AFTER


def test_a_store_that_is_away_is_waited_for(office: Office) -> None:
    line = Line(Done())
    turn = office.store.turn
    failed: list[bool] = []

    def away(after: tuple[int, str]) -> tuple[int, str] | None:
        if not failed:
            failed.append(True)
            raise Unavailable("the store does not answer")
        return turn(after)

    office.store.turn = away  # type: ignore[method-assign]
    office.given()
    with Worker(office, line):
        eventually(lambda: shown(office) is Bezorging.BIJ_INDEX)
    assert failed


def test_a_courier_that_falls_leaves_its_message_to_its_lease_and_its_hand_free(office: Office) -> None:
    line = Line(Done())

    def fall() -> None:
        line.meanwhile = lambda: None
        raise RuntimeError("a bug")

    line.meanwhile = fall
    office.give_many(3)
    with Worker(office, line, hands=1):
        eventually(lambda: len(line.sent) >= 5)
    states = [state for kind, state in rows(office.store) if kind == "register"]
    assert sorted(states).count("done") >= 2


def test_a_claim_that_fails_gives_its_hands_back(office: Office) -> None:
    line = Line(Done())
    do = office.store.do
    failures = iter(range(9))

    def away(unit: Unit) -> object:
        if isinstance(unit, Claim) and next(failures, None) == 0:
            raise Unavailable("the store does not answer")
        return do(unit)

    office.store.do = away  # type: ignore[method-assign]
    office.given()
    with Worker(office, line, hands=1):
        eventually(lambda: shown(office) is Bezorging.BIJ_INDEX)


def test_keys_a_crash_left_behind_are_swept_now_and_then(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "SWEEP_SECONDS", dispatch.IDLE_SECONDS)
    swept = threading.Event()
    office.store.sweep = lambda: swept.set() or 0  # type: ignore[method-assign, func-returns-value]
    with Worker(office, Line(Done())):
        assert swept.wait(10)


def test_the_turn_goes_round_by_bucket_and_name(office: Office) -> None:
    office.given()
    accepted(office.answer(said(), who=caller(BLIND)))
    first = office.store.turn(START)
    assert first is not None
    second = office.store.turn(first)
    assert second is not None
    assert [first, second] == sorted([(bucket_of(name), name) for name in (SCHOOL, BLIND)])
    assert office.store.turn(second) is None
