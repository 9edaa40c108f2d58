"""What becomes of matches when another index leads: nothing is told twice, nothing is lost, nothing gets mixed up."""

import datetime as dt
from uuid import UUID

import pytest

from gateway.canonical.match import MatchStatus
from gateway.canonical.order import Contact
from gateway.canonical.regie import Wie
from gateway.canonical.tenant import bucket_of
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.values import Amend, End, Message, Withdraw
from gateway.store import matches as kept
from gateway.store.switching import mirrored
from tests.spec.people import SCHOOL
from tests.spec.switching.world import CARE, CHILDREN, DOCTOR, EVERYBODY, NEW, OLD, World


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


@pytest.mark.parametrize("before", [True, False], ids=["before-the-move", "after-it"])
def test_of_a_match_that_lapsed_it_may_yet_be_said_that_it_must_go(world: World, before: bool) -> None:
    (police,) = [one for one in world.old.engine.listing() if one[0] not in {str(two) for two in world.given.values()}]

    def says(change: End | Withdraw) -> None:
        world.old.engine.answer(Message(sender="vreemd", reference=type(change).__name__, request=change))
        world.settle()

    ended = End(reference=police[0], datum_einde=dt.date(2026, 11, 21))
    if before:
        says(ended)
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    if not before:
        says(ended)
    (lapsed,) = [one for one in world.page(CARE).matches if one.status.value == "VERVALLEN"]
    assert not lapsed.verwijderen
    says(Withdraw(reference=police[0]))
    (gone,) = [one for one in world.page(CARE).matches if one.match_id == lapsed.match_id]
    assert gone.verwijderen


def test_an_older_answer_brings_back_nothing_that_lapsed_beside(world: World) -> None:
    """As when the answer to a registration got lost, and is asked for again later."""
    world.foreign(world.new, CHILDREN[2], name="N. Ieuw")
    world.shadow()
    identity = world.given[SCHOOL, "s-3"]
    bucket = bucket_of(SCHOOL)
    with world.store.read._engine.begin() as connection:
        (told,) = mirrored.active(connection, bucket, [identity], NEW)
        key = world.store.read._sealing.key(identity)
        there = mirrored.news(told, key, world.store.read._sealing)
        row = kept.rows(connection, bucket, [identity])[identity]
        for news in (there.model_copy(update={"status": MatchStatus.VERVALLEN}), there):
            mirrored.hear(connection, [(row, news)], NEW, world.store.read._sealing)
        assert mirrored.active(connection, bucket, [identity], NEW) == []


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


def give_under(world: World, monkeypatch: pytest.MonkeyPatch, number: UUID, own: str, child: str) -> None:
    """The doctor gives a signal, of which the new index makes a match under a number."""
    world.give(DOCTOR, own, child)
    world.old.away = True
    with monkeypatch.context() as numbered:
        numbered.setattr("gateway.simulator.engine.uuid4", lambda: number)
        for _ in range(3):
            world.carry()
    world.old.away = False
    world.settle()


def test_numbers_of_two_indexes_are_not_mixed_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both number their matches from one."""
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(CARE)
    (alone,) = world.told_alone(CARE)
    give_under(world, monkeypatch, alone, "d-4", CHILDREN[3])
    after = world.matches(CARE)
    assert after[: len(before)] == before
    assert [(kind, status) for _, kind, status, _ in after[len(before) :]] == [("CLIENTMATCH", "ACTIEF")]
    assert world.switching.rollback(world.again(switch)).left == 0
    world.settle()
    assert world.matches(CARE) == after, "each under its own number again"


def test_two_matches_that_have_each_others_numbers_elsewhere_keep_their_own(world: World) -> None:
    """A signal has two matches; what one index calls the one, the other calls the other."""
    world.give(DOCTOR, "d-1", CHILDREN[0])
    world.settle()
    switch = world.shadow()
    world.cross_numbers(SCHOOL, "s-1")
    before = {who: world.matches(who) for who in EVERYBODY}
    for turn in (world.switching.cutover, world.switching.rollback, world.switching.cutover):
        assert turn(world.again(switch)).left == 0
        world.settle()
        assert {who: world.matches(who) for who in EVERYBODY} == before
    world.ask(CARE, "signaalIntrekken", "c-1")
    world.settle()
    left = [one for one in world.page(SCHOOL).matches if one.signaal_id == world.given[SCHOOL, "s-1"]]
    named = {one.status.value: [other.instantie for other in one.content.betrokkenen] for one in left}
    assert named == {"ACTIEF": [f"Instantie {DOCTOR}"], "VERVALLEN": []}


def test_a_number_of_a_match_that_is_over_may_be_another_match_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ask(CARE, "signaalBeeindigen", "c-1", datum_einde="2026-11-21")
    world.settle()
    (over,) = world.numbers(SCHOOL, "s-1")
    switch = world.shadow()
    world.switching.cutover(switch)
    world.settle()
    before = world.matches(SCHOOL)
    give_under(world, monkeypatch, over, "d-1", CHILDREN[0])
    assert world.matches(SCHOOL)[: len(before)] == before
    assert [status for _, _, status, _ in world.matches(SCHOOL)[len(before) :]] == ["ACTIEF"]


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


@pytest.mark.parametrize("waits", [True, False], ids=["before-the-turn", "after-it"])
def test_what_became_of_a_match_is_told_to_the_index_that_knows_it(world: World, waits: bool) -> None:
    """The police is at the old index alone."""
    switch = world.shadow()
    ids = {len(one.content.betrokkenen) and one.content.betrokkenen[0].naam: one for one in world.page(CARE).matches}
    assert len(ids) == 2

    def tell() -> None:
        for match in ids.values():
            world.follow_up(CARE, match.match_id, "CONTACT")

    if waits:
        tell()
    world.switching.cutover(switch)
    if not waits:
        tell()
    world.settle()
    both = {name: {told[1] for told in index.engine.followed()} for name, index in world.indexes.items()}
    assert both == {OLD: {str(world.given[CARE, "c-4"])}, NEW: {str(world.given[CARE, "c-1"])}}
