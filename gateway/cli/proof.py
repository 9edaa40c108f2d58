"""The demo's page: one row per promise, each linked to the bytes that prove it. One file, no script, no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import builder as html

STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #c62828; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line) }
.holds { color: var(--good); font-weight: 600; white-space: nowrap }
.broken { color: var(--bad); font-weight: 600; white-space: nowrap }
a { white-space: nowrap } .small { opacity: .75; font-size: .9rem }
"""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise, whether it held, and the files that show it."""

    text: str
    holds: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done, with its files by what they are."""

    number: str
    title: str
    names: Mapping[str, str]


def page(promises: Sequence[Promise], steps: Sequence[Step]) -> str:
    """The page as text."""
    held = sum(promise.holds for promise in promises)
    tree = html.HTML(
        html.HEAD(
            html.META(charset="utf-8"),
            html.META(name="viewport", content="width=device-width, initial-scale=1"),
            html.TITLE("Bewijs: een signaal wordt een match"),
            html.STYLE(STYLE),
        ),
        html.BODY(
            html.H1("Bewijs: een signaal wordt een match"),
            html.P(
                f"{held} of {len(promises)} promises hold. Each row links the bytes it rests on: what came in, "
                "the canonical signal, what went to the index, and the answer. The child is a public test person."
            ),
            html.H2("Promises"),
            _table(("", "promise", "see"), [_promise(promise) for promise in promises]),
            html.H2("What was done"),
            _table(("step", "", "files"), [_step(step) for step in steps]),
            html.P(
                "This is a contract of this project, versie 1; the real contracts of regional systems are not public.",
                html.CLASS("small"),
            ),
        ),
        lang="en",
    )
    return etree.tostring(tree, method="html", encoding="unicode", doctype="<!DOCTYPE html>", pretty_print=True)


def _table(heads: Sequence[str], rows: Sequence[Any]) -> Any:
    return html.TABLE(html.THEAD(html.TR(*(html.TH(head) for head in heads))), html.TBODY(*rows))


def _promise(promise: Promise) -> Any:
    verdict = ("holds", html.CLASS("holds")) if promise.holds else ("broken", html.CLASS("broken"))
    return html.TR(html.TD(*verdict), html.TD(promise.text), html.TD(*_links({name: name for name in promise.names})))


def _step(step: Step) -> Any:
    return html.TR(html.TD(step.number), html.TD(step.title), html.TD(*_links(step.names)))


def _links(names: Mapping[str, str]) -> list[Any]:
    found: list[Any] = []
    for what, name in names.items():
        found += [html.A(what, href=name), " "]
    return found
