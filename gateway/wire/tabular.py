"""Tables as organisations export them: records out of delimited text, and safe delimited text out.

What the columns mean is an adapter's. A record is given with the number of its first physical line; what cannot be
read is a `Broken` in its place, and the next line is read as if nothing had happened.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Protocol

from gateway.errors import Misconfigured
from gateway.wire.lines import LONGEST, Broken, Line, from_stream

DELIMITERS = (";", ",", "\t", "|")
COLUMNS = 200
CELL = 10_000
"""The most characters in one cell."""
SAMPLE = 50
"""How many lines after the header tell how many cells a row has in this file."""
SPAN = 20
"""Over how many physical lines one record may go."""
HEAD = 20
"""Within how many lines the header stands; what exporters print above it is a title."""

Record = tuple[int, list[str] | Broken]
Score = Callable[[list[str]], int]
"""How many cells of a line are headers; 0 when the line is no header."""


class Table(Protocol):
    """A table while it is read: first its header, then its records."""

    kind: str
    above: list[int]
    """The lines above the header that have text: a title, mostly."""
    width: int
    """How many cells a row has in this file, once its header was read."""

    @property
    def encoding(self) -> str:
        """How its text was written, so far; empty where that has no meaning."""
        ...

    @property
    def delimiter(self) -> str:
        """What stands between its cells; empty where that has no meaning."""
        ...

    def header(self, score: Score) -> tuple[int, list[str]] | None:
        """The first line that is a header, with its number; None when there is none."""
        ...

    def __iter__(self) -> Iterator[Record]:
        """The records after the header; those without any text are no records."""
        ...


class Csv:
    """Delimited text."""

    kind = "csv"

    def __init__(self, stream: BinaryIO, first: bytes = b"") -> None:
        self._source = from_stream(stream, first)
        self._chunks = iter(self._source)
        self._lines: list[Line] = []
        self._at = 0
        self._before = 1
        """The number of the first line that is held."""
        self._header = 0
        self.width = 0
        self._delimiter = ""
        self.above: list[int] = []

    @property
    def encoding(self) -> str:
        """How the lines so far were written."""
        return self._source.encoding

    @property
    def delimiter(self) -> str:
        """The one under which the header was recognised."""
        return self._delimiter

    def header(self, score: Score) -> tuple[int, list[str]] | None:
        """The first line that is a header under some delimiter: the one that makes most of it known.

        Excel's `sep=;` on the first line leaves no choice.
        """
        candidates: tuple[str, ...] = DELIMITERS
        for at in range(HEAD):
            if not self._holds(at):
                return None
            line = self._lines[at]
            if isinstance(line, str) and at == 0 and (said := _SEPARATOR.fullmatch(line)):
                candidates = (said[1],)
                continue
            found = [self._under(delimiter, at, score) for delimiter in candidates]
            points, cells, used, delimiter = max(found, key=lambda each: each[0])
            if points:
                self._delimiter, self._header, self._at = delimiter, len(cells), at + used
                self.width = self._usual(len(cells))
                return self._before + at, cells
            if isinstance(line, Broken) or line.strip(_WHITE):
                self.above.append(self._before + at)
        return None

    def __iter__(self) -> Iterator[Record]:
        delimiter, blank = self._delimiter, f"{self._delimiter}{_WHITE}"
        while self._at < len(self._lines) or self._next():
            lines, at = self._lines, self._at
            while at < len(lines):
                line, number = lines[at], self._before + at
                if isinstance(line, str) and '"' not in line and len(line) <= CELL:
                    at += 1
                    if line.strip(blank):
                        cells = line.split(delimiter)
                        yield number, cells if len(cells) <= COLUMNS else Broken.LENGTH
                    continue
                record, used = self._record(at, delimiter)
                at += used
                if record is not None:
                    yield number, record
            self._at = at

    def _usual(self, header: int) -> int:
        """As many cells as most of the first rows have, two at least; else as the header.

        Many exports end each row with a delimiter and the header without, or the reverse. One row alone does not tell
        that: it may as well be shifted by a delimiter in one of its cells.
        """
        self.width, counts, at = header, Counter[int](), self._at
        while at < self._at + SAMPLE and self._holds(at):
            record, used = self._record(at, self._delimiter)
            at += used
            if isinstance(record, list):
                counts[len(record)] += 1
        usual, times = counts.most_common(1)[0] if counts else (header, 0)
        return usual if times >= 2 and 2 * times > counts.total() else header

    def _under(self, delimiter: str, at: int, score: Score) -> tuple[int, list[str], int, str]:
        record, used = self._record(at, delimiter)
        return (score(record), record, used, delimiter) if isinstance(record, list) else (0, [], 1, delimiter)

    def _record(self, at: int, delimiter: str) -> tuple[list[str] | Broken | None, int]:
        """The record that begins at a line, and how many lines it takes; None for a line without text."""
        line = self._lines[at]
        if isinstance(line, Broken):
            return line, 1
        if len(line) > LONGEST:
            return Broken.LENGTH, 1
        if not line.strip(f'{delimiter}{_WHITE}"'):
            return None, 1
        cells, used = self._quoted(at, delimiter) if '"' in line else (line.split(delimiter), 1)
        if cells is None:
            return Broken.QUOTE, 1
        if len(cells) > COLUMNS or any(len(cell) > CELL for cell in cells):
            return Broken.LENGTH, used
        return cells, used

    def _quoted(self, at: int, delimiter: str) -> tuple[list[str] | None, int]:
        """A record with quotes in it. One that is open at the end of its line goes on, but never over a row.

        A record over several lines that has swallowed rows holds, within its cells, as many delimiters as those rows
        had. Then its quote was never meant to be closed there: only its first line is spoiled.
        """
        used = 0

        def lines() -> Iterator[str]:
            nonlocal used
            size = 0
            while used < SPAN and self._holds(at + used):
                line = self._lines[at + used]
                if isinstance(line, Broken) or (size := size + len(line)) > LONGEST:
                    return
                used += 1
                yield f"{line}\n"

        try:
            cells = next(csv.reader(lines(), delimiter=delimiter, strict=True))
        except csv.Error:
            return None, 1
        if used > 1 and self._header:
            swallowed = sum(cell.count(delimiter) for cell in cells if "\n" in cell)
            if len(cells) != self.width or swallowed >= max(self._header - 1, 1):
                return None, 1
        return cells, used

    def _holds(self, at: int) -> bool:
        """Whether the line at a position of what is held exists; reads on for it."""
        while at >= len(self._lines):
            more = next(self._chunks, None)
            if more is None:
                return False
            self._lines.extend(more)
        return True

    def _next(self) -> bool:
        """Let go of the lines that were read, and hold the next."""
        self._before += len(self._lines)
        self._lines, self._at = next(self._chunks, []), 0
        return bool(self._lines)


_SEPARATOR = re.compile(r'"?sep=([;,\t|])"?', re.IGNORECASE)
_WHITE = " \t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2007\u202f\ufeff"

_QUOTES = r""""'\u2018\u2019\u201c\u201d\ufeff"""
_FORMULA = re.compile(rf"[\s{_QUOTES}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[ \u00a0{_QUOTES}]*[\t\r\n]")
_SPECIAL = re.compile(r"""[;,|"\t\r\n]|^\s|\s$""")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def table(content: bytes, *, source: str) -> tuple[frozenset[str], list[tuple[int, dict[str, str]]]]:
    """An operator's own table (CSV, `;`, UTF-8): its columns, and its rows with their line; Misconfigured otherwise."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";", strict=True, restval="")
        listed = [(rows.line_num, {name: text.strip() for name, text in row.items() if name}) for row in rows]
    except (UnicodeDecodeError, csv.Error):
        raise Misconfigured(f"{source}: is not CSV in UTF-8 with `;`; save it so") from None
    return frozenset(rows.fieldnames or ()), listed


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be gets an apostrophe before it.

    Also behind white space or quotes, and in the full-width forms, which Excel reads as the others.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def written(cells: Iterable[str]) -> bytes:
    """A line of delimited text, UTF-8, `;`, CRLF; every cell is safe, and quoted where it must be."""
    return (";".join(map(_cell, cells)) + "\r\n").encode("utf-8", "replace")


def _cell(text: str) -> str:
    text = _UNWRITABLE.sub("\ufffd", safe(text))
    if _SPECIAL.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
