"""A gateway at an index in the style of a ketenregister: no sender sees which dialect its region's index speaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.sandbox import REGIONAL, Sandbox, sandbox
from gateway.cli.watching import Watched
from gateway.simulator.faults import Fault, Rule
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender, children, own, person, signal, told_by, until

DIALECT = "ketenregister_stijl"
STEPS = ["clientVerifieren", "medewerkerRegistreren", "signaalVastleggen"]


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def place(tmp_path: Path, watched: Watched) -> Iterator[Sandbox]:
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=3.0, dialect=DIALECT, over=watched.over) as running:
        yield running


@pytest.fixture
def school(place: Sandbox) -> Iterator[Sender]:
    with Sender(place.gateway, SCHOOL) as sender:
        yield sender


@pytest.fixture
def care(place: Sandbox) -> Iterator[Sender]:
    with Sender(place.gateway, CARE) as sender:
        yield sender


def stands(place: Sandbox, index: str = "strikt") -> dict[str, int]:
    """Registrations by status, at the index."""
    told: dict[str, int] = told_by(place.indexes[index], "telling")["signalen"]
    return told


def delivered(sender: Sender, source: str, delivery: str = "BIJ_INDEX") -> bool:
    return until(lambda: sender.status(source).text("stand/bezorging") == delivery)


def test_two_signals_become_a_match_and_the_index_mails_of_it(place: Sandbox, school: Sender, care: Sender) -> None:
    assert school.give("a-1").text("stand/bezorging") == "BIJ_INDEX"
    assert care.give("b-1").text("stand/bezorging") == "BIJ_INDEX"
    for sender, other in ((school, "Jeugdhulp Voorbeeld"), (care, "School De Wilg")):
        assert until(lambda sender=sender: bool(sender.matches().find("match")))
        assert sender.matches().texts("betrokkene/instantie") == [other]
    assert told_by(place.indexes["strikt"], "mails") == {"mails": 2, "dubbel": 0}


def test_the_whole_life_of_a_signal(place: Sandbox, school: Sender, care: Sender) -> None:
    school.give("a-1")
    care.give("b-1")
    assert until(lambda: bool(school.matches().find("match")))
    assert care.end("b-1").status == 200
    assert until(lambda: stands(place) == {"ACTIEF": 1, "ARCHIEF": 1})
    assert until(lambda: school.status("a-1").texts("match/status") == ["VERVALLEN"])
    assert school.withdraw("a-1").status == 200
    assert until(lambda: stands(place) == {"ARCHIEF": 1, "VERNIETIGD": 1})


def test_who_takes_a_signal_over_is_told_to_the_index_and_to_who_has_a_match(
    place: Sandbox, school: Sender, care: Sender, watched: Watched
) -> None:
    for sender, source in ((school, "a-1"), (care, "b-1")):
        assert sender.give(source, region=REGIONAL).text("stand/bezorging") == "BIJ_INDEX"
    assert until(lambda: bool(care.matches().find("match")))
    successor = (
        "<vi:professionalId>p-2</vi:professionalId><vi:naam>O. Volger</vi:naam><vi:telefoon>030-7654322</vi:telefoon>"
    )
    told = school.say("signaalOverdragen", f"{own('a-1')}<vi:melder>{successor}</vi:melder>")
    assert told.status == 200, told.codes
    assert until(lambda: care.status("b-1").texts("betrokkene/naam") == ["O. Volger"])
    assert stands(place, "uitgebreid") == {"ACTIEF": 2}
    assert "registratieWijzigen" in watched.sent("uitgebreid")


def test_a_ketenregistratie_is_one_at_the_index(place: Sandbox, school: Sender, watched: Watched) -> None:
    body = signal("a-1", region=REGIONAL).replace(b"soort>SIGNAAL<", b"soort>KETENREGISTRATIE<")
    assert school.post(body).text("stand/bezorging") == "BIJ_INDEX"
    assert "ketenregistratieVastleggen" in watched.sent("uitgebreid")
    assert "signaalVastleggen" not in watched.sent("uitgebreid")


def test_who_may_not_know_a_bsn_and_who_does_mean_the_same_child(place: Sandbox, school: Sender) -> None:
    row = next(row for row in children() if row["opgeschort"] == "nee")
    with Sender(place.gateway, JGZ) as jgz:
        assert jgz.give("j-1", child=person(row)).text("stand/bezorging") == "BIJ_INDEX"
    assert school.give("a-1", bsn=row["bsn"]).text("stand/bezorging") == "BIJ_INDEX"
    assert until(lambda: school.matches().texts("betrokkene/instantie") == ["JGZ Voorbeeld"])


def test_a_region_with_a_contact_term_says_it_and_no_word(place: Sandbox, care: Sender, watched: Watched) -> None:
    assert care.give("b-1", region=REGIONAL, words=[("urgentie", "URGENT")]).text("stand/bezorging") == "BIJ_INDEX"
    assert stands(place, "uitgebreid") == {"ACTIEF": 1}
    sent = b"".join(body for _, body in watched.messages)
    assert b"signaalcode>URGENT<" in sent
    assert b"aanduiding" not in sent


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.UNAVAILABLE])
def test_whichever_message_is_lost_the_signal_stands_once(
    place: Sandbox, school: Sender, care: Sender, operation: str, fault: Fault
) -> None:
    rule = Rule.model_validate({"operation": operation, "fault": fault, "times": 2})
    place.indexes["strikt"].script([rule])
    school.give("a-1")
    assert delivered(school, "a-1")
    care.give("b-1")
    assert delivered(care, "b-1")
    assert told_by(place.indexes["strikt"], "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}


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
