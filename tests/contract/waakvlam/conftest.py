"""The adapter that every one of these tests asks: a new one each time, for it keeps a ticket."""

import pytest

from gateway.adapters.indexes.waakvlam import Waakvlam
from tests.contract.waakvlam.said import made


@pytest.fixture
def index() -> Waakvlam:
    return made()
