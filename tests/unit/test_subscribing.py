"""Subscriptions without a door: what is asked is durable, what is due waits for a handshake, nobody sees another's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from gateway.canonical.command import Said
from gateway.canonical.finding import Finding
from gateway.canonical.order import Announce, Done, Outcome, Pulse, Retry, Unknown
from gateway.canonical.receipt import Refusal
from gateway.canonical.subscription import (
    NOT_ALLOWED,
    AskEvents,
    AskSubscription,
    AskSubscriptions,
    EventList,
    OfSubscriptions,
    OneSubscription,
    Stand,
    Subscribe,
    Subscription,
    SubscriptionList,
    SubscriptionReply,
    Unsubscribe,
    Unsubscribed,
)
from gateway.flow.courier import Courier, Destination
from gateway.flow.identity import Recognition
from gateway.flow.subscribing import Subscribing
from gateway.rules.delivery import Recovery
from gateway.rules.subscriptions import Allowed
from tests.spec.office import Office
from tests.spec.people import BLIND, SCHOOL, caller
from tests.unit.scripted import Line, Plain, Post, events, rows
from tests.unit.test_announcing import news

HOOK = "https://lvs.example/fhir/hook"
BUSY, LOST = Retry(reason="http-503"), Unknown(reason="tijd")
HEAD = {"formaat": "fhir", "contract": "fhir-1", "here": "http"}


class Desk(Post):
    """Who answers what is asked of subscriptions, and the worker that tells them."""

    def __init__(self, office: Office, *script: Outcome, most: int = 3, give_up: int = 100) -> None:
        super().__init__(office, Line(Done()))
        office.store.ways = lambda tenant, _: ()
        self.receiver, self.give_up, self.reachable = Line(*script), give_up, True
        allowed = {name: Allowed(("https://lvs.example/",), most, 60) for name in (SCHOOL, BLIND)}
        recognise = Recognition(office.store.ring)
        self.subscribing = Subscribing(office.directory, recognise, office.clock, allowed)
        indexes = {name: replace(index, poll=1e-6) for name, index in self.destinations.items()}
        self.courier = Courier(office.store, office.directory, indexes, office.clock, subscriber=self.subscriber)

    def subscriber(self, tenant: str, subscription: Subscription) -> Destination | None:
        if not self.reachable:
            return None
        to = Plain(Recovery.REPEAT)
        return Destination(tenant, to, self.receiver, HOOK, 1.0, 0.0, 0.0, give_up=self.give_up)

    def ask(self, request: OfSubscriptions, *, who: str = SCHOOL) -> SubscriptionReply:
        return self.office.drive(self.subscribing.answer(request, caller(who)))  # type: ignore[arg-type, return-value]

    def subscribe(self, who: str = SCHOOL, **said: Any) -> Subscription:
        told = self.ask(asked(**said), who=who)
        assert isinstance(told, OneSubscription), told
        return told.subscription

    def see(self, subscription: Subscription) -> Subscription:
        told = self.ask(AskSubscription(**HEAD, subscription_id=named(subscription)))
        assert isinstance(told, OneSubscription)
        return told.subscription

    def news(self, *matches: str, lapsed: bool = False) -> None:
        self.line.script.clear()
        self.line.script += [Done(news=tuple(news(self.signal_id, one, lapsed=lapsed) for one in matches)), Done()]
        [poll] = [job for job in self.claim("-") if job.kind == "poll"]
        self.courier.carry(poll)

    def given(self) -> None:
        self.signal_id = self.office.given().receipt.signaal_id
        self.deliver()

    @property
    def told(self) -> list[str]:
        return self.receiver.kinds

    @property
    def numbers(self) -> list[int]:
        return [one["Announce"]["number"] for one in self.receiver.sent if "Announce" in one]


def asked(*, of: Subscription | None = None, headers: tuple[str, ...] | None = None, **said: str) -> Subscribe:
    texts = {"endpoint": HOOK} | said
    more: dict[str, Any] = {name: Said(text, name) for name, text in texts.items()}
    more["headers"] = None if headers is None else tuple(Said(line, "header") for line in headers)
    return Subscribe(**HEAD, payload="application/fhir+json", subscription_id=named(of) if of else None, **more)


def named(of: Subscription | UUID | str) -> Said:
    return Said(str(of.id if isinstance(of, Subscription) else of), "http.id")


def codes(reply: SubscriptionReply) -> list[str]:
    return [finding.code for finding in reply.findings] if isinstance(reply, Refusal) else []


@pytest.fixture
def desk(office: Office) -> Callable[..., Desk]:
    def make(*script: Outcome, **more: Any) -> Desk:
        return Desk(office, *(script or (Done(),)), **more)

    return make


Make = Callable[..., Desk]


# asked and answered


def test_it_is_requested_until_its_receiver_shook_hands(desk: Make) -> None:
    post = desk()
    made = post.subscribe()
    assert (made.stand, made.events) == (Stand.REQUESTED, 0)
    post.deliver()
    assert post.see(made).stand is Stand.ACTIVE
    assert post.told == ["Pulse"]
    assert [one for one in events(post.office.store) if "abonnement" in one] == [
        "abonnement_gemaakt",
        "abonnement_actief",
    ]


def test_the_same_again_is_the_same_and_begins_anew_only_when_it_stopped(desk: Make) -> None:
    post = desk(BUSY, Done())
    first = post.ask(asked())
    again = post.ask(asked())
    assert isinstance(first, OneSubscription) and isinstance(again, OneSubscription)
    assert (first.fresh, again.fresh, again.subscription.id) == (True, False, first.subscription.id)
    post.deliver()
    assert post.see(first.subscription).stand is Stand.ERROR
    post.subscribe()
    post.deliver()
    assert post.see(first.subscription).stand is Stand.ACTIVE


def test_an_organisation_has_so_many_and_no_more(desk: Make) -> None:
    post = desk()
    for position in range(3):
        post.subscribe(endpoint=f"{HOOK}/{position}")
    for position in range(3, 10):
        assert codes(post.ask(asked(endpoint=f"{HOOK}/{position}"))) == ["VIX-1436"]
    assert post.subscribe(endpoint=f"{HOOK}/1"), "what is there is still answered"
    assert post.subscribe(who=BLIND), "and another organisation has its own"


def test_what_is_wrong_is_told_and_nothing_is_stored(desk: Make) -> None:
    post = desk()
    assert codes(post.ask(asked(endpoint="https://kwaad.example/", heartbeat="1"))) == ["VIX-1431", "VIX-1434"]
    told = post.ask(AskSubscriptions(**HEAD))
    assert isinstance(told, SubscriptionList) and told.subscriptions == ()


def test_who_has_no_mandate_or_nothing_allowed_has_no_subscription(desk: Make, office: Office) -> None:
    post = desk()
    elsewhere = AskSubscriptions(**HEAD, organisatie=Said("elders", "http.organisatie"))
    assert codes(post.ask(elsewhere)) == ["VIX-1905"]
    assert codes(post.ask(asked(), who="elders")) == ["VIX-1431"]
    both = office.drive(post.subscribing.answer(asked(), caller(SCHOOL, BLIND)))  # type: ignore[arg-type]
    assert codes(both) == ["VIX-1905"]  # type: ignore[arg-type]


def test_another_organisations_subscription_is_not_there(desk: Make) -> None:
    post = desk()
    mine = post.subscribe()
    for of in (named(mine), named("geen-id"), named(UUID(int=7))):
        about = {"subscription_id": of}
        for request in (AskSubscription(**HEAD, **about), AskEvents(**HEAD, **about)):
            assert codes(post.ask(request, who=BLIND)) == ["VIX-1430"]
        assert codes(post.ask(replace(asked(), subscription_id=of), who=BLIND)) == ["VIX-1430"]
        assert isinstance(post.ask(Unsubscribe(**HEAD, **about), who=BLIND), Unsubscribed)
    listed = post.ask(AskSubscriptions(**HEAD), who=BLIND)
    assert isinstance(listed, SubscriptionList) and listed.subscriptions == ()
    assert post.see(mine).stand is Stand.REQUESTED


def test_what_is_asked_may_be_narrowed(desk: Make) -> None:
    post = desk()
    for place in ("een", "twee"):
        post.subscribe(endpoint=f"{HOOK}/{place}")
    for said, found in (
        ({}, 2),
        ({"endpoint": Said(f"{HOOK}/een", "")}, 1),
        ({"stand": Said("requested", "")}, 2),
        ({"stand": Said("active", "")}, 0),
    ):
        told = post.ask(AskSubscriptions(**HEAD, **said))
        assert isinstance(told, SubscriptionList) and len(told.subscriptions) == found
    assert codes(post.ask(AskSubscriptions(**HEAD, stand=Said("klaar", "http.status")))) == ["VIX-1105"]
    wrong = AskEvents(**HEAD, subscription_id=named(UUID(int=1)), since=Said("-1", "http.eventsSinceNumber"))
    assert codes(post.ask(wrong)) == ["VIX-1105"]


def test_a_remark_of_the_format_keeps_it_from_being_ended(desk: Make) -> None:
    post = desk()
    mine = post.subscribe()
    remark = Unsubscribe(**HEAD, subscription_id=named(mine), remarks=(Finding(code="VIX-1035"),))
    assert codes(post.ask(remark)) == ["VIX-1035"]
    assert post.see(mine)


# events


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


# its life


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


def test_an_announcement_to_a_subscriber_is_one_like_any(desk: Make) -> None:
    post = desk()
    post.given()
    post.subscribe()
    post.deliver()
    post.news("m-1")
    post.deliver()
    told = Announce.model_validate(post.receiver.sent[-1]["Announce"])
    assert (told.number, told.moment) == (1, post.office.clock())
