"""Of any word whatever: one meaning, the word unchanged, and never a guess that reassures."""

import datetime as dt
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.terms import Equivalence, Term
from gateway.errors import Misconfigured
from gateway.rules.vocabulary import Vocabulary, load
from gateway.rules.vocabulary_tables import MapRow, normal, slower

VOCABULARY: Vocabulary = load(files("gateway") / "mappings" / "vocabulary")
SAID = {(axis, code) for axis in VOCABULARY.axes for code in (*VOCABULARY.choices(axis), "onbekend")}
REASSURING = {(axis, code) for axis, code in SAID if VOCABULARY.concept(axis, code).strekking == "gerust"}
ROWS = VOCABULARY.tables.rows
CLOCKS = {(clock.source_system, normal(clock.source_code)): clock.limit for clock in VOCABULARY.tables.clocks}
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(sorted(code for _, code in SAID)),
    st.sampled_from(["spoed", "Crisis", " acuut", "LAAG", "urgent", "1573=true", "1573=false", "10w", "5wd", "zsm"]),
)
LISTS = st.one_of(st.sampled_from(VOCABULARY.code_lists), st.just(""), st.text(max_size=20))
AXES = st.one_of(st.sampled_from(VOCABULARY.axes), st.text(max_size=20))
TERMS = st.lists(st.builds(Term, axis=AXES, word=WORDS, stelsel=LISTS), max_size=8)


@given(TERMS, DAYS)
def test_every_term_has_one_meaning_with_the_senders_own_word(terms: list[Term], on: dt.date) -> None:
    meanings = VOCABULARY.understand(terms, on).meanings
    assert [(meaning.axis, meaning.word) for meaning in meanings] == [(term.axis, term.word) for term in terms]


@given(TERMS, DAYS)
def test_a_concept_is_of_the_axis_that_was_said(terms: list[Term], on: dt.date) -> None:
    for meaning in VOCABULARY.understand(terms, on).meanings:
        assert meaning.concept == "onbekend" or (meaning.axis, meaning.concept) in SAID
        assert meaning.map == "-" or meaning.map.endswith(f"@{VOCABULARY.version}")


@given(TERMS, DAYS)
def test_what_is_not_understood_is_asked_and_nothing_else_is(terms: list[Term], on: dt.date) -> None:
    understood = VOCABULARY.understand(terms, on)
    unmatched = [m for m in understood.meanings if m.equivalence is Equivalence.UNMATCHED]
    assert all(meaning.concept == "onbekend" for meaning in unmatched)
    expected = [(m.axis, m.word, VOCABULARY.choices(m.axis)) for m in unmatched if m.axis in VOCABULARY.axes]
    assert [(question.axis, question.word, question.choices) for question in understood.questions] == expected


@given(AXES, WORDS, LISTS, DAYS)
def test_no_word_reassures_unless_it_says_so_itself(axis: str, word: str, stelsel: str, on: dt.date) -> None:
    meaning = VOCABULARY.understand([Term(axis=axis, word=word, stelsel=stelsel)], on).meanings[0]
    if (axis, meaning.concept) in REASSURING:
        own = stelsel in {"", "verwijsindex"} and normal(word) == meaning.concept
        assert own or meaning.equivalence is Equivalence.EQUIVALENT


def assert_read(row: MapRow, axis: str, word: str, on: dt.date) -> None:
    (meaning,) = VOCABULARY.understand([Term(axis, word, row.source_system)], on).meanings
    assert (meaning.word, meaning.equivalence) == (word, row.equivalence)
    assert meaning.concept == (row.target_code or "onbekend")
    assert meaning.map == f"{row.source_system}@{VOCABULARY.version}"
    limit = CLOCKS.get(row.key)
    if limit and row.target_code:
        assert not slower(VOCABULARY.concept(axis, meaning.concept).response_time, limit)


@pytest.mark.parametrize("name", VOCABULARY.code_lists[1:])
def test_every_row_gives_the_word_back_on_its_first_and_last_day_and_is_never_slower(name: str) -> None:
    rows = [row for row in ROWS if row.source_system == name]
    assert rows
    for row in rows:
        for axis in (row.target_system,) if row.target_system else VOCABULARY.axes:
            for day in row.period:
                assert_read(row, axis, row.source_code, day)


@given(st.data())
def test_every_row_gives_the_word_back_on_every_day_however_it_is_spelt(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(ROWS))
    axis = row.target_system or data.draw(st.sampled_from(VOCABULARY.axes))
    word = data.draw(st.sampled_from([row.source_code, row.source_code.upper(), f" {row.source_code} "]))
    assert_read(row, axis, word, data.draw(st.dates(*row.period)))


SOUNDS = [word.word for word in VOCABULARY.tables.danger_words]
NO_DANGER = {
    ("bds-jgz-4.2.0", "1569=true"): "zorgen: onveiligheid is niet vastgesteld",
    ("meldcode-afwegingskader", "structureel"): "zonder direct levensgevaar; de meldcode is de weg",
    ("handreikingmelden", "II-5"): "misbruik van middelen",
    ("crisisdienst-regio", "cit-nee"): "de crisisdienst zelf zegt van niet",
    ("ijw-3.2", "JZ020:46"): "een inkoopproduct, geen toestand",
}


def test_a_row_that_sounds_of_danger_earns_the_advice_or_says_here_why_not() -> None:
    silent = set()
    for row in ROWS:
        sounds = any(word in normal(f"{row.source_code} {row.source_display}") for word in SOUNDS)
        term = Term(row.target_system or "urgentie", row.source_code, row.source_system)
        if sounds and not VOCABULARY.understand([term], row.period[0]).advice:
            silent.add((row.source_system, row.source_code))
    assert silent == NO_DANGER.keys()


@given(st.lists(TERMS, max_size=3), DAYS)
def test_terms_do_not_change_each_other(batches: list[list[Term]], on: dt.date) -> None:
    apart = [VOCABULARY.understand(batch, on) for batch in batches]
    together = VOCABULARY.understand([term for batch in batches for term in batch], on)
    assert together.meanings == tuple(meaning for one in apart for meaning in one.meanings)
    assert bool(together.advice) is any(one.advice for one in apart)


@given(st.text(max_size=40), st.sampled_from(["spoed", "CRISIS", "Suïcide", "onveilig"]), st.text(max_size=40))
def test_a_danger_word_is_heard_inside_any_unlisted_text(before: str, word: str, after: str) -> None:
    term = Term(axis="handelt", word=f"{before} {word} {after}", stelsel="in-geen-lijst")
    assert VOCABULARY.understand([term], dt.date(2026, 1, 1)).advice == ("bel-nu",)


LISTED = [
    *(("lokaal-team-vrije-tekst", word) for word in ("spoed", "crisis", "acuut", "rood")),
    *(("veilig-thuis-termijnen", word) for word in ("acuut", "5wd")),
]
TARGETS = st.one_of(st.sampled_from(sorted(SAID)), st.sampled_from([("urgentie", "binnen-24-uur"), ("", "")]))


@st.composite
def rows(draw: st.DrawFn) -> MapRow:
    """A row that is well formed, and so often lawful; about a word that matters, or a new one."""
    axis, code = draw(TARGETS)
    stelsel, word = draw(st.sampled_from([*LISTED, ("lijst", "x"), ("lijst", "*"), ("verwijsindex", "geen")]))
    matched = draw(st.sampled_from(["equal", "equivalent", "wider", "narrower", "inexact"]))
    cells = dict.fromkeys(MapRow.columns, "") | {"status": "concept", "source": "bron", "note": "omdat"}
    cells |= {"source_system": stelsel, "source_code": word, "target_system": axis, "target_code": code}
    cells |= {"equivalence": matched if axis else "unmatched", "gevaar": draw(st.sampled_from(["", "ja"]))}
    return MapRow(**(cells | {"geldig_tot": draw(st.sampled_from(["", "2026-12-31"]))}))


PROBES = [Term(axis=axis, word=word, stelsel=stelsel) for axis in VOCABULARY.axes for stelsel, word in LISTED]


@given(st.lists(rows(), min_size=1, max_size=2), DAYS)
def test_no_overlay_that_loads_takes_danger_away_or_slows_a_clock(over: list[MapRow], on: dt.date) -> None:
    try:
        overlaid = VOCABULARY.overlay(over)
    except Misconfigured:
        return
    for term in PROBES:
        below, above = VOCABULARY.understand([term], on), overlaid.understand([term], on)
        assert above.advice or not below.advice
        meaning = above.meanings[0]
        limit = overlaid.concept(term.axis, meaning.concept).response_time
        assert term.word != "5wd" or limit == "-" or not slower(limit, "5WD")
        assert (term.axis, meaning.concept) not in REASSURING or meaning.equivalence in {"equal", "equivalent"}
        assert term.word != "5wd" or meaning.concept != "regulier"


@pytest.mark.parametrize("axis", VOCABULARY.axes)
@given(word=st.text(max_size=60), data=st.data())
def test_an_answer_keeps_the_word(axis: str, word: str, data: st.DataObject) -> None:
    meaning = VOCABULARY.answer(axis, word, data.draw(st.sampled_from(VOCABULARY.choices(axis))))
    assert (meaning.word, meaning.equivalence, meaning.map) == (word, Equivalence.EQUAL, "keuze-zender")
