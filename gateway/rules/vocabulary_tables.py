"""The tables of the shared vocabulary as values, and how long its limits can last.

A cell is text here, as its file has it; whether it is right is said by `vocabulary_rules`, what a
sender's word means by `vocabulary`.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import ClassVar

OWN_LIST = "verwijsindex"
"""The list of our own concept codes, which every sender may use."""

OWN_URIS = "https://verwijsindex.example/fhir/CodeSystem/"
"""What a list's name is put behind where its publisher gave it no official URI."""

_LIMIT = re.compile(
    r"([0-9]{1,3})WD|P(?:([0-9]{1,3})W)?(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,3})H)?(?:([0-9]{1,3})M)?(?:([0-9]{1,3})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One shared concept of an axis: what it means, who must act when, how far it may go, and why.

    `strekking` is `gevaar` where the sender must phone, `gerust` where a wrong reading would reassure.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("system", "code", "display_nl", "display_en", "definition_nl", "response_time"),
        *("travel", "keep", "reason", "strekking", "status"),
    )
    axis: str
    code: str
    display_nl: str
    display_en: str
    definition_nl: str
    response_time: str
    travel: str
    keep: str
    reason: str
    strekking: str
    status: str
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MapRow:
    """One word of a sender's list and the concept it stands for, or `unmatched` without one.

    Both dates are the first and the last day on which the row exists; empty is unbounded.
    """

    columns: ClassVar[tuple[str, ...]] = (
        *("source_system", "source_code", "source_display", "target_system", "target_code", "equivalence"),
        *("gevaar", "geldig_van", "geldig_tot", "status", "source", "note"),
    )
    source_system: str
    source_code: str
    source_display: str
    target_system: str
    target_code: str
    equivalence: str
    gevaar: str
    geldig_van: str
    geldig_tot: str
    status: str
    source: str
    note: str
    at: str = field(default="", compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """What the row is looked up by: the list, and the word without its capitals and outer spaces."""
        return self.source_system, normal(self.source_code)

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """First and last day; ValueError where a date is none."""
        van = dt.date.fromisoformat(self.geldig_van) if self.geldig_van else dt.date.min
        tot = dt.date.fromisoformat(self.geldig_tot) if self.geldig_tot else dt.date.max
        return van, tot


@dataclass(frozen=True, slots=True)
class Clock:
    """How fast the source itself promises that somebody acts on its word; an empty limit is no promise."""

    columns: ClassVar[tuple[str, ...]] = (
        "source_system",
        "source_code",
        "clock_start",
        "actor",
        "act",
        "limit",
        "source",
    )
    source_system: str
    source_code: str
    clock_start: str
    actor: str
    act: str
    limit: str
    source: str
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DangerWord:
    """A piece of a word that earns the advice to phone where no list knows the word."""

    columns: ClassVar[tuple[str, ...]] = ("word", "reason")
    word: str
    reason: str
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SourceList:
    """A list that words come from: by which URI the world knows it, who publishes it, and what to mind."""

    columns: ClassVar[tuple[str, ...]] = (
        *("source_system", "uri", "title_nl", "title_en", "publisher", "version", "url", "note"),
    )
    source_system: str
    uri: str
    title_nl: str
    title_en: str
    publisher: str
    version: str
    url: str
    note: str
    at: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything the vocabulary is made of, as read."""

    concepts: tuple[Concept, ...]
    rows: tuple[MapRow, ...]
    clocks: tuple[Clock, ...]
    danger_words: tuple[DangerWord, ...]
    lists: tuple[SourceList, ...]

    def by_code(self) -> dict[tuple[str, str], Concept]:
        """The concepts by axis and code."""
        return {(concept.axis, concept.code): concept for concept in self.concepts}


def normal(word: str) -> str:
    """A word as it is looked up: without outer spaces and capitals.

    >>> normal(" Spoed ")
    'spoed'
    """
    return word.strip().casefold()


def slowest(limit: str) -> dt.timedelta:
    """The longest a limit can last on the calendar; `-`, no limit, lasts for ever.

    `nWD` may begin before a weekend and meet three public holidays (Christmas and New Year): one working
    day is at most six days, five are at most twelve. ValueError where the limit is not in the grammar.
    """
    if limit == "-":
        return dt.timedelta.max
    working, exact = _parsed(limit)
    if not working:
        return exact
    days = working + 3
    return dt.timedelta(days=days + 2 * -(-days // 5))


def fastest(limit: str) -> dt.timedelta:
    """The shortest a limit can last: n working days without a weekend are n days. Otherwise as `slowest`."""
    if limit == "-":
        return dt.timedelta.max
    working, exact = _parsed(limit)
    return dt.timedelta(days=working) if working else exact


def slower(target: str, source: str) -> bool:
    """Whether the target can last longer than the source: its slowest reading against the source's fastest.

    Working days against working days compare as numbers. So 5WD is slower than P7D, and P7D than 5WD:
    where neither is surely as fast, neither may stand for the other.
    """
    if target.endswith("WD") and source.endswith("WD"):
        return _parsed(target) > _parsed(source)
    return slowest(target) > fastest(source)


def _parsed(limit: str) -> tuple[int, dt.timedelta]:
    """Working days, or an exact duration beside zero working days."""
    found = _LIMIT.fullmatch(limit)
    if found is None or not any(found.groups()):
        raise ValueError("not a limit")
    working, *exact = (int(part or 0) for part in found.groups())
    weeks, days, hours, minutes, seconds = exact
    return working, dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
