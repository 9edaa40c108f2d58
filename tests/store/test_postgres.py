"""What only a server can do to a store: end connections at the worst moment, go away, come back."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from gateway.errors import Unavailable
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.work import Stored
from tests.e2e.postgres import Postgres

from .conftest import Place
from .material import INDEX, NOW, Maker, claim, settled

pytestmark = pytest.mark.verify


@pytest.fixture(params=["postgresql"])
def place(postgres: Postgres, ring: KeyRing, tmp_path: Any) -> Any:
    made = Place(postgres.database(), postgres.database(), ring, tmp_path)
    yield made
    made.close()


def at_commit(store: Store, act: Callable[[Any], None], times: int = 1) -> list[int]:
    """Just before its next commits, `act` gets the driver's connection."""
    acted: list[int] = []

    def hear(connection: sa.Connection) -> None:
        if len(acted) < times:
            acted.append(1)
            act(connection.connection.driver_connection)

    sa.event.listen(store._writes, "commit", hear)
    return acted


def once(place: Place) -> None:
    for table in ("signals", "operations"):
        assert place.rows(f"SELECT count(*) FROM {table}") == [(1,)]
    assert place.rows("SELECT count(*) FROM outbox WHERE kind = 'register'") == [(1,)]
    assert len(place.rows("SELECT * FROM data_keys", keys=True)) == 1


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_the_server_asks_to_try_again(place: Place, store: Store, make: Maker, code: str) -> None:
    place.rows("CREATE SEQUENCE looked")
    place.rows(
        "CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('looked') <= 2 THEN"
        f" RAISE EXCEPTION 'again' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$"
    )
    place.rows("CREATE TRIGGER again BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION again()")
    unit = make.accept()
    assert store.do(unit).fresh
    assert store.do(make.accept()).receipt == unit.receipt
    once(place)


def test_a_real_deadlock_is_tried_again(place: Place, store: Store, make: Maker) -> None:
    store.do(make.accept("a"))
    store.do(make.accept("b"))
    url = place.engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    ready, go = threading.Event(), threading.Event()

    def other() -> None:
        with contextlib.suppress(psycopg.errors.DeadlockDetected), psycopg.connect(url) as connection:
            connection.execute("SELECT 1 FROM destinations FOR UPDATE")
            ready.set()
            go.wait(20)
            connection.execute("SELECT 1 FROM outbox FOR UPDATE")

    jobs = claim(store)
    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(20)
    futures = [store.submit(settled(job, healthy=False)) for job in jobs]
    time.sleep(0.3)
    go.set()
    assert all(future.result(20) for future in futures)
    thread.join()
    assert place.rows(f"SELECT faults FROM destinations WHERE id = '{INDEX}'") == [(2,)]


def test_a_connection_that_ends_before_the_commit(place: Place, store: Store, make: Maker, postgres: Postgres) -> None:
    def end(connection: Any) -> None:
        postgres.run("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)

    acted = at_commit(store, end)
    unit = make.accept()
    assert store.do(unit) == Stored(unit.receipt, unit.message_id, fresh=True)
    assert acted
    once(place)


def test_connections_that_keep_ending_are_unavailable(
    place: Place, store: Store, make: Maker, postgres: Postgres
) -> None:
    def end(connection: Any) -> None:
        postgres.run("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)

    at_commit(store, end, times=4)
    with pytest.raises(Unavailable):
        store.do(make.accept())
    assert place.rows("SELECT count(*) FROM signals") == [(0,)]
    assert store.do(make.accept()).fresh, "the sender tries again"


def test_a_commit_whose_answer_is_lost(place: Place, store: Store, make: Maker, monkeypatch: Any) -> None:
    commit = store._writes.dialect.do_commit
    lost: list[int] = []

    def lose(connection: Any) -> None:
        commit(connection)
        if not lost:
            lost.append(1)
            connection.driver_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(store._writes.dialect, "do_commit", lose)
    unit = make.accept()
    answer = store.do(unit)
    assert lost
    assert answer == Stored(unit.receipt, None, fresh=False)
    assert store.read.signal(unit.signal.signaal_id) == unit.signal
    once(place)


def test_a_commit_that_goes_on_after_the_connection_was_lost(place: Place, store: Store, make: Maker) -> None:
    """The retry meets its own first attempt, still committing: it must not take the key away from it."""
    place.rows(
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$"
    )
    place.rows(
        "CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON operations DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION slowly()"
    )

    def cut(connection: Any) -> None:
        line = socket.socket(fileno=os.dup(connection.fileno()))
        timer = threading.Timer(0.4, lambda: (line.shutdown(socket.SHUT_RDWR), line.close()))
        timer.start()

    acted = at_commit(store, cut)
    unit = make.accept()
    answer = store.do(unit)
    assert acted
    assert answer == Stored(unit.receipt, None, fresh=False)
    assert store.do(make.accept()).receipt == unit.receipt
    assert store.read.signal(unit.signal.signaal_id) == unit.signal
    once(place)


def test_a_store_goes_on_when_the_server_comes_back(
    place: Place, store: Store, make: Maker, postgres: Postgres
) -> None:
    unit = make.accept()
    store.do(unit)
    postgres.stop()
    with pytest.raises(Unavailable):
        store.do(make.accept("b"))
    with pytest.raises(sa.exc.OperationalError):
        store.read.standing(unit.signal.signaal_id, NOW)
    postgres.start()
    assert store.do(make.accept("b")).fresh
    assert store.read.standing(unit.signal.signaal_id, NOW)
    assert len(claim(store)) == 2
    assert store.turn((-1, "")) is not None
    postgres.restart()
    assert store.do(make.accept("c")).fresh, "a short absence is not even noticed"


def test_who_vanishes_with_a_lock_holds_it_for_seconds(place: Place, store: Store, make: Maker) -> None:
    store.do(make.accept())
    [job] = claim(store)
    with place.engine().connect() as other:
        other.execute(sa.text("SELECT * FROM destinations FOR UPDATE"))
        with store._writes.begin() as connection:
            assert connection.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar() == "30s"
            connection.execute(sa.text("SET lock_timeout = '200ms'"))
        future = store.submit(settled(job, healthy=False))
        with pytest.raises(TimeoutError):
            future.result(1)
        other.rollback()
        assert future.result(20) is True
