"""Nothing passes its create; what is withdrawn or changed underway is settled, by the worker or by a person."""

import pytest

from gateway.canonical.order import Done, NotFound, Outcome, Refused
from gateway.canonical.receipt import Bezorging, Status
from gateway.rules.delivery import Recovery
from tests.spec.office import Office, accepted
from tests.unit.scripted import BUSY, LOST, Line, Plain, Post, database, events, rows


def test_an_end_never_passes_its_create(office: Office) -> None:
    office.given()
    accepted(office.end())
    post = Post(office, Line(BUSY, LOST, NotFound(), Done()))
    assert [job.kind for job in post.claim(lease=0.0)] == ["register"]
    post.deliver()
    assert post.line.kinds == ["Register", "Register", "AskStatus", "Register", "End"]
    assert post.line.sent[-1]["End"]["datum_einde"] == "2026-11-21"
    assert rows(office.store) == [("register", "done"), ("end", "done")]


def test_an_end_waits_behind_a_parked_create_but_not_anothers(office: Office) -> None:
    office.given()
    post = Post(office, Line(LOST, Done()), Plain(Recovery.NONE))
    post.deliver()
    accepted(office.end())
    office.given(bron_signaal_id="s-2")
    post.deliver()
    assert rows(office.store) == [("register", "parked"), ("end", "waiting"), ("register", "done")]
    assert post.line.kinds == ["Register", "Register"]


def test_a_refused_create_takes_its_end_along(office: Office) -> None:
    office.given()
    accepted(office.end())
    post = Post(office, Line(Refused(code="IX-7")))
    post.deliver()
    assert rows(office.store) == [("register", "refused"), ("end", "cancelled")]
    assert post.line.kinds == ["Register"]


def test_what_was_never_attempted_is_withdrawn_without_a_word_to_the_index(office: Office) -> None:
    office.given()
    withdrawn = accepted(office.withdraw())
    post = Post(office, Line(Done()))
    assert post.deliver() == 0
    assert rows(office.store) == [("register", "cancelled")]
    assert withdrawn.standing.bezorging is Bezorging.NIET_VERZONDEN


def test_what_the_index_has_is_withdrawn_there(office: Office) -> None:
    given = office.given()
    post = Post(office, Line(Done()))
    post.deliver()
    accepted(office.withdraw())
    post.deliver()
    assert post.line.kinds == ["Register", "Withdraw"]
    assert post.line.sent[-1]["Withdraw"]["signaal_id"] == str(given.receipt.signaal_id)
    whose = post.line.sent[0]["Register"]["contact"]["instantie_id"]
    assert post.line.sent[-1]["Withdraw"]["organisatie"] == whose


# withdrawn while underway


def withdrawn_meanwhile(office: Office, script: list[Outcome], recovery: Recovery = Recovery.ASK) -> Post:
    office.given()
    post = Post(office, Line(*script), Plain(recovery))

    def withdraw() -> None:
        post.line.meanwhile = lambda: None
        assert accepted(office.withdraw()).standing.status is Status.VERNIETIGD

    post.line.meanwhile = withdraw
    post.deliver()
    return post


@pytest.mark.parametrize(
    ("script", "sent", "states"),
    [
        ([Done(), Done()], ["Register", "Withdraw"], ["done", "done"]),
        ([BUSY], ["Register"], ["cancelled", "cancelled"]),
        ([Refused(code="IX-7")], ["Register"], ["refused", "cancelled"]),
        ([LOST, Done(), Done()], ["Register", "AskStatus", "Withdraw"], ["done", "done"]),
        ([LOST, NotFound()], ["Register", "AskStatus"], ["cancelled", "cancelled"]),
    ],
)
def test_a_signal_withdrawn_while_it_is_sent_is_withdrawn_at_the_index_if_it_may_be_there(
    office: Office, script: list[Outcome], sent: list[str], states: list[str]
) -> None:
    post = withdrawn_meanwhile(office, script)
    assert post.line.kinds == sent
    assert [state for _, state in rows(office.store)] == states


def test_a_signal_that_perhaps_arrived_and_can_no_longer_be_repeated_is_for_a_person(office: Office) -> None:
    post = withdrawn_meanwhile(office, [LOST], Recovery.REPEAT)
    assert post.line.kinds == ["Register"]
    assert rows(office.store) == [("register", "parked"), ("withdraw", "waiting")]


def test_a_signal_withdrawn_after_it_was_claimed_and_before_it_was_sent_is_never_sent(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done()))
    (job,) = post.claim(lease=0.0)
    accepted(office.withdraw())
    post.courier.carry(job)
    assert post.line.sent == []
    post.deliver()
    assert post.line.sent == []
    assert [state for _, state in rows(office.store)] == ["cancelled", "cancelled"]


def test_nothing_of_a_finished_or_destroyed_message_is_kept(office: Office) -> None:
    office.given()
    post = Post(office, Line(Done(), LOST, Done()))
    post.deliver()
    accepted(office.withdraw())
    post.deliver()
    assert rows(office.store, "body") == [(None,), (None,)]
    written = database(office.store).read_bytes()
    assert b"Kanarie" not in written


# a signal as it is now


def test_a_change_goes_behind_its_signal_as_it_is_then_and_says_nothing_of_the_child(office: Office) -> None:
    office.given(gemeente_code="9998", verwijderdatum="2027-06-01")
    post = Post(office, Line(Done()), indexes=("rijk",))
    post.deliver()
    accepted(office.change("signaalWijzigen", melder_naam="N. Ieuw"))
    accepted(office.change("signaalVerlengen", verwijderdatum="2028-11-21"))
    post.deliver()
    first, second = (sent["Amend"] for sent in post.line.sent[1:])
    assert first["contact"]["naam"] == "N. Ieuw"
    assert second["verwijderdatum"] == "2028-11-21"
    assert first.keys() == {"message_id", "signaal_id", "contact", "verwijderdatum"}
    assert "Kanarievogel" not in str(post.line.sent[1:])


def test_a_change_of_unknown_outcome_holds_back_no_withdrawal(office: Office) -> None:
    office.given(gemeente_code="9998")
    post = Post(office, Line(Done(), LOST, NotFound(), Done()), indexes=("rijk",))
    [job] = post.claim()
    post.courier.carry(job)
    accepted(office.change("signaalWijzigen", melder_naam="N. Ieuw"))
    [job] = post.claim()
    post.courier.carry(job)
    office.withdraw()
    post.deliver()
    assert post.line.kinds == ["Register", "Amend", "AskStatus", "Withdraw"]
    assert rows(office.store) == [("register", "done"), ("amend", "cancelled"), ("withdraw", "done")]


@pytest.mark.parametrize("taken", [True, False])
def test_what_a_person_says_of_a_message_lets_its_signal_go_on(office: Office, *, taken: bool) -> None:
    post = Post(office, Line(LOST, Done()), Plain(Recovery.NONE))
    office.given()
    for _ in range(2):
        for job in post.claim():
            post.courier.carry(job)
    office.withdraw()
    [parked] = office.store.read.parked()
    assert post.deliver() == 0, "its withdrawal waits for it"
    assert post.courier.decide(parked.id, taken=taken)
    post.deliver()
    assert {state for _, state in rows(office.store)} == {"done" if taken else "cancelled"}
    assert "bericht_beslist" in events(office.store)
    assert not post.courier.decide(parked.id, taken=taken)


def test_what_is_not_there_goes_again_with_the_same_bytes(office: Office) -> None:
    post = Post(office, Line(LOST, Done()), Plain(Recovery.NONE))
    office.given()
    for _ in range(2):
        for job in post.claim():
            post.courier.carry(job)
    [parked] = office.store.read.parked()
    assert post.courier.decide(parked.id, taken=False)
    post.deliver()
    assert rows(office.store) == [("register", "done")]
    assert post.line.bodies[0] == post.line.bodies[1]


def test_only_what_waits_for_a_person_is_decided(office: Office) -> None:
    post = Post(office, Line(Done()))
    office.given()
    [job] = post.claim()
    assert not post.courier.decide(job.id, taken=True)
    post.courier.carry(job)
    assert not post.courier.decide(job.id, taken=False)
    assert rows(office.store) == [("register", "done")]
