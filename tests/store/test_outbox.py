import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from gateway import clock
from gateway.canonical.order import Done
from gateway.canonical.receipt import Bezorging
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.errors import Unavailable
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Claim, Freeze, Hold, Schedule

from .conftest import SQLITE_ONLY, Place, one_batch
from .material import INDEX, NOW, Maker, claim, news, settled


def later(place: Place, seconds: float) -> None:
    """Let leases and pauses of so many seconds be over."""
    for column in ("due", "lease_until", "last_sent"):
        place.rows(f"UPDATE outbox SET {column} = {column} - {seconds}")
    place.rows(f"UPDATE destinations SET open_until = open_until - {seconds}")


def one(place: Place, column: str, kind: str = "register") -> Any:
    [row] = place.rows(f"SELECT {column} FROM outbox WHERE kind = '{kind}'")
    return row[0]


@contextmanager
def refusing(store: Store, beginning: str) -> Iterator[None]:
    """The database refuses statements that begin so."""

    def refuse(_cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            raise store._writes.dialect.dbapi.DataError("refused")  # type: ignore[union-attr]

    for name in ("do_execute", "do_executemany"):
        sa.event.listen(store._writes, name, refuse)
    yield
    for name in ("do_execute", "do_executemany"):
        sa.event.remove(store._writes, name, refuse)


def test_two_loops_on_two_stores_claim_every_message_exactly_once(place: Place, store: Store, make: Maker) -> None:
    tenants = [f"tenant-{number}" for number in range(20)]
    each = 10 if place.sqlite else 100
    units = [make.accept(f"s-{number}", tenant=tenant) for tenant in tenants for number in range(each)]
    for answer in [store.submit(unit) for unit in units]:
        answer.result()
    for job in claim(store, GATEWAY):
        store.do(settled(job, State.WAITING, pause=1000))
    stores = (store, place.store())

    def loop(mine: Store) -> list[Any]:
        seen, settling, at = [], list[Future[bool]](), (-1, "")
        while True:
            turn = mine.turn(at)
            if turn is None and at == (-1, ""):
                break
            at = turn or (-1, "")
            if turn:
                jobs = mine.do(Claim(*turn, 25, 60, new_id(turn[0])))
                seen += [job.message_id for job in jobs]
                settling += [mine.submit(settled(job)) for job in jobs]
        assert all(answer.result() for answer in settling)
        return seen

    with ThreadPoolExecutor(4) as pool:
        seen = [message for part in pool.map(loop, stores * 2) for message in part]
    assert sorted(seen) == sorted(unit.message_id for unit in units)
    assert place.rows("SELECT DISTINCT state FROM outbox WHERE kind = 'register'") == [("done",)]


def test_the_turn_goes_round_the_tenants(store: Store, make: Maker) -> None:
    tenants = {f"tenant-{number}" for number in range(5)}
    for tenant in tenants:
        for source in ("a", "b"):
            store.do(make.accept(source, tenant=tenant))
    at, seen = (-1, ""), []
    while (turn := store.turn(at)) is not None:
        at = turn
        seen.append(turn)
    assert seen == sorted(seen)
    assert {tenant for _, tenant in seen} == tenants | {GATEWAY}


def test_a_later_message_waits_for_an_earlier_one(store: Store, make: Maker) -> None:
    store.do(make.accept())
    store.do(make.change(outbox.END))
    [job] = claim(store)
    assert job.kind == outbox.REGISTER
    assert claim(store) == []
    store.do(settled(job, State.UNKNOWN))
    [job] = claim(store)
    store.do(settled(job, State.PARKED))
    assert claim(store) == [], "an end never passes its parked create"
    other = make.accept("other")
    store.do(other)
    [job] = claim(store)
    assert job.signal_id == other.signal.signaal_id, "it holds back its own signal only"


def test_an_end_goes_once_the_create_is_done(store: Store, make: Maker) -> None:
    store.do(make.accept())
    store.do(make.change(outbox.END))
    [job] = claim(store)
    store.do(settled(job))
    [job] = claim(store)
    assert (job.kind, job.since_sent) == (outbox.END, 0.0)


@pytest.mark.parametrize("sent", [False, True])
def test_a_lease_that_ended_leaves_what_was_sent_unknown(place: Place, store: Store, make: Maker, sent: bool) -> None:
    store.do(make.accept())
    [job] = claim(store, seconds=1000)
    if sent:
        assert store.do(Freeze(job, b"the bytes"))
    assert claim(store) == []
    later(place, 800)
    assert claim(store) == []
    later(place, 300)
    [again] = claim(store)
    assert again.state is (State.UNKNOWN if sent else State.UNDERWAY)
    assert again.body == (b"the bytes" if sent else None)
    assert again.attempts == 2
    if sent:
        assert 1100 <= again.since_sent < 1200
    assert not store.do(Freeze(job, b"other bytes")), "the lease is another's"


def test_what_was_not_taken_is_not_unknown_before_it_is_sent_again(place: Place, store: Store, make: Maker) -> None:
    store.do(make.accept())
    [job] = claim(store)
    store.do(Freeze(job, b"the bytes"))
    store.do(settled(job, State.WAITING, healthy=False))
    claim(store, seconds=30)
    later(place, 31)
    [again] = claim(store)
    assert (again.state, again.body) == (State.UNDERWAY, b"the bytes")


@SQLITE_ONLY
def test_a_lease_of_another_boot_has_ended(
    place: Place, store: Store, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.do(make.accept())
    [job] = claim(store)
    monkeypatch.setattr(clock, "boot_id", lambda: "another boot")
    again = place.store()
    assert [found.id for found in claim(again)] == [job.id]


def test_settling_with_a_lost_lease_changes_nothing_and_says_so(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    [job] = claim(store, seconds=30)
    store.do(Freeze(job, b"the bytes"))
    later(place, 31)
    [again] = claim(store)
    outcome = Done(news=(news(unit.signal.signaal_id),), cursor=7)
    assert store.do(settled(job, outcome=outcome)) is False
    assert one(place, "state") == "unknown"
    assert place.rows("SELECT * FROM matches") == []
    assert place.rows("SELECT cursor FROM destinations") == [(0,)]
    assert place.rows("SELECT count(*) FROM audit WHERE event = 'bericht_uit_handen'") == [(1,)]
    assert store.do(settled(again, outcome=outcome)) is True
    assert store.do(settled(again)) is False, "nor twice"
    assert one(place, "state") == "done"
    assert len(place.rows("SELECT * FROM matches")) == 1


def test_settling_twice_in_one_batch_counts_once(store: Store, make: Maker) -> None:
    store.do(make.accept())
    [job] = claim(store)
    with one_batch(store):
        futures = [store.submit(settled(job)), store.submit(settled(job, State.UNKNOWN))]
    assert [future.result() for future in futures] == [True, False]


def test_a_lease_that_ended_but_was_not_taken_over_still_settles(place: Place, store: Store, make: Maker) -> None:
    store.do(make.accept())
    [job] = claim(store, seconds=30)
    later(place, 31)
    assert store.do(settled(job)) is True


def test_hold_is_honoured_in_the_claim(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    store.do(Hold(INDEX, True))
    assert claim(store) == []
    assert store.read.closed() == {INDEX}
    store.do(Hold(INDEX, False))
    assert len(claim(store)) == 1
    store.do(Hold("never-seen", True))
    store.do(Schedule("never-seen", new_id(bucket_of(GATEWAY))))
    assert store.read.closed() == {"never-seen"}, "a hold before the first worker holds too"
    store.do(make.accept("other", index="never-seen"))
    assert claim(store) == []
    events = [row.event for row in place.rows("SELECT event FROM audit WHERE event LIKE 'bestemming%' ORDER BY number")]
    assert events == ["bestemming_gestopt", "bestemming_hervat", "bestemming_gestopt"]


def test_the_breaker_opens_for_a_while_and_closes_with_an_answer(place: Place, store: Store, make: Maker) -> None:
    for source in ("a", "b"):
        store.do(make.accept(source))
    [first] = claim(store, limit=1)
    store.do(settled(first, State.WAITING, healthy=False, breaker=20.0))
    assert claim(store) == []
    assert store.read.closed() == {INDEX}
    later(place, 21)
    [first, second] = sorted(claim(store), key=lambda job: job.id)
    store.do(settled(first, State.WAITING, healthy=False))
    assert place.rows("SELECT faults FROM destinations") == [(2,)]
    store.do(settled(second))
    assert place.rows("SELECT faults, open_until FROM destinations") == [(0, None)]


def test_an_answer_ends_a_row_of_faults_also_within_one_batch(place: Place, store: Store, make: Maker) -> None:
    for source in ("a", "b", "c"):
        store.do(make.accept(source))
    first, second, third = claim(store)
    with one_batch(store):
        store.submit(settled(first))
        store.submit(settled(second, State.WAITING, healthy=False))
        last = store.submit(settled(third))
    assert last.result()
    assert place.rows("SELECT faults FROM destinations") == [(0,)]


def test_a_poll_comes_back_as_a_new_message_with_its_cursor_and_its_matches(
    place: Place, store: Store, make: Maker
) -> None:
    unit = make.accept()
    store.do(unit)
    [poll] = claim(store, GATEWAY)
    assert (poll.kind, poll.cursor) == (outbox.POLL, 0)
    store.do(Freeze(poll, b"the question"))
    renewed = settled(poll, outcome=Done(news=(news(unit.signal.signaal_id),), cursor=41), again=30.0)
    with refusing(store, "INSERT INTO audit"), pytest.raises(Unavailable):
        store.do(renewed)
    assert place.rows("SELECT cursor FROM destinations") == [(0,)]
    assert (one(place, "state", "poll"), place.rows("SELECT * FROM matches")) == ("underway", [])
    assert store.do(renewed)
    assert len(place.rows("SELECT * FROM matches")) == 1
    assert claim(store, GATEWAY) == []
    later(place, 31)
    [again] = claim(store, GATEWAY)
    assert (again.message_id, again.id, again.cursor) == (renewed.renewed, poll.id, 41)
    assert (again.body, again.attempts, again.state) == (None, 1, State.UNDERWAY)


@pytest.mark.parametrize("state", [State.PARKED, State.REFUSED, State.DONE])
def test_a_poll_never_ends(place: Place, store: Store, state: State) -> None:
    [poll] = claim(store, GATEWAY)
    store.do(settled(poll, state, again=30.0))
    assert one(place, "state", "poll") == "waiting"


def test_several_processes_schedule_one_poll(place: Place, store: Store) -> None:
    stores = [store, place.store(), place.store()]
    barrier = threading.Barrier(3)

    def schedule(mine: Store) -> None:
        for name in range(10):
            barrier.wait(20)
            mine.do(Schedule(f"index-{name}", new_id(bucket_of(GATEWAY))))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(schedule, stores))
    assert len(place.rows("SELECT * FROM outbox WHERE kind = 'poll'")) == 11


def test_a_refused_create_takes_its_followers_with_it(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    [job] = claim(store)
    store.do(make.change(outbox.END))
    store.do(settled(job, State.REFUSED, code="IX-404"))
    assert claim(store) == []
    assert one(place, "state", "end") == "cancelled"
    assert store.do(make.change(outbox.WITHDRAW)).message_id is None
    standing = store.read.standing(unit.signal.signaal_id, NOW)
    assert standing.bezorging in (Bezorging.GEWEIGERD, Bezorging.NIET_VERZONDEN)
    assert store.read.settled([unit.message_id]) == {unit.message_id}
