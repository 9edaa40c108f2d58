"""A file as organisations export it, read by the contract `csv-1`: its header, and each row as a message.

What may differ from the plain form (order, names, delimiter, letters, dates) is read; what is wrong is said by its rule
and its column, without any value.
"""

import csv
import datetime as dt
import io
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from conformance.formats.pinned import contract
from conformance.formats.table import layout
from conformance.values import HERE, Message, put

DELIMITERS = (";", ",", "\t", "|")
HEAD = 20
"""Within how many lines the header stands."""
FIRST = "signaalAfgeven"
_DUTCH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(.*)")
_MOMENTS = frozenset({"datum_tijd_melding"})
_CODED = {
    "redelijk_vermoeden": "waarheid", "informatieplicht_uitgesteld": "waarheid", "geslacht": "geslacht",
    "soort": "soort", "informatieplicht_wie": "informatieplicht_wie", "contact": "contact",
    "regiehandeling": "regiehandeling",
}  # fmt: skip
_ALWAYS = ("bron_systeem", "bron_signaal_id")
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "signaalAfgeven": (
        ("soort",), ("bsn", "familienaam"), ("professional_id",), ("melder_naam",), ("datum_tijd_melding",),
    ),
    "signaalBeeindigen": (("datum_einde",),),
    "signaalVerlengen": (("verwijderdatum",),),
    "signaalOverdragen": (("professional_id",), ("melder_naam",)),
    "matchTerugkoppelen": (("match_id",), ("contact",)),
    "regieVastleggen": (("match_id",), ("regiehandeling",), ("stand",)),
}  # fmt: skip
"""Of each action what a row must say: one of each group."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a header names: a field, an axis, the concept of an axis, nothing that is read, or what may not be there."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """The rows of a file: each with its line and cells. `letters` says how it was written."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    letters: str
    delimiter: str


class Unreadable(Exception):
    """A file without a header, or whose letters cannot be read; the text says which."""


def opened(data: bytes) -> File:
    """The rows of a file; a title above the header, empty rows and the header again are none. Raises Unreadable."""
    letters, said = _letters(data)
    lines = said.splitlines()
    found = _header(lines)
    if found is None:
        raise Unreadable("geen kopregel met kolommen van het contract in de eerste twintig regels")
    at, delimiter = found
    reader = csv.reader(io.StringIO("\n".join(lines[at:]), newline=""), delimiter=delimiter)
    header = tuple(cell.strip() for cell in next(reader))
    rows, line = [], at + 1 + reader.line_num
    for cells in reader:
        if any(cell.strip() for cell in cells) and [_plain(one) for one in cells] != [_plain(one) for one in header]:
            rows.append((line, tuple(cells)))
        line = at + 1 + reader.line_num
    return File(header, tuple(rows), letters, delimiter)


def message(header: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, Message, list[str]]:
    """What a row asks, what it says, and how it breaks the contract."""
    columns = [column(one) for one in header]
    wrong = []
    width = len(cells) if any(cells[len(header) :]) else min(len(cells), len(header))
    if width != len(header):
        wrong.append(f"{width} cellen onder {len(header)} kolommen")
    told = {"actie": "afgeven"}
    made: Message = {}
    axes: dict[str, str] = {}
    concepts: dict[str, str] = {}
    for number, (one, cell) in enumerate(zip(columns, cells, strict=False), start=1):
        said = _unguarded(cell.strip())
        if not said:
            continue
        if one.kind == "verboden":
            wrong.append(f"kolom {number}: een kolom voor reden of verhaal bestaat niet")
        elif one.kind == "as":
            axes[one.name] = said
        elif one.kind == "begrip":
            concepts[one.name] = said
        elif one.kind == "veld":
            told[one.name] = _mended(one.name, said)
    op = _operation(told.pop("actie"))
    if not op:
        wrong.append("actie is geen handeling van het contract")
    for name, value in told.items():
        put(made, layout()["kolommen"][name], _typed(name, value))
    _words(made, axes, concepts, op)
    needed = (*((one,) for one in _ALWAYS), *_NEEDED.get(op, ()))
    wrong += [f"{' of '.join(group)} ontbreekt" for group in needed if not any(one in told for one in group)]
    wrong += [f"{name} is geen waarde van het contract" for name, value in told.items() if not _right(name, value)]
    return op, made, wrong


def column(header: str) -> Column:
    """What a header names."""
    plain = _plain(header)
    if found := _names().get(plain):
        return found
    words = re.split(r"[^a-z]+", _plain(header, " "))
    barred = _reading()["niet_toegestaan"]
    if any(word.startswith(stem) or word.endswith(stem) for word in words for stem in barred["stammen"]):
        return Column("verboden")
    return Column("onbekend")


@cache
def _names() -> Mapping[str, Column]:
    read = _reading()
    found = {_plain(one): Column("verboden") for one in read["niet_toegestaan"]["kolommen"]}
    found |= {_plain(one): Column("niets") for one in read["niet_lezen"]}
    for name in ("actie", *layout()["kolommen"]):
        found |= {_plain(one): Column("veld", name) for one in (name, *read["ook_bekend"].get(name, ()))}
    for axis in read["assen"]:
        found |= {_plain(axis): Column("as", axis), _plain(f"{axis}_begrip"): Column("begrip", axis)}
    return found


@cache
def _reading() -> Mapping[str, Any]:
    return tomllib.loads(contract("csv-1-lezen.toml").decode())


def _letters(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", data.decode("utf-16", "replace")
    try:
        return "utf-8", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return "windows-1252", data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable("tekens die geen UTF-8, UTF-16 of Windows-1252 zijn") from None


def _header(lines: list[str]) -> tuple[int, str] | None:
    """On which line the header stands, and what is between its cells."""
    best = (1, -1, "")
    for number, line in enumerate(lines[:HEAD]):
        for delimiter in DELIMITERS:
            cells = next(csv.reader([line], delimiter=delimiter), [])
            known = sum(column(cell).kind in ("veld", "as") for cell in cells)
            best = max(best, (known, -number, delimiter))
    return None if best[0] < 2 else (-best[1], best[2])


def _words(made: Message, axes: dict[str, str], concepts: dict[str, str], op: str) -> None:
    if op == "betekenisAanvullen":
        made["keuzes"] = [
            {"as": axis, "woord": word, "begrip": concepts[axis]} for axis, word in axes.items() if axis in concepts
        ]
    elif axes:
        made["aanduidingen"] = [{"as": axis, "woord": word} for axis, word in axes.items()]


def _operation(said: str) -> str:
    codes = {_plain(one): action for action, known in _reading()["codes"]["actie"].items() for one in (action, *known)}
    by_action = {action: op for op, action in layout()["acties"].items()}
    return str(by_action.get(codes.get(_plain(said), ""), ""))


def _mended(name: str, said: str) -> str:
    """A cell in the one way of the contract, where it can mean one thing."""
    if kind := _CODED.get(name):
        known = _reading()["codes"][kind]
        return next((code for code, words in known.items() if _plain(said) in map(_plain, (code, *words))), said)
    if name in _MOMENTS:
        return _moment(said)
    if name.startswith("datum") or name.endswith(("datum", "_op")):
        return _day(said)[0]
    if name in ("bsn", "onderwijsnummer"):
        return re.sub(r"[ .\u00a0\u202f]", "", said).zfill(9)
    return said


def _day(said: str) -> tuple[str, str]:
    """A day, and what stands behind it."""
    if found := _DUTCH.fullmatch(said):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}", found[4]
    if re.fullmatch(r"[0-9]{8}", said):
        return f"{said[:4]}-{said[4:6]}-{said[6:]}", ""
    return said[:10], said[10:]


def _moment(said: str) -> str:
    """A moment; without a zone it is on the Dutch clock, a day alone is its first moment."""
    day, rest = _day(said)
    try:
        found = dt.datetime.fromisoformat(day + re.sub(r"^[ T]+(\d):", r"T0\1:", rest))
    except ValueError:
        return said
    return (found if found.tzinfo else found.replace(tzinfo=HERE)).isoformat()


def _typed(name: str, said: str) -> Any:
    if _CODED.get(name) == "waarheid" and said in ("true", "false"):
        return said == "true"
    return int(said) if name in ("revisie", "huisnummer") and said.isascii() and said.isdigit() else said


def _right(name: str, said: str) -> bool:
    """Whether a coded or dated cell is one of those the contract has."""
    if kind := _CODED.get(name):
        return said in _reading()["codes"][kind]
    if name == "revisie":
        return said.isascii() and said.isdigit()
    if name in _MOMENTS:
        return "T" in said and len(said) > 19
    if name.startswith("datum") or name in ("verwijderdatum", "geboortedatum", "herzien_op"):
        return bool(re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", said))
    return True


def _unguarded(said: str) -> str:
    """Without what a spreadsheet puts around a text to keep it one."""
    if quoted := re.fullmatch(r'="([^"]*)"', said):
        return quoted[1].strip()
    return said[1:].strip() if re.match(r"'[0-9+\-=@]", said) else said


def _plain(said: str, between: str = "") -> str:
    """A header or code in any case, without accents; what is no letter or figure becomes `between`."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", said.casefold()) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", between, bare)
