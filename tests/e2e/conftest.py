"""The door of a whole gateway that strangers, broken clients and enemies come to, and who speaks to other gateways."""

from collections.abc import Iterator

import pytest

from gateway.cli.sandbox import Sandbox, sandbox
from gateway.cli.watching import Watched
from tests.e2e.talk import CARE, SCHOOL, Sender
from tests.hostile.corpus import NOW


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("hostile"), clock=NOW, wait_seconds=0) as running:
        yield running


@pytest.fixture
def untouched(door: Sandbox) -> Iterator[Sandbox]:
    """The gateway; the test may leave nothing in it, and it still serves."""
    before = door.house.store.read.tally()
    yield door
    assert door.house.store.read.tally() == before
    with Sender(door.gateway) as sender:
        assert sender.say("capaciteiten").status == 200


@pytest.fixture
def watched() -> Watched:
    """What an index was sent."""
    return Watched()


@pytest.fixture
def school(place: Sandbox) -> Iterator[Sender]:
    """A school at the gateway that a file of tests calls its place."""
    with Sender(place.gateway, SCHOOL) as sender:
        yield sender


@pytest.fixture
def care(place: Sandbox) -> Iterator[Sender]:
    """Youth care at the same."""
    with Sender(place.gateway, CARE) as sender:
        yield sender
