"""An index that leads no more is emptied, and that is seen."""

import pytest

from gateway.errors import Misconfigured
from gateway.flow.switching import Turned
from gateway.rules.switching import State
from gateway.simulator.engine import Engine
from gateway.simulator.faults import Fault, Fired, Rule
from gateway.simulator.replies import Refused, Registered
from gateway.simulator.values import Register
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


def test_a_move_that_was_only_planned_is_dropped(world: World) -> None:
    switch = world.open()
    assert world.switching.retire(switch) == {}
    assert world.again(switch).state == State.STOPPED
    assert world.open().id != switch.id, "and another may begin"


def test_without_two_indexes_there_is_nothing_to_compare(world: World) -> None:
    switch = world.open()
    for state in (State.PLANNED, State.STOPPED):
        with pytest.raises(Misconfigured, match=f"'{state}'; there are no two indexes"):
            world.switching.reconcile(world.again(switch))
        if state == State.PLANNED:
            world.switching.retire(switch)


def test_what_an_index_told_is_taken_away_with_it(world: World) -> None:
    """Also where it says nothing any more of a match that it alone knew."""
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(CARE)
    assert world.rows("mirrored") > 0
    world.old.script.replace([Rule(operation="matchesOpvragen", fault=Fault.DROP_BEFORE, times=1000)])
    world.switching.retire(world.again(switch), anyway=True)
    assert (world.again(switch).state, world.rows("mirrored"), world.rows("copies")) == (State.DONE, 0, 0)
    world.old.script.replace([])
    lapsed = [one for one, was in zip(world.matches(CARE), before, strict=True) if one != was]
    assert [(kind, status) for _, kind, status, _ in lapsed] == [("CLIENTMATCH", "VERVALLEN")]


def test_a_paused_end_goes_on_later(world: World) -> None:
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    world.old.away = True
    world.meanwhile.append(lambda: world.switching.pause(switch, paused=True))
    assert world.switching.retire(world.again(switch), anyway=True).keys() != {"weg"}
    assert world.again(switch).state == State.LEAVING
    world.meanwhile.clear()
    world.old.away = False
    world.switching.pause(switch, paused=False)
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}


def test_a_move_to_an_index_that_was_emptied_brings_everything_there_again(world: World) -> None:
    switch = world.shadow()
    assert world.switching.cutover(switch) == Turned(6, 0)
    world.settle()
    assert world.switching.rollback(world.again(switch)) == Turned(6, 0)
    world.settle()
    before = {who: world.matches(who) for who in EVERYBODY}
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}
    again = world.shadow()
    assert {world.new.living(one) for one in world.given.values()} == {("ACTIEF stil",)}
    with pytest.raises(Misconfigured, match="'nieuw' destroyed 6 of these signals before"):
        world.switching.cutover(again)
    assert world.switching.reconcile(again).found == {"gelijk": 6}
    assert world.switching.cutover(again) == Turned(6, 0)
    world.settle()
    assert {world.new.living(one) for one in world.given.values()} == {("ACTIEF",)}
    assert {who: world.matches(who) for who in EVERYBODY} == before
    world.ask(CARE, "signaalIntrekken", "c-1")
    world.settle()
    for index in (world.old, world.new):
        assert index.living(world.given[CARE, "c-1"]) == ()


def test_an_index_that_keeps_the_numbers_it_destroyed_is_not_turned_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a second registration for a late copy of the first: it says yes, and makes nothing."""
    world.switching.retire(world.shadow())
    make = Engine._register

    def once(self: Engine, sender: str, wanted: Register, fired: Fired) -> tuple[Registered | Refused, tuple[int, ...]]:
        return make(self, sender, wanted.model_copy(update={"once": True}), fired)

    monkeypatch.setattr(Engine, "_register", once)
    again = world.shadow()
    assert world.switching.reconcile(again).found == {"ontbreekt": 6}
    assert world.switching.cutover(again) == Turned(0, 6)
    assert {tuple(world.old.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert world.switching.rollback(world.again(again)) == Turned(0, 0)
