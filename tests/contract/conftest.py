from collections.abc import Iterator

import pytest

from gateway.wire.http import HttpTransport


@pytest.fixture
def http() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()
