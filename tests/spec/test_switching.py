"""Moves from one index to another: nobody notices, nothing is lost, and everything can be turned back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.canonical.order import Held, IndexCapabilities, Standing
from gateway.canonical.receipt import Status
from gateway.clock import Clock
from gateway.errors import Misconfigured
from gateway.flow.orders import Orders
from gateway.flow.switching import Progress, Switching
from gateway.rules import switching
from gateway.rules.switching import State
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.values import Message, Withdraw
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Switch
from tests.spec.people import SCHOOL, STRICT
from tests.spec.two_indexes import ABLE, CARE, CHILDREN, DOCTOR, NEW, OLD, World

EVERYBODY = (SCHOOL, CARE, DOCTOR)


@pytest.fixture
def world(new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    """Six signals on four children, with a foreign one; all is settled."""
    world = World(new_store, tmp_path)
    one, two, three, four = CHILDREN
    for who, own, child in (
        (SCHOOL, "s-1", one), (CARE, "c-1", one), (SCHOOL, "s-2", two), (DOCTOR, "d-2", two), (SCHOOL, "s-3", three),
        (CARE, "c-4", four),
    ):  # fmt: skip
        world.give(who, own, child)
    world.foreign(world.old, four)
    world.settle()
    return world


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


def shadowed(world: World) -> Switch:
    switch = world.open()
    assert world.switching.start(switch)
    world.settle()
    return world.again(switch)


def test_what_comes_in_meanwhile_goes_to_both(world: World) -> None:
    switch = shadowed(world)
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
    switch = shadowed(world)
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
    switch = shadowed(world)
    for who in EVERYBODY:
        world.switching.cutover(world.again(switch), tenants=(who,))
        world.settle()
        assert {one: world.matches(one) for one in EVERYBODY} == before
    assert world.switching.cutover(world.again(switch)) == 0


def test_a_match_that_only_the_old_index_knows_stays_and_can_lapse_there(world: World) -> None:
    """The police is at the old index alone."""
    switch = shadowed(world)
    _, compared = world.switching.reconcile(switch)
    assert [kind for _, kind in compared.only_leading] == ["CLIENTMATCH"]
    before = world.matches(CARE)
    world.switching.cutover(switch)
    world.settle()
    assert world.matches(CARE) == before
    ((mine, *_),) = [one for one in world.matches(CARE) if one[0] in {str(two[0]) for two in before[-1:]}]
    (police,) = [one for one in world.old.engine.listing() if one[0] not in {str(two) for two in world.given.values()}]
    world.old.engine.answer(Message(sender="vreemd", reference="weg", request=Withdraw(reference=police[0])))
    world.settle()
    lapsed = [one for one in world.matches(CARE) if one[2] == "VERVALLEN"]
    assert [one[0] for one in lapsed] == [mine]


def test_a_match_that_only_the_new_index_knows_is_news_when_it_leads(world: World) -> None:
    world.foreign(world.new, CHILDREN[2], name="N. Ieuw")
    switch = shadowed(world)
    before = world.matches(SCHOOL)
    _, compared = world.switching.reconcile(switch)
    assert [signal for signal, _ in compared.only_beside] == [world.given[SCHOOL, "s-3"]]
    assert world.matches(SCHOOL) == before
    world.switching.cutover(switch)
    world.settle()
    assert len(world.matches(SCHOOL)) == len(before) + 1


def test_a_late_word_of_the_index_that_leads_no_more_does_not_count(world: World) -> None:
    switch = shadowed(world)
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(SCHOOL)
    world.foreign(world.old, CHILDREN[2], name="T. Laat")
    world.settle()
    assert world.matches(SCHOOL) == before


def test_what_the_new_index_did_not_take_stays_where_it_is(world: World) -> None:
    world.new.script.replace([Rule(operation="signaalAfgeven", fault=Fault.REFUSE, times=1)])
    switch = shadowed(world)
    assert world.switching.cutover(switch) == 5
    world.settle()
    leads = [one for one in world.given.values() if world.old.holds(one) == ["ACTIEF"]]
    assert len(leads) == 1
    assert world.switching.reconcile(world.again(switch))[0]["gelijk"] == 5


def test_an_index_that_alone_knows_a_match_is_not_retired_unless_it_may_be_lost(world: World) -> None:
    switch = shadowed(world)
    world.switching.cutover(switch)
    world.settle()
    with pytest.raises(Misconfigured, match="1 matches are known at 'kaal' alone"):
        world.switching.retire(world.again(switch))
    assert world.switching.retire(world.again(switch), anyway=True) == {"weg": 6}


def test_a_retired_index_holds_nothing_any_more(world: World) -> None:
    world.foreign(world.new, CHILDREN[3])
    switch = shadowed(world)
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
    ],
)  # fmt: skip
def test_what_a_provider_made_of_a_signal_is_found(world: World, lie: str, found: str) -> None:
    switch = shadowed(world)
    one = world.given[SCHOOL, "s-3"]
    place = "index_id" if lie.startswith("UPDATE leading") else "reference"
    value = world.new.state.own("gateway", str(one))[0].index_id if place == "index_id" else str(one)
    with world.new.state.transaction():
        world.new.state._db.execute(f"{lie} WHERE {place} = ?", (value,))
    told, _ = world.switching.reconcile(switch)
    assert told == {"gelijk": 5, found: 1}


def test_without_a_basis_that_holds_nothing_goes_out(world: World) -> None:
    with pytest.raises(Misconfigured, match="basis"):
        world.switching.open(STRICT, OLD, NEW, basis=" ", basis_on=world.clock().date())
    switch = world.switching.open(STRICT, OLD, NEW, basis="besluit", basis_on=dt.date(2027, 1, 1))
    with pytest.raises(Misconfigured, match="2027-01-01"):
        world.switching.start(switch)
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


@pytest.mark.parametrize("lacking", ["stil", "landelijk_uit"])
def test_where_there_can_be_no_shadow_it_is_refused_and_a_direct_move_is_offered(
    new_store: Callable[[Clock], Store], tmp_path: Path, lacking: str
) -> None:
    world = World(new_store, tmp_path, able=ABLE.model_copy(update={lacking: False}))
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.give(CARE, "c-1", CHILDREN[0])
    world.settle()
    before = {who: world.matches(who) for who in (SCHOOL, CARE)}
    assert not world.switching.plan(STRICT, OLD, NEW).shadow
    switch = world.open()
    with pytest.raises(Misconfigured, match="--direct"):
        world.switching.start(switch)
    assert world.switching.cutover(switch, direct=True) == 2
    world.settle()
    assert {tuple(world.new.holds(one)) for one in world.given.values()} == {("ACTIEF",)}
    assert {who: world.matches(who) for who in (SCHOOL, CARE)} == before, "under other numbers, and nobody was told"
    assert world.switching.rollback(world.again(switch)) == 2
    world.settle()
    assert {who: world.matches(who) for who in (SCHOOL, CARE)} == before


def test_a_move_is_only_to_another_index_and_by_its_own_steps(world: World) -> None:
    with pytest.raises(Misconfigured, match="already"):
        world.switching.open(STRICT, OLD, OLD, basis="besluit", basis_on=world.clock().date())
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


def test_a_rate_is_kept(world: World) -> None:
    told: list[Progress] = []
    slow = Switching(world.store, world.clock, world.able.__getitem__, told.append, world._rest)
    assert slow.start(world.open(), rate=4.0)
    assert told[-1].left >= 0 and told[0].of == 6


def test_of_an_index_that_tells_nothing_only_the_matches_are_compared(
    new_store: Callable[[Clock], Store], tmp_path: Path
) -> None:
    blind = ABLE.model_copy(update={"opvragen": False, "wijzigen": False})
    world = World(new_store, tmp_path, able=blind, old=blind)
    world.give(SCHOOL, "s-1", CHILDREN[0])
    world.give(CARE, "c-1", CHILDREN[0])
    world.settle()
    switch = shadowed(world)
    found, compared = world.switching.reconcile(switch)
    assert (dict(found), compared.both) == ({"niet bekeken": 2}, 2)
    world.switching.cutover(switch)
    world.settle()
    assert world.switching.retire(world.again(switch)) == {"niet bekeken": 2, "weg": 0}
    assert world.again(switch).state == State.LEAVING, "nobody saw that they are gone"


def test_a_message_for_what_an_index_cannot_do_is_not_sent(world: World) -> None:
    """An index may lose a capability while messages wait for it."""
    switch = shadowed(world)
    orders = Orders(world.office.directory, world.clock)
    world.switching.cutover(switch)
    jobs = [job for who in EVERYBODY for job in world.claim(who)]
    assert {orders.of(job, IndexCapabilities()) for job in jobs if job.kind == outbox.LEAD} == {None}
    held = Held(standing=())
    assert orders.seen(replace(jobs[0], signal=None), held, ABLE) == "weg"


def test_what_each_gap_means() -> None:
    bare = IndexCapabilities()
    told = switching.gaps(ABLE.model_copy(update={"regie": True, "axes": frozenset({"urgentie"})}), bare)
    assert {gap.what for gap in told if gap.forbids_shadow} == {
        "een signaal overnemen zonder iemand te mailen", "een signaal overnemen zonder het landelijk te melden"
    }  # fmt: skip
    assert {"regie", "terugkoppelen", "woorden over urgentie"} <= {gap.what for gap in told}
    assert [gap.who for gap in switching.gaps(bare, ABLE)] == ["oud"]
    assert switching.shadow(switching.gaps(ABLE, ABLE))


def test_nobody_need_hear_how_far_it_is(world: World) -> None:
    quiet = Switching(world.store, world.clock, world.able.__getitem__, rest=world._rest)
    assert quiet.start(world.open())
    assert Progress("x", 0, 10, 0.0).left == 0.0


def test_of_a_destroyed_signal_is_seen_that_it_is_gone() -> None:
    day = dt.date(2028, 1, 1)
    alive = Standing(status=Status.ACTIEF, verwijderdatum=day, leidend=True)
    assert switching.gone(Held(standing=(alive,))) == "status"
    assert switching.gone(Held(standing=(alive.model_copy(update={"status": Status.VERNIETIGD}),))) == "weg"
