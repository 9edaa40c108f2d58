"""Layouts of files: what ships is whole, and a wrong key names itself."""

import pytest

from gateway.adapters.senders.csvfile import layouts
from gateway.adapters.senders.csvfile.layout import CODED, FIELDS, Kind, Layout, Target, plain
from gateway.errors import Misconfigured
from tests.spec.people import shared

SHIPPED = layouts(shared().axes)
STANDARD = SHIPPED["standaard"]


def test_the_examples_ship_beside_the_standard() -> None:
    assert set(SHIPPED) == {"standaard", "leerlingadministratie", "jgz-dossier", "gemeentelijk-casussysteem"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_known_by_its_own_name(name: str) -> None:
    target = STANDARD.target(name)
    assert target is not None and (target.kind, target.name) == (Kind.FIELD, name)


def test_the_axes_with_a_column_are_those_that_say_how_a_child_fares_or_who_acts() -> None:
    assert STANDARD.said == (
        *("urgentie", "crisis", "veiligheid", "veiligheid-voor", "beoordeeld-door", "handelt"),
        *("betrokkenheid", "geinformeerd"),
    )


@pytest.mark.parametrize("header", ["meldgrond", "eindreden", "domein", "functie", "afstemming", "regie"])
def test_any_other_axis_has_none_and_a_ground_is_not_allowed(header: str) -> None:
    target = STANDARD.target(header)
    forbidden = {"meldgrond", "eindreden"}
    assert target is None or target.kind is (Kind.FORBIDDEN if header in forbidden else Kind.FIELD)


def test_a_layout_may_name_a_column_for_any_other_axis_but_a_ground() -> None:
    own = Layout.load("naam = 'x'\n[assen.domein]\nkolommen = ['Leefgebied']\nstelsel = 'stuf-jz-0109'", STANDARD)
    assert own.target("leefgebied") == Target(Kind.AXIS, "domein")
    assert own.said == tuple(axis for axis in own.axes if axis in {*STANDARD.said, "domein"})
    with pytest.raises(Misconfigured, match="is not allowed"):
        Layout.load("naam = 'x'\n[assen.meldgrond]\nkolommen = ['Meldgrond']", STANDARD)


@pytest.mark.parametrize("axis", STANDARD.said)
def test_every_axis_of_a_file_has_a_column_and_one_for_its_concept(axis: str) -> None:
    assert STANDARD.target(axis.upper()) == STANDARD.headers[plain(axis)]
    concept = STANDARD.target(f"{axis}_begrip")
    assert concept is not None and (concept.kind, concept.name) == (Kind.CONCEPT, axis)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Reden van melding", Kind.FORBIDDEN),
        ("datum_reden", Kind.FORBIDDEN),
        ("AanmeldReden", Kind.FORBIDDEN),
        ("Zorg", Kind.FORBIDDEN),
        ("Zorgverlener", None),
        ("Straatnaam", Kind.UNREAD),
        ("Kleur fiets", None),
        ("", None),
    ],
)
def test_a_header_that_smells_of_a_story_is_not_allowed(header: str, kind: Kind | None) -> None:
    target = STANDARD.target(header)
    assert (target.kind if target else None) == kind


def test_a_code_of_the_contract_means_itself_in_any_case() -> None:
    for name, codes in CODED.items():
        for code in codes:
            for layout in SHIPPED.values():
                assert layout.code(name)(code) == layout.code(name)(code.lower()) == code


WRONG = {
    "kleur = 'geel'": "kleur",
    "[kolommen]\nvoornaam = ['x']": "kolommen.voornaam",
    "[kolommen]\nbsn = 'x'": "kolommen.bsn",
    "[kolommen]\nbsn = ['x']\npostcode = ['X']": "'X' stands for something else",
    "[kolommen]\nbsn = ['--']": "kolommen.bsn",
    "[kolommen]\nbsn = ['reden']": "header 'reden': is not allowed",
    "[kolommen]\nbsn = ['De reden waarom']": "is not allowed",
    "[assen.kleur]\nkolommen = ['x']": "assen.kleur",
    "[assen]\nurgentie = 1": "assen.urgentie",
    "[assen.urgentie]\nkleur = 1": "assen.urgentie",
    "[assen.urgentie]\nstelsel = 1": "assen.urgentie.stelsel",
    "[assen.urgentie]\nkolommen = ['Toelichting']": "is not allowed",
    "[codes.kleur]\nx = ['y']": "codes.kleur",
    "[codes]\ngeslacht = 1": "codes.geslacht",
    "[codes.geslacht]\nX = ['y']": "codes.geslacht.X",
    "[codes.geslacht]\nM = ['v']": "codes.geslacht.M",
    "[codes.waarheid]\ntrue = ['k']\nfalse = ['K']": "codes.waarheid.false",
    "[vast]\nkleur = 'x'": "vast.kleur",
    "[vast]\nsoort = 'zorg'": "vast.soort",
    "[vast]\nbron_systeem = 3": "vast.bron_systeem",
    "niet_lezen = 'x'": "niet_lezen",
    "vast = 1": "vast",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_key_names_itself(text: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        Layout.load(f"naam = 'proef'\n{text}", STANDARD)
    assert any(WRONG[text] in problem and "proef" in problem for problem in wrong.value.problems)


def test_every_wrong_key_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as wrong:
        Layout.load("kleur = 1\n[vast]\nsoort = 'zorg'\n[kolommen]\nvoornaam = ['x']", STANDARD)
    assert len(wrong.value.problems) == 4


def test_what_is_no_toml_is_told() -> None:
    with pytest.raises(Misconfigured, match="TOML"):
        Layout.load("naam = ", STANDARD)


def test_a_layout_adds_to_the_one_below_and_may_leave_a_story_unread() -> None:
    own = Layout.load("naam = 'p'\nniet_lezen = ['Toelichting']\n[codes.geslacht]\nM = ['jongetje']", STANDARD)
    target = own.target("toelichting")
    assert target is not None and target.kind is Kind.UNREAD
    assert (own.code("geslacht")("Jongetje"), own.code("geslacht")("meisje")) == ("M", "V")
    assert own.target("BSN kind") == STANDARD.target("BSN kind")
