"""Workbooks as they are made by hand, and what is no workbook for us."""

from tests.hostile.spoiled.case import USUAL, Spoiled, no, ok, row
from tests.hostile.workbook import DAY, MOMENT, Raw, packed, rows, workbook

NAMES = list(USUAL)
NA = Raw('<c r="REF" t="e"><v>#N/A</v></c>')


def cells(number: int, **changes: object) -> list[object]:
    return [changes.get(name, text) for name, text in zip(NAMES, row(number), strict=True)]


def book(*lines: list[object]) -> bytes:
    return workbook(rows([NAMES, *lines]))


HIDDEN = ' state="hidden"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)

SHEETS = (
    Spoiled("a sheet of texts", book(cells(1), cells(2)), (ok(2), ok(3)), encoding=""),
    Spoiled(
        "numbers where the source has texts: a BSN as 999990019.0",
        book(cells(1, bsn=999990019.0), cells(2, bsn=12345672)),
        (ok(2), ok(3, "VIX-1015 4 bsn")),
        encoding="",
    ),
    Spoiled(
        "days and moments as cells of a date",
        book(
            cells(1, geboortedatum=(41765, DAY), datum_tijd_melding=(46347.415277777778, MOMENT)),
            cells(2, informatieplicht_datum=(46346, DAY), datum_tijd_melding=(46347, DAY)),
        ),
        (ok(2), ok(3)),
        encoding="",
    ),
    Spoiled(
        "a day as a bare number", book(cells(1, geboortedatum=41765)), (no(2, "VIX-1202 6 geboortedatum"),), encoding=""
    ),
    Spoiled(
        "truth as a cell",
        book(cells(1, redelijk_vermoeden=True), cells(2, redelijk_vermoeden=False)),
        (ok(2), no(3, "VIX-1305 12 redelijk_vermoeden")),
        encoding="",
    ),
    Spoiled(
        "an error where a name should be",
        book(cells(1, familienaam=NA), cells(2)),
        (no(2, "VIX-1013 5 familienaam"), ok(3)),
        encoding="",
    ),
    Spoiled(
        "an error in a field that may be empty",
        book(cells(1, urgentie=NA)),
        (no(2, "VIX-1013 15 urgentie"),),
        encoding="",
    ),
    Spoiled(
        "a key of more than fifteen figures has lost its last",
        book(cells(1, bron_signaal_id=1234567890123456789)),
        (no(2, "VIX-1013 2 bron_signaal_id"),),
        encoding="",
    ),
    Spoiled(
        "the first sheet hidden",
        workbook(rows([["verborgen"]]), rows([NAMES, cells(1)]), states=(HIDDEN,)),
        (ok(2),),
        encoding="",
    ),
    Spoiled(
        "a sheet that begins at C4, under a title",
        workbook(rows([["", "", "Signalen 2026"], [], ["", "", *NAMES], ["", "", *cells(1)]], first=2)),
        (ok(5),),
        remarks=("VIX-1017", "VIX-1014", "VIX-1014"),
        encoding="",
    ),
    Spoiled("empty rows between and below", book(cells(1), [], cells(2), [], [" "]), (ok(2), ok(4)), encoding=""),
    Spoiled(
        "formatting without text down to the last row",
        workbook(rows([NAMES, cells(1)]) + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        (ok(2),),
        encoding="",
    ),
    Spoiled(
        "a total below the rows of a sheet",
        book(cells(1), ["Totaal", 1]),
        (
            ok(2),
            no(
                3,
                "VIX-1103 - jeugdige",
                "VIX-1304 - melder",
                "VIX-1106 3 soort",
                "VIX-1106 8 professional_id",
                "VIX-1106 9 melder_naam",
                "VIX-1106 11 datum_tijd_melding",
            ),
        ),
        encoding="",
    ),
    Spoiled("an old workbook (.xls)", OLE, refused=("VIX-1021",)),
    Spoiled("a workbook behind a password", OLE + "EncryptedPackage".encode("utf-16-le"), refused=("VIX-1020",)),
    Spoiled(
        "a Word document", packed({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"}), refused=("VIX-1005",)
    ),
    Spoiled("a workbook cut off", book(cells(1))[:-40], refused=("VIX-1005",)),
    Spoiled(
        "one lone cell in the last corner",
        workbook(rows([NAMES, cells(1)]) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        refused=("VIX-1016",),
    ),
    Spoiled("a sheet without a header", workbook(rows([cells(1)])), refused=("VIX-1006",)),
)
