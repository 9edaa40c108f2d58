"""What a tester may choose for each role, and how the kit's command is told."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from conformance.rules import Rules

_FIT = re.compile(r"[^\x00-\x1f\x7f]{0,500}")


class Unfit(Exception):
    """What was filled in cannot be used; the name of the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: an option of the command or, where it is secret, a variable of its environment."""

    name: str
    nl: str
    en: str
    option: str = ""
    variable: str = ""
    required: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Role:
    """One role a system under test may have."""

    name: str
    nl: str
    en: str
    fields: tuple[Field, ...]


@cache
def known() -> tuple[Role, ...]:
    """Every role, with what is to be filled in for it."""
    told = tomllib.loads((files("conformance.page") / "roles.toml").read_text(encoding="utf-8"))
    every = [Field(**row) for row in told["veld"]]
    return tuple(
        Role(row["name"], row["nl"], row["en"], (*(Field(**one) for one in row["veld"]), *every)) for row in told["rol"]
    )


def roles(rules: Rules) -> list[Role]:
    """The roles there is something to play for."""
    return [one for one in known() if rules.of(one.name)]


def forms(rules: Rules, role: str) -> list[str]:
    """The formats of a role."""
    return [*dict.fromkeys(form for scenario in rules.of(role) for form in scenario.formaten)]


def packs(rules: Rules, role: str) -> list[str]:
    """The packs of a role."""
    return sorted({scenario.pakket for scenario in rules.of(role)})


def command(rules: Rules, role: Role, filled: Mapping[str, Sequence[str]]) -> tuple[list[str], dict[str, str]]:
    """The words of the command, and the environment with what is secret. Raises Unfit."""
    words, hidden = [role.name], {}
    for one in role.fields:
        said = next(iter(filled.get(one.name, ())), "").strip()
        if not _FIT.fullmatch(said) or (one.required and not said):
            raise Unfit(one.name)
        if one.kind == "number" and said and not (said.isascii() and said.isdigit() and int(said) < 65536):
            raise Unfit(one.name)
        if one.kind == "url" and not said.startswith(("http:", "https:")):
            raise Unfit(one.name)
        if said and one.variable:
            hidden[one.variable] = said
        elif said:
            words.append(f"{one.option}={said}")
    words += [f"--format={one}" for one in _chosen("format", forms(rules, role.name), filled)]
    every = packs(rules, role.name)
    played = _chosen("pakket", every, filled)
    return words + [f"--without={one}" for one in every if one not in played], hidden


def _chosen(name: str, there: Sequence[str], filled: Mapping[str, Sequence[str]]) -> list[str]:
    found = [one for one in filled.get(name, ()) if one in there]
    if not found:
        raise Unfit(name)
    return found
