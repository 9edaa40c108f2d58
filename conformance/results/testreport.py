"""The verdict for FHIR software: for each scenario a TestScript and a TestReport (R4), together in a Bundle.

A TestScript here tells what the kit does; it is not meant to be run by another engine: what a step sends and demands
stands in words, because the demands look across messages.
"""

import json
from collections.abc import Iterator
from typing import Any

from conformance.judge import WORST, Finding, Outcome
from conformance.result import Result
from conformance.results import words
from conformance.rules import Scenario
from conformance.run import plan

ROOT = "urn:x-verwijsindex-toets:"
RESULTS = {
    Outcome.PASSED: "pass",
    Outcome.FAILED: "fail",
    Outcome.NOT_REACHED: "skip",
    Outcome.NOT_TESTED: "skip",
    Outcome.ATTESTED: "skip",
    Outcome.INAPPLICABLE: "skip",
}
WHOLE = {Outcome.FAILED: "fail", Outcome.NOT_REACHED: "pending", Outcome.NOT_TESTED: "pending"}
ENGINE = {"gateway": "server", "index": "server", "zender": "client"}


def bundle(result: Result, form: str = "fhir") -> dict[str, Any]:
    """Everything that was played in a format."""
    entries: list[dict[str, Any]] = []
    for part in plan(result.rules, result.header):
        if part.form != form:
            continue
        found = [
            one
            for line in result.verdict.lines
            for one in line.findings
            if (one.scenario, one.form) == (part.name, form)
        ]
        script = _script(part.scenario, part.name)
        report = _report(result, part.scenario, part.name, found)
        entries += [
            {"fullUrl": f"{ROOT}{one['resourceType']}:{one['id']}", "resource": one} for one in (script, report)
        ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries} if entries else {}


def text(result: Result) -> str:
    """The file; empty when nothing was played in FHIR."""
    made = bundle(result)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n" if made else ""


def _script(scenario: Scenario, name: str) -> dict[str, Any]:
    tests = []
    for step in scenario.stappen:
        asked: dict[str, Any] = {"description": words.deed(step)[0], "encodeRequestUrl": True}
        demands = [
            {
                "assert": {
                    "label": demand.eis or step.id,
                    "description": _demand(demand.dat, demand.rest),
                    "warningOnly": False,
                }
            }
            for demand in step.eisen
        ]
        tests.append({"name": step.id, "action": [{"operation": asked}, *demands]})
    return {
        "resourceType": "TestScript", "id": _id(name), "url": f"{ROOT}TestScript:{_id(name)}", "name": name,
        "status": "active", "date": scenario.sinds, "title": scenario.nl, "description": scenario.en, "test": tests,
    }  # fmt: skip


def _report(result: Result, scenario: Scenario, name: str, found: list[Finding]) -> dict[str, Any]:
    header = result.header
    outcomes = [one.outcome for one in found if one.outcome not in (Outcome.INAPPLICABLE, Outcome.ATTESTED)]
    worst = min(outcomes, key=WORST.index, default=Outcome.INAPPLICABLE)
    passed = sum(one is Outcome.PASSED for one in outcomes)
    tests = [
        {"name": step.id, "action": actions} for step in scenario.stappen if (actions := [*_actions(step.id, found)])
    ]
    if whole := [*_actions("", found)]:
        tests.append({"name": name, "action": whole})
    made: dict[str, Any] = {
        "resourceType": "TestReport", "id": _id(name), "name": f"{name}, run {header['run']}",
        "status": "completed" if result.verdict.finished else "in-progress",
        "testScript": {"reference": f"{ROOT}TestScript:{_id(name)}"},
        "result": WHOLE.get(worst, "pass"),
        "score": round(100 * passed / len(outcomes), 1) if outcomes else 100,
        "tester": f"verwijsindex-toets {header['versie']}, kit {header['kit'][:16]}, regels {header['regels']}",
        "issued": header["begonnen"],
        "participant": [
            {"type": "test-engine", "uri": f"{ROOT}kit:{header['kit']}"},
            {"type": ENGINE[header["rol"]], "uri": str(header.get("adres") or f"{ROOT}systeem")},
        ],
    }  # fmt: skip
    return made | ({"test": tests} if tests else {})


def _actions(step: str, found: list[Finding]) -> Iterator[dict[str, Any]]:
    for one in found:
        if one.step == step:
            said = one.reason or (
                f"verwacht: {one.expected}; gekregen: {one.got}" if one.expected else str(one.outcome)
            )
            yield {"assert": {"result": RESULTS[one.outcome], "message": f"{one.eis}: {one.outcome}. {said}"}}


def _demand(name: str, rest: Any) -> str:
    more = ", ".join(f"{key} = {value}" for key, value in rest.items())
    return f"{name}: {more}" if more else name


def _id(name: str) -> str:
    return name.replace("/", ".")[:64]
