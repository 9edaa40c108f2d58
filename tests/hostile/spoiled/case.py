"""What a spoiled file is: its bytes, named after the habit that made it so, and what becomes of each of its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OK, NO = "aangenomen", "geweigerd"


@dataclass(frozen=True)
class Told:
    """What becomes of one row. A finding is `code column field`; `code column`, `code - field` or `code` name less."""

    line: int
    status: str
    codes: tuple[str, ...] = ()

    @property
    def findings(self) -> list[tuple[str, str]]:
        """Code and place."""
        return sorted(self._placed(*code.split(" ")) for code in self.codes)

    def _placed(self, code: str, column: str = "", field: str = "") -> tuple[str, str]:
        if not column:
            return code, f"regel {self.line}"
        if column == "indeling":
            return code, column
        where = f", kolom {column}" if column != "-" else ""
        return code, f"regel {self.line}{where}{f' ({field})' if field else ''}"


@dataclass(frozen=True)
class Spoiled:
    """A file. One that is refused whole has codes in `refused` and no rows."""

    name: str
    content: bytes
    rows: tuple[Told, ...] = ()
    refused: tuple[str, ...] = ()
    layout: str = "standaard"
    encoding: str = "utf-8"
    remarks: tuple[str, ...] = ()
    """Codes of the header's remarks."""


def ok(line: int, *codes: str) -> Told:
    return Told(line, OK, codes)


def no(line: int, *codes: str) -> Told:
    return Told(line, NO, codes)


USUAL: dict[str, str] = {
    "bron_systeem": "kanarielvs",
    "bron_signaal_id": "kan-{}",
    "soort": "SIGNAAL",
    "bsn": "999990019",
    "familienaam": "Kanarievogel",
    "geboortedatum": "2014-05-06",
    "geslacht": "V",
    "professional_id": "p-1",
    "melder_naam": "Kanariepiet",
    "melder_telefoon": "030-7654321",
    "datum_tijd_melding": "2026-11-21T09:58:00+01:00",
    "redelijk_vermoeden": "true",
    "informatieplicht_wie": "BEIDEN",
    "informatieplicht_datum": "2026-11-20",
    "urgentie": "",
}
"""The columns of every file that says no others, and an admissible row; `{}` is the row's number."""
WIDTH = len(USUAL)
LAST = list(USUAL.values())[-1]


def row(number: int, **changes: str) -> list[str]:
    """The cells of a row."""
    return [text.format(number) if "{}" in text else text for text in {**USUAL, **changes}.values()]


def text(
    rows: Iterable[Sequence[str] | str],
    header: Sequence[str] | str = tuple(USUAL),
    delimiter: str = ";",
    end: str = "\r\n",
) -> str:
    """A file, its cells as they are: nothing is quoted here."""
    lines = [header, *rows]
    return "".join((line if isinstance(line, str) else delimiter.join(line)) + end for line in lines)


def file(*rows: Sequence[str] | str, **how: str) -> bytes:
    """The same as bytes."""
    return text(rows, **how).encode()  # type: ignore[arg-type]
