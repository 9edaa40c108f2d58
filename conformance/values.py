"""Nested messages, paths into them, and the few words a scenario may write between braces.

A message is nested dicts, lists and texts, named as the JSON contract names them; every format is read into it and
written from it. A path goes through lists by itself: `matches[status=ACTIEF].betrokkenen.naam` gives every name.
Between brackets a path may stand too: `matches[betrokkenen.naam=A. Toets]`.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

Message = dict[str, Any]
HERE = ZoneInfo("Europe/Amsterdam")

_STEP = re.compile(r"([^.\[\]]+)((?:\[[^\]=]+=[^\]]*\])*)(?:\.|$)")
_FILTER = re.compile(r"\[([^\]=]+)=([^\]]*)\]")
_BRACES = re.compile(r"\{([^{}]+)\}")
_MOMENT = re.compile(r"(nu|vandaag)((?:[+-][0-9]+[jdum])*)$")
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")
_SHIFT = re.compile(r"([+-][0-9]+)([jdum])")


class Unknown(Exception):
    """A word between braces that stands for nothing here; the text names it."""


def at(message: Any, path: str) -> list[Any]:
    """Everything at a path, in order; empty when there is nothing."""
    found = [message]
    for name, filters in _STEP.findall(path):
        found = [one for value in found if isinstance(value, Mapping) and name in value for one in _flat(value[name])]
        for key, wanted in _FILTER.findall(filters):
            found = [one for one in found if wanted in _texts(one, key)]
    return found


def _texts(message: Any, path: str) -> list[str]:
    return [text(one) for one in at(message, path)] or [""]


def text(value: Any) -> str:
    """A value as a scenario would write it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def put(message: Message, path: str, value: Any) -> None:
    """Set a value at a path of names; what is missing on the way is made."""
    *way, last = path.split(".")
    for name in way:
        message = message.setdefault(name, {})
    message[last] = value


def drop(message: Message, path: str) -> None:
    """Remove what is at a path of names; what it stood in stays, empty or not."""
    name, _, rest = path.partition(".")
    if not rest:
        message.pop(name, None)
    elif isinstance(message.get(name), dict):
        drop(message[name], rest)


def fill(value: Any, words: Callable[[str], Any]) -> Any:
    """The value with every word between braces replaced; a text that is one word alone becomes its value."""
    if isinstance(value, Mapping):
        return {key: fill(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, words) for one in value]
    if not isinstance(value, str):
        return value
    if whole := _BRACES.fullmatch(value):
        return words(whole[1])
    return _BRACES.sub(lambda found: text(words(found[1])), value)


def filled(message: Message) -> Message:
    """The message without the fields that have nothing in them, and with every table its own."""
    made = {key: filled(value) if isinstance(value, dict) else value for key, value in message.items()}
    return {key: value for key, value in made.items() if value not in ("", {}, None)}


def moment(word: str, now: dt.datetime) -> str | None:
    """`nu` and `vandaag`, moved by years (j), days (d), hours (u) or minutes (m): `vandaag+2j-1d`."""
    found = _MOMENT.match(word)
    if found is None:
        return None
    for count, unit in _SHIFT.findall(found[2]):
        now = years_on(now, int(count)) if unit == "j" else now + _LENGTH[unit] * int(count)
    if found[1] == "vandaag":
        return now.astimezone(HERE).date().isoformat()
    return now.isoformat(timespec="seconds")


def meant(value: Any) -> Any:
    """The value with every moment that has a zone in UTC: one moment can be written in many ways."""
    if isinstance(value, Mapping):
        return {key: meant(one) for key, one in value.items()}
    if isinstance(value, list):
        return [meant(one) for one in value]
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return value
    try:
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC).isoformat()
    except (ValueError, OverflowError):
        return value


def differing(one: Any, other: Any, path: str = "") -> list[str]:
    """The paths at which two messages do not say the same, each once; none when they are equal."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        names = [(name, f"{path}.{name}" if path else str(name)) for name in dict.fromkeys([*one, *other])]
        each = [
            differing(one[name], other[name], inner) if name in one and name in other else [inner]
            for name, inner in names
        ]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        each = [differing(left, right, path) for left, right in zip(one, other, strict=True)]
    else:
        each = [] if one == other else [[path]]
    return list(dict.fromkeys(found for paths in each for found in paths))


def strings(value: Any) -> list[str]:
    """Every text in a message."""
    if isinstance(value, Mapping):
        return [one for inner in value.values() for one in strings(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in strings(inner)]
    return [text(value)]


_LENGTH = {"d": dt.timedelta(days=1), "u": dt.timedelta(hours=1), "m": dt.timedelta(minutes=1)}


def _flat(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def years_on(moment: dt.datetime, years: int) -> dt.datetime:
    """The same day so many years on; 29 February becomes 28 February."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
