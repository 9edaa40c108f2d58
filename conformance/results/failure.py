"""One requirement that was not met, on the page: what deviates, what was asked, where, why, and how to see it again."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.demands import Moment
from conformance.exchange import Exchange
from conformance.judge import Finding, Line
from conformance.result import Result
from conformance.results import deviation, messages, words
from conformance.results.causes import Causes, Failure, failed, unasked
from conformance.results.english import english
from conformance.results.markup import Html, both, el, join
from conformance.rules import Scenario, Step
from conformance.scene import Scene
from conformance.values import Unknown, text

MOST_EACH = 5
"""Findings of one requirement that are shown whole."""
_BRACES = re.compile(r"\{[^{}]*\}")


def anchor(line: Line) -> str:
    """Where a requirement stands on the page."""
    return f"{line.requirement.id}-{line.form}"


def sections(result: Result, causes: Causes, played: messages.Scenes) -> Iterator[Html]:
    """Every requirement that was not met, causes before what they may have caused."""
    found = causes.ordered()
    if not found:
        return
    exchanges = result.exchanges
    inner = [_line(result, one, causes, played, exchanges) for one in found]
    title = both(f"Niet gehaald ({len(found)})", f"Failed ({len(found)})")
    yield el("section", el("h2", title), *inner)


def after(line: Line) -> Html:
    """That something may be the consequence of another failure."""
    link = el("a", f"{line.requirement.id} {line.form}", href=f"#{anchor(line)}")
    return el(
        "p",
        both("Misschien een gevolg van ", "Perhaps a consequence of "),
        link,
        both("; herstel dat eerst.", "; mend that first."),
        class_="note",
    )


def _line(
    result: Result, one: Failure, causes: Causes, played: messages.Scenes, exchanges: Mapping[int, Exchange]
) -> Html:
    line, requirement = one.line, one.line.requirement
    first: dict[str, Finding] = {}
    for found in failed(line):
        first.setdefault(found.scenario, found)
    shown = [*first.values()][:MOST_EACH]
    more = len(first) - len(shown)
    again = f"verwijsindex-toets {result.header['rol']} ... --format {line.form} --only {requirement.id}"
    return el(
        "article",
        el("h3", f"{requirement.id} {line.form} ({requirement.niveau})"),
        el("p", both(*deviation.sentence(shown[0])), class_="deviation"),
        None if one.after is None else after(one.after),
        el("p", both(requirement.nl, requirement.en), class_="claim"),
        el(
            "dl",
            *_row(("Waarom", "Why"), requirement.bron),
            *_row(("Zo te herstellen", "How to mend"), both(*messages.cure(shown[0], requirement, exchanges))),
            *_row(("Alleen dit opnieuw toetsen", "Test only this again"), el("code", again)),
        ),
        *(
            _finding(result, found, None if one.after else causes.of(found), number, played, exchanges)
            for number, found in enumerate(shown)
        ),
        el("p", both(f"En in nog {more} scenario's.", f"And in {more} more scenarios.")) if more else None,
        id=anchor(line),
    )


def _finding(
    result: Result, one: Finding, cause: Line | None, number: int, played: messages.Scenes,
    exchanges: Mapping[int, Exchange],
) -> Html:  # fmt: skip
    named = next(row for row in result.rules.scenarios if row.id == one.scenario.partition("/")[0])
    scenario, scene = named.within(one.form), played.get((one.scenario, one.form))
    step = next((row for row in scenario.stappen if row.id == one.step), None)
    return el(
        "div",
        el("h4", both("Scenario", "Scenario"), f" {one.scenario}"),
        el("p", both(*deviation.sentence(one)), class_="deviation") if number else None,
        after(cause) if cause is not None and anchor(cause) != f"{one.eis}-{one.form}" else None,
        el("p", both(scenario.nl, scenario.en)),
        el(
            "dl",
            *_row(("Verwacht", "Expected"), both(one.expected, english(one.expected))),
            *_row(("Gekregen", "Got"), both(one.got, english(one.got))),
            *_row(("Plaats", "Place"), both(*words.place(one.at))),
        ),
        _steps(scenario, one, scene),
        messages.shown(one, step, exchanges, played),
        _strays(result, one) if one.got.startswith("niet gedaan") and not one.n else None,
        class_="finding",
    )


def _strays(result: Result, one: Finding) -> Html | None:
    """What came in that belonged to nothing, for who misses what he sent."""
    found = [*unasked(result, one.form)][:MOST_EACH]
    if not found:
        return None
    told = both(
        "Er kwam wel iets binnen dat bij geen opdracht hoort:", "Something did come in that belongs to no instruction:"
    )
    return join(el("p", told), *(join(el("p", f"{said.op} ({said.n})"), messages.refused(said)) for said in found))


def _row(name: tuple[str, str], said: str) -> Iterator[Html]:
    yield el("dt", both(*name))
    yield el("dd", said)


def _steps(scenario: Scenario, one: Finding, scene: Scene | None) -> Html:
    """What was done, up to where it went wrong."""
    rows = []
    for step in scenario.stappen:
        made = [el("strong", step.id), ": ", both(*_deed(scene, step))]
        changed = [*_changed(scene, step)]
        made += [" (", *changed[:1], *(join("; ", each) for each in changed[1:]), ")"] if changed else []
        if scene is not None and scene.of(step.id):
            made += [" → ", el("em", both(seen := Moment(scene, step, {}).seen, english(seen)))]
        here = step.id == one.step
        rows.append(el("li", *made, class_="here" if here else None))
        if here:
            break
    return join(el("p", both("Wat er gedaan is:", "What was done:")), el("ol", *rows))


def _changed(scene: Scene | None, step: Step) -> Iterator[Html]:
    """In what a step differs from the usual, and how others behave in it."""
    for name, value in step.met.items():
        said = _said(_filled(scene, step, value))
        yield both(f"{name} = {said[0]}", f"{name} = {said[1]}")
    for name in step.zonder:
        yield both(f"zonder {name}", f"without {name}")
    if step.draad:
        yield both(f"op de lijn: {step.draad}", f"on the line: {step.draad}")
    for who, how in (("index", step.index), ("ontvanger", step.ontvanger)):
        if how:
            told = str(_filled(scene, step, how))
            nl, en = words.BEHAVIOUR.get(told, (told, told))
            yield both(f"{who}: {nl}", f"{who}: {en}")


def _filled(scene: Scene | None, step: Step, value: Any) -> Any:
    """What a scenario says, as it was played; what never came about stands as dots."""
    if scene is not None:
        try:
            return scene.fill(value, step)
        except Unknown:
            pass
    if isinstance(value, Mapping):
        return {name: _filled(scene, step, one) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(scene, step, one) for one in value]
    return _BRACES.sub("…", value) if isinstance(value, str) else value


def _said(value: Any) -> tuple[str, str]:
    """A value as a person reads it."""
    if isinstance(value, Mapping):
        each = [(name, _said(one)) for name, one in value.items()]
        return ", ".join(f"{name} {one[0]}" for name, one in each), ", ".join(f"{name} {one[1]}" for name, one in each)
    if isinstance(value, list):
        rows = [_said(one) for one in value]
        return " + ".join(one[0] for one in rows) or "geen", " + ".join(one[1] for one in rows) or "none"
    if isinstance(value, bool):
        return ("ja", "yes") if value else ("nee", "no")
    return (said := text(value) or "\N{EM DASH}"), said


def _deed(scene: Scene | None, step: Step) -> tuple[str, str]:
    """Who does what; of a sender under test, what its tester was told to do."""
    if not step.opdracht:
        return words.deed(step)
    told = str(_filled(scene, step, step.opdracht))
    return told, told
