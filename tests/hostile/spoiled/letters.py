"""Letters: what happens to them between a source system and us."""

from tests.hostile.spoiled.case import Spoiled, file, no, ok, row, text

NAMED = [row(1, familienaam="Kanariëvogel"), row(2)]
BOTH = (ok(2), ok(3))

LETTERS = (
    Spoiled("UTF-8, as every modern export", file(*NAMED), BOTH),
    Spoiled("UTF-8 with a BOM, as Excel's 'CSV UTF-8'", b"\xef\xbb\xbf" + file(*NAMED), BOTH),
    Spoiled("Windows-1252, as Excel's plain 'CSV'", text(NAMED).encode("cp1252"), BOTH, encoding="windows-1252"),
    Spoiled(
        "UTF-16 little endian, as Excel's 'Unicode text'",
        b"\xff\xfe" + text(NAMED, delimiter="\t").encode("utf-16-le"),
        BOTH,
        encoding="utf-16",
    ),
    Spoiled(
        "UTF-16 big endian, as an old mainframe's bridge",
        b"\xfe\xff" + text(NAMED).encode("utf-16-be"),
        BOTH,
        encoding="utf-16",
    ),
    Spoiled("UTF-16 without a BOM is no text to us", text(NAMED).encode("utf-16-le"), refused=("VIX-1006",)),
    Spoiled(
        "two exports of different years put together: UTF-8, then Windows-1252",
        file(NAMED[0]) + text([row(2, familienaam="Kanariëtte")], header=row(3)).encode("cp1252"),
        (ok(2), ok(3), ok(4)),
        encoding="gemengd",
    ),
    Spoiled(
        "Windows-1252 with the euro sign and curly quotes",
        text([row(1, melder_naam="Kanarie’s juf")]).encode("cp1252"),
        (ok(2),),
        encoding="windows-1252",
    ),
    Spoiled(
        "a line from a DOS program: a byte that is a letter in no encoding",
        file(row(1))
        + text([], header=row(2, familienaam="Kanari@vogel")).encode().replace(b"@", b"\x81")
        + text([], header=row(3)).encode(),
        (ok(2), no(3, "VIX-1011"), ok(4)),
    ),
    Spoiled(
        "each of the five bytes that Windows-1252 does not have",
        file(*[row(n, familienaam="Kanarie@") for n in range(5)]).replace(b"@", b"%c") % (0x81, 0x8D, 0x8F, 0x90, 0x9D),
        tuple(no(n, "VIX-1011") for n in range(2, 7)),
    ),
    Spoiled(
        "a NUL in a cell, as of a fixed-width database field",
        file(row(1), row(2, familienaam="Kanarie\0\0"), row(3)),
        (ok(2), no(3, "VIX-1011"), ok(4)),
    ),
    Spoiled(
        "read as Windows-1252 and saved as UTF-8: KanariÃ«vogel",
        file(row(1, familienaam="KanariÃ«vogel"), row(2)),
        (no(2, "VIX-1012 5 familienaam"), ok(3)),
    ),
    Spoiled("the same done twice", file(row(1, familienaam="KanariÃƒÂ«vogel")), (no(2, "VIX-1012 5 familienaam"),)),
    Spoiled(
        "a letter that was given up: U+FFFD",
        file(row(1, melder_naam="Kanarie\ufffdpiet")),
        (no(2, "VIX-1012 9 melder_naam"),),
    ),
    Spoiled(
        "a letter that was given up: a question mark",
        file(row(1, familienaam="Kanari?vogel")),
        (no(2, "VIX-1012 5 familienaam"),),
    ),
    Spoiled(
        "names with every letter that Dutch names have",
        file(
            row(1, familienaam="Çelik-Šimůnek Ðuričić Łoś ñ ø å ß ĳ"),
            row(2, familienaam="'t Hooft"),
            row(3, familienaam="D’Artagnan"),
            row(4, familienaam="ZOË’S"),
            row(5, familienaam="Ågård"),
        ),
        tuple(ok(n) for n in range(2, 7)),
    ),
    Spoiled(
        "letters of other scripts",
        file(row(1, familienaam="Иванов"), row(2, familienaam="محمد"), row(3, familienaam="陈")),
        (ok(2), ok(3), ok(4)),
    ),
    Spoiled(
        "a direction mark, as pasted from a web page",
        file(row(1, familienaam="Kanarie\u202evogel")),
        (no(2, "VIX-1105 5 familienaam"),),
    ),
    Spoiled(
        "non-breaking spaces round the cells, as copied from a mail",
        file(row(1, familienaam="\u00a0Kanarievogel\u00a0", bsn="\u00a0999990019")),
        (ok(2),),
    ),
)
