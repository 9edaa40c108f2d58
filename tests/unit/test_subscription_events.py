"""What a subscriber is told: numbered without gaps, after a handshake, by any worker; in error it is left alone."""

import pytest

from gateway.canonical.command import Said
from gateway.canonical.order import Announce, Done, Outcome
from gateway.canonical.subscription import NOT_ALLOWED, AskEvents, EventList, Stand, Subscription
from tests.unit.desk import BUSY, HEAD, LOST, Desk, Make, named
from tests.unit.scripted import events, rows


def numbers(post: Desk, of: Subscription, **said: str) -> list[int]:
    more = {name: Said(text, name) for name, text in said.items()}
    told = post.ask(AskEvents(**HEAD, subscription_id=named(of), **more))
    assert isinstance(told, EventList)
    return [event.number for event in told.events]


def test_events_are_numbered_without_gaps_and_told_after_the_handshake(desk: Make) -> None:
    post = desk()
    mine = post.subscribe()
    post.given()
    post.deliver()
    post.news("m-1", "m-2", "m-3")
    post.deliver()
    assert post.told == ["Pulse", *["Announce"] * 3]
    assert sorted(post.numbers) == [1, 2, 3] == numbers(post, mine)
    assert post.see(mine).events == 3
    assert numbers(post, mine, since="2") == [2, 3]
    assert numbers(post, mine, since="0", until="1") == [1]


@pytest.mark.parametrize("script", [[BUSY, Done()], [LOST, Done()]])
def test_what_there_was_before_a_handshake_waits_for_it(desk: Make, script: list[Outcome]) -> None:
    post = desk(*script)
    post.given()
    mine = post.subscribe()
    post.news("m-1")
    post.deliver()
    assert (post.told, post.see(mine).stand) == (["Pulse"], Stand.ERROR)
    post.news("m-2")
    assert post.deliver() == 0, "who is in error is left alone"
    assert post.see(mine).events == 2
    post.subscribe(of=mine)
    post.deliver()
    assert post.see(mine).stand is Stand.ACTIVE
    assert post.told[1:] == ["Pulse", "Announce", "Announce"] and sorted(post.numbers) == [1, 2]


def test_after_so_many_faults_in_a_row_it_is_in_error(desk: Make) -> None:
    post = desk(Done(), BUSY, give_up=3)
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.news("m-1", "m-2")
    post.deliver()
    seen = post.see(mine)
    assert (seen.stand, seen.error) == (Stand.ERROR, "http-503")
    assert len(post.numbers) == 4, "two rounds of two, of which the last was held already"
    assert events(post.office.store).count("abonnement_fout") == 1
    assert {state for kind, state in rows(post.office.store) if kind == "notice"} == {"waiting"}


def test_what_another_worker_holds_meanwhile_waits_too(desk: Make) -> None:
    post = desk(Done(), BUSY, Done(), give_up=1)
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.news("m-1", "m-2")
    first, second = post.claim()
    post.courier.carry(first)
    assert post.see(mine).stand is Stand.ERROR
    post.courier.carry(second)
    assert post.deliver() == 0, "what came too late for it to be held back was told, and is done"
    post.subscribe(of=mine)
    post.deliver()
    assert sorted(set(post.numbers)) == [1, 2]


def test_a_worker_that_claims_late_leaves_it_for_later(desk: Make) -> None:
    post = desk(Done(), BUSY, Done(), give_up=1)
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.news("m-1", "m-2")
    [first] = post.claim(limit=1)
    [lost] = post.claim(limit=1, lease=0.0)
    assert lost.lease != first.lease
    post.courier.carry(first)
    late = post.claim()
    assert [job.id for job in late] == [lost.id], "its worker died before it could be held back"
    post.courier.carry(late[0])
    assert (len(post.numbers), post.deliver()) == (1, 0)
    post.subscribe(of=mine)
    post.deliver()
    assert sorted(set(post.numbers)) == [1, 2]


def test_an_address_that_is_not_allowed_any_more_hears_nothing(desk: Make) -> None:
    post = desk()
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.reachable = False
    post.news("m-1")
    post.deliver()
    seen = post.see(mine)
    assert (seen.stand, seen.error, post.numbers) == (Stand.ERROR, NOT_ALLOWED, [])


def test_an_announcement_to_a_subscriber_is_one_like_any(desk: Make) -> None:
    post = desk()
    post.given()
    post.subscribe()
    post.deliver()
    post.news("m-1")
    post.deliver()
    told = Announce.model_validate(post.receiver.sent[-1]["Announce"])
    assert (told.number, told.moment) == (1, post.office.clock())
