from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from gateway.simulator.waakvlam_dialect import WaakvlamDialect
from tests.simulator.conftest import LEGAL
from tests.simulator.lines import lines
from tests.simulator.waakvlam.wire import Connect, Loket

ABLE = SPOKEN["waakvlam"].capabilities


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, dialect=WaakvlamDialect(), capabilities=ABLE
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Iterator[Connect]:
    yield from lines(partial(Loket, index.url))


@pytest.fixture
def gateway(connect: Connect) -> Loket:
    return connect()
