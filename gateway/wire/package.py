"""Whether a ZIP package of XML parts may be opened: counted to the byte before any library sees it.

A package says of itself how large it is; that is not believed. Every part is inflated here, a block at a time and kept
nowhere, with its checksum; every XML part goes through a parser that stops at a document type.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MEMBERS = 1_000
UNPACKED = 200_000_000
"""Bytes, of all parts together."""

COUNTED = 2_000_000
"""The most that a part may say it has of anything."""
ERRORS = 100_000
"""Cells with an error in one sheet."""

_BLOCK = 1 << 16
_HOME = "xl/"
_END = 22
_XML = (".xml", ".rels", ".vml")


class Unreadable(Exception):
    """A file that is not opened. `reason`: package, size, password, legacy, markup or extent."""

    def __init__(self, reason: str, limit: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit


@dataclass(slots=True)
class Extent:
    """How far the cells of one sheet go, and where its errors are. A cell counts once it holds something."""

    rows: int = 0
    columns: int = 0
    errors: set[tuple[int, int]] = field(default_factory=set)
    """Row and column of cells whose value is an error (`#N/A`): a reader may give them as if they were empty."""


def sheets(data: bytes) -> list[Extent]:
    """Go through every part of a workbook; gives the extents of its sheets in their order. Raises Unreadable."""
    if data[-_END : -_END + 4] != b"PK\x05\x06" or data[-2:] != b"\0\0" or data.count(b"PK\x01\x02") > MEMBERS:
        raise Unreadable("package")
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError, EOFError):
        raise Unreadable("package") from None
    names = {member.filename.lower() for member in members}
    if len(names) != len(members):
        raise Unreadable("package")
    left, parts = UNPACKED, {}
    for member in members:
        name = member.filename.lower()
        part = _Part() if name.endswith(_XML) else None
        left -= _through(data, member, left, part)
        if part is not None:
            parts[name] = part
    return _in_order(parts)


def _through(data: bytes, member: zipfile.ZipInfo, left: int, part: "_Part | None") -> int:
    """Inflate one member, at most as far as `left`, and show it to its part; gives its real size."""
    if member.flag_bits & 1:
        raise Unreadable("password")
    size = crc = 0
    for block in _inflated(data, member):
        size += len(block)
        crc = zlib.crc32(block, crc)
        if size > left:
            raise Unreadable("size", f"{UNPACKED // 1_000_000} MB uitgepakt")
        if part is not None:
            part.feed(block)
    if size != member.file_size or crc != member.CRC:
        raise Unreadable("package")
    if part is not None:
        part.feed(b"", last=True)
    return size


def _in_order(parts: "Mapping[str, _Part]") -> list[Extent]:
    """The sheets as the workbook numbers them."""
    try:
        book, relations = parts[f"{_HOME}workbook.xml"], parts[f"{_HOME}_rels/workbook.xml.rels"]
        targets = (relations.targets[name].lower() for name in book.sheets)
        paths = [target[1:] if target.startswith("/") else f"{_HOME}{target}" for target in targets]
        return [parts[path].extent for path in paths]
    except KeyError:
        raise Unreadable("package") from None


def _inflated(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What is really in a member, whatever it says of its size."""
    head = data[member.header_offset : member.header_offset + 30]
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise Unreadable("package")
    start = member.header_offset + 30 + sum(struct.unpack("<HH", head[26:]))
    packed = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _BLOCK]) for at in range(0, len(packed), _BLOCK))
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("package")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _BLOCK):
            rest = bytes(packed[at : at + _BLOCK])
            while rest and not inflate.eof:
                yield inflate.decompress(rest, _BLOCK)
                rest = inflate.unconsumed_tail
        while more := inflate.decompress(inflate.unconsumed_tail, _BLOCK):
            yield more
    except zlib.error:
        raise Unreadable("package") from None
    if not inflate.eof:
        raise Unreadable("package")


class _Part:
    """One XML part, looked at and not kept: the cells of a worksheet are located, the sheets of a workbook named."""

    def __init__(self) -> None:
        self.extent = Extent()
        self.sheets: list[str] = []
        self.targets: dict[str, str] = {}
        self._row = self._column = self._at = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _no_doctype
        self._parser.StartElementHandler = self._root

    def feed(self, block: bytes, last: bool = False) -> None:
        """Look at the next bytes."""
        try:
            self._parser.Parse(block, last)
        except (expat.ExpatError, ValueError):
            raise Unreadable("markup") from None

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        _counted(attributes)
        match name.rpartition(":")[2]:
            case "worksheet":
                self._parser.StartElementHandler = self._cell
            case "sst":
                self._parser.StartElementHandler = None
            case _:
                self._parser.StartElementHandler = self._element

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        _counted(attributes)
        match name.rpartition(":")[2]:
            case "sheet":
                self.sheets += [value for key, value in attributes.items() if key.endswith(":id")]
            case "Relationship":
                self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _cell(self, name: str, attributes: dict[str, str]) -> None:
        """Follow the elements of a worksheet as its readers do: a place that is not told is the next."""
        match name.rpartition(":")[2]:
            case "row":
                self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
                self._column = 0
            case "c":
                self._column, self._at = self._column + 1, self._row
                if "r" in attributes:
                    self._column, self._at = place(attributes["r"])
                if attributes.get("t") == "e":
                    self._error()
            case "v" | "is" | "f":
                self.extent.rows = max(self.extent.rows, self._at)
                self.extent.columns = max(self.extent.columns, self._column)
            case _:
                _counted(attributes)

    def _error(self) -> None:
        if len(self.extent.errors) >= ERRORS:
            raise Unreadable("extent", f"{ERRORS} cellen met een fout")
        self.extent.errors.add((self._at, self._column))


def _no_doctype(*_: object) -> None:
    raise Unreadable("markup")


def _counted(attributes: Mapping[str, str]) -> None:
    """Readers make room for as many as a part says it has, before they have seen one."""
    for name in ("count", "uniqueCount"):
        told = attributes.get(name, "0")
        if not (told.isascii() and told.isdigit() and len(told) <= 9 and int(told) <= COUNTED):
            raise Unreadable("markup")


def place(reference: str) -> tuple[int, int]:
    """Column and row of a reference such as `XFD1048576`; raises Unreadable."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
        if not "A" <= letter.upper() <= "Z" or column > 16_384:
            raise Unreadable("markup")
    if not column:
        raise Unreadable("markup")
    return column, _number(reference[len(letters) :])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Unreadable("markup")
    return int(text)
