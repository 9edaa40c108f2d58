"""One contract for the store, held against every engine: `place` is SQLite, or PostgreSQL under the marker verify."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.work import Schedule, Unit
from tests.conftest import FILES
from tests.e2e.postgres import postgres  # noqa: F401  a fixture

from .material import INDEX, NOW, Maker


class Place:
    """Two empty databases, and the stores that were opened on them."""

    def __init__(self, url: str, keys_url: str, ring: KeyRing, directory: Path) -> None:
        self.url, self.keys_url, self.ring, self.directory = url, keys_url, ring, directory
        self.now = NOW
        self._open: list[Store] = []
        self._engines: list[sa.Engine] = []

    @property
    def sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def store(self) -> Store:
        """A store on these databases, as another process would open it."""
        store = Store(self.url, keys_url=self.keys_url, ring=self.ring, clock=lambda: self.now)
        self._open.append(store)
        return store

    def close(self, *stores: Store) -> None:
        for store in stores or tuple(self._open):
            store.close()
            self._open.remove(store)
        if not stores:
            for engine in self._engines:
                engine.dispose()

    def engine(self, url: str = "") -> sa.Engine:
        """A look at the database past the store."""
        url = url or self.url
        known = sa.make_url(url)
        engine = sa.create_engine(known if self.sqlite else known.set(drivername="postgresql+psycopg"))
        self._engines.append(engine)
        return engine

    def rows(self, statement: str, *, keys: bool = False) -> list[Any]:
        with self.engine(self.keys_url if keys else self.url).begin() as connection:
            result = connection.execute(sa.text(statement))
            return list(result.all()) if result.returns_rows else []


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.verify)])
def place(request: pytest.FixtureRequest, tmp_path: Path, ring: KeyRing, empty_store: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        for name in FILES:
            shutil.copy(empty_store / name, tmp_path / name)
        made = Place(f"sqlite:///{tmp_path}/gateway.db", f"sqlite:///{tmp_path}/keys.db", ring, tmp_path)
    else:
        server = request.getfixturevalue("postgres")
        made = Place(server.database(), server.database(), ring, tmp_path)
    yield made
    made.close()


SQLITE_ONLY = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""For what is true of a file and its log only."""


@pytest.fixture
def store(place: Place) -> Store:
    """One open store, to which the index is known."""
    made = place.store()
    made.do(Schedule(INDEX, new_id(bucket_of(GATEWAY))))
    return made


@pytest.fixture
def make(ring: KeyRing) -> Maker:
    return Maker(ring)


@contextmanager
def one_batch(store: Store) -> Iterator[None]:
    """What is submitted within comes to the writer as one batch."""
    apply, entered, go = store._writer._apply, threading.Event(), threading.Event()

    def gated(connection: sa.Connection, units: list[Unit]) -> Any:
        store._writer._apply = apply
        entered.set()
        assert go.wait(20)
        return apply(connection, units)

    store._writer._apply = gated
    first = store.submit(Schedule(INDEX, new_id(bucket_of(GATEWAY))))
    assert entered.wait(20)
    yield
    go.set()
    first.result()


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The SQL that a store says to its database."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    for engine in (store._writes, store._reads):
        sa.event.listen(engine, "before_cursor_execute", hear)
    yield heard
    for engine in (store._writes, store._reads):
        sa.event.remove(engine, "before_cursor_execute", hear)
