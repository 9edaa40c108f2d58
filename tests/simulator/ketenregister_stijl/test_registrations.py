"""A simulated ketenregister: one registration under one reference, its life, and what it can do."""

from contextlib import closing
from pathlib import Path

import pytest
import zeep

from gateway.simulator.dialects import SPOKEN
from gateway.simulator.keten_dialect import KetenDialect
from gateway.simulator.server import Simulator
from gateway.simulator.soap_dialect import SoapDialect
from tests.simulator.conftest import LEGAL
from tests.simulator.ketenregister_stijl.wire import KR, Connect, Keten, by_bsn, tag
from tests.simulator.lines import kept, until_killed
from tests.simulator.wire import CHILD, OTHER, SUSPENDED


def test_a_registration_said_again_is_the_same_one(gateway: Keten) -> None:
    first = gateway.register()
    again = gateway.register()
    assert (first.text("bestondAl"), again.text("bestondAl")) == ("false", "true")
    assert first.text("registratienummer") == again.text("registratienummer")
    other = gateway.register(client=by_bsn(OTHER), organisation="jgz", until="2027-01-01")
    assert other.text("registratienummer") == first.text("registratienummer")
    assert other.text("einddatum") == "2028-11-21"
    assert gateway.managed("telling") == {"signalen": {"ACTIEF": 1}, "dubbel": 0, "matches": 0}


def test_what_stands_keeps_its_client_whatever_the_register_says_since(index: Simulator, gateway: Keten) -> None:
    gateway.register()
    assert not gateway.verify("s-1", by_bsn(SUSPENDED[0]["bsn"])).code
    assert gateway.verify("s-2", by_bsn(SUSPENDED[0]["bsn"])).code == "IX-410"


def test_a_reference_belongs_to_its_sender(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register()
    assert b.register(organisation="jgz").text("bestondAl") == "false"
    assert a.managed("telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}


@pytest.mark.parametrize("kind", ["signaalVastleggen", "ketenregistratieVastleggen"])
def test_each_kind_is_registered(gateway: Keten, kind: str) -> None:
    code = tag("signaalcode", "URGENT") if kind == "signaalVastleggen" else ""
    assert gateway.register(kind=kind, more=code).text("status") == "ACTIEF"
    assert gateway.register("s-2", until="2029-11-21", kind=kind).code == "IX-424"


def test_an_index_takes_what_its_capabilities_say(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path / "plain", clock=lambda: LEGAL, dialect=KetenDialect()) as plain:
        sender = Keten(plain.url)
        assert sender.register(kind="ketenregistratieVastleggen").code == "IX-422"
        assert sender.register(more=tag("signaalcode", "LAAG")).code == "IX-422"
        assert sender.register(leading="false").code == "IX-422"
        assert sender.register().text("status") == "ACTIEF"
        assert sender.amend(sender.enrol().text("medewerkernummer")).code == "IX-422"
        assert sender.stands().code == sender.lead("s-1", "false").code == "IX-422"
        told = sender.ask("capaciteiten")
        assert {child.text for child in told.body[1:-1]} == {"false"}
        sender.close()


def test_all_capabilities_are_told(gateway: Keten) -> None:
    told = gateway.ask("capaciteiten")
    assert [child.text for child in told.body[1:]] == ["true"] * 8 + ["PT10.000S"]


def test_a_change_is_of_who_has_it_and_until_when(gateway: Keten) -> None:
    gateway.register()
    by = gateway.enrol("school", naam="Opvolger").text("medewerkernummer")
    assert gateway.stands().each("registratie")[0]["medewerker"]["naam"] == "Melder van school"
    for _ in range(2):
        assert gateway.amend(by, until="2027-06-01").text("status") == "ACTIEF"
    (stands,) = gateway.stands().each("registratie")
    assert (stands["medewerker"]["naam"], stands["einddatum"]) == ("Opvolger", "2027-06-01")
    assert stands["datumTijdMelding"] == "2026-11-21T09:58:00+01:00"
    assert gateway.amend(by, "s-9").code == "IX-404"


def test_the_whole_life(gateway: Keten) -> None:
    number = gateway.register().text("registratienummer")
    for done, status in ((gateway.end, "ARCHIEF"), (gateway.withdraw, "VERNIETIGD"), (gateway.end, "VERNIETIGD")):
        told = done()
        assert (told.text("registratienummer"), told.text("status")) == (number, status)
    (stands,) = gateway.stands().each("registratie")
    assert (stands["status"], "medewerker" in stands, "datumTijdMelding" in stands) == ("VERNIETIGD", False, False)
    again = gateway.register()
    assert (again.text("registratienummer"), again.text("status")) == (number, "VERNIETIGD")
    assert gateway.end("s-9").code == gateway.withdraw("s-9").code == "IX-404"
    assert gateway.stands("s-9").each("registratie") == []


def test_a_withdrawal_leaves_no_number_and_nobody_behind(index: Simulator, gateway: Keten) -> None:
    client, by = gateway.verify().text("clientnummer"), gateway.enrol("wilg").text("medewerkernummer")
    gateway.record(client, by)
    gateway.record(gateway.verify("s-2", by_bsn(OTHER)).text("clientnummer"), by, "s-2")
    assert CHILD.encode() in kept(index)
    gateway.withdraw()
    assert CHILD.encode() not in kept(index) and client.encode() not in kept(index)
    assert b"Melder van wilg" in kept(index), "of the other registration"
    gateway.withdraw("s-2")
    assert b"Melder van wilg" not in kept(index) and by.encode() not in kept(index)


def test_a_foreign_soap_client_registers_from_the_served_wsdl(index: Simulator) -> None:
    client = zeep.Client(f"{index.soap_url}?wsdl")
    kop = {
        "berichtnummer": "b-1", "verzondenOp": "2026-11-21T10:00:00+01:00", "afzender": "a", "geadresseerde": "index",
        "versie": "1",
    }  # fmt: skip
    own = {"kop": kop, "eigenReferentie": "s-1"}
    who = client.service.clientVerifieren(**own, client={"bsn": CHILD}).clientnummer
    professional = {"medewerkerId": "p", "naam": "N", "organisatieId": "o", "organisatie": "O"}
    by = client.service.medewerkerRegistreren(**own, medewerker=professional).medewerkernummer
    told = client.service.signaalVastleggen(
        **own, clientnummer=who, medewerkernummer=by, datumTijdMelding="2026-11-21T10:00:00+01:00",
        einddatum="2028-11-21", leidend=True,
    )  # fmt: skip
    assert (told.status, told.bestondAl) == ("ACTIEF", False)


def test_a_registration_stands_once_also_after_the_index_was_killed(tmp_path: Path) -> None:
    numbers = []
    for _ in range(2):
        with until_killed(tmp_path / "index", "ketenregister_stijl") as url, closing(Keten(url)) as sender:
            client, by = sender.verify().text("clientnummer"), sender.enrol().text("medewerkernummer")
            told = sender.record(client, by)
        numbers.append((client, by, told.text("registratienummer"), told.text("bestondAl")))
    (first, second) = numbers
    assert first[:3] == second[:3]
    assert (first[3], second[3]) == ("false", "true")


def test_every_dialect_has_its_own_contract() -> None:
    assert {type(spoken.dialect()) for spoken in SPOKEN.values()} >= {SoapDialect, KetenDialect}
    assert KR.encode() in KetenDialect().documents("http://x/soap")["/soap?wsdl"]
