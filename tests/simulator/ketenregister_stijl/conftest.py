from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from tests.simulator.conftest import LEGAL
from tests.simulator.ketenregister_stijl.wire import Connect, Keten
from tests.simulator.lines import lines


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    spoken = SPOKEN["ketenregister_stijl"]
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, dialect=spoken.dialect(), capabilities=spoken.capabilities
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Iterator[Connect]:
    yield from lines(partial(Keten, index.url))


@pytest.fixture
def gateway(connect: Connect) -> Keten:
    return connect()
