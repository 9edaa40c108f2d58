import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.errors import Unavailable
from gateway.store.audit import EVENTS, entry
from gateway.store.store import Store
from gateway.store.work import Change, Conflict, Hold, Stored

from .conftest import Place, one_batch
from .material import NOW, Maker


def broken(store: Store, times: int, make_error: Callable[[Any], Exception]) -> list[str]:
    """So many times, adding to the outbox fails in the driver; gives a list that grows with each."""
    failed: list[str] = []

    def fail(_cursor: Any, statement: str, _parameters: Any, _context: Any) -> None:
        if statement.startswith("INSERT INTO outbox") and len(failed) < times:
            failed.append(statement)
            raise make_error(store._writes.dialect.dbapi)

    for name in ("do_execute", "do_executemany"):
        sa.event.listen(store._writes, name, fail)
    return failed


def test_a_bad_unit_among_fifty_fails_alone(store: Store, make: Maker, place: Place) -> None:
    units = [make.accept(f"s-{number}") for number in range(50)]
    units[17] = make.accept("s-17")
    object.__setattr__(units[17], "receipt", None)
    object.__setattr__(units[31], "message_id", units[30].message_id)
    with one_batch(store):
        futures = [store.submit(unit) for unit in units]
    answers = [future.exception() or future.result() for future in futures]
    assert isinstance(answers[17], AttributeError)
    assert isinstance(answers[31], Unavailable)
    assert all(isinstance(answer, Stored) and answer.fresh for at, answer in enumerate(answers) if at not in (17, 31))
    assert place.rows("SELECT count(*) FROM signals") == [(48,)]
    for at in (0, 29, 30, 49):
        assert store.do(make.accept(f"s-{at}")).receipt == units[at].receipt, "and can be read"


@pytest.mark.parametrize("times", [1, 3])
def test_a_passing_fault_is_tried_again(store: Store, make: Maker, place: Place, times: int) -> None:
    failed = broken(store, times, lambda dbapi: dbapi.OperationalError("could not serialize, or locked"))
    unit = make.accept()
    assert store.do(unit).fresh
    assert len(failed) == times
    assert store.do(make.accept()).receipt == unit.receipt
    assert place.rows("SELECT count(*) FROM signals") == [(1,)]


def test_a_fault_that_stays_is_unavailable_and_the_writer_lives(store: Store, make: Maker, place: Place) -> None:
    broken(store, 4, lambda dbapi: dbapi.OperationalError("gone"))
    with pytest.raises(Unavailable):
        store.do(make.accept())
    assert place.rows("SELECT count(*) FROM signals") == [(0,)]
    assert store.do(make.accept()).fresh


def test_who_stops_waiting_does_not_stop_the_writer(store: Store, make: Maker) -> None:
    with one_batch(store):
        future = store.submit(make.accept("a"))
        assert not future.cancel()
        other = store.submit(make.accept("b"))
    assert future.result().fresh
    assert other.result().fresh


def test_who_cannot_be_told_does_not_stop_the_writer(store: Store, make: Maker, place: Place) -> None:
    def gone(_answer: Any, _fault: Exception | None) -> None:
        raise RuntimeError("the event loop is closed")

    with one_batch(store):
        store.hand(make.accept("a"), gone)
        other = store.submit(make.accept("b"))
    assert other.result(20).fresh
    assert store.submit(make.accept("c")).result(20).fresh
    assert place.rows("SELECT count(*) FROM signals") == [(3,)]


def test_closing_answers_everybody(place: Place, make: Maker) -> None:
    store = place.store()
    answers: list[Any] = []

    def ask(number: int) -> None:
        try:
            answers.append(store.do(make.accept(f"s-{number}")))
        except Unavailable as error:
            answers.append(error)

    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            pool.submit(ask, number)
        place.close(store)
    assert len(answers) == 40
    stored = sum(isinstance(answer, Stored) for answer in answers)
    assert place.rows("SELECT count(*) FROM signals") == [(stored,)]


def test_what_happened_is_on_a_closed_list() -> None:
    with pytest.raises(ValueError, match="naam"):
        entry("signaal_aangenomen", "school", None, naam="x")
    with pytest.raises(KeyError):
        entry("iets_anders", "school", None)
    for event, facts in EVENTS.items():
        assert entry(event, "school", None, **dict.fromkeys(facts, "x")).event == event


def chains(place: Place) -> list[list[int]]:
    rows = place.rows("SELECT writer, number FROM audit ORDER BY writer, number")
    return [[row.number for row in group] for _, group in groupby(rows, key=lambda row: row.writer)]


def test_entries_are_numbered_without_gap_per_writer(place: Place, store: Store, make: Maker) -> None:
    other = place.store()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: (store, other)[n % 2].do(make.accept(f"s-{n}")), range(40)))
    found = chains(place)
    assert sum(map(len, found)) == 40
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in found)
    assert len(found) == 2


def test_a_failed_batch_leaves_no_gap(place: Place, store: Store, make: Maker) -> None:
    def fails(_: object) -> Any:
        raise ZeroDivisionError

    store.do(make.accept("a"))
    bad = make.change("end", "a")
    with one_batch(store):
        futures = [store.submit(make.accept("b")), store.submit(Hold("x", True)), store.submit(_deciding(bad, fails))]
    assert [type(future.exception()) for future in futures] == [type(None), type(None), ZeroDivisionError]

    def at_the_end(connection: sa.Connection) -> None:
        sa.event.remove(store._writes, "commit", at_the_end)
        raise sa.exc.OperationalError("COMMIT", {}, Exception("in doubt"), connection_invalidated=True)

    sa.event.listen(store._writes, "commit", at_the_end)
    assert store.do(make.accept("c")).fresh
    assert store.do(make.accept("d", said="x")).fresh
    assert store.do(make.accept("d", said="y")) == Conflict()
    found = chains(place)
    assert sum(map(len, found)) == 5
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in found)


def _deciding(unit: Change, decide: Callable[[Any], Any]) -> Change:
    object.__setattr__(unit, "decide", decide)
    return unit


def test_the_legal_clock_dates_what_happened(place: Place, store: Store, make: Maker) -> None:
    place.now = NOW.replace(year=2027)
    store.do(make.accept())
    assert str(place.rows("SELECT at FROM audit")[0].at).startswith("2027-11-21")


def test_many_threads_share_few_commits(store: Store, make: Maker) -> None:
    commits: list[int] = []
    sa.event.listen(store._writes, "commit", lambda _: commits.append(1))
    barrier = threading.Barrier(20)

    def ask(number: int) -> bool:
        barrier.wait(20)
        return bool(store.do(make.accept(f"s-{number}")).fresh)

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(ask, range(20)))
    assert len(commits) < 20
