"""Writes a configuration as TOML: what the commands read."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any


def toml(config: Mapping[str, Any]) -> str:
    """A configuration file; parts inside a list of parts are not needed, so not known."""
    return "\n".join(_part(config, ()))


def _part(part: Mapping[str, Any], at: tuple[str, ...]) -> list[str]:
    lines = [f"{key} = {_value(value)}" for key, value in part.items() if not _nested(value)]
    for key, value in part.items():
        name = ".".join((*at, key))
        if isinstance(value, Mapping):
            lines += [f"[{name}]", *_part(value, (*at, key))]
        elif _nested(value):
            for item in value:
                lines += [f"[[{name}]]", *_part(item, (*at, key))]
    return lines


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _value(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
