"""A file with many signals, as CSV or XLSX: rows in, results and matches out. Contract `csv-1`, in `docs/csv.md`.

Streams and values only. `layout` says which header is which field, `header` reads the first line, `mend` what a cell
may say in its own way, `read` the rows, `write` the way back. What the signals mean is admission's.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import BinaryIO, Self

from gateway.adapters.senders.csvfile.header import Recognition
from gateway.adapters.senders.csvfile.layout import FIELDS, Kind, Layout, plain
from gateway.adapters.senders.csvfile.read import CONTRACT, Rows
from gateway.adapters.senders.csvfile.write import Writer
from gateway.canonical.batch import FileFacts, ReadFile, RowResult
from gateway.canonical.finding import Finding
from gateway.canonical.order import Expiring
from gateway.canonical.receipt import MatchPage
from gateway.canonical.signal import Signal
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire import sheet
from gateway.wire.lines import BLOCK
from gateway.wire.package import Unreadable
from gateway.wire.tabular import Csv, Table

STANDARD = "standaard"
UNREADABLE = {
    "package": "VIX-1005",
    "markup": "VIX-1005",
    "size": "VIX-1016",
    "extent": "VIX-1016",
    "password": "VIX-1020",
    "legacy": "VIX-1021",
}
"""Why a workbook is not opened -> its code."""


@dataclass(frozen=True, slots=True, repr=False)
class CsvSender:
    """The adapter of files, for one layout; make it with `load`."""

    layout: Layout
    writer: Writer

    @classmethod
    def load(
        cls,
        texts: FindingTexts,
        layout: Layout,
        *,
        choices_display: Callable[[str, str], str],
    ) -> Self:
        """`choices_display` gives a concept of an axis its words."""
        return cls(layout, Writer(texts=texts, display=choices_display))

    def rows(self, stream: BinaryIO) -> ReadFile:
        """Read a file as far as its header. Its rows follow while they are asked for; none is left out.

        Raises SenderError when the file cannot be read or no header is found; then nothing of it was given.
        """
        table = _table(stream)
        found = table.header(Recognition(self.layout).score)
        if found is None:
            raise SenderError(Finding(code="VIX-1006"))
        return Rows(table, *found, self.layout)

    def results(self, facts: FileFacts, lines: Iterable[RowResult]) -> Iterator[bytes]:
        """The result of a file, a line for each of its rows, in the sender's own terms."""
        return self.writer.results(facts, lines)

    def matches(self, page: MatchPage, expires: dt.date) -> bytes:
        """Matches as a file that is not kept after `expires`."""
        return self.writer.matches(page, expires)

    def expiring(self, order: Expiring) -> bytes:
        """That an own signal will end, as a file."""
        return self.writer.expiring(order)

    def proposal(self, signals: Iterable[Signal]) -> Iterator[bytes]:
        """Signals that a whole list no longer names."""
        return self.writer.proposal(signals)


def layouts(axes: Iterable[str]) -> dict[str, Layout]:
    """The layouts that ship with the gateway, by name."""
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in (files("gateway.mappings") / "csv").iterdir()
        if entry.name.endswith(".toml")
    }
    standard = Layout.load(texts.pop(STANDARD), axes=axes)
    return {STANDARD: standard} | {name: Layout.load(text, standard) for name, text in sorted(texts.items())}


def columns(layout: Layout) -> dict[str, tuple[str, ...]]:
    """Column -> the other headers by which a layout knows it, without case, spaces and punctuation."""
    known: dict[str, list[str]] = {name: [] for name in FIELDS}
    for header, target in layout.headers.items():
        if target.kind is Kind.FIELD and header != plain(target.name):
            known[target.name].append(header)
    return {name: tuple(headers) for name, headers in known.items()}


def fields() -> dict[str, str]:
    """Field of the dictionary -> its column in a file."""
    beside = {"uzi", "big", "agb", "skj", "actie"}
    return {name: name for name in FIELDS if name not in beside} | {
        "registraties": "uzi, big, agb, skj",
        "terms": "<as>",
        "choices": "<as>, <as>_begrip",
    }


def _table(stream: BinaryIO) -> Table:
    first = b""
    while len(first) < len(sheet.COMPOUND) and (block := stream.read(BLOCK)):
        first += block
    if not first.startswith((sheet.PACKAGE, sheet.COMPOUND)):
        return Csv(stream, first)
    try:
        return sheet.load(stream, first)
    except Unreadable as closed:
        raise SenderError(Finding(code=UNREADABLE[closed.reason], limit=closed.limit)) from None


__all__ = ["CONTRACT", "STANDARD", "CsvSender", "Layout", "columns", "fields", "layouts"]
