"""Subscriptions without a door: what is asked is durable and answered, and nobody sees another's."""

from dataclasses import replace
from uuid import UUID

from gateway.canonical.command import Said
from gateway.canonical.finding import Finding
from gateway.canonical.order import Done
from gateway.canonical.subscription import (
    AskEvents,
    AskSubscription,
    AskSubscriptions,
    OneSubscription,
    Stand,
    SubscriptionList,
    Unsubscribe,
    Unsubscribed,
)
from tests.spec.office import Office
from tests.spec.people import BLIND, SCHOOL, caller
from tests.unit.desk import BUSY, HEAD, HOOK, Make, asked, codes, named
from tests.unit.scripted import events


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
