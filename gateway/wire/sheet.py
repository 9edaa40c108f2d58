"""The first visible sheet of an XLSX workbook, as a table of texts.

The file is held in memory whole, within its limit, and `package` counts it before the library that reads it opens it.
A cell becomes the text a person would have typed: no `.0` behind a whole number, days and moments in ISO.
"""

import datetime as dt
import io
from collections.abc import Iterator, Set
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gateway.wire.lines import Broken
from gateway.wire.package import Extent, Unreadable, sheets
from gateway.wire.tabular import CELL, COLUMNS, HEAD, Record, Score

PACKED = 20_000_000
"""Bytes of the file itself."""
CELLS = 2_000_000
"""Rows times columns, up to the last that hold anything: a library may make room for all of them."""

PACKAGE = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE2 file begins: a workbook of before 2007, or one behind a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

ERROR = "#N/A"
"""What stands for a cell whose value is an error, whichever error it is."""
_PRECISE = 10**15
"""Excel keeps fifteen digits; a longer number has lost its last."""


class Sheet:
    """A sheet that was opened."""

    kind = "xlsx"
    encoding = ""
    delimiter = ""

    def __init__(self, sheet: CalamineSheet, errors: Set[tuple[int, int]]) -> None:
        self.above: list[int] = []
        self.width = 0
        self._errors = errors
        self._reach = max((column for _, column in errors), default=0)
        self._left = sheet.start[1] if sheet.start else 0
        self._rows = enumerate(sheet.iter_rows(), 1)

    def header(self, score: Score) -> tuple[int, list[str]] | None:
        """The first row that is a header."""
        for number, cells in self:
            if number > HEAD:
                break
            if isinstance(cells, list) and score(cells):
                self.width = len(cells)
                return number, cells
            self.above.append(number)
        return None

    def __iter__(self) -> Iterator[Record]:
        margin = [""] * self._left
        for number, row in self._rows:
            cells = margin + [text(cell) for cell in row]
            if self._errors:
                cells += [""] * (self._reach - len(cells))
                cells = [ERROR if (number, at) in self._errors else cell for at, cell in enumerate(cells, 1)]
            if any(cell and not cell.isspace() for cell in cells):
                yield number, Broken.LENGTH if any(len(cell) > CELL for cell in cells) else cells


def load(stream: BinaryIO, first: bytes) -> Sheet:
    """Open a workbook of which `first` was read already. Raises Unreadable."""
    held = [first]
    size = len(first)
    while block := stream.read(1 << 16):
        size += len(block)
        if size > PACKED:
            raise Unreadable("size", f"{PACKED // 1_000_000} MB")
        held.append(block)
    data = b"".join(held)
    if data.startswith(COMPOUND):
        raise Unreadable("password" if _ENCRYPTED in data else "legacy")
    extents = sheets(data)
    for extent in extents:
        if extent.columns > COLUMNS or extent.rows * extent.columns > CELLS:
            raise Unreadable("extent", f"{COLUMNS} kolommen, {CELLS // 1_000_000} miljoen cellen")
    return _opened(data, extents)


def _opened(data: bytes, extents: list[Extent]) -> Sheet:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, (sheet, extent) in enumerate(zip(book.sheets_metadata, extents, strict=True)):
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                return Sheet(book.get_sheet_by_index(number), extent.errors)
    except (CalamineError, ValueError, OSError):
        raise Unreadable("package") from None
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # the library's own, which is no Exception
            raise
        raise Unreadable("package") from None
    raise Unreadable("package")


def text(cell: Any) -> str:
    """A cell as a person would have typed it."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < _PRECISE:
            return str(int(cell))
        case float():
            return f"{cell:.14E}" if abs(cell) >= _PRECISE else repr(cell)
        case dt.datetime():
            return _second(cell).isoformat()
        case _:
            return str(cell)


def _second(moment: dt.datetime) -> dt.datetime:
    """To the second it was meant to be: a sheet keeps a moment as a fraction of a day."""
    if moment.year == dt.MAXYEAR:
        return moment
    return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
