from collections.abc import Callable, Iterator

import pytest

from gateway.clock import Clock
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.conftest import opened
from tests.spec.office import Office


@pytest.fixture
def office(new_store: Callable[[Clock], Store]) -> Office:
    """A gateway of the test's own."""
    return Office(new_store)


@pytest.fixture(scope="session")
def one_office(tmp_path_factory: pytest.TempPathFactory, ring: KeyRing) -> Iterator[Office]:
    """One gateway for many cases, each of which stores nothing or has a source system of its own."""
    office = Office(lambda clock: opened(tmp_path_factory.mktemp("cases"), ring, clock))
    yield office
    office.store.close()
