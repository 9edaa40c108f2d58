"""Values that refuse to exist wrong and never show what they hold."""

import datetime as dt
from io import StringIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from rich.console import Console
from stdnum.nl import bsn

from gateway.canonical.command import Draft, Said, SaidTerm
from gateway.canonical.finding import Finding
from gateway.canonical.identifiers import (
    Agb,
    Big,
    Brin,
    Bsn,
    Identifier,
    Kvk,
    Oin,
    Onderwijsnummer,
    Routeringskenmerk,
    Skj,
    Uzi,
)
from gateway.canonical.signal import Jeugdige, Signal
from gateway.canonical.tenant import BUCKETS, GATEWAY, bucket_in, bucket_of, new_id
from gateway.canonical.terms import Term
from gateway.canonical.value import Klasse, Value
from gateway.rules.dictionary import MAY_LEAVE
from gateway.rules.findings import FindingTexts, Whose

GOOD = {
    Bsn: ["999990019", " 111222333 "],
    Onderwijsnummer: ["101000000"],
    Oin: ["00000001123456789000", "00000004AB34567890000"[:20], "00000003123456780000"],
    Brin: ["12AB", "12AB00"],
    Routeringskenmerk: ["00000007000" + "12AB" + "00000"],
    Agb: ["12345678"],
    Kvk: ["12345678"],
    Uzi: ["900012345"],
    Big: ["29012345601"],
    Skj: ["110012345"],
}
BAD = {
    Bsn: [
        *(f"99999001{last}" for last in range(9)),
        *("999990091", "99999001", "9999900190", "999 990 019", "٩٩٩٩٩٠٠١٩", "000000000", "", "99999001\n9"),
    ],
    Onderwijsnummer: ["999990019", "101000001", ""],
    Oin: ["00000001123456789001", "0000000112345678900", "x" * 20],
    Brin: ["12ab", "AB12", "12AB0"],
    Routeringskenmerk: ["00000001000" + "12AB" + "00000", "0000000700012AB0000"],
    Agb: ["1234567", "123456789"],
    Kvk: ["1234567a"],
    Uzi: ["90001234"],
    Big: ["2901234560"],
    Skj: ["11001234"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in GOOD.items() for text in texts])
def test_a_number_is_read_and_only_revealed_on_purpose(kind: type[Identifier], text: str) -> None:
    number = kind.parse(text)
    assert number.reveal() == text.strip()
    assert (repr(number), str(number), f"{number}") == (f"{kind.__name__}(***)", "***", "***")
    assert number == kind.parse(text) and hash(number) == hash(kind.parse(text))
    assert not hasattr(number, "__dict__"), "nothing for a debugger to print"


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in BAD.items() for text in texts])
def test_what_cannot_be_such_a_number_is_refused_without_its_text(kind: type[Identifier], text: str) -> None:
    with pytest.raises(ValueError, match=f"^not a valid {kind.__name__}$"):
        kind.parse(text)


def test_every_kind_of_number_is_tried() -> None:
    assert GOOD.keys() == BAD.keys() == set(Identifier.__subclasses__())


def test_numbers_of_different_kinds_are_never_the_same() -> None:
    assert Agb.parse("12345678") != Kvk.parse("12345678")
    assert len({Agb.parse("12345678"), Kvk.parse("12345678")}) == 2
    assert Bsn.parse("999990019") != "999990019"


@pytest.mark.parametrize("said", ["999990018", 999990018, "kanarie", Agb.parse("12345678")])
def test_a_refused_value_does_not_show_what_was_said(said: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Jeugdige.model_validate({"bsn": said, "geboortedatum": "kanarie"})
    assert not any(text in str(refused.value) for text in ("999990018", "12345678", "kanarie"))


def test_a_number_is_taken_as_text_or_as_itself() -> None:
    bsn = Bsn.parse("999990019")
    assert Jeugdige(bsn=bsn) == Jeugdige.model_validate({"bsn": "999990019"})
    assert Jeugdige.model_validate_json('{"bsn": "999990019"}').model_dump_json(exclude_none=True) == (
        '{"bsn":"999990019"}'
    )


def test_a_value_shows_nothing_however_it_is_printed() -> None:
    child = Jeugdige(familienaam="Kanarievogel", bsn=Bsn.parse("999990019"))
    page = StringIO()
    Console(file=page).print(child, [child], {"kind": child})
    for shown in (repr(child), str(child), f"{child}", f"{child!r:>5}", page.getvalue()):
        assert "Kanarie" not in shown and "999990019" not in shown
    assert repr(child) == "Jeugdige(***)"


def test_what_was_said_shows_its_place_only() -> None:
    said = Said("Kanarievogel", "jeugdige/familienaam")
    term = SaidTerm(said, said)
    draft = Draft(here="/a", familienaam=said, terms=(term,))
    assert repr(said) == str(said) == "Said(*** at jeugdige/familienaam)"
    assert repr(Term("urgentie", "Kanarievogel")) == "Term(***)"
    page = StringIO()
    Console(file=page).print(said, [said], Term("urgentie", "Kanarievogel"))
    for shown in (repr(term), repr(draft), str(draft), f"{said}", page.getvalue()):
        assert "Kanarie" not in shown


def test_a_field_that_is_not_there_would_have_stood_somewhere() -> None:
    draft = Draft(here="/a", places={"bsn": "/a/b"})
    assert (draft.place("bsn"), draft.place("soort")) == ("/a/b", "/a/soort")


def test_a_value_is_frozen_and_closed() -> None:
    with pytest.raises(ValidationError):
        Jeugdige(naam="x")  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Jeugdige().familienaam = "x"  # type: ignore[misc]


def test_every_field_of_a_signal_has_a_class_and_a_source_in_its_schema() -> None:
    schema = Signal.model_json_schema()
    kinds = [schema, *(kind for kind in schema["$defs"].values() if kind.get("type") == "object")]
    described = [field for kind in kinds for field in kind["properties"].values() if kind.get("title") != "Meaning"]
    assert len(described) > 40
    assert all(field["klasse"] in set(Klasse) and field["bron"] for field in described)
    assert schema["$defs"]["Jeugdige"]["properties"]["bsn"]["anyOf"][0] == {
        "type": "string",
        "pattern": "^[0-9]{9}$",
        "title": "Bsn",
    }


def test_what_stays_in_the_gateway_may_stand_in_no_allow_list() -> None:
    assert {"jeugdige.bsn", "melder.naam", "betekenissen", "soort", "coordinator.naam"} <= MAY_LEAVE
    stays = {"bron_signaal_id", "jeugdige.onderwijsnummer", "melder.registraties", "melder.registraties.big", "regio"}
    assert not stays & MAY_LEAVE


def test_no_value_has_a_field_for_a_story() -> None:
    texts = FindingTexts.load()

    def kinds(kind: type[Value]) -> set[type[Value]]:
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    names = {name for kind in kinds(Value) for name in kind.model_fields}
    assert not {name for name in names if texts.absent(name)} - {"reason"}, "a reason is why an attempt failed"


def test_the_texts_of_a_code_have_their_limit_filled_in() -> None:
    texts = FindingTexts.load()
    told = texts.text(Finding(code="VIX-1205", limit="2028-11-21"))
    assert "2028-11-21" in told.rule and "2028-11-21" in told.rule_en
    assert "(XSD)" in texts.text(Finding(code="VIX-1105")).fix
    assert texts.text(Finding(code="VIX-1106", limit="x")) is texts.codes["VIX-1106"]
    for code in texts.codes:
        filled = texts.text(Finding(code=code, limit="grens"))
        assert not any("{" in text for text in (filled.rule, filled.rule_en, filled.fix, filled.fix_en))
        assert filled.whose in Whose
    with pytest.raises(KeyError):
        texts.text(Finding(code="VIX-0000"))


@pytest.mark.parametrize("name", ["reden", "REDEN", "Diagnose", "vrijeTekst", "opmerking", "narrative"])
def test_a_field_for_a_story_is_known_by_its_name_in_any_case(name: str) -> None:
    assert FindingTexts.load().absent(name)
    assert not FindingTexts.load().absent("familienaam")


def test_a_tenant_has_the_same_bucket_for_ever() -> None:
    assert {name: bucket_of(name) for name in ("school", "jongerenwerk", GATEWAY)} == {
        "school": 22,
        "jongerenwerk": 1,
        "-": 57,
    }
    assert {bucket_of(str(n)) for n in range(2000)} == set(range(BUCKETS))


@pytest.mark.parametrize("bucket", [0, 1, 63])
def test_an_id_knows_its_bucket_and_its_time(bucket: int) -> None:
    ids = [new_id(bucket) for _ in range(50)]
    assert {bucket_in(identity) for identity in ids} == {bucket}
    assert all(isinstance(identity, UUID) and identity.version == 7 for identity in ids)
    assert len(set(ids)) == 50
    made = dt.datetime.fromtimestamp((ids[0].int >> 80) / 1000, dt.UTC)
    assert abs(dt.datetime.now(dt.UTC) - made) < dt.timedelta(minutes=5)


@given(st.from_regex("[0-9]{9}", fullmatch=True) | st.integers(0, 90_909_090).map(lambda half: f"{half * 11:09d}"))
def test_the_elfproef_is_that_of_the_standard_library_of_numbers(text: str) -> None:
    try:
        passes = Bsn.parse(text).reveal() == text
    except ValueError:
        passes = False
    assert passes == (text.strip("0") != "" and bsn.checksum(text) == 0)
