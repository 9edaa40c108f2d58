"""Lines: where they end, what is between their cells, and quotes."""

from tests.hostile.spoiled.case import USUAL, Spoiled, file, no, ok, row, text

TWO = (ok(2), ok(3))
HEADER = ";".join(USUAL)
LONG = "k" * 70_000

LINES = (
    Spoiled("LF, as a script writes", file(row(1), row(2), end="\n"), TWO),
    Spoiled("lone CR, as an old Mac", file(row(1), row(2), end="\r"), TWO),
    Spoiled(
        "CRLF, CR and LF in one file",
        text([row(1)]).encode()
        + text([], header=row(2), end="\r").encode()
        + text([], header=row(3), end="\n").encode()
        + text([], header=row(4)).encode(),
        (ok(2), ok(3), ok(4), ok(5)),
    ),
    Spoiled("no end after the last line", file(row(1), row(2)).removesuffix(b"\r\n"), TWO),
    Spoiled(
        "cut off in the midst of a row, as a broken download", file(row(1), row(2))[:-60], (ok(2), no(3, "VIX-1019"))
    ),
    Spoiled("commas, as an American program", file(row(1), row(2), delimiter=","), TWO),
    Spoiled("tabs", file(row(1), row(2), delimiter="\t"), TWO),
    Spoiled("pipes", file(row(1), row(2), delimiter="|"), TWO),
    Spoiled("sep=; on the first line, as Excel wants it", b"sep=;\r\n" + file(row(1)), (ok(3),), remarks=()),
    Spoiled(
        "sep=, obeyed although the cells have semicolons",
        b"sep=,\n" + file(row(1, familienaam="Kanarie;vogel"), delimiter=","),
        (ok(3),),
    ),
    Spoiled(
        "every cell in quotes",
        file(*[[f'"{cell}"' for cell in line] for line in (row(1), row(2))], header=[f'"{name}"' for name in USUAL]),
        TWO,
    ),
    Spoiled("quotes within a cell, doubled", file(row(1, familienaam='"Kanarie ""van"" Vogel"')), (ok(2),)),
    Spoiled("a quote within an unquoted cell", file(row(1, familienaam='Kanarie 5"'), row(2)), TWO),
    Spoiled(
        "quotes within a quoted cell, not doubled",
        file(row(1, familienaam='"Kanarie "van" Vogel"'), row(2)),
        (no(2, "VIX-1010"), ok(3)),
    ),
    Spoiled("a delimiter within quotes", file(row(1, familienaam='"Kanarie; Vogel"')), (ok(2),)),
    Spoiled(
        "a delimiter without quotes shifts the row",
        file(row(1, familienaam="Kanarie; Vogel"), row(2)),
        (no(2, "VIX-1019"), ok(3)),
    ),
    Spoiled(
        "a line end within a name is no name",
        file(row(1, familienaam='"Kanarie\r\nvogel"'), row(2)),
        (no(2, "VIX-1105 5 familienaam"), ok(4)),
    ),
    Spoiled(
        "a line end within a column that is not read",
        file([*row(1), '"straat 1\nstad"'], [*row(2), "x"], header=[*USUAL, "woonplaats"]),
        (ok(2), ok(4)),
    ),
    Spoiled(
        "a quote that is never closed",
        file(row(1, familienaam='"Kanarie'), row(2), row(3)),
        (no(2, "VIX-1010"), ok(3), ok(4)),
    ),
    Spoiled(
        "two of them, that would close each other",
        file(row(1, familienaam='"Kanarie'), row(2), row(3, familienaam='Kanarie"'), row(4)),
        (no(2, "VIX-1010"), ok(3), ok(4), ok(5)),
    ),
    Spoiled(
        "one in the last cell, closed in the last of the next row",
        file(row(1, urgentie='"x'), row(2, urgentie='y"'), row(3)),
        (no(2, "VIX-1010"), ok(3), ok(4)),
    ),
    Spoiled("an open quote on the last line", file(row(1), row(2, familienaam='"Kanarie')), (ok(2), no(3, "VIX-1010"))),
    Spoiled(
        "an open quote before many rows",
        file(row(0, familienaam='"Kanarie'), *[row(n) for n in range(1, 40)]),
        (no(2, "VIX-1010"), *[ok(n) for n in range(3, 42)]),
    ),
    Spoiled("blank lines between the rows", file(row(1), "", "   ", row(2), ""), (ok(2), ok(5))),
    Spoiled(
        "rows of delimiters below the data, as Excel leaves them",
        file(row(1), ";" * 14, ";" * 14, '"";"";""', "; ;\t;" + ";" * 11),
        (ok(2),),
    ),
    Spoiled("a delimiter after every row but not after the header", file(*[[*row(n), ""] for n in (1, 2)]), TWO),
    Spoiled(
        "the same habit, with a text behind the delimiter in one row and no delimiter in another",
        file([*row(1), ""], [*row(2), ""], [*row(3), "verhaal"], row(4), [*row(5), ""]),
        (ok(2), ok(3), no(4, "VIX-1019"), no(5, "VIX-1019"), ok(6)),
    ),
    Spoiled("a delimiter after the header but not after the rows", file(row(1), row(2), header=[*USUAL, "", ""]), TWO),
    Spoiled("trailing empty cells left out", file(row(1)[:-1], row(2)), (no(2, "VIX-1019"), ok(3))),
    Spoiled("a text behind the last column", file([*row(1), "verhaal"], row(2)), (no(2, "VIX-1019"), ok(3))),
    Spoiled("a total below the rows", file(row(1), "Totaal: 1"), (ok(2), no(3, "VIX-1019"))),
    Spoiled(
        "a total in the first cell of a whole row",
        file(row(1), ["Totaal: 1", *[""] * 14]),
        (
            ok(2),
            no(
                3,
                "VIX-1103 - jeugdige",
                "VIX-1304 - melder",
                "VIX-1106 2 bron_signaal_id",
                "VIX-1106 3 soort",
                "VIX-1106 8 professional_id",
                "VIX-1106 9 melder_naam",
                "VIX-1106 11 datum_tijd_melding",
            ),
        ),
    ),
    Spoiled(
        "a line of 70,000 characters", file(row(1), row(2, familienaam=LONG), row(3)), (ok(2), no(3, "VIX-1016"), ok(4))
    ),
    Spoiled(
        "a line of a million characters",
        file(row(1), row(2, familienaam=LONG * 15), row(3)),
        (ok(2), no(3, "VIX-1016"), ok(4)),
    ),
    Spoiled(
        "a cell of 10,001 characters",
        file([*row(1), "k" * 10_001], [*row(2), "k" * 10_000], header=[*USUAL, "woonplaats"]),
        (no(2, "VIX-1016"), ok(3)),
    ),
    Spoiled("a row of 250 cells", file([*row(1), *[""] * 235], row(2)), (no(2, "VIX-1016"), ok(3))),
    Spoiled(
        "a zip that is none: a text that begins with PK", b"PK\r\n" + file(row(1)), (ok(3),), remarks=("VIX-1017",)
    ),
)
