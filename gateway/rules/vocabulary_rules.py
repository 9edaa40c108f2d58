"""The rules R0-R8 that the vocabulary's tables must obey, one function each.

A function gives the lines of what is wrong: rule, file and line, why, and the fix. The lines hold no cell
of the tables. R0 is the shape that the other rules stand on; R1-R8 are the vocabulary's own.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations, pairwise

from gateway.canonical.terms import UNKNOWN, Equivalence
from gateway.rules.vocabulary_tables import (
    OWN_LIST,
    OWN_URIS,
    Concept,
    MapRow,
    SourceList,
    Tables,
    fastest,
    normal,
    slower,
    slowest,
)

ORDERED_AXIS = "urgentie"
"""The one axis whose concepts run from fast to slow."""

CONFIRMED = "vastgesteld"
"""The status of what people of the field have confirmed."""

_STATUSES = ("concept", "onbevestigd", CONFIRMED)
_LONG_ENQUIRY = dt.timedelta(weeks=10)
_HOUR_SCALE = dt.timedelta(hours=4)
_CODE_LENGTH, _TEXT_LENGTH, _STORY_LENGTH = 35, 200, 1000


def problems(tables: Tables) -> list[str]:
    """Every problem of every rule, in the order of the rules."""
    return [line for rule in RULES for line in rule(tables)]


def well_formed(tables: Tables) -> Iterator[str]:
    """R0: codes and texts fit the contract, closed lists hold, targets exist, dates are dates."""
    known = tables.by_code()
    for concept in tables.concepts:
        if not _fits(concept):
            yield _line("R0", concept.at, "a code or text is empty or longer than the contract", "fill or shorten it")
        if concept.strekking not in {"", "gevaar", "gerust"} or concept.status not in _STATUSES:
            yield _line("R0", concept.at, "strekking or status is not in its list", "use gevaar, gerust or nothing")
    for row in tables.rows:
        if (row.target_system or row.target_code) and (row.target_system, row.target_code) not in known:
            yield _line("R0", row.at, "the target is no concept of this vocabulary", "use a code of concepts.csv")
        if row.equivalence not in set(Equivalence):
            yield _line("R0", row.at, "the equivalence is not in the list", f"use one of {', '.join(Equivalence)}")
        if row.gevaar not in {"", "ja"} or row.status not in _STATUSES or not row.source.strip():
            yield _line("R0", row.at, "gevaar, status or source is wrong", "gevaar: ja or nothing; name the source")
        if not _dated(row):
            yield _line("R0", row.at, "the validity is no period", "use YYYY-MM-DD, the first day not after the last")
    for word in tables.danger_words:
        if len(word.word.strip()) < 3 or not word.reason.strip():
            yield _line("R0", word.at, "a danger word is too short or has no reason", "use three letters or more")


def never_slower(tables: Tables) -> Iterator[str]:
    """R1: a concept's limit is not slower than the source's own; a reassuring one needs ten weeks or more.

    A clock is right itself, and belongs to a word of a map: a lost clock would silence this rule.
    """
    yield from _ordered(tables)
    known, clocks = tables.by_code(), {}
    words = {row.key for row in tables.rows}
    for clock in tables.clocks:
        key = (clock.source_system, normal(clock.source_code))
        if key not in words or key in clocks:
            yield _line("R1", clock.at, "the clock is not of one word of a map", "give each mapped word one clock")
        if clock.limit and not _grammatical(clock.limit):
            yield _line("R1", clock.at, "the limit is not a limit", "use an ISO 8601 duration, nWD or -")
        elif clock.limit:
            clocks[key] = clock.limit
    for row in tables.rows:
        concept = known.get((row.target_system, row.target_code))
        if row.key in clocks and concept is not None and _too_slow(concept, clocks[row.key]):
            yield _line("R1", row.at, "the concept is slower than the source's own clock", "choose a faster concept")


def explained(tables: Tables) -> Iterator[str]:
    """R2: what is narrower, inexact or unmatched says why in its note."""
    for row in tables.rows:
        if row.equivalence in {"narrower", "inexact", "unmatched"} and not row.note.strip():
            yield _line("R2", row.at, "the degree has no note", "say in the note what is lost or unsure")


def one_row_per_key(tables: Tables) -> Iterator[str]:
    """R3: at any day a word of a list has one row per axis, and an unmatched word no other; concepts are unique."""
    by_key: dict[tuple[str, str], list[MapRow]] = {}
    for row in tables.rows:
        by_key.setdefault(row.key, []).append(row)
        if row.source_system in {"", OWN_LIST} or len(row.source_system) > _CODE_LENGTH:
            yield _line("R3", row.at, "the list has no name of its own", f"name it; {OWN_LIST} is ours")
    for rows in by_key.values():
        for first, second in combinations(filter(_dated, rows), 2):
            if _same_axis(first, second) and _overlap(first, second):
                yield _line("R3", second.at, f"the same word is valid at {first.at}", "end one before the other begins")
    seen: set[tuple[str, str]] = set()
    for concept in tables.concepts:
        if (concept.axis, concept.code) in seen:
            yield _line("R3", concept.at, "the concept is there twice", "remove one")
        seen.add((concept.axis, concept.code))


def listed(tables: Tables) -> Iterator[str]:
    """R3: every list of a map has one row of its own, with titles, and a URI that is no other list's."""
    mapped = {row.source_system for row in tables.rows} | {OWN_LIST}
    names: set[str] = set()
    uris: set[str] = set()
    for one in tables.lists:
        if one.source_system not in mapped or one.source_system in names:
            yield _line("R3", one.at, "the list has no map, or is there twice", "give each map's list one row")
        if one.uri in uris or not _is_uri(one.uri) or one.uri.startswith(OWN_URIS) != (one.uri == _own_uri(one)):
            yield _line("R3", one.at, "the URI is none, or stands for another list", f"use {OWN_URIS}<list>")
        if not all(0 < len(title.strip()) <= _TEXT_LENGTH for title in (one.title_nl, one.title_en)):
            yield _line("R3", one.at, "a title is empty or longer than the contract", "fill or shorten it")
        names.add(one.source_system)
        uris.add(one.uri)
    for name in sorted(mapped - names):
        at = next((row.at for row in tables.rows if row.source_system == name), "lists.csv")
        yield _line("R3", at, "the list has no row in lists.csv", "add its URI and titles")


def no_reassurance(tables: Tables) -> Iterator[str]:
    """R4: no word falls back to safe or regular, and what is due within four hours counts as danger."""
    known = tables.by_code()
    for row in tables.rows:
        concept = known.get((row.target_system, row.target_code))
        exact = row.equivalence in {"equal", "equivalent"}
        if normal(row.source_code) in {"", "*"}:
            yield _line("R4", row.at, "a row for every or for no word is a default", "name the word")
        if concept is not None and concept.strekking == "gerust" and not exact:
            yield _line("R4", row.at, "a word that is not quite the same reassures", "make it unmatched")
    for concept in tables.concepts:
        limit = concept.response_time
        if concept.strekking != "gevaar" and _grammatical(limit) and slowest(limit) <= _HOUR_SCALE:
            yield _line("R4", concept.at, "due within four hours and no danger", "set strekking to gevaar")


def danger_is_kept(below: Collection[tuple[str, str]], rows: Collection[MapRow], tables: Tables) -> Iterator[str]:
    """R4 of an overlay: a word that means danger below, still means danger in each row that covers it."""
    for row in rows:
        if row.key in below and not dangerous(row, tables.by_code()):
            yield _line("R4", row.at, "the row takes the advice to phone off a word", "set gevaar to ja")


def asked_back(tables: Tables) -> Iterator[str]:
    """R5: `unmatched` has no target, all else has one, and every axis has a concept to choose.

    `onbekend` is a target only for a word that itself says unknown: any other word must be asked about.
    """
    for row in tables.rows:
        if (row.equivalence == "unmatched") == bool(row.target_system or row.target_code):
            yield _line(
                "R5", row.at, "unmatched with a target, or a match without", "leave it to the question, or name it"
            )
        if row.target_code == UNKNOWN and row.equivalence not in {"equal", "equivalent"}:
            yield _line("R5", row.at, f"{UNKNOWN} as an inexact target asks nothing", "make the row unmatched")
    for axis, concepts in _axes(tables).items():
        if all(concept.code == UNKNOWN for concept in concepts):
            yield _line("R5", concepts[0].at, f"axis {axis} has nothing to choose", "add a concept")


def travel_class(tables: Tables) -> Iterator[str]:
    """R6: every concept has a travel class and a keep class with a reason, and only what is kept may travel."""
    for concept in tables.concepts:
        if concept.travel not in {"index", "match", "never"} or concept.keep not in {"gateway", "no"}:
            yield _line("R6", concept.at, "no travel or keep class", "travel: index, match, never; keep: gateway, no")
        elif concept.travel != "never" and concept.keep == "no":
            yield _line("R6", concept.at, "it may travel but is not kept", "set travel to never")
        if not concept.reason.strip():
            yield _line("R6", concept.at, "the classes have no reason", "give the reason")


def told_apart(tables: Tables) -> Iterator[str]:
    """R7: the sender's own word comes back, so no two words of a list read the same and none has outer spaces."""
    spelt: dict[tuple[str, str], str] = {}
    for row in tables.rows:
        if spelt.setdefault(row.key, row.source_code) != row.source_code or row.source_code.strip() != row.source_code:
            yield _line("R7", row.at, "the word differs from another only in capitals or spaces", "spell it one way")
    for concept in tables.concepts:
        if normal(concept.code) != concept.code:
            yield _line("R7", concept.at, "the code has capitals or outer spaces", "write it small")


def unknown_exists(tables: Tables) -> Iterator[str]:
    """R8: every axis has `onbekend`, without limit or tenor, so that no word need ever be refused."""
    for axis, concepts in _axes(tables).items():
        unknown = [concept for concept in concepts if concept.code == UNKNOWN]
        if not unknown:
            yield _line("R8", concepts[0].at, f"axis {axis} has no {UNKNOWN}", f"add {UNKNOWN}")
        elif unknown[0].response_time != "-" or unknown[0].strekking:
            yield _line("R8", unknown[0].at, f"{UNKNOWN} says something", "give it no limit and no strekking")


RULES: tuple[Callable[[Tables], Iterator[str]], ...] = (
    *(well_formed, never_slower, explained, one_row_per_key, listed, no_reassurance),
    *(asked_back, travel_class, told_apart, unknown_exists),
)


def dangerous(row: MapRow, known: dict[tuple[str, str], Concept]) -> bool:
    """Whether a word with this row gets the advice to phone: by its own mark, or by its concept."""
    concept = known.get((row.target_system, row.target_code))
    return row.gevaar == "ja" or (concept is not None and concept.strekking == "gevaar")


def unconfirmed(tables: Tables) -> Iterator[str]:
    """Where a concept or a row stands that means danger and that nobody of the field has confirmed."""
    for concept in tables.concepts:
        if concept.strekking == "gevaar" and concept.status != CONFIRMED:
            yield concept.at
    yield from unconfirmed_rows(tables.rows, tables)


def unconfirmed_rows(rows: Iterable[MapRow], tables: Tables) -> Iterator[str]:
    """As `unconfirmed`, of rows over these tables."""
    known = tables.by_code()
    return (row.at for row in rows if row.status != CONFIRMED and dangerous(row, known))


def _ordered(tables: Tables) -> Iterator[str]:
    limited = [concept for concept in tables.concepts if _grammatical(concept.response_time)]
    for concept in tables.concepts:
        if concept not in limited:
            yield _line("R1", concept.at, "the response time is not a limit", "use an ISO 8601 duration, nWD or -")
    for fast, slow in pairwise(concept for concept in limited if concept.axis == ORDERED_AXIS):
        if slowest(fast.response_time) > slowest(slow.response_time):
            yield _line("R1", slow.at, f"axis {ORDERED_AXIS} does not run from fast to slow", "order it by limit")


def _too_slow(concept: Concept, source: str) -> bool:
    if not _grammatical(concept.response_time):
        return False
    if concept.response_time != "-":
        return slower(concept.response_time, source)
    return concept.strekking == "gerust" and fastest(source) < _LONG_ENQUIRY


def _grammatical(limit: str) -> bool:
    try:
        slowest(limit)
    except ValueError:
        return False
    return True


def _dated(row: MapRow) -> bool:
    try:
        first, last = row.period
    except ValueError:
        return False
    return first <= last


def _same_axis(first: MapRow, second: MapRow) -> bool:
    axes = {first.target_system, second.target_system}
    return len(axes) == 1 or "" in axes


def _overlap(first: MapRow, second: MapRow) -> bool:
    (a, b), (c, d) = first.period, second.period
    return a <= d and c <= b


def _is_uri(text: str) -> bool:
    return text.partition(":")[0] in {"http", "https", "urn"} and not any(letter.isspace() for letter in text)


def _own_uri(one: SourceList) -> str:
    return OWN_URIS + one.source_system


def _fits(concept: Concept) -> bool:
    codes = all(0 < len(text) <= _CODE_LENGTH for text in (concept.axis, concept.code))
    displays = all(0 < len(text.strip()) <= _TEXT_LENGTH for text in (concept.display_nl, concept.display_en))
    return codes and displays and 0 < len(concept.definition_nl.strip()) <= _STORY_LENGTH


def _axes(tables: Tables) -> dict[str, list[Concept]]:
    axes: dict[str, list[Concept]] = {}
    for concept in tables.concepts:
        axes.setdefault(concept.axis, []).append(concept)
    return axes


def _line(rule: str, at: str, why: str, fix: str) -> str:
    return f"{rule} {at}: {why}; {fix}"
