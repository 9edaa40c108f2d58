"""How messages are found: by index, at the same cost however much waits for another, an even part of a turn to each."""

from typing import Any

import sqlalchemy as sa

from gateway.canonical.order import Done
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Freeze, Hold, Job, Schedule

from .conftest import SQLITE_ONLY, Place, statements
from .material import INDEX, NOW, Maker, claim, news, settled


def plans(store: Store, wanted: str, act: Any) -> str:
    """How SQLite finds the rows of the statement that begins with `wanted`."""
    caught: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        caught.append((statement, parameters))

    engines = (store._writes, store._reads)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", hear)
    act()
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", hear)
    statement, parameters = next(item for item in caught if item[0].startswith(wanted))
    with store._reads.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return "\n".join(row[3] for row in rows)


@SQLITE_ONLY
def test_hot_statements_use_the_index_of_open_messages(place: Place, store: Store, make: Maker) -> None:
    """A bound parameter would keep the planner from it, and the outbox only grows."""
    store.do(make.accept())
    assert "outbox_open" in plans(store, "SELECT outbox.bucket", lambda: store.turn((-1, "")))
    for beginning in ("WITH RECURSIVE lanes", "WITH due"):
        store.do(make.accept(beginning))
        found = plans(store, beginning, lambda: claim(store))
        assert "outbox_open (bucket=? AND tenant=?" in found
        assert "SCAN outbox" not in found
    assert "outbox_signal" in found
    assert "B-TREE" not in found, "they lie in the order in which they go"
    assert "signals_unswept" in plans(store, "SELECT signals.id", store.sweep)


def steps(store: Store, act: Any) -> int:
    """How many times ten instructions SQLite's own machine runs in the writer's connections."""
    ran = [0]

    def step() -> int:
        ran[0] += 1
        return 0

    for handler in (step, None):
        with store._writes.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(handler, 10)
        if handler is not None:
            act()
    return ran[0]


@SQLITE_ONLY
def test_what_piles_up_for_one_index_costs_no_time_to_another(store: Store, make: Maker) -> None:
    """An index that is away for a night must not keep every claim of the others busy with what waits for it."""
    store.do(Hold("away", True))
    store.do(Schedule("away", new_id(bucket_of(GATEWAY))))
    spent = []
    for piled in (20, 400):
        for number in range(piled):
            store.submit(make.accept(f"{piled}-{number}", index="away"))
        store.do(make.accept(f"own-{piled}"))
        claimed: list[Job] = []
        spent.append(steps(store, lambda: claimed.extend(claim(store))))  # noqa: B023  it is called at once
        assert [job.destination for job in claimed] == [INDEX]
    assert spent[1] < 2 * spent[0], spent


def test_what_floods_one_index_leaves_room_for_another(store: Store, make: Maker) -> None:
    for number in range(20):
        store.do(make.accept(f"a-{number}", index="a"))
    store.do(make.accept("b", index="b"))
    store.do(make.accept("c", index="c"))
    first = [job.destination for job in claim(store, limit=6)]
    assert (first.count("a"), first.count("b"), first.count("c")) == (2, 1, 1), "an even part of what is left to each"
    assert {job.destination for job in claim(store, limit=6)} == {"a"}


def test_the_one_that_waits_longest_goes_first_wherever_it_goes(store: Store, make: Maker) -> None:
    for place, index in enumerate("baab"):
        store.do(make.accept(f"s-{place}", index=index))
    assert "".join(claim(store, limit=1)[0].destination for _ in range(4)) == "baab"


@SQLITE_ONLY
def test_a_signal_is_found_by_its_source_however_many_its_bucket_holds(place: Place, store: Store, make: Maker) -> None:
    by_source = "(bucket=? AND source=?)"
    assert by_source in plans(store, "SELECT signals.bucket", lambda: store.do(make.accept()))
    assert by_source in plans(store, "SELECT signals.bucket", lambda: store.do(make.change(outbox.END)))
    source = make.recognise.source("school", "bron", "s-1")
    assert by_source in plans(store, "SELECT signals.id", lambda: store.read.receipt("school", source))
    assert "SCAN" not in plans(store, "SELECT subject_lookup", lambda: store.do(make.accept("b")))
    assert "(bucket=? AND key=?)" in plans(store, "SELECT operations", lambda: store.do(make.accept("b")))


def test_every_hot_statement_names_the_bucket(store: Store, make: Maker) -> None:
    unit = make.accept()
    with statements(store) as heard:
        store.do(unit)
        store.do(make.accept())
        [job] = claim(store)
        store.do(Freeze(job, b"x"))
        store.do(settled(job, outcome=Done(news=(news(unit.signal.signaal_id),), cursor=1)))
        store.read.standing(unit.signal.signaal_id, NOW)
        store.read.settled([unit.message_id])
        store.read.receipt("school", unit.source)
        store.read.match_page("school", 0, 10)
        store.read.own_page("school", new_id(0), 10, NOW)
        store.do(make.change(outbox.END))
        store.do(make.change(outbox.WITHDRAW))
        store.turn((-1, ""))
    asked = [statement for statement in heard if "WHERE" in statement]
    assert len(asked) > 15
    for statement in asked:
        for where in statement.split("WHERE")[1:]:
            few = any(name in where for name in ("destinations.", "switches.", "lanes.", "heads."))
            assert "bucket" in where or few, statement
    written = [statement for statement in heard if statement.startswith("INSERT")]
    assert all("bucket" in statement for statement in written)
