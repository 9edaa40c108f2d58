from collections.abc import Callable
from typing import Any

import pytest

from gateway.canonical.order import Done, Outcome
from gateway.clock import Clock
from gateway.store.store import Store
from tests.spec.office import Office
from tests.unit.desk import Desk, Make


@pytest.fixture
def office(new_store: Callable[[Clock], Store]) -> Office:
    """A gateway of the test's own."""
    return Office(new_store)


@pytest.fixture
def desk(office: Office) -> Make:
    """Makes a desk of that gateway, with receivers by script."""

    def make(*script: Outcome, **more: Any) -> Desk:
        return Desk(office, *(script or (Done(),)), **more)

    return make
