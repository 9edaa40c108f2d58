"""A house in production, with its edge: two partners, a supplier with a mandate for both, a school for itself."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.config import check
from gateway.store.keyring import KeyRing
from tests.web.certificates import SCHOOL, SUPPLIER
from tests.web.edge import Edge

PROXY = "10.0.0.5"
METRICS = "cijfers"


def configuration(directory: Path) -> dict[str, Any]:
    partners = [
        {"id": "school", "name": "School", "category": "onderwijs", "may_know_bsn": True},
        {"id": "opvang", "name": "Opvang", "category": "onderwijs", "may_know_bsn": False},
    ]
    return {
        "store": {
            "url": f"sqlite:///{directory / 'gateway.db'}",
            "keys": f"sqlite:///{directory / 'keys.db'}",
            "keyring": str(directory / "keyring.json"),
        },
        "http": {"trusted_proxies": [PROXY], "metrics_token": METRICS},
        "partners": [{**partner, "regions": ["noord"], "wait_seconds": 0} for partner in partners],
        "certificates": [
            {"oin": SUPPLIER, "acts_for": ["school", "opvang"]},
            {"oin": SCHOOL, "acts_for": ["school"]},
        ],
        "indexes": {"noord": {"url": "http://127.0.0.1:9/soap", "sender": "s", "receiver": "r"}},
        "regions": {"noord": {"pack": "landelijk-strikt", "index": "noord"}},
    }


@pytest.fixture
def open_edge(tmp_path: Path) -> Iterator[Callable[..., Edge]]:
    """Opens an edge; keyword arguments change the configuration's `http`. Closed when the test ends."""
    with ExitStack() as stack:

        def make(**http: Any) -> Edge:
            KeyRing.create(tmp_path / "keyring.json")
            config = configuration(tmp_path)
            config["http"] |= http
            house = compose.house(check(config, source="test"))
            stack.callback(house.close)
            return Edge(house, stack.enter_context(asyncio.Runner()))

        yield make


@pytest.fixture
def edge(open_edge: Callable[..., Edge]) -> Edge:
    return open_edge()
