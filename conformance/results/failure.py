"""One requirement that was not met, on the page: what was asked, what came, where, why, and how to see it again."""

import base64
import hashlib
from collections.abc import Iterator, Mapping

from conformance.demands import Moment
from conformance.exchange import Exchange, Headers
from conformance.judge import Finding, Line, Outcome
from conformance.result import Result
from conformance.results import pretty, words
from conformance.results.english import english
from conformance.results.markup import Html, both, el, join
from conformance.rules import Scenario, Step
from conformance.scene import Scene
from conformance.values import Unknown

MOST_EACH = 5
"""Findings of one requirement that are shown whole."""


def sections(result: Result, played: Mapping[tuple[str, str], Scene]) -> Iterator[Html]:
    """Every requirement that was not met."""
    failed = [one for one in result.lines if one.outcome is Outcome.FAILED]
    if not failed:
        return
    exchanges = result.exchanges
    inner = [_line(result, one, played, exchanges) for one in failed]
    yield el("section", el("h2", both("Niet gehaald", "Failed")), *inner)


def _line(
    result: Result, line: Line, played: Mapping[tuple[str, str], Scene], exchanges: Mapping[int, Exchange]
) -> Html:
    requirement = line.requirement
    first: dict[str, Finding] = {}
    for one in line.findings:
        if one.outcome is Outcome.FAILED:
            first.setdefault(one.scenario, one)
    shown = [*first.values()][:MOST_EACH]
    more = len(first) - len(shown)
    again = f"verwijsindex-toets {result.header['rol']} ... --format {line.form} --only {requirement.id}"
    return el(
        "article",
        el("h3", f"{requirement.id} {line.form} ({requirement.niveau})"),
        el("p", both(requirement.nl, requirement.en), class_="claim"),
        el(
            "dl",
            *_row(("Waarom", "Why"), requirement.bron),
            *_row(("Zo te herstellen", "How to mend"), both(requirement.herstel, requirement.fix)),
            *_row(("Alleen dit opnieuw toetsen", "Test only this again"), el("code", again)),
        ),
        *(_finding(result, one, played.get((one.scenario, one.form)), exchanges) for one in shown),
        el("p", both(f"En in nog {more} scenario's.", f"And in {more} more scenarios.")) if more else None,
        id=f"{requirement.id}-{line.form}",
    )


def _finding(result: Result, one: Finding, scene: Scene | None, exchanges: Mapping[int, Exchange]) -> Html:
    named = next(row for row in result.rules.scenarios if row.id == one.scenario.partition("/")[0])
    scenario = named.within(one.form)
    exchange = exchanges.get(one.n)
    return el(
        "div",
        el("h4", both("Scenario", "Scenario"), f" {one.scenario}"),
        el("p", both(scenario.nl, scenario.en)),
        el(
            "dl",
            *_row(("Verwacht", "Expected"), both(one.expected, english(one.expected))),
            *_row(("Gekregen", "Got"), both(one.got, english(one.got))),
            *_row(("Plaats", "Place"), one.at or both("het hele antwoord", "the whole answer")),
        ),
        _steps(scenario, one, scene),
        None if exchange is None else _exchange(one, exchange),
        class_="finding",
    )


def _row(name: tuple[str, str], said: str) -> Iterator[Html]:
    yield el("dt", both(*name))
    yield el("dd", said)


def _steps(scenario: Scenario, one: Finding, scene: Scene | None) -> Html:
    """What was done, up to where it went wrong."""
    rows = []
    for step in scenario.stappen:
        nl, en = _deed(scene, step)
        made = [el("strong", step.id), ": ", both(nl, en)]
        changed = [f"{name} = {value}" for name, value in step.met.items()]
        changed += [f"zonder {name}" for name in step.zonder] + ([f"op de lijn: {step.draad}"] if step.draad else [])
        changed += [f"{who}: {how}" for who, how in (("index", step.index), ("ontvanger", step.ontvanger)) if how]
        made += [el("span", f" ({'; '.join(changed)})")] if changed else []
        if scene is not None and scene.of(step.id):
            made += [" → ", el("em", both(seen := Moment(scene, step, {}).seen, english(seen)))]
        here = step.id == one.step
        rows.append(el("li", *made, class_="here" if here else None))
        if here:
            break
    return join(el("p", both("Wat er gedaan is:", "What was done:")), el("ol", *rows))


def _deed(scene: Scene | None, step: Step) -> tuple[str, str]:
    """Who does what; of a sender under test, what its tester was told to do."""
    if scene is None or not step.opdracht:
        return words.deed(step)
    try:
        told = str(scene.fill(step.opdracht, step))
    except Unknown:
        told = step.opdracht
    return told, told


def _exchange(one: Finding, exchange: Exchange) -> Html:
    """What passed. Of what the system under test itself said, the place of the finding is marked."""
    request, reply = exchange.request, exchange.reply
    asked, answered = (
        (("Wat uw systeem stuurde", "What your system sent"), ("Wat de toets antwoordde", "What the kit answered"))
        if exchange.inward else (("De vraag", "The request"), ("Het antwoord", "The answer"))
    )  # fmt: skip
    question = el(
        "details",
        el("summary", both(*asked), f": {request.method} {request.url}"),
        _headers(request.headers),
        _body(request.body, one if exchange.inward else None),
        open=exchange.inward,
    )
    if reply is None:
        answer = el("p", both("Er kwam geen antwoord", "There was no answer"), f": {exchange.silence}")
    else:
        answer = el(
            "details",
            el("summary", both(*answered), f": HTTP {reply.status}, {exchange.took_ms} ms"),
            _headers(reply.headers),
            _body(reply.body, None if exchange.inward else one),
            open=not exchange.inward,
        )
    return join(_came(exchange), question, answer, None if exchange.inward else _again(exchange))


def _came(exchange: Exchange) -> Html | None:
    """Of what came in at a party the kit played: which one, and what the kit did with it."""
    if not exchange.inward:
        return None
    came = both(f"Dit kwam binnen bij de toets als {exchange.party}", f"This came in at the kit as {exchange.party}")
    did = (
        both(f"; de toets deed ermee: {exchange.did}", f"; the kit did with it: {exchange.did}")
        if exchange.did
        else None
    )
    return el("p", came, did, ".")


def _again(exchange: Exchange) -> Html:
    """How to send a request once more."""
    request = exchange.request
    file = f"{exchange.n:04d}-vraag"
    data = f"data:application/octet-stream;base64,{base64.b64encode(request.body).decode()}"
    return el(
        "details",
        el("summary", both("Nog een keer sturen", "Send it again")),
        el("p", both("Met de toets, op elk systeem:", "With the kit, on any system:")),
        el("pre", f"verwijsindex-toets herhaal uitslag.json {exchange.n} --token TOKEN"),
        el(
            "p",
            both(
                "Met curl (Windows: curl.exe in de opdrachtprompt)",
                "With curl (Windows: curl.exe in the command prompt)",
            ),
            join(both("; bewaar eerst ", "; first save "), el("a", file, href=data, download=file))
            if request.body else None,
        ),
        el("pre", request.curl(file)),
    )  # fmt: skip


def _headers(headers: Headers) -> Html:
    return el("pre", "\n".join(f"{name}: {value}"[: pretty.MOST_LETTERS] for name, value in headers), class_="headers")


def _body(body: bytes, one: Finding | None) -> Html:
    """A body laid out, cut to what a person reads; with the place of a finding marked."""
    if not body:
        return el("p", both("Zonder inhoud.", "Without a body."))
    found = pretty.lines(body)
    place = pretty.place(found, one.at, one.got) if one else pretty.Place(frozenset(), True)
    first, last = pretty.cut(found, place.lines)
    made: list[object] = []
    cut = len(found) > last - first or len(body) > pretty.MOST_RAW
    for number in range(first, last):
        text = found[number].text
        cut = cut or len(text) > pretty.MOST_LETTERS
        text = text[: pretty.MOST_LETTERS]
        said = text.lstrip()
        made += [text[: len(text) - len(said)], el("mark", said) if number in place.lines else said, "\n"]
    notes = []
    if one and place.lines and not place.exact:
        notes.append(
            both(
                "Wat verwacht werd, ontbreekt in wat gemarkeerd is.", "What was expected is missing in what is marked."
            )
        )
    if cut:
        kept = f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"
        notes.append(both(f"Ingekort; het geheel is {kept}.", f"Cut; the whole is {kept}."))
    return join(el("pre", *made), *(el("p", note, class_="note") for note in notes))
