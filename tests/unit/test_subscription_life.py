"""The life of a subscription: signs of life, its end, stopped and begun again, taken away."""

from gateway.canonical.order import Done, Pulse
from gateway.canonical.subscription import NOT_ALLOWED, AskSubscription, Stand, Unsubscribe, Unsubscribed
from gateway.flow.courier import Courier
from tests.spec.office import Office
from tests.unit.desk import BUSY, HEAD, HOOK, Desk, Make, codes, named
from tests.unit.scripted import events, rows


def test_it_goes_on_giving_signs_of_life(desk: Make) -> None:
    post = desk()
    mine = post.subscribe(heartbeat="60")
    assert post.deliver() == 1
    [(state, due)] = [row[1:] for row in rows(post.office.store, "kind, state, due - strftime('%s', 'now')")]
    assert state == "waiting" and 55 <= due <= 61
    assert post.see(mine).stand is Stand.ACTIVE
    pulses = [Pulse.model_validate(one["Pulse"]) for one in post.receiver.sent]
    assert len(pulses) == 1


def test_it_ends_when_its_end_is_there(desk: Make) -> None:
    post = desk(BUSY, Done())
    post.given()
    mine = post.subscribe(ends="2026-11-21T12:00:00Z")
    post.deliver()
    post.subscribe(of=mine, ends="2026-11-21T12:00:00Z")
    post.news("m-1")
    post.office.later(hours=4)
    post.deliver()
    assert post.see(mine).stand is Stand.OFF
    assert post.numbers == []
    assert {state for kind, state in rows(post.office.store) if kind in ("notice", "pulse")} == {"cancelled"}
    post.news("m-2")
    assert post.see(mine).events == 1, "what has ended has no events"


def test_it_can_be_stopped_and_begun_again(desk: Make) -> None:
    post = desk()
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.subscribe(of=mine, stand="off")
    post.news("m-1")
    assert (post.see(mine).stand, post.see(mine).events, post.deliver()) == (Stand.OFF, 0, 0)
    post.subscribe(of=mine, stand="active")
    post.deliver()
    post.news("m-1", lapsed=True)
    post.deliver()
    assert post.numbers == [1]
    assert post.told == ["Pulse", "Pulse", "Announce"]


def test_one_that_is_taken_away_tells_nothing_more(desk: Make) -> None:
    post = desk()
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.news("m-1", "m-2")
    [held] = post.claim(limit=1)
    assert isinstance(post.ask(Unsubscribe(**HEAD, subscription_id=named(mine))), Unsubscribed)
    post.courier.carry(held)
    assert (post.deliver(), post.numbers) == (0, [])
    assert codes(post.ask(AskSubscription(**HEAD, subscription_id=named(mine)))) == ["VIX-1430"]
    assert events(post.office.store).count("abonnement_opgezegd") == 1


def test_one_that_is_taken_away_while_it_is_told_is_not_missed(desk: Make) -> None:
    post = desk()
    post.given()
    mine = post.subscribe()
    post.deliver()
    post.news("m-1")
    [held] = post.claim()
    post.receiver.meanwhile = lambda: post.ask(Unsubscribe(**HEAD, subscription_id=named(mine)))  # type: ignore[assignment]
    post.courier.carry(held)
    assert post.numbers == [1]
    assert {state for kind, state in rows(post.office.store) if kind == "notice"} == {"cancelled"}


def test_a_message_of_one_that_is_gone_goes_nowhere(desk: Make) -> None:
    """As when it was claimed before it was taken away, by a worker that saw neither."""
    post = desk()
    post.subscribe()
    [pulse] = post.claim()
    object.__setattr__(pulse, "subscription", None)
    post.courier.carry(pulse)
    assert (post.told, rows(post.office.store)) == ([], [("pulse", "cancelled")])


def test_headers_stay_with_their_address(desk: Make) -> None:
    post = desk()
    mine = post.subscribe(headers=("X-Sleutel: een",))
    kept = post.subscribe(of=mine, timeout="7")
    assert (kept.channel.headers, kept.channel.timeout) == ((("x-sleutel", "een"),), 7)
    moved = post.subscribe(of=mine, endpoint=f"{HOOK}/elders")
    assert moved.channel.headers == ()
    none = post.subscribe(of=mine, headers=())
    assert none.channel.headers == ()


def test_without_a_subscriber_nobody_is_told(office: Office) -> None:
    """A worker that was given no way to any."""
    post = Desk(office, Done())
    mine = post.subscribe()
    post.courier = Courier(office.store, office.directory, {}, office.clock)
    post.deliver()
    assert post.see(mine).error == NOT_ALLOWED
