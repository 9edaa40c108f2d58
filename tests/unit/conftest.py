from collections.abc import Callable

import pytest

from gateway.clock import Clock
from gateway.store.store import Store
from tests.spec.office import Office


@pytest.fixture
def office(new_store: Callable[[Clock], Store]) -> Office:
    """A gateway of the test's own."""
    return Office(new_store)
