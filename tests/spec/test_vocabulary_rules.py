"""The rules of the vocabulary's tables, each broken on purpose: no wrong table can be loaded."""

import csv
import datetime as dt
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.errors import Misconfigured
from gateway.rules.vocabulary import check, load
from gateway.rules.vocabulary_rules import unconfirmed
from gateway.rules.vocabulary_tables import fastest, slower, slowest

SHIPPED = files("gateway") / "mappings" / "vocabulary"
CONCEPTS, ZVJ_MAP, CLOCKS, WORDS = "concepts.csv", "maps/zvj.csv", "clocks.csv", "danger_words.csv"
LISTS = "lists.csv"
Edit = Callable[[list[dict[str, str]]], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(Path(str(SHIPPED)), tmp_path / "vocabulary")
    return tmp_path / "vocabulary"


def edit(file: Path, change: Edit) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream))
    columns = list(records[0])
    change(records)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(records)


def put(line: int, **cells: str) -> Edit:
    return lambda records: records[line - 2].update(cells)


def again(line: int, **cells: str) -> Edit:
    return lambda records: records.append(records[line - 2] | cells)


def only(axis: str, *codes: str) -> Edit:
    def change(records: list[dict[str, str]]) -> None:
        records[:] = [record for record in records if record["system"] != axis or record["code"] in codes]

    return change


@pytest.mark.parametrize(
    ("rule", "at", "change"),
    [
        ("R0", f"{CONCEPTS} line 2", put(2, display_nl="")),
        ("R0", f"{CONCEPTS} line 2", put(2, display_en="x" * 201)),
        ("R0", f"{CONCEPTS} line 2", put(2, definition_nl="x" * 1001)),
        ("R0", f"{CONCEPTS} line 2", put(2, definition_nl=" ")),
        ("R0", f"{CONCEPTS} line 3", put(3, code="c" * 36)),
        ("R0", f"{CONCEPTS} line 3", put(3, code="")),
        ("R0", f"{CONCEPTS} line 6", put(6, strekking="misschien")),
        ("R0", f"{CONCEPTS} line 6", put(6, status="af")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, target_code="ooit")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, target_code="")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, target_system="")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, equivalence="ongeveer")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, gevaar="nee")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, status="")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, source=" ")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, geldig_van="gisteren")),
        ("R0", f"{ZVJ_MAP} line 2", put(2, geldig_van="2026-02-02", geldig_tot="2026-02-01")),
        ("R0", f"{WORDS} line 2", put(2, word="ja")),
        ("R0", f"{WORDS} line 2", put(2, reason="")),
        ("R1", f"{ZVJ_MAP} line 3", put(3, target_code="binnen-5-werkdagen")),
        ("R1", f"{ZVJ_MAP} line 2", put(2, target_code="regulier")),
        ("R1", f"{CLOCKS} line 2", put(2, limit="meteen")),
        ("R1", f"{CLOCKS} line 2", put(2, source_code="acut")),
        ("R1", f"{CLOCKS} line 28", again(3)),
        ("R1", f"{CONCEPTS} line 18", put(18, response_time="zie urgentie")),
        ("R1", f"{CONCEPTS} line 8", put(8, response_time="P11D")),
        ("R2", f"{ZVJ_MAP} line 2", put(2, equivalence="narrower", note="")),
        ("R2", f"{ZVJ_MAP} line 2", put(2, equivalence="inexact", note=" ")),
        ("R2", "maps/lokaal-team.csv line 2", put(2, note="")),
        ("R3", f"{ZVJ_MAP} line 4", again(2)),
        ("R3", f"{ZVJ_MAP} line 4", again(2, target_system="", target_code="", equivalence="unmatched")),
        ("R3", f"{CONCEPTS} line 159", again(20)),
        ("R3", "maps/lokaal-team.csv line 2", put(2, source_system="verwijsindex")),
        ("R3", "maps/lokaal-team.csv line 2", put(2, source_system="")),
        ("R3", "maps/lokaal-team.csv line 2", put(2, source_system="x" * 36)),
        ("R3", f"{LISTS} line 3", put(3, source_system="bds-jgz")),
        ("R3", "maps/zvj.csv line 2", put(2, source_system="zvj")),
        ("R3", f"{LISTS} line 24", again(3)),
        ("R3", f"{LISTS} line 4", put(4, uri="urn:oid:2.16.840.1.113883.2.4.4.40.267")),
        ("R3", f"{LISTS} line 4", put(4, uri="https://verwijsindex.example/fhir/CodeSystem/meldkamer")),
        ("R3", f"{LISTS} line 4", put(4, uri="")),
        ("R3", f"{LISTS} line 4", put(4, uri="https://een adres")),
        ("R3", f"{LISTS} line 4", put(4, uri="mailto:iemand")),
        ("R3", f"{LISTS} line 4", put(4, title_nl="")),
        ("R3", f"{LISTS} line 4", put(4, title_en="x" * 201)),
        ("R4", "maps/lokaal-team.csv line 2", put(2, source_code="")),
        ("R4", "maps/lokaal-team.csv line 2", put(2, source_code="*")),
        ("R4", "maps/bds-jgz.csv line 16", put(16, target_code="geen-onveiligheid", gevaar="")),
        ("R4", f"{CONCEPTS} line 4", put(4, strekking="")),
        ("R5", "maps/lokaal-team.csv line 2", put(2, target_system="crisis", target_code="dreigend")),
        ("R5", "maps/lokaal-team.csv line 2", put(2, equivalence="equivalent")),
        ("R5", "maps/bds-jgz.csv line 2", put(2, target_code="onbekend")),
        ("R6", f"{CONCEPTS} line 6", put(6, travel="")),
        ("R6", f"{CONCEPTS} line 6", put(6, keep="soms")),
        ("R6", f"{CONCEPTS} line 6", put(6, keep="no")),
        ("R6", f"{CONCEPTS} line 6", put(6, reason=" ")),
        ("R7", "maps/lokaal-team.csv line 2", put(2, source_code="spoed ")),
        ("R7", f"{CONCEPTS} line 14", put(14, code="Voorbij")),
        ("R8", f"{CONCEPTS} line 2", only("urgentie", "direct", "binnen-1-werkdag", "binnen-5-werkdagen")),
        ("R8", f"{CONCEPTS} line 10", put(10, strekking="gerust")),
        ("R8", f"{CONCEPTS} line 17", put(17, response_time="P14D")),
    ],
)
def test_a_broken_rule_is_told_with_its_place(root: Path, rule: str, at: str, change: Edit) -> None:
    file = root / at.split(" line ", maxsplit=1)[0]
    edit(file, change)
    told = check(root)
    assert f"{rule} {at}" in {problem.split(":")[0] for problem in told}
    assert all(problem.startswith(rule) for problem in told if at in problem)
    with pytest.raises(Misconfigured) as wrong:
        load(root)
    assert list(wrong.value.problems) == told


def test_a_map_whose_list_has_no_row_is_told_at_its_first_row(root: Path) -> None:
    edit(root / LISTS, lambda records: records.pop())
    assert [problem.split(":")[0] for problem in check(root)] == [f"R3 {ZVJ_MAP} line 2"]
    edit(root / LISTS, lambda records: records.pop(0))
    assert "R3 lists.csv" in {problem.split(":")[0] for problem in check(root)}


def test_an_axis_with_nothing_to_choose_is_refused(root: Path) -> None:
    edit(root / CONCEPTS, only("geinformeerd", "onbekend"))
    assert any(problem.startswith("R5 concepts.csv") for problem in check(root))


def test_a_second_spelling_of_a_word_is_refused(root: Path) -> None:
    edit(root / ZVJ_MAP, again(2, source_code="Laag", geldig_van="2030-01-01"))
    assert any(problem.startswith(f"R7 {ZVJ_MAP} line 4") for problem in check(root))


def test_rows_of_one_word_may_follow_each_other(root: Path) -> None:
    edit(root / ZVJ_MAP, put(2, geldig_tot="2026-06-30"))
    edit(root / ZVJ_MAP, again(2, geldig_van="2026-07-01", geldig_tot=""))
    assert check(root) == []
    edit(root / ZVJ_MAP, put(4, geldig_van="2026-06-30"))
    assert [problem.split(":")[0] for problem in check(root)] == [f"R3 {ZVJ_MAP} line 4"]


def test_a_period_of_one_day_after_a_later_one_is_lawful(root: Path) -> None:
    edit(root / ZVJ_MAP, put(2, geldig_van="2026-07-01", status="vastgesteld"))
    edit(root / ZVJ_MAP, again(2, geldig_van="2026-06-30", geldig_tot="2026-06-30"))
    assert check(root) == []


def test_a_row_may_not_end_on_the_first_day_of_the_next(root: Path) -> None:
    edit(root / ZVJ_MAP, put(2, geldig_van="2026-07-01"))
    edit(root / ZVJ_MAP, again(2, geldig_van="", geldig_tot="2026-07-01"))
    assert [problem.split(":")[0] for problem in check(root)] == [f"R3 {ZVJ_MAP} line 4"]


def test_what_just_fits_the_contract_is_lawful(root: Path) -> None:
    edit(root / CONCEPTS, put(6, display_nl="x" * 200, definition_nl="x" * 1000))
    edit(root / CONCEPTS, put(151, code="c" * 35))
    edit(root / CONCEPTS, put(152, code="c"))
    edit(root / CONCEPTS, put(7, display_nl="x", display_en="y", definition_nl="z"))
    edit(root / "maps/lokaal-team.csv", put(2, source_system="x" * 35))
    named = {"source_system": "x" * 35, "uri": "urn:oid:1.2.3", "title_nl": "x" * 200, "title_en": "y"}
    edit(root / LISTS, again(3, **named))
    edit(root / WORDS, put(2, word="sos"))
    assert check(root) == []


def test_only_what_is_due_within_four_hours_must_count_as_danger(root: Path) -> None:
    edit(root / CONCEPTS, put(13, response_time="PT4H1M"))
    assert check(root) == []
    edit(root / CONCEPTS, put(13, response_time="PT4H"))
    assert [problem.split(":")[0] for problem in check(root)] == [f"R4 {CONCEPTS} line 13"]


@pytest.mark.parametrize(
    ("file", "column"),
    [(CONCEPTS, "status"), (ZVJ_MAP, "note"), (CLOCKS, "source"), (WORDS, "reason"), (LISTS, "note")],
)
def test_the_version_is_of_every_cell_of_every_table(root: Path, file: str, column: str) -> None:
    before = load(root).version
    edit(root / file, put(2, **{column: "vastgesteld"}))
    assert load(root).version != before


def test_an_enquiry_of_ten_weeks_may_be_regular_and_a_shorter_one_may_not(root: Path) -> None:
    ten_weeks = put(5, target_system="urgentie", target_code="regulier", equivalence="equivalent")
    edit(root / "maps/veilig-thuis.csv", ten_weeks)
    assert check(root) == []
    edit(root / CLOCKS, put(4, limit="P69D"))
    assert [problem.split(":")[0] for problem in check(root)] == ["R1 maps/veilig-thuis.csv line 5"]


def test_a_clock_without_a_promise_binds_nobody(root: Path) -> None:
    edit(root / CLOCKS, put(5, limit=""))
    edit(root / ZVJ_MAP, put(2, target_code="binnen-2-weken"))
    assert check(root) == []


def test_a_concept_without_a_limit_that_reassures_nobody_is_not_measured(root: Path) -> None:
    edit(root / ZVJ_MAP, put(2, target_system="crisis", target_code="crisishulp-loopt"))
    assert check(root) == []


def test_a_target_whose_limit_is_unreadable_is_told_once(root: Path) -> None:
    edit(root / CONCEPTS, put(7, response_time="een week"))
    assert [problem.split(":")[0] for problem in check(root)] == [f"R1 {CONCEPTS} line 7"]


def test_what_means_danger_is_unconfirmed_until_its_status_says_so(root: Path) -> None:
    left = list(unconfirmed(load(root).tables))
    assert f"{CONCEPTS} line 2" in left and "maps/lokaal-team.csv line 2" in left
    assert f"{CONCEPTS} line 5" not in left and f"{ZVJ_MAP} line 2" not in left
    edit(root / CONCEPTS, put(2, status="vastgesteld"))
    edit(root / "maps/lokaal-team.csv", put(2, status="vastgesteld"))
    edit(root / ZVJ_MAP, put(2, gevaar="ja", status="onbevestigd"))
    after = set(unconfirmed(load(root).tables))
    assert set(left) - after == {f"{CONCEPTS} line 2", "maps/lokaal-team.csv line 2"}
    assert after - set(left) == {f"{ZVJ_MAP} line 2"}


def test_all_problems_are_told_at_once(root: Path) -> None:
    edit(root / ZVJ_MAP, put(2, equivalence="ongeveer"))
    edit(root / CONCEPTS, put(6, travel=""))
    (root / WORDS).write_bytes(b"word,reason\nspoed\n")
    assert [problem[:2] for problem in check(root)] == ["R0", "R0", "R6"]


@pytest.mark.parametrize("content", [b"word,reason\n\xff\xfe,x\n", b'word,reason\n"spoed"x,y\n'])
def test_a_file_that_is_no_utf8_csv_is_named(root: Path, content: bytes) -> None:
    (root / WORDS).write_bytes(content)
    assert check(root) == [f"R0 {WORDS}: the file is missing, not UTF-8, or no CSV; restore it"]


def test_a_spreadsheets_byte_order_mark_and_blank_lines_are_forgiven(root: Path) -> None:
    (root / WORDS).write_bytes(b"\xef\xbb\xbfword,reason\r\n\r\nspoed,gevaar\r\n")
    assert check(root) == []


def test_a_missing_file_or_map_is_no_empty_vocabulary(root: Path) -> None:
    (root / WORDS).unlink()
    shutil.rmtree(root / "maps")
    problems = check(root)
    assert problems[0] == "R0 maps: no map is there; restore the directory"
    assert problems[1].startswith(f"R0 {WORDS}:")


def test_only_csv_files_are_maps(root: Path) -> None:
    (root / "maps" / "README.md").write_text("no map", encoding="utf-8")
    assert check(root) == []


@pytest.mark.parametrize(
    ("target", "source", "is_slower"),
    [
        ("PT0S", "PT0S", False),
        ("PT1H", "PT60M", False),
        ("PT24H", "P1D", False),
        ("P2W", "P14D", False),
        ("P1DT1S", "PT24H", True),
        ("PT24H", "1WD", False),
        ("P1DT1H", "1WD", True),
        ("1WD", "PT24H", True),
        ("1WD", "P5D", True),
        ("1WD", "P6D", False),
        ("5WD", "5WD", False),
        ("6WD", "5WD", True),
        ("1WD", "5WD", False),
        ("5WD", "P7D", True),
        ("5WD", "P11D", True),
        ("5WD", "P12D", False),
        ("P7D", "5WD", True),
        ("-", "P70D", True),
        ("P70D", "-", False),
        ("5WD", "-", False),
        ("-", "-", False),
    ],
)
def test_a_target_is_slower_when_it_can_last_longer(target: str, source: str, is_slower: bool) -> None:
    assert slower(target, source) is is_slower


def test_the_slowest_working_days_survive_the_longest_dutch_holidays() -> None:
    closed = {dt.date(2025, 12, 25), dt.date(2025, 12, 26), dt.date(2026, 1, 1)}
    for days in range(1, 6):
        for start in (dt.date(2025, 12, 20) + dt.timedelta(days=ahead) for ahead in range(14)):
            end, left = start, days
            while left:
                end += dt.timedelta(days=1)
                left -= end.weekday() < 5 and end not in closed
            assert fastest(f"{days}WD") <= end - start <= slowest(f"{days}WD")


@pytest.mark.parametrize("limit", ["", "P", "PT", "PT1", "5wd", "WD", "-1WD", "P1Y", "1WD ", "P1.5D", "zie urgentie"])
def test_what_is_no_limit_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match=r"^not a limit$"):
        slowest(limit)
