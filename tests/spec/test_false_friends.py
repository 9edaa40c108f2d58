"""Words that two sides know and mean differently: none becomes what the other would hear."""

import datetime as dt

import pytest

from gateway.canonical.terms import Equivalence, Term, Understanding
from tests.spec.people import shared

TODAY = dt.date(2026, 11, 21)
LOCAL_TEAM, VEILIG_THUIS, JGZ = "lokaal-team-vrije-tekst", "veilig-thuis-termijnen", "bds-jgz-4.2.0"


def say(axis: str, word: str, stelsel: str) -> Understanding:
    return shared().understand([Term(axis=axis, word=word, stelsel=stelsel)], TODAY)


def understood(axis: str, word: str, stelsel: str) -> tuple[str, Equivalence]:
    (meaning,) = say(axis, word, stelsel).meanings
    assert meaning.word == word
    return meaning.concept, meaning.equivalence


def assert_asked(axis: str, word: str, stelsel: str) -> Understanding:
    answer = say(axis, word, stelsel)
    assert understood(axis, word, stelsel) == ("onbekend", Equivalence.UNMATCHED)
    assert [(question.axis, question.word) for question in answer.questions] == [(axis, word)]
    assert answer.questions[0].choices == shared().choices(axis)
    return answer


@pytest.mark.parametrize("axis", ["urgentie", "crisis", "veiligheid"])
def test_spoed_of_a_local_team_is_not_the_acute_danger_veilig_thuis_hears(axis: str) -> None:
    assert assert_asked(axis, "spoed", LOCAL_TEAM).advice == ("bel-nu",)
    assert assert_asked(axis, "spoed-lokaal", VEILIG_THUIS).advice == ("bel-nu",)


def test_crisis_of_a_local_team_is_not_the_crisis_a_crisis_service_found() -> None:
    assert assert_asked("crisis", "crisis", LOCAL_TEAM).advice == ("bel-nu",)
    assert understood("crisis", "cit-ja", "crisisdienst-regio") == ("vastgesteld", Equivalence.EQUIVALENT)


def test_spoed_of_a_general_practitioner_is_an_hour_on_a_doctors_clock() -> None:
    assert understood("urgentie", "U2", "nts-nhg") == ("binnen-1-uur", Equivalence.INEXACT)
    assert say("urgentie", "U2", "nts-nhg").advice == ("bel-nu",)


def test_urgent_of_hart_van_brabant_is_two_weeks_and_of_fhir_nothing_that_has_a_term() -> None:
    assert understood("urgentie", "hvb-urgent", "crisisdienst-regio") == ("binnen-2-weken", Equivalence.INEXACT)
    assert_asked("urgentie", "urgent", "hl7-request-priority")
    assert_asked("urgentie", "UR", "hl7-act-priority")


@pytest.mark.parametrize("axis", ["veiligheid", "urgentie", "crisis"])
def test_no_further_steps_of_veilig_thuis_is_not_safe(axis: str) -> None:
    assert_asked(axis, "VT-01-03", "stuf-jz-0109")


def test_yes_on_weighing_question_two_is_not_called_acute_and_is_treated_so() -> None:
    assert understood("veiligheid", "1573=true", JGZ) == ("onveilig-onbepaald", Equivalence.EQUIVALENT)
    assert say("veiligheid", "1573=true", JGZ).advice == ("bel-nu",)


def test_care_now_of_youth_health_care_is_not_within_the_hour() -> None:
    assert_asked("urgentie", "1641=04", JGZ)


@pytest.mark.parametrize("axis", ["crisis", "urgentie"])
def test_product_category_crisis_is_a_purchase_and_no_state(axis: str) -> None:
    assert_asked(axis, "JZ020:46", "ijw-3.2")


def test_no_crisis_is_not_safe() -> None:
    assert understood("crisis", "cit-nee", "crisisdienst-regio") == ("geen", Equivalence.EQUIVALENT)
    assert_asked("veiligheid", "cit-nee", "crisisdienst-regio")
    assert_asked("veiligheid", "geen", "verwijsindex")


def test_an_ambulance_for_a_life_in_danger_is_not_an_unsafe_home() -> None:
    assert understood("urgentie", "A1", "meldkamer") == ("direct", Equivalence.INEXACT)
    assert assert_asked("veiligheid", "A1", "meldkamer").advice == ("bel-nu",)


@pytest.mark.parametrize("stelsel", ["", *shared().code_lists])
@pytest.mark.parametrize("axis", ["urgentie", "crisis", "veiligheid"])
def test_unknown_or_empty_is_neither_no_hurry_nor_safe(axis: str, stelsel: str) -> None:
    for word in ("", " ", "?", "n.v.t.", "geen idee"):
        assert_asked(axis, word, stelsel)
    assert understood(axis, "onbekend", "verwijsindex") == ("onbekend", Equivalence.EQUAL)


def test_thirty_one_is_another_end_under_the_jeugdwet_than_under_the_wmo() -> None:
    assert understood("eindreden", "JZ588:31", "ijw-3.2") == ("volgens-plan", Equivalence.EQUIVALENT)
    assert understood("eindreden", "WMO588:31", "ijw-3.2") == ("verhuizing", Equivalence.EQUIVALENT)
    assert_asked("eindreden", "31", "ijw-3.2")


def test_a_flag_for_safety_is_a_category_and_no_judgement() -> None:
    assert_asked("veiligheid", "safety", "hl7-flag-category")


@pytest.mark.parametrize("word", ["PN", "PL", "PM", "PH"])
def test_the_priority_of_a_flag_is_an_order_without_a_clock(word: str) -> None:
    answer = assert_asked("urgentie", word, "hl7-flag-priority")
    assert answer.advice == (("bel-nu",) if word == "PH" else ())


def test_a_role_that_lapsed_is_a_strange_word_afterwards() -> None:
    on = {day: shared().understand([Term("functie", "46", "stuf-jz-JZR")], day).meanings[0].map for day in (
        dt.date(2016, 5, 24), dt.date(2016, 5, 25))}  # fmt: skip
    assert list(on.values()) == [f"stuf-jz-JZR@{shared().version}", "-"]


def test_a_word_that_is_another_axis_own_code_is_still_heard_for_danger() -> None:
    assert assert_asked("veiligheid", "crisisdienst", "").advice == ("bel-nu",)
