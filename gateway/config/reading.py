"""From a file to a configuration, or to every problem at once."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from gateway.config.coherence import relations
from gateway.config.whole import Config
from gateway.errors import Misconfigured


def read(path: Path) -> Config:
    """Read and check a configuration file; raises Misconfigured with every problem at once."""
    config = load(path)
    _refuse(str(path), relations(config))
    return config


def load(path: Path) -> Config:
    """Read a configuration file, each key by itself; raises Misconfigured. How the parts fit: `relations`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            f"{path}: cannot be read ({error.strerror}); name it with --config or GATEWAY_CONFIG"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: is not TOML: {error}; mend that line") from None
    return _shaped(data, source=str(path))


def check(data: dict[str, object], *, source: str) -> Config:
    """Check a configuration; raises Misconfigured. Relations between parts are checked too."""
    config = _shaped(data, source=source)
    _refuse(source, relations(config))
    return config


def _refuse(source: str, problems: list[str]) -> None:
    if problems:
        raise Misconfigured(*(f"{source}: {problem}" for problem in problems))


def _shaped(data: dict[str, object], *, source: str) -> Config:
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        problems = [f"{_key(line['loc'])}: {_AS_TOLD.get(line['type'], _mend(line['msg']))}" for line in error.errors()]
    raise Misconfigured(*(f"{source}: {problem}" for problem in problems))


_AS_TOLD = {"extra_forbidden": "no such key; remove it or mind its spelling", "missing": "is missing; add it"}


def _mend(told: str) -> str:
    return f"{told[:1].lower()}{told[1:]}; mend this value"


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location)
