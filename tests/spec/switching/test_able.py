"""What an index cannot do decides which moves there can be."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import Held, IndexCapabilities
from gateway.clock import Clock
from gateway.errors import Misconfigured
from gateway.flow.orders import Orders
from gateway.flow.switching import Turned
from gateway.rules import switching
from gateway.simulator.faults import Fault, Rule
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Scope
from tests.spec.people import SCHOOL, STRICT
from tests.spec.switching.world import ABLE, CARE, CHILDREN, EVERYBODY, NEW, OLD, World


@pytest.mark.parametrize("lacking", ["stil", "landelijk_uit"])
def test_where_there_can_be_no_shadow_it_is_refused_and_a_direct_move_is_offered(
    new_store: Callable[[Clock], Store], tmp_path: Path, lacking: str
) -> None:
    world = World(new_store, tmp_path, able=ABLE.model_copy(update={lacking: False}))
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.give(CARE, "c-1", CHILDREN[0])
    world.settle()
    before = {who: world.matches(who) for who in (SCHOOL, CARE)}
    assert not world.switching.plan(Scope(STRICT), OLD, NEW).shadow
    switch = world.open()
    with pytest.raises(Misconfigured, match="--direct"):
        world.switching.start(switch)
    assert world.switching.cutover(switch, direct=True) == Turned(2, 0)
    world.settle()
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert {who: world.matches(who) for who in (SCHOOL, CARE)} == before, "under other numbers, and nobody was told"
    assert world.switching.rollback(world.again(switch)) == Turned(2, 0)
    world.settle()
    assert {who: world.matches(who) for who in (SCHOOL, CARE)} == before


def test_what_a_new_index_without_a_shadow_refuses_stays_at_the_old_one(
    new_store: Callable[[Clock], Store], tmp_path: Path
) -> None:
    world = World(new_store, tmp_path, able=ABLE.model_copy(update={"stil": False}))
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.give(CARE, "c-1", CHILDREN[1])
    world.settle()
    before = world.own(SCHOOL) + world.own(CARE)
    world.new.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    switch = world.open()
    assert world.switching.cutover(switch, direct=True) == Turned(1, 1)
    world.settle()
    stays = [one for one in world.given.values() if not world.new.holds(one)]
    assert [world.old.holds(one) for one in stays] == [["ACTIEF"]]
    assert world.own(SCHOOL) + world.own(CARE) == before
    assert world.store.read.moves.counted(world.again(switch)).refused == {NEW: 1}
    with pytest.raises(Misconfigured, match="leads for 1 signals still"):
        world.switching.retire(world.again(switch))
    assert world.switching.cutover(world.again(switch)) == Turned(1, 0), "asked again it is brought again"


EVERYTHING = ABLE.model_copy(update={"regie": True, "signaalcode": True, "ketenregistratie": True})
"""All that an index can be able to do."""


@pytest.mark.parametrize("lacking", [*switching.NEEDED, *switching.LOST])
def test_whatever_one_thing_the_new_index_cannot_do_senders_notice_nothing_and_the_plan_says_it(
    new_store: Callable[[Clock], Store], tmp_path: Path, lacking: str
) -> None:
    world = World(new_store, tmp_path, old=EVERYTHING, able=EVERYTHING.model_copy(update={lacking: False}))
    for who, own, child in ((SCHOOL, "s-1", CHILDREN[0]), (CARE, "c-1", CHILDREN[0]), (SCHOOL, "s-2", CHILDREN[1])):
        world.give(who, own, child)
    world.settle()
    before = {who: world.matches(who) for who in EVERYBODY}
    plan = world.switching.plan(Scope(STRICT), OLD, NEW)
    assert [(gap.who, gap.name) for gap in plan.gaps] == [("new", lacking)]
    assert plan.shadow is (lacking not in ("stil", "landelijk_uit"))
    switch = world.shadow() if plan.shadow else world.open()
    world.switching.cutover(switch, direct=not plan.shadow)
    world.settle()
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert {who: world.matches(who) for who in EVERYBODY} == before
    world.give(CARE, "c-2", CHILDREN[1])
    world.settle()
    assert len(world.matches(CARE)) == len(before[CARE]) + 1
    seen = world.switching.reconcile(world.again(switch))
    assert seen.found == {"gelijk": 4}
    world.switching.rollback(world.again(switch))
    world.settle()
    assert {who: world.matches(who)[: len(before[who])] for who in EVERYBODY} == before


def test_a_message_for_what_an_index_cannot_do_is_not_sent(world: World) -> None:
    """An index may lose a capability while messages wait for it."""
    switch = world.shadow()
    orders = Orders(world.office.directory, world.clock)
    world.switching.pause(switch, paused=True)
    world.switching.cutover(switch)
    jobs = [job for who in EVERYBODY for job in world.claim(who)]
    assert {orders.of(job, IndexCapabilities()) for job in jobs if job.kind == outbox.LEAD} == {None}
    index = RegionaleIndex(sender="gateway", receiver=NEW, capabilities=ABLE, clock=world.clock)
    assert orders.seen(replace(jobs[0], signal=None), Held(standing=()), index) == "weg"


def test_what_each_gap_means() -> None:
    bare = IndexCapabilities()
    told = switching.gaps(ABLE.model_copy(update={"regie": True, "axes": frozenset({"urgentie"})}), bare)
    assert [gap.name for gap in told if gap.forbids_shadow] == ["stil", "landelijk_uit"]
    lost = [(gap.name, gap.axis) for gap in told[5:]]
    assert lost == [("mails", ""), ("regie", ""), ("terugkoppelen", ""), ("woorden", "urgentie")]
    assert [(gap.who, gap.name) for gap in switching.gaps(bare, ABLE)] == [("old", "stil"), ("old", "landelijk_uit")]
    assert switching.shadow(switching.gaps(ABLE, ABLE))


@pytest.mark.parametrize("deaf", [OLD, NEW])
def test_of_a_change_each_index_hears_that_can_and_the_receipt_is_about_the_one_that_leads(
    new_store: Callable[[Clock], Store], tmp_path: Path, deaf: str
) -> None:
    able = {OLD: ABLE, NEW: ABLE} | {deaf: ABLE.model_copy(update={"wijzigen": False})}
    world = World(new_store, tmp_path, old=able[OLD], able=able[NEW])
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.settle()
    switch = world.shadow()
    hears = {OLD: 1, NEW: 1} | {deaf: 0}
    for revision, leads in (("2", OLD), ("3", NEW)):
        before = {name: index.sent.count("signaalWijzigen") for name, index in world.indexes.items()}
        answer = world.ask(SCHOOL, "signaalWijzigen", "s-1", revisie=revision, melder_naam=f"N. Ander {revision}")
        assert [finding.code for finding in answer.bevindingen] == (["VIX-1607"] if leads == deaf else [])
        world.settle()
        assert hears == {
            name: index.sent.count("signaalWijzigen") - before[name] for name, index in world.indexes.items()
        }
        assert [bezorging for _, _, bezorging, _ in world.own(SCHOOL)] == ["BIJ_INDEX"]
        if leads == OLD:
            world.switching.cutover(switch)
            world.settle()
