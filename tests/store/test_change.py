import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.canonical.receipt import Bezorging, Status
from gateway.canonical.tenant import bucket_of
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Conflict, Freeze, Gone, Illegal, Impossible, NotOurs, Stored

from .conftest import SQLITE_ONLY, Place
from .material import BSNS, NOW, Maker, claim, settled


def test_a_change_is_done_once_and_told_to_the_index(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    [job] = claim(store)
    store.do(settled(job))
    ending = make.change(outbox.END)
    answer = store.do(ending)
    assert answer.message_id == ending.message_id
    again = store.do(make.change(outbox.END))
    assert again == Stored(answer.receipt, None, fresh=False)
    assert store.do(make.change(outbox.END, said="y")) == Conflict()
    assert store.do(make.change(outbox.END, revision=2)) == Illegal(Status.ARCHIEF)
    assert store.read.standing(unit.signal.signaal_id, NOW).status is Status.ARCHIEF
    [job] = claim(store)
    assert (job.kind, job.argument) == (outbox.END, "2026-11-21")


def test_a_change_of_what_is_not_there_or_not_possible(store: Store, make: Maker) -> None:
    assert store.do(make.change(outbox.END)) == NotOurs()
    store.do(make.accept())
    assert store.do(make.change(outbox.END, tenant="other")) == NotOurs()
    assert store.do(make.change(outbox.END, answer=Impossible("VIX-1406"))) == Impossible("VIX-1406")
    assert store.do(make.change(outbox.END)).fresh


def test_a_source_of_another_tenant_opens_nothing_even_in_the_same_bucket(store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    other = next(name for name in (f"t-{n}" for n in count()) if bucket_of(name) == bucket_of("school"))
    change = make.change(outbox.WITHDRAW, tenant=other)
    object.__setattr__(change, "source", unit.source)
    assert store.do(change) == NotOurs()
    assert store.read.receipt(other, unit.source) is None
    assert store.read.receipt("school", unit.source) == unit.receipt


def test_the_same_change_at_once_gets_one_receipt(place: Place, store: Store, make: Maker) -> None:
    stores = (store, place.store())
    for number in range(10):
        store.do(make.accept(f"s-{number}"))
    with ThreadPoolExecutor(8) as pool:
        asked = [(number, copy) for number in range(10) for copy in range(8)]
        answers = list(
            pool.map(
                lambda ask: stores[ask[1] % 2].do(
                    make.change((outbox.END, outbox.WITHDRAW)[ask[0] % 2], f"s-{ask[0]}")
                ),
                asked,
            )
        )
    assert {type(answer) for answer in answers} == {Stored}
    assert len({answer.receipt.model_dump_json() for answer in answers}) == 10
    assert sum(answer.fresh for answer in answers) == 10


def test_destroying_leaves_nothing_but_that_it_was(place: Place, store: Store, make: Maker) -> None:
    unit = make.accept()
    store.do(unit)
    [job] = claim(store)
    store.do(Freeze(job, b"a person"))
    wrapped = place.rows("SELECT wrapped FROM data_keys", keys=True)[0].wrapped
    withdrawal = store.do(make.change(outbox.WITHDRAW))
    assert withdrawal.fresh
    [signal] = place.rows("SELECT * FROM signals")
    assert (signal.sealed, signal.subject_id, signal.status) == (None, None, "VERNIETIGD")
    kept = {row.operation: (row.receipt, row.content) for row in place.rows("SELECT * FROM operations")}
    assert kept["signaalAfgeven"] == (None, None)
    assert place.rows("SELECT * FROM subject_lookup") == []
    assert [row.body for row in place.rows("SELECT body FROM outbox")] == [None, None, None]
    assert place.rows("SELECT * FROM data_keys", keys=True) == []
    if place.sqlite:
        for file in place.directory.glob("keys.db*"):
            assert bytes(wrapped) not in file.read_bytes(), file.name
    assert store.read.signal(unit.signal.signaal_id) is None
    assert store.do(make.accept()) == Gone()
    assert store.do(make.change(outbox.END)) == Gone()
    assert store.do(make.change(outbox.WITHDRAW)).receipt == withdrawal.receipt
    events = [row.event for row in place.rows("SELECT event FROM audit ORDER BY number")]
    assert events == ["signaal_aangenomen", "signaal_ingetrokken", "sleutel_vernietigd"]
    assert store.do(make.accept(revision=2)).fresh, "but a new report is a new signal"


def test_a_person_is_forgotten_with_the_last_signal(place: Place, store: Store, make: Maker) -> None:
    for source in ("a", "b"):
        store.do(make.accept(source))
    store.do(make.change(outbox.WITHDRAW, "a"))
    assert len(place.rows("SELECT * FROM subject_lookup")) == 1
    store.do(make.change(outbox.WITHDRAW, "b"))
    assert place.rows("SELECT * FROM subject_lookup") == []


def test_a_signal_that_comes_while_the_last_one_goes_keeps_its_person(place: Place, store: Store, make: Maker) -> None:
    stores = (store, place.store())
    with ThreadPoolExecutor(8) as pool:
        for turn in range(15):
            store.do(make.accept(f"old-{turn}", bsn=BSNS[turn]))
            work = [(stores[0], make.change(outbox.WITHDRAW, f"old-{turn}"))]
            work += [(stores[1], make.accept(f"new-{turn}", bsn=BSNS[turn]))]
            assert all(answer.fresh for answer in pool.map(lambda item: item[0].do(item[1]), work))
    kept = place.rows("SELECT s.id FROM signals s JOIN subject_lookup l USING (bucket, subject_id)")
    assert len(kept) == 15


def test_a_crash_before_the_keys_went_is_swept(place: Place, store: Store, make: Maker, monkeypatch: Any) -> None:
    store.do(make.accept("a"))
    store.do(make.accept("b"))

    def crash(_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(store._keys, "destroy", crash)
        assert store.do(make.change(outbox.WITHDRAW, "a")).fresh
        assert len(place.rows("SELECT * FROM data_keys", keys=True)) == 2
        assert store.sweep() == 0
    place.close(store)
    again = place.store()
    assert len(place.rows("SELECT * FROM data_keys", keys=True)) == 1
    assert again.sweep() == 0
    assert again.do(make.accept("a")) == Gone()
    assert again.do(make.accept("b")).fresh is False


@pytest.mark.parametrize("sent", [False, True])
def test_a_withdrawal_takes_back_what_was_certainly_not_sent(
    place: Place, store: Store, make: Maker, sent: bool
) -> None:
    unit = make.accept()
    store.do(unit)
    if sent:
        [job] = claim(store)
        assert store.do(Freeze(job, b"body"))
    answer = store.do(make.change(outbox.WITHDRAW))
    assert (answer.message_id is not None) is sent
    standing = store.read.standing(unit.signal.signaal_id, NOW)
    assert (standing.bezorging is Bezorging.NIET_VERZONDEN) is not sent
    if sent:
        assert claim(store) == [], "the withdrawal waits for what is underway"
        assert store.do(settled(job, State.UNKNOWN))
        [job] = claim(store)
        assert (job.kind, job.state, job.signal) == (outbox.REGISTER, State.UNKNOWN, None)
        assert store.do(settled(job, State.WAITING)), "the index does not have it"
        assert [row.state for row in place.rows("SELECT state FROM outbox WHERE kind <> 'poll'")] == ["cancelled"] * 2


@SQLITE_ONLY
def test_a_destroyed_signal_does_not_stay_locked_in_a_readers_log(place: Place, store: Store, make: Maker) -> None:
    """The key is gone only when the log could be emptied; until then the sweep comes back."""
    store.do(make.accept())
    reader = sqlite3.connect(place.directory / "keys.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM data_keys").fetchall()
    with store._keys._writes.connect() as connection:
        connection.connection.cursor().execute("PRAGMA busy_timeout = 50")
    done = threading.Event()
    store.submit(make.change(outbox.WITHDRAW)).add_done_callback(lambda _: done.set())
    assert done.wait(20)
    assert store.sweep() == 0
    reader.close()
    assert store.sweep() == 1
