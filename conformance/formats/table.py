"""A table as the contract `csv-1` has it: rows of cells as text in a file, or as a workbook; and back."""

import csv
import io
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from conformance.formats.pinned import contract
from conformance.values import Message, at, text

BOM = "\ufeff"
Row = dict[str, str]


@cache
def layout() -> Any:
    """The pinned contract."""
    return tomllib.loads(contract("csv-1.toml").decode())


def row(op: str, message: Message, extra: Sequence[Any] = ()) -> Row:
    """A message as one row: header -> cell, in the order of the contract."""
    found: Row = {"actie": layout()["acties"][op]}
    for column, path in layout()["kolommen"].items():
        if said := at(message, path):
            found[column] = text(said[0])
    found.setdefault("revisie", "1")
    for one in message.get("aanduidingen", []):
        found[one["as"]] = one["woord"]
    for one in message.get("keuzes", []):
        found |= {one["as"]: one["woord"], f"{one['as']}_begrip": one["begrip"]}
    return found | {one["naam"]: one["tekst"] for one in extra}


def headers(rows: Sequence[Row]) -> list[str]:
    """The columns of some rows together."""
    return list(dict.fromkeys(name for one in rows for name in one))


def cells(rows: Sequence[Row], names: Sequence[str] = ()) -> list[list[str]]:
    """A header and the rows below it."""
    columns = list(names) or headers(rows)
    return [columns, *([one.get(name, "") for name in columns] for one in rows)]


def written(lines: Sequence[Sequence[str]], delimiter: str = ";") -> str:
    """Lines of cells as text, quoted where that is needed."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def read(body: bytes, delimiter: str = ";") -> list[list[str]]:
    """The lines of a file in UTF-8; a BOM is no part of it. Raises ValueError."""
    try:
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError("a cell that is too long") from error


def workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """Lines of cells as an .xlsx with one sheet of texts."""
    rows = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(one)}</t></is></c>' for one in line)
        + "</row>"
        for number, line in enumerate(lines, start=1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in _PACKAGE.items():
            made.writestr(name, _HEAD + content)
        made.writestr(
            "xl/worksheets/sheet1.xml", f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return out.getvalue()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PKG}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PKG}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PKG}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


Lines = list[list[str]]
_SYNONYMS = {
    "bsn": "Burgerservicenummer", "familienaam": "ACHTERNAAM", "geboortedatum": "Geb. datum",
    "bron_signaal_id": "Signaal-kenmerk", "melder_telefoon": "Telefoon melder",
}  # fmt: skip
SHAPES: dict[str, Callable[[Lines], Lines]] = {
    "andere-volgorde": lambda lines: [line[::-1] for line in lines],
    "andere-namen": lambda lines: [[_SYNONYMS.get(one, one) for one in lines[0]], *lines[1:]],
    "titel": lambda lines: [["Export van de toets"], [], *lines],
    "laat-kop": lambda lines: [*[[f"Regel {number}"] for number in range(1, 19)], *lines],
    "lege-regels": lambda lines: [lines[0], [""] * len(lines[0]), *lines[1:], [""] * len(lines[0])],
    "kop-weer": lambda lines: [*lines, lines[0]],
    "voettekst": lambda lines: [*lines, [f"Totaal: {len(lines) - 1}", *[""] * (len(lines[0]) - 1)]],
    "verschoven": lambda lines: [lines[0], [*lines[1][:3], "", *lines[1][3:]]],
    "lege-laatste": lambda lines: [[*line, ""] for line in lines],
    "vreemde-kolom": lambda lines: [[*lines[0], "Kleur fiets"], *[[*line, "blauw"] for line in lines[1:]]],
    "dubbele-kolom": lambda lines: [[*line, line[lines[0].index("soort")]] for line in lines],
    "zonder-kop": lambda lines: lines[1:],
}
"""Ways in which the lines of a file differ from the plain form."""
