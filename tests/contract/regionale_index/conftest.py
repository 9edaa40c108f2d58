"""The adapter that every one of these tests asks."""

import pytest

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from tests.contract.orders import MOMENT
from tests.contract.regionale_index.said import DECLARED, RECEIVER, SENDER


@pytest.fixture(scope="module")
def index() -> RegionaleIndex:
    return RegionaleIndex(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: MOMENT)
