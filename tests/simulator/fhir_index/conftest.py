from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.server import Simulator
from tests.simulator.conftest import LEGAL
from tests.simulator.fhir_index.gateway import ABLE, Gateway


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, capabilities=ABLE, dialect=FhirDialect()
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Callable[[str], Gateway]:
    return lambda name: Gateway(index.url, name)


@pytest.fixture
def noord(connect: Callable[[str], Gateway]) -> Gateway:
    return connect("noord")


@pytest.fixture
def zuid(connect: Callable[[str], Gateway]) -> Gateway:
    return connect("zuid")
