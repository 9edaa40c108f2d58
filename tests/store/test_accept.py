import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from gateway.canonical.receipt import Status
from gateway.canonical.tenant import bucket_of
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Conflict, Illegal, Stored

from .conftest import Place, one_batch
from .material import BSNS, NOW, Maker


def counted(place: Place, table: str, where: str = "1 = 1") -> int:
    return int(place.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def test_a_signal_is_stored_with_its_message_and_its_proof(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    answer = store.do(unit)
    assert answer == Stored(unit.receipt, unit.message_id, fresh=True)
    assert counted(place, "signals") == counted(place, "operations") == counted(place, "subject_lookup") == 1
    assert counted(place, "outbox", "kind = 'register'") == 1
    assert [row.event for row in place.rows("SELECT event FROM audit")] == ["signaal_aangenomen"]
    assert store.read.signal(unit.signal.signaal_id) == unit.signal


def test_a_repeat_gets_the_first_receipt_and_another_content_does_not(store: Store, make: Maker, place: Place) -> None:
    first = make.accept()
    store.do(first)
    again = store.do(make.accept())
    assert (again.receipt, again.fresh) == (first.receipt, False)
    assert store.do(make.accept(said="y")) == Conflict()
    place.close(store)
    assert place.store().do(make.accept()).receipt == first.receipt
    assert len(place.rows("SELECT signal_id FROM data_keys", keys=True)) == 1


def test_repeats_and_conflicts_in_one_batch_are_judged_one_by_one(store: Store, make: Maker, place: Place) -> None:
    stored = make.accept("known")
    store.do(stored)
    asked = [
        make.accept("new"), make.accept("new"), make.accept("new", said="y"),
        make.accept("known", said="y"), make.accept("known"), make.accept("other"),
    ]  # fmt: skip
    with one_batch(store):
        futures = [store.submit(unit) for unit in asked]
    answers = [future.result() for future in futures]
    assert answers == [
        Stored(asked[0].receipt, asked[0].message_id, fresh=True),
        Stored(asked[0].receipt, asked[0].message_id, fresh=False),
        Conflict(),
        Conflict(),
        Stored(stored.receipt, None, fresh=False),
        Stored(asked[5].receipt, asked[5].message_id, fresh=True),
    ]
    assert counted(place, "signals") == 3


def test_two_writers_and_eight_threads_make_one_signal_of_each(place: Place, store: Store, make: Maker) -> None:
    stores = (store, place.store())
    with ThreadPoolExecutor(8) as pool:
        asked = [(number, stores[copy % 2]) for number in range(20) for copy in range(8)]
        answers = list(
            pool.map(lambda ask: (ask[0], ask[1].do(make.accept(f"s-{ask[0]}", bsn=BSNS[ask[0] % 5]))), asked)
        )
    assert all(isinstance(answer, Stored) for _, answer in answers)
    receipts = {(number, answer.receipt.model_dump_json()) for number, answer in answers}
    assert len(receipts) == 20
    assert sum(answer.fresh for _, answer in answers) == 20
    assert counted(place, "signals") == counted(place, "operations") == 20
    assert counted(place, "outbox", "kind = 'register'") == 20
    assert counted(place, "subject_lookup") == len(place.rows("SELECT DISTINCT subject_id FROM signals")) == 5
    kept = {row[0] for row in place.rows("SELECT signal_id FROM data_keys", keys=True)}
    assert kept == {row[0] for row in place.rows("SELECT id FROM signals")}, "keys that lost a race are destroyed"


def test_a_source_has_one_active_signal_also_when_revisions_race(place: Place, store: Store, make: Maker) -> None:
    stores = (store, place.store())
    with ThreadPoolExecutor(8) as pool:
        asked = [(revision, source) for source in range(10) for revision in range(1, 9)]
        answers = list(pool.map(lambda ask: stores[ask[0] % 2].do(make.accept(f"s-{ask[1]}", revision=ask[0])), asked))
    assert sorted(type(answer).__name__ for answer in answers) == ["Illegal"] * 70 + ["Stored"] * 10
    assert counted(place, "signals", "status = 'ACTIEF'") == 10
    assert len(place.rows("SELECT * FROM data_keys", keys=True)) == 10


def test_revisions_of_one_source_in_one_batch(store: Store, make: Maker) -> None:
    with one_batch(store):
        futures = [store.submit(make.accept(revision=revision)) for revision in (1, 2, 3)]
    answers = [future.result() for future in futures]
    assert sorted(type(answer).__name__ for answer in answers) == ["Illegal", "Illegal", "Stored"]


def test_a_new_revision_follows_an_ended_or_expired_signal(place: Place, store: Store, make: Maker) -> None:
    first = make.accept()
    store.do(first)
    assert store.do(make.accept(revision=2)) == Illegal(Status.ACTIEF)
    store.do(make.change(outbox.END))
    second = make.accept(revision=2, removal=dt.date(2027, 1, 1))
    assert store.do(second).fresh
    assert store.read.signal(second.signal.signaal_id).voorganger_id == first.signal.signaal_id
    later = NOW + dt.timedelta(days=60)
    third = make.accept(revision=3, now=later)
    assert store.do(third).fresh, "the second expired"
    assert store.read.signal(third.signal.signaal_id).voorganger_id == second.signal.signaal_id
    assert store.read.standing(second.signal.signaal_id, later).status is Status.ARCHIEF
    assert store.do(make.change(outbox.END)) == Conflict(), "that end was about an earlier signal"
    assert store.do(make.accept()).receipt == first.receipt
    source = make.recognise.source("school", "bron", "s-1")
    assert store.read.receipt("school", source) == third.receipt


def test_a_lower_revision_is_the_latest_when_it_came_last(place: Place, store: Store, make: Maker) -> None:
    store.do(make.accept(revision=2))
    store.do(make.change(outbox.END, revision=2))
    first = make.accept(revision=1)
    assert store.do(first).fresh
    assert store.do(make.accept(revision=3)) == Illegal(Status.ACTIEF)
    assert store.read.receipt("school", first.source) == first.receipt
    assert store.do(make.change(outbox.END, revision=1)).receipt.signaal_id == first.signal.signaal_id


def test_a_person_has_an_id_of_its_own_in_each_bucket(place: Place, store: Store, make: Maker) -> None:
    tenants = [f"t-{number}" for number in range(200)]
    other = next(tenant for tenant in tenants if bucket_of(tenant) != bucket_of("school"))
    same = next(tenant for tenant in (f"u-{n}" for n in count()) if bucket_of(tenant) == bucket_of("school"))
    with one_batch(store):
        futures = [store.submit(make.accept(tenant=tenant)) for tenant in ("school", other, same)]
    assert all(future.result().fresh for future in futures)
    rows = place.rows("SELECT s.subject_id FROM signals s JOIN subject_lookup l USING (bucket, subject_id)")
    assert len(rows) == 3
    assert len(set(rows)) == 2
