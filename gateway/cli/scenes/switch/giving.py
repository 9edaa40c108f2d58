"""How four organisations give their signals and read their matches, each at once with the others."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gateway.cli.partners import Child, Exchange, FhirPartner, PlainPartner, SheetPartner, ZeepPartner, lines_of
from gateway.cli.sandbox import token_of
from gateway.cli.scenes.people import CARE, JGZ, SCHOOL, YOUTH
from gateway.cli.scenes.switch.cast import FORMATS, Wish, born

WORDS = "https://verwijsindex.example/fhir/CodeSystem/zvj-signaalcode"
COLUMNS = (
    "actie", "bron_systeem", "bron_signaal_id", "soort", "bsn", "professional_id", "melder_naam", "melder_telefoon",
    "datum_tijd_melding", "redelijk_vermoeden", "informatieplicht_wie", "informatieplicht_datum", "gemeente_code",
)  # fmt: skip


class Organisations:
    """The four, before one gateway. What they gave stands in `given`, with the id and the exchange of each."""

    def __init__(self, gateway: str) -> None:
        self._school = ZeepPartner(gateway, token_of(SCHOOL))
        self._care = FhirPartner(gateway, token_of(CARE))
        self._jgz = SheetPartner(gateway, token_of(JGZ))
        self._youth = PlainPartner(gateway, token_of(YOUTH))
        self.given: dict[str, tuple[Wish, str]] = {}
        self.exchanges: dict[str, Exchange] = {}

    @property
    def wishes(self) -> list[Wish]:
        """All they gave."""
        return [wish for wish, _ in self.given.values()]

    def give(self, wishes: Iterable[Wish]) -> dict[str, Exchange]:
        """Give signals; the exchange of each organisation's last. What is not taken has no id."""
        asked = list(wishes)
        with ThreadPoolExecutor(len(FORMATS)) as pool:
            done = pool.map(lambda who: self._of_one(who, [one for one in asked if one.who == who]), FORMATS)
            return {who: exchange for who, exchange in zip(FORMATS, done, strict=True) if exchange}

    def _of_one(self, who: str, wishes: list[Wish]) -> Exchange | None:
        ways: Mapping[str, Callable[[Wish], Exchange]] = {
            SCHOOL: lambda one: self._school.afgeven(one.source, one.child.bsn, [], region=one.municipality),
            CARE: lambda one: self._care.afgeven(
                one.source, one.child.bsn, [], code_list=WORDS, region=one.municipality
            ),
            YOUTH: lambda one: self._youth.afgeven(
                one.source, Child("", one.child.geslachtsnaam, born(one.child), one.child.geslacht), [],
                region=one.municipality,
            ),
        }  # fmt: skip
        if who == JGZ:
            return self._lever(wishes) if wishes else None
        last = None
        for wish in wishes:
            last = self.exchanges[wish.source] = ways[who](wish)
            self.given[wish.source] = wish, last.heard.signal_id
        return last

    def _lever(self, wishes: list[Wish]) -> Exchange:
        """Youth health care sends one file; gives it with the report."""
        report = self._file(map(_row, wishes))
        ids = {line["bron_signaal_id"]: line["signaal_id"] for line in lines_of(report)}
        self.given |= {one.source: (one, ids.get(one.source, "")) for one in wishes}
        self.exchanges |= dict.fromkeys((one.source for one in wishes), report)
        return report

    def withdraw(self, wish: Wish) -> Exchange:
        """Youth health care withdraws a signal."""
        del self.given[wish.source]
        return self._file([{"actie": "intrekken", "bron_systeem": "dossier", "bron_signaal_id": wish.source}])

    def _file(self, lines: Iterable[dict[str, str]]) -> Exchange:
        file = io.StringIO(newline="")
        rows = csv.DictWriter(file, COLUMNS, delimiter=";")
        rows.writeheader()
        rows.writerows(lines)
        _, report = self._jgz.lever(file.getvalue().encode())
        return report

    def receipt(self, wish: Wish) -> tuple[Any, str]:
        """What was last said of the receipt of a signal: all of it where the format has it apart, and its id."""
        return self.exchanges[wish.source].heard.receipt, self.given[wish.source][1]

    def expected(self) -> dict[str, int]:
        """How many matches each should have: for each of its signals one with every other who knows the child."""
        known = Counter(one.child for one in self.wishes)
        return {who: sum(known[one.child] - 1 for one in self.wishes if one.who == who) for who in FORMATS}

    def matches(self) -> dict[str, Exchange]:
        """What each is told of its matches, in its own format."""
        return {
            SCHOOL: self._school.matches(), CARE: self._care.matches(), JGZ: self._jgz.matches(),
            YOUTH: self._youth.matches(),
        }  # fmt: skip


def _row(wish: Wish) -> dict[str, str]:
    return {
        "actie": "afgeven", "bron_systeem": "dossier", "bron_signaal_id": wish.source, "soort": "SIGNAAL",
        "bsn": wish.child.bsn, "professional_id": "arts-3", "melder_naam": "D. Fictief",
        "melder_telefoon": "030-1234567", "datum_tijd_melding": "21-11-2026 10:30", "redelijk_vermoeden": "ja",
        "informatieplicht_wie": "jeugdige", "informatieplicht_datum": "20-11-2026",
        "gemeente_code": wish.municipality,
    }  # fmt: skip
