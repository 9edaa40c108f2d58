"""What a change of an own signal must say, and how the signal is named."""

from collections.abc import Iterator

import pytest

from gateway.canonical.receipt import Refusal, Status
from gateway.canonical.tenant import new_id
from tests.spec.formats import FORMATS, Message, saying
from tests.spec.office import Office, accepted, codes, state
from tests.spec.people import BLIND, caller

OWN = {"bron_systeem": "leerlingvolg", "bron_signaal_id": "s-1"}
WRONG: tuple[tuple[str, dict[str, str], tuple[tuple[str, str, str], ...], list[str]], ...] = (
    ("signaalBeeindigen", OWN, (), ["VIX-1106 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "gisteren"}, (), ["VIX-1105 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "20261121"}, (), ["VIX-1105 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-22"}, (), ["VIX-1105 datum_einde"]),
    (
        "signaalBeeindigen",
        {"datum_einde": "x", "revisie": "x"},
        (),
        ["VIX-1105 datum_einde", "VIX-1105 revisie", "VIX-1106 bron_signaal_id", "VIX-1106 bron_systeem"],
    ),
    ("signaalIntrekken", {**OWN, "revisie": "0"}, (), ["VIX-1105 revisie"]),
    ("signaalIntrekken", {**OWN, "bron_signaal_id": "x" * 36}, (), ["VIX-1105 bron_signaal_id"]),
    ("betekenisAanvullen", OWN, (), ["VIX-1106 choices"]),
    ("betekenisAanvullen", OWN, (("kanarie", "x", "direct"),), ["VIX-1804 choice[1].axis"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "vermoed"),), ["VIX-1406 choice[1].concept"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "onbekend"),), ["VIX-1406 choice[1].concept"]),
    ("betekenisAanvullen", OWN, (("urgentie", " ", "direct"),), ["VIX-1105 choice[1].word"]),
    ("betekenisAanvullen", OWN, (("urgentie", "w" * 61, "direct"),), ["VIX-1105 choice[1].word"]),
    (
        "betekenisAanvullen",
        OWN,
        (("urgentie", "x", "direct"), ("urgentie", "x", "regulier"), ("handelt", "x", "contact-gevraagd")),
        ["VIX-1406 choice[2].word"],
    ),
    ("statusOpvragen", {}, (), ["VIX-1106 bron_signaal_id", "VIX-1106 bron_systeem"]),
    ("statusOpvragen", OWN, (), ["VIX-1401 bron_signaal_id"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-21"}, (), ["VIX-1401 bron_signaal_id"]),
    ("signaalIntrekken", OWN, (), ["VIX-1401 bron_signaal_id"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "direct"),), ["VIX-1401 bron_signaal_id"]),
)
MENDED = {"20261121": ["VIX-1401 bron_signaal_id"]}
"""A file may write a day in this way: then only the signal is not known."""


def in_every_format() -> Iterator[object]:
    for operation, says, choices, told in WRONG:
        for form in saying(Message(operation, says, choices=choices)):
            mended = MENDED.get(says.get("datum_einde", ""), told) if form == "csv" else told
            yield pytest.param(form, operation, says, choices, mended)


@pytest.mark.parametrize(("form", "operation", "says", "choices", "told"), [*in_every_format()])
def test_what_is_wrong_with_a_change_is_told_in_every_format(
    one_office: Office, form: str, operation: str, says: dict[str, str], choices: tuple[tuple[str, str, str], ...],
    told: list[str],
) -> None:  # fmt: skip
    message = Message(operation, says, choices=choices)
    reply = one_office.answer(message, form=FORMATS[form])
    assert isinstance(reply, Refusal)
    lines = (line.split(" ") for line in told)
    expected = sorted((code, FORMATS[form].place(message, name)) for code, name in lines)
    assert sorted((finding.code, finding.at) for finding in reply.findings) == expected


def test_a_signal_is_found_by_our_id(office: Office) -> None:
    given = office.given()
    named = str(given.receipt.signaal_id)
    reply = accepted(office.answer(Message("statusOpvragen", {"signaal_id": named})))
    assert reply.receipt == given.receipt
    for who, which in ((caller(BLIND), named), (caller(), str(new_id(3))), (caller(), "s-1")):
        assert codes(office.answer(Message("statusOpvragen", {"signaal_id": which}), who=who)) == ["VIX-1401"]


@pytest.mark.parametrize("operation", ["signaalIntrekken", "statusOpvragen"])
def test_who_names_a_signal_twice_names_the_same(office: Office, operation: str) -> None:
    first, other = office.given(), office.given(bron_signaal_id="s-2")
    wrong = Message(operation, {**OWN, "signaal_id": str(other.receipt.signaal_id)})
    assert codes(office.answer(wrong)) == ["VIX-1401"]
    assert state(office) is Status.ACTIEF
    right = Message(operation, {**OWN, "signaal_id": str(first.receipt.signaal_id)})
    assert accepted(office.answer(right)).receipt.signaal_id == first.receipt.signaal_id
    assert codes(office.answer(Message(operation, {**OWN, "signaal_id": "s-1"}))) == ["VIX-1401"]


@pytest.mark.parametrize("operation", ["signaalIntrekken", "statusOpvragen"])
def test_a_signal_of_another_organisation_is_as_unknown_as_none(office: Office, operation: str) -> None:
    office.given()
    assert codes(office.answer(Message(operation, OWN), who=caller(BLIND))) == ["VIX-1401"]
