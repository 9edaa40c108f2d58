import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.clock import Clock
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.conftest import opened
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, CHILDREN, DOCTOR, World


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


@pytest.fixture
def apart(tmp_path: Path, empty_store: Path, ring: KeyRing) -> Iterator[Callable[[str], World]]:
    """Makes worlds that have nothing in common, by their names."""
    worlds: list[World] = []

    def make(name: str) -> World:
        shutil.copytree(empty_store, tmp_path / name)
        worlds.append(World(lambda clock: opened(tmp_path / name, ring, clock), tmp_path / f"{name}-indexes"))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()
