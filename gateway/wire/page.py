"""What every page for people has: one look, light and dark; no script, no picture, no network. Dutch."""

import base64
import hashlib
import re
from functools import partial
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker  # type: ignore[import-not-found]  # lxml-stubs has none
from lxml.html import html_parser

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
.card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0;
  background: var(--card) }
.card > :first-child { margin-top: 0 } .card > :last-child { margin-bottom: 0 }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .35rem 1rem; margin: .75rem 0 }
dt { color: var(--soft) } dd { margin: 0 }
form { margin: .5rem 0 } fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .5rem }
legend { padding: 0; margin-bottom: .35rem } label { display: block; margin: .75rem 0 .25rem }
input { font: inherit; padding: .45rem .6rem; border: 1px solid var(--soft); border-radius: .4rem;
  background: var(--page); color: var(--ink); width: 100%; max-width: 22rem }
button { font: inherit; padding: .45rem .9rem; border: 1px solid var(--link); border-radius: .4rem; cursor: pointer;
  background: var(--page); color: var(--link) }
button[aria-pressed=true], button.main { background: var(--link); color: var(--page) }
.note { border-left: .25rem solid var(--link); padding: .25rem .9rem; margin: 1rem 0 }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; justify-content: space-between; align-items: baseline }
@media (max-width: 40rem) { .rows > li { grid-template-columns: 1fr }
  dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
@media print { body { font-size: .85rem } h2, h3 { break-after: avoid } li, tr { break-inside: avoid } }
"""

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)
"""The Content-Security-Policy under which a page looks as it should and nothing else happens."""
CONTENT_TYPE = "text/html; charset=utf-8"


_UNTOLD = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def _text(element: Any, text: str) -> str | None:
    """Put a text into an element, or clean one for an attribute; what no page can hold becomes a mark."""
    told = _UNTOLD.sub("\ufffd", text)
    if element is None:
        return told
    if len(element):
        element[-1].tail = (element[-1].tail or "") + told
    else:
        element.text = (element.text or "") + told
    return None


class _Tags:
    """Elements by their name: `tag.P("a text", tag.CLASS("soft"))`. Every text is escaped."""

    _make = ElementMaker(makeelement=html_parser.makeelement, typemap={str: _text})

    def __getattr__(self, name: str) -> Any:
        return partial(self._make, name.lower())

    def CLASS(self, names: str) -> dict[str, str]:  # noqa: N802  beside the elements it stands among
        """The attribute `class`."""
        return {"class": names}


tag = _Tags()


def document(title: str, body: Any, *more: Any) -> str:
    """A whole page, of a title and a body made with `tag`. `more` stands in its head, after what every page has."""
    head = tag.HEAD(
        tag.META(charset="utf-8"),
        tag.META(name="viewport", content="width=device-width, initial-scale=1"),
        tag.TITLE(title),
        tag.STYLE(STYLE),
        *more,
    )
    tree = tag.HTML(head, body, lang="nl")
    return etree.tostring(tree, method="html", encoding="unicode", doctype="<!DOCTYPE html>")
