"""An index that holds the regie of a match: one has it, on the stand it was asked on, by whichever door."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator

from .wire import Answer, Sender, tag

ABLE = IndexCapabilities(regie=True, terugkoppelen=True)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(directory=tmp_path / "index", capabilities=ABLE) as running:
        yield running


@pytest.fixture
def sides(index: Simulator) -> Iterator[tuple[Sender, Sender]]:
    """A school and a doctor, each with a gateway of its own, who match."""
    school, doctor = Sender(index.url, "a"), Sender(index.url, "b")
    school.register(signal="s-1", naam="S. Chool")
    doctor.register(signal="d-1", organisation="jeugdarts", naam="A. Rts")
    yield school, doctor
    for each in (school, doctor):
        each.close()


def number(sender: Sender) -> str:
    return str(sender.poll().matches[0]["matchId"])


def ask(sender: Sender, signal: str, handeling: str, stand: int, *, match: str = "", reference: str = "") -> Answer:
    inner = tag("gatewayReferentie", signal) + tag("matchId", match or number(sender))
    return sender.ask("regieVastleggen", inner + tag("handeling", handeling) + tag("stand", stand), reference=reference)


def told(answer: Answer) -> tuple[str, str, str]:
    return answer.text("uitgevoerd"), answer.text("regie/wie"), answer.text("regie/stand")


def by_hand(sender: Sender, signal: str, handeling: str, **more: str) -> tuple[int, dict[str, object]]:
    wish = {"gatewayReferentie": signal, "matchId": number(sender), "handeling": handeling, **more}
    status, body = sender.request("POST", "/beheer/regie", json.dumps(wish).encode())
    return status, json.loads(body)


def test_the_first_has_it_and_the_second_is_told_how_it_is(sides: tuple[Sender, Sender]) -> None:
    school, doctor = sides
    assert school.ask("capaciteiten").text("regie") == "true"
    assert told(ask(school, "s-1", "NEMEN", 0)) == ("true", "IK", "1")
    assert told(ask(doctor, "d-1", "NEMEN", 0)) == ("false", "ANDER", "1")
    assert told(ask(doctor, "d-1", "NEMEN", 1)) == ("false", "ANDER", "1"), "it does not fit either"


def test_both_are_told_with_the_match_and_only_of_the_other_the_name(sides: tuple[Sender, Sender]) -> None:
    school, _doctor = sides
    ask(school, "s-1", "NEMEN", 0)
    mine, theirs = (sender.poll().matches[-1]["regie"] for sender in sides)
    assert mine == {"wie": "IK", "aangeboden": "false", "stand": "1"}
    assert theirs == {
        "wie": "ANDER", "naam": "S. Chool", "instantieNaam": "Instantie school", "aangeboden": "false", "stand": "1"
    }  # fmt: skip


def test_a_repeated_message_is_answered_the_same_and_done_once(sides: tuple[Sender, Sender]) -> None:
    school, _ = sides
    first = ask(school, "s-1", "NEMEN", 0, reference="m-1")
    again = ask(school, "s-1", "NEMEN", 0, reference="m-1")
    assert told(first) == told(again) == ("true", "IK", "1")
    assert b"S. Chool" not in again.raw


def test_in_its_own_web_application_a_professional_acts_on_what_is_so_now(sides: tuple[Sender, Sender]) -> None:
    school, doctor = sides
    assert by_hand(doctor, "d-1", "NEMEN", herzienOp="2027-01-04") == (
        200,
        {"uitgevoerd": True, "wie": "IK", "stand": 1},
    )
    assert school.poll().matches[-1]["regie"]["herzienOp"] == "2027-01-04"
    assert told(ask(school, "s-1", "NEMEN", 0)) == ("false", "ANDER", "1")
    assert by_hand(doctor, "d-1", "OVERDRAGEN")[1]["uitgevoerd"] is True
    assert told(ask(school, "s-1", "AANVAARDEN", 2)) == ("true", "IK", "3")
    assert by_hand(doctor, "d-1", "NEERLEGGEN")[1]["uitgevoerd"] is False


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"gatewayReferentie":"s-1","matchId":"m","handeling":"HOUDEN"}'])
def test_the_web_application_wants_three_things(sides: tuple[Sender, Sender], body: bytes) -> None:
    status, _ = sides[0].request("POST", "/beheer/regie", body)
    assert status == 400


def test_of_another_match_or_signal_nobody_hears_anything(sides: tuple[Sender, Sender]) -> None:
    school, _doctor = sides
    assert ask(school, "d-1", "NEMEN", 0).code == "IX-404", "a signal of another sender"
    assert ask(school, "s-1", "NEMEN", 0, match=str(uuid4())).code == "IX-404"
    status, answer = by_hand(school, "s-9", "NEMEN")
    assert (status, answer) == (409, {"fout": "IX-404"})


def test_it_goes_with_the_match(sides: tuple[Sender, Sender]) -> None:
    school, doctor = sides
    match = number(school)
    ask(school, "s-1", "NEMEN", 0)
    school.withdraw("s-1")
    assert ask(doctor, "d-1", "NEMEN", 1, match=match).code == "IX-404"
    assert "regie" not in doctor.poll().matches[-1]


def test_what_became_of_a_match_is_kept_for_each_side(sides: tuple[Sender, Sender]) -> None:
    school, doctor = sides
    match = number(school)
    for sender, signal, contact in (
        (school, "s-1", "GEPROBEERD"),
        (school, "s-1", "CONTACT"),
        (doctor, "d-1", "CONTACT"),
    ):
        inner = tag("gatewayReferentie", signal) + tag("matchId", match) + tag("contact", contact)
        assert sender.ask("matchTerugkoppelen", inner).text("status") == "ACTIEF"
    assert sorted(one["contact"] + one["gatewayReferentie"] for one in school.managed("GET", "terugkoppelingen")) == [
        "CONTACTd-1", "CONTACTs-1",
    ]  # fmt: skip
    inner = tag("gatewayReferentie", "s-9") + tag("matchId", match) + tag("contact", "CONTACT")
    assert school.ask("matchTerugkoppelen", inner).code == "IX-404"


def test_an_index_that_can_do_neither_says_so(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path / "plain") as plain:
        sender = Sender(plain.url, "a")
        sender.register(signal="s-1")
        sender.register(signal="d-1", organisation="jeugdarts")
        assert ask(sender, "s-1", "NEMEN", 0).code == "IX-422"
        inner = tag("gatewayReferentie", "s-1") + tag("matchId", number(sender)) + tag("contact", "CONTACT")
        assert sender.ask("matchTerugkoppelen", inner).code == "IX-422"
        sender.close()
