"""The steps of a move: in their order, on a ground, stopped and gone on with."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest

from gateway.errors import Misconfigured
from gateway.flow.switching import Switching, Turned
from gateway.flow.waiting import Progress
from gateway.rules.switching import State
from gateway.store.work import Copy, Scope, Step, Unit
from tests.spec.people import SCHOOL, STRICT
from tests.spec.switching.world import CHILDREN, NEW, OLD, World


def test_without_a_basis_that_holds_nothing_goes_out(world: World) -> None:
    with pytest.raises(Misconfigured, match="basis"):
        world.switching.open(Scope(STRICT), OLD, NEW, basis=" ", basis_on=world.clock().date())
    switch = world.switching.open(Scope(STRICT), OLD, NEW, basis="besluit", basis_on=dt.date(2027, 1, 1))
    with pytest.raises(Misconfigured, match="2027-01-01"):
        world.switching.start(switch)
    with pytest.raises(Misconfigured, match="2027-01-01"):
        world.switching.cutover(switch, direct=True)
    assert world.new.sent == ["matchesOpvragen"] * len(world.new.sent)


def test_one_region_moves_once_at_a_time(world: World) -> None:
    world.open()
    with pytest.raises(Misconfigured, match="moving already"):
        world.open()


def test_a_move_that_is_paused_goes_on_where_it_was(world: World) -> None:
    switch = world.open()
    world.switching.pause(switch, paused=True)
    assert not world.switching.start(switch)
    world.switching.pause(switch, paused=False)
    assert world.switching.start(switch)


def test_a_move_is_only_to_another_index_and_by_its_own_steps(world: World) -> None:
    with pytest.raises(Misconfigured, match="already"):
        world.switching.open(Scope(STRICT), OLD, OLD, basis="besluit", basis_on=world.clock().date())
    switch = world.open()
    with pytest.raises(Misconfigured, match="cut over from the shadow"):
        world.switching.cutover(switch)
    with pytest.raises(Misconfigured, match="does not follow"):
        world.switching.rollback(switch)
    with pytest.raises(Misconfigured, match="no move has this id"):
        world.switching.find(uuid4())


def test_two_who_move_it_at_once_do_not_both(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = world.open()
    monkeypatch.setattr(world.switching, "find", lambda _: replace(switch, state=State.SHADOW))
    with pytest.raises(Misconfigured, match="somebody else"):
        world.switching.cutover(replace(switch, state=State.SHADOW))


def test_a_move_paused_while_the_new_index_answers_goes_on_later(world: World) -> None:
    switch = world.open()
    world.new.away = True
    world.meanwhile.append(lambda: world.switching.pause(switch, paused=True))
    assert not world.switching.start(switch)
    world.meanwhile.clear()
    world.new.away = False
    world.switching.pause(switch, paused=False)
    assert world.switching.start(switch)


def test_a_paused_turn_says_so_and_goes_on_later(world: World) -> None:
    switch = world.shadow()
    world.give(SCHOOL, "s-9", CHILDREN[1])
    world.new.away = True
    world.meanwhile.append(lambda: world.switching.pause(switch, paused=True))
    turned = world.switching.cutover(switch)
    assert (turned.many, turned.left, turned.paused) == (0, 7, True)
    world.meanwhile.clear()
    world.new.away = False
    world.switching.pause(switch, paused=False)
    assert world.switching.cutover(world.again(switch)) == Turned(7, 0)


def test_a_step_ends_where_another_step_was_taken_meanwhile(world: World) -> None:
    switch = world.open()
    real, ended = world.store.do, []

    def leaving(unit: Unit) -> object:
        """Somebody has it destroyed at the new index, at another terminal, when the first signals are brought."""
        if isinstance(unit, Copy) and not ended:
            ended.append(unit)
            assert real(Step(switch.id, State.COPYING, State.LEAVING, world.clock(), OLD, False, ""))
        return real(unit)

    world.store.do = leaving  # type: ignore[method-assign, assignment]
    with pytest.raises(Misconfigured, match="somebody else"):
        world.switching.start(switch)
    world.settle()
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {()}


def test_a_rate_is_kept(world: World) -> None:
    told: list[Progress] = []
    slow = Switching(world.store, world.clock, world.able.__getitem__, told.append, world._rest)
    assert slow.start(world.open(), rate=4.0)
    assert told[-1].left >= 0 and told[0].of == 6


def test_nobody_need_hear_how_far_it_is(world: World) -> None:
    quiet = Switching(world.store, world.clock, world.able.__getitem__, rest=world._rest)
    assert quiet.start(world.open())
    assert Progress("x", 0, 10, 0.0).left == 0.0
