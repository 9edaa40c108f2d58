"""What a sender's word means in the shared vocabulary; what is not in a list is asked, never guessed.

`load` reads the tables and refuses wrong ones; everything else is pure. The rules of the tables stand in
`vocabulary_rules`; whether a meaning is kept or leaves is the policy pack's decision.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from urllib.parse import quote, unquote

from gateway.canonical.terms import UNKNOWN, Equivalence, Meaning, Question, Term, Understanding
from gateway.errors import Misconfigured
from gateway.rules.vocabulary_files import Rows, digest, read, read_rows
from gateway.rules.vocabulary_rules import danger_is_kept, dangerous, problems
from gateway.rules.vocabulary_tables import OWN_LIST, OWN_URIS, Concept, MapRow, SourceList, Tables, normal

CALL_NOW = "bel-nu"
"""The advice for a word that means danger."""
CHOSEN = "keuze-zender"
"""The map of a meaning that the sender chose itself, in answer to a question."""
NO_MAP = "-"
"""The map of a word that no list knows."""

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


@dataclass(frozen=True, slots=True, repr=False, eq=False, kw_only=True)
class Vocabulary:
    """The shared concepts, and every list that is mapped to them. Made by `load`, changed by `overlay`.

    `version` is a digest of all the tables: the same words always mean the same under the same version.
    """

    version: str
    axes: tuple[str, ...]
    code_lists: tuple[str, ...]
    tables: Tables
    """As they were read, without the rows of overlays."""
    over: Rows
    _lists: Mapping[str, SourceList]
    _by_uri: Mapping[str, str]
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

    def list_of(self, uri: str) -> str:
        """The list a URI stands for; `-` where nobody knows it. A URI of our own form reads as the name in it."""
        own = unquote(uri.removeprefix(OWN_URIS)) if uri.startswith(OWN_URIS) else ""
        return self._by_uri.get(uri) or own or NO_MAP

    def uri_of(self, name: str) -> str:
        """The URI by which a list is known; for one without an official URI, our own form of it."""
        return self._lists[name].uri if name in self._lists else _own_uri(name)

    def titles(self, name: str) -> tuple[str, str]:
        """The title of a list in Dutch and in English; of one nobody described, its name."""
        known = self._lists.get(name)
        return (known.title_nl, known.title_en) if known else (name, name)

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
        over = (tuple(rows), *self.over) if rows else self.over
        found = [*problems(_merged(self.tables, over)), *self._lost_danger(rows)]
        if found:
            raise Misconfigured(*found)
        return _built(self.tables, over)

    def _lost_danger(self, over: Sequence[MapRow]) -> Iterator[str]:
        known = self.tables.by_code()
        below = {row.key for rows in (self.tables.rows, *self.over) for row in rows if dangerous(row, known)}
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
        danger = danger or self._sounds_dangerous(word)
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
    tables, unreadable = read(root)
    found = [*unreadable, *problems(tables)]
    if found:
        raise Misconfigured(*found)
    return _built(tables, ())


def reopen(root: Traversable, overlays: Iterable[Traversable] = ()) -> Vocabulary:
    """A vocabulary of the past with its overlays, lowest first: it was right by the rules of its own time."""
    tables, _ = read(root)
    over = [read_rows(file) for file in overlays]
    return _built(tables, tuple(reversed(over)))


def check(root: Traversable) -> list[str]:
    """Every problem of a vocabulary, a line each; empty when `load` would accept it."""
    tables, unreadable = read(root)
    return [*unreadable, *problems(tables)]


def load_rows(file: Traversable) -> tuple[MapRow, ...]:
    """Read rows for `overlay`, in the columns of a shipped map; their rules are checked there."""
    return read_rows(file)


def _merged(tables: Tables, over: Rows) -> Tables:
    """The tables as an overlay leaves them, for the rules: each word only with the rows that come first.

    A list that only an overlay has needs no row of its own: it goes by its name.
    """
    seen: set[Key] = set()
    left: list[MapRow] = []
    for rows in (*over, tables.rows):
        left += [row for row in rows if row.key not in seen]
        seen |= {row.key for row in rows}
    known = {one.source_system for one in tables.lists} | {"", OWN_LIST}
    strange = {row.source_system: row.at for row in left if row.source_system not in known}
    plain = (SourceList(name, _own_uri(name), name, name, "", "", "", "", at) for name, at in strange.items())
    return replace(tables, rows=tuple(left), lists=(*tables.lists, *plain))


def _built(tables: Tables, over: Rows) -> Vocabulary:
    version = digest(tables, over)
    axes = tuple(dict.fromkeys(concept.axis for concept in tables.concepts))
    lists = sorted({row.source_system for rows in (tables.rows, *over) for row in rows})
    return Vocabulary(
        version=version,
        axes=axes,
        code_lists=(OWN_LIST, *lists),
        tables=tables,
        over=over,
        _lists={one.source_system: one for one in tables.lists},
        _by_uri={one.uri: one.source_system for one in tables.lists},
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


def _own_uri(name: str) -> str:
    return OWN_URIS + quote(name, safe="")


def _meaning(axis: str, word: str, concept: str, equivalence: Equivalence, map_: str) -> Meaning:
    return Meaning(axis=axis, word=word, concept=concept, equivalence=equivalence, map=map_)


def _plain(word: str) -> str:
    """A word without accents, so that suïcide and suicide are one."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))
