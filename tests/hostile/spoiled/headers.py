"""Headers: names of columns, columns nobody asked for, and headers in the midst of the rows."""

from tests.hostile.spoiled.case import USUAL, Spoiled, file, no, ok, row

NAMES = list(USUAL)
OTHER = {
    "bsn": "Burgerservicenummer", "familienaam": "ACHTERNAAM", "geboortedatum": "Geb. datum", "geslacht": "M/V",
    "melder_naam": "Naam melder", "melder_telefoon": "Tel. melder", "datum_tijd_melding": "Melddatum",
}  # fmt: skip
ORDERED = [NAMES[3], *NAMES[:3], *NAMES[4:]]


def swapped(number: int) -> list[str]:
    cells = row(number)
    return [cells[3], *cells[:3], *cells[4:]]


HEADERS = (
    Spoiled(
        "headers in the words of an exporter", file(row(1), header=[OTHER.get(name, name) for name in NAMES]), (ok(2),)
    ),
    Spoiled(
        "headers with spaces, accents, capitals and a line end",
        file(row(1), header=["Bron Systeem ", "BRON-SIGNAAL-ID", "Sóort", "B.S.N.", '"Familie\nnaam"', *NAMES[5:]]),
        (ok(3),),
    ),
    Spoiled("columns in another order", file(swapped(1), header=ORDERED), (ok(2),)),
    Spoiled("no header at all", file(row(2), header=row(1)), refused=("VIX-1006",)),
    Spoiled("an empty file", b"", refused=("VIX-1006",)),
    Spoiled("a file of blank lines", b"\r\n" * 50, refused=("VIX-1006",)),
    Spoiled("only a header", file(), ()),
    Spoiled(
        "a title and a date above the header, as a report has them",
        b"Overzicht signalen;;\r\nDatum: 21-11-2026\r\n\r\n" + file(row(1)),
        (ok(5),),
        remarks=("VIX-1017", "VIX-1017"),
    ),
    Spoiled(
        "the same column twice", file([*row(1), "999990020"], header=[*NAMES, "BSN leerling"]), refused=("VIX-1009",)
    ),
    Spoiled("two columns for one name", file([*row(1), "Vogel"], header=[*NAMES, "achternaam"]), refused=("VIX-1009",)),
    Spoiled("two words on one axis", file([*row(1, urgentie="spoed"), "zsm"], header=[*NAMES, "Urgentie"]), (ok(2),)),
    Spoiled(
        "a column nobody knows",
        file([*row(1), "blauw"], header=[*NAMES, "Kleur fiets"]),
        (ok(2),),
        remarks=("VIX-1014",),
    ),
    Spoiled(
        "a column without a name",
        file([*row(1)[:3], "x", *row(1)[3:]], header=[*NAMES[:3], "", *NAMES[3:]]),
        (ok(2),),
        remarks=("VIX-1014",),
    ),
    Spoiled(
        "a column for the reason, filled in one row",
        file([*row(1), ""], [*row(2), "kanarieverhaal"], header=[*NAMES, "Reden van melding"]),
        (ok(2), no(3, "VIX-1003 16")),
        remarks=("VIX-1003",),
    ),
    Spoiled(
        "columns for a story by many names",
        file(
            *[[*row(n), *["k" if n == at else "" for at in range(6)]] for n in range(6)],
            header=[*NAMES, "Toelichting", "opmerkingen", "AanmeldReden", "zorg", "Notitie_2", "Problematiek kind"],
        ),
        tuple(no(n + 2, f"VIX-1003 {16 + n}") for n in range(6)),
        remarks=("VIX-1003",) * 6,
    ),
    Spoiled(
        "the header again between the rows, as of exports put together",
        file(row(1), NAMES, row(2), "\ufeff" + ";".join(NAMES), row(3)),
        (ok(2), ok(4), ok(6)),
        remarks=("VIX-1017", "VIX-1017"),
    ),
    Spoiled(
        "another header between the rows: no row below it is read",
        file(row(1), ORDERED, swapped(2), swapped(3), NAMES, row(4)),
        (ok(2), no(3, "VIX-1018"), no(4, "VIX-1018"), no(5, "VIX-1018"), ok(7)),
        remarks=("VIX-1017",),
    ),
    Spoiled(
        "an action in every row",
        file(
            *[[*row(n), action, "2026-11-20"] for n, action in enumerate(("afgeven", "Nieuw", "heropenen", ""), 1)],
            header=[*NAMES, "actie", "einddatum"],
        ),
        (ok(2), ok(3), no(4, "VIX-1105 16 actie"), no(5, "VIX-1106 16 actie")),
    ),
    Spoiled(
        "no key of the source", file(row(1, bron_signaal_id=""), row(2)), (no(2, "VIX-1106 2 bron_signaal_id"), ok(3))
    ),
    Spoiled(
        "no column for the key of the source",
        file(row(1)[:1] + row(1)[2:], header=NAMES[:1] + NAMES[2:]),
        (no(2, "VIX-1106 - bron_signaal_id"),),
    ),
    Spoiled(
        "everything that is wrong in one row",
        file(
            row(
                1,
                bsn="12",
                familienaam="Kanari?",
                geboortedatum="31-2-2014",
                geslacht="x",
                soort="zorg",
                melder_telefoon="x",
                datum_tijd_melding="gisteren",
                redelijk_vermoeden="misschien",
                informatieplicht_wie="oma",
                urgentie="k" * 61,
            )
        ),
        (
            no(
                2,
                "VIX-1101 4 bsn",
                "VIX-1012 5 familienaam",
                "VIX-1202 6 geboortedatum",
                "VIX-1105 7 geslacht",
                "VIX-1105 3 soort",
                "VIX-1304 10 melder_telefoon",
                "VIX-1105 11 datum_tijd_melding",
                "VIX-1105 12 redelijk_vermoeden",
                "VIX-1105 13 informatieplicht_wie",
                "VIX-1105 15 urgentie",
            ),
        ),
    ),
)
