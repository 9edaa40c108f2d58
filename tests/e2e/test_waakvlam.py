"""A gateway at an index with a login, numbers of its own and post in bags: no sender sees anything of that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.sandbox import REGIONAL, Sandbox, sandbox
from gateway.cli.watching import Watched
from gateway.simulator.faults import Fault
from gateway.simulator.loket_values import Party
from gateway.simulator.waakvlam_tickets import SECRET
from tests.e2e.dialects import (
    LOST,
    delivered,
    hand_over,
    live_out,
    loses,
    match_by_mail,
    mean_the_same_child,
    stand_once,
    stands,
)
from tests.e2e.talk import LEGAL, Sender, at_once, children, signal, told_by, until

DIALECT = "waakvlam"


PATIENT = 20.0
"""Seconds that the door waits for the index."""


@pytest.fixture
def place(tmp_path: Path, watched: Watched, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    wait = getattr(request, "param", PATIENT)
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=wait, dialect=DIALECT, over=watched.over) as running:
        yield running


def test_the_whole_life_of_a_signal(place: Sandbox, school: Sender, care: Sender) -> None:
    match_by_mail(place, school, care, ("Deelnemer WV-0001", "Deelnemer WV-0002"))
    live_out(place, school, care)


def test_what_is_withdrawn_must_go_at_who_had_a_match(place: Sandbox, school: Sender, care: Sender) -> None:
    school.give("a-1")
    care.give("b-1")
    assert until(lambda: bool(school.matches().find("match")))
    assert care.withdraw("b-1").status == 200
    assert until(lambda: school.matches().texts("match/verwijderen") == ["true"])


def test_one_login_is_enough_for_many(
    place: Sandbox, school: Sender, care: Sender, watched: Watched, tmp_path: Path
) -> None:
    rows = [row["bsn"] for row in children() if row["opgeschort"] == "nee"][:8]
    for number, bsn in enumerate(rows):
        assert school.give(f"a-{number}", bsn=bsn).status == care.give(f"b-{number}", bsn=bsn).status == 200
    assert all(delivered(school, f"a-{number}") and delivered(care, f"b-{number}") for number in range(len(rows)))
    assert told_by(place.indexes["strikt"], "telling")["matches"] == len(rows)
    logins = sum(SECRET.encode() in sent for name, sent in watched.messages if name == "strikt")
    assert 1 <= logins <= 3, "more would take back the tickets of others"
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("gateway.db*"))
    assert SECRET.encode() not in kept


def test_a_ticket_that_the_index_forgot_is_asked_for_again(place: Sandbox, school: Sender) -> None:
    assert school.give("a-1").text("stand/bezorging") == "BIJ_INDEX"
    index = place.indexes["strikt"]
    index._dialect._tickets._until.clear()  # type: ignore[attr-defined]  as an index does that is started anew
    assert school.end("a-1").status == 200
    assert until(lambda: stands(place) == {"ARCHIEF": 1})


def test_who_takes_a_signal_over_is_told_to_the_index_and_to_who_has_a_match(
    place: Sandbox, school: Sender, care: Sender
) -> None:
    hand_over(school, care)
    assert care.status("b-1").texts("betrokkene/telefoon") == ["+31307654322"]


def test_a_ketenregistratie_is_of_its_own_kind(place: Sandbox, school: Sender, watched: Watched) -> None:
    body = signal("a-1", region=REGIONAL).replace(b"soort>SIGNAAL<", b"soort>KETENREGISTRATIE<")
    assert school.post(body).text("stand/bezorging") == "BIJ_INDEX"
    assert b">GEZIN<" in b"".join(sent for _, sent in watched.messages)


def test_who_may_not_know_a_bsn_and_who_does_mean_the_same_child(place: Sandbox, school: Sender) -> None:
    mean_the_same_child(place, school, "Deelnemer WV-0003")


@pytest.mark.parametrize("operation", ["OpenLoket", "PlaatsVermelding"])
@pytest.mark.parametrize("fault", LOST)
def test_whichever_message_is_lost_the_signal_stands_once(
    place: Sandbox, school: Sender, care: Sender, operation: str, fault: Fault
) -> None:
    loses(place, operation, fault)
    stand_once(place, school, care)


@pytest.mark.parametrize("operation", ["RaadpleegVermelding", "SluitVermelding"])
@pytest.mark.parametrize("fault", LOST)
def test_whichever_message_is_lost_the_signal_ends(
    place: Sandbox, school: Sender, operation: str, fault: Fault
) -> None:
    school.give("a-1")
    loses(place, operation, fault)
    assert school.end("a-1").status == 200
    assert until(lambda: stands(place) == {"ARCHIEF": 1})


def test_what_the_index_refuses_is_told_with_its_code(place: Sandbox, school: Sender) -> None:
    suspended = next(row for row in children() if row["opgeschort"] == "ja")
    told = school.give("a-1", bsn=suspended["bsn"])
    assert told.text("stand/bezorging") == "GEWEIGERD"
    assert ">21<" in told.body.decode()
    unreachable = school.give("a-2", contact="<vi:telefoon>112112</vi:telefoon>")
    assert unreachable.text("stand/bezorging") == "GEWEIGERD"
    assert ">50<" in unreachable.body.decode()
    assert stands(place) == {}


@pytest.mark.parametrize("place", [3.0], indirect=True)
def test_while_another_leads_nothing_is_lost(place: Sandbox, school: Sender, care: Sender) -> None:
    assert school.give("a-1").status == 200
    assert delivered(school, "a-1")
    engine = place.indexes["strikt"].engine
    assert engine.appoint(Party(code="WV-0001", leads=False, open=True)) == 1
    with at_once([lambda: school.give("a-2")]):
        assert care.give("b-1").status == 200
    assert delivered(care, "b-1")
    assert school.status("a-2").text("stand/bezorging") in ("WACHT", "ONDERWEG")
    engine.appoint(Party(code="WV-0001", leads=True, open=True))
    assert delivered(school, "a-2")
    assert until(lambda: len(school.matches().find("match")) == 2)
