"""The texts of the codes: one table for every format, `gateway/mappings/findings.toml`.

A finding holds a code and a place; here the code gets its rule, its fix and whose move it is.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Self

from gateway.canonical.finding import Ernst, Finding


class Whose(StrEnum):
    """Who must move: the sender, or the gateway and what is behind it."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class FindingText:
    """What one code says, in Dutch and English. `limit` fills `{limit}` when a finding names none."""

    whose: Whose
    http: int
    rule: str
    rule_en: str
    fix: str
    fix_en: str
    source: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class FindingTexts:
    """Every code with its texts, and the closed list of fields the index does not have (VIX-1003)."""

    codes: Mapping[str, FindingText]
    absent_fields: frozenset[str]

    @classmethod
    @cache
    def load(cls) -> Self:
        """The table that ships with the gateway, read once."""
        table = tomllib.loads(files("gateway.mappings").joinpath("findings.toml").read_text("utf-8"))
        absent = frozenset(name for entry in table.values() for name in entry.pop("fields", ()))
        return cls(codes={code: _text(entry) for code, entry in table.items()}, absent_fields=absent)

    def text(self, finding: Finding) -> FindingText:
        """The texts of a finding's code, its limit filled in; KeyError for a code outside the table."""
        text = self.codes[finding.code]
        if "{limit}" not in f"{text.rule}{text.fix}":
            return text
        limit = finding.limit or text.limit
        filled = (said.replace("{limit}", limit) for said in (text.rule, text.rule_en, text.fix, text.fix_en))
        rule, rule_en, fix, fix_en = filled
        return replace(text, rule=rule, rule_en=rule_en, fix=fix, fix_en=fix_en)

    def absent(self, name: str) -> bool:
        """Whether a field of this name (in any case) is one the index does not have."""
        return name.casefold() in self.absent_fields


def leading(findings: Sequence[Finding]) -> Finding:
    """The finding that speaks for all: the first that is a fault."""
    return next((finding for finding in findings if finding.ernst is Ernst.FOUT), findings[0])


def _text(entry: dict[str, Any]) -> FindingText:
    return FindingText(**{**entry, "whose": Whose(entry["whose"])})
