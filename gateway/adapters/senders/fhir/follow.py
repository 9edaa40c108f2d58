"""Follows a place of the profile in a resource: the text that stands there, or where it would have stood."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.adapters.senders.fhir.invariants import secondary
from gateway.adapters.senders.fhir.shape import COMPILED, GROUPS, Row, Step
from gateway.canonical.command import Said

Steps = tuple[Step, ...]


def collect(
    kind: str, value: Mapping[str, Any] | None, here: str, said: dict[str, Said], places: dict[str, str]
) -> None:
    """Every field of a kind of resource: its text into `said`, and where it stands, or would have, into `places`."""
    for row in COMPILED[kind]:
        found, at = _row(row, value or {}, here)
        places[row.name] = at
        if found is not None:
            said[row.name] = Said(found, at)
    if kind == "Flag":
        for name, url in GROUPS.items():
            places[name] = _stepped(value or {}, Step.to("extension", ("url", url)), here)[1]


def _row(row: Row, value: Mapping[str, Any], here: str) -> tuple[str | None, str]:
    missing = ""
    for path in row.paths:
        found, at = _followed(value, path, here)
        text = _text(found)
        if text is not None:
            return text, f"{at}[0]" if isinstance(found, list) else at
        missing = at
    return None, missing


def _followed(value: Any, path: Steps, here: str) -> tuple[Any, str]:
    for number, step in enumerate(path):
        last = number == len(path) - 1
        value, here = _last(value, step, here) if last else _stepped(value, step, here)
        if value is None:
            return None, here + "".join([step.wanted for step in path[number + 1 :]])
    return value, here


def _last(value: Any, step: Step, here: str) -> tuple[Any, str]:
    return (value.get(step.name) if isinstance(value, dict) else None), here + step.called


def _stepped(value: Any, step: Step, here: str) -> tuple[Any, str]:
    """The object a step leads to, and its place; None with the place it would have had."""
    inner = value.get(step.name) if isinstance(value, dict) else None
    if isinstance(inner, dict) and step.where is None:
        return inner, here + step.called
    if isinstance(inner, list):
        for number, item in _ordered(inner, step):
            return item, f"{here}{step.called}[{number}]"
    return None, here + step.wanted


def _ordered(items: list[Any], step: Step) -> Iterator[tuple[int, Any]]:
    """The items a step means, the best first."""
    known = [(number, item) for number, item in enumerate(items) if isinstance(item, dict)]
    if step.where is None:
        official = [pair for pair in known if step.name == "name" and pair[1].get("use") == "official"]
        return iter(official or known)
    key, wanted = step.where
    if key == "use":
        return (pair for pair in known if secondary(pair[1]))
    return (pair for pair in known if pair[1].get(key) == wanted)


def _text(value: Any) -> str | None:
    """A primitive as text; given names together."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case [*parts] if parts and all(isinstance(one, str) for one in parts):
            return " ".join(parts)
        case _:
            return None
