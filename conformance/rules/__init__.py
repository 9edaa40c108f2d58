"""The rules as data: requirements, scenarios, test persons. What a tester reads and a region may add to.

A rule has a first and, once it was replaced, a last day. `as_of` gives the rules of a day, so that an old run is
judged as it was on its own day. `scenarios/<role>-*.toml` hold what is played for a role. Test persons and words have
days too; a person is never removed or moved, for a run names one by its place.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol, TypeVar

from conformance.parties.behaviour import BEHAVIOURS

T = TypeVar("T")
ROLES = ("gateway", "zender", "index")
LEVELS = ("MUST", "SHOULD", "ADVIES")
OBSERVED = ("draad", "bestand", "verklaard")


class Readable(Protocol):
    """A file of rules, wherever it is."""

    @property
    def name(self) -> str:
        """What a message about it calls it."""

    def read_text(self, encoding: str) -> str:
        """What it says."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file of rules that a run carries with it."""

    name: str
    text: str

    def read_text(self, encoding: str) -> str:
        """What it says."""
        del encoding
        return self.text


class Wrong(Exception):
    """A file of rules that says something it cannot; the text says which and what."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a system must do, with where it is written and how to mend a breach."""

    id: str
    niveau: str
    bron: str
    nl: str
    en: str
    herstel: str
    fix: str
    waarneming: str = "draad"
    sinds: str = "2026-11-01"
    tot: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that must be so at a step: `dat` names one of `demands`, `rest` is what it needs."""

    eis: str
    dat: str
    rest: Mapping[str, Any] = field(default_factory=dict)
    formaten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing somebody does, and what must be so then."""

    id: str
    wie: str
    doe: str
    met: Mapping[str, Any] = field(default_factory=dict)
    zonder: tuple[str, ...] = ()
    erbij: tuple[Mapping[str, str], ...] = ()
    draad: str = ""
    keer: int = 1
    als_stap: str = ""
    tot: Mapping[str, Any] | None = None
    index: str = ""
    ontvanger: str = ""
    opdracht: str = ""
    antwoord: tuple[str, ...] = ()
    dag: int = 1
    formaten: tuple[str, ...] = ()
    eisen: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A short story that is played from its first step to its last, once for each format."""

    id: str
    rol: str
    pakket: str
    nl: str
    en: str
    formaten: tuple[str, ...]
    stappen: tuple[Step, ...]
    nodig: tuple[str, ...] = ()
    als: Mapping[str, Any] = field(default_factory=dict)
    voor: tuple[Mapping[str, Any], ...] = ({},)
    kind: int = 0
    sinds: str = "2026-11-01"
    tot: str = ""

    @property
    def eisen(self) -> tuple[str, ...]:
        """The ids of what it tries, each once."""
        return tuple(dict.fromkeys(demand.eis for step in self.stappen for demand in step.eisen if demand.eis))

    def within(self, form: str) -> "Scenario":
        """The scenario as it is played in a format: without the steps and demands that are for others."""
        steps = (
            replace(step, eisen=tuple(one for one in step.eisen if not one.formaten or form in one.formaten))
            for step in self.stappen
            if not step.formaten or form in step.formaten
        )
        return replace(self, formaten=(form,), stappen=tuple(steps))


@dataclass(frozen=True)
class Rules:
    """The rules of one day."""

    day: dt.date
    requirements: Mapping[str, Requirement]
    scenarios: tuple[Scenario, ...]

    def of(self, role: str) -> tuple[Scenario, ...]:
        """What is played for a role."""
        return tuple(one for one in self.scenarios if one.rol == role)

    def fingerprint(self, scenarios: Iterable[Scenario]) -> str:
        """What a verdict on these scenarios rests on: a hash of them, of what they try and of the test persons.

        The days on which a row holds are not in it: closing a row changes nothing about what was judged before.
        """
        played = [*scenarios]
        tried = sorted({eis for one in played for eis in one.eisen})
        known = [*persons(self.day.isoformat())]
        if any(one.rol == "zender" for one in played):
            known += children().values()
        said = [_plain(one) for one in (*(self.requirements[eis] for eis in tried), *played, *known)]
        each = sorted({json.dumps(one, sort_keys=True, ensure_ascii=False) for one in said})
        return hashlib.sha256("\n".join(each).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Person:
    """A test person of the public list."""

    bsn: str
    voornamen: str
    voorvoegsel: str
    familienaam: str
    geboortedatum: str
    geslacht: str
    herkomst: str
    sinds: str = "2026-11-01"

    @property
    def naam(self) -> str:
        """As it is said."""
        return " ".join(one for one in (self.voornamen, self.voorvoegsel, self.familienaam) if one)

    @property
    def wrong_bsn(self) -> str:
        """The number with another last digit: it never passes the elfproef."""
        return self.bsn[:-1] + str((int(self.bsn[-1]) + 1) % 10)


def of_run(header: Mapping[str, Any]) -> Rules:
    """The rules that hold for a run: those of its day, and what it carries of a region."""
    return as_of(dt.date.fromisoformat(header["regels_van"]), [Text(**one) for one in header.get("erbij", [])])


def as_of(day: dt.date, more: Iterable[Readable] = (), *, folder: Traversable | None = None) -> Rules:
    """The rules that hold on a day; `more` are files of a region, beside those of `folder`."""
    here = files("conformance.rules") if folder is None else folder
    own = [one for room in ("requirements", "scenarios") for one in _sorted(here.joinpath(room).iterdir())]
    texts = [(one.name, one.read_text(encoding="utf-8")) for one in own if one.name.endswith(".toml")]
    texts += [(one.name, one.read_text(encoding="utf-8")) for one in more]
    return _held(day, tuple(texts))


@lru_cache(maxsize=8)
def _held(day: dt.date, texts: tuple[tuple[str, str], ...]) -> Rules:
    found = [(name, _toml(name, text)) for name, text in texts]
    valid = day.isoformat()
    requirements = [_read(Requirement, row, name) for name, data in found for row in data.get("eis", [])]
    scenarios = [_scenario(row, name, valid) for name, data in found for row in data.get("scenario", [])]
    held = [one for one in requirements if holds(one.sinds, one.tot, valid)]
    played = tuple(one for one in scenarios if holds(one.sinds, one.tot, valid))
    _once("eis", [one.id for one in held])
    _once("scenario", [one.id for one in played])
    rules = Rules(day, {one.id: one for one in held}, played)
    _check(rules)
    return rules


@cache
def persons(day: str = "9999") -> tuple[Person, ...]:
    """The test persons the kit speaks of as a sender; on a day, those it had then."""
    rows = csv.DictReader(io.StringIO(_text("persons.csv")), delimiter=";")
    return tuple(one for one in (Person(**row) for row in rows) if one.sinds <= day)


@cache
def children() -> Mapping[str, Person]:
    """Every child of the public list, by BSN: of whom a sender under test may speak."""
    rows = csv.DictReader(io.StringIO(_text("children.csv")), delimiter=";")
    return {row["bsn"]: Person(**row) for row in rows}


def words(kind: str, day: str) -> tuple[Mapping[str, str], ...]:
    """The words of a kind on a day, each with its list and axis; where not all can say it, the formats that can."""
    rows = csv.DictReader(io.StringIO(_text("words.csv")), delimiter=";")
    held = [row for row in rows if row["soort"] == kind and holds(row["sinds"], row["tot"], day)]
    return tuple({name: row[name] for name in ("as", "stelsel", "woord", "formaten") if row[name]} for row in held)


def holds(first: str, last: str, day: str) -> bool:
    """Whether a day is one on which something holds; the last day is the first on which it does not."""
    return first <= day and (not last or day < last)


def _scenario(row: dict[str, Any], name: str, day: str) -> Scenario:
    steps = []
    for number, given in enumerate(row.pop("stap", []), start=1):
        demands = [dict(one) for one in given.pop("eisen", [])]
        made = tuple(_demand(one) for one in demands)
        steps.append(_read(Step, {"id": str(number), **given, "eisen": made}, f"{name} {row.get('id')}"))
    if isinstance(kind := row.get("voor"), str):
        row["voor"] = words(kind, day)
    return _read(Scenario, {**row, "stappen": tuple(steps)}, name)


def _demand(row: dict[str, Any]) -> Demand:
    forms = tuple(row.pop("formaten", ()))
    return Demand(row.pop("eis", ""), row.pop("dat", ""), row, forms)


def _read(kind: type[T], row: dict[str, Any], name: str) -> T:
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if strange := sorted(set(row) - known):
        raise Wrong(f"{name}: {', '.join(strange)} is geen veld van {kind.__name__}")
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    try:
        return kind(**made)
    except TypeError as missing:
        raise Wrong(f"{name}, {row.get('id', '?')}: {missing}") from None


def _check(rules: Rules) -> None:
    for scenario in rules.scenarios:
        named = {how for step in scenario.stappen for how in (step.index, step.ontvanger)}
        if "{voor.hoe}" in named:
            named = named - {"{voor.hoe}"} | {str(row.get("hoe")) for row in scenario.voor}
        if strange := named - {"", *BEHAVIOURS}:
            raise Wrong(f"{scenario.id}: gedrag {', '.join(sorted(strange))} bestaat niet")
        if scenario.rol not in ROLES:
            raise Wrong(f"{scenario.id}: rol {scenario.rol} bestaat niet")
        for form in {*[one for step in scenario.stappen for one in step.formaten]} - {*scenario.formaten}:
            raise Wrong(f"{scenario.id}: {form} staat bij een stap en niet bij het scenario")
        for eis in scenario.eisen:
            if eis not in rules.requirements:
                raise Wrong(f"{scenario.id}: eis {eis} bestaat niet op {rules.day}")


def _once(what: str, ids: list[str]) -> None:
    if doubled := sorted({one for one in ids if ids.count(one) > 1}):
        raise Wrong(f"{what} twee keer: {', '.join(doubled)}")


def _sorted(found: Iterable[Traversable]) -> list[Traversable]:
    return sorted(found, key=lambda one: one.name)


def _toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{name}: {error}") from None


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        names = {one.name for one in fields(value)}
        days = {"sinds", "tot"} if "sinds" in names else set()
        return {name: _plain(getattr(value, name)) for name in names - days}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _text(name: str) -> str:
    return files("conformance.rules").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
