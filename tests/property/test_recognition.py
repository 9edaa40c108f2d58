"""By what a message is recognised: its content, not its spelling; its key, not its envelope."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.command import Afgeven, Draft
from gateway.canonical.identifiers import Bsn
from gateway.canonical.signal import Geslacht, Jeugdige
from gateway.flow.identity import Recognition
from gateway.store.keyring import KeyRing, mac
from tests.spec.formats import FORMATS, Message
from tests.spec.office import judged
from tests.spec.people import FIELDS, SCHOOL, directory, regions

with TemporaryDirectory() as _directory:
    RING = KeyRing.create(Path(_directory) / "keyring.json")
KNOWN = Recognition(RING)
FULL = {
    **FIELDS,
    "bsn": "999990019",
    "onderwijsnummer": "101000000",
    "voorvoegsel": "van",
    "voornamen": "Kees",
    "postcode": "3511AB",
    "huisnummer": "7",
    "gemeente_code": "0599",
    "melder_functie": "leerkracht",
    "melder_email": "a@school.example",
    "coordinator_naam": "Coen",
    "coordinator_telefoon": "0612345678",
    "coordinator_email": "c@school.example",
    "verwijderdatum": "2027-11-21",
    "toestemming_gegeven_op": "2026-11-01",
    "toestemming_bewijs_referentie": "d",
}
WORDS = (("urgentie", "spoed"), ("crisis", "kanarie", "eigen"), ("handelt", "contact-gevraagd", "verwijsindex"))
REGISTRATIONS = (("UZI", "900012345"), ("BIG", "29012345601"))


def content(
    says: Mapping[str, str | None],
    words: tuple[tuple[str, ...], ...] = WORDS,
    registrations: tuple[tuple[str, str], ...] = REGISTRATIONS,
    form: str = "plat",
    region: str = "uitgebreid",
) -> bytes:
    own = {name: text for name, text in {**FULL, **says}.items() if text is not None}
    message = Message("signaalAfgeven", own, words, registrations)
    request = FORMATS[form].request(message)
    admitted = judged(request, directory().partners[SCHOOL], regions()[region])
    assert isinstance(request, Afgeven)
    assert admitted.signal is not None, admitted.findings
    return KNOWN.said(request, admitted.signal)


SAME = content({})
TEXTS = st.lists(st.text(alphabet="a1:\x1f", max_size=4), max_size=4)


@given(TEXTS, TEXTS)
def test_texts_are_the_same_only_with_the_same_boundaries(some: list[str], others: list[str]) -> None:
    assert (mac(RING.content, *some) == mac(RING.content, *others)) == (some == others)


def test_a_separator_within_a_text_is_no_boundary() -> None:
    assert mac(RING.content, "a\x1f", "b") != mac(RING.content, "a", "\x1fb")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", list(itertools.permutations(WORDS)))
def test_the_order_of_words_and_the_format_are_no_content(form: str, words: tuple[tuple[str, ...], ...]) -> None:
    assert content({}, words=words, form=form) == SAME


@given(st.timezones(), st.sampled_from(["", ".000", ".000000"]))
def test_the_spelling_of_a_moment_is_no_content(zone: dt.tzinfo, fraction: str) -> None:
    said = dt.datetime(2026, 11, 21, 8, 58, tzinfo=dt.UTC).astimezone(zone).isoformat()
    assert content({"datum_tijd_melding": f"{said[:19]}{fraction}{said[19:]}"}) == SAME


@given(st.sampled_from(sorted(FULL)), st.sampled_from([" ", "\t", "\n", "  "]))
def test_white_space_around_a_field_is_no_content(name: str, space: str) -> None:
    assert content({name: f"{space}{FULL[name]}{space}"}) == SAME


@given(st.sampled_from([" spoed", "spoed "]), st.sampled_from([" urgentie", "urgentie "]))
def test_white_space_around_a_word_is_no_content(word: str, axis: str) -> None:
    assert content({}, words=((axis, word), *WORDS[1:])) == SAME


def test_what_the_region_fills_in_or_leaves_out_is_no_content() -> None:
    unsaid = {"verwijderdatum": None}
    filled_in = {content(unsaid, region=region) for region in ("strikt", "regionaal", "uitgebreid")}
    assert len(filled_in) == 1
    assert filled_in != {SAME}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("soort", "KETENREGISTRATIE"),
        ("bsn", "111222333"),
        ("onderwijsnummer", "101000012"),
        ("familienaam", "kanarievogel"),
        ("voorvoegsel", "de"),
        ("voornamen", "Piet"),
        ("geboortedatum", "2014-05"),
        ("geslacht", "M"),
        ("postcode", "3511AC"),
        ("huisnummer", "8"),
        ("gemeente_code", "0600"),
        ("professional_id", "p-2"),
        ("melder_naam", "Kanariepiet B."),
        ("melder_functie", "ib'er"),
        ("melder_telefoon", "030-7654322"),
        ("melder_email", "b@school.example"),
        ("coordinator_naam", "Cor"),
        ("coordinator_telefoon", "0612345679"),
        ("coordinator_email", "d@school.example"),
        ("datum_tijd_melding", "2026-11-21T09:58:00.001+01:00"),
        ("verwijderdatum", "2027-11-20"),
        ("redelijk_vermoeden", "false"),
        ("informatieplicht_wie", "JEUGDIGE"),
        ("informatieplicht_datum", "2026-11-19"),
        ("informatieplicht_uitgesteld", "true"),
        ("toestemming_gegeven_op", "2026-11-02"),
        ("toestemming_bewijs_referentie", "e"),
    ],
)
def test_every_field_of_the_dictionary_is_content(name: str, other: str) -> None:
    assert content({name: other}) != SAME


def test_every_field_is_tried() -> None:
    (mark,) = test_every_field_of_the_dictionary_is_content.pytestmark  # type: ignore[attr-defined]
    tried = {name for name, _ in mark.args[1]}
    elsewhere = {"here", "places", "terms", "registraties", "revisie", "bron_signaal_id"}
    assert tried == {field.name for field in dataclasses.fields(Draft)} - elsewhere


@pytest.mark.parametrize(
    "words",
    [
        WORDS[:2],
        (*WORDS, WORDS[0]),
        (("urgentie", "Spoed"), *WORDS[1:]),
        (("veiligheid", "spoed"), *WORDS[1:]),
        (("urgentie", "spoed", "eigen"), *WORDS[1:]),
    ],
)
def test_every_word_is_content(words: tuple[tuple[str, ...], ...]) -> None:
    assert content({}, words=words) != SAME


@pytest.mark.parametrize("registrations", [(), REGISTRATIONS[:1], (("UZI", "900012346"), REGISTRATIONS[1])])
def test_every_registration_is_content(registrations: tuple[tuple[str, str], ...]) -> None:
    assert content({}, registrations=registrations) != SAME


text = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=35)


@given(st.lists(st.tuples(text, text, text, text, st.integers(1, 9999)), unique=True, min_size=2, max_size=2))
def test_every_part_of_a_key_counts(keys: list[tuple[str, str, str, str, int]]) -> None:
    one, other = keys
    assert KNOWN.key(*one) != KNOWN.key(*other)
    assert KNOWN.key(*one) == KNOWN.key(*one)
    if one[:3] != other[:3]:
        assert KNOWN.source(*one[:3]) != KNOWN.source(*other[:3])


def test_a_key_changes_with_each_of_its_parts_alone() -> None:
    whole = ("school", "leerlingvolg", "s-1", "signaalAfgeven", 1)
    others = [(*whole[:n], other, *whole[n + 1 :]) for n, other in enumerate(("x", "x", "x", "x", 2))]
    assert len({KNOWN.key(*parts) for parts in (whole, *others)}) == 6
    assert len({KNOWN.source(*parts[:3]) for parts in (whole, *others[:3])}) == 4


def test_a_key_a_source_and_a_content_of_the_same_texts_differ() -> None:
    assert len({KNOWN.key("a", "b", "c", "d", 1), KNOWN.source("a", "b", "c"), KNOWN.content("a", "b", "c")}) == 3


@given(text, st.sampled_from(["matches", "eigen"]), st.integers(0, 2**128 - 1))
def test_a_cursor_is_read_by_whom_it_was_given_and_nobody_else(tenant: str, kind: str, place: int) -> None:
    cursor = KNOWN.cursor(tenant, kind, str(place))
    assert len(cursor) <= 64
    assert KNOWN.place(tenant, kind, cursor) == str(place)
    assert KNOWN.place(f"{tenant}x", kind, cursor) is None
    assert KNOWN.place(tenant, f"{kind}x", cursor) is None
    assert KNOWN.place(tenant, kind, f"1{cursor}") is None


@given(text, st.text(st.characters()))
def test_a_cursor_we_did_not_give_is_no_place(tenant: str, cursor: str) -> None:
    assert KNOWN.place(tenant, "matches", cursor) is None


def test_a_person_is_known_by_bsn_or_else_by_name_birth_date_and_sex() -> None:
    def child(name: str, born: str = "2014-05-06", sex: Geslacht = Geslacht.V) -> bytes:
        return KNOWN.person(Jeugdige(familienaam=name, geboortedatum=born, geslacht=sex))

    bsn = Bsn.parse("999990019")
    assert KNOWN.person(Jeugdige(bsn=bsn)) == KNOWN.person(Jeugdige(bsn=bsn, familienaam="Van Dam"))
    assert child("Van Dam") == child("van dam") == child("VAN-DAM") == child("Ván Dám")
    others = [child("Van Dam", "2014-05-07"), child("Van Dam", sex=Geslacht.M), child("Van Dal")]
    assert len({child("Van Dam"), KNOWN.person(Jeugdige(bsn=bsn)), *others}) == 5
