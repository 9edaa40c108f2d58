"""The header of a file: which columns are fields, which are not read, and what is wrong with it as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gateway.adapters.senders.csvfile.layout import CODED, DRAFTED, Kind, Layout, Target, plain
from gateway.adapters.senders.csvfile.mend import Mend, for_one_file
from gateway.canonical.finding import Ernst, Finding
from gateway.errors import SenderError

ANCHORS = frozenset({"bron_signaal_id", "bron_systeem", "match_id", "bsn", "geboortedatum", "familienaam"})
"""A line is a header when it names at least one of these, and another."""
_FEWEST = 2
MOST_REMARKS = 100


class Column(NamedTuple):
    """A column that is read: where it stands, what it is, and what is made of its cells."""

    at: int
    name: str
    """Of the field or, for a word, of the axis."""
    place: str
    """What follows the line in a place: `, kolom 3 (bsn)`."""
    mend: Mend | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of one file says."""

    cells: tuple[str, ...]
    width: int
    """How many cells a row has; more may only be empty."""
    own: tuple[Column, ...]
    """Fields of a signal itself."""
    rest: tuple[Column, ...]
    """Fields beside it: who asks, what is asked, registrations."""
    words: tuple[Column, ...]
    concepts: tuple[Column, ...]
    forbidden: tuple[Column, ...]
    places: Mapping[str, str]
    """Field -> what follows the line in its place."""
    remarks: tuple[Finding, ...]

    @property
    def named(self) -> dict[str, str]:
        """Field -> the sender's own header, in the order of the file."""
        columns = sorted((*self.own, *self.rest))
        return {column.name: self.cells[column.at].strip() for column in columns}


class Recognition:
    """Knows headers by a layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def score(self, cells: list[str]) -> int:
        """How many cells are known headers; 0 when the line is no header."""
        known = [target for cell in cells if (target := self._layout.target(cell)) is not None]
        fields = {target.name for target in known if target.kind is Kind.FIELD}
        return len(known) if len(fields) >= _FEWEST and fields & ANCHORS else 0

    def read(self, line: int, cells: list[str]) -> Header:
        """What a header line says. Raises SenderError with every column that is there twice."""
        cells = _until_last(cells)
        targets = [self._layout.target(cell) for cell in cells]
        twice = list(_twice(line, targets))
        if twice:
            raise SenderError(*twice)
        found = [(index, target) for index, target in enumerate(targets) if target is not None]
        fields = tuple(self._column(index, target) for index, target in found if target.kind is Kind.FIELD)
        return Header(
            cells=tuple(cells),
            width=len(cells),
            own=tuple(column for column in fields if column.name in DRAFTED),
            rest=tuple(column for column in fields if column.name not in DRAFTED),
            words=tuple(self._column(index, target) for index, target in found if target.kind is Kind.AXIS),
            concepts=tuple(self._column(index, target) for index, target in found if target.kind is Kind.CONCEPT),
            forbidden=tuple(
                Column(index, "", f", kolom {index + 1}") for index, target in found if target.kind is Kind.FORBIDDEN
            ),
            places={column.name: column.place for column in fields} | {"choices": " (begrip)"},
            remarks=tuple(self._remarks(line, targets)),
        )

    def _column(self, index: int, target: Target) -> Column:
        if target.kind is Kind.CONCEPT:
            return Column(index, target.name, f", kolom {index + 1} ({target.name}_begrip)")
        place = f", kolom {index + 1} ({target.name})"
        if target.kind is Kind.AXIS:
            return Column(index, target.name, place)
        mend = self._layout.code(target.name) if target.name in CODED else for_one_file(target.name)
        return Column(index, target.name, place, mend)

    def _remarks(self, line: int, targets: list[Target | None]) -> Iterator[Finding]:
        """Columns that are not read. Their headers are not told: where a header is missing, they are data."""
        for index, target in enumerate(targets):
            at = f"regel {line}, kolom {index + 1}"
            if target is None:
                yield Finding(code="VIX-1014", at=at, ernst=Ernst.WAARSCHUWING)
            elif target.kind is Kind.FORBIDDEN:
                yield Finding(code="VIX-1003", at=at, ernst=Ernst.WAARSCHUWING)


def same(header: Header, cells: list[str]) -> bool:
    """Whether a line says the header again."""
    return [plain(cell) for cell in _until_last(cells)] == [plain(cell) for cell in header.cells]


def _until_last(cells: list[str]) -> list[str]:
    """Without what stands empty behind the last header: many exports end every line with a delimiter."""
    last = max((index for index, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:last]


def _twice(line: int, targets: list[Target | None]) -> Iterator[Finding]:
    """Two columns for one field: nobody can say which is meant. An axis may have several, one per word."""
    seen = set()
    for index, target in enumerate(targets):
        if target is None or target.kind not in (Kind.FIELD, Kind.CONCEPT):
            continue
        if target in seen:
            yield Finding(code="VIX-1009", at=f"regel {line}, kolom {index + 1} ({target.name})")
        seen.add(target)
