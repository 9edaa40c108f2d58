"""A simulated ketenregister: numbers first, one registration under one reference, notices that are fetched."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zeep

from gateway.cli.running import free_port
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.keten_dialect import KetenDialect
from gateway.simulator.server import Simulator
from gateway.simulator.soap_dialect import SoapDialect

from .conftest import LEGAL
from .keten_wire import KR, Keten, Told, by_bsn, by_data, envelope, tag
from .wire import CHILD, REGISTERED, SUSPENDED

Connect = Callable[..., Keten]
OTHER = REGISTERED[1]["bsn"]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    spoken = SPOKEN["ketenregister_stijl"]
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, dialect=spoken.dialect(), capabilities=spoken.capabilities
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Iterator[Connect]:
    made: list[Keten] = []

    def keten(name: str = "gateway") -> Keten:
        made.append(Keten(index.url, name))
        return made[-1]

    yield keten
    for each in made:
        each.close()


@pytest.fixture
def gateway(connect: Connect) -> Keten:
    return connect()


def kept(index: Simulator) -> bytes:
    """All bytes that the index has on disk."""
    return b"".join(path.read_bytes() for path in index._directory.iterdir())


def data_of(child: dict[str, str]) -> str:
    """A child as who does not know the BSN says it."""
    names = ("voorvoegsel", "voornamen", "geboortedatum", "geslacht")
    return by_data(achternaam=child["familienaam"], **{name: child[name] for name in names if child[name]})


# numbers


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


# registrations


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


# notices


def test_a_match_comes_by_mail_and_is_fetched(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register("s-1", "school")
    b.register("d-1", "jgz")
    assert a.managed("mails") == {"mails": 2, "dubbel": 0}
    (mine,), (theirs,) = a.fetch().each("matchbericht"), b.fetch().each("matchbericht")
    assert mine["matchnummer"] == theirs["matchnummer"]
    assert (mine["eigenReferentie"], mine["soort"], mine["stand"]) == ("s-1", "ZELFDE_CLIENT", "LOPEND")
    assert mine["contactpersoon"] == {
        "naam": "Melder van jgz", "organisatie": "Instantie jgz", "telefoon": "0612345678",
    }  # fmt: skip
    b.withdraw("d-1")
    told = a.fetch(1)
    assert [one["stand"] + one["verwijderen"] for one in told.each("matchbericht")] == ["VERVALLENtrue"]
    assert (told.text("laatsteNummer"), told.text("meer")) == ("2", "false")


def test_notices_come_in_parts_by_number(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    for n in range(5):
        a.register(f"s-{n}", client=by_bsn(REGISTERED[n]["bsn"]))
        b.register(f"d-{n}", "jgz", by_bsn(REGISTERED[n]["bsn"]))
    seen, after, more = [], 0, True
    while more:
        told = a.fetch(after, 2)
        seen += [one["eigenReferentie"] for one in told.each("matchbericht")]
        after, more = int(told.text("laatsteNummer")), told.text("meer") == "true"
    assert seen == [f"s-{n}" for n in range(5)]
    assert a.fetch(10**50).text("meer") == "false"


def test_what_the_register_ended_is_told_with_its_reason(gateway: Keten) -> None:
    gateway.register()
    gateway.managed("storingen", [{"operation": "berichtenOphalen", "fault": "died", "times": 1}])
    assert gateway.fetch().each("vernietigd") == [{"eigenReferentie": "s-1", "reden": "OVERLEDEN"}]


def test_who_does_not_lead_mails_nobody_until_it_does(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register("s-1", "school", leading="false")
    b.register("d-1", "jgz", leading="false")
    assert a.managed("mails") == {"mails": 0, "dubbel": 0}
    assert a.lead("s-1", "true").text("status") == "ACTIEF"
    assert a.stands("s-1").each("registratie")[0]["leidend"] == "true"
    assert a.lead("s-9", "true").code == "IX-404"


# what goes wrong


@pytest.mark.parametrize(
    ("operation", "inner"),
    [
        ("clientVerifieren", tag("eigenReferentie", "s-1")),
        ("clientVerifieren", tag("eigenReferentie", "s-1") + by_bsn("12")),
        ("registratieBeeindigen", tag("eigenReferentie", "s-1") + tag("beeindigdPer", "-2026-11-21")),
        ("berichtenOphalen", tag("naNummer", "9" * 400)),
        ("statusOpvragen", tag("vanBericht", "m-1")),
        ("bevestiging", ""),
    ],
)
def test_what_is_no_message_of_the_contract_is_not_quoted(gateway: Keten, operation: str, inner: str) -> None:
    told = gateway.ask(operation, inner)
    assert told.code == "IX-400"
    assert b"12</" not in told.raw and b"99999" not in told.raw


def test_an_answer_is_no_question(gateway: Keten) -> None:
    body = gateway.verify().raw
    assert gateway.post(body).code == "IX-400"
    assert gateway.post(b"\x00").code == gateway.post(b"<a/>").code == "IX-400"
    assert gateway.post(envelope("capaciteiten", "", number="m", sender="g").replace(b"envelope/", b"e/")).code


def test_a_refusal_by_script_is_not_for_good(gateway: Keten) -> None:
    gateway.managed(
        "storingen", [{"operation": "signaalVastleggen", "fault": "refuse", "code": "IX-9", "times": 1}]
    )  # fmt: skip
    assert gateway.register().code == "IX-9"
    assert gateway.register().text("bestondAl") == "false"


@pytest.mark.parametrize("fault", ["forged_match", "foreign_match", "oversized_match"])
def test_false_notices_can_be_planted(gateway: Keten, fault: str) -> None:
    gateway.register()
    gateway.managed("storingen", [{"operation": "berichtenOphalen", "fault": fault, "times": 1}])
    told: Told = gateway.post(envelope("berichtenOphalen", tag("naNummer", 0), number="m", sender="gateway"))
    assert len(told.each("matchbericht")) == 1


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
    port = free_port()
    command = [
        sys.executable, "-m", "gateway.cli", "simulate-index", "--port", str(port), "--dir", str(tmp_path / "index"),
        "--dialect", "ketenregister_stijl", "--clock", "2026-11-21T10:00:00",
    ]  # fmt: skip
    numbers = []
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            sender = Keten(f"http://127.0.0.1:{port}")
            client, by = sender.verify().text("clientnummer"), sender.enrol().text("medewerkernummer")
            told = sender.record(client, by)
            sender.close()
            process.send_signal(signal.SIGKILL)
        numbers.append((client, by, told.text("registratienummer"), told.text("bestondAl")))
    (first, second) = numbers
    assert first[:3] == second[:3]
    assert (first[3], second[3]) == ("false", "true")


def test_every_dialect_has_its_own_contract() -> None:
    assert {type(spoken.dialect()) for spoken in SPOKEN.values()} >= {SoapDialect, KetenDialect}
    assert KR.encode() in KetenDialect().documents("http://x/soap")["/soap?wsdl"]
