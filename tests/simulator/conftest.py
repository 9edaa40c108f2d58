import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.simulator.server import Simulator

from .lines import lines
from .wire import Sender

LEGAL = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(directory=tmp_path / "index", clock=lambda: LEGAL) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Iterator[Callable[..., Sender]]:
    yield from lines(partial(Sender, index.url))


@pytest.fixture
def gateway(connect: Callable[..., Sender]) -> Sender:
    return connect()
