"""What every test may use: one key ring, a store of its own on SQLite, and hypothesis without a stopwatch."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from gateway.clock import Clock
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.spec.people import NOW

ASKED = "EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
"""How many examples of a property: few at the desk, and each time the same, so that a commit has one verdict. Where
there is time `make verify` asks for many, and others each time.
"""

settings.register_profile("gateway", deadline=None, max_examples=EXAMPLES, derandomize=not ASKED, database=None)
settings.load_profile("gateway")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files anew")


CORE = {Path(__file__).parent / name for name in ("spec", "unit")}
UNTRACED = ("fhir", "json")
"""Formats in which the same cases cover nothing more of the core than in the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What covers the core is run traced; the rest is not, for that takes long."""
    for item in items:
        spec = getattr(item, "callspec", None)
        if CORE & {*item.path.parents} and not any(form in UNTRACED for form in (spec.params.values() if spec else ())):
            item.add_marker("core")


FILES = ("gateway.db", "keys.db")


def opened(directory: Path, ring: KeyRing, clock: Clock) -> Store:
    main, keys = (f"sqlite:///{directory / name}" for name in FILES)
    return Store(main, keys_url=keys, ring=ring, clock=clock)


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.create(tmp_path_factory.mktemp("ring") / "keyring.json")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory, ring: KeyRing) -> Path:
    """An empty store, migrated once; tests get copies."""
    directory = tmp_path_factory.mktemp("empty")
    opened(directory, ring, lambda: NOW).close()
    return directory


@pytest.fixture
def new_store(tmp_path: Path, empty_store: Path, ring: KeyRing) -> Iterator[Callable[[Clock], Store]]:
    """Opens the test's own store with a legal clock; closed when the test ends."""
    for name in FILES:
        shutil.copy(empty_store / name, tmp_path / name)
    stores: list[Store] = []

    def make(clock: Clock) -> Store:
        stores.append(opened(tmp_path, ring, clock))
        return stores[-1]

    yield make
    for store in stores:
        store.close()
