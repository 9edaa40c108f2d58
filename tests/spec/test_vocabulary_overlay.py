"""What the rows of an organisation or region may change in the shared vocabulary, and what they may not."""

import datetime as dt
from dataclasses import replace
from importlib.resources import files

import pytest

from gateway.canonical.terms import Equivalence, Term, Understanding
from gateway.errors import Misconfigured
from gateway.rules.vocabulary import Vocabulary, load, load_rows
from gateway.rules.vocabulary_tables import MapRow

SHIPPED = files("gateway") / "mappings" / "vocabulary"
TODAY = dt.date(2026, 11, 21)
LOCAL_TEAM, VEILIG_THUIS, JGZ, ZVJ = (
    "lokaal-team-vrije-tekst",
    "veilig-thuis-termijnen",
    "bds-jgz-4.2.0",
    "zvj-signaalcode",
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load(SHIPPED)


def row(stelsel: str, word: str, target: str = "", equivalence: str = "equivalent", **cells: str) -> MapRow:
    """A map row; `target` is axis/code, or empty for an unmatched word."""
    axis, _, code = target.partition("/")
    shape = dict.fromkeys(MapRow.columns, "") | {"status": "concept", "source": "test", "note": "test"}
    shape |= {"source_system": stelsel, "source_code": word, "target_system": axis, "target_code": code}
    return MapRow(**(shape | {"equivalence": equivalence if target else "unmatched"} | cells))


def say(vocabulary: Vocabulary, axis: str, word: str, stelsel: str = "", on: dt.date = TODAY) -> Understanding:
    return vocabulary.understand([Term(axis=axis, word=word, stelsel=stelsel)], on)


def concept_of(understanding: Understanding) -> tuple[str, Equivalence]:
    return understanding.meanings[0].concept, understanding.meanings[0].equivalence


def asked(understanding: Understanding) -> bool:
    return concept_of(understanding) == ("onbekend", Equivalence.UNMATCHED) and len(understanding.questions) == 1


def test_a_dangerous_row_warns_on_whatever_axis_the_word_was_said(vocabulary: Vocabulary) -> None:
    understood = say(vocabulary, "urgentie", "1573=true", JGZ)
    assert asked(understood) and understood.advice == ("bel-nu",)
    assert understood.meanings[0].map == f"{JGZ}@{vocabulary.version}"
    unmarked = vocabulary.overlay([row("lijst", "x", "crisis/vermoed")])
    assert say(unmarked, "handelt", "x", "lijst").advice == ("bel-nu",)


def test_a_listed_word_is_judged_by_its_row_and_not_by_its_sound(vocabulary: Vocabulary) -> None:
    mapped = vocabulary.overlay([row("lijst", "spoedig", "urgentie/binnen-2-weken")])
    assert say(mapped, "urgentie", "spoedig", "lijst").advice == ()
    assert say(vocabulary, "urgentie", "spoedig", "lijst").advice == ("bel-nu",)


def test_a_row_exists_from_its_first_to_its_last_day(vocabulary: Vocabulary) -> None:
    dated = vocabulary.overlay(
        [
            row("lijst", "b", "urgentie/binnen-24-uur", geldig_tot="2026-03-31"),
            row("lijst", "b", "urgentie/binnen-2-weken", geldig_van="2026-04-02", geldig_tot="2026-12-31"),
        ]
    )
    on = {day: say(dated, "urgentie", "b", "lijst", dt.date.fromisoformat(day)).meanings[0].concept for day in (
        "2026-03-31", "2026-04-01", "2026-04-02", "2026-12-31", "2027-01-01")}  # fmt: skip
    assert list(on.values()) == ["binnen-24-uur", "onbekend", "binnen-2-weken", "binnen-2-weken", "onbekend"]


def test_an_overlay_row_comes_first_while_it_is_valid(vocabulary: Vocabulary) -> None:
    own = vocabulary.overlay([row(LOCAL_TEAM, "ZSM", "urgentie/binnen-2-weken", geldig_tot="2026-11-21")])
    assert own.version != vocabulary.version
    assert own.code_lists == vocabulary.code_lists
    understood = say(own, "urgentie", "zsm", LOCAL_TEAM)
    assert concept_of(understood)[0] == "binnen-2-weken"
    assert understood.meanings[0].map == f"{LOCAL_TEAM}@{own.version}"
    later = say(own, "urgentie", "zsm", LOCAL_TEAM, TODAY + dt.timedelta(days=1))
    assert asked(later) and later.meanings[0].map == f"{LOCAL_TEAM}@{own.version}"
    assert asked(say(vocabulary, "urgentie", "zsm", LOCAL_TEAM))


def test_an_overlay_on_an_overlay_covers_the_same_words_and_leaves_the_rest(vocabulary: Vocabulary) -> None:
    first = vocabulary.overlay([row("lijst", "a", "urgentie/regulier"), row("lijst", "b", "urgentie/regulier")])
    second = first.overlay([row("lijst", "B", "urgentie/binnen-24-uur")])
    assert [say(second, "urgentie", word, "lijst").meanings[0].concept for word in "ab"] == [
        "regulier",
        "binnen-24-uur",
    ]
    assert "lijst" in second.code_lists and second.version != first.version


def test_what_an_overlay_said_holds_again_when_the_one_above_it_ends(vocabulary: Vocabulary) -> None:
    region = vocabulary.overlay([row("lijst", "rood", "urgentie/binnen-24-uur", gevaar="ja")])
    own = region.overlay([row("lijst", "rood", "urgentie/direct", geldig_tot="2026-11-21")])
    later = TODAY + dt.timedelta(days=1)
    assert [concept_of(say(own, "urgentie", "rood", "lijst", on))[0] for on in (TODAY, later)] == [
        "direct",
        "binnen-24-uur",
    ]
    assert say(own, "urgentie", "rood", "lijst", later).advice == ("bel-nu",)


def test_the_version_is_of_the_content_alone(vocabulary: Vocabulary) -> None:
    rows = [row("lijst", "a", "urgentie/regulier"), row("lijst", "b", "urgentie/binnen-24-uur")]
    moved = [replace(one, at="elsewhere line 9") for one in reversed(rows)]
    assert vocabulary.overlay(rows).version == vocabulary.overlay(moved).version
    assert vocabulary.overlay([]).version == vocabulary.version
    noted = [replace(rows[0], note="anders"), rows[1]]
    assert len({vocabulary.overlay(rows).version, vocabulary.overlay(noted).version, vocabulary.version}) == 3


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("R0", row("lijst", "x", "urgentie/ooit")),
        ("R1", row(VEILIG_THUIS, "5wd", "urgentie/binnen-2-weken")),
        ("R1", row(ZVJ, "laag", "urgentie/regulier")),
        ("R2", row("lijst", "x", "crisis/dreigend", "inexact", note=" ")),
        ("R3", row("verwijsindex", "regulier", "urgentie/direct")),
        ("R4", row("lijst", "x", "veiligheid/geen-onveiligheid", "wider")),
        ("R4", row("lijst", "*", "urgentie/binnen-24-uur")),
        ("R4", row(LOCAL_TEAM, "Spoed", "urgentie/binnen-2-weken")),
        ("R5", row("lijst", "x", "urgentie/onbekend", "inexact")),
        ("R7", row("lijst", " x", "urgentie/direct")),
    ],
)
def test_an_overlay_cannot_weaken_a_rule(vocabulary: Vocabulary, rule: str, bad: MapRow) -> None:
    with pytest.raises(Misconfigured) as wrong:
        vocabulary.overlay([row("lijst", "goed", "urgentie/regulier"), replace(bad, at="eigen.csv line 3")])
    assert [problem.split(":")[0] for problem in wrong.value.problems] == [f"{rule} eigen.csv line 3"]


def test_danger_said_by_an_overlay_is_kept_by_the_next(vocabulary: Vocabulary) -> None:
    first = vocabulary.overlay([row("lijst", "x", "urgentie/binnen-24-uur", gevaar="ja")])
    with pytest.raises(Misconfigured, match=r"^R4 .*phone"):
        first.overlay([row("lijst", "x", "urgentie/binnen-24-uur")])
    marked = first.overlay([row("lijst", "x", "urgentie/direct")])
    assert say(marked, "urgentie", "x", "lijst").advice == ("bel-nu",)


def test_rows_for_an_overlay_are_read_from_a_file(vocabulary: Vocabulary) -> None:
    rows = load_rows(SHIPPED / "maps" / "zvj.csv")
    assert [one.at for one in rows] == ["zvj.csv line 2", "zvj.csv line 3"]
    assert say(vocabulary.overlay(rows), "urgentie", "laag", ZVJ).questions == ()
    with pytest.raises(Misconfigured, match=r"^R0 clocks.csv line 1: the columns"):
        load_rows(SHIPPED / "clocks.csv")


@pytest.mark.parametrize("degree", [Equivalence.EQUAL, Equivalence.EQUIVALENT])
def test_a_word_that_itself_says_unknown_is_not_asked_back(vocabulary: Vocabulary, degree: Equivalence) -> None:
    own = vocabulary.overlay([row("lijst", "weet niet", "urgentie/onbekend", degree)])
    understood = say(own, "urgentie", "weet niet", "lijst")
    assert concept_of(understood) == ("onbekend", degree) and understood.questions == ()
