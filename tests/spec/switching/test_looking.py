"""What a second index holds is looked at, and what it made of a signal is found."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.canonical.order import Held, Standing
from gateway.canonical.receipt import Status
from gateway.clock import Clock
from gateway.rules import switching
from gateway.rules.switching import State
from gateway.simulator.faults import Fault, Rule
from gateway.store.store import Store
from tests.spec.people import SCHOOL
from tests.spec.switching.world import ABLE, CARE, CHILDREN, World


@pytest.mark.parametrize(
    ("lie", "found"),
    [
        ("UPDATE signals SET contact = replace(contact, 'Kanariepiet', 'V. Erwisseld')", "contact"),
        ("UPDATE leading SET reported = '2026-11-22T09:58:00+01:00'", "moment"),
        ("UPDATE signals SET verwijderdatum = '2028-11-01'", "verwijderdatum"),
        ("DELETE FROM signals", "ontbreekt"),
        ("INSERT INTO signals SELECT 'twee', sender, reference, status, soort, verwijderdatum, person, organisation,"
         " contact, words FROM signals", "dubbel"),
        ("UPDATE signals SET status = 'ARCHIEF'", "status"),
        ("UPDATE leading SET leads = 1", "leidt"),
    ],
)  # fmt: skip
def test_what_a_provider_made_of_a_signal_is_found(world: World, lie: str, found: str) -> None:
    switch = world.shadow()
    one = world.given[SCHOOL, "s-3"]
    place = "index_id" if lie.startswith("UPDATE leading") else "reference"
    value = world.new.state.own("gateway", str(one))[0].index_id if place == "index_id" else str(one)
    with world.new.state.transaction():
        world.new.state._db.execute(f"{lie} WHERE {place} = ?", (value,))
    looked = world.switching.reconcile(switch)
    assert looked.found == {"gelijk": 5, found: 1}
    assert looked.differences - looked.compared.differences == 1
    assert world.store.read.moves.differing(switch) == [(one, SCHOOL, found)]


def test_of_an_index_that_tells_nothing_only_the_matches_are_compared(
    new_store: Callable[[Clock], Store], tmp_path: Path
) -> None:
    blind = ABLE.model_copy(update={"opvragen": False, "wijzigen": False})
    world = World(new_store, tmp_path, able=blind, old=blind)
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.give(CARE, "c-1", CHILDREN[0])
    world.settle()
    switch = world.shadow()
    looked = world.switching.reconcile(switch)
    assert (looked.found, looked.compared.both, looked.differences) == ({"niet bekeken": 2}, 2, 0)
    world.switching.cutover(switch)
    world.settle()
    assert world.switching.retire(world.again(switch)) == {"niet bekeken": 2, "weg": 0}
    assert world.again(switch).state == State.LEAVING, "nobody saw that they are gone"
    world.switching.retire(world.again(switch), statement="verklaring van de aanbieder")
    assert (world.again(switch).state, world.again(switch).proof) == (State.DONE, "verklaring van de aanbieder")


def test_of_a_destroyed_signal_is_seen_that_it_is_gone() -> None:
    day = dt.date(2028, 1, 1)
    alive = Standing(status=Status.ACTIEF, verwijderdatum=day, leidend=True)
    assert switching.gone(Held(standing=(alive,))) == "status"
    assert switching.gone(Held(standing=(alive.model_copy(update={"status": Status.VERNIETIGD}),))) == "weg"


def test_what_was_on_its_way_is_no_difference(new_store: Callable[[Clock], Store], tmp_path: Path) -> None:
    """A match is made at both, and one tells it later than the other."""
    blind = ABLE.model_copy(update={"opvragen": False})
    world = World(new_store, tmp_path, able=blind)
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.settle()
    switch = world.shadow()
    for index in (world.old, world.new):
        world.foreign(index, CHILDREN[0], name="T. Weede")
    world.new.script.replace([Rule(operation="matchesOpvragen", fault=Fault.DROP_BEFORE, times=1)])
    world.carry(())
    assert world.store.read.moves.compared(switch).differences == 1
    assert world.switching.reconcile(switch).differences == 0


@pytest.mark.parametrize("operation", ["signaalOpvragen", "matchesOpvragen"])
def test_a_look_that_is_paused_ends(world: World, operation: str) -> None:
    """There is a difference, so that both are asked for news again."""
    switch = world.shadow()
    world.new.script.replace([Rule(operation=operation, fault=Fault.DROP_BEFORE, times=1000)])
    world.meanwhile.append(lambda: world.switching.pause(switch, paused=True))
    looked = world.switching.reconcile(switch)
    assert looked.found == ({"gelijk": 6} if operation == "matchesOpvragen" else {"wacht": 6})
    assert looked.compared.differences == 1


def test_of_a_paused_move_only_what_was_asked_already_is_seen(world: World) -> None:
    switch = world.shadow()
    world.switching.pause(switch, paused=True)
    looked = world.switching.reconcile(switch)
    assert (looked.found, looked.paused) == ({"wacht": 6}, True)
    world.switching.pause(switch, paused=False)
    looked = world.switching.reconcile(switch)
    assert (looked.found, looked.paused) == ({"gelijk": 6}, False)


def test_what_is_underway_when_a_look_is_paused_is_not_looked_at(world: World) -> None:
    switch = world.shadow()
    world.give(SCHOOL, "s-9", CHILDREN[1])
    world.new.away = True
    world.meanwhile.append(lambda: world.switching.pause(switch, paused=True))
    looked = world.switching.reconcile(switch)
    assert (looked.found, looked.paused) == ({"niet bekeken": 7}, True)
