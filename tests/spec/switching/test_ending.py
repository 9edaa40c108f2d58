"""An index that leads no more is emptied, and that is seen."""

import pytest

from gateway.errors import Misconfigured
from gateway.rules.switching import State
from tests.spec.switching.world import CARE, CHILDREN, EVERYBODY, World


def test_an_index_that_alone_knows_a_match_is_not_retired_unless_it_may_be_lost(world: World) -> None:
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    with pytest.raises(Misconfigured, match="1 matches are known at 'kaal' alone"):
        world.switching.retire(world.again(switch))
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}


def test_a_retired_index_holds_nothing_any_more(world: World) -> None:
    world.foreign(world.new, CHILDREN[3])
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = {who: world.matches(who) for who in EVERYBODY}
    assert world.switching.retire(world.again(switch)) == {"weg": 6}
    assert {tuple(world.old.holds(one)) for one in world.given.values()} == {("VERNIETIGD stil",)}
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert {who: world.matches(who) for who in EVERYBODY} == before
    assert world.again(switch).state == State.DONE
    fresh = world.give(CARE, "c-6", CHILDREN[2])
    world.settle()
    assert (world.old.holds(fresh), world.new.holds(fresh)) == ([], ["ACTIEF"])
