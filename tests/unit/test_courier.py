"""One message on its way: whatever the line does, it arrives once or a person is told."""

import pytest

from gateway.canonical.order import Done, NotFound, Order, Outcome, Refused, Retry
from gateway.canonical.receipt import Bezorging
from gateway.errors import Unavailable
from gateway.rules.delivery import Recovery
from gateway.store.work import Freeze, Settle, Unit
from gateway.wire.message import WireRequest, WireResponse
from tests.spec.office import Office, accepted
from tests.unit.scripted import BUSY, LOST, Line, Plain, Post, events, id_of, rows


def shown(office: Office) -> Bezorging:
    return accepted(office.status()).standing.bezorging


# one message


@pytest.mark.parametrize(
    ("script", "sent", "state", "bezorging"),
    [
        ([Done()], ["Register"], "done", Bezorging.BIJ_INDEX),
        ([Refused(code="IX-7")], ["Register"], "refused", Bezorging.GEWEIGERD),
        ([BUSY, BUSY, Done()], ["Register"] * 3, "done", Bezorging.BIJ_INDEX),
        ([LOST, Done()], ["Register", "AskStatus"], "done", Bezorging.BIJ_INDEX),
        ([LOST, Refused(code="IX-7")], ["Register", "AskStatus"], "refused", Bezorging.GEWEIGERD),
        ([LOST, LOST, BUSY, Done()], ["Register", *["AskStatus"] * 3], "done", Bezorging.BIJ_INDEX),
        ([LOST, NotFound(), Done()], ["Register", "AskStatus", "Register"], "done", Bezorging.BIJ_INDEX),
    ],
)
def test_a_message_goes_until_its_outcome_is_known(
    office: Office, script: list[Outcome], sent: list[str], state: str, bezorging: Bezorging
) -> None:
    office.given()
    post = Post(office, Line(*script))
    assert post.deliver() == len(sent)
    assert post.line.kinds == sent
    assert rows(office.store) == [("register", state)]
    assert shown(office) is bezorging


def test_the_same_bytes_go_every_time_and_are_asked_about_by_their_own_id(office: Office) -> None:
    office.given()
    post = Post(office, Line(BUSY, LOST, NotFound(), Done()))
    post.deliver()
    first, second, asked, third = post.line.sent
    assert post.line.bodies[0] == post.line.bodies[1] == post.line.bodies[3]
    assert asked["AskStatus"]["about"] == first["Register"]["message_id"]
    assert id_of(asked) != id_of(first) == id_of(second) == id_of(third)


FIRST, SECOND = (WireRequest(b'{"%s": {}}' % name) for name in (b"Worker", b"Signal"))


@pytest.mark.parametrize(
    ("script", "sent", "state"),
    [
        ([FIRST, SECOND, Done()], ["Register", "Worker", "Signal"], "done"),
        ([FIRST, BUSY, FIRST, Done()], ["Register", "Worker", "Register", "Worker"], "done"),
        ([FIRST, LOST, Done()], ["Register", "Worker", "AskStatus"], "done"),
        ([FIRST, Refused(code="KR-3")], ["Register", "Worker"], "refused"),
    ],
)
def test_an_order_may_take_some_messages_and_begins_anew_when_one_of_them_did_not_arrive(
    office: Office, script: list[Outcome | WireRequest], sent: list[str], state: str
) -> None:
    office.given()
    post = Post(office, Line(*script))
    post.deliver()
    assert post.line.kinds == sent
    assert rows(office.store) == [("register", state)]


def test_an_index_that_never_comes_to_an_end_leaves_the_outcome_unknown(office: Office) -> None:
    office.given()
    post = Post(office, Line(FIRST))
    (job,) = post.claim()
    post.courier.carry(job)
    assert post.line.kinds == ["Register", *["Worker"] * 4]
    assert rows(office.store) == [("register", "unknown")]


def test_the_index_own_code_is_passed_on(office: Office) -> None:
    office.given()
    Post(office, Line(Refused(code="IX-7"))).deliver()
    assert accepted(office.status()).standing.index_code == "IX-7"


def test_not_found_says_nothing_before_the_index_had_its_time(office: Office) -> None:
    office.given()
    post = Post(office, Line(LOST, NotFound()), Plain(processing=3600))
    assert post.deliver() == 2
    assert post.line.kinds == ["Register", "AskStatus"]
    ((state, wait),) = rows(office.store, "state, due - strftime('%s', 'now')")
    assert state == "unknown" and 3000 < wait < 3602
    assert shown(office) is Bezorging.ONDERWEG


def test_pauses_are_spread_and_grow(office: Office) -> None:
    office.given()
    post = Post(office, Line(BUSY), retry=100.0)
    assert post.deliver() == 1
    ((wait,),) = rows(office.store, "due - strftime('%s', 'now')")
    assert 45 <= wait <= 151


def test_an_index_that_takes_a_repeat_for_the_same_gets_the_same_again(office: Office) -> None:
    office.given()
    post = Post(office, Line(LOST, Done()), Plain(Recovery.REPEAT))
    post.deliver()
    assert post.line.kinds == ["Register", "Register"]
    assert post.line.bodies[0] == post.line.bodies[1]


def test_that_a_repeat_was_not_taken_says_nothing_of_the_first_try(office: Office) -> None:
    class Busy(Plain):
        def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
            return Retry(reason="IX-503")

    office.given()
    post = Post(office, Line(LOST, Done()), Busy(Recovery.REPEAT))
    for _ in range(2):
        (job,) = post.claim()
        post.courier.carry(job)
    assert post.line.kinds == ["Register", "Register"]
    assert rows(office.store) == [("register", "unknown")]


def test_where_nobody_can_find_out_a_person_decides(office: Office) -> None:
    office.given()
    post = Post(office, Line(LOST), Plain(Recovery.NONE))
    post.deliver()
    assert (post.line.kinds, rows(office.store)) == (["Register"], [("register", "parked")])
    assert shown(office) is Bezorging.ONZEKER
    assert "bericht_onzeker" in events(office.store)


def test_an_order_our_own_adapter_cannot_write_is_parked_and_not_tried_again(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done()))
    post.adapter.broken = True
    assert post.deliver() == 1
    assert (post.line.sent, rows(office.store, "state, code")) == ([], [("parked", "contractbreuk")])


def test_a_question_our_own_adapter_cannot_write_is_parked_too(office: Office) -> None:
    office.given()
    post = Post(office, Line(LOST))
    (job,) = post.claim()
    post.courier.carry(job)
    post.adapter.broken = True
    post.deliver()
    assert rows(office.store) == [("register", "parked")]


def test_a_store_that_is_away_for_a_while_parks_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.given()
    post = Post(office, Line(Done()))
    (job,) = post.claim(lease=0.0)
    do = office.store.do

    def away(unit: Unit) -> object:
        if isinstance(unit, Freeze):
            raise Unavailable("the store does not answer")
        return do(unit)

    with monkeypatch.context() as patched:
        patched.setattr(office.store, "do", away)
        with pytest.raises(Unavailable):
            post.courier.carry(job)
    assert rows(office.store) == [("register", "underway")]
    post.deliver()
    assert (post.line.kinds, rows(office.store)) == (["Register"], [("register", "done")])


# leases


def test_a_worker_that_lost_its_lease_before_sending_sends_nothing(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done()))
    (slow,) = post.claim(lease=0.0)
    (quick,) = post.claim()
    post.courier.carry(slow)
    assert (post.line.sent, rows(office.store)) == ([], [("register", "underway")])
    post.courier.carry(quick)
    assert rows(office.store) == [("register", "done")]


def test_a_worker_that_lost_its_lease_while_sending_changes_nothing_and_says_so(office: Office) -> None:
    office.given()
    post = Post(office, Line(Refused(code="te laat"), Done()))
    (slow,) = post.claim(lease=0.0)
    taken = []
    post.line.meanwhile = lambda: taken.extend(post.claim()) if not taken else None
    post.courier.carry(slow)
    assert [job.state.value for job in taken] == ["unknown"]
    assert rows(office.store) == [("register", "unknown")]
    assert "bericht_uit_handen" in events(office.store)
    post.courier.carry(taken[0])
    assert (post.line.kinds, rows(office.store)) == (["Register", "AskStatus"], [("register", "done")])


def test_a_worker_that_died_before_it_sent_leaves_a_message_that_is_sent(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done()))
    post.claim(lease=0.0)
    post.deliver()
    assert post.line.kinds == ["Register"]


def test_a_worker_that_died_after_it_sent_leaves_a_message_that_is_asked_about(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done()))
    (job,) = post.claim(lease=0.0)
    assert office.store.do(Freeze(job, b"text/plain\n\n{}"))
    post.deliver()
    assert post.line.kinds == ["AskStatus"]


# what it settles


def test_a_message_is_settled_with_the_legal_moment_and_a_short_code(office: Office) -> None:
    settled: list[Settle] = []
    office.given()
    post = Post(office, Line(Retry(reason="x" * 100), Done()))
    do = office.store.do

    class Listening:
        def do(self, unit: Unit) -> object:
            if isinstance(unit, Settle):
                settled.append(unit)
            return do(unit)

    post.courier._store = Listening()  # type: ignore[assignment]
    post.deliver()
    assert [len(unit.code) for unit in settled] == [64, 0]
    assert {unit.now for unit in settled} == {office.clock.at}
    assert [unit.healthy for unit in settled] == [False, True]
