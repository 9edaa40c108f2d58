"""A gateway at an index in the style of a ketenregister: no sender sees which dialect its region's index speaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.sandbox import REGIONAL, Sandbox, sandbox
from gateway.cli.watching import Watched
from gateway.simulator.faults import Fault, Rule
from tests.e2e.dialects import LOST, hand_over, live_out, loses, match_by_mail, mean_the_same_child, stand_once, stands
from tests.e2e.talk import LEGAL, Sender, children, signal, until

DIALECT = "ketenregister_stijl"
STEPS = ["clientVerifieren", "medewerkerRegistreren", "signaalVastleggen"]


@pytest.fixture
def place(tmp_path: Path, watched: Watched) -> Iterator[Sandbox]:
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=20.0, dialect=DIALECT, over=watched.over) as running:
        yield running


def test_two_signals_become_a_match_and_the_index_mails_of_it(place: Sandbox, school: Sender, care: Sender) -> None:
    match_by_mail(place, school, care, ("School De Wilg", "Jeugdhulp Voorbeeld"))


def test_the_whole_life_of_a_signal(place: Sandbox, school: Sender, care: Sender) -> None:
    school.give("a-1")
    care.give("b-1")
    assert until(lambda: bool(school.matches().find("match")))
    live_out(place, school, care)


def test_who_takes_a_signal_over_is_told_to_the_index_and_to_who_has_a_match(
    place: Sandbox, school: Sender, care: Sender, watched: Watched
) -> None:
    hand_over(school, care)
    assert stands(place, "uitgebreid") == {"ACTIEF": 2}
    assert "registratieWijzigen" in watched.sent("uitgebreid")


def test_a_ketenregistratie_is_one_at_the_index(place: Sandbox, school: Sender, watched: Watched) -> None:
    body = signal("a-1", region=REGIONAL).replace(b"soort>SIGNAAL<", b"soort>KETENREGISTRATIE<")
    assert school.post(body).text("stand/bezorging") == "BIJ_INDEX"
    assert "ketenregistratieVastleggen" in watched.sent("uitgebreid")
    assert "signaalVastleggen" not in watched.sent("uitgebreid")


def test_who_may_not_know_a_bsn_and_who_does_mean_the_same_child(place: Sandbox, school: Sender) -> None:
    mean_the_same_child(place, school, "JGZ Voorbeeld")


def test_a_region_with_a_contact_term_says_it_and_no_word(place: Sandbox, care: Sender, watched: Watched) -> None:
    assert care.give("b-1", region=REGIONAL, words=[("urgentie", "URGENT")]).text("stand/bezorging") == "BIJ_INDEX"
    assert stands(place, "uitgebreid") == {"ACTIEF": 1}
    sent = b"".join(body for _, body in watched.messages)
    assert b"signaalcode>URGENT<" in sent
    assert b"aanduiding" not in sent


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("fault", LOST)
def test_whichever_message_is_lost_the_signal_stands_once(
    place: Sandbox, school: Sender, care: Sender, operation: str, fault: Fault
) -> None:
    loses(place, operation, fault)
    stand_once(place, school, care)


def test_what_the_index_refuses_is_told_with_its_code(place: Sandbox, school: Sender) -> None:
    suspended = next(row for row in children() if row["opgeschort"] == "ja")
    told = school.give("a-1", bsn=suspended["bsn"])
    assert told.text("stand/bezorging") == "GEWEIGERD"
    assert "IX-410" in told.body.decode()
    assert stands(place) == {}


def test_what_the_index_destroys_by_itself_is_destroyed_here(place: Sandbox, school: Sender) -> None:
    school.give("a-1")
    place.indexes["strikt"].script(
        [Rule.model_validate({"operation": "berichtenOphalen", "fault": "died", "times": 1})]
    )
    assert until(lambda: place.house.store.read.tally()["signals"] == {"VERNIETIGD": 1})
