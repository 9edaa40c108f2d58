"""That a signal will end, in the outbox: once for each day, whoever looks, on both engines."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from gateway.canonical.tenant import bucket_of
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Freeze, Warn, Way

from .conftest import Place
from .material import Maker, claim, settled
from .test_matches import accepted

END = dt.date(2028, 1, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(store: Store) -> Store:
    store.ways = lambda tenant, index: (Way(f"{tenant}/soap", expiry=True), Way(f"{tenant}/folder"))
    return store


def warn(store: Store, day: dt.date, *, limit: int = 50) -> int:
    return int(store.do(Warn(bucket_of("school"), day, limit, lambda pack, region: (60, 14, 1))))


def letters(place: Place) -> list[tuple[str, str, str]]:
    rows = place.rows("SELECT destination, argument, state FROM outbox WHERE kind = 'expiry' ORDER BY argument")
    return [(row.destination, row.argument, row.state) for row in rows]


def given(store: Store, make: Maker, *sources: str) -> list[UUID]:
    ids = [accepted(store, make, source).signal.signaal_id for source in sources or ("s-1",)]
    for job in claim(store, limit=50):
        assert store.do(settled(job))
    return ids


def test_it_is_put_in_the_outbox_once_for_each_day(store: Store, make: Maker, place: Place) -> None:
    given(store, make)
    found = []
    for before in range(90, -3, -1):
        day = END - before * DAY
        if bucket_of("school") in store.read.expiring(day):
            warn(store, day)
            assert warn(store, day) == 0
        found.append(len(letters(place)))
        for job in claim(store):
            assert job.signal is not None and job.signal.bron_signaal_id == "s-1"
            assert store.do(settled(job))
    assert letters(place) == [("school/soap", f"{END}/{days}", "done") for days in (1, 14, 60)]
    assert found == [0] * 30 + [1] * 46 + [2] * 13 + [3] * 4


def test_of_many_workers_at_once_one_does_it(store: Store, make: Maker, place: Place) -> None:
    given(store, make, *(f"s-{number}" for number in range(20)))
    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(lambda _: [warn(store, END - 10 * DAY, limit=3) for _ in range(8)], range(6)))
    assert [argument for _, argument, _ in letters(place)] == [f"{END}/14"] * 20


def test_what_waits_goes_when_the_signal_ends_and_its_bytes_die_with_it(
    store: Store, make: Maker, place: Place
) -> None:
    given(store, make)
    warn(store, END - 60 * DAY)
    [job] = claim(store)
    assert store.do(Freeze(job, b"het eigen nummer"))
    assert not any(b"eigen nummer" in (row.body or b"") for row in place.rows("SELECT body FROM outbox"))
    warn(store, END - 14 * DAY)
    store.do(make.change(outbox.WITHDRAW))
    assert [state for _, _, state in letters(place)] == ["cancelled", "underway"]
    assert place.rows("SELECT warn_on FROM signals") == [(None,)]
    assert not store.do(Freeze(job, b"het eigen nummer")), "its key is gone"
