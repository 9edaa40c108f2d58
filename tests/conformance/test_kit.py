"""The kit is tested too: a faithful gateway passes it, and every broken one is caught by the rule it breaks."""

import ast
import csv
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from conformance.checks import THEMES, find
from conformance.requirements import load

from conformance.__main__ import main
from tests.conformance.fake_gateway import Fake

ROOT = Path(__file__).parents[2]
TOKENS = ("--token", "een", "--partner-token", "twee", "--blind-token", "blind")
REQUIREMENTS = load()


def toets(fake, *extra, tokens=TOKENS):
    return main(["--sut", fake.url, *tokens, "--match-timeout", "0.3", *extra])


@pytest.fixture
def faithful():
    with Fake() as fake:
        yield fake


def test_a_faithful_gateway_passes_everything(faithful, capsys, tmp_path):
    code = toets(faithful, "--json", str(tmp_path / "out.json"))
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"{len(REQUIREMENTS)} passed, 0 failed, 0 skipped", "\n".join(said)
    assert code == 0
    assert "voldoet aan contract aanlevering 1 van dit project" in "\n".join(said)
    result = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result["passed"] and len(result["results"]) == len(REQUIREMENTS)


@pytest.mark.verify
def test_a_run_can_be_repeated_and_leaves_nothing_alive(faithful):
    assert toets(faithful) == 0
    assert toets(faithful) == 0
    assert {signal["status"] for signal in faithful.office.signals.values()} == {"VERNIETIGD"}


@pytest.mark.verify
@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.id)
def test_a_gateway_that_breaks_a_rule_is_caught_by_it(requirement, capsys):
    with Fake(requirement.check) as mutant:
        code = toets(mutant, "--only", requirement.id)
    said = capsys.readouterr().out
    assert re.search(rf"{requirement.id} {requirement.level} +failed", said), said
    assert requirement.fix in said
    assert code == 1


@pytest.mark.verify
@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.id)
def test_each_requirement_stands_alone(requirement, faithful, capsys):
    assert toets(faithful, "--only", requirement.id) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"1 passed, 0 failed, {len(REQUIREMENTS) - 1} skipped"


@pytest.mark.verify
def test_a_must_that_could_not_run_is_no_pass(faithful, capsys):
    assert toets(faithful, tokens=("--token", "een")) == 1
    said = capsys.readouterr().out
    assert "geef --partner-token" in said
    assert "geef --blind-token" in said


@pytest.mark.verify
def test_what_is_left_out_is_named_in_the_verdict(faithful, capsys):
    assert toets(faithful, "--without", "match", "--without", "blind", tokens=("--token", "een")) == 0
    said = capsys.readouterr().out
    assert "Dit is geen oordeel over het geheel" in said
    assert "Uitgesloten op verzoek: VIG-SOAP-601" in said


@pytest.mark.verify
def test_a_failure_can_be_sent_again_from_its_file_and_tells_no_token(capsys, tmp_path):
    with Fake("receipt.other_content_refused") as mutant:
        toets(mutant, "--json", str(tmp_path / "a.json"), "--out", str(tmp_path / "kept"), "--only", "VIG-SOAP-106")
    said = capsys.readouterr().out
    again = re.search(r'herhaal: .*--data-binary "@([^"]+)"', said)
    assert again and b"signaalAfgeven" in Path(again[1]).read_bytes()
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "kept").iterdir()]
    assert not any("Bearer een" in text for text in [said, (tmp_path / "a.json").read_text(encoding="utf-8"), *kept])
    (row,) = [one for one in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["results"] if "got" in one]
    assert row["exchanges"][-1]["culprit"] and row["exchanges"][-1]["status"] == 200


def test_a_system_that_does_not_answer_is_not_judged(capsys):
    with Fake() as fake:
        url = fake.url
    assert main(["--sut", url, "--token", "een", "--timeout", "2"]) == 2
    assert "Geen antwoord" in capsys.readouterr().out


@pytest.mark.verify
def test_a_region_on_consent_has_no_reasonable_suspicion_to_confirm(capsys):
    with Fake("rules.suspicion_not_confirmed_refused") as fake:
        fake.office.ground = "TOESTEMMING"
        assert toets(fake) == 0
    assert "Niet van toepassing volgens het systeem zelf: VIG-SOAP-311" in capsys.readouterr().out


@pytest.mark.verify
def test_an_unknown_name_to_leave_out_is_refused(faithful, capsys):
    assert toets(faithful, "--without", "matches") == 2
    assert "matches" in capsys.readouterr().out


def test_every_check_has_one_requirement_and_every_requirement_a_check():
    public = {
        f"{theme}.{name}"
        for theme, module in THEMES.items()
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    helpers = {"minimal.wrong_bsn"}
    named = [requirement.check for requirement in REQUIREMENTS]
    assert sorted(named) == sorted(public - helpers)
    assert all(callable(find(name)) for name in named)
    assert len({requirement.id for requirement in REQUIREMENTS}) == len(REQUIREMENTS) >= 20
    assert {requirement.level for requirement in REQUIREMENTS} <= {"MUST", "SHOULD"}


@pytest.mark.parametrize("name", ["aanlevering-1.xsd", "aanlevering-1.wsdl"])
def test_the_pinned_contract_is_the_published_one(name):
    assert (ROOT / "conformance" / "contract" / name).read_bytes() == (ROOT / "gateway" / "schemas" / name).read_bytes()


def test_the_kit_is_a_stranger():
    for path in (ROOT / "conformance").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        roots = {name.partition(".")[0] for name in names}
        assert "gateway" not in roots, path
        assert path.name == "wire.py" or not roots & {"lxml", "httpx"}, path


def test_test_persons_are_public_and_pass_the_elfproef():
    text = files("conformance").joinpath("persons.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == 10
    for row in rows:
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        assert sum(int(digit) * weight for digit, weight in zip(row["bsn"], weights, strict=True)) % 11 == 0
        assert row["herkomst"].startswith("RvIG")
