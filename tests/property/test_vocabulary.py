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
REASSURING = {"regulier", "geen", "geen-onveiligheid", "voorbij", "veilig-onder-voorwaarden"}
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
    if meaning.concept in REASSURING:
        assert stelsel in {"", "verwijsindex"} and normal(word) == meaning.concept


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
        assert meaning.concept not in REASSURING or meaning.equivalence in {"equal", "equivalent"}
        assert term.word != "5wd" or meaning.concept != "regulier"


@pytest.mark.parametrize("axis", VOCABULARY.axes)
@given(word=st.text(max_size=60), data=st.data())
def test_an_answer_keeps_the_word(axis: str, word: str, data: st.DataObject) -> None:
    meaning = VOCABULARY.answer(axis, word, data.draw(st.sampled_from(VOCABULARY.choices(axis))))
    assert (meaning.word, meaning.equivalence, meaning.map) == (word, Equivalence.EQUAL, "keuze-zender")
