import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.canonical.order import IndexCapabilities, Person
from gateway.canonical.signal import Geslacht
from gateway.simulator.persons import Persons
from gateway.simulator.server import Simulator

from .wire import CHILD, CHILDREN, REGISTERED, SUSPENDED, Sender, by_bsn, by_data, tag, word

TWINS = {"999996435", "999996447", "999996599", "999996587", "999996046", "999996058"}
PARENT = "999997610"
COLUMNS = (
    "bsn;voornamen;voorvoegsel;geslachtsnaam;geboortedatum;geslacht;"
    "ouder1_bsn;ouder2_bsn;postcode;huisnummer;opschorting_reden\n"
)


def identity(child: dict[str, str], *names: str) -> str:
    wanted = names or ("familienaam", "geboortedatum", "geslacht")
    return by_data(**{name: child[name] for name in wanted})


def test_the_test_persons_are_68_children_of_whom_three_are_suspended() -> None:
    assert len(CHILDREN) == len({child["bsn"] for child in CHILDREN}) == 68
    assert (len(REGISTERED), len(SUSPENDED)) == (65, 3)
    assert all("2003-11-21" < child["geboortedatum"] <= "2026-11-21" for child in CHILDREN)


def test_every_child_of_the_test_persons_registers_but_the_three_suspended(gateway: Sender) -> None:
    codes = {child["bsn"]: gateway.register(child["bsn"]).code for child in CHILDREN}
    assert [bsn for bsn, code in codes.items() if not code] == [child["bsn"] for child in REGISTERED]
    assert {codes[child["bsn"]] for child in SUSPENDED} == {"IX-410"}
    assert gateway.managed("GET", "telling") == {"signalen": {"ACTIEF": 65}, "dubbel": 0, "matches": 0}


@pytest.mark.parametrize("child", CHILDREN, ids=[str(at) for at in range(len(CHILDREN))])
def test_a_child_found_by_data_is_the_child_found_by_bsn(gateway: Sender, child: dict[str, str]) -> None:
    by_number = gateway.register(child["bsn"], "school")
    by_name = gateway.register(identity(child), "jeugdarts")
    if child["opgeschort"] == "ja":
        assert (by_number.code, by_name.code) == ("IX-410", "IX-410")
        return
    if child["bsn"] in TWINS:
        assert by_name.code == "IX-409"
        names = ("familienaam", "voornamen", "geboortedatum", "geslacht")
        by_name = gateway.register(identity(child, *names), "jeugdarts")
    assert len(by_name.matches) == 1
    assert by_name.matches[0]["betrokkene"]["instantieNaam"] == "Instantie school"


def test_only_twins_are_told_apart_by_given_names() -> None:
    persons = Persons.shipped()
    for child in CHILDREN:
        wanted = Person(
            familienaam=child["familienaam"], geboortedatum=child["geboortedatum"], geslacht=Geslacht(child["geslacht"])
        )
        found = {known.bsn for known in persons.candidates(wanted)}
        assert child["bsn"] in found
        assert (len(found) > 1) == (child["bsn"] in TWINS)
        named = wanted.model_copy(update={"voornamen": child["voornamen"]})
        assert [known.bsn for known in persons.candidates(named)] == [child["bsn"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"familienaam": "JAGER", "geboortedatum": "2009-01-01", "geslacht": "M"}, ""),
        ({"familienaam": "  jäger ", "geboortedatum": "2009-01-01", "geslacht": "M"}, ""),
        ({"familienaam": "GROOT   ESSELINK", "geboortedatum": "2012-04-18", "geslacht": "M"}, ""),
        ({"familienaam": "wang", "geboortedatum": "2007-01-13", "geslacht": "V"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2009-01", "geslacht": "M"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2009", "geslacht": "M"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2010", "geslacht": "M", "voorvoegsel": "DE"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "V"}, "IX-404"),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-02", "geslacht": "M"}, "IX-404"),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "voorvoegsel": "den"}, "IX-404"),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "postcode": "2564CJ"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "postcode": "1011AA"}, "IX-404"),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "huisnummer": "731"}, ""),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "huisnummer": "7"}, "IX-404"),
        ({"familienaam": "Jager", "geboortedatum": "2009-01-01", "geslacht": "M", "voornamen": "Anders"}, ""),
        ({"familienaam": "Almenkinders", "geboortedatum": "20", "geslacht": "M"}, "IX-400"),
        ({"familienaam": "Groot Esselink", "geboortedatum": "2015", "geslacht": "V"}, ""),
        ({"familienaam": "Boer", "geboortedatum": "2019", "geslacht": "V"}, "IX-409"),
        (
            {"familienaam": "Boer", "geboortedatum": "2019", "geslacht": "V", "postcode": "6711AM", "huisnummer": "3"},
            "",
        ),
        ({"familienaam": "Veekers", "geboortedatum": "2019-08-08", "geslacht": "V", "voornamen": "Anders"}, "IX-409"),
        ({"familienaam": "Veekers", "geboortedatum": "2019-08-08", "geslacht": "V", "voornamen": "BABETTE"}, ""),
        ({"familienaam": "Niemand", "geboortedatum": "2012-01-01", "geslacht": "V"}, "IX-404"),
    ],
)
def test_a_person_is_found_by_data_or_refused(gateway: Sender, data: dict[str, str], code: str) -> None:
    assert gateway.register(by_data(**data)).code == code


def test_a_partial_birth_date_in_the_register_matches_what_begins_with_it() -> None:
    persons = Persons.read(f"# a remark\n{COLUMNS}1;A;;Deels;20100000;V;;;;;\n2;B;;Onbekend;00000000;V;;;;;\n")
    asked = Person(familienaam="deels", geboortedatum="2010-05-06", geslacht=Geslacht.V)
    assert [known.bsn for known in persons.candidates(asked)] == ["1"]
    assert not persons.candidates(asked.model_copy(update={"geboortedatum": "2011"}))
    assert not persons.candidates(asked.model_copy(update={"familienaam": "Onbekend"}))
    assert persons.candidates(asked)[0].younger_than_adult(dt.date(2032, 12, 31))
    assert not persons.candidates(asked)[0].younger_than_adult(dt.date(2033, 1, 1))


def test_nobody_outside_the_register_an_adult_or_a_wrong_message_registers(gateway: Sender) -> None:
    assert gateway.register("111222333").code == "IX-404"
    assert gateway.register(PARENT).code == "IX-423"
    assert gateway.managed("GET", "telling")["signalen"] == {}


def test_a_refusal_is_the_senders_fault_and_not_to_be_repeated(gateway: Sender) -> None:
    refusal = gateway.register("111222333", reference="bericht-1")
    detail = refusal.body.find("detail")[0]
    assert [child.text for child in detail] == ["IX-404", "client", "Niet gevonden.", "false", "bericht-1"]
    assert refusal.body.findtext("faultcode") == "soap:Client"
    assert b"111222333" not in refusal.raw


@pytest.mark.parametrize(
    ("moment", "code"),
    [("2032-01-12T22:59:59+00:00", ""), ("2032-01-12T23:00:00+00:00", "IX-423"), ("2030-01-12T23:00:00+00:00", "")],
)
def test_somebody_is_an_adult_from_the_23rd_birthday_in_amsterdam(tmp_path: Path, moment: str, code: str) -> None:
    born_2009_01_13 = COLUMNS + "123456782;A;;B;20090113;M;;;;;\n"
    clock = dt.datetime.fromisoformat(moment)
    with Simulator(directory=tmp_path, persons=Persons.read(born_2009_01_13), clock=lambda: clock) as index:
        sender = Sender(index.url)
        assert sender.register("123456782").code == code
        sender.close()


def test_the_legal_clock_can_move_while_the_index_runs(tmp_path: Path) -> None:
    now = [dt.datetime(2026, 11, 21, tzinfo=dt.UTC)]
    with Simulator(directory=tmp_path, clock=lambda: now[0]) as index:
        sender = Sender(index.url)
        assert not sender.register(CHILD).code
        now[0] = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
        assert sender.register(CHILD).code == "IX-423"
        sender.close()


EXTRAS = [
    ("KETENREGISTRATIE", ""),
    ("SIGNAAL", tag("signaalcode", "URGENT")),
    ("SIGNAAL", word("urgentie")),
    ("SIGNAAL", word("crisis") + word("urgentie")),
]


@pytest.mark.parametrize(("soort", "extra"), EXTRAS)
def test_what_the_capabilities_do_not_name_is_refused(gateway: Sender, soort: str, extra: str) -> None:
    assert gateway.register(soort=soort, extra=extra).code == "IX-422"


@pytest.mark.parametrize(("soort", "extra"), EXTRAS)
def test_what_the_capabilities_name_is_taken_and_declared(tmp_path: Path, soort: str, extra: str) -> None:
    able = IndexCapabilities(
        ketenregistratie=True, signaalcode=True, axes=frozenset({"urgentie", "crisis"}),
        processing_time=dt.timedelta(seconds=90),
    )  # fmt: skip
    with Simulator(directory=tmp_path, capabilities=able) as index:
        sender = Sender(index.url)
        assert not sender.register(soort=soort, extra=extra).code
        assert sender.register(extra=word("veiligheid")).code == "IX-422"
        answer = sender.ask("capaciteiten")
        sender.close()
    assert [child.text for child in answer.body[1:]] == ["true", "true", "crisis", "urgentie", "PT90.000S"]


def test_by_default_an_index_carries_nothing_more_than_the_law_names(gateway: Sender) -> None:
    assert [child.text for child in gateway.ask("capaciteiten").body[1:]] == ["false", "false", "PT10.000S"]


def test_words_of_a_named_axis_come_back_in_the_other_partys_match_only(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=IndexCapabilities(axes=frozenset({"urgentie"}))) as index:
        school, doctor = Sender(index.url, "a"), Sender(index.url, "b")
        school.register(organisation="school", extra=word("urgentie", "spoed"))
        told = doctor.register(organisation="jeugdarts", extra=word("urgentie", "rustig")).matches
        assert told == doctor.poll().matches
        assert told[0]["aanduiding"] == {"as": "urgentie", "code": "c", "woord": "spoed", "equivalentie": "wider"}
        assert [match["aanduiding"]["woord"] for match in school.poll().matches] == ["rustig"]
        school.close()
        doctor.close()


def test_no_bsn_and_no_name_is_in_any_log(
    gateway: Sender, connect: Callable[..., Sender], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    for child in CHILDREN[:10]:
        gateway.register(child["bsn"], "school")
        gateway.register(identity(child), "jeugdarts")
    connect(strict=False).post(by_bsn(CHILD).encode())
    gateway.register("111222333")
    assert "IX-404" in caplog.text
    for child in CHILDREN:
        assert child["bsn"] not in caplog.text
        assert child["familienaam"] not in caplog.text
    assert "Melder" not in caplog.text
