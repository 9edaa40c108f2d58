"""Matches by family come from the national index by way of the one that leads: a move leaves their sets as they are."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from gateway.canonical.receipt import MatchPage
from gateway.clock import Clock
from gateway.store.store import Store
from tests.spec.people import SCHOOL, caller
from tests.spec.switching.world import CARE, DOCTOR, EVERYBODY, YOUNG, World

Sets = Counter[tuple[str, str, str, tuple[str, ...]]]


def families(world: World, who: str) -> Sets:
    """The active matches an organisation has: its signal, their kind, whom they name."""
    page = world.office.list("matchesOpvragen", caller(who), maximum="200")
    assert isinstance(page, MatchPage)
    return Counter(
        (str(one.signaal_id), one.soort.value, one.status.value,
         tuple(sorted(f"{it.naam} {it.instantie}" for it in one.content.betrokkenen)))
        for one in page.matches
    )  # fmt: skip


def test_the_families_of_the_published_test_persons_are_the_same_sets(
    new_store: Callable[[Clock], Store], tmp_path: Path
) -> None:
    world = World(new_store, tmp_path, family=dt.timedelta(hours=1))
    for number, child in enumerate(YOUNG):
        world.give(EVERYBODY[number % 3], f"a-{child}", child)
        if number % 5 == 0:
            world.give(EVERYBODY[(number + 1) % 3], f"b-{child}", child)
    world.settle()
    world.pass_time(hours=2)
    before = {who: families(world, who) for who in EVERYBODY}
    kinds = {kind for sets in before.values() for _, kind, _, _ in sets}
    assert kinds == {"CLIENTMATCH", "GEZINSMATCH_OUDER"}
    cursors = {who: world.page(who).cursor for who in (SCHOOL, CARE, DOCTOR)}
    switch = world.shadow()
    world.pass_time(hours=2)
    assert {who: families(world, who) for who in EVERYBODY} == before
    for turn in (world.switching.cutover, world.switching.rollback, world.switching.cutover):
        turn(world.again(switch))
        world.settle()
        world.pass_time(hours=2)
        assert {who: families(world, who) for who in EVERYBODY} == before
        assert world.store.read.moves.counted(world.again(switch)).alone == {}, "both know every match"
    assert {who: world.told(who, cursors[who])[0] for who in EVERYBODY} == {who: [] for who in EVERYBODY}
