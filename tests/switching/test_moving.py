"""The whole way of a move, and back."""

from gateway.rules.switching import State
from tests.spec.people import SCHOOL
from tests.switching.world import CARE, CHILDREN, DOCTOR, World

EVERYBODY = (SCHOOL, CARE, DOCTOR)


def test_a_move_there_and_back_changes_nothing_for_senders(world: World) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    assert {who: len(found) for who, found in before.items()} == {SCHOOL: 2, CARE: 2, DOCTOR: 1}
    cursors = {who: world.page(who).cursor for who in EVERYBODY}
    world.foreign(world.new, CHILDREN[3])
    switch = world.open()
    assert world.switching.start(switch)
    assert world.again(switch).state == State.SHADOW
    world.settle()
    assert {world.old.holds(one) == ["ACTIEF"] for one in world.given.values()} == {True}
    assert {world.new.holds(one) == ["ACTIEF stil"] for one in world.given.values()} == {True}
    found, compared = world.switching.reconcile(world.again(switch))
    assert found == {"gelijk": 6}
    assert (compared.both, compared.only_leading, compared.only_beside) == (5, [], [])
    for turn, leads, copy in (
        (world.switching.cutover, world.new, world.old),
        (world.switching.rollback, world.old, world.new),
    ):
        assert turn(world.again(switch)) == 6
        world.settle()
        assert {leads.holds(one) == ["ACTIEF"] for one in world.given.values()} == {True}
        assert {copy.holds(one) == ["ACTIEF stil"] for one in world.given.values()} == {True}
        assert {who: world.matches(who) for who in EVERYBODY} == before
        assert {who: world.told(who, cursors[who])[0] for who in EVERYBODY} == {who: [] for who in EVERYBODY}
