"""Rows of a file as requests: actions other than giving a signal, places, and what a layout says for every row."""

import io

from gateway.adapters.senders.csvfile import CsvSender, Layout, layouts
from gateway.adapters.senders.csvfile.read import Places
from gateway.canonical.batch import Row
from gateway.canonical.command import (
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Intrekken,
    Said,
    SaidChoice,
    Terugkoppelen,
)
from gateway.rules.findings import FindingTexts
from tests.spec.people import shared

STANDARD = layouts(shared().axes)["standaard"]


def rows(text: str, layout: Layout = STANDARD) -> list[Row]:
    sender = CsvSender.load(FindingTexts.load(), layout, choices_display=lambda _, concept: concept)
    return list(sender.rows(io.BytesIO(text.encode())))


CHANGES = """actie;bron_systeem;bron_signaal_id;revisie;datum_einde;urgentie;urgentie_begrip;match_id;contact;bsn
beeindigen;las;s-1;2;20-11-2026;;;;;1
intrekken;las;s-2;;;;;;;
betekenis_aanvullen;las;s-3;;;spoed;direct;;;
terugkoppelen;las;;;;;;m-1;contact gehad;
"""


def test_each_action_has_only_what_belongs_to_it() -> None:
    end, withdrawal, meaning, feedback = (row.request for row in rows(CHANGES))
    assert isinstance(end, Beeindigen) and end.datum_einde == Said("2026-11-20", "regel 2, kolom 5 (datum_einde)")
    assert end.revisie == Said("2", "regel 2, kolom 4 (revisie)")
    assert isinstance(withdrawal, Intrekken) and withdrawal.revisie is None
    assert isinstance(meaning, BetekenisAanvullen)
    word = Said("spoed", "regel 4, kolom 6 (urgentie)")
    chosen = Said("direct", "regel 4, kolom 7 (urgentie_begrip)")
    assert meaning.choices == (SaidChoice(Said("urgentie", word.at), word, chosen),)
    told: object = feedback
    assert isinstance(told, Terugkoppelen) and told.match_id == Said("m-1", "regel 5, kolom 8 (match_id)")
    assert told.contact == Said("CONTACT", "regel 5, kolom 9 (contact)")
    assert [row.handeling for row in rows(CHANGES)] == [
        "beeindigen",
        "intrekken",
        "betekenis_aanvullen",
        "terugkoppelen",
    ]


def test_a_row_knows_itself_by_at_most_35_characters() -> None:
    (row,) = rows(f"bron_systeem;bron_signaal_id;revisie\n{'a' * 36};{'b' * 36};{'9' * 36}\n")
    assert (row.bron_systeem, row.bron_signaal_id, row.revisie) == ("a" * 35, "b" * 35, "9" * 35)


ANSWERS = "actie;bron_signaal_id;bsn;{}\nbetekenis_aanvullen;s-1;;{}\n"


def test_a_concept_without_a_word_points_at_the_word() -> None:
    (row,) = rows(ANSWERS.format("urgentie_begrip", "direct"))
    assert isinstance(row.request, BetekenisAanvullen)
    assert row.request.choices[0].word == Said("", "regel 2 (urgentie)")


def test_with_two_words_nobody_can_say_which_was_meant() -> None:
    (row,) = rows(ANSWERS.format("urgentie;urgentie;urgentie_begrip", "spoed;zsm;direct"))
    assert row.request is not None
    assert [(found.code, found.at) for found in row.request.remarks] == [
        ("VIX-1105", "regel 2, kolom 6 (urgentie_begrip)")
    ]


def test_what_a_layout_says_stands_where_a_row_says_nothing_and_is_not_its_own() -> None:
    fixed = Layout.load("naam = 'p'\n[vast]\nbron_systeem = 'las'\nsoort = 'SIGNAAL'\nactie = 'afgeven'", STANDARD)
    said, unsaid = rows("bron_signaal_id;bsn;soort\ns-1;1;ketenregistratie\ns-2;1;\n", fixed)
    assert isinstance(said.request, Afgeven) and isinstance(unsaid.request, Afgeven)
    assert said.request.bron_systeem == Said("las", "indeling", own=False)
    assert said.request.draft.soort == Said("KETENREGISTRATIE", "regel 2, kolom 3 (soort)")
    assert unsaid.request.draft.soort == Said("SIGNAAL", "indeling", own=False)


def test_a_place_is_known_for_every_field_there_could_be() -> None:
    places = Places("regel 2", {"bsn": ", kolom 4 (bsn)"})
    assert (places["bsn"], places.get("melder", "?")) == ("regel 2, kolom 4 (bsn)", "regel 2 (melder)")
    assert dict(places) == {"bsn": "regel 2, kolom 4 (bsn)"} and len(places) == 1
