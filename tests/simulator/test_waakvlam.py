"""A simulated index with a counter: who may speak, by which codes it rules, and what is in its bags."""

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zeep

from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Soort
from gateway.cli.running import free_port
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from gateway.simulator.values import Message, Register
from gateway.simulator.waakvlam_dialect import WaakvlamDialect

from .conftest import LEGAL
from .waakvlam_wire import SECRET, Loket, by_bsn, by_data, envelope, tag, worker
from .wire import CHILD, REGISTERED, SUSPENDED

Connect = Callable[..., Loket]
ABLE = SPOKEN["waakvlam"].capabilities
OTHER = REGISTERED[1]["bsn"]
DAYS = 24 * 3600


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, dialect=WaakvlamDialect(), capabilities=ABLE
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Iterator[Connect]:
    made: list[Loket] = []

    def loket(name: str = "gateway", **options: bool) -> Loket:
        made.append(Loket(index.url, name, **options))
        return made[-1]

    yield loket
    for each in made:
        each.close()


@pytest.fixture
def gateway(connect: Connect) -> Loket:
    return connect()


def number(told: object) -> str:
    assert hasattr(told, "text") and told.code in ("00", "01"), getattr(told, "raw", b"")
    return str(told.text("nummer"))


# who may speak


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


# signals


def test_a_signal_gets_a_number_and_said_again_keeps_it(gateway: Loket) -> None:
    first = gateway.place(moment="20261121095800+0100", until="20270601")
    assert (first.code, first.text("stand"), first.text("uiterlijkeDag")) == ("00", "LOPEND", "20270601")
    assert number(first) == "2026-KTR-00001"
    again = gateway.place(until="20270101", who=worker("Een ander"))
    assert (again.code, number(again), again.text("uiterlijkeDag")) == ("01", "2026-KTR-00001", "20270601")
    assert gateway.place(child=by_bsn(OTHER)).code == gateway.place(soort="GEZIN").code == "40"
    assert gateway.managed("telling") == {"signalen": {"ACTIEF": 1}, "dubbel": 0, "matches": 0}


def test_a_reference_and_a_number_are_of_one_organisation(gateway: Loket) -> None:
    mine = number(gateway.place())
    theirs = gateway.place(party="WV-0002")
    assert (theirs.code, number(theirs) != mine) == ("00", True)
    assert gateway.shut(mine, party="WV-0002").code == gateway.revise(mine, "WV-0002", who=worker()).code == "10"
    assert gateway.consult("s-9").code == "10"
    assert gateway.managed("telling")["matches"] == 1


def test_a_number_that_was_never_given_out_is_of_nothing(gateway: Loket) -> None:
    gateway.place()
    for strange in ("2026-KTR-00002", "2025-KTR-00001", "2026-TTR-00001", "2026-ZZZ-99999"):
        assert gateway.shut(strange).code == "10"


@pytest.mark.parametrize(
    ("child", "code"),
    [
        (by_bsn("123456789"), "20"),
        (by_bsn("111222333"), "21"),
        (by_bsn(SUSPENDED[0]["bsn"]), "21"),
        (by_data(voornamen="N", geslachtsnaam="Niemand", geboortedag="20031121", geslacht="man"), "22"),
        (by_data(voornamen="N", geslachtsnaam="Niemand", geboortedag="20150231", geslacht="man"), "BerichtFout"),
        ("<persoon/>", "BerichtFout"),
    ],
)
def test_who_it_may_not_be_about(gateway: Loket, child: str, code: str) -> None:
    told = gateway.place(child=child)
    assert told.code == code
    assert b"111222333" not in told.raw and b"Niemand" not in told.raw


def test_who_is_not_in_the_register_is_compared_by_what_was_said(gateway: Loket) -> None:
    nobody = by_data(voornamen="Noor", geslachtsnaam="Nergens", geboortedag="20150301", geslacht="vrouw")
    gateway.place("s-1", "WV-0001", child=nobody)
    gateway.place("d-1", "WV-0002", child=nobody.replace("Nergens", "NERGENS"))
    assert gateway.consult("s-1").text("persoonHerkend") == "PERSONALIA"
    assert gateway.managed("telling")["matches"] == 1


def test_who_is_in_the_register_is_the_same_by_number_and_by_data(gateway: Loket) -> None:
    row = REGISTERED[0]
    said = {"voorvoegsel": row["voorvoegsel"]} if row["voorvoegsel"] else {}
    data = by_data(
        voornamen=row["voornamen"], geslachtsnaam=row["familienaam"],
        geslacht={"M": "man", "V": "vrouw"}[row["geslacht"]], geboortedag=row["geboortedatum"].replace("-", ""), **said,
    )  # fmt: skip
    gateway.place("s-1", "WV-0001", child=data)
    gateway.place("d-1", "WV-0002")
    assert gateway.consult("s-1").text("persoonHerkend") == "BSN"
    assert gateway.managed("telling")["matches"] == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"until": "20261121"}, "30"), ({"until": "20261122"}, "00"), ({"until": "20281121"}, "00"),
        ({"until": "20281122"}, "31"), ({"moment": "20261114095900+0100"}, "32"),
        ({"moment": "20261114100100+0100"}, "00"), ({"moment": "20261121100400+0100"}, "00"),
        ({"moment": "20261121100600+0100"}, "32"), ({"who": worker(reach="")}, "50"),
    ],
)  # fmt: skip
def test_limits_of_a_new_signal(gateway: Loket, said: dict[str, str], code: str) -> None:
    assert gateway.place(**said).code == code  # type: ignore[arg-type]


def test_the_last_day_is_told_and_nobody_outlives_coming_of_age(gateway: Loket) -> None:
    nearly = by_data(voornamen="B", geslachtsnaam="Bijna", geboortedag="20040509", geslacht="man")
    told = gateway.place(child=nearly, until="20281121")
    assert (told.code, told.limit) == ("31", "20270509")
    assert gateway.place(child=nearly).text("uiterlijkeDag") == "20270509"


def test_a_change_is_of_what_is_said_and_no_more(gateway: Loket) -> None:
    it = number(gateway.place())
    assert gateway.revise(it).code == "51"
    assert [gateway.revise(it, who=worker("Opvolger")).code for _ in range(2)] == ["00", "01"]
    assert gateway.revise(it, until="20270601").text("uiterlijkeDag") == "20270601"
    assert gateway.revise(it, until="20281122").code == "31"
    assert gateway.revise(it, until="20261121").code == "30"
    assert gateway.revise(it, who=worker(reach="")).code == "50"
    told = gateway.consult()
    assert (told.text("naam"), told.text("uiterlijkeDag"), told.text("soort")) == ("Opvolger", "20270601", "GEWOON")


def test_the_whole_life(gateway: Loket) -> None:
    it = number(gateway.place())
    assert [gateway.shut(it).code for _ in range(2)] == ["00", "01"]
    assert gateway.consult().text("stand") == "RUSTEND"
    assert (gateway.revise(it, who=worker()).code, gateway.place().code) == ("11", "41")
    assert [gateway.shut(it, "INGETROKKEN").code for _ in range(2)] == ["00", "01"]
    assert (gateway.shut(it).code, gateway.revise(it, who=worker()).code, gateway.place().code) == ("12", "12", "41")
    told = gateway.consult()
    assert [child.tag.partition("}")[2] for child in told.find("vermelding")[0]] == [
        "nummer", "eigenKenmerk", "stand", "gewistOp",
    ]  # fmt: skip


def test_what_is_withdrawn_leaves_nobody_on_disk(index: Simulator, gateway: Loket) -> None:
    it = number(gateway.place(who=worker("Kanarie Melder")))
    gateway.shut(it, "INGETROKKEN")
    kept = b"".join(path.read_bytes() for path in index._directory.iterdir())
    assert CHILD.encode() not in kept and b"Kanarie" not in kept


# taking over and leading


def test_what_is_taken_over_keeps_its_moment_and_nobody_is_mailed(gateway: Loket) -> None:
    gateway.place("d-1", "WV-0002")
    told = gateway.take_over()
    assert (told.code, told.text("meldmoment")) == ("00", "20250603101500+0200")
    assert gateway.managed("mails") == {"mails": 0, "dubbel": 0}
    pieces = gateway.fetch().find("stuk")
    assert {piece.get("stil") for piece in pieces} == {"true"} and len(pieces) == 2
    assert gateway.take_over(until="20270604", own="s-2").code == "31"
    assert gateway.take_over(moment="20261122100000+0100", own="s-2").code == "32"


def test_an_organisation_that_another_leads_for_has_no_post_until_this_one_does(gateway: Loket) -> None:
    gateway.place("d-1", "WV-0002")
    gateway.take_over("s-0", child=by_bsn(OTHER))
    assert gateway.managed("deelnemers", {"code": "WV-0001", "leads": False, "open": True}) == {"aansluitingen": 1}
    assert (gateway.place().code, gateway.take_over().code) == ("61", "00")
    first, _, pieces = gateway.fetch().bag
    assert pieces == [("Ontstaan", "d-1")]
    shown = gateway.ask("ToonAansluiting")
    assert [one.get("wie") for one in shown.find("leidend")] == ["ANDER", "WIJ"]
    gateway.managed("deelnemers", {"code": "WV-0001", "leads": True, "open": False})
    later = gateway.fetch(first)
    assert later.bag[2] == [("Ontstaan", "s-1")]
    assert later.find("stuk")[0].get("stil") == "true"
    assert (gateway.place("s-3", child=by_bsn(OTHER)).code, gateway.take_over("s-4").code) == ("00", "60")


def test_what_it_can_is_told(tmp_path: Path, gateway: Loket) -> None:
    able = {one.get("naam"): one.get("aanwezig") for one in gateway.ask("ToonAansluiting").find("kunde")}
    assert (able["OVERNEMEN"], able["LEIDEND_ZETTEN"], len(able)) == ("true", "false", 16)
    with Simulator(directory=tmp_path / "plain", dialect=WaakvlamDialect(), clock=lambda: LEGAL) as plain:
        one = Loket(plain.url)
        told = {each.get("naam"): each.get("aanwezig") for each in one.ask("ToonAansluiting").find("kunde")}
        assert (told["OVERNEMEN"], one.take_over().code) == ("false", "60")
        one.close()


# post


def test_a_match_is_told_to_both_under_one_number(connect: Connect) -> None:
    a, b = connect("aansluitinga"), connect("aansluitingb")
    a.place("s-1", "WV-0001")
    mine = number(b.place("d-1", "WV-0002"))
    one, other = a.fetch(), b.fetch()
    assert one.text("samenloopnummer") == other.text("samenloopnummer") == "1"
    (who,) = one.find("wederpartij")
    assert [child.text for child in who[1:]] == ["M. Elder", "leerkracht", "+31301234567"]
    assert dict(who[0].attrib) == {"code": "WV-0002", "naam": "Deelnemer WV-0002"}
    assert b"p-1" not in one.raw
    b.revise(mine, "WV-0002", who=worker("Opvolger"))
    changed = a.fetch(one.bag[0])
    assert (changed.text("naam"), changed.find("samenloopOntstaan")[0].get("versie")) == ("Opvolger", "2")
    b.shut(mine, party="WV-0002")
    lapsed = a.fetch(changed.bag[0])
    assert lapsed.bag[2] == [("Vervallen", "s-1")]
    b.shut(mine, "INGETROKKEN", "WV-0002")
    assert a.fetch(lapsed.bag[0]).bag[2] == [("Wissen", "s-1")]
    assert a.fetch().find("wederpartij") == [], "an old bag tells nobody of what was destroyed since"


def test_who_did_not_come_by_the_counter_is_told_without_a_code(index: Simulator, gateway: Loket) -> None:
    gateway.place()
    who = Contact(professional_id="v", naam="V. Reemd", instantie_id="politie", instantie_naam="Politie", telefoon="06")
    elsewhere = Register(
        reference="v-1", soort=Soort.SIGNAAL, person=Person(bsn=CHILD), contact=who,
        datum_tijd_melding="2026-11-21T09:58:00+01:00", verwijderdatum=dt.date(2028, 11, 21),
    )  # fmt: skip
    index.engine.answer(Message(sender="vreemd", reference="v-1", request=elsewhere))
    (organisation,) = gateway.fetch().find("organisatie")
    assert dict(organisation.attrib) == {"code": "WV-0000", "naam": "Politie"}


def test_the_same_question_has_the_same_bag(gateway: Loket) -> None:
    assert gateway.fetch().find("leeg")
    gateway.place("s-1", "WV-0001")
    gateway.place("d-1", "WV-0002")
    first = gateway.fetch()
    gateway.place("e-1", "WV-0003")
    assert gateway.fetch().raw != first.raw, "more waits now"
    assert gateway.fetch().bag[::2] == first.bag[::2]
    last, waiting, pieces = gateway.fetch(first.bag[0]).bag
    assert (waiting, len(pieces)) == (0, 4)
    assert gateway.fetch(last).find("leeg")


def test_a_bag_holds_no_more_than_twenty_five(gateway: Loket) -> None:
    for at in range(7):
        gateway.place(f"s-{at}", f"WV-{at:04}")
    number, waiting, pieces = gateway.fetch().bag
    assert (len(pieces), waiting) == (25, 17)
    assert [len(gateway.fetch(number).bag[2]), gateway.fetch(number).bag[1]] == [17, 0]


def test_bags_are_cleared_away_after_forty_five_days(gateway: Loket) -> None:
    gateway.place("s-1", "WV-0001")
    gateway.place("d-1", "WV-0002")
    first = gateway.fetch().bag[0]
    gateway.place("e-1", "WV-0003")
    second = gateway.fetch(first).bag[0]
    gateway.managed("tijd", {"seconden": 46 * DAYS})
    gateway.place("f-1", "WV-0004")
    assert gateway.fetch(first).code == "ZAK_OPGERUIMD"
    third = gateway.fetch(second)
    assert len(third.bag[2]) == 6
    assert gateway.fetch().raw == third.raw
    assert gateway.fetch(first + 1).code == "ZAK_ONBEKEND"


def test_what_only_the_national_index_knows_has_no_word_here(index: Simulator, gateway: Loket) -> None:
    it = number(gateway.place("s-1", "WV-0001"))
    gateway.shut(it)
    gateway.place("d-1", "WV-0002")
    gateway.managed("verhuizingen", {"bsn": CHILD, "gemeente": "0344"})
    assert gateway.fetch().find("leeg")


# what goes wrong


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


def test_a_foreign_soap_client_places_from_the_served_wsdl(index: Simulator) -> None:
    client = zeep.Client(f"{index.soap_url}?wsdl")
    ticket = client.service.OpenLoket(aansluitcode="vreemd", geheim=SECRET).toegangsbewijs
    koppen = {"toegangsbewijs": ticket, "namens": "WV-0001"}
    who = {"medewerkercode": "p", "naam": "N", "functie": "F", "email": "n@example.nl"}
    told = client.service.PlaatsVermelding(
        eigenKenmerk="s-1", soort="GEWOON", persoon={"bsn": CHILD}, aanspreekpunt=who, _soapheaders=koppen
    )
    assert (told.uitslag.code, told.vermelding.stand) == ("00", "LOPEND")


def test_a_signal_keeps_its_number_also_after_the_index_was_killed(tmp_path: Path) -> None:
    port = free_port()
    command = [
        sys.executable, "-m", "gateway.cli", "simulate-index", "--port", str(port), "--dir", str(tmp_path / "index"),
        "--dialect", "waakvlam", "--clock", "2026-11-21T10:00:00",
    ]  # fmt: skip
    told = []
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline()
            sender = Loket(f"http://127.0.0.1:{port}")
            answer = sender.place()
            told.append((answer.code, answer.text("nummer")))
            sender.close()
            process.send_signal(signal.SIGKILL)
    assert told == [("00", "2026-KTR-00001"), ("01", "2026-KTR-00001")]
