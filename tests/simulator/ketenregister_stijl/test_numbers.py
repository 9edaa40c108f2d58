"""A simulated ketenregister: a number for who a signal is about and for who gives it, before there is one."""

import pytest

from gateway.simulator.server import Simulator
from tests.simulator.ketenregister_stijl.wire import Connect, Keten, by_bsn, by_data
from tests.simulator.lines import kept
from tests.simulator.wire import CHILD, OTHER, REGISTERED, SUSPENDED


def data_of(child: dict[str, str]) -> str:
    """A child as who does not know the BSN says it."""
    names = ("voorvoegsel", "voornamen", "geboortedatum", "geslacht")
    return by_data(achternaam=child["familienaam"], **{name: child[name] for name in names if child[name]})


def test_a_client_and_a_professional_keep_their_number_for_one_sender(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    data = data_of(REGISTERED[0])
    first = a.verify(client=by_bsn(CHILD)).text("clientnummer")
    assert first == a.verify("s-2", data).text("clientnummer") != b.verify(client=data).text("clientnummer")
    assert CHILD not in first
    who = a.enrol().text("medewerkernummer")
    assert who == a.enrol(naam="Nu anders").text("medewerkernummer") == a.enrol(own="s-9").text("medewerkernummer")
    others = {b.enrol().text("medewerkernummer"), a.enrol("jgz").text("medewerkernummer")}
    assert len(others | {who}) == 3


def test_an_answer_says_no_more_of_a_client_than_its_number(gateway: Keten) -> None:
    told = gateway.verify(client=data_of(REGISTERED[0]))
    assert [child.tag.partition("}")[2] for child in told.body] == ["kop", "eigenReferentie", "clientnummer"]
    assert gateway.enrol(client="c-1").text("clientnummer") == "c-1"


@pytest.mark.parametrize(
    ("client", "code"),
    [
        (by_bsn("111222333"), "IX-404"),
        (by_bsn(SUSPENDED[0]["bsn"]), "IX-410"),
        (by_data(achternaam="Niemand", geboortedatum="2015", geslacht="M"), "IX-404"),
    ],
)
def test_who_cannot_be_verified_is_refused(gateway: Keten, client: str, code: str) -> None:
    told = gateway.verify(client=client)
    assert (told.code, told.again) == (code, False)


def test_a_number_of_nobody_or_of_another_sender_begins_anew(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    client, by = a.verify().text("clientnummer"), a.enrol().text("medewerkernummer")
    for told in (b.record(client, by), a.record(client, "m-0"), a.record("c-0", by)):
        assert (told.code, told.again) == ("IX-425", True)
    assert not a.record(client, by).code
    assert a.amend("m-0").code == "IX-425"


def test_a_number_that_was_never_used_goes_after_a_day(index: Simulator, gateway: Keten) -> None:
    client, by = gateway.verify().text("clientnummer"), gateway.enrol("eenmalig").text("medewerkernummer")
    gateway.register("s-2", client=by_bsn(OTHER))
    gateway.managed("tijd", {"seconden": 3 * 24 * 3600})
    gateway.verify("s-3", by_bsn(OTHER))
    assert gateway.record(client, by).code == "IX-425"
    assert b"eenmalig" not in kept(index) and CHILD.encode() not in kept(index)
    assert gateway.register("s-4", client=by_bsn(OTHER)).text("bestondAl") == "false"
