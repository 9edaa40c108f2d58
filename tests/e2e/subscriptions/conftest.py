from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.receiver import serving
from tests.e2e.subscriber import Subscriber
from tests.e2e.subscriptions.place import Place, running


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving(Subscriber()) as service, running(tmp_path, service.server_port) as (url, house):
        yield Place(url, house, service)
