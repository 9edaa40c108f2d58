"""A school's file of any length: invented children with the columns a pupil administration has. The same every time."""

from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    "actie", "bron_systeem", "bron_signaal_id", "revisie", "soort", "bsn", "familienaam", "voorvoegsel", "voornamen",
    "geboortedatum", "geslacht", "postcode", "huisnummer", "professional_id", "melder_naam", "melder_functie",
    "melder_telefoon", "melder_email", "datum_tijd_melding", "verwijderdatum", "redelijk_vermoeden",
    "informatieplicht_wie", "informatieplicht_datum", "urgentie",
)  # fmt: skip
FAMILY = ("Fictief", "Verzonnen", "Voorbeeld", "Proef", "Bedacht", "Testman", "Denkbeeld", "Schijn")
GIVEN = ("Anna", "Bram", "Chaima", "Daan", "Emre", "Fleur", "Gijs", "Hala", "Ilse", "Jayden")
WORDS = ("", "", "", "spoed", "niet spoed", "binnen een week")


def lines(count: int, first: int = 0) -> Iterator[str]:
    """So many rows without the header; a child has its own name and birth date, and no number of a real person."""
    for number in range(first, first + count):
        day = 1 + number % 28
        month = 1 + number // 28 % 12
        year = 2012 + number // 336 % 4
        letters = f"{number:07d}".translate(_LETTERS)
        yield ";".join(
            (
                "afgeven", "leerlingadministratie", f"L{number:09d}", "1", "SIGNAAL", "",
                f"{FAMILY[number % 8]}{letters}", "", GIVEN[number % 10], f"{day:02d}-{month:02d}-{year}",
                "MV"[number % 2], f"{1000 + number % 8999} AB", str(1 + number % 200), f"ib-{number % 40}",
                f"I. Fictief {number % 40}", "intern begeleider", "030-1234567", f"ib{number % 40}@voorbeeld.nl",
                "20-11-2026 10:30", "20-11-2027", "ja", "beiden", "20-11-2026", WORDS[number % 6],
            )
        )  # fmt: skip


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def write(path: Path, count: int) -> None:
    """Write a whole file."""
    with path.open("w", encoding="utf-8", newline="") as to:
        to.write(";".join(COLUMNS) + "\r\n")
        for line in lines(count):
            to.write(line + "\r\n")
