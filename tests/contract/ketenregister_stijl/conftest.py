"""The adapter that every one of these tests asks."""

import pytest

from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from tests.contract.ketenregister_stijl.said import DECLARED, RECEIVER, SENDER
from tests.contract.orders import MOMENT


@pytest.fixture(scope="module")
def index() -> KetenregisterStijl:
    return KetenregisterStijl(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: MOMENT)
