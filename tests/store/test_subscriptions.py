"""Subscriptions in the store, on every engine: durable, numbered, sealed, and found by another process at once."""

import threading
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.canonical.order import Done
from gateway.canonical.subscription import Channel, Stand, Subscription
from gateway.canonical.tenant import bucket_of, new_id
from gateway.rules.delivery import State
from gateway.store.keyring import Unsealable
from gateway.store.store import Store
from gateway.store.subscriptions import destination
from gateway.store.work import (
    ChangeSubscription,
    CloseSubscription,
    Freeze,
    Job,
    NotOurs,
    Opened,
    OpenSubscription,
    Remind,
    TooMany,
)

from .conftest import Place
from .material import NOW, Maker, claim, news, settled
from .test_notices import told

SECRET = "Bearer qzgeheim"
ADDRESS = "https://lvs.example/qzadres"
CHANNEL = Channel(endpoint=ADDRESS, payload="application/fhir+json", headers=(("authorization", SECRET),), timeout=5)


def asked(content: bytes = b"1" * 16, *, tenant: str = "school", most: int = 3, **more: Any) -> OpenSubscription:
    named = {"id": new_id(bucket_of(tenant)), "stand": Stand.REQUESTED, "channel": CHANNEL, "ends": None}
    return OpenSubscription(**named | more, tenant=tenant, content=content, most=most, now=NOW)


def made(store: Store, **more: Any) -> Subscription:
    answer = store.do(asked(**more))
    assert isinstance(answer, Opened)
    return answer.subscription


def pulse(store: Store) -> Job:
    [job] = [job for job in claim(store) if job.kind == "pulse"]
    return job


def shaken(store: Store) -> None:
    assert store.do(settled(pulse(store)))


def notices(store: Store) -> list[Job]:
    return [job for job in claim(store) if job.kind == "notice"]


def quiet(store: Store, make: Maker) -> UUID:
    """A signal that its index knows, so that nothing but announcements is due."""
    unit = make.accept()
    store.do(unit)
    for job in claim(store):
        if job.kind == "register":
            store.do(settled(job))
    return unit.signal.signaal_id


def test_it_is_there_for_another_process_at_once(store: Store, place: Place) -> None:
    mine = made(store)
    other = place.store()
    assert other.read.subscription("school", mine.id) == mine
    job = pulse(other)
    assert (job.destination, job.subscription, job.signal_id) == (destination(mine.id), mine, None)
    assert other.do(settled(job))
    seen = store.read.subscription("school", mine.id)
    assert seen is not None and seen.stand is Stand.ACTIVE


def test_its_channel_is_sealed(store: Store, place: Place) -> None:
    mine = made(store)
    [row] = place.rows("SELECT * FROM subscriptions")
    assert b"qz" not in repr(tuple(row)).encode() and "qz" not in repr(mine)
    assert mine.channel == CHANNEL


def test_a_row_cannot_be_put_in_the_place_of_another(store: Store, place: Place) -> None:
    first, second = made(store), made(store, content=b"2" * 16)
    place.rows(
        f"UPDATE subscriptions SET sealed = (SELECT other.sealed FROM subscriptions AS other WHERE other.id = "
        f"{_literal(place, first.id)}) WHERE id = {_literal(place, second.id)}"
    )
    with pytest.raises(Unsealable):
        store.read.subscription("school", second.id)


def _literal(place: Place, identity: UUID) -> str:
    return f"'{identity.hex if place.sqlite else identity}'"


def test_its_events_wait_for_the_handshake_and_are_numbered(store: Store, make: Maker) -> None:
    one = quiet(store, make)
    mine = made(store)
    told(store, news(one, "m-1"), news(one, "m-2"))
    [hand] = claim(store)
    assert hand.kind == "pulse"
    assert store.do(settled(hand))
    jobs = notices(store)
    assert sorted(job.notice.number for job in jobs if job.notice) == [1, 2]
    assert {job.subscription.events for job in jobs if job.subscription} == {2}
    assert [event.number for event in store.read.subscription_events(mine.id, 0, 10, 10)] == [1, 2]
    assert [event.number for event in store.read.subscription_events(mine.id, 2, 10, 10)] == [2]
    assert len(store.read.subscription_events(mine.id, 0, 10, 1)) == 1


def test_a_failed_handshake_holds_its_events_until_it_is_asked_again(store: Store, make: Maker) -> None:
    one = quiet(store, make)
    mine = made(store)
    told(store, news(one, "m-1"))
    store.do(settled(pulse(store), State.WAITING, healthy=False, code="http-503"))
    told(store, news(one, "m-2"))
    assert claim(store) == []
    seen = store.read.subscription("school", mine.id)
    assert seen is not None and (seen.stand, seen.error, seen.events) == (Stand.ERROR, "http-503", 2)
    store.do(changed(mine))
    shaken(store)
    assert len(notices(store)) == 2


def changed(mine: Subscription, *, keeps: bool = True, **more: Any) -> ChangeSubscription:
    said = {"stand": Stand.REQUESTED, "channel": CHANNEL, "ends": None, "tenant": "school"}
    return ChangeSubscription(**said | more, id=mine.id, keeps=keeps, now=NOW)


def test_an_answer_to_the_handshake_of_before_a_change_counts_for_nothing(store: Store) -> None:
    mine = made(store)
    before = pulse(store)
    elsewhere = CHANNEL.model_copy(update={"endpoint": f"{ADDRESS}/elders", "headers": ()})
    store.do(changed(mine, channel=elsewhere))
    assert not store.do(settled(before))
    assert not store.do(Freeze(before, b"x"))
    seen = store.read.subscription("school", mine.id)
    assert seen is not None and seen.stand is Stand.REQUESTED and seen.channel == elsewhere


def test_another_tenants_is_not_there(store: Store) -> None:
    mine = made(store)
    neighbour = next(name for n in range(10_000) if bucket_of(name := f"buur-{n}") == bucket_of("school"))
    for stranger in ("jgz", neighbour):
        assert store.do(changed(mine, tenant=stranger)) == NotOurs()
        store.do(CloseSubscription(mine.id, stranger))
        assert store.read.subscription(stranger, mine.id) is None
        assert store.read.subscriptions(stranger) == []
    assert store.read.subscription("school", mine.id) == mine
    store.do(CloseSubscription(mine.id, "school"))
    store.do(CloseSubscription(mine.id, "school"))
    assert store.read.subscriptions("school") == []


def test_ten_thousand_at_once_are_as_many_as_are_allowed(store: Store, place: Place) -> None:
    others = [store, place.store()]
    answers: list[Any] = []

    def ask(which: Store, start: int) -> None:
        waiting = [which.submit(asked(str(n).zfill(16).encode(), most=5)) for n in range(start, start + 5_000)]
        answers.extend(one.result() for one in waiting)

    threads = [threading.Thread(target=ask, args=(which, n * 5_000)) for n, which in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10_000
    assert sum(isinstance(one, Opened) for one in answers) == 5
    assert sum(isinstance(one, TooMany) for one in answers) == 9_995
    assert len(store.read.subscriptions("school")) == 5


def test_the_same_by_two_processes_at_once_is_one(store: Store, place: Place) -> None:
    units = [asked() for _ in range(20)]
    others = [store, place.store()]
    found = {one.result().subscription.id for one in [others[n % 2].submit(unit) for n, unit in enumerate(units)]}
    assert len(found) == len(store.read.subscriptions("school")) == 1


def test_news_beside_a_handshake_is_never_lost(store: Store, make: Maker, place: Place) -> None:
    """One process hears of matches while another shakes hands: whichever was first, all is told."""
    one = quiet(store, make)
    other = place.store()
    for round_ in range(10):
        mine = made(store, content=str(round_).zfill(16).encode(), most=100)
        hand = pulse(other)
        halves = [partial(told, store, news(one, f"m-{round_}")), partial(other.do, settled(hand))]
        threads = [threading.Thread(target=half) for half in halves]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        jobs = [job for job in claim(store, limit=50) if job.destination == destination(mine.id)]
        assert [job.notice.number for job in jobs if job.notice] == [1]
        store.do(CloseSubscription(mine.id, "school"))


def test_a_reminder_is_an_event_of_its_own(store: Store, make: Maker) -> None:
    one = quiet(store, make)
    mine = made(store)
    shaken(store)
    told(store, news(one, "m-1"))
    [job] = notices(store)
    unit = settled(job)
    object.__setattr__(unit, "remind", NOW)
    store.do(unit)
    store.do(Remind(NOW, 3))
    [again] = notices(store)
    assert again.notice is not None and (again.notice.number, again.notice.round) == (2, 2)
    seen = store.read.subscription("school", mine.id)
    assert seen is not None and seen.events == 2


def test_a_heartbeat_goes_on_under_a_new_id(store: Store, place: Place) -> None:
    made(store)
    first = pulse(store)
    store.do(settled(first, outcome=Done(), again=0.0))
    second = pulse(store)
    assert second.id == first.id and second.message_id != first.message_id
    with place.engine().begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM outbox WHERE kind = 'pulse'")).scalar_one() == 1
