# ruff: noqa: E501  one case, one line
"""Workbooks: what is refused before the library that reads them sees a byte, and what a cell becomes."""

import datetime as dt
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from gateway.wire import package, sheet
from gateway.wire.package import Unreadable
from tests.hostile.workbook import MAIN, packed, rows, workbook


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """A bomb of three megabytes is as good as one of three hundred."""
    assert package.UNPACKED == 200_000_000
    with patch.object(package, "UNPACKED", 3_000_000):
        yield


ONE = rows([["kop"], ["x"]])
SST = "xl/sharedStrings.xml"


def table(content: bytes) -> list[tuple[int, object]]:
    return list(sheet.load(io.BytesIO(content), b""))


def refused(content: bytes) -> str:
    """Why it is refused; the library must never have been asked."""
    with patch.object(sheet, "CalamineWorkbook") as library, pytest.raises(Unreadable) as closed:
        table(content)
    library.from_filelike.assert_not_called()
    return closed.value.reason


def test_a_whole_workbook_is_read() -> None:
    assert table(workbook(ONE)) == [(1, ["kop"]), (2, ["x"])]


BOMBS = {
    "many megabytes of nothing": (workbook(ONE, more={"xl/media/a.bin": bytes(3_100_000)}), "size"),
    "a sheet of nothing": (workbook(f"{ONE}{' ' * 3_100_000}"), "size"),
    "a lone cell in the corner": (workbook(f'{ONE}<row r="9"><c r="XFD1048576"><v>1</v></c></row>'), "extent"),
    "a lone cell in single quotes": (workbook(f"{ONE}<row><c r='XFD9'><v>1</v></c></row>"), "extent"),
    "a reference in entities": (workbook(f'{ONE}<row><c r="&#88;FD9"><v>1</v></c></row>'), "extent"),
    "a far row whose cell says no place": (workbook(f'{ONE}<row r="1048576"><c r="GA1"/><c><v>1</v></c></row>'), "extent"),
    "a far row in another prefix": (
        workbook(ONE, more={"xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{MAIN[7:-1]}"><x:sheetData><x:row>'
        '<x:c r="XFD9"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'}), "extent"),
    "a place that is none": (workbook(f'{ONE}<row><c r="1A"><v>1</v></c></row>'), "markup"),
    "a place past the last column": (workbook(f'{ONE}<row><c r="AAAAAAA1"><v>1</v></c></row>'), "markup"),
    "a row past the last": (workbook(f'{ONE}<row r="99999999"><c><v>1</v></c></row>'), "markup"),
    "more strings than may be, so it says": (workbook(ONE, more={SST: f'<sst {MAIN} uniqueCount="4000000000"/>'}), "markup"),
    "the same behind noughts": (workbook(ONE, more={SST: f'<sst {MAIN} count="0000004000000000"/>'}), "markup"),
    "more styles than may be": (workbook(ONE, more={"xl/styles.xml": f'<styleSheet {MAIN}><cellXfs count="3000000"/></styleSheet>'}), "markup"),
    "a document type": (workbook(ONE, head="<!DOCTYPE worksheet>"), "markup"),
    "entities": (workbook(ONE, head='<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'), "markup"),
    "a document type in UTF-16": (workbook(ONE, more={SST: f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE sst><sst {MAIN}/>'.encode("utf-16")}), "markup"),
    "a file of outside": (workbook(ONE, more={SST: '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst/>'}), "markup"),
    "no XML": (workbook(ONE, more={SST: "kanarie"}), "markup"),
    "a thousand parts and one": (workbook(ONE, more={f"xl/media/{n}": "" for n in range(1001)}), "package"),
    "no workbook": (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "package"),
    "a sheet that is not there": (workbook(ONE, more={"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "package"),
    "bytes behind the end": (workbook(ONE) + b"x", "package"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_never_reaches_the_library(name: str) -> None:
    content, reason = BOMBS[name]
    tracemalloc.start()
    try:
        assert refused(content) == reason
        assert tracemalloc.get_traced_memory()[1] < 4 * len(content) + 2_000_000
    finally:
        tracemalloc.stop()


def test_a_part_that_lies_about_its_size_is_counted_all_the_same() -> None:
    """The directory says ten bytes, with their checksum; the stream holds three million."""
    content = bytearray(workbook(ONE, more={"xl/media/a.bin": bytes(3_100_000)}))
    at = content.rindex(b"xl/media/a.bin") - 46
    struct.pack_into("<I", content, at + 24, 10)
    struct.pack_into("<I", content, at + 16, zlib.crc32(bytes(10)))
    assert refused(bytes(content)) == "size"


@pytest.mark.parametrize("offset", [16, 20, 24, 42])
def test_a_directory_that_lies_is_no_package(offset: int) -> None:
    content = bytearray(workbook(ONE))
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", content, at + offset, 77)
    assert refused(bytes(content)) == "package"


def test_two_parts_of_one_name_are_no_package() -> None:
    content = workbook(ONE, more={"xl/styles.xmk": "<x/>"}).replace(b"styles.xmk", b"styles.xml")
    assert refused(content) == "package"


def test_a_part_behind_a_password_is_told_as_such() -> None:
    content = bytearray(workbook(ONE))
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[at + 8] |= 1
    assert refused(bytes(content)) == "password"


def test_a_packing_nobody_uses_is_no_package() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert refused(file.getvalue()) == "package"


def test_a_file_larger_than_may_be_is_not_held() -> None:
    class Long(io.RawIOBase):
        sent = 0

        def read(self, size: int = -1) -> bytes:
            self.sent += 65_536
            return b"PK\x03\x04".ljust(65_536, b"k")

    stream = Long()
    with pytest.raises(Unreadable, match="size"):
        sheet.load(stream, b"PK\x03\x04")  # type: ignore[arg-type]
    assert stream.sent < sheet.PACKED + 200_000


def test_more_errors_than_may_be_are_not_held() -> None:
    with patch.object(package, "ERRORS", 2):
        assert refused(workbook('<row><c t="e"/><c t="e"/><c t="e"/></row>')) == "extent"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (999900006.0, "999900006"),
        (-3.0, "-3"),
        (1.5, "1.5"),
        (1e15, "1.00000000000000E+15"),
        (True, "true"),
        (False, "false"),
        (dt.date(2014, 5, 6), "2014-05-06"),
        (dt.datetime(2026, 11, 21, 9, 57, 59, 999_997), "2026-11-21T09:58:00"),
        (dt.datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31T23:59:59.999999"),
        (dt.time(9, 5), "09:05:00"),
        (" x ", " x "),
    ],
    ids=str,
)
def test_a_cell_is_what_a_person_would_have_typed(cell: object, text: str) -> None:
    assert sheet.text(cell) == text


def test_what_the_library_cannot_read_is_no_package() -> None:
    with pytest.raises(Unreadable, match="package"):
        table(workbook('<row><c r="A1" t="s"><v>7</v></c></row>'))
    with pytest.raises(Unreadable, match="package"):
        table(workbook(ONE, states=(' state="hidden"',)))
