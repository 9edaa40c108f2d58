"""Workbooks for tests, made of their parts: what a spreadsheet would write, and what none would."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet {MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/><xf numFmtId="49"/></cellXfs></styleSheet>'
)
DAY, MOMENT = 1, 2
"""Styles of a cell."""


class Raw(str):
    """A cell as XML."""


def cell(value: object, reference: str) -> str:
    match value:
        case Raw():
            return value.replace("REF", reference)
        case bool():
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        case (number, style):
            return f'<c r="{reference}" s="{style}"><v>{number}</v></c>'
        case int() | float():
            return f'<c r="{reference}"><v>{value!r}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def rows(table: Sequence[Sequence[object]], first: int = 1) -> str:
    """Rows of a sheet; an empty text is no cell."""
    lines = []
    for number, line in enumerate(table, first):
        cells = "".join(cell(value, f"{letters(at)}{number}") for at, value in enumerate(line, 1) if value != "")
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines)


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def workbook(
    *sheets: str, states: Sequence[str] = (), more: Mapping[str, str | bytes] | None = None, head: str = ""
) -> bytes:
    """A package with these sheets (their rows, as XML) and these further or other parts."""
    names = [f"sheet{number}" for number in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{state}/>'
        for number, (name, state) in enumerate(zip(names, [*states, *[""] * len(names)], strict=False), 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/{name}.xml"/>'
        for number, name in enumerate(names, 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}'
            f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="t" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}/>",
    }
    for name, sheet in zip(names, sheets, strict=True):
        parts[f"xl/worksheets/{name}.xml"] = f"{head}<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>"
    return packed({**parts, **(more or {})})


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A package of parts, deflated."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()
