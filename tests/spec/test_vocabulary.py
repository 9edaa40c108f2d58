"""What the shared vocabulary makes of the words of a sender."""

import datetime as dt
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.canonical.terms import Equivalence, Meaning, Term, Understanding
from gateway.rules.vocabulary import Vocabulary, check, load

SHIPPED = files("gateway") / "mappings" / "vocabulary"
TODAY = dt.date(2026, 11, 21)
LOCAL_TEAM, VEILIG_THUIS, JGZ, ZVJ = (
    "lokaal-team-vrije-tekst",
    "veilig-thuis-termijnen",
    "bds-jgz-4.2.0",
    "zvj-signaalcode",
)
DANGER = {
    *(("urgentie", "direct"), ("urgentie", "binnen-1-uur"), ("urgentie", "binnen-4-uur")),
    *(("crisis", "vastgesteld"), ("crisis", "vermoed")),
    *(("veiligheid", "acuut-onveilig"), ("veiligheid", "acuut-en-structureel"), ("veiligheid", "onveilig-onbepaald")),
    *(("veiligheid-voor", "zichzelf"), ("meldgrond", "a"), ("meldgrond", "i")),
}
NOT_KEPT = {"crisis", "veiligheid", "veiligheid-voor", "beoordeeld-door", "meldgrond", "domein"}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load(SHIPPED)


def say(vocabulary: Vocabulary, axis: str, word: str, stelsel: str = "", on: dt.date = TODAY) -> Understanding:
    return vocabulary.understand([Term(axis=axis, word=word, stelsel=stelsel)], on)


def concept_of(understanding: Understanding) -> tuple[str, Equivalence]:
    return understanding.meanings[0].concept, understanding.meanings[0].equivalence


def asked(understanding: Understanding) -> bool:
    return concept_of(understanding) == ("onbekend", Equivalence.UNMATCHED) and len(understanding.questions) == 1


def test_the_shipped_vocabulary_breaks_no_rule_from_package_and_directory(vocabulary: Vocabulary) -> None:
    directory = Path(str(SHIPPED))
    assert check(SHIPPED) == check(directory) == []
    assert load(directory).version == vocabulary.version
    assert len(vocabulary.version) == 12 and int(vocabulary.version, 16) >= 0


def test_the_axes_and_lists_have_names(vocabulary: Vocabulary) -> None:
    assert vocabulary.axes == (
        *("urgentie", "crisis", "veiligheid", "veiligheid-voor", "beoordeeld-door", "handelt", "meldgrond", "domein"),
        *("betrokkenheid", "functie", "organisatietype", "eindreden", "regie", "afstemming", "grondslag"),
        "geinformeerd",
    )
    assert vocabulary.code_lists[0] == "verwijsindex" and len(vocabulary.code_lists) == 22
    assert {JGZ, LOCAL_TEAM, VEILIG_THUIS, ZVJ, "hl7-request-priority"} < set(vocabulary.code_lists)


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("hl7-request-priority", "http://hl7.org/fhir/request-priority"),
        ("hl7-act-priority", "http://terminology.hl7.org/CodeSystem/v3-ActPriority"),
        ("hl7-flag-category", "http://terminology.hl7.org/CodeSystem/flag-category"),
        ("hl7-flag-priority", "http://hl7.org/fhir/flag-priority-code"),
        (JGZ, "urn:oid:2.16.840.1.113883.2.4.4.40.267"),
        (ZVJ, "https://verwijsindex.example/fhir/CodeSystem/zvj-signaalcode"),
        ("verwijsindex", "https://verwijsindex.example/fhir/CodeSystem/verwijsindex"),
    ],
)
def test_a_list_is_known_by_its_uri_and_by_ours(vocabulary: Vocabulary, name: str, uri: str) -> None:
    assert (vocabulary.uri_of(name), vocabulary.list_of(uri)) == (uri, name)
    assert vocabulary.list_of(f"https://verwijsindex.example/fhir/CodeSystem/{name}") == name


def test_every_list_has_a_uri_of_its_own_and_titles(vocabulary: Vocabulary) -> None:
    for name in vocabulary.code_lists:
        assert vocabulary.list_of(vocabulary.uri_of(name)) == name
        assert all(title and title != name for title in vocabulary.titles(name))


def test_a_strange_uri_is_no_list_and_a_list_nobody_described_goes_by_its_name(vocabulary: Vocabulary) -> None:
    for strange in ("", "http://loinc.org", "nts-nhg", "https://verwijsindex.example/fhir/CodeSystem/"):
        assert vocabulary.list_of(strange) == "-"
    assert vocabulary.list_of(vocabulary.uri_of("eigen lijst/2")) == "eigen lijst/2"
    assert " " not in vocabulary.uri_of("eigen lijst/2")
    assert vocabulary.titles("eigen lijst/2") == ("eigen lijst/2", "eigen lijst/2")


def test_a_choice_is_never_onbekend_and_runs_from_fast_to_slow(vocabulary: Vocabulary) -> None:
    assert all("onbekend" not in vocabulary.choices(axis) and vocabulary.choices(axis) for axis in vocabulary.axes)
    assert vocabulary.choices("urgentie") == (
        *("direct", "binnen-1-uur", "binnen-4-uur", "binnen-24-uur", "binnen-1-werkdag"),
        *("binnen-5-werkdagen", "binnen-2-weken", "regulier"),
    )
    assert vocabulary.choices("weer") == ()


def test_a_concept_is_found_by_axis_and_code_and_a_missing_one_is_not_named(vocabulary: Vocabulary) -> None:
    concept = vocabulary.concept("urgentie", "binnen-24-uur")
    assert (concept.display_nl, concept.response_time, concept.travel) == ("Contact binnen 24 uur", "PT24H", "match")
    with pytest.raises(LookupError, match=r"^no such concept$"):
        vocabulary.concept("urgentie", "999990019")


def test_crisis_veiligheid_and_hours_are_not_kept(vocabulary: Vocabulary) -> None:
    kept = {
        (axis, code) for axis in vocabulary.axes for code in vocabulary.choices(axis) if vocabulary.kept(axis, code)
    }
    assert {axis for axis, _ in kept} == set(vocabulary.axes) - NOT_KEPT
    assert {code for axis, code in kept if axis == "urgentie"} == {
        *("binnen-24-uur", "binnen-1-werkdag", "binnen-5-werkdagen", "binnen-2-weken", "regulier")
    }
    assert not vocabulary.kept("urgentie", "bestaat-niet")
    assert vocabulary.kept("urgentie", "onbekend") and not vocabulary.kept("crisis", "onbekend")


def test_every_advice_fits_the_contract_and_the_urgent_one_names_the_numbers() -> None:
    advice = tomllib.loads((files("gateway") / "mappings" / "advice.toml").read_text(encoding="utf-8"))
    assert {"bel-nu", "niet-bewaard"} <= set(advice)
    assert all(0 < len(text[language]) <= 1000 for text in advice.values() for language in ("nl", "en"))
    assert all(text["source"] and "\n" not in text["nl"] + text["en"] for text in advice.values())
    assert all(number in advice["bel-nu"][language] for number in ("112", "0800-2000") for language in ("nl", "en"))


def test_a_mapped_word_has_its_concept_its_degree_and_the_version_of_its_map(vocabulary: Vocabulary) -> None:
    understood = say(vocabulary, "urgentie", " LAAG ", ZVJ)
    assert understood == Understanding(
        meanings=(
            Meaning(
                axis="urgentie",
                word=" LAAG ",
                concept="binnen-5-werkdagen",
                equivalence=Equivalence.EQUIVALENT,
                map=f"{ZVJ}@{vocabulary.version}",
            ),
        )
    )


def test_terms_keep_their_order_and_advice_comes_once(vocabulary: Vocabulary) -> None:
    terms = [
        Term(axis="crisis", word="Crisis", stelsel=LOCAL_TEAM),
        Term(axis="urgentie", word="urgent", stelsel=ZVJ),
        Term(axis="veiligheid", word="acuut", stelsel=VEILIG_THUIS),
    ]
    understood = vocabulary.understand(terms, on=TODAY)
    assert [m.concept for m in understood.meanings] == ["onbekend", "binnen-1-werkdag", "acuut-onveilig"]
    assert [(q.axis, q.word, q.choices) for q in understood.questions] == [
        ("crisis", "Crisis", vocabulary.choices("crisis"))
    ]
    assert understood.advice == ("bel-nu",)
    assert vocabulary.understand([], TODAY) == Understanding()


@pytest.mark.parametrize("stelsel", ["", "verwijsindex"])
def test_our_own_codes_may_be_used(vocabulary: Vocabulary, stelsel: str) -> None:
    meaning = say(vocabulary, "handelt", "Contact-gevraagd", stelsel).meanings[0]
    assert (meaning.word, meaning.concept, meaning.equivalence) == ("Contact-gevraagd", "contact-gevraagd", "equal")
    assert meaning.map == f"verwijsindex@{vocabulary.version}"
    unknown = say(vocabulary, "urgentie", "onbekend", stelsel)
    assert concept_of(unknown) == ("onbekend", Equivalence.EQUAL) and not unknown.questions


def test_our_own_codes_count_only_on_their_own_axis_and_not_in_anothers_list(vocabulary: Vocabulary) -> None:
    elsewhere = say(vocabulary, "handelt", "regulier", "verwijsindex")
    assert asked(elsewhere) and elsewhere.meanings[0].map == f"verwijsindex@{vocabulary.version}"
    assert asked(say(vocabulary, "urgentie", "regulier", ZVJ))


def test_every_danger_concept_earns_the_advice_and_no_other_does(vocabulary: Vocabulary) -> None:
    warned = {
        (axis, code)
        for axis in vocabulary.axes
        for code in (*vocabulary.choices(axis), "onbekend")
        if say(vocabulary, axis, code, "verwijsindex").advice
    }
    assert warned == DANGER


@pytest.mark.parametrize(
    "word", ["SPOED!", "geen crisis", "suïcidaal", "suicidaal", "sui\u0308cide", "huiselijk geweld"]
)
def test_a_word_in_no_list_that_sounds_of_danger_gets_the_advice_and_no_meaning(
    vocabulary: Vocabulary, word: str
) -> None:
    understood = say(vocabulary, "veiligheid", word, "eigen-lijst")
    assert asked(understood) and understood.advice == ("bel-nu",)
    assert understood.meanings[0].map == "-"


@pytest.mark.parametrize("word", ["", "rustig", "zsm", "ïï", "cris is"])
def test_an_unlisted_word_that_sounds_of_nothing_is_only_asked(vocabulary: Vocabulary, word: str) -> None:
    understood = say(vocabulary, "veiligheid", word, "eigen-lijst")
    assert asked(understood) and understood.advice == ()


def test_a_term_on_an_axis_we_do_not_have_is_unknown_without_a_question(vocabulary: Vocabulary) -> None:
    for axis in ("weer", ""):
        understood = say(vocabulary, axis, "acuut", LOCAL_TEAM)
        assert concept_of(understood) == ("onbekend", Equivalence.UNMATCHED)
        assert understood.questions == () and understood.advice == ("bel-nu",)


def test_a_word_may_have_a_row_on_more_axes(vocabulary: Vocabulary) -> None:
    assert concept_of(say(vocabulary, "urgentie", "acuut", VEILIG_THUIS))[0] == "direct"
    assert concept_of(say(vocabulary, "veiligheid", "acuut", VEILIG_THUIS))[0] == "acuut-onveilig"
    assert asked(say(vocabulary, "crisis", "acuut", VEILIG_THUIS))


@pytest.mark.parametrize("axis", ["urgentie", "crisis", "veiligheid"])
@pytest.mark.parametrize("word", ["spoed", "crisis", "acuut", "onveilig", "rood", "hoog"])
def test_a_local_teams_alarm_is_asked_back_with_the_advice(vocabulary: Vocabulary, axis: str, word: str) -> None:
    understood = say(vocabulary, axis, word, LOCAL_TEAM)
    assert asked(understood) and understood.advice == ("bel-nu",)


def test_urgent_is_a_working_day_at_zorg_voor_jeugd_and_a_question_at_a_local_team(vocabulary: Vocabulary) -> None:
    assert concept_of(say(vocabulary, "urgentie", "urgent", ZVJ)) == ("binnen-1-werkdag", Equivalence.EQUIVALENT)
    assert asked(say(vocabulary, "urgentie", "urgent", LOCAL_TEAM))


def test_spoed_of_a_local_team_said_to_veilig_thuis_is_not_acute(vocabulary: Vocabulary) -> None:
    understood = say(vocabulary, "urgentie", "spoed-lokaal", VEILIG_THUIS)
    assert asked(understood) and understood.advice == ("bel-nu",)
    assert concept_of(say(vocabulary, "urgentie", "acuut", VEILIG_THUIS)) == ("direct", Equivalence.INEXACT)


def test_unsafety_of_an_unsaid_kind_is_treated_as_acute_and_not_called_acute(vocabulary: Vocabulary) -> None:
    understood = say(vocabulary, "veiligheid", "1573=true", JGZ)
    assert understood.meanings[0].concept == "onveilig-onbepaald" and understood.advice == ("bel-nu",)


@pytest.mark.parametrize("word", ["1641=04", "1641=01", "1641=02", "1641=05"])
def test_zorg_nu_is_no_term_for_colleagues(vocabulary: Vocabulary, word: str) -> None:
    assert asked(say(vocabulary, "urgentie", word, JGZ))


@pytest.mark.parametrize(
    ("axis", "word", "stelsel"),
    [
        ("veiligheid", "1573=false", JGZ),
        ("veiligheid", "1635=01", JGZ),
        ("veiligheid", "veilig", LOCAL_TEAM),
        ("veiligheid", "geen crisis", LOCAL_TEAM),
        ("veiligheid", "geen", "verwijsindex"),
        ("crisis", "geen-onveiligheid", "verwijsindex"),
        ("veiligheid", "VT-01-03", VEILIG_THUIS),
        ("urgentie", "10w", VEILIG_THUIS),
        ("geinformeerd", "1620=false", JGZ),
        ("urgentie", "", ""),
        ("veiligheid", " ", ZVJ),
        ("crisis", "?", ""),
    ],
)
def test_nothing_reassures_that_was_not_said(vocabulary: Vocabulary, axis: str, word: str, stelsel: str) -> None:
    assert asked(say(vocabulary, axis, word, stelsel))


def test_a_sender_explains_its_word_and_the_word_stays(vocabulary: Vocabulary) -> None:
    meaning = vocabulary.answer("urgentie", "SPOED", "binnen-24-uur")
    assert meaning == Meaning(
        axis="urgentie", word="SPOED", concept="binnen-24-uur", equivalence=Equivalence.EQUAL, map="keuze-zender"
    )
    assert vocabulary.advice([meaning]) == ()


def test_an_explanation_that_means_danger_gets_the_advice_too(vocabulary: Vocabulary) -> None:
    chosen = [vocabulary.answer(axis, "rood", code) for axis in vocabulary.axes for code in vocabulary.choices(axis)]
    assert {(meaning.axis, meaning.concept) for meaning in chosen if vocabulary.advice([meaning])} == DANGER
    assert vocabulary.advice(chosen) == ("bel-nu",)
    stray = Meaning(axis="weer", word="x", concept="regen", equivalence=Equivalence.EQUAL, map="-")
    assert vocabulary.advice([stray]) == ()


@pytest.mark.parametrize(("axis", "concept"), [("urgentie", "onbekend"), ("urgentie", "vermoed"), ("weer", "direct")])
def test_what_is_no_choice_is_no_answer(vocabulary: Vocabulary, axis: str, concept: str) -> None:
    with pytest.raises(ValueError, match=r"^not a choice of this axis$"):
        vocabulary.answer(axis, "x", concept)
