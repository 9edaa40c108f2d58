"""The rules as data: what cannot be is refused by name, and a rule holds from its first day to its last."""

import datetime as dt
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from conformance import matrix, rules
from conformance.demands import DEMANDS
from conformance.judge import ATTESTED
from conformance.rules import Wrong
from tests.conformance.runs import today

DAY = dt.date(2026, 11, 22)
EIS = """
[[eis]]
id = "VIG-999"
niveau = "MUST"
bron = "proef"
nl = "a"
en = "a"
herstel = "a"
fix = "a"
"""
SCENARIO = """
[[scenario]]
id = "proef"
rol = "gateway"
pakket = "kern"
nl = "a"
en = "a"
formaten = ["soap"]

[[scenario.stap]]
id = "geef"
wie = "school"
doe = "signaalAfgeven"
eisen = [{ eis = "VIG-999", dat = "aangenomen" }]
"""


def more(tmp_path, text):
    path = tmp_path / "eigen.toml"
    path.write_text(text, encoding="utf-8")
    return [path]


def test_a_region_adds_requirements_and_scenarios_of_its_own(tmp_path):
    held = rules.as_of(DAY, more(tmp_path, EIS + SCENARIO))
    assert "VIG-999" in held.requirements
    assert "proef" in {one.id for one in held.of("gateway")}
    assert held.fingerprint != rules.as_of(DAY).fingerprint


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (EIS.replace("bron", "brom"), "brom"),
        (EIS.replace('nl = "a"\n', ""), "nl"),
        (EIS + SCENARIO.replace("VIG-999", "VIG-998"), "VIG-998"),
        (EIS + SCENARIO.replace('rol = "gateway"', 'rol = "gatewy"'), "gatewy"),
        (EIS + SCENARIO.replace("doe =", "do ="), "do"),
        (EIS + SCENARIO + SCENARIO, "proef"),
        ("[[eis]\n", "eigen.toml"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path, text, named):
    with pytest.raises(Wrong, match=named):
        rules.as_of(DAY, more(tmp_path, text))


def test_a_rule_holds_from_its_first_day_until_its_last(tmp_path):
    old = EIS + 'tot = "2026-12-01"\n'
    new = EIS.replace('nl = "a"', 'nl = "b"') + 'sinds = "2026-12-01"\n'
    path = more(tmp_path, old + new)
    assert rules.as_of(dt.date(2026, 11, 30), path).requirements["VIG-999"].nl == "a"
    assert rules.as_of(dt.date(2026, 12, 1), path).requirements["VIG-999"].nl == "b"
    assert "VIG-999" not in rules.as_of(dt.date(2026, 10, 1), more(tmp_path, EIS)).requirements


def test_rules_read_with_other_line_ends_are_the_same(tmp_path):
    """A checkout on Windows judges as any other."""
    folder = tmp_path / "rules"
    shutil.copytree(Path(str(files("conformance.rules"))), folder)
    for path in folder.rglob("*.toml"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert rules.as_of(DAY, folder=folder).fingerprint == rules.as_of(DAY).fingerprint


def test_every_demand_a_scenario_makes_is_one_the_kit_knows():
    known = {*DEMANDS, ATTESTED}
    for scenario in today().scenarios:
        for step in scenario.stappen:
            for demand in step.eisen:
                assert demand.dat in known, (scenario.id, step.id, demand.dat)
                assert {one["dat"] for one in demand.rest.get("keus", [])} <= known


def test_every_cell_is_tried_or_has_a_reason_and_few_have_one():
    found = matrix.of(today())
    assert found.holes == []
    assert len(found.reasoned) <= len(found.cells) / 10
    assert found.whole


def test_a_requirement_that_nothing_tries_is_a_hole(tmp_path):
    found = matrix.of(rules.as_of(DAY, more(tmp_path, EIS)))
    assert [(one.requirement.id, one.form) for one in found.holes] == [
        ("VIG-999", form) for form in ("soap", "json", "fhir", "csv")
    ]
    assert not found.whole


REASON = '[reden.nog-niet]\nnl = "a"\nen = "a"\n'


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('[[cel]]\neisen = ["VIG-104"]\nformaten = ["json"]\nreden = "geen-zin"\n', "geen-zin"),
        ('[[cel]]\neisen = ["VIG-101"]\nformaten = ["soap"]\nreden = "nog-niet"\n', "VIG-101"),
        ('[[cel]]\neisen = ["VIG-000"]\nformaten = ["soap"]\nreden = "nog-niet"\n', "VIG-000"),
    ],
)
def test_a_reason_that_fits_nothing_is_refused(written, named):
    with pytest.raises(Wrong, match=named):
        matrix.of(today(), REASON + written)


def test_where_only_some_values_may_stand_it_is_said_whether_nothing_is_enough() -> None:
    """Nothing is enough where a field is optional, or where an axis is not carried: one may then be silent."""
    may_be_silent = {"VIG-921", "VII-612", "VII-801"}
    there = {"is_er", "heeft_keuzes", "een_of_ander"}
    for scenario in today().scenarios:
        for step in scenario.stappen:
            for eis in {one.eis for one in step.eisen if one.dat == "een_van"} - may_be_silent:
                beside = {one.dat for one in step.eisen if one.eis == eis}
                assert beside & there, f"{scenario.id}, {step.id}: {eis} is met by nothing at all"
