"""The demo's page, for who must trust it: each promise with the bytes that prove it, each word with its journey.

One file: no script, no picture, no network. Dutch, with the engineer's English under it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import builder as html

from gateway import __version__
from gateway.cli.journey import Travelled

STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa;
  --link: #0550ae; --good: #116329; --good-card: #dafbe1; --bad: #a40e26; --bad-card: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --ink: #e6edf3; --soft: #9ea7b3; --line: #30363d;
  --card: #161b22; --link: #79c0ff; --good: #7ee787; --good-card: #12261e; --bad: #ff9492; --bad-card: #2d1214; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2.5rem } footer { padding-bottom: 3rem; color: var(--soft) }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem } h2 { font-size: 1.35rem; margin: 3rem 0 .75rem }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem } p { max-width: 46rem }
a { color: var(--link) } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem }
.verdict { display: inline-block; padding: .6rem 1rem; border-radius: .5rem; font-weight: 600; margin: .5rem 0 }
.good { background: var(--good-card); color: var(--good) } .bad { background: var(--bad-card); color: var(--bad) }
.soft { color: var(--soft) } [lang=en] { color: var(--soft); font-size: .875rem; display: block }
ol, ul { padding: 0; margin: 0; list-style: none }
.rows > li { display: grid; grid-template-columns: 7.5rem 1fr; gap: .25rem 1rem; padding: .9rem 0;
  border-top: 1px solid var(--line) }
.mark { justify-self: start; align-self: start; padding: .1rem .6rem; border-radius: 1rem; font-size: .875rem;
  font-weight: 600 }
.files { display: flex; flex-wrap: wrap; gap: .1rem .9rem; font-size: .9rem; margin-top: .25rem }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; width: 100%; font-size: .95rem } caption { text-align: left; padding: .75rem;
  background: var(--card); border-bottom: 1px solid var(--line) }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem; border-bottom: 1px solid var(--line) }
tbody tr:last-child > * { border-bottom: 0 } thead th { white-space: nowrap; font-size: .875rem; color: var(--soft) }
q { font-weight: 600 }
@media (max-width: 40rem) { .rows > li { grid-template-columns: 1fr } }
@media print { body { font-size: .85rem } h2, h3 { break-after: avoid } li, tr { break-inside: avoid } }
"""

DEGREES = {
    "equal": "gelijk",
    "equivalent": "zelfde betekenis",
    "wider": "ruimer begrip",
    "narrower": "enger begrip",
    "inexact": "bij benadering",
    "unmatched": "geen vertaling",
}
COLUMNS = ("Wie schreef", "Het eigen woord", "Zo begrepen", "Bewaard?", "Naar de index?", "De ander leest")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise in Dutch and English, whether it held, and the files that show it."""

    nl: str
    en: str
    holds: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done, with its files by what they are."""

    number: str
    nl: str
    en: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to the words in one region, and how that region works."""

    region: str
    rule: str
    words: tuple[Travelled, ...]


def page(promises: Sequence[Promise], steps: Sequence[Step], stories: Sequence[Story], made: dt.datetime) -> str:
    """The page as text."""
    body = html.BODY(
        html.A("Naar de inhoud", html.CLASS("skip"), href="#inhoud"),
        _head(promises, made),
        html.MAIN(
            html.H2("Wat de gateway belooft"),
            html.UL(*(_promise(promise, _titles(steps)) for promise in promises), html.CLASS("rows")),
            html.H2("De reis van de woorden"),
            html.P(
                "Een woord als ", html.Q("spoed"), " betekent bij een school iets anders dan bij jeugdhulp. De gateway "
                "raadt nooit: hij vraagt de zender wat die bedoelt, en laat een ander het woord zien zoals het er "
                "stond. Hieronder staat wat er met elk woord gebeurde, gelezen uit de berichten zelf."
            ),
            *(part for story in stories for part in _story(story)),
            html.H2("Wat er gebeurde"),
            html.OL(*map(_step, steps), html.CLASS("rows")),
            id="inhoud",
        ),
        html.FOOTER(
            html.H2("Over dit bewijs"),
            html.P(
                "Kind en professionals bestaan niet: het kind is een openbare testpersoon van de basisregistratie "
                "personen. De indices zijn nagebootst. De berichten volgen het contract van dit project, versie 1; de "
                "echte contracten van regionale systemen zijn niet openbaar. Wie twijfelt, herhaalt dit met ",
                html.CODE("verwijsindex demo"), " en vergelijkt de bestanden."
            ),
        ),
    )  # fmt: skip
    head = html.HEAD(
        html.META(charset="utf-8"),
        html.META(name="viewport", content="width=device-width, initial-scale=1"),
        html.TITLE("Bewijs: een signaal wordt een match"),
        html.STYLE(STYLE),
    )
    tree = html.HTML(head, body, lang="nl")
    return etree.tostring(tree, method="html", encoding="unicode", doctype="<!DOCTYPE html>", pretty_print=True)


def _head(promises: Sequence[Promise], made: dt.datetime) -> Any:
    held = sum(promise.holds for promise in promises)
    kept = held == len(promises)
    return html.HEADER(
        html.H1("Een signaal wordt een match"),
        html.P(
            f"{held} van {len(promises)} beloften gehouden",
            html.CLASS(f"verdict {'good' if kept else 'bad'}"),
        ),
        html.P(
            "Organisaties maken zich zorgen over hetzelfde kind en weten dat niet van elkaar. De gateway brengt hen "
            "bij elkaar: eerst onder de landelijke wet, ook als de school alleen een rekenblad heeft, daarna in een "
            "regio die met toestemming werkt, waar ieder een ander formaat spreekt. Dit is het verslag. Bij elke "
            "belofte staan de berichten waaruit blijkt of zij is gehouden."
        ),
        html.P(
            f"Gemaakt op {made:%d-%m-%Y} om {made:%H:%M} uur, gateway versie {__version__}.",
            html.CLASS("soft"),
        ),
    )


def _titles(steps: Sequence[Step]) -> dict[str, str]:
    """How a file is called where its step is not near."""
    return {name: f"stap {int(step.number)}, {what}" for step in steps for what, name in step.names.items()}


def _promise(promise: Promise, titles: Mapping[str, str]) -> Any:
    mark, kind = ("Gehouden", "good") if promise.holds else ("Gebroken", "bad")
    proof = [(titles.get(name, name), name) for name in promise.names]
    return html.LI(
        html.SPAN(mark, html.CLASS(f"mark {kind}")),
        html.DIV(promise.nl, _english(promise.en), _links("Bewijs", proof)),
    )


def _step(step: Step) -> Any:
    return html.LI(
        html.SPAN(f"Stap {int(step.number)}", html.CLASS("soft")),
        html.DIV(step.nl, _english(step.en), _links("Bestanden", step.names.items())),
    )


def _english(text: str) -> Any:
    return html.SPAN(text, lang="en")


def _links(label: str, names: Iterable[tuple[str, str]]) -> Any:
    links = (html.LI(html.A(what, href=name)) for what, name in names)
    return html.UL(*links, html.CLASS("files"), **{"aria-label": label})


def _story(story: Story) -> tuple[Any, Any]:
    rows = (
        html.TR(
            html.TH(word.sender, scope="row"),
            html.TD(html.Q(word.word), html.DIV(f"over {word.axis}", html.CLASS("soft"))),
            html.TD(word.concept, html.DIV(_degree(word), html.CLASS("soft"))),
            html.TD("ja" if word.kept else "nee"),
            html.TD("ja" if word.to_index else "nee"),
            html.TD(*(_read(word) if word.read else ("alleen wie de zender is en hoe die te bereiken is",))),
        )
        for word in story.words
    )
    table = html.TABLE(
        html.CAPTION(story.rule),
        html.THEAD(html.TR(*(html.TH(column, scope="col") for column in COLUMNS))),
        html.TBODY(*rows),
    )
    name = f"De woorden: {story.region}"
    return html.H3(story.region), html.DIV(
        table, html.CLASS("wide"), role="region", tabindex="0", **{"aria-label": name}
    )


def _degree(word: Travelled) -> str:
    degree = DEGREES[word.degree]
    return f"{degree}; de zender krijgt een vraag" if word.asked else degree


def _read(word: Travelled) -> tuple[Any, Any]:
    return html.Q(word.word), html.DIV(word.read, html.CLASS("soft"))
