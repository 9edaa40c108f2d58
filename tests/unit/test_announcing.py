"""A match on its way to its receiver: whatever the line does, it is told under one delivery id, and in order."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.canonical.match import MatchContent, MatchSoort
from gateway.canonical.order import Bericht, Done, Outcome, Refused
from gateway.canonical.receipt import MatchPage, OneMatch
from gateway.flow import courier, dispatch
from gateway.flow.courier import Courier
from gateway.flow.dispatch import Dispatcher
from gateway.rules import cards
from gateway.store.store import Store
from gateway.store.work import Freeze, Settle, Unit, Way
from tests.spec.formats import Message
from tests.spec.office import Office, accepted, said
from tests.spec.people import BLIND, SCHOOL, caller, shared
from tests.unit.announced import POINT, PUSH, Round, news
from tests.unit.scripted import BUSY, LOST, events, rows
from tests.unit.test_dispatcher import eventually


def given(office: Office, post: Round) -> UUID:
    signal_id = office.given().receipt.signaal_id
    post.deliver()
    return signal_id


def sent(store: Store) -> list[tuple[str, str]]:
    return sorted((to, state) for kind, to, state in rows(store, "kind, destination, state") if kind == "notice")


def test_a_match_is_told_in_each_way(office: Office) -> None:
    post = Round(office, Done())
    signal_id = given(office, post)
    post.tell(news(signal_id))
    post.deliver()
    found = [(one.bericht, one.number, one.match.signaal_id) for one in post.told]
    assert found == [(Bericht.GEMELD, 1, signal_id)] * 2
    assert {one.moment for one in post.told} == {office.clock()}
    assert sent(office.store) == [(POINT, "done"), (PUSH, "done")]
    assert events(office.store).count("match_aangekondigd") == 2


def test_its_id_is_that_of_its_message_also_when_it_is_written_anew(office: Office) -> None:
    post = Round(office, LOST, Done())
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    signal_id = given(office, post)
    post.tell(news(signal_id))
    for job in post.claim():
        post.courier.carry(job)
    post.tell(news(signal_id, lapsed=True))
    post.deliver()
    first, again, last = post.told
    assert [one.bericht for one in post.told] == [Bericht.GEMELD, Bericht.VERVALLEN, Bericht.VERVALLEN]
    assert (first.number, again.number, last.number) == (1, 1, 2)
    ids = [UUID(row[1]) for row in rows(office.store, "kind, message_id") if row[0] == "notice"]
    assert [first.message_id, last.message_id] == ids
    assert first.message_id == again.message_id
    assert b"Ontact" not in post.receiver.bodies[1]


@pytest.mark.parametrize("script", [[LOST, Done()], [BUSY, Done()], [LOST, BUSY, LOST, Done()]])
def test_it_is_told_again_under_the_same_id_with_the_same_bytes(office: Office, script: list[Outcome]) -> None:
    post = Round(office, *script)
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    post.tell(news(given(office, post)))
    post.deliver()
    assert len(post.told) == len(script)
    assert len({one.message_id for one in post.told}) == 1
    assert len(set(post.receiver.bodies)) == 1
    assert sent(office.store) == [(PUSH, "done")]


def test_a_worker_that_dies_after_sending_leaves_it_to_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Round(office, Done())
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    post.tell(news(given(office, post)))
    [job] = post.claim(lease=0.0)
    do = office.store.do

    def dies(unit: Unit) -> object:
        if isinstance(unit, Settle):
            raise SystemExit
        return do(unit)

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(office.store, "do", dies)
        post.courier.carry(job)
    post.deliver()
    first, second = post.told
    assert first.message_id == second.message_id
    assert post.receiver.bodies[0] == post.receiver.bodies[1]
    assert sent(office.store) == [(PUSH, "done")]


def test_what_the_receiver_refuses_is_told_to_the_operator(office: Office) -> None:
    post = Round(office, Refused(code="NEE"))
    post.tell(news(given(office, post)))
    post.deliver()
    assert sent(office.store) == [(POINT, "refused"), (PUSH, "refused")]
    assert office.store.read.tally()["announcements"]["unheard"] == 1


def test_a_lapse_follows_and_a_withdrawal_asks_to_remove(office: Office) -> None:
    post = Round(office, Done(confirmed=True))
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    signal_id = given(office, post)
    post.tell(news(signal_id), news(signal_id, "m-2"))
    post.deliver()
    post.tell(news(signal_id, lapsed=True))
    post.deliver()
    office.withdraw()
    post.deliver()
    assert [one.bericht for one in post.told] == [
        Bericht.GEMELD,
        Bericht.GEMELD,
        Bericht.VERVALLEN,
        Bericht.VERWIJDEREN,
        Bericht.VERWIJDEREN,
    ], "also of the one that lapsed before"
    assert [one.number for one in post.told] == [1, 2, 3, 4, 5]
    assert post.told[-1].match.content == MatchContent()
    assert events(office.store)[-1] in ("verwijdering_bevestigd", "bericht_bij_index")
    assert "verwijdering_bevestigd" in events(office.store)


def test_a_move_is_told_as_what_it_is(office: Office) -> None:
    post = Round(office, Done())
    moved = news(given(office, post)).model_copy(update={"soort": MatchSoort.VERHUIZING})
    post.tell(moved)
    post.deliver()
    office.end()
    post.deliver()
    assert [one.bericht for one in post.told] == [Bericht.VERHUIZING] * 2 + [Bericht.VERVALLEN] * 2


def test_the_other_one_is_asked_to_remove_too(office: Office) -> None:
    """Both sides know a match by one number; who withdrew is another organisation of this gateway."""
    post = Round(office, Done())
    office.store.ways = lambda tenant, _: (Way(PUSH),) if tenant == SCHOOL else ()
    mine = given(office, post)
    theirs = accepted(office.answer(said(), who=caller(BLIND))).receipt.signaal_id
    post.deliver(BLIND)
    post.tell(news(mine), news(theirs))
    post.deliver()
    own = {"bron_systeem": "leerlingvolg", "bron_signaal_id": "s-1"}
    office.answer(Message("signaalIntrekken", own), who=caller(BLIND))
    post.tell(news(mine, lapsed=True))
    post.deliver()
    assert [one.bericht for one in post.told] == [Bericht.GEMELD, Bericht.VERWIJDEREN]


def test_a_way_that_one_worker_does_not_know_waits_for_another(office: Office) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    for job in post.claim():
        Round(office, Done(), gone=True).courier.carry(job)
    assert sent(office.store) == [(POINT, "waiting"), (PUSH, "waiting")]


def test_a_way_that_is_gone_for_a_day_keeps_nobody_busy_and_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "AWAY_PAUSE", 0.0)
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    after = Round(office, Done(), gone=True)
    office.later(days=2)
    assert after.deliver() == 2
    assert (after.told, sent(office.store)) == ([], [(POINT, "cancelled"), (PUSH, "cancelled")])
    assert heard(office)["unheard"] == 1


def test_a_way_that_is_gone_after_it_was_perhaps_told_is_for_a_person(office: Office) -> None:
    post = Round(office, LOST)
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    post.tell(news(given(office, post)))
    for job in post.claim():
        post.courier.carry(job)
    office.later(days=2)
    Round(office, Done(), gone=True).deliver()
    assert sent(office.store) == [(PUSH, "parked")]


def test_an_announcement_without_its_match_goes_nowhere(office: Office) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    for job in post.claim():
        object.__setattr__(job, "notice", None)
        post.courier.carry(job)
    assert (post.told, sent(office.store)) == ([], [(POINT, "cancelled"), (PUSH, "cancelled")])


# announced, fetched, followed up


def heard(office: Office) -> dict[str, int]:
    return office.store.read.tally()["announcements"]


def test_what_is_not_fetched_is_pointed_at_again_then_told_to_the_operator(office: Office) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    post.deliver()
    for _ in range(3):
        office.later(days=1)
        post.courier.remind()
        post.deliver()
    assert [one.number for one in post.told] == [1, 1, 2], "the mail once more, and no more"
    assert heard(office) == {"announced": 1, "fetched": 0, "followed up": 0, "unheard": 1}


@pytest.mark.parametrize("last", [PUSH, POINT])
def test_it_is_pointed_at_again_whichever_way_was_done_last(office: Office, last: str) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    for job in sorted(post.claim(), key=lambda job: job.destination == last):
        post.courier.carry(job)
    office.later(days=1)
    post.courier.remind()
    assert post.deliver() == 1


@pytest.mark.parametrize("how", ["status", "matchesOpvragen", "matchOpvragen", "matchTerugkoppelen"])
def test_an_answer_to_its_receiver_fetches_it(office: Office, how: str) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    post.deliver()
    match_id = post.told[0].match.match_id
    asked = {"match_id": str(match_id)} if how.startswith("match") and how != "matchesOpvragen" else {}
    asked |= {"contact": "CONTACT"} if how == "matchTerugkoppelen" else {}
    reply = office.status() if how == "status" else office.list(how, **asked)
    assert heard(office)["fetched"] == 1
    if how.startswith("match") and how != "matchesOpvragen":
        assert isinstance(reply, OneMatch)
    office.later(days=9)
    post.courier.remind()
    assert post.deliver() == 0
    assert events(office.store).count("match_opgehaald") == 1
    office.status()
    assert events(office.store).count("match_opgehaald") == 1


def test_nothing_is_fetched_by_who_reads_no_answer(office: Office) -> None:
    post = Round(office, Done())
    given(office, post)
    assert isinstance(office.list("matchesOpvragen"), MatchPage)
    assert "match_opgehaald" not in events(office.store)


def test_the_worker_reminds_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "SWEEP_SECONDS", dispatch.IDLE_SECONDS)
    post = Round(office, Done())
    signal_id = given(office, post)
    post.line.script += [Done(news=(news(signal_id),)), Done()]
    post.tell(news(signal_id))
    worker = Dispatcher(office.store, post.courier, post.destinations)
    worker.start()
    try:
        eventually(lambda: sent(office.store) == [(POINT, "done"), (PUSH, "done")])
        office.later(days=1)
        eventually(lambda: len(post.receiver.sent) == 3)
    finally:
        worker.stop()
    assert len({one.message_id for one in post.told}) == 3


def test_an_announcement_whose_lease_was_taken_is_not_sent(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    do = office.store.do
    monkeypatch.setattr(office.store, "do", lambda unit: False if isinstance(unit, Freeze) else do(unit))
    for job in post.claim():
        post.courier.carry(job)
    assert post.told == []


CARD = b"""
instantie = "Wijkteam"
geldig_vanaf = 2026-01-01
bevestigd_op = 2026-01-01
bevestigd_door = "bestuur"
reactietermijn = "twee dagen"
vrijwillige_hulp = true
gedwongen_hulp = false
"""


def test_a_match_has_the_card_of_the_other_when_it_is_told_and_when_it_is_asked(office: Office) -> None:
    known = cards.load(cards.Texts(), [("kaart", CARD)], shared(), {})
    office.directory = replace(office.directory, cards=known)
    post = Round(office, Done())
    signal_id = given(office, post)
    post.tell(news(signal_id))
    post.deliver()
    expected = known.of("Wijkteam", dt.date(2026, 11, 21))
    assert expected is not None
    assert [[one.kaart for one in told.match.uitleg] for told in post.told] == [[expected]] * 2
    page, one = office.list("matchesOpvragen"), office.list("matchOpvragen", match_id=str(post.told[0].match.match_id))
    assert isinstance(page, MatchPage)
    assert isinstance(one, OneMatch)
    [standing] = accepted(office.status()).standing.matches
    assert [match.uitleg[0].kaart for match in (page.matches[0], one.match, standing)] == [expected] * 3
    post.line.script += [Done(news=(news(signal_id, lapsed=True),)), Done()]
    post.tell(news(signal_id, lapsed=True))
    post.deliver()
    assert post.told[-1].match.uitleg == ()


def test_who_is_no_partner_any_more_hears_the_match_alone(office: Office) -> None:
    post = Round(office, Done())
    post.tell(news(given(office, post)))
    partners = {name: one for name, one in office.directory.partners.items() if name != SCHOOL}
    post.courier = Courier(
        office.store, replace(office.directory, partners=partners), post.destinations, office.clock, times=2
    )
    post.deliver()
    assert [told.match.uitleg for told in post.told] == [(), ()]


def test_what_was_tried_is_not_taken_for_what_was_never_in_hand(office: Office) -> None:
    """A receiver that took it may have lost its answer, and said that it is busy after that."""
    post = Round(office, LOST, BUSY, Done(confirmed=True))
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    signal_id = given(office, post)
    post.tell(news(signal_id))
    for _ in range(2):
        for job in post.claim():
            post.courier.carry(job)
    office.withdraw()
    post.tell(news(signal_id, lapsed=True))
    post.deliver()
    first, second = sent(office.store)
    assert (first, second) == ((PUSH, "done"), (PUSH, "done"))
    assert [one.number for one in post.told] == [1, 1, 1, 2], "the removal has a delivery of its own"
    assert post.told[0].message_id == post.told[2].message_id != post.told[3].message_id
    assert events(office.store).count("verwijdering_bevestigd") == 1, "under the first id nobody confirms a removal"
