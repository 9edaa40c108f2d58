"""What is looked up or filled in for a sender stands in the signal; whether a repeat is the same it does not say."""

from dataclasses import replace

import pytest

from gateway.canonical.command import Afgeven, Said
from gateway.canonical.receipt import Answer, Reply
from gateway.flow.directory import Directory
from tests.spec.formats import PLAIN
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS, SCHOOL, caller, partner, regions

BOOK = {"ib-7": {"melder_naam": "I. Fictief", "melder_telefoon": "030-7654321", "coordinator_naam": "C. Fictief"}}
BARE = {"melder_naam": None, "melder_telefoon": None, "melder_email": None, "melder_functie": None}


def known(office: Office, **changes: str) -> None:
    book = {"ib-7": BOOK["ib-7"] | changes}
    office.directory = Directory({SCHOOL: partner(SCHOOL, professionals=book)}, regions())


def give(office: Office, **fields: str | None) -> Reply:
    return office.give(**{"professional_id": "ib-7", **fields})


def test_the_directory_says_who_the_professional_is(office: Office) -> None:
    known(office)
    answer = accepted(give(office, **BARE))
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    assert (signal.melder.naam, signal.melder.telefoon) == ("I. Fictief", "030-7654321")
    assert signal.coordinator is not None
    assert signal.coordinator.naam == "C. Fictief"


def test_a_new_number_in_the_directory_makes_no_new_signal(office: Office) -> None:
    known(office)
    first = accepted(give(office, **BARE))
    known(office, melder_telefoon="030-1111111")
    again = accepted(give(office, **BARE))
    assert again.receipt == first.receipt


def test_what_is_said_goes_before_what_is_known(office: Office) -> None:
    known(office)
    answer = accepted(give(office, **BARE | {"melder_telefoon": "030-2222222"}))
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    assert signal.melder.telefoon == "030-2222222"
    assert codes(give(office, **BARE | {"melder_telefoon": "030-3333333"})) == ["VIX-1004"]


def test_who_is_not_in_the_directory_says_it_all(office: Office) -> None:
    known(office)
    assert codes(give(office, **BARE | {"professional_id": "ib-8"})) == ["VIX-1106", "VIX-1304"]


FIXED = sorted(
    name for name in FIELDS if name not in ("bron_systeem", "bron_signaal_id", "gemeente_code", "professional_id")
)


@pytest.mark.parametrize("name", [*FIXED, "verwijderdatum"])
def test_a_field_that_a_layout_fills_in_may_change(office: Office, name: str) -> None:
    other = {"soort": "KETENREGISTRATIE", "verwijderdatum": "2027-01-02"}
    first = filled_in(office, name, FIELDS.get(name, "2027-01-01"))
    if name in other or name.startswith("datum"):
        again = filled_in(office, name, other.get(name, "2026-11-20T09:00:00+01:00"))
        assert isinstance(again, Answer) or codes(again) == ["VIX-1606"]
        if isinstance(again, Answer):
            assert again.receipt == accepted(first).receipt
    assert accepted(filled_in(office, name, FIELDS.get(name, "2027-01-01"))).receipt == accepted(first).receipt


def filled_in(office: Office, name: str, text: str) -> Reply:
    request = PLAIN.request(said(**{name: None}))
    assert isinstance(request, Afgeven)
    draft = replace(request.draft, **{name: Said(text, "indeling", own=False)})
    return office.drive(office.intake.answer(replace(request, draft=draft), caller()))
