"""A move from one index to another: senders notice nothing, and everything can be turned back."""

import pytest

from gateway.errors import Misconfigured
from gateway.flow.switching import Turned
from gateway.rules.switching import State
from gateway.simulator.faults import Fault, Rule
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, CHILDREN, DOCTOR, EVERYBODY, NEW, World


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
    looked = world.switching.reconcile(world.again(switch))
    assert (looked.found, looked.compared.both, looked.differences) == ({"gelijk": 6}, 5, 0)
    for turn, leads, copy in (
        (world.switching.cutover, world.new, world.old),
        (world.switching.rollback, world.old, world.new),
    ):
        assert turn(world.again(switch)) == Turned(6, 0)
        world.settle()
        assert {leads.holds(one) == ["ACTIEF"] for one in world.given.values()} == {True}
        assert {copy.holds(one) == ["ACTIEF stil"] for one in world.given.values()} == {True}
        assert {who: world.matches(who) for who in EVERYBODY} == before
        assert {who: world.told(who, cursors[who])[0] for who in EVERYBODY} == {who: [] for who in EVERYBODY}


def test_what_comes_in_meanwhile_goes_to_both(world: World) -> None:
    switch = world.shadow()
    fresh = world.give(DOCTOR, "d-3", CHILDREN[2])
    world.ask(SCHOOL, "signaalBeeindigen", "s-1", datum_einde="2026-11-21")
    world.ask(CARE, "signaalIntrekken", "c-1")
    world.settle()
    assert (world.old.holds(fresh), world.new.holds(fresh)) == (["ACTIEF"], ["ACTIEF stil"])
    for index in (world.old, world.new):
        assert [one.split()[0] for one in index.holds(world.given[SCHOOL, "s-1"])] == ["ARCHIEF"]
        assert [one.split()[0] for one in index.holds(world.given[CARE, "c-1"])] == ["VERNIETIGD"]
    assert len(world.matches(DOCTOR)) == 2, "a new match is told once, by the index that leads"
    world.switching.cutover(switch)
    later = world.give(CARE, "c-5", CHILDREN[1])
    world.settle()
    assert (world.old.holds(later), world.new.holds(later)) == (["ACTIEF stil"], ["ACTIEF"])
    assert len(world.matches(CARE)) == len(set(world.matches(CARE)))


def test_nobody_is_mailed_of_what_was_known(world: World) -> None:
    before = world.old.engine.mails()
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    assert world.old.engine.mails() == before
    assert world.new.engine.mails() == (0, 0)
    world.give(DOCTOR, "d-3", CHILDREN[2])
    world.settle()
    assert world.new.engine.mails() == (2, 0), "of what is new the index that leads mails both"
    assert world.old.engine.mails() == before


def test_organisations_move_one_by_one(world: World) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    for who in EVERYBODY:
        switch = world.shadow(tenants=(who,))
        world.switching.cutover(switch)
        world.settle()
        assert {one: world.matches(one) for one in EVERYBODY} == before
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    with pytest.raises(Misconfigured, match="moving already"):
        world.open()


def test_what_the_new_index_did_not_take_stays_where_it_is(world: World) -> None:
    world.new.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    switch = world.shadow()
    assert world.store.read.moves.counted(switch).refused == {NEW: 1}
    assert world.switching.cutover(switch) == Turned(5, 1)
    world.settle()
    leads = [one for one in world.given.values() if world.old.holds(one) == ["ACTIEF"]]
    assert len(leads) == 1
    assert world.switching.reconcile(world.again(switch)).found["gelijk"] == 5
    with pytest.raises(Misconfigured, match="leads for 1 signals still"):
        world.switching.retire(world.again(switch))


def test_what_the_new_index_refused_is_brought_again_when_asked(world: World) -> None:
    world.new.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    switch = world.shadow()
    assert world.switching.start(switch)
    world.settle()
    assert world.store.read.moves.counted(switch).refused == {}
    assert world.switching.cutover(world.again(switch)) == Turned(6, 0)
    world.settle()
    for who, own in world.given:
        world.ask(who, "signaalIntrekken", own)
    world.settle()
    for index in (world.old, world.new):
        assert {index.living(one) for one in world.given.values()} == {()}, "also what was refused first"


def test_what_the_old_index_refused_moves_nowhere(world: World) -> None:
    """Its sender knows that nobody has it."""
    world.old.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    refused = world.give(DOCTOR, "d-9", CHILDREN[2])
    world.settle()
    before = world.own(DOCTOR)
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    assert (world.old.holds(refused), world.new.holds(refused)) == ([], [])
    assert world.own(DOCTOR) == before
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}


def test_what_the_index_that_leads_refuses_stands_at_the_other_neither(world: World) -> None:
    switch = world.shadow()
    world.old.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    refused = world.give(DOCTOR, "d-9", CHILDREN[2])
    world.settle()
    assert world.old.holds(refused) == []
    assert world.new.holds(refused) in ([], ["VERNIETIGD stil"])
    assert world.switching.reconcile(switch).differences == 1, "the foreign match of before"
    assert world.switching.cutover(switch) == Turned(6, 0)


@pytest.mark.parametrize("step", ["overbrengen", "bekijken", "omzetten", "opruimen"])
def test_what_comes_in_goes_before_what_a_move_sends(world: World, step: str) -> None:
    switch = world.open() if step == "overbrengen" else world.shadow()
    if step == "opruimen":
        world.switching.cutover(switch)
        world.settle()
    world.meanwhile.append(lambda: _stop(world))
    with pytest.raises(Stopped):
        match step:
            case "overbrengen":
                world.switching.start(switch)
            case "bekijken":
                world.switching.reconcile(switch)
            case "omzetten":
                world.switching.cutover(switch)
            case "opruimen":
                world.switching.retire(world.again(switch), anyway=True)
    fresh = world.give(SCHOOL, "s-9", CHILDREN[2])
    (first,) = world.claim(SCHOOL, most=1)
    assert first.signal_id == fresh
    assert world.given[SCHOOL, "s-1"] in {one.signal_id for one in world.claim(SCHOOL)}, "the move's own wait behind it"


class Stopped(Exception):
    """A move that a person ends from the keyboard, when its messages lie ready."""


def _stop(world: World) -> None:
    world.meanwhile.clear()
    raise Stopped


@pytest.mark.parametrize("turned", [True, False], ids=["by-the-one-that-led", "by-the-one-that-is-to-lead"])
def test_that_a_child_died_is_believed_of_an_index_that_leads_or_led(world: World, turned: bool) -> None:
    switch = world.shadow()
    if turned:
        world.switching.cutover(switch)
        world.settle()
    teller = world.old if turned else world.new
    teller.script.replace([Rule(operation="matchesOpvragen", fault=Fault.DIED, times=1)])
    world.settle()
    left = sum(status == "ACTIEF" for who in EVERYBODY for _, status, *_ in world.own(who))
    assert left == len(world.given) - turned
