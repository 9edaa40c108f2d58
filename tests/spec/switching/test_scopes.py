"""Municipalities and organisations move in waves, while who gives signals in all of them notices nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.clock import Clock
from gateway.errors import Misconfigured
from gateway.store.store import Store
from gateway.store.switching.routes import leading
from gateway.store.work import Scope, Switch
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, DOCTOR, EVERYBODY, NEW, OLD, YOUNG, World

TWELVE = tuple(f"{number:04}" for number in range(1001, 1013))
WAVES = (TWELVE[:3], TWELVE[3:4], TWELVE[4:9], TWELVE[9:])


@pytest.fixture
def world(new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    """The school gives a signal in each of twelve municipalities; another organisation in most of them."""
    world = World(new_store, tmp_path)
    for number, (municipality, child) in enumerate(zip(TWELVE, YOUNG, strict=False)):
        world.give(SCHOOL, f"s-{municipality}", child, gemeente_code=municipality)
        if number % 4:
            who = (CARE, DOCTOR)[number % 2]
            world.give(who, f"o-{municipality}", child, gemeente_code=municipality)
    world.settle()
    return world


def seen(world: World) -> dict[str, object]:
    """All an organisation can ask of its signals."""
    answers: dict[str, object] = {who: world.matches(who) for who in EVERYBODY}
    own = world.own(SCHOOL)
    return answers | {"own": own, "told": {key: world.status(*key) for key in world.given}}


def test_twelve_municipalities_move_in_waves(world: World) -> None:
    before = seen(world)
    assert len(world.matches(SCHOOL)) == 9
    moved: list[str] = []
    for wave in WAVES:
        switch = world.shadow(municipalities=wave)
        assert seen(world) == before
        assert world.switching.reconcile(switch).differences == 0
        world.switching.cutover(switch)
        world.settle()
        moved += wave
        assert seen(world) == before
        leads = {own[2:]: tuple(world.new.holds(one)) for (_, own), one in world.given.items()}
        assert {code for code, held in leads.items() if held == ("ACTIEF",)} == set(moved)
        fresh = [world.give(CARE, f"f-{len(moved)}-{code}", world.child_of(code), gemeente_code=code) for code in
                 (TWELVE[0], TWELVE[-1])]  # fmt: skip
        world.settle()
        assert world.new.holds(fresh[0]) == ["ACTIEF"]
        assert (world.new.holds(fresh[1]) == ["ACTIEF"]) == (TWELVE[-1] in moved)
        for one, code in zip(fresh, (TWELVE[0], TWELVE[-1]), strict=True):
            assert one
            world.ask(CARE, "signaalIntrekken", f"f-{len(moved)}-{code}")
            world.given.pop((CARE, f"f-{len(moved)}-{code}"))
        world.settle()
        before = seen(world)
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}


def test_after_waves_the_rest_of_a_region_moves_and_they_stay_where_they_are(world: World) -> None:
    """The rest is also what names no municipality."""
    nowhere = world.give(CARE, "nergens", world.child_of(TWELVE[0]))
    world.settle()
    wave = world.shadow(municipalities=TWELVE[:6])
    world.switching.cutover(wave)
    world.settle()
    assert world.switching.retire(world.again(wave), anyway=True) == {"weg": 10}
    before = seen(world)
    rest = world.shadow()
    fresh = {
        code: world.give(DOCTOR, f"vers-{code}", YOUNG[-1], gemeente_code=code) for code in (TWELVE[0], TWELVE[-1])
    }
    world.settle()
    assert (world.old.holds(fresh[TWELVE[0]]), world.new.holds(fresh[TWELVE[0]])) == ([], ["ACTIEF"])
    assert (world.old.holds(fresh[TWELVE[-1]]), world.new.holds(fresh[TWELVE[-1]])) == (["ACTIEF"], ["ACTIEF stil"])
    for code in fresh:
        world.ask(DOCTOR, "signaalIntrekken", f"vers-{code}")
        world.given.pop((DOCTOR, f"vers-{code}"))
    assert world.switching.cutover(rest).left == 0
    world.settle()
    assert seen(world)["own"] == before["own"]
    assert world.new.holds(nowhere) == ["ACTIEF"]
    assert world.switching.retire(world.again(rest), anyway=True).keys() == {"weg"}
    assert {world.old.living(one) for one in world.given.values()} == {()}
    assert {world.new.living(one) for one in world.given.values()} == {("ACTIEF",)}


def test_a_move_of_a_municipality_is_back_where_it_was_after_a_rollback(world: World) -> None:
    before = seen(world)
    switch = world.shadow(municipalities=TWELVE[:6])
    world.switching.cutover(switch)
    world.settle()
    world.switching.rollback(world.again(switch))
    world.settle()
    assert seen(world) == before
    assert {tuple(world.old.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert world.switching.retire(world.again(switch)) == {"weg": 10}
    assert {tuple(world.old.holds(one)) for one in world.given.values()} == {("ACTIEF",)}


def test_what_a_plan_is_about(world: World) -> None:
    world.give(CARE, "nergens", world.child_of(TWELVE[0]))
    survey = world.switching.plan(Scope(_region(world), (), TWELVE[:2]), OLD, NEW).survey
    assert (survey.many, survey.placeless, survey.nameless) == (3, 1, 0)
    assert {(who, status) for who, status, _ in survey.signals} == {(SCHOOL, "ACTIEF"), (DOCTOR, "ACTIEF")}
    assert {month for *_, month in survey.signals} == {"2028-11"}


def test_two_moves_may_not_share_a_signal(world: World) -> None:
    world.open(municipalities=TWELVE[:2])
    world.open(municipalities=TWELVE[2:4])
    with pytest.raises(Misconfigured, match="moving already"):
        world.open(tenants=(SCHOOL,))
    assert Scope("r", ("a",), ("1",)).meets(Scope("r", (), ("1", "2")))
    assert not Scope("r", ("a",), ("1",)).meets(Scope("r", ("b",), ("1",)))
    assert not Scope("r", ("a",)).meets(Scope("s", ("a",)))
    assert Scope("r", (), ("1", "2")).covers(Scope("r", ("a",), ("1",)))
    assert not Scope("r", (), ("1", "2")).covers(Scope("r", ("a",)))
    assert not Scope("r", (), ("1", "2")).covers(Scope("r", (), ("1", "3")))


def test_moves_are_followed_one_after_the_other(world: World) -> None:
    """Where one ended the next may begin; one that is of other indexes says nothing."""
    first, second = world.open(municipalities=TWELVE[:1]), world.open(municipalities=TWELVE[1:2])
    moves = [replace(first, leads=NEW), replace(second, old=NEW, new="derde", leads="derde", scope=first.scope)]

    def leads(index: str, moves: list[Switch], code: str | None = TWELVE[0]) -> str:
        return leading(moves, index, _region(world), SCHOOL, code)[0]

    assert [leads(OLD, moves[:1]), leads(OLD, moves), leads("elders", moves)] == [NEW, "derde", "elders"]
    assert [leads(OLD, moves, TWELVE[5]), leads(OLD, moves, None), leads(OLD, [first])] == [OLD, OLD, OLD]


def _region(world: World) -> str:
    (region,) = world.office.directory.regions
    return region
