"""The verdict: a pure function of a transcript and the rules of its day. No clock, no network, no chance.

Each demand of each scene is a finding. A demand that fails after an earlier step of its scene failed is *not reached*:
the earlier step is named. What only sets a story up is demanded for no requirement; where that failed, what seems met
after it shows nothing, and is not reached either. A requirement is met in a format when it was tried there and nothing
of it failed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from conformance.demands import LOOKING, Failed, Inapplicable, Moment, check
from conformance.exchange import Exchange
from conformance.rules import Demand, Requirement, Rules, Step
from conformance.run import Part, Run, plan
from conformance.scene import Scene, met
from conformance.transcript import Row
from conformance.values import Unknown


class Outcome(StrEnum):
    """How something came out, worst first."""

    FAILED = "niet gehaald"
    NOT_REACHED = "niet bereikt"
    NOT_TESTED = "niet getoetst"
    PASSED = "gehaald"
    ATTESTED = "verklaard"
    INAPPLICABLE = "niet van toepassing"


WORST = tuple(Outcome)
ATTESTED = "verklaard"
"""How a requirement is observed that only a person can see."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one demand came to."""

    eis: str
    scenario: str
    form: str
    step: str
    outcome: Outcome
    expected: str = ""
    got: str = ""
    at: str = ""
    n: int = 0
    other: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one requirement came to in one format."""

    requirement: Requirement
    form: str
    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """All of it. `passed` only when every MUST was tried, in every format of the run, and met."""

    header: Row
    rules: str
    lines: tuple[Line, ...]
    partial: tuple[str, ...]
    finished: bool

    @property
    def blocking(self) -> list[Line]:
        """What keeps it from a pass."""
        good = (Outcome.PASSED, Outcome.INAPPLICABLE)
        seen = [one for one in self.lines if one.requirement.waarneming != ATTESTED]
        return [one for one in seen if one.requirement.niveau == "MUST" and one.outcome not in good]

    @property
    def attested(self) -> list[Line]:
        """What no machine can see: attested by a person, or not yet. Adds nothing to a pass."""
        return [one for one in self.lines if one.requirement.waarneming == ATTESTED]

    @property
    def passed(self) -> bool:
        """Whether what was asked for was tried and met."""
        tried = any(one.outcome is Outcome.PASSED for one in self.lines)
        return self.finished and tried and not self.blocking

    def count(self, outcome: Outcome) -> int:
        """How many lines came out so, of what the kit itself could see."""
        seen = [one for one in self.lines if one.requirement.waarneming != ATTESTED]
        return sum(one.outcome is outcome for one in seen)


def judge(rows: Sequence[Row], rules: Rules) -> Verdict:
    """The verdict on a run under the rules of its day."""
    run = Run(rows, rules)
    findings: list[Finding] = []
    only = set(run.header.get("alleen", []))
    for part in run.parts:
        key = part.name, part.form
        own = [one for one in run.exchanges if one.form == part.form]
        found = findings_of(part, run.scenes.get(key), run.ended.get(key), own, run.header)
        findings += [one for one in found if not only or only & {part.scenario.id, one.eis}]
    lines = _lines(findings, rules, run.header)
    return Verdict(
        run.header, fingerprint(rules, run.header), tuple(lines), tuple(_partial(rules, run.header)), run.finished
    )


def fingerprint(rules: Rules, header: Mapping[str, Any]) -> str:
    """What a verdict on a run rests on: a hash of what it plays."""
    return rules.fingerprint(part.scenario for part in plan(rules, header))


def findings_of(
    part: Part, scene: Scene | None, end: Row | None, run: Sequence[Exchange], header: Row
) -> list[Finding]:
    """What each demand of a part came to. `end`: the row that ended it; `run`: all that passed in its format."""

    def whole(outcome: Outcome, reason: str) -> list[Finding]:
        return [Finding(eis, part.name, part.form, "", outcome, reason=reason) for eis in part.scenario.eisen]

    if missing := [one for one in part.scenario.nodig if one not in header["partijen"]]:
        return whole(Outcome.NOT_TESTED, f"de toets speelde geen {', '.join(missing)}")
    if part.scenario.rol == "zender" and not met(part.scenario.als.get("is", []), [header["kan"]]):
        return whole(Outcome.INAPPLICABLE, str(part.scenario.als["anders"]))
    if scene is None or end is None:
        return whole(Outcome.NOT_TESTED, "niet gespeeld: de toets is niet af")
    told = [scene.capabilities.get("school", {})]
    if part.scenario.als and not met(scene.fill(part.scenario.als.get("is", [])), told):
        return whole(Outcome.INAPPLICABLE, str(part.scenario.als["anders"]))
    return _steps(part, scene, str(end.get("gestopt", "")), run)


def so_far(scene: Scene, part: Part, run: Sequence[Exchange]) -> list[Finding]:
    """What a scene that still goes on came to."""
    return _steps(part, scene, "", run)


def _steps(part: Part, scene: Scene, stopped: str, run: Sequence[Exchange]) -> list[Finding]:
    findings: list[Finding] = []
    broken, unset, halted = "", "", False
    for step in part.scenario.stappen:
        failed, bare, halted = "", "", halted or step.id == stopped
        for demand in step.eisen:
            found = _demand(part, scene, step, demand, run, broken, stopped, halted=halted)
            if unset and found.outcome is Outcome.PASSED:
                found = replace(found, outcome=Outcome.NOT_REACHED, reason=f"stap {unset}")
            if found.outcome in (Outcome.FAILED, Outcome.NOT_REACHED):
                failed, bare = step.id, bare if demand.eis else step.id
            if demand.eis:
                findings.append(found)
        broken, unset = broken or failed, unset or bare
    return findings


def _demand(
    part: Part, scene: Scene, step: Step, demand: Demand, run: Sequence[Exchange], broken: str, stopped: str,
    *, halted: bool,
) -> Finding:  # fmt: skip
    """What a demand came to. `broken`: the first earlier step that failed; `stopped`: where playing ended."""

    def found(outcome: Outcome, **more: Any) -> Finding:
        return Finding(demand.eis, part.name, part.form, step.id, outcome, **more)

    if demand.dat == ATTESTED:
        return _attested(found, scene.sworn.get(demand.eis))
    looks = step.doe in ("terugkijken", "verkeer") or "bij" in demand.rest or demand.dat in LOOKING
    if (not looks and not scene.of(step.id)) or (halted and "bij" in demand.rest):
        before = broken or stopped
        return found(Outcome.NOT_REACHED, reason=f"stap {before}" if before else "de stap is niet gedaan")
    try:
        moment = Moment(scene, step, scene.fill({"dat": demand.dat, **demand.rest}, step), run)
        if unless := moment.rest.get("nvt_als"):
            told = scene.facts(unless["stap"]) if "stap" in unless else moment.facts
            if met([unless], [told]):
                return found(Outcome.INAPPLICABLE, reason=str(unless.get("reden", "")))
        check(moment)
    except Inapplicable as rightly:
        return found(Outcome.INAPPLICABLE, reason=str(rightly))
    except Unknown as missing:
        return found(Outcome.NOT_REACHED, reason=f"stap {broken}" if broken else str(missing))
    except Failed as failure:
        if broken and broken != step.id:
            return found(Outcome.NOT_REACHED, reason=f"stap {broken}", n=failure.n)
        said = {"expected": failure.expected, "got": failure.got, "at": failure.at}
        return found(Outcome.FAILED, **said, n=failure.n, other=failure.other)
    return found(Outcome.PASSED)


def _attested(found: Callable[..., Finding], row: Mapping[str, Any] | None) -> Finding:
    """What a person said of it, with who and what evidence."""
    if row is None:
        return found(Outcome.NOT_TESTED, reason="nog niet verklaard")
    evidence = f"{row['door']}, {row['dag']}: {row['bewijs']} (sha256 {row['sha256'][:16]})"
    if row["uitkomst"] != "ja":
        return found(Outcome.FAILED, expected="ja", got=row["uitkomst"], reason=evidence)
    return found(Outcome.ATTESTED, reason=evidence)


def _lines(findings: Iterable[Finding], rules: Rules, header: Row) -> list[Line]:
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        grouped.setdefault((one.eis, one.form), []).append(one)
    lines = []
    for (eis, form), found in grouped.items():
        outcomes = {one.outcome for one in found}
        if outcomes - {Outcome.INAPPLICABLE}:
            outcomes.discard(Outcome.INAPPLICABLE)
        worst = min(outcomes, key=WORST.index)
        lines.append(Line(rules.requirements[eis], form, worst, tuple(found)))
    order = {form: number for number, form in enumerate(header["formaten"])}
    return sorted(lines, key=lambda one: (order.get(one.form, 99), one.requirement.id))


def _partial(rules: Rules, header: Row) -> Iterable[str]:
    """In what this is no verdict over the whole."""
    if header.get("alleen"):
        yield f"op verzoek alleen {', '.join(header['alleen'])}"
    if left := sorted({one.pakket for one in rules.of(header["rol"])} - {*header["pakketten"]}):
        yield f"zonder de pakketten {', '.join(left)}"
    if header["rol"] == "gateway" and "index" not in header["partijen"]:
        yield "zonder index van de toets: precies eenmaal, minimale gegevens en BSN-blindheid zijn niet te zien"
