"""The register of persons the simulated index looks people up in.

Its content, `persons.csv`, was derived once from the official public test persons that the Rijksdienst voor
Identiteitsgegevens (RvIG, rvig.nl) publishes for the test environments of the Basisregistratie Personen: the 68
younger than 23 on 2026-11-21, and those of their parents that are in the same set. None of them exists. Columns kept
as RvIG names them: identity, parents' numbers, address for identification, reason of suspension; and the
municipality of the children.
"""

import csv
import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Self

from gateway.canonical.order import Person
from gateway.canonical.value import Value

ADULT = 23
"""Jeugdwet 7.1.1.1: a jeugdige has not reached this age."""

_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ŋ": "n"}
)


class Known(Value):
    """A person in the register. `born` is YYYYMMDD as the register writes it: 00 where a part is not known."""

    bsn: str
    voornamen: str
    voorvoegsel: str
    geslachtsnaam: str
    born: str
    geslacht: str
    parents: tuple[str, ...] = ()
    postcode: str = ""
    huisnummer: str = ""
    suspended: bool = False
    gemeente: str = ""
    """Four digits; empty where the register does not say."""

    def younger_than_adult(self, today: dt.date) -> bool:
        """The verwijsindex's authorisation at the BRP: born after today minus 23 years, in the register's notation."""
        return self.born > f"{today.year - ADULT:04}{today:%m%d}"


class Persons:
    """Everybody the index can know, found by number or by data."""

    def __init__(self, persons: Iterable[Known]) -> None:
        self._by_bsn = {person.bsn: person for person in persons}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        for person in self._by_bsn.values():
            self._by_name[plain(person.geslachtsnaam)].append(person)
        self._children: dict[str, set[str]] = defaultdict(set)
        for person in self._by_bsn.values():
            for parent in person.parents:
                self._children[parent].add(person.bsn)

    @classmethod
    def shipped(cls) -> Self:
        """The register that comes with the simulator."""
        return cls.read(files("gateway.simulator").joinpath("persons.csv").read_text(encoding="utf-8"))

    @classmethod
    def read(cls, text: str) -> Self:
        """A register in the columns of persons.csv; lines that begin with # are remarks."""
        lines = (line for line in text.splitlines() if not line.startswith("#"))
        return cls(_known(row) for row in csv.DictReader(lines, delimiter=";"))

    def __iter__(self) -> Iterator[Known]:
        return iter(self._by_bsn.values())

    def __len__(self) -> int:
        return len(self._by_bsn)

    def known(self, bsn: str) -> Known | None:
        """Who has a number."""
        return self._by_bsn.get(bsn)

    def siblings(self, bsn: str) -> tuple[str, ...]:
        """Who shares a parent with somebody, by number; only parents that the register names count."""
        person = self._by_bsn.get(bsn)
        shared = {child for parent in person.parents for child in self._children[parent]} if person else set()
        return tuple(sorted(shared - {bsn}))

    def move(self, bsn: str, gemeente: str) -> Known | None:
        """Let somebody live in another municipality, as long as this register is in memory; gives who it was before."""
        before = self._by_bsn.get(bsn)
        if before is not None:
            self._by_bsn[bsn] = before.model_copy(update={"gemeente": gemeente})
        return before

    def candidates(self, wanted: Person) -> tuple[Known, ...]:
        """Everybody who may be meant: at most one by BSN, any number by data.

        Given names are written in too many ways to exclude anybody: they only choose between candidates.
        """
        if wanted.bsn is not None:
            known = self._by_bsn.get(wanted.bsn)
            return () if known is None else (known,)
        namesakes = self._by_name.get(plain(wanted.familienaam or ""), [])
        found = tuple(known for known in namesakes if _fits(known, wanted))
        if len(found) > 1 and wanted.voornamen:
            named = tuple(known for known in found if plain(known.voornamen) == plain(wanted.voornamen))
            return named or found
        return found


def plain(text: str) -> str:
    """A name for comparing: no case, no diacritics, single spaces.

    >>> plain("  T.Śar  Ŋÿ ")
    't.sar ny'
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_PLAIN)
    return " ".join(bare.split())


def _fits(known: Known, wanted: Person) -> bool:
    if known.geslacht != wanted.geslacht or not _same_birth(known.born, wanted.geboortedatum or ""):
        return False
    if wanted.voorvoegsel and plain(wanted.voorvoegsel) != plain(known.voorvoegsel):
        return False
    if wanted.postcode and known.postcode and wanted.postcode != known.postcode:
        return False
    return not (wanted.huisnummer and known.huisnummer and str(wanted.huisnummer) != known.huisnummer)


def _same_birth(born: str, said: str) -> bool:
    """Whether the known part of one date begins the other; a date of which nothing is known is nobody's."""
    year, month, day = born[:4], born[4:6], born[6:8]
    known = "" if year == "0000" else year if month == "00" else year + month if day == "00" else born
    asked = said.replace("-", "")
    return bool(known and asked) and (known.startswith(asked) or asked.startswith(known))


def _known(row: dict[str, str]) -> Known:
    return Known(
        bsn=row["bsn"],
        voornamen=row["voornamen"],
        voorvoegsel=row["voorvoegsel"],
        geslachtsnaam=row["geslachtsnaam"],
        born=row["geboortedatum"],
        geslacht=row["geslacht"],
        parents=tuple(filter(None, (row["ouder1_bsn"], row["ouder2_bsn"]))),
        postcode=row["postcode"],
        huisnummer=row["huisnummer"],
        suspended=bool(row["opschorting_reden"]),
        gemeente=row.get("gemeente_code") or "",
    )
