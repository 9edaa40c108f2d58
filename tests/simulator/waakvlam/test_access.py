"""A simulated index with a counter: who may speak and in whose name, and what it says it can."""

from pathlib import Path

import zeep

from gateway.simulator.server import Simulator
from gateway.simulator.waakvlam_dialect import WaakvlamDialect
from tests.simulator.conftest import LEGAL
from tests.simulator.waakvlam.wire import SECRET, Connect, Loket
from tests.simulator.wire import CHILD


def test_who_does_not_say_the_secret_is_not_let_in_and_after_five_times_never(connect: Connect) -> None:
    stranger = connect(enter=False)
    assert [stranger.enter("een-verkeerd-geheim").code for _ in range(6)] == ["INLOG_ONJUIST"] * 5 + [
        "AANSLUITING_GEBLOKKEERD"
    ]
    assert stranger.enter().code == "AANSLUITING_GEBLOKKEERD"
    assert connect("ander").fetch().code == ""


def test_a_fourth_ticket_takes_the_first_back(connect: Connect) -> None:
    first, second, third = connect(), connect(), connect()
    assert first.fetch().code == ""
    fourth = connect()
    assert [one.fetch().code for one in (first, second, third, fourth)] == ["BEWIJS_ONBEKEND", "", "", ""]


def test_a_ticket_ends_by_itself_and_when_it_is_handed_in(tmp_path: Path, connect: Connect) -> None:
    with Simulator(directory=tmp_path / "short", dialect=WaakvlamDialect(lifetime=0.0)) as short:
        late = Loket(short.url)
        assert late.fetch().code == "BEWIJS_VERLOPEN"
        late.close()
    gateway = connect()
    assert gateway.ask("SluitLoket").code == ""
    assert gateway.fetch().code == "BEWIJS_ONBEKEND"
    assert connect(enter=False).fetch().code == "BEWIJS_ONTBREEKT"


def test_who_is_asked_comes_before_what_is_asked(tmp_path: Path, connect: Connect) -> None:
    assert connect(enter=False).ask("PlaatsVermelding").code == "BEWIJS_ONTBREEKT"
    gateway = connect()
    assert gateway.ask("PlaatsVermelding").code == "NAMENS_ONTBREEKT"
    assert gateway.ask("PlaatsVermelding", party="WV-1").code == "NIET_NAMENS"
    assert gateway.ask("PlaatsVermelding", party="WV-0001").code == "BerichtFout"
    only = WaakvlamDialect(only=["WV-0002"])
    with Simulator(directory=tmp_path / "only", dialect=only, clock=lambda: LEGAL) as strict:
        one = Loket(strict.url)
        assert (one.place().code, one.place(party="WV-0002").code) == ("NIET_NAMENS", "00")
        one.close()


def test_what_it_can_is_told(tmp_path: Path, gateway: Loket) -> None:
    able = {one.get("naam"): one.get("aanwezig") for one in gateway.ask("ToonAansluiting").find("kunde")}
    assert (able["OVERNEMEN"], able["LEIDEND_ZETTEN"], len(able)) == ("true", "false", 16)
    with Simulator(directory=tmp_path / "plain", dialect=WaakvlamDialect(), clock=lambda: LEGAL) as plain:
        one = Loket(plain.url)
        told = {each.get("naam"): each.get("aanwezig") for each in one.ask("ToonAansluiting").find("kunde")}
        assert (told["OVERNEMEN"], one.take_over().code) == ("false", "60")
        one.close()


def test_a_foreign_soap_client_places_from_the_served_wsdl(index: Simulator) -> None:
    client = zeep.Client(f"{index.soap_url}?wsdl")
    ticket = client.service.OpenLoket(aansluitcode="vreemd", geheim=SECRET).toegangsbewijs
    koppen = {"toegangsbewijs": ticket, "namens": "WV-0001"}
    who = {"medewerkercode": "p", "naam": "N", "functie": "F", "email": "n@example.nl"}
    told = client.service.PlaatsVermelding(
        eigenKenmerk="s-1", soort="GEWOON", persoon={"bsn": CHILD}, aanspreekpunt=who, _soapheaders=koppen
    )
    assert (told.uitslag.code, told.vermelding.stand) == ("00", "LOPEND")
