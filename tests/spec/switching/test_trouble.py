"""Lines that break, answers that get lost, steps that are asked twice: a move comes to the same end."""

from collections.abc import Callable, Iterator

import pytest

from gateway.rules.switching import State
from gateway.simulator.faults import Fault, Rule
from gateway.store.work import Switch
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, CHILDREN, DOCTOR, EVERYBODY, World

Step = Callable[[Switch], object]


def life(world: World) -> Iterator[None]:
    """What senders do meanwhile, a bit at a time: signals come, change, end and are withdrawn."""
    one, two, three, four = CHILDREN
    world.give(SCHOOL, "s-1", one)
    world.give(CARE, "c-1", one)
    world.give(SCHOOL, "s-2", two)
    world.give(DOCTOR, "d-3", three)
    world.foreign(world.old, three)
    yield
    world.give(CARE, "c-2", two)
    world.ask(SCHOOL, "signaalBeeindigen", "s-1", datum_einde="2026-11-21")
    yield
    world.give(DOCTOR, "d-4", four)
    world.ask(CARE, "signaalIntrekken", "c-1")
    yield
    world.give(SCHOOL, "s-4", four)
    world.give(CARE, "c-3", three)
    yield
    world.ask(DOCTOR, "signaalIntrekken", "d-4")
    world.give(SCHOOL, "s-5", one)


def steps(world: World, until: str) -> Iterator[Step]:
    """The steps of a move up to a state."""
    able = world.switching
    for name, step in (
        (State.COPYING, able.start), (State.SHADOW, able.reconcile), (State.TURNED, able.cutover),
        (State.BACK, able.rollback),
    ):  # fmt: skip
        yield step
        if name == until:
            return


def remembered(world: World) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the old index holds under each own id, whoever leads."""
    return {key: tuple(one.split()[0] for one in world.old.holds(identity)) for key, identity in world.given.items()}


def told(world: World) -> dict[str, list[tuple[str, str, int]]]:
    """What each organisation is told of its matches, but for their ids."""
    return {who: sorted(rest for _, *rest in world.matches(who)) for who in EVERYBODY}  # type: ignore[misc,type-var]


@pytest.mark.parametrize("until", [State.COPYING, State.SHADOW, State.TURNED, State.BACK])
def test_after_a_rollback_from_any_state_the_old_index_is_what_it_would_have_been(
    apart: Callable[[str], World], until: str
) -> None:
    moved, left = worlds = [apart("moved"), apart("left")]
    lives = [life(world) for world in worlds]

    def on() -> None:
        for world, going in zip(worlds, lives, strict=True):
            next(going, None)
            world.settle()

    on()
    switch = moved.open()
    for step in steps(moved, until):
        step(moved.again(switch))
        on()
    if moved.again(switch).leads == moved.again(switch).new:
        moved.switching.rollback(moved.again(switch))
    for _ in range(5):
        on()
    assert remembered(moved) == remembered(left)
    assert told(moved) == told(left)
    leads = {tuple(moved.old.holds(one)) for one in moved.given.values()}
    assert leads == {("ACTIEF",), ("ARCHIEF",), ("VERNIETIGD",)}, "nothing is held in silence there"
    moved.switching.retire(moved.again(switch), anyway=True)
    moved.settle()
    assert {tuple(moved.new.holds(one)) for one in moved.given.values()} <= {("VERNIETIGD stil",), ("VERNIETIGD",), ()}
    assert remembered(moved) == remembered(left)
    assert told(moved) == told(left)


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("which", ["old", "new"])
def test_a_line_that_breaks_at_any_step_delays_and_changes_nothing(world: World, which: str, at: int) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    index = world.old if which == "old" else world.new
    switch = world.open()
    able = world.switching
    for number, step in enumerate((able.start, able.reconcile, able.cutover, able.rollback, able.cutover)):
        if number == at:
            index.away = True
            world.meanwhile[:] = [lambda: setattr(index, "away", world.moments < 3)]
            world.moments = 0
        step(world.again(switch))
        index.away = False
        world.settle()
        assert {who: world.matches(who) for who in EVERYBODY} == before, number
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert {tuple(world.old.holds(one)) for one in world.given.values()} == {("ACTIEF stil",)}
    assert able.reconcile(world.again(switch)).found == {"gelijk": 6}


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.SERVER_ERROR])
@pytest.mark.parametrize("operation", ["signaalAfgeven", "leidendZetten", "signaalOpvragen", "signaalIntrekken"])
def test_an_answer_that_is_lost_is_found_out(world: World, operation: str, fault: Fault) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    for index in (world.old, world.new):
        index.script.replace([Rule(operation=operation, fault=fault, times=3)])
    switch = world.shadow()
    assert world.switching.reconcile(switch).found == {"gelijk": 6}
    world.switching.cutover(world.again(switch))
    world.settle()
    assert {who: world.matches(who) for who in EVERYBODY} == before
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}


def test_every_step_may_be_asked_again(world: World) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    switch = world.open()
    able = world.switching
    for step in (able.start, able.reconcile, able.cutover, able.rollback, able.cutover):
        for _ in range(3):
            step(world.again(switch))
        world.settle()
        assert {who: world.matches(who) for who in EVERYBODY} == before
    for _ in range(3):
        able.retire(world.again(switch), anyway=True) if world.again(switch).state != State.DONE else None
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
