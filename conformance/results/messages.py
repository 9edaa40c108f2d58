"""What passed, on the page: a message with its answer, one beside another, and the place of a finding marked."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance import formats
from conformance.exchange import Exchange, Headers
from conformance.judge import Finding
from conformance.results import pretty
from conformance.results.markup import Html, both, el, join
from conformance.rules import Requirement, Step
from conformance.scene import Scene
from conformance.values import Unknown, at, strings

ALIKE = ("hetzelfde", "dezelfde")
"""How a failure begins in which two messages should differ and do not."""
MOST_PATHS, MOST_SAID = 8, 120
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?")
Scenes = Mapping[tuple[str, str], Scene]


def shown(one: Finding, step: Step | None, exchanges: Mapping[int, Exchange], scenes: Scenes) -> Html | None:
    """What a finding is about: one exchange or, when it is a difference, two."""
    exchange, other = exchanges.get(one.n), exchanges.get(one.other)
    if exchange is None:
        return None
    paths = _paths(one, exchange)
    if other is None:
        return _exchange(exchange, _places(exchange, paths, one.got, scenes))
    there = _there(one, step, scenes.get((other.scenario, other.form)), paths)
    mine, theirs = _places(exchange, paths, one.got, scenes), _places(other, there, one.got, scenes)
    alike = one.got.startswith(ALIKE)
    return join(
        _beside(exchange, other, list(zip(paths, there, strict=True)), scenes, alike=alike),
        el("h5", both("Het eerdere bericht", "The earlier message"), ": ", _when(other)),
        _exchange(other, pretty.narrowed(theirs, mine, alike=alike)),
        el("h5", both("Dit bericht", "This message"), ": ", _when(exchange)),
        _exchange(exchange, pretty.narrowed(mine, theirs, alike=alike)),
    )


def refused(exchange: Exchange) -> Html | None:
    """Why the kit refused what came in, in the words it answered with."""
    found = formats.refusal(exchange)
    if not found:
        return None
    rows = [
        el(
            "li",
            el("strong", str(one.get("code", ""))),
            ": ",
            both(str(one.get("regel", "")), str(one.get("rule") or one.get("regel", ""))),
            join(" (", both("plaats", "place"), ": ", el("code", str(one["plaats"])), ")") if one.get("plaats") else "",
        )
        for one in found
    ]
    told = both(
        "De toets weigerde dit bericht; het houdt zich niet aan:", "The kit refused this message; it does not keep to:"
    )
    return join(el("p", told), el("ul", *rows))


def cure(one: Finding, requirement: Requirement, exchanges: Mapping[int, Exchange]) -> tuple[str, str]:
    """How to mend it: of what was refused as the refusal says, for the requirement does not know why."""
    exchange = exchanges.get(one.n)
    found = formats.refusal(exchange) if exchange is not None and one.got.startswith("niet gedaan") else []
    each = dict.fromkeys((str(why.get("herstel", "")), str(why.get("fix") or why.get("herstel", ""))) for why in found)
    nl, en = (" ".join(said[language] for said in each).strip() for language in (0, 1))
    return (nl, en) if nl else (requirement.herstel, requirement.fix)


def _paths(one: Finding, exchange: Exchange) -> list[str]:
    """What is marked: every path that is named or, of what was refused, every place the refusal names."""
    if one.got.startswith("anders: "):
        named = one.got.removeprefix("anders: ").split(", ")
        return [path for path in named if not path.startswith("en nog ")][:MOST_PATHS] or [one.at]
    if one.got.startswith("niet gedaan"):
        return [str(why.get("plaats", "")) for why in formats.refusal(exchange)][:MOST_PATHS] or [""]
    return [one.at]


def _there(one: Finding, step: Step | None, scene: Scene | None, paths: Sequence[str]) -> list[str]:
    """The same paths as the earlier step has them: a demand may look elsewhere in it (`daar`)."""
    demands = [] if step is None else [row.rest for row in step.eisen if row.eis == one.eis and "daar" in row.rest]
    if not demands or scene is None:
        return [*paths]
    try:
        told = scene.fill(dict(demands[0]), step)
    except Unknown:
        return [*paths]
    return [path.replace(str(told["waar"]), str(told["daar"]), 1) for path in paths]


def _places(exchange: Exchange, paths: Sequence[str], got: str, scenes: Scenes) -> pretty.Marks:
    """What is marked in what the system under test itself said."""
    values = {path: [one for value in _read(exchange, path, scenes) for one in strings(value)] for path in paths}
    body = exchange.request.body if exchange.inward else exchange.reply.body if exchange.reply else b""
    return pretty.marks(body, values, got)


def _beside(
    exchange: Exchange, other: Exchange, paths: Sequence[tuple[str, str]], scenes: Scenes, *, alike: bool
) -> Html | None:
    """What the two say at each path."""
    rows = [
        el(
            "tr",
            el("th", here, scope="row"),
            el("td", _said(other, there, scenes)),
            el("td", _said(exchange, here, scenes)),
        )
        for here, there in paths
        if here and (_read(other, there, scenes) or _read(exchange, here, scenes))
    ]
    if not rows:
        return None
    heads = (("Plaats", "Place"), ("Eerder", "Earlier"), ("Nu", "Now"))
    told = (
        both("Wat hetzelfde is, en niet mag:", "What is the same, and must not be:")
        if alike else both("Wat verschilt:", "What differs:")
    )  # fmt: skip
    head = el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads)))
    return join(el("p", told), el("table", head, el("tbody", *rows)))


def _said(exchange: Exchange, path: str, scenes: Scenes) -> object:
    """What stands at a path, on one line."""
    found = ", ".join(one for value in _read(exchange, path, scenes) for one in strings(value) if one)
    if not found:
        return both("niets", "nothing")
    return el("code", found if len(found) <= MOST_SAID else f"{found[:MOST_SAID]} …")


def _read(exchange: Exchange, path: str, scenes: Scenes) -> list[Any]:
    scene = scenes.get((exchange.scenario, exchange.form))
    if not path or scene is None or exchange not in scene.exchanges:
        return []
    return at(scene.heard(exchange), path.removeprefix("berichten."))


def _when(exchange: Exchange) -> Html:
    moment = next(iter(_TIME.findall(exchange.moment)), exchange.moment)
    place = f"{exchange.scenario}, stap {exchange.step}" if exchange.step else exchange.scenario
    english = f"{exchange.scenario}, step {exchange.step}" if exchange.step else exchange.scenario
    return both(f"nummer {exchange.n}, {place}, {moment}", f"number {exchange.n}, {english}, {moment}")


def _exchange(exchange: Exchange, marks: pretty.Marks) -> Html:
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
        _body(request.body, marks if exchange.inward else None),
        open=exchange.inward,
    )
    if reply is None:
        answer = el("p", both("Er kwam geen antwoord", "There was no answer"), f": {exchange.silence}")
    else:
        answer = el(
            "details",
            el("summary", both(*answered), f": HTTP {reply.status}, {exchange.took_ms} ms"),
            _headers(reply.headers),
            _body(reply.body, None if exchange.inward else marks),
            open=not exchange.inward,
        )
    again = None if exchange.inward else _again(exchange)
    return join(*_came(exchange), question, answer, again)


def _came(exchange: Exchange) -> Iterator[Html | None]:
    """Of what came in at a party the kit played: which one, of what, and what the kit did with it."""
    if not exchange.inward:
        return
    place = exchange.scenario + (f", stap {exchange.step}" if exchange.step else "")
    english = exchange.scenario + (f", step {exchange.step}" if exchange.step else "")
    came = both(
        f"Dit kwam binnen bij de toets als {exchange.party} ({place})",
        f"This came in at the kit as {exchange.party} ({english})",
    )
    did = (
        both(f"; de toets deed ermee: {exchange.did}", f"; the kit did with it: {exchange.did}")
        if exchange.did
        else None
    )
    yield el("p", came, did, ".")
    yield refused(exchange)


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


def _body(body: bytes, marks: pretty.Marks | None) -> Html:
    """A body laid out, cut to what a person reads; with the place of a finding marked."""
    if not body:
        return el("p", both("Zonder inhoud.", "Without a body."))
    marks = marks or pretty.marks(body, {}, "")
    found, marked = marks.found, marks.lines
    first, last = pretty.cut(found, marked)
    made: list[object] = []
    cut = len(found) > last - first or len(body) > pretty.MOST_RAW
    for number in range(first, last):
        text = found[number].text
        cut = cut or len(text) > pretty.MOST_LETTERS
        text = text[: pretty.MOST_LETTERS]
        said = text.lstrip()
        made += [text[: len(text) - len(said)], el("mark", said) if number in marked else said, "\n"]
    notes = []
    if marked and not marks.exact:
        notes.append(
            both(
                "Wat verwacht werd, ontbreekt in wat gemarkeerd is.", "What was expected is missing in what is marked."
            )
        )
    if cut:
        kept = f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"
        notes.append(both(f"Ingekort; het geheel is {kept}.", f"Cut; the whole is {kept}."))
    return join(el("pre", *made), *(el("p", note, class_="note") for note in notes))
