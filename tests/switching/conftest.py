from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.clock import Clock
from gateway.store.store import Store
from tests.spec.people import SCHOOL
from tests.switching.world import CARE, CHILDREN, DOCTOR, World


@pytest.fixture
def world(new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    """Six signals on four children, with a foreign one; all is settled."""
    world = World(new_store, tmp_path)
    one, two, three, four = CHILDREN
    for who, own, child in (
        (SCHOOL, "s-1", one), (CARE, "c-1", one), (SCHOOL, "s-2", two), (DOCTOR, "d-2", two), (SCHOOL, "s-3", three),
        (CARE, "c-4", four),
    ):  # fmt: skip
        world.give(who, own, child)
    world.foreign(world.old, four)
    world.settle()
    return world
