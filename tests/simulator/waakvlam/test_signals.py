"""A simulated index with a counter: about whom a signal may be, its number and its life, by which codes it rules."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.simulator.server import Simulator
from tests.simulator.lines import kept, until_killed
from tests.simulator.waakvlam.wire import Loket, by_bsn, by_data, number, worker
from tests.simulator.wire import CHILD, OTHER, REGISTERED, SUSPENDED


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
    assert CHILD.encode() not in kept(index) and b"Kanarie" not in kept(index)


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


def test_a_signal_keeps_its_number_also_after_the_index_was_killed(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        with until_killed(tmp_path / "index", "waakvlam") as url, closing(Loket(url)) as sender:
            answer = sender.place()
            told.append((answer.code, answer.text("nummer")))
    assert told == [("00", "2026-KTR-00001"), ("01", "2026-KTR-00001")]
