"""A body as a person reads it: line by line, with where each line is, so that the place a finding names can be marked.

XML and JSON are laid out anew; anything else, and what is very long, stays as it came.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from conformance.formats.soap import PLURALS
from conformance.formats.xml import local, parse
from conformance.rules import persons

MOST_LINES, MOST_LETTERS = 160, 2_000
MOST_LAID, MOST_RAW = 300_000, 64_000
"""Bytes of a body that are laid out; of a longer one the beginning is shown as it came."""
DEEPEST = 60
LEAST = 6
"""Letters of a value by which its line is known."""
_ONE = {many.lower(): one.lower() for many, one in PLURALS.items()} | {"codes": "code"}
_TOLD = re.compile(r"VI[A-Z]-[0-9]+|[^,;\s]*[0-9][^,;\s]*")
_NAME = re.compile(r"([^.\[\]/:*]+)(?:\[[^\]]*\])*(?:[./]|$)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `path` has the names it stands under, the last its own. Empty where a text has no names."""

    text: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The lines a finding is about. Not `exact` when what it names is absent: these are what it would stand in."""

    lines: frozenset[int]
    exact: bool


def lines(body: bytes) -> list[Line]:
    """A body in lines: XML and JSON laid out anew, anything else as it is."""
    start = body[:100].lstrip()[:1] if len(body) <= MOST_LAID else b""
    found = _xml(body) if start == b"<" else _json(body) if start in (b"{", b"[") else None
    return found or [Line(one) for one in body[:MOST_RAW].decode("utf-8", "replace").splitlines()]


def place(found: Sequence[Line], at: str, got: str) -> Place:
    """Where in these lines a finding is."""
    if at.startswith(("antwoord ", "vraag")):
        said = {value for one in persons() for value in (one.bsn, one.wrong_bsn, one.familienaam, one.geboortedatum)}
        return _containing(found, said)
    names = _names(got.split("; ", maxsplit=1)[0].rpartition(": ")[0] if at == "contract" else at)
    for count in range(len(names), 0, -1):
        hits = _under(found, names[:count])
        if hits:
            return Place(hits, count == len(names))
    return _containing(found, {one for one in _TOLD.findall(got) if len(one) > 3})


@dataclass(frozen=True, slots=True)
class Marks:
    """A body in lines, with what is marked of it."""

    found: tuple[Line, ...]
    lines: frozenset[int]
    exact: bool


def marks(body: bytes, paths: Mapping[str, Collection[str]], got: str) -> Marks:
    """A body with the place of each path marked: by its names or, where a format has others, by what stands there."""
    found = lines(body)
    places = []
    for path, values in paths.items():
        named = place(found, path, got)
        said = _containing(found, {one for one in values if len(one) >= LEAST})
        places.append(named if (named.exact and named.lines) or not said.lines else said)
    marked = frozenset(number for one in places for number in one.lines)
    return Marks(tuple(found), marked, all(one.exact for one in places))


def narrowed(one: Marks, other: Marks, *, alike: bool) -> Marks:
    """Of what is marked only what the other says otherwise or, when they should differ, only what it says too."""
    there = {other.found[number].text.strip(" ,") for number in other.lines}
    kept = frozenset(number for number in one.lines if (one.found[number].text.strip(" ,") in there) is alike)
    return replace(one, lines=kept or one.lines)


def cut(found: Sequence[Line], marked: frozenset[int]) -> tuple[int, int]:
    """Which lines are shown: all, or as many as fit around the first marked one."""
    if len(found) <= MOST_LINES:
        return 0, len(found)
    first = max(0, min(marked, default=0) - MOST_LINES // 2)
    return first, min(len(found), first + MOST_LINES)


def _names(path: str) -> list[str]:
    """The names of a path, as letters only; `draad` is no name of a body."""
    found = [_plain(one) for one in _NAME.findall(path)]
    return [one for one in found if one and one != "draad"]


def _plain(name: str) -> str:
    """A name without case and without what makes it many: codes is code, matches is match."""
    small = name.lower().strip()
    return _ONE.get(small, small)


def _under(found: Sequence[Line], names: Sequence[str]) -> frozenset[int]:
    """The lines named by the last name, with as many of the others above them, in order, as any has."""
    best: dict[int, set[int]] = {}
    for number, line in enumerate(found):
        path = [_plain(one) for one in line.path]
        if path and path[-1] == names[-1]:
            best.setdefault(_common(path[:-1], names[:-1]), set()).add(number)
    return frozenset(best[max(best)]) if best else frozenset()


def _common(path: Sequence[str], names: Sequence[str]) -> int:
    count = 0
    for one in reversed(path):
        if count < len(names) and one == names[-1 - count]:
            count += 1
    return count


def _containing(found: Sequence[Line], values: set[str]) -> Place:
    return Place(frozenset(n for n, line in enumerate(found) if any(one in line.text for one in values)), True)


def _xml(body: bytes) -> list[Line] | None:
    root = parse(body)
    if root is None or any(len(list(one.iterancestors())) > DEEPEST for one in root.iter() if len(one) == 0):
        return None
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    again = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    paths: dict[int, tuple[str, ...]] = {}
    for node in again.iter(etree.Element):
        above = [local(one) for one in node.iterancestors()][::-1]
        paths[int(str(node.sourceline))] = (*above, local(node))
    return [Line(one, paths.get(number, ())) for number, one in enumerate(text.split("\n"), start=1)]


def _json(body: bytes) -> list[Line] | None:
    try:
        return list(_values(json.loads(body), (), "", ""))
    except (ValueError, RecursionError):
        return None


def _values(value: Any, path: tuple[str, ...], before: str, after: str) -> Iterator[Line]:
    if len(path) > DEEPEST:
        raise RecursionError
    room, inside = "  " * len(path), [*path[-1:]]
    if isinstance(value, dict) and value:
        rows = [((*path, key), f"{_said(key)}: ", one) for key, one in value.items()]
    elif isinstance(value, list) and value:
        rows = [((*path, *inside), "", one) for one in value]
    else:
        yield Line(f"{room}{before}{_said(value)}{after}", path)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield Line(f"{room}{before}{opening}", path)
    for number, (under, name, one) in enumerate(rows, start=1):
        yield from _values(one, under, name, "," if number < len(rows) else "")
    yield Line(f"{room}{closing}{after}")


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
