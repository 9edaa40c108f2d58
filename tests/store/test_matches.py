import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from gateway.canonical.match import Match, MatchStatus
from gateway.canonical.order import Done, MatchNews
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Accept, Claim

from .conftest import Place
from .material import Maker, claim, news, settled


def told(store: Store, *items: MatchNews, dropped: int = 0, cursor: int | None = None) -> None:
    """The index answers a poll with this news."""
    [poll] = claim(store, GATEWAY)
    assert store.do(settled(poll, outcome=Done(news=items, dropped=dropped, cursor=cursor), again=0.0))


def page(store: Store, after: int = 0, tenant: str = "school") -> list[Match]:
    return store.read.match_page(tenant, after, 200)[0]


def accepted(store: Store, make: Maker, source: str = "s-1", tenant: str = "school") -> Accept:
    unit = make.accept(source, tenant=tenant)
    assert store.do(unit).fresh
    return unit


def test_news_of_an_own_signal_is_a_match_with_the_own_id(store: Store, make: Maker) -> None:
    unit = accepted(store, make)
    told(store, news(unit.signal.signaal_id, "m-1"), cursor=5)
    [match] = page(store)
    assert (match.signaal_id, match.bron_signaal_id) == (unit.signal.signaal_id, "s-1")
    assert match.content.betrokkenen[0].naam == "C. Ontact"
    told(store, news(unit.signal.signaal_id, "m-1"), cursor=5)
    assert page(store) == [match], "told twice, kept once"


def test_lapsed_is_final(store: Store, make: Maker, place: Place) -> None:
    unit = accepted(store, make)
    told(store, news(unit.signal.signaal_id, "m-1"))
    _, last, _ = store.read.match_page("school", 0, 200)
    told(store, news(unit.signal.signaal_id, "m-1", lapsed=True))
    [match] = page(store, last)
    assert (match.status, match.content.betrokkenen) == (MatchStatus.VERVALLEN, ())
    told(store, news(unit.signal.signaal_id, "m-1"))
    assert page(store) == [match]
    told(store, news(unit.signal.signaal_id, "m-2", lapsed=True))
    told(store, news(unit.signal.signaal_id, "m-2"))
    assert [item.status for item in page(store)] == [MatchStatus.VERVALLEN] * 2
    assert [row.sealed for row in place.rows("SELECT sealed FROM matches")] == [None, None]


def test_a_match_may_arise_and_lapse_in_one_answer(store: Store, make: Maker, place: Place) -> None:
    one, other = accepted(store, make), accepted(store, make, "s-2")
    told(
        store,
        news(one.signal.signaal_id, "m-1"),
        news(other.signal.signaal_id, "m-2"),
        news(one.signal.signaal_id, "m-1", lapsed=True),
        news(one.signal.signaal_id, "m-1"),
    )
    assert [(item.signaal_id == one.signal.signaal_id, item.status) for item in page(store)] == [
        (True, MatchStatus.VERVALLEN),
        (False, MatchStatus.ACTIEF),
    ]
    assert place.rows("SELECT number, sealed IS NULL FROM matches ORDER BY number") == [(1, True), (2, False)]


def test_an_ended_signal_gets_no_contact_any_more(store: Store, make: Maker, place: Place) -> None:
    unit = accepted(store, make)
    told(store, news(unit.signal.signaal_id, "m-1"))
    store.do(make.change(outbox.END))
    told(store, news(unit.signal.signaal_id, "m-2"))
    assert {item.status for item in page(store)} == {MatchStatus.VERVALLEN}
    assert {row.sealed for row in place.rows("SELECT sealed FROM matches")} == {None}


def test_foreign_and_forged_news_is_dropped_and_counted(store: Store, make: Maker, place: Place) -> None:
    unit = accepted(store, make)
    elsewhere = make.accept("s-2", index="index-b")
    store.do(elsewhere)
    gone = accepted(store, make, "s-3")
    store.do(make.change(outbox.WITHDRAW, "s-3"))
    told(
        store,
        news(uuid4()),
        news("not an id"),
        news(elsewhere.signal.signaal_id),
        news(gone.signal.signaal_id),
        news(unit.signal.signaal_id),
        dropped=2,
        cursor=9,
    )
    assert len(page(store)) == 1
    [row] = place.rows("SELECT facts FROM audit WHERE event = 'match_verworpen'")
    assert '"aantal": 6' in str(row.facts).replace("'", '"')
    assert place.rows("SELECT cursor FROM destinations") == [(9,)]


def test_that_a_number_was_withheld_is_recorded_as_a_count(store: Store, make: Maker, place: Place) -> None:
    unit = accepted(store, make)
    [poll] = claim(store, GATEWAY)
    outcome = Done(news=(news(unit.signal.signaal_id),), cursor=3, withheld=2)
    assert store.do(settled(poll, outcome=outcome, again=0.0))
    told(store, news(unit.signal.signaal_id), cursor=4)
    [row] = place.rows("SELECT tenant, subject, facts FROM audit WHERE event = 'bsn_weggelaten'")
    assert (row.tenant, row.subject) == (GATEWAY, None)
    assert '"aantal": 2' in str(row.facts).replace("'", '"')


def test_numbers_become_visible_in_order_per_receiver(place: Place, store: Store, make: Maker) -> None:
    """A reader that goes on from the last number it saw misses nothing, whoever writes."""
    stores, tenants = (store, place.store()), ("school", "jgz")
    units = [accepted(store, make, f"s-{number}", tenant) for tenant in tenants for number in range(15)]
    ended = threading.Event()
    seen: dict[str, list[str]] = {tenant: [] for tenant in tenants}

    def read(tenant: str) -> None:
        after, last_look = 0, False
        while True:
            matches, after, _ = store.read.match_page(tenant, after, 5)
            seen[tenant] += [str(match.match_id) for match in matches]
            if not matches and last_look:
                return
            last_look = ended.is_set()

    def write(mine: Store) -> None:
        for tenant in tenants:
            while True:
                bucket = bucket_of(tenant)
                jobs = mine.do(Claim(bucket, tenant, 3, 60, new_id(bucket)))
                if not jobs:
                    break
                for job in jobs:
                    other = units[hash(job.id) % len(units)].signal.signaal_id
                    assert mine.do(settled(job, outcome=Done(news=(news(job.signal_id or ""), news(other)))))

    readers = [threading.Thread(target=read, args=(tenant,)) for tenant in tenants]
    for reader in readers:
        reader.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, stores * 2))
    ended.set()
    for reader in readers:
        reader.join()
    for tenant in tenants:
        kept = place.rows(f"SELECT number FROM matches WHERE tenant = '{tenant}' ORDER BY number")
        assert [row.number for row in kept] == list(range(1, len(kept) + 1))
        assert len(seen[tenant]) == len(set(seen[tenant])) == len(kept)
    assert len(place.rows("SELECT * FROM matches")) == 60


def test_the_same_news_in_two_answers_at_once_is_one_match(place: Place, store: Store, make: Maker) -> None:
    stores = (store, place.store())
    units = [accepted(store, make, f"s-{number}") for number in range(16)]
    jobs = claim(store, limit=16)
    everything = tuple(news(unit.signal.signaal_id, f"m-{number}") for number, unit in enumerate(units))
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(
            lambda item: stores[item[0] % 2].do(settled(item[1], outcome=Done(news=everything))), enumerate(jobs)
        )
        assert all(done)
    assert len(page(store)) == 16
