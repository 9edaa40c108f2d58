"""Where the index holds the regie itself, it decides: what is asked of it is a proposal until it has answered."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.receipt import OneMatch
from gateway.canonical.regie import Regiehandeling, RegieStatus, Wie
from gateway.canonical.tenant import GATEWAY
from gateway.clock import Clock
from gateway.simulator.faults import Fault, Rule
from gateway.store.store import Store
from tests.regie_world import CARE, World
from tests.spec.formats import Message
from tests.spec.office import accepted, codes
from tests.spec.people import SCHOOL, caller
from tests.unit.scripted import database, events, rows

H = Regiehandeling


@pytest.fixture(params=[False, True], ids=["both-here", "one-here"])
def world(request: pytest.FixtureRequest, new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    return World(new_store, tmp_path / "index", foreign=request.param)


@pytest.fixture
def both(new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    return World(new_store, tmp_path / "index")


@pytest.fixture
def one(new_store: Callable[[Clock], Store], tmp_path: Path) -> World:
    return World(new_store, tmp_path / "index", foreign=True)


def test_a_claim_is_a_proposal_until_the_index_confirms_it(world: World) -> None:
    asked = world.done(SCHOOL, H.NEMEN)
    assert (asked.status, asked.wie, asked.stand) == (RegieStatus.VOORGESTELD, Wie.IK, "r1")
    assert asked.niet_zichtbaar_voor == ()
    assert codes(world.ask(SCHOOL, H.NEERLEGGEN)) == ["VIX-1421"], "first the index must answer"
    world.settle()
    settled = world.seen(SCHOOL)
    assert (settled.status, settled.wie, settled.herzien_op) == (RegieStatus.VASTGESTELD, Wie.IK, asked.herzien_op)
    world.agrees()
    assert world.sent.count("regieVastleggen") == 1


def test_the_other_side_here_sees_the_proposal_and_cannot_make_another(both: World) -> None:
    both.done(SCHOOL, H.NEMEN)
    assert (both.seen(CARE).wie, both.seen(CARE).status) == (Wie.ANDER, RegieStatus.VOORGESTELD)
    assert codes(both.ask(CARE, H.NEMEN)) == ["VIX-1421"]
    both.settle()
    both.agrees()


def test_who_was_first_in_the_web_application_has_it_and_we_show_that(world: World) -> None:
    other = list(world.references)[-1]
    world.done(SCHOOL, H.NEMEN)
    assert world.by_hand(other, H.NEMEN)
    world.settle()
    world.agrees()
    lost = world.seen(SCHOOL)
    assert (lost.wie, lost.status) == (Wie.ANDER, RegieStatus.VASTGESTELD)
    assert lost.naam == ("V. Reemd" if other == "vreemd" else "Kanariepiet")
    assert events(world.store).count("regie_van_index") >= 1


def test_what_the_web_application_does_later_comes_with_the_poll(world: World) -> None:
    other = list(world.references)[-1]
    world.done(SCHOOL, H.NEMEN)
    world.settle()
    for handeling in (H.OVERDRAGEN, H.AANVAARDEN, H.NEERLEGGEN):
        side = SCHOOL if handeling is H.OVERDRAGEN else other
        assert world.by_hand(side, handeling)
        world.settle()
        world.agrees()
    assert world.seen(SCHOOL).wie is Wie.GEEN
    assert world.seen(SCHOOL).naam is None


def test_news_of_before_changes_nothing(one: World) -> None:
    """The poll brings our own claim before its answer is there; the answer then says nothing new."""
    one.break_off("regieVastleggen")
    one.done(SCHOOL, H.NEMEN)
    one.carry(SCHOOL)
    one.carry(GATEWAY)
    stand = one.seen(SCHOOL).stand
    one.settle()
    assert one.seen(SCHOOL).stand == stand
    assert one.sent.count("regieVastleggen") == 2, "the same message again"
    one.agrees()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_between_store_and_index_loses_nothing(world: World, when: str) -> None:
    world.done(SCHOOL, H.NEMEN)
    world.die(SCHOOL, when)
    assert world.sent.count("regieVastleggen") == (when == "after")
    assert world.seen(SCHOOL).status is RegieStatus.VOORGESTELD
    world.settle()
    world.agrees()
    assert (world.seen(SCHOOL).wie, world.at_index(SCHOOL).stand) == (Wie.IK, 1)


def test_an_index_that_refuses_leaves_it_as_it_was(one: World) -> None:
    one.script.replace([Rule(operation="regieVastleggen", fault=Fault.REFUSE, times=1)])
    one.done(SCHOOL, H.NEMEN)
    one.settle()
    now = one.seen(SCHOOL)
    assert (now.status, now.wie, now.stand) == (RegieStatus.VASTGESTELD, Wie.GEEN, "r2")
    assert ("regie", "refused") in rows(one.store)


def test_a_signal_that_is_withdrawn_takes_its_proposal_back(both: World) -> None:
    both.done(SCHOOL, H.NEMEN)
    both.office.withdraw()
    assert both.page(CARE).matches[-1].regie is None
    both.settle()
    assert "regieVastleggen" not in both.sent
    assert ("regie", "cancelled") in rows(both.store)
    assert _left(both) == (0, 0)


def test_a_signal_that_ends_leaves_nobody_who_has_it(both: World) -> None:
    both.done(SCHOOL, H.NEMEN)
    accepted(both.office.end())
    assert (both.seen(CARE).wie, both.seen(CARE).status) == (Wie.GEEN, RegieStatus.VASTGESTELD)
    both.settle()
    assert both.page(CARE).matches[-1].regie is None, "the index lets it lapse for the other side too"
    assert _left(both) == (0, 0)


def _left(world: World) -> tuple[int, int]:
    """How many rows there are still of regie, and of wishes."""
    with sqlite3.connect(database(world.store)) as connection:
        counted = (connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("regie", "regie_wishes"))
        return tuple(number for (number,) in counted)  # type: ignore[return-value]


def test_contact_flows_to_an_index_that_can_take_it(world: World) -> None:
    told = {"bron_systeem": "x", "match_id": world.match(SCHOOL)}
    for contact in ("GEPROBEERD", "CONTACT"):
        reply = world.office.answer(Message("matchTerugkoppelen", {**told, "contact": contact}), who=caller(SCHOOL))
        assert isinstance(reply, OneMatch)
    world.settle()
    assert world.engine.followed() == [(world.number, world.references[SCHOOL], "CONTACT")]
    assert world.sent.count("matchTerugkoppelen") == 1, "what waits says the last word"


def test_that_something_was_removed_is_no_news_for_an_index(world: World) -> None:
    told = {"bron_systeem": "x", "match_id": world.match(SCHOOL)}
    for contacts in (("VERWIJDERD",), ("CONTACT", "VERWIJDERD")):
        for contact in contacts:
            world.office.answer(Message("matchTerugkoppelen", {**told, "contact": contact}), who=caller(SCHOOL))
        world.settle()
    assert "matchTerugkoppelen" not in world.sent
    assert ("terugkoppelen", "cancelled") in rows(world.store)


def test_what_an_index_says_of_regie_counts_only_where_it_is_known_to_hold_it(
    new_store: Callable[[Clock], Store], tmp_path: Path
) -> None:
    world = World(new_store, tmp_path / "index", foreign=True, known=IndexCapabilities())
    assert world.by_hand("vreemd", H.NEMEN)
    world.settle()
    assert world.seen(SCHOOL).wie is Wie.GEEN
    assert world.done(SCHOOL, H.NEMEN).status is RegieStatus.VASTGESTELD


def test_an_index_that_holds_nothing_is_told_nothing(new_store: Callable[[Clock], Store], tmp_path: Path) -> None:
    world = World(new_store, tmp_path / "index", foreign=True, able=IndexCapabilities())
    assert world.done(SCHOOL, H.NEMEN).niet_zichtbaar_voor == ("Verre Instelling",)
    world.office.answer(
        Message("matchTerugkoppelen", {"bron_systeem": "x", "match_id": world.match(SCHOOL), "contact": "CONTACT"})
    )
    world.settle()
    assert {"regieVastleggen", "matchTerugkoppelen"}.isdisjoint(world.sent)
