"""What two versions of the vocabulary differ in: record by record, column by column, and whether a meaning changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import NamedTuple

from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_tables import Clock, Concept, DangerWord, MapRow, SourceList, normal

Record = Concept | MapRow | Clock | DangerWord | SourceList
Key = tuple[str, ...]


class Kind(StrEnum):
    """What became of a record."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A record of a table that is not in both versions, or not the same in both.

    `columns` are (name, before, after); `meaning` says that a sender's word, or who may see it, is not what it was.
    """

    kind: Kind
    table: str
    key: Key
    columns: tuple[tuple[str, str, str], ...]
    meaning: bool


class _Table(NamedTuple):
    """How the records of a table are told apart, and which of its columns say what a word means."""

    name: str
    key: Callable[..., Key]
    telling: frozenset[str]
    appearing: bool
    """Whether a record that comes or goes changes a meaning."""
    loose: Callable[..., Key] = tuple
    """By which records without a counterpart are still paired."""


_CONCEPTS = _Table(
    "concepts",
    lambda concept: (concept.axis, concept.code),
    frozenset({"definition_nl", "response_time", "travel", "keep", "strekking"}),
    appearing=True,
)
_ROWS = _Table(
    "maps",
    lambda row: (row.source_system, normal(row.source_code), row.target_system, row.geldig_van),
    frozenset({"target_system", "target_code", "equivalence", "gevaar", "geldig_van", "geldig_tot"}),
    appearing=True,
    loose=lambda key: key[:2],
)
_CLOCKS = _Table(
    "clocks",
    lambda clock: (clock.source_system, normal(clock.source_code)),
    frozenset({"limit"}),
    appearing=False,
)
_DANGER = _Table("danger_words", lambda danger: (normal(danger.word),), frozenset(), appearing=True)
_LISTS = _Table("lists", lambda one: (one.source_system,), frozenset({"uri"}), appearing=False)


def differences(old: Vocabulary, new: Vocabulary) -> list[Change]:
    """Everything that is not the same, table by table; overlays are counted from the lowest."""
    before, after = old.tables, new.tables
    below, above = old.over[::-1], new.over[::-1]
    found = [
        *_compared(_CONCEPTS, before.concepts, after.concepts),
        *_compared(_ROWS, before.rows, after.rows),
    ]
    for number in range(max(len(below), len(above))):
        overlay = _ROWS._replace(name=f"overlay {number + 1}")
        found += _compared(overlay, *(rows[number] if number < len(rows) else () for rows in (below, above)))
    found += _compared(_CLOCKS, before.clocks, after.clocks)
    found += _compared(_DANGER, before.danger_words, after.danger_words)
    found += _compared(_LISTS, before.lists, after.lists)
    return found


def _compared(table: _Table, old: Sequence[Record], new: Sequence[Record]) -> Iterator[Change]:
    before = {table.key(record): record for record in old}
    after = {table.key(record): record for record in new}
    come = [key for key in after if key not in before]
    for key, record in before.items():
        there: Key | None = key
        if key not in after:
            there = next((one for one in come if table.loose(one) == table.loose(key)), None)
        if there is None:
            yield Change(Kind.REMOVED, table.name, key, (), table.appearing)
            continue
        if there in come:
            come.remove(there)
        columns = _columns(record, after[there])
        if columns:
            yield Change(Kind.CHANGED, table.name, key, columns, any(name in table.telling for name, *_ in columns))
    for key in come:
        yield Change(Kind.ADDED, table.name, key, (), table.appearing)


def _columns(before: Record, after: Record) -> tuple[tuple[str, str, str], ...]:
    cells = zip(before.columns, astuple(before)[:-1], astuple(after)[:-1], strict=True)
    return tuple((name, was, now) for name, was, now in cells if was != now)
