"""What a file may say in its own way: each cell to the one way the contract writes it, or left as it is.

Only what spreadsheets and exports are known to do, and only where it can mean one thing; admission judges the rest. A
repair that guesses something that is gone (a leading zero) is noted; damage that admission cannot see is a fault here.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from gateway.canonical.finding import Ernst
from gateway.clock import AMSTERDAM

ZEROS, DAMAGED, CALCULATED = "VIX-1015", "VIX-1012", "VIX-1013"


class Noted(NamedTuple):
    """A cell with something to be said of it."""

    text: str
    code: str
    ernst: Ernst = Ernst.FOUT


Mend = Callable[[str], str | Noted]
"""Of a trimmed text that is not empty."""

GUARDS = "='#"
"""How a cell begins that `unguarded` must look at first."""
_QUOTED = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"'(?=[0-9+\-=@])")
_ERRORS = re.compile(
    r"#+|#(n/[ab]|(verw|ref|waarde|value|getal|num|leeg|null|overloop|spill|bereken|calc|veld|field|geblokkeerd|blocked)!"
    r"|(deel|div)/0!|(naam|name)\?)",
    re.IGNORECASE,
)


def unguarded(text: str) -> str | Noted:
    """Without what a spreadsheet puts around a text to keep it one; an error in the place of a value is a fault.

    An apostrophe belongs to names ('t, 's): it is a guard only before a figure or a sign.
    """
    if _ERRORS.fullmatch(text):
        return Noted(text, CALCULATED)
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1].strip()
    return text[1:].strip() if _APOSTROPHE.match(text) else text


_SPACED = re.compile(r"[ .\u00a0\u202f]")


def number(text: str) -> str | Noted:
    """A BSN or education number: nine figures, however grouped; with seven or eight its zeros were lost."""
    if not (text.isascii() and text.isdigit()):
        figures = _SPACED.sub("", text)
        return figures if len(figures) == 9 and figures.isascii() and figures.isdigit() else text
    return Noted(text.zfill(9), ZEROS, Ernst.WAARSCHUWING) if len(text) in (7, 8) else text


def municipality(text: str) -> str | Noted:
    """A municipality's code has four figures; the first are often zeros (Groningen is 0014)."""
    lost = text.isascii() and text.isdigit() and len(text) in (2, 3)
    return Noted(text.zfill(4), ZEROS, Ernst.WAARSCHUWING) if lost else text


def telephone(text: str) -> str | Noted:
    """No Dutch number has nine figures without a zero or a country: its zero was lost, and it reaches nobody."""
    lost = len(text) == 9 and text.isascii() and text.isdigit() and text[0] != "0"
    return Noted(text, ZEROS) if lost else text


_POSTCODE = re.compile(r"([1-9][0-9]{3})[ \u00a0]?([A-Za-z]{2})")


def postcode(text: str) -> str:
    """`1234 ab` is 1234AB."""
    found = _POSTCODE.fullmatch(text)
    return f"{found[1]}{found[2].upper()}" if found else text


_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018"
    "\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00e2\u20ac|\u00ef\u00bb\u00bf|\ufffd"
)
"""UTF-8 that was read as Windows-1252 somewhere before it came here, or a letter that was given up."""


def name(text: str) -> str | Noted:
    """A name is passed on letter by letter, so one with damaged letters finds nobody; a question mark is one too."""
    if text.isascii():
        return Noted(text, DAMAGED) if "?" in text else text
    return Noted(text, DAMAGED) if "?" in text or _MOJIBAKE.search(text) else text


_SCIENTIFIC = re.compile(r"-?[0-9]+([.,][0-9]+)?[Ee]\+[0-9]{1,3}")


def key(text: str) -> str | Noted:
    """A key that a spreadsheet made into a number has lost figures: two signals could get one key."""
    return Noted(text, CALCULATED) if "+" in text and _SCIENTIFIC.fullmatch(text) else text


_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?\Z")
_DUTCH = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def day(text: str) -> str:
    """A day; the Dutch order is day, month, year, and nothing else is tried."""
    if len(text) == 10 and text[4] == "-":
        return text
    parts = _parts(_MIDNIGHT.sub("", text) if ":" in text else text)
    if parts is None or not (1 <= parts[1] <= 12 and 1 <= parts[2] <= 31):
        return text
    year, month, date = parts
    return f"{year:04}-{month:02}-{date:02}"


def birth_day(text: str) -> str:
    """As a day, but the register writes noughts for a day or a month that nobody knows."""
    if len(text) == 10 and text[4] == "-" and text[5:7] != "00" and text[8:] != "00":
        return text
    parts = _parts(_MIDNIGHT.sub("", text) if ":" in text else text)
    if parts is None:
        return text
    match parts:
        case (year, month, date) if 1 <= month <= 12 and 1 <= date <= 31:
            return f"{year:04}-{month:02}-{date:02}"
        case (year, month, 0) if year and 1 <= month <= 12:
            return f"{year:04}-{month:02}"
        case (year, 0, 0) if year:
            return f"{year:04}"
    return text


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day, as they are written."""
    if dutch := _DUTCH.fullmatch(text):
        return int(dutch[4]), int(dutch[3]), int(dutch[1])
    found = _COMPACT.fullmatch(text) or _ISO.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9])(\.[0-9]+)?)?(?: ?uur)?")


def moment(text: str) -> str:
    """A moment on the clock in the Netherlands; a day alone is its first.

    An hour that did not exist or was there twice stays as it is: nobody can say which was meant.
    """
    if text[-1] == "Z" or (len(text) > 19 and text[-6] in "+-"):
        return text
    date, _, time = text.partition(" " if " " in text else "T")
    parts = _parts(date)
    clock = _CLOCK.fullmatch(time.strip() or "0:00")
    if parts is None or clock is None:
        return text
    hour, minute, second, fraction = clock.groups()
    offset = _offset(*parts, int(hour))
    if offset is None:
        return text
    year, month, day = parts
    return f"{year:04}-{month:02}-{day:02}T{int(hour):02}:{minute}:{second or '00'}{fraction or ''}{offset}"


@lru_cache(4096)
def _offset(year: int, month: int, day: int, hour: int) -> str | None:
    """How far ahead the Dutch clock was in an hour; None for one that is not, or is not one."""
    try:
        local = dt.datetime(year, month, day, hour, tzinfo=AMSTERDAM)
        first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    except (ValueError, OverflowError):
        return None
    if first != second or first is None:
        return None
    minutes, seconds = divmod(int(first.total_seconds()), 60)
    return None if seconds else f"+{minutes // 60:02}:{minutes % 60:02}"


MENDS: dict[str, Mend] = {
    "organisatie": key,
    "bron_signaal_id": key,
    "bsn": number,
    "onderwijsnummer": number,
    "familienaam": name,
    "voorvoegsel": name,
    "voornamen": name,
    "geboortedatum": birth_day,
    "postcode": postcode,
    "gemeente_code": municipality,
    "professional_id": key,
    "melder_naam": name,
    "melder_functie": name,
    "melder_telefoon": telephone,
    "uzi": key,
    "big": key,
    "agb": key,
    "skj": key,
    "coordinator_naam": name,
    "coordinator_telefoon": telephone,
    "datum_tijd_melding": moment,
    "verwijderdatum": day,
    "informatieplicht_datum": day,
    "toestemming_gegeven_op": day,
    "toestemming_bewijs_referentie": key,
    "datum_einde": day,
    "stand": key,
    "herzien_op": day,
    "match_id": key,
}
"""Field -> what is made of its cell; a field with codes has those of its layout, another is left as it stands."""


def for_one_file(name: str) -> Mend | None:
    """What is made of the cells of a field in one file. The same days come back in it, and are forgotten with it."""
    mend = MENDS.get(name)
    return mend if mend is None or mend not in (day, birth_day, moment) else lru_cache(4096)(mend)
