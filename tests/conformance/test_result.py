"""A result file holds the run and its verdict, which can be made again to the bit, whatever rules came since."""

import copy
import datetime as dt
import json
import re
import shlex
import shutil
from pathlib import Path

import jsonschema_rs
import pytest

import conformance
from conformance import result, rules
from conformance.__main__ import main, parser
from conformance.judge import Outcome, judge
from conformance.result import data
from conformance.rules import Text, Wrong
from conformance.transcript import FIRST, Broken, canonical
from tests.conformance.runs import RUN, changed, committed

RULES = Path(conformance.__file__).parent / "rules"
SCHEMA = Path(conformance.__file__).parent / "results" / "uitslag-1.schema.json"
LATER = dt.date(2027, 6, 1)

SECOND = """
[[eis]]
id = "VIG-101"
niveau = "SHOULD"
bron = "contract aanlevering 1, ontvangstbewijs"
nl = "Anders verwoord."
en = "Said otherwise."
herstel = "Doe het."
fix = "Do it."
sinds = "2027-01-01"

[[scenario]]
id = "ontvangstbewijs"
rol = "gateway"
pakket = "kern"
nl = "Later vraagt de toets iets anders."
en = "Later the test asks something else."
formaten = ["soap"]
sinds = "2027-01-01"

[[scenario.stap]]
id = "geef"
wie = "school"
doe = "signaalAfgeven"
eisen = [{ eis = "VIG-101", dat = "geweigerd" }]
"""

REGION = SECOND.replace("VIG-101", "REG-1").replace('id = "ontvangstbewijs"', 'id = "regio"')


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """The rules after a change: one requirement and one scenario closed, and replaced from 2027 on."""
    folder = shutil.copytree(RULES, tmp_path / "rules")
    for name, row in (
        ("requirements/gateway.toml", 'id = "VIG-101"\n'),
        ("scenarios/gateway-ontvangst.toml", 'id = "ontvangstbewijs"\n'),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(row) == 1
        path.write_text(text.replace(row, f'{row}tot = "2027-01-01"\n'), encoding="utf-8")
    (folder / "scenarios" / "gateway-later.toml").write_text(SECOND, encoding="utf-8")
    return folder


def test_a_committed_run_is_judged_again_to_the_bit(request: pytest.FixtureRequest) -> None:
    """Until the first release rules change under one date, and the run is written anew; after it, never again."""
    if request.config.getoption("--update"):
        result.write(changed(lambda row: None), RUN)
    found = committed()
    stored = json.loads(RUN.read_bytes())["oordeel"]
    assert canonical(data(found.verdict)) == canonical(stored)
    assert found.as_it_was
    assert {one.outcome for one in found.verdict.lines} == set(Outcome) - {Outcome.ATTESTED}


def test_a_committed_run_is_judged_as_it_was_after_the_rules_changed(second: Path) -> None:
    found = committed()
    day = dt.date.fromisoformat(found.header["regels_van"])
    first = judge(found.rows, rules.as_of(day, folder=second))
    assert canonical(data(first)) == canonical(found.stored)
    later = judge(found.rows, rules.as_of(LATER, folder=second))
    assert later.rules != first.rules
    (line,) = [one for one in later.lines if one.requirement.id == "VIG-101"]
    assert (line.requirement.niveau, line.outcome) == ("SHOULD", Outcome.PASSED)


def test_rules_that_a_region_adds_later_do_not_hold_for_an_earlier_run() -> None:
    found = committed()
    extra = Text("regio.toml", REGION)
    day = dt.date.fromisoformat(found.header["regels_van"])
    assert canonical(data(judge(found.rows, rules.as_of(day, [extra])))) == canonical(found.stored)
    assert "REG-1" in rules.as_of(LATER, [extra]).requirements


def test_a_run_carries_the_rules_a_region_added(tmp_path: Path) -> None:
    text = REGION.replace("2027-01-01", "2026-11-01")

    def add(row: dict[str, object]) -> None:
        if row["soort"] == "kop":
            row |= {"erbij": [{"name": "regio.toml", "text": text}], "alleen": ["regio", "ontvangstbewijs"]}

    found = changed(add)
    assert "REG-1" in {one.requirement.id for one in found.verdict.lines}
    result.write(found, tmp_path / "uitslag.json")
    assert result.read(tmp_path / "uitslag.json").as_it_was


def test_what_a_region_adds_cannot_replace_what_there_is() -> None:
    soft = Text("zacht.toml", SECOND.replace("2027-01-01", "2026-11-01"))
    with pytest.raises(Wrong, match="eis twee keer: VIG-101"):
        rules.as_of(LATER, [soft])


def test_judging_twice_gives_the_same_bytes_whatever_the_order_of_keys() -> None:
    found = committed()
    turned = [dict(reversed(row.items())) for row in copy.deepcopy([*found.rows])]
    assert canonical(data(result.of(turned).verdict)) == canonical(data(found.verdict))


def test_another_verdict_in_the_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = json.loads(RUN.read_bytes())
    given["oordeel"]["voldoet"] = True
    path = tmp_path / "uitslag.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    assert main(["herkeur", str(path)]) == 1
    assert "een ander oordeel" in capsys.readouterr().out
    assert main(["herkeur", str(RUN)]) == 0


@pytest.mark.parametrize("way", ["changed", "moved", "taken out"])
def test_an_edited_transcript_is_refused(way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = json.loads(RUN.read_bytes())
    rows = given["verloop"]
    at = next(n for n, row in enumerate(rows) if row["soort"] == "uitwisseling" and n > 5)
    if way == "changed":
        rows[at]["ms"] += 1
    elif way == "moved":
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    else:
        del rows[at]
    path = tmp_path / "uitslag.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    assert main(["herkeur", str(path)]) == 2
    assert "veranderd of weggelaten" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"soort":"iets anders"}',
        '{"soort":"verwijsindex-toets uitslag 1"}',
        "[" * 100_000,
        f'{{"soort":"{result.KIND}","verloop":[{{"soort":"kop","vorige":"{FIRST}"}}],"ontheffingen":[]}}',
    ],
)
def test_what_is_no_result_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "uitslag.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Broken):
        result.read(path)


def test_packs_that_were_left_out_are_named_even_if_the_run_does_not_say_so() -> None:
    def hide(row: dict[str, object]) -> None:
        if row["soort"] == "kop":
            row |= {"pakketten": ["kern"], "zonder_pakketten": [], "alleen": []}

    assert any("woorden" in one for one in changed(hide).verdict.partial)


def test_the_file_is_as_its_schema_says(tmp_path: Path) -> None:
    judged = jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes()))
    assert judged.is_valid(json.loads(RUN.read_bytes()))
    broken = json.loads(RUN.read_bytes())
    broken["oordeel"]["eisen"][0]["uitkomst"] = "bijna"
    assert not judged.is_valid(broken)


def test_a_waiver_stands_beside_the_verdict_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ontheffingen.toml"
    row = '[[ontheffing]]\neis = "{}"\nreden = "pas na de zomer"\ntot = {}\ndoor = "Regio Voorbeeld"\n'
    file.write_text(row.format("VIG-101", "2099-01-01") + row.format("VIG-407", "2020-01-01"), encoding="utf-8")
    assert main(["uitslag", "--uitslag", str(RUN), "--out", str(tmp_path / "out"), "--ontheffingen", str(file)]) == 1
    found = result.read(tmp_path / "out" / "uitslag.json")
    assert canonical(data(found.verdict)) == canonical(committed().stored)
    assert found.waived("VIG-101", "soap") and not found.waived("VIG-407", "soap")
    page = (tmp_path / "out" / "uitslag.html").read_text(encoding="utf-8")
    assert page.count("Ontheffing van Regio Voorbeeld") == 1
    told = json.loads((tmp_path / "out" / "oordeel.json").read_bytes())
    assert [one["eis"] for one in told["eisen"] if "ontheffing" in one] == ["VIG-101"]
    file.write_text('[[ontheffing]]\neis = "VIG-101"\n', encoding="utf-8")
    assert main(["uitslag", "--uitslag", str(RUN), "--out", str(tmp_path), "--ontheffingen", str(file)]) == 2


DOCS = Path(__file__).parents[2] / "docs"
TEXTS = [DOCS / "conformance-results.md", *sorted((DOCS / "ci").glob("*.yml"))]


@pytest.mark.parametrize("text", TEXTS, ids=[one.name for one in TEXTS])
def test_every_command_that_is_written_down_can_be_given(text: Path) -> None:
    lines = re.findall(
        r"^(?: {4}|.*(?:run|script|-):? )verwijsindex-toets (.+)$", text.read_text(encoding="utf-8"), re.M
    )
    assert lines
    for line in lines:
        words = shlex.split(re.sub(r"\$\{\{.*?\}\}|\$\(.*?\)|\$\w+", "waarde", line))
        parser().parse_args(words)
