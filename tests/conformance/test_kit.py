"""The kit is tested too: a faithful gateway passes it, and every broken one is caught by the rule it breaks."""

import ast
import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest

from conformance import rules
from conformance.__main__ import main
from conformance.transcript import Transcript
from tests.conformance.fake_gateway import FAULTS, Fake
from tests.conformance.runs import today

ROOT = Path(__file__).parents[2]
TOKENS = ("--token", "een", "--partner-token", "twee", "--blind-token", "blind")
ALL = tuple(word for eis in FAULTS for word in ("--only", eis))


def toets(fake, *extra, tokens=TOKENS):
    command = ("gateway", "--format", "soap", "--sut", fake.url, *tokens, "--match-timeout", "0.3")
    return main([*command, *(extra if "--only" in extra else (*ALL, *extra))])


@pytest.fixture
def faithful():
    with Fake() as fake:
        yield fake


def test_a_faithful_gateway_passes_everything(faithful, capsys):
    code = toets(faithful)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"{len(FAULTS)} passed, 0 failed, 0 skipped", "\n".join(said)
    assert code == 0
    assert "voldoet aan contract v1 van dit project" in "\n".join(said)


@pytest.mark.verify
def test_a_run_can_be_repeated_and_leaves_nothing_alive(faithful):
    assert toets(faithful) == 0
    assert toets(faithful) == 0
    assert {signal["status"] for signal in faithful.office.signals.values()} == {"VERNIETIGD"}


@pytest.mark.verify
@pytest.mark.parametrize("eis", FAULTS)
def test_a_gateway_that_breaks_a_rule_is_caught_by_it(eis, capsys):
    requirement = today().requirements[eis]
    with Fake(FAULTS[eis]) as mutant:
        code = toets(mutant, "--only", eis)
    said = capsys.readouterr().out
    assert re.search(rf"^{eis} soap +{requirement.niveau} +niet gehaald", said, re.M), said
    assert requirement.herstel in said
    assert code == 1


@pytest.mark.verify
@pytest.mark.parametrize("eis", FAULTS)
def test_each_requirement_stands_alone(eis, faithful, capsys):
    assert toets(faithful, "--only", eis) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_a_must_that_could_not_run_is_no_pass(faithful, capsys):
    assert toets(faithful, "--only", "VIG-603", "--only", "VIG-702", tokens=("--token", "een")) == 1
    said = capsys.readouterr().out
    assert "de toets speelde geen jeugdhulp" in said
    assert "de toets speelde geen jongerenwerk" in said


def test_what_is_left_out_is_named_in_the_verdict(faithful, capsys):
    tokens = ("--token", "een")
    assert toets(faithful, "--without", "identiteit", "--only", "VIG-301", "--only", "VIG-702", tokens=tokens) == 0
    said = capsys.readouterr().out
    assert "Dit is geen oordeel over het geheel" in said
    assert "zonder de pakketten identiteit" in said


def test_a_failure_can_be_sent_again_and_no_token_is_kept(capsys, tmp_path):
    with Fake(FAULTS["VIG-106"]) as mutant:
        toets(mutant, "--only", "VIG-106", "--map", str(tmp_path), tokens=("--token", "zeer-geheim-een"))
        toets(mutant, "--only", "VIG-106", "--map", str(tmp_path / "2"), tokens=("--token", "een"))
    said = capsys.readouterr().out
    assert re.search(r'herhaal: +curl .*--data-binary "@[0-9]+-vraag"', said)
    kept = (tmp_path / "verloop.jsonl").read_text(encoding="utf-8")
    assert "signaalAfgeven" in kept
    assert "zeer-geheim-een" not in kept + said


def test_a_system_that_does_not_answer_is_not_judged(capsys):
    with Fake() as fake:
        url = fake.url
    assert main(["gateway", "--sut", url, "--token", "een", "--timeout", "2"]) == 2
    assert "Geen antwoord" in capsys.readouterr().out


def test_a_region_on_consent_has_no_reasonable_suspicion_to_confirm(capsys, tmp_path):
    with Fake(FAULTS["VIG-311"]) as fake:
        fake.office.ground = "TOESTEMMING"
        toets(fake, "--only", "VIG-311", "--map", str(tmp_path))
    said = capsys.readouterr().out
    assert "VIG-311" not in said.replace("alleen VIG-311", "").partition("OORDEEL")[0]
    assert "0 passed, 0 failed, 0 skipped" in said


@pytest.mark.parametrize("strange", [("--without", "matches"), ("--only", "VIG-999")])
def test_an_unknown_name_is_refused(strange, faithful, capsys):
    assert main(["gateway", "--sut", faithful.url, "--token", "een", *strange]) == 2
    assert strange[1] in capsys.readouterr().out


def test_every_fault_is_of_a_requirement_that_soap_has():
    tried = {eis for scenario in today().of("gateway") if "soap" in scenario.formaten for eis in scenario.eisen}
    assert set(FAULTS) <= tried
    assert len(set(FAULTS.values())) == len(FAULTS)


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
        assert path.name == "line.py" or "httpx" not in roots, path


def test_test_persons_are_public_and_pass_the_elfproef():
    text = files("conformance.rules").joinpath("persons.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == len(rules.persons()) == 10
    for row in rows:
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        assert sum(int(digit) * weight for digit, weight in zip(row["bsn"], weights, strict=True)) % 11 == 0
        assert row["herkomst"].startswith("RvIG")
    for person in rules.persons():
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        wrong = person.wrong_bsn
        assert sum(int(digit) * weight for digit, weight in zip(wrong, weights, strict=True)) % 11


def test_a_run_in_a_folder_is_kept_whole(faithful, tmp_path):
    assert toets(faithful, "--only", "VIG-101", "--map", str(tmp_path)) == 0
    kept = Transcript.read(tmp_path / "verloop.jsonl")
    assert [row["soort"] for row in kept.rows][-1] == "af"
    assert kept.header["alleen"] == ["VIG-101"]
