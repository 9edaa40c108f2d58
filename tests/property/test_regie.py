"""Whatever two sides do, here and in the index's own web application, and however messages get lost: one regie.

No moment shows two who have it; once all has been told, everybody shows what the index says.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.canonical.receipt import OneMatch
from gateway.canonical.regie import Regiehandeling, Wie
from gateway.canonical.tenant import GATEWAY
from gateway.clock import Clock
from gateway.rules.regie import Positie, follow
from gateway.store.store import Store
from tests.conftest import EXAMPLES
from tests.regie_world import CARE, World
from tests.spec.people import SCHOOL

MOVES = st.sampled_from(list(Regiehandeling))
STEP = st.one_of(
    st.tuples(st.sampled_from(["fits", "asks", "stale", "hand"]), st.integers(0, 1), MOVES),
    st.tuples(st.sampled_from(["carry", "poll", "lost", "late", "dies"]), st.integers(0, 1), st.none()),
)


class Life:
    """One match, and what is done with it."""

    def __init__(self, world: World, sides: tuple[str, str]) -> None:
        self.world, self.sides, self.asked = world, sides, 0

    def step(self, kind: str, side: int, move: Regiehandeling | None) -> None:
        world, who = self.world, self.sides[side]
        here = who if who in world.sides else SCHOOL
        match kind, move:
            case "fits", Regiehandeling():
                self.asked += isinstance(world.ask(here, self.fitting(here, move)), OneMatch)
            case "asks", Regiehandeling():
                self.asked += isinstance(world.ask(here, move), OneMatch)
            case "stale", Regiehandeling():
                world.ask(here, move, "r0")
            case "hand", Regiehandeling():
                world.by_hand(who, move)
            case "carry", _:
                world.carry(here)
            case "poll", _:
                world.carry(GATEWAY)
            case "lost", _:
                world.break_off("regieVastleggen", after=False)
            case "late", _:
                world.break_off("regieVastleggen", after=True)
            case "dies", _:
                world.die(here, "after")
        self.check()

    def fitting(self, who: str, move: Regiehandeling) -> Regiehandeling:
        """Something that may be done from here, where there is anything."""
        seen = self.world.seen(who)
        positie = Positie.of(seen.wie, offered=seen.aangeboden)
        known = [one for one in Regiehandeling if follow(positie, one)] or [move]
        return known[list(Regiehandeling).index(move) % len(known)]

    def check(self) -> None:
        views = [self.world.seen(who) for who in self.world.sides]
        assert [view.wie for view in views].count(Wie.IK) <= 1
        assert len({view.stand for view in views}) == 1, "both sides see the same row"
        if len(views) == 2:
            assert {view.wie for view in views} in ({Wie.GEEN}, {Wie.IK, Wie.ANDER})


@pytest.mark.parametrize("foreign", [False, True], ids=["both-here", "one-here"])
def test_every_life_of_the_regie_ends_as_the_index_has_it(
    new_store: Callable[[Clock], Store], tmp_path: Path, *, foreign: bool
) -> None:
    """One world for all: what a life leaves, the next begins with."""
    world = World(new_store, tmp_path / "index", foreign=foreign)
    life = Life(world, (SCHOOL, "vreemd" if foreign else CARE))

    @given(st.lists(STEP, max_size=12))
    @settings(max_examples=EXAMPLES * 2)
    def lived(steps: list[tuple[str, int, Regiehandeling | None]]) -> None:
        for step in steps:
            life.step(*step)
        world.script.replace([])
        world.settle()
        world.agrees()

    lived()
    world.close()
    assert life.asked > 0, "wishes were made at all"
