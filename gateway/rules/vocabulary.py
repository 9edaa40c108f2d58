"""What a sender's word means in the shared vocabulary; what is not in a list is asked, never guessed.

`load` reads the tables and refuses wrong ones; everything else is pure. The rules of the tables stand in
`vocabulary_rules`; whether a meaning is kept or leaves is the policy pack's decision.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from importlib.resources.abc import Traversable
from typing import TypeVar

from gateway.canonical.terms import UNKNOWN, Equivalence, Meaning, Question, Term, Understanding
from gateway.errors import Misconfigured
from gateway.rules.vocabulary_rules import danger_is_kept, dangerous, problems
from gateway.rules.vocabulary_tables import OWN_LIST, Clock, Concept, DangerWord, MapRow, Tables, normal

CALL_NOW = "bel-nu"
"""The advice for a word that means danger."""
CHOSEN = "keuze-zender"
"""The map of a meaning that the sender chose itself, in answer to a question."""
NO_MAP = "-"
"""The map of a word that no list knows."""

T = TypeVar("T")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A row made ready for looking up; an unmatched one reads `onbekend` on every axis."""

    axis: str
    concept: str
    equivalence: Equivalence
    map: str
    danger: bool
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max


Layer = Mapping[Key, Sequence[_Reading]]
Rows = tuple[tuple[MapRow, ...], ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False, kw_only=True)
class Vocabulary:
    """The shared concepts, and every list that is mapped to them. Made by `load`, changed by `overlay`.

    `version` is a digest of all the tables: the same words always mean the same under the same version.
    """

    version: str
    axes: tuple[str, ...]
    code_lists: tuple[str, ...]
    tables: Tables
    _over: Rows
    _concepts: Mapping[Key, Concept]
    _choices: Mapping[str, tuple[str, ...]]
    _layers: tuple[Layer, ...]
    _danger_words: tuple[str, ...]

    def concept(self, axis: str, code: str) -> Concept:
        """The concept of a meaning; LookupError, without the code, where there is none."""
        found = self._concepts.get((axis, code))
        if found is None:
            raise LookupError("no such concept")
        return found

    def choices(self, axis: str) -> tuple[str, ...]:
        """The concepts a sender may choose from; never `onbekend`. Empty for an axis we do not have."""
        return self._choices.get(axis, ())

    def kept(self, axis: str, code: str) -> bool:
        """Whether the concept is of the kind the gateway may keep; one we do not have is not."""
        found = self._concepts.get((axis, code))
        return found is not None and found.keep == "gateway"

    def uri_of(self, name: str) -> str:
        """The URI by which a list is known."""
        return f"https://verwijsindex.example/fhir/CodeSystem/{name}"

    def titles(self, name: str) -> tuple[str, str]:
        """The title of a list in Dutch and in English; of one nobody described, its name."""
        return name, name

    def understand(self, terms: Sequence[Term], on: dt.date) -> Understanding:
        """Give each word its meaning on a day, one for one and in order, with the sender's word unchanged.

        A word that is not in its list for its axis is `onbekend` with a question. On an axis we do not have
        it is `onbekend` too, without a question, for there is nothing to choose; admission refuses it.
        """
        read = [self._read(term, on) for term in terms]
        return Understanding(
            meanings=tuple([meaning for meaning, _ in read]),
            questions=tuple(
                [
                    Question(axis=meaning.axis, word=meaning.word, choices=self._choices[meaning.axis])
                    for meaning, _ in read
                    if meaning.equivalence is Equivalence.UNMATCHED and meaning.axis in self._choices
                ]
            ),
            advice=(CALL_NOW,) if any(danger for _, danger in read) else (),
        )

    def answer(self, axis: str, word: str, concept: str) -> Meaning:
        """The meaning of a word as its sender explained it; ValueError, without it, for what is no choice."""
        if concept not in self.choices(axis):
            raise ValueError("not a choice of this axis")
        return _meaning(axis, word, concept, Equivalence.EQUAL, CHOSEN)

    def advice(self, meanings: Iterable[Meaning]) -> tuple[str, ...]:
        """The advice that goes with meanings whatever their words were: for the answers to questions."""
        found = (self._concepts.get((meaning.axis, meaning.concept)) for meaning in meanings)
        return (CALL_NOW,) if any(concept and concept.strekking == "gevaar" for concept in found) else ()

    def overlay(self, rows: Sequence[MapRow]) -> "Vocabulary":
        """This vocabulary with an organisation's or region's own rows, which come first on the days they are valid.

        On those days a row covers all rows below it of the same list and word. Raises Misconfigured where
        the whole breaks a rule, or where a row takes the advice to phone off a word.
        """
        over = (tuple(rows), *self._over) if rows else self._over
        found = [*problems(_merged(self.tables, over)), *self._lost_danger(rows)]
        if found:
            raise Misconfigured(*found)
        return _built(self.tables, over)

    def _lost_danger(self, over: Sequence[MapRow]) -> Iterator[str]:
        known = self.tables.by_code()
        below = {row.key for rows in (self.tables.rows, *self._over) for row in rows if dangerous(row, known)}
        return danger_is_kept(below, over, self.tables)

    def _read(self, term: Term, on: dt.date) -> tuple[Meaning, bool]:
        word = normal(term.word)
        found = self._found((term.stelsel, word), on)
        if not found:
            return _meaning(term.axis, term.word, UNKNOWN, Equivalence.UNMATCHED, NO_MAP), self._sounds_dangerous(word)
        danger = any(reading.danger for reading in found)
        for reading in found:
            if reading.axis == term.axis:
                return _meaning(term.axis, term.word, reading.concept, reading.equivalence, reading.map), danger
        return _meaning(term.axis, term.word, UNKNOWN, Equivalence.UNMATCHED, found[0].map), danger

    def _found(self, key: Key, on: dt.date) -> Sequence[_Reading]:
        for layer in self._layers:
            valid = [reading for reading in layer.get(key, ()) if reading.first <= on <= reading.last]
            if valid:
                return valid
        return ()

    def _sounds_dangerous(self, word: str) -> bool:
        plain = _plain(word)
        return any(danger in plain for danger in self._danger_words)


def load(root: Traversable) -> Vocabulary:
    """Read the vocabulary from a directory or package; raises Misconfigured with every problem at once."""
    tables, unreadable = _tables(root)
    found = [*unreadable, *problems(tables)]
    if found:
        raise Misconfigured(*found)
    return _built(tables, ())


def check(root: Traversable) -> list[str]:
    """Every problem of a vocabulary, a line each; empty when `load` would accept it."""
    tables, unreadable = _tables(root)
    return [*unreadable, *problems(tables)]


def load_rows(file: Traversable) -> tuple[MapRow, ...]:
    """Read rows for `overlay`, in the columns of a shipped map; their rules are checked there."""
    unreadable: list[str] = []
    rows = _table(file, file.name, MapRow, MapRow.columns, unreadable)
    if unreadable:
        raise Misconfigured(*unreadable)
    return rows


def _tables(root: Traversable) -> tuple[Tables, list[str]]:
    bad: list[str] = []
    maps = root / "maps"
    files = [file for file in maps.iterdir() if file.name.endswith(".csv")] if maps.is_dir() else []
    if not files:
        bad.append("R0 maps: no map is there; restore the directory")
    tables = Tables(
        concepts=_table(root / "concepts.csv", "concepts.csv", Concept, Concept.columns, bad),
        rows=tuple(
            row
            for file in sorted(files, key=lambda file: file.name)
            for row in _table(file, f"maps/{file.name}", MapRow, MapRow.columns, bad)
        ),
        clocks=_table(root / "clocks.csv", "clocks.csv", Clock, Clock.columns, bad),
        danger_words=_table(root / "danger_words.csv", "danger_words.csv", DangerWord, DangerWord.columns, bad),
    )
    return tables, bad


def _table(
    file: Traversable, name: str, make: Callable[..., T], columns: tuple[str, ...], bad: list[str]
) -> tuple[T, ...]:
    """The records of one file; what cannot be read is added to `bad` and left out."""
    made: list[T] = []
    try:
        reader = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        if tuple(next(reader, ())) != columns:
            bad.append(f"R0 {name} line 1: the columns are not those of this table; use {','.join(columns)}")
            return ()
        for cells in reader:
            at = f"{name} line {reader.line_num}"
            if len(cells) == len(columns):
                made.append(make(*cells, at=at))
            elif cells:
                bad.append(f"R0 {at}: not as many cells as columns; quote a text that holds a comma")
    except (OSError, UnicodeDecodeError, csv.Error):
        bad.append(f"R0 {name}: the file is missing, not UTF-8, or no CSV; restore it")
    return tuple(made)


def _merged(tables: Tables, over: Rows) -> Tables:
    """The tables as an overlay leaves them, for the rules: each word only with the rows that come first."""
    seen: set[Key] = set()
    left: list[MapRow] = []
    for rows in (*over, tables.rows):
        left += [row for row in rows if row.key not in seen]
        seen |= {row.key for row in rows}
    return Tables(tables.concepts, tuple(left), tables.clocks, tables.danger_words)


def _built(tables: Tables, over: Rows) -> Vocabulary:
    version = _digest(tables, over)
    axes = tuple(dict.fromkeys(concept.axis for concept in tables.concepts))
    lists = sorted({row.source_system for rows in (tables.rows, *over) for row in rows})
    return Vocabulary(
        version=version,
        axes=axes,
        code_lists=(OWN_LIST, *lists),
        tables=tables,
        _over=over,
        _concepts=tables.by_code(),
        _choices={
            axis: tuple(c.code for c in tables.concepts if c.axis == axis and c.code != UNKNOWN) for axis in axes
        },
        _layers=(*(_mapped(rows, tables, version) for rows in (*over, tables.rows)), _own(tables, version)),
        _danger_words=tuple(_plain(normal(danger.word)) for danger in tables.danger_words),
    )


def _mapped(rows: Iterable[MapRow], tables: Tables, version: str) -> Layer:
    layer: dict[Key, list[_Reading]] = {}
    known = tables.by_code()
    for row in rows:
        first, last = row.period
        reading = _Reading(
            axis=row.target_system,
            concept=row.target_code or UNKNOWN,
            equivalence=Equivalence(row.equivalence),
            map=f"{row.source_system}@{version}",
            danger=dangerous(row, known),
            first=first,
            last=last,
        )
        layer.setdefault(row.key, []).append(reading)
    return layer


def _own(tables: Tables, version: str) -> Layer:
    """Our own codes, for the list that is named so and for a word without a list."""
    layer: dict[Key, list[_Reading]] = {}
    for concept in tables.concepts:
        danger = concept.strekking == "gevaar"
        reading = _Reading(concept.axis, concept.code, Equivalence.EQUAL, f"{OWN_LIST}@{version}", danger)
        for stelsel in (OWN_LIST, ""):
            layer.setdefault((stelsel, concept.code), []).append(reading)
    return layer


def _digest(tables: Tables, over: Rows) -> str:
    """Twelve hex digits over every cell; the order of concepts counts, that of map rows and files does not."""
    cells = (
        [astuple(concept)[:-1] for concept in tables.concepts],
        sorted(astuple(row)[:-1] for row in tables.rows),
        sorted(astuple(clock)[:-1] for clock in tables.clocks),
        sorted(astuple(danger)[:-1] for danger in tables.danger_words),
        *(sorted(astuple(row)[:-1] for row in rows) for rows in over),
    )
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:12]


def _meaning(axis: str, word: str, concept: str, equivalence: Equivalence, map_: str) -> Meaning:
    return Meaning(axis=axis, word=word, concept=concept, equivalence=equivalence, map=map_)


def _plain(word: str) -> str:
    """A word without accents, so that suïcide and suicide are one."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))
