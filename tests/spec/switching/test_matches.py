"""What becomes of matches when another index leads: nothing is told twice, nothing is lost, nothing gets mixed up."""

import datetime as dt

import pytest

from gateway.canonical.order import Contact
from gateway.canonical.regie import Wie
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.values import Amend, Message, Withdraw
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, CHILDREN, DOCTOR, EVERYBODY, World


def test_a_match_that_only_the_old_index_knows_stays_and_can_lapse_there(world: World) -> None:
    """The police is at the old index alone."""
    switch = world.shadow()
    compared = world.switching.reconcile(switch).compared
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
    switch = world.shadow()
    before = world.matches(SCHOOL)
    compared = world.switching.reconcile(switch).compared
    assert [signal for signal, _ in compared.only_beside] == [world.given[SCHOOL, "s-3"]]
    assert world.matches(SCHOOL) == before
    world.switching.cutover(switch)
    world.settle()
    assert len(world.matches(SCHOOL)) == len(before) + 1


def test_a_late_word_of_the_index_that_leads_no_more_does_not_count(world: World) -> None:
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(SCHOOL)
    world.foreign(world.old, CHILDREN[2], name="T. Laat")
    world.settle()
    assert world.matches(SCHOOL) == before


def test_numbers_of_two_indexes_are_not_mixed_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both number their matches from one."""
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(CARE)
    (alone,) = world.told_alone(CARE)
    world.give(DOCTOR, "d-4", CHILDREN[3])
    world.old.away = True
    with monkeypatch.context() as numbered:
        numbered.setattr("gateway.simulator.engine.uuid4", lambda: alone)
        for _ in range(3):
            world.carry()
    world.old.away = False
    world.settle()
    after = world.matches(CARE)
    assert after[: len(before)] == before
    assert [(kind, status) for _, kind, status, _ in after[len(before) :]] == [("CLIENTMATCH", "ACTIEF")]


def test_a_match_that_one_index_tells_again_stays_one_match(world: World) -> None:
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(CARE)
    (police,) = [one for one in world.old.engine.listing() if one[0] not in {str(two) for two in world.given.values()}]
    contact = Contact(
        professional_id="v-1", naam="V. Reemd", instantie_id="politie", instantie_naam="politie", telefoon="112"
    )
    day = dt.date(2028, 11, 20)
    change = Amend(reference=police[0], contact=contact, verwijderdatum=day)
    world.old.engine.answer(Message(sender="vreemd", reference="a", request=change))
    world.settle()
    assert world.matches(CARE) == before
    world.switching.rollback(world.again(switch))
    world.settle()
    assert world.matches(CARE) == before
    assert world.store.read.moves.counted(world.again(switch)).alone == {}


def test_who_has_the_regie_has_it_at_every_index(world: World) -> None:
    """The two sides of a match move one after the other; what was changed last holds."""
    world.arrange(SCHOOL, "s-1", "NEMEN", "r0", herzien_op="2026-12-24")
    assert (world.regie(SCHOOL, "s-1").wie, world.regie(CARE, "c-1").wie) == (Wie.IK, Wie.ANDER)
    switches = {}
    for who, other, own in ((SCHOOL, CARE, "s-1"), (CARE, SCHOOL, "c-1")):
        switches[who] = world.shadow(tenants=(who,))
        world.switching.cutover(switches[who])
        world.settle()
        regie = world.regie(SCHOOL, "s-1")
        assert (regie.wie, regie.stand, regie.herzien_op) == (Wie.IK, "r1", dt.date(2026, 12, 24)), (who, other, own)
        assert world.regie(CARE, "c-1").wie is Wie.ANDER
    world.arrange(SCHOOL, "s-1", "NEERLEGGEN", "r1")
    assert (world.regie(SCHOOL, "s-1").wie, world.regie(CARE, "c-1").stand) == (Wie.GEEN, "r2")
    world.switching.rollback(world.again(switches[SCHOOL]))
    world.settle()
    world.arrange(SCHOOL, "s-1", "NEMEN", "r2")
    world.switching.rollback(world.again(switches[CARE]))
    world.settle()
    assert (world.regie(SCHOOL, "s-1").wie, world.regie(CARE, "c-1").wie) == (Wie.IK, Wie.ANDER)
    assert world.regie(CARE, "c-1").stand == "r3"


def test_organisations_may_have_other_names_at_another_index(world: World) -> None:
    before = {who: world.matches(who) for who in EVERYBODY}
    world.new.script.replace([Rule(operation="matchesOpvragen", fault=Fault.DROP_BEFORE, times=1000)])
    switch = world.shadow()
    with world.new.state.transaction():
        world.new.state._db.execute("UPDATE signals SET contact = replace(contact, 'Instantie ', 'Stichting ')")
    world.new.script.replace([])
    world.settle()
    assert world.switching.reconcile(switch).compared.only_beside == []
    world.switching.cutover(switch)
    world.settle()
    assert {who: [one[0] for one in world.matches(who)] for who in EVERYBODY} == {
        who: [one[0] for one in told] for who, told in before.items()
    }
