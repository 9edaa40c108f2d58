"""One message on its way: whatever the line does, it arrives once or a person is told; nothing passes its create."""

import datetime as dt
import sqlite3
from uuid import uuid4

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews, NotFound, Order, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Bezorging, MatchPage, Status
from gateway.canonical.tenant import GATEWAY
from gateway.errors import Unavailable
from gateway.rules.delivery import Recovery
from gateway.store.work import Freeze, Settle, Unit
from gateway.wire.message import WireRequest, WireResponse
from tests.spec.office import Office, accepted
from tests.unit.scripted import Line, Plain, Post, database, events, id_of, rows

LOST = Unknown(reason="tijd")
BUSY = Retry(reason="geen-verbinding")


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


# order per signal


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


# matches


def poll(office: Office, *script: Outcome) -> Post:
    return Post(office, Line(*script), Plain(Recovery.REPEAT))


def news(office: Office, *, status: MatchStatus = MatchStatus.ACTIEF, number: str = "m-1") -> MatchNews:
    return MatchNews(
        index_match_id=number,
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(accepted(office.status()).receipt.signaal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC),
        status=status,
        content=MatchContent(betrokkenen=(Betrokkene(naam="Anna", instantie="Wijkteam"),)),
    )


def test_a_bsn_in_a_text_of_any_index_goes_no_further(office: Office) -> None:
    office.given()
    told = Betrokkene(naam="Anna", functie="mentor van 999 990 019", instantie="Wijkteam")
    one = news(office).model_copy(update={"content": MatchContent(betrokkenen=(told,))})
    poll(office, Done(news=(one,), cursor=7)).deliver(GATEWAY)
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    assert [match.content.betrokkenen[0].functie for match in page.matches] == ["mentor van [weggelaten]"]
    assert "bsn_weggelaten" in events(office.store)


def test_an_index_is_asked_for_matches_until_it_has_no_more_and_then_after_a_while(office: Office) -> None:
    office.given()
    post = poll(office, Done(cursor=7, more=True), Done(news=(news(office),), cursor=9))
    assert post.deliver(GATEWAY) == 2
    first, second = post.line.sent
    assert (first["Poll"]["cursor"], second["Poll"]["cursor"]) == (0, 7)
    assert id_of(first) != id_of(second)
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    assert [match.content.betrokkenen[0].naam for match in page.matches] == ["Anna"]
    assert office.list("matchesOpvragen", na=page.cursor) == MatchPage(matches=(), cursor=page.cursor, more=False)
    ((wait,),) = rows(office.store, "due - strftime('%s', 'now')", polls=True)
    assert 3500 < wait <= 3601


@pytest.mark.parametrize("outcome", [Refused(code="IX-1"), LOST, BUSY])
def test_a_poll_that_goes_wrong_goes_on(office: Office, outcome: Outcome) -> None:
    post = poll(office, outcome, Done(cursor=1))
    for job in post.claim(GATEWAY):
        post.courier.carry(job)
    with sqlite3.connect(database(office.store)) as connection:
        connection.execute("UPDATE outbox SET due = 0")
    post.deliver(GATEWAY)
    assert post.line.kinds == ["Poll", "Poll"]
    assert rows(office.store, polls=True) == [("poll", "waiting")]


def test_a_match_that_lapsed_takes_its_contact_away(office: Office) -> None:
    office.given()
    post = poll(
        office,
        Done(news=(news(office),), cursor=1, more=True),
        Done(news=(news(office, status=MatchStatus.VERVALLEN),)),
    )
    post.deliver(GATEWAY)
    (match,) = accepted(office.status()).standing.matches
    assert (match.status, match.content) == (MatchStatus.VERVALLEN, MatchContent())


def test_news_of_a_strangers_signal_is_thrown_away(office: Office) -> None:
    office.given()
    stranger = news(office).model_copy(update={"signaal_id": str(uuid4())})
    unreadable = news(office).model_copy(update={"signaal_id": "kanarie"})
    poll(office, Done(news=(stranger, unreadable))).deliver(GATEWAY)
    assert accepted(office.status()).standing.matches == ()
    assert "match_verworpen" in events(office.store)


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
