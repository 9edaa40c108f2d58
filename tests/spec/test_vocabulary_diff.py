"""What two versions of the vocabulary differ in, and which differences give a word another meaning."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_diff import Change, Kind, differences
from tests.spec.people import shared
from tests.spec.test_regional_words import row

OLD = shared()


def edited(**tables: object) -> Vocabulary:
    return replace(OLD, tables=replace(OLD.tables, **tables))  # type: ignore[arg-type]


def with_row(stelsel: str, code: str, **cells: str) -> Vocabulary:
    """The shipped vocabulary with one row of a map changed."""
    changed = [
        replace(one, **cells) if (one.source_system, one.source_code) == (stelsel, code) else one  # type: ignore[arg-type]
        for one in OLD.tables.rows
    ]
    assert changed != list(OLD.tables.rows)
    return edited(rows=tuple(changed))


def only(found: Iterable[Change]) -> Change:
    (change,) = found
    return change


def test_a_version_does_not_differ_from_itself() -> None:
    assert differences(OLD, OLD) == []


@pytest.mark.parametrize(
    ("column", "cell", "meaning"),
    [
        ("target_code", "binnen-24-uur", True),
        ("equivalence", "inexact", True),
        ("gevaar", "ja", True),
        ("geldig_tot", "2027-01-01", True),
        ("note", "anders gezegd", False),
        ("source_display", "Ander woord", False),
        ("status", "vastgesteld", False),
    ],
)
def test_a_changed_row_is_told_by_its_columns(column: str, cell: str, meaning: bool) -> None:
    change = only(differences(OLD, with_row("zvj-signaalcode", "urgent", **{column: cell})))
    assert (change.kind, change.table, change.key[:2]) == (Kind.CHANGED, "maps", ("zvj-signaalcode", "urgent"))
    assert [(name, now) for name, _, now in change.columns] == [(column, cell)]
    assert change.meaning is meaning


def test_a_row_that_goes_to_another_axis_is_one_change_and_no_loss() -> None:
    new = with_row("zvj-signaalcode", "urgent", target_system="", target_code="", equivalence="unmatched")
    change = only(differences(OLD, new))
    assert change.kind is Kind.CHANGED and change.meaning
    assert {name for name, *_ in change.columns} == {"target_system", "target_code", "equivalence"}


def test_of_a_word_on_two_axes_the_one_that_stays_is_not_told() -> None:
    rows = tuple(one for one in OLD.tables.rows if one.key != ("veilig-thuis-termijnen", "acuut"))
    both = [one for one in OLD.tables.rows if one.key == ("veilig-thuis-termijnen", "acuut")]
    change = only(differences(OLD, edited(rows=(*rows, both[1]))))
    assert (change.kind, change.key[2]) == (Kind.REMOVED, both[0].target_system)
    again = only(differences(edited(rows=(*rows, both[1])), OLD))
    assert (again.kind, again.key, again.meaning) == (Kind.ADDED, change.key, True)


@pytest.mark.parametrize(
    ("column", "cell", "meaning"),
    [
        ("strekking", "gevaar", True),
        ("travel", "never", True),
        ("keep", "no", True),
        ("response_time", "PT12H", True),
        ("definition_nl", "Iets anders.", True),
        ("display_nl", "Binnen een dag", False),
        ("reason", "omdat", False),
        ("status", "vastgesteld", False),
    ],
)
def test_a_changed_concept_is_told_by_its_columns(column: str, cell: str, meaning: bool) -> None:
    changed = tuple(
        replace(one, **{column: cell}) if one.code == "binnen-24-uur" else one for one in OLD.tables.concepts
    )
    change = only(differences(OLD, edited(concepts=changed)))
    assert (change.kind, change.table, change.key) == (Kind.CHANGED, "concepts", ("urgentie", "binnen-24-uur"))
    assert change.columns[0][0] == column and change.meaning is meaning


@pytest.mark.parametrize(
    ("table", "meaning"),
    [("concepts", True), ("rows", True), ("clocks", False), ("danger_words", True), ("lists", False)],
)
def test_what_comes_and_what_goes_is_told_of_every_table(table: str, meaning: bool) -> None:
    records = getattr(OLD.tables, table)
    less = edited(**{table: records[1:]})
    gone, come = only(differences(OLD, less)), only(differences(less, OLD))
    assert (gone.kind, come.kind) == (Kind.REMOVED, Kind.ADDED)
    assert gone.meaning is come.meaning is meaning
    assert gone.columns == come.columns == ()


@pytest.mark.parametrize(
    ("table", "column", "meaning"),
    [
        ("clocks", "limit", True),
        ("clocks", "actor", False),
        ("danger_words", "reason", False),
        ("lists", "uri", True),
        ("lists", "version", False),
    ],
)
def test_a_change_of_a_clock_a_danger_word_or_a_list(table: str, column: str, meaning: bool) -> None:
    first, *rest = getattr(OLD.tables, table)
    change = only(differences(OLD, edited(**{table: (replace(first, **{column: "PT9M"}), *rest)})))
    assert (change.kind, change.columns[0][::2], change.meaning) == (Kind.CHANGED, (column, "PT9M"), meaning)


def test_overlays_are_compared_from_the_lowest() -> None:
    region = OLD.overlay([row("zsm", "binnen-24-uur")])
    both = region.overlay([row("zsm", "binnen-4-uur", gevaar="ja")])
    assert [(change.kind, change.table) for change in differences(OLD, both)] == [
        (Kind.ADDED, "overlay 1"),
        (Kind.ADDED, "overlay 2"),
    ]
    assert only(differences(region, both)).table == "overlay 2"
    assert only(differences(both, region)).kind is Kind.REMOVED
    moved = OLD.overlay([row("zsm", "binnen-2-weken")])
    assert only(differences(region, moved)).columns == (("target_code", "binnen-24-uur", "binnen-2-weken"),)
