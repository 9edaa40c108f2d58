"""A simulated index with a counter: what a script lets go wrong, and what is no message of the contract."""

import pytest

from tests.simulator.waakvlam.wire import Loket, envelope, tag


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"fault": "unavailable"}, "DRUKTE"), ({"fault": "refuse"}, "79"), ({"fault": "refuse", "code": "90"}, "90"),
    ],
)  # fmt: skip
def test_a_script_can_refuse(gateway: Loket, fault: dict[str, str], code: str) -> None:
    gateway.managed("storingen", [{"operation": "PlaatsVermelding", "times": 1, **fault}])
    assert [gateway.place().code, gateway.place().code] == [code, "00"]


def test_what_has_no_ruling_fails_when_it_is_refused(gateway: Loket) -> None:
    gateway.managed("storingen", [{"operation": "HaalPost", "fault": "refuse", "times": 1}])
    assert gateway.fetch().code == "INTERN"


@pytest.mark.parametrize("fault", ["forged_match", "foreign_match", "oversized_match"])
def test_false_news_can_be_planted(gateway: Loket, fault: str) -> None:
    gateway.place()
    gateway.managed("storingen", [{"operation": "HaalPost", "fault": fault, "times": 1}])
    assert len(gateway.fetch(strict=False).find("stuk")) == 1


@pytest.mark.parametrize(
    "message",
    [
        b"\x00", b"<a/>", envelope("HaalPostAntwoord"), envelope("HaalPost", tag("naZak", "9" * 400)),
        envelope("HaalPost").replace(b"2003/05", b"2004/05"),
        envelope("HaalPost").replace(b"<env:Header>", b'<env:Header><x env:mustUnderstand="true"/>'),
        envelope("HaalPost", "<!-- -->" + tag("geheim", "kanarie")),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_contract_is_not_quoted(gateway: Loket, message: bytes) -> None:
    ticket = f'<Toegangsbewijs env:mustUnderstand="true">{gateway.ticket}</Toegangsbewijs></env:Header>'.encode()
    told = gateway.post(message.replace(b"</env:Header>", ticket))
    assert (told.status, told.code) == (400, "BerichtFout")
    assert b"kanarie" not in told.raw and b"999" not in told.raw
