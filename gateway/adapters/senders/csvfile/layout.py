"""Layouts: by which headers the fields are known, and what an exporter's codes mean. Data in `gateway/mappings/csv`.

A layout of an exporter lies over the standard one and adds to it. What a header or a code means is said there and
nowhere in the code; what the adapter makes of a cell is in `mend`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from gateway.errors import Misconfigured

FIELDS = (
    "actie", "organisatie", "bron_systeem", "bron_signaal_id", "revisie", "soort", "bsn", "onderwijsnummer",
    "familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer", "gemeente_code",
    "professional_id", "melder_naam", "melder_functie", "melder_telefoon", "melder_email", "uzi", "big", "agb", "skj",
    "coordinator_naam", "coordinator_telefoon", "coordinator_email", "datum_tijd_melding", "verwijderdatum",
    "redelijk_vermoeden", "informatieplicht_wie", "informatieplicht_datum", "informatieplicht_uitgesteld",
    "toestemming_gegeven_op", "toestemming_bewijs_referentie", "datum_einde", "match_id", "contact",
    "regiehandeling", "stand", "herzien_op",
)  # fmt: skip
"""The columns a file can have, by their own names, beside one per axis."""

_BESIDE = {"actie", "organisatie", "bron_systeem", "uzi", "big", "agb", "skj", "datum_einde", "match_id", "contact"} | {
    "regiehandeling", "stand", "herzien_op",
}  # fmt: skip
DRAFTED = frozenset(FIELDS) - _BESIDE
"""Columns that are fields of a draft under their own names."""

ACTIONS = (
    "afgeven", "beeindigen", "intrekken", "betekenis_aanvullen", "terugkoppelen", "wijzigen", "verlengen", "overdragen",
    "regie_vastleggen",
)  # fmt: skip
_TRUTH = ("true", "false")
CODED: Mapping[str, tuple[str, ...]] = {
    "actie": ACTIONS,
    "geslacht": ("M", "V", "O"),
    "soort": ("SIGNAAL", "KETENREGISTRATIE"),
    "informatieplicht_wie": ("JEUGDIGE", "VERTEGENWOORDIGER", "BEIDEN"),
    "contact": ("GEPROBEERD", "CONTACT", "AFGESTEMD", "NIET_NODIG", "VERWIJDERD"),
    "regiehandeling": ("NEMEN", "OVERDRAGEN", "AANVAARDEN", "AFWIJZEN", "NEERLEGGEN", "HERZIEN"),
    "redelijk_vermoeden": _TRUTH,
    "informatieplicht_uitgesteld": _TRUTH,
}
"""Fields whose words a layout may translate, with the codes of the contract."""
TRUTH = "waarheid"
"""The name under which a layout gives the words of every field that is true or false."""

_APART = re.compile(r"[\W_]+")
_KEYS = {"naam", "niet_lezen", "kolommen", "codes", "niet_toegestaan", "vast", "assen"}


class Kind(Enum):
    """What is done with a column."""

    FIELD = "a field of the dictionary"
    AXIS = "a word on an axis"
    CONCEPT = "the concept chosen for the word on an axis"
    UNREAD = "never read"
    FORBIDDEN = "its text refuses the row, unread"


@dataclass(frozen=True, slots=True)
class Target:
    """What a header stands for."""

    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout; make it with `load`."""

    name: str
    axes: tuple[str, ...]
    headers: Mapping[str, Target]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What every row says where it says nothing itself."""
    code_lists: Mapping[str, str] = field(default_factory=dict)
    """Axis -> the list its words come from, where the exporter has one."""
    stems: frozenset[str] = frozenset()

    @classmethod
    def load(cls, text: str, over: "Layout | None" = None, *, axes: Iterable[str] = ()) -> "Layout":
        """Read a layout, over another; `axes` are the vocabulary's, for one that lies over nothing.

        Raises Misconfigured with every wrong key.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise Misconfigured(f"a layout of a file is no TOML: {error}") from None
        known = over.axes if over is not None else tuple(axes)
        return _Reader(data, known, over).layout()

    @property
    def said(self) -> tuple[str, ...]:
        """The axes that have a column, in the order of the vocabulary."""
        known = {target.name for target in self.headers.values() if target.kind is Kind.AXIS}
        return tuple(axis for axis in self.axes if axis in known)

    def target(self, header: str) -> Target | None:
        """What a header stands for; None for one that nobody knows."""
        name = plain(header)
        if name in self.headers:
            return self.headers[name]
        words = [plain(word) for word in _APART.split(header)]
        if any(word.startswith(stem) or word.endswith(stem) for word in words for stem in self.stems):
            return Target(Kind.FORBIDDEN)
        return None

    def code(self, name: str) -> Callable[[str], str]:
        """The contract's code for a word of a field; a word that is not known stays what it is."""
        words = self.codes.get(name, {})

        def translate(text: str) -> str:
            return words.get(text) or words.get(text.casefold(), text)

        return translate


def plain(header: str) -> str:
    """A header without case, accents, spaces and punctuation."""
    apart = unicodedata.normalize("NFKD", header).casefold()
    return "".join(character for character in apart if character.isalnum())


class _Reader:
    """Reads one layout file and collects everything that is wrong with it."""

    def __init__(self, data: dict[str, Any], axes: tuple[str, ...], over: Layout | None) -> None:
        self._data = data
        self._axes = axes
        self._over = over
        self._problems: list[str] = []
        self._headers: dict[str, Target] = {}
        self._written: dict[str, str] = {}

    def layout(self) -> Layout:
        """The layout; raises Misconfigured."""
        for key in self._data.keys() - _KEYS:
            self._wrong(key, f"not a key of a layout; use {', '.join(sorted(_KEYS))}")
        self._name = self._text("naam", self._data.get("naam"))
        lists = self._columns()
        refused = self._table("niet_toegestaan", ("kolommen", "stammen"))
        forbidden = self._texts("niet_toegestaan.kolommen", refused.get("kolommen", []))
        stems = self._texts("niet_toegestaan.stammen", refused.get("stammen", []))
        for header in forbidden:
            self._claim("niet_toegestaan.kolommen", header, Target(Kind.FORBIDDEN))
        self._not_what_is_refused()
        for header in self._texts("niet_lezen", self._data.get("niet_lezen", [])):
            self._claim("niet_lezen", header, Target(Kind.UNREAD))
        codes, fixed = self._codes(), self._fixed()
        if self._problems:
            raise Misconfigured(*(f"layout {self._name}: {problem}" for problem in self._problems))
        base = self._over or Layout(name=self._name, axes=self._axes, headers={})
        return replace(
            base,
            name=self._name,
            headers={**base.headers, **self._headers},
            codes={name: {**base.codes.get(name, {}), **codes.get(name, {})} for name in CODED},
            fixed={**base.fixed, **fixed},
            code_lists={**base.code_lists, **lists},
            stems=base.stems | {plain(stem) for stem in stems},
        )

    def _wrong(self, key: str, why: str) -> None:
        self._problems.append(f"{key}: {why}")

    def _columns(self) -> dict[str, str]:
        if self._over is None:
            for name in FIELDS:
                self._claim("kolommen", name, Target(Kind.FIELD, name))
            for axis in self._table("assen", self._axes):
                self._claim("assen", axis, Target(Kind.AXIS, axis))
                self._claim("assen", f"{axis}_begrip", Target(Kind.CONCEPT, axis))
        for name, headers in self._table("kolommen", FIELDS).items():
            for header in self._texts(f"kolommen.{name}", headers):
                self._claim(f"kolommen.{name}", header, Target(Kind.FIELD, name))
        lists = {}
        for axis, said in self._table("assen", self._axes).items():
            if not isinstance(said, dict) or said.keys() - {"kolommen", "begrip", "stelsel"}:
                self._wrong(f"assen.{axis}", "a table with kolommen, begrip and stelsel")
                continue
            for key, kind in (("kolommen", Kind.AXIS), ("begrip", Kind.CONCEPT)):
                for header in self._texts(f"assen.{axis}.{key}", said.get(key, [])):
                    self._claim(f"assen.{axis}.{key}", header, Target(kind, axis))
            if "stelsel" in said:
                lists[axis] = self._text(f"assen.{axis}.stelsel", said["stelsel"])
        return lists

    def _claim(self, key: str, header: str, target: Target) -> None:
        """One header, one meaning; a layout may give a header another than the standard one."""
        name = plain(header)
        self._written.setdefault(name, header)
        if not name:
            self._wrong(key, "a header has letters or figures")
        elif self._headers.setdefault(name, target) != target:
            self._wrong(key, f"header {header!r} stands for something else already; keep it in one place")

    def _not_what_is_refused(self) -> None:
        """A column for a reason or a story becomes no field: it may only be left unread."""
        if self._over is None:
            return
        for name, target in self._headers.items():
            before = self._over.target(self._written[name])
            if target.kind is not Kind.FORBIDDEN and before is not None and before.kind is Kind.FORBIDDEN:
                self._wrong(f"header {name!r}", "is not allowed as a field; put it in niet_lezen")

    def _codes(self) -> dict[str, dict[str, str]]:
        codes: dict[str, dict[str, str]] = {
            name: {word.casefold(): word for word in words} for name, words in CODED.items()
        }
        for name, table in self._table("codes", (*CODED, TRUTH)).items():
            fields = [each for each, words in CODED.items() if words is _TRUTH] if name == TRUTH else [name]
            allowed = CODED[fields[0]]
            if not isinstance(table, dict):
                self._wrong(f"codes.{name}", "a table of code = [words]")
                continue
            for code, words in table.items():
                if code not in allowed:
                    self._wrong(f"codes.{name}.{code}", f"not a code of the contract; use {', '.join(allowed)}")
                    continue
                for word in self._texts(f"codes.{name}.{code}", words):
                    for each in fields:
                        if codes[each].setdefault(word.casefold(), code) != code:
                            self._wrong(f"codes.{name}.{code}", f"{word!r} means another code already")
        return codes

    def _fixed(self) -> dict[str, str]:
        fixed = {}
        for name, text in self._table("vast", FIELDS).items():
            fixed[name] = self._text(f"vast.{name}", text)
            if name in CODED and fixed[name] not in CODED[name]:
                self._wrong(f"vast.{name}", f"one of {', '.join(CODED[name])}")
        return fixed

    def _table(self, key: str, names: Sequence[str]) -> dict[str, Any]:
        table = self._data.get(key, {})
        if not isinstance(table, dict):
            self._wrong(key, "a table")
            return {}
        for name in table.keys() - set(names):
            self._wrong(f"{key}.{name}", f"not one of {', '.join(names)}")
        return {name: value for name, value in table.items() if name in names}

    def _texts(self, key: str, value: Any) -> list[str]:
        if isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value):
            return value
        self._wrong(key, "a list of texts")
        return []

    def _text(self, key: str, value: Any) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self._wrong(key, "a text")
        return ""
