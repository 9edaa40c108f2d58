"""All official test persons of an age for this register, from the files of three exporters, twice."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration, token_of
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.contract.test_mail import Box
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, children, told_by, until

Row = Mapping[str, str]


def whole(name: str, row: Row) -> str:
    return f"{row['voorvoegsel']} {row[name]}".strip()


def school(number: int, row: Row) -> dict[str, str]:
    """A pupil administration: commas, d-m-yyyy, sex as a figure, and Excel took the leading zeros."""
    born = dt.date.fromisoformat(row["geboortedatum"])
    return {
        "Schoolnaam": "De Wilg",
        "Leerling nr": str(1000 + number),
        "Meldingsnr": f"LAS-{number}",
        "BSN/onderwijsnr": row["bsn"].lstrip("0"),
        "Naam leerling": row["familienaam"],
        "Tussenvoegsel leerling": row["voorvoegsel"],
        "Voornamen (officieel)": row["voornamen"],
        "Geb.datum leerling": f"{born.day}-{born.month}-{born.year}",
        "Geslacht (1/2)": {"M": "1", "V": "2"}[row["geslacht"]],
        "Afkorting leerkracht": "ib-1",
        "Intern begeleider": "I. Fictief",
        "Tel. school": "030-1234567",
        "E-mail IB": "ib@wilg.example",
        "Datum invoer": "20-11-2026",
        "Vermoeden getoetst": "Ja",
        "Besproken met": "ouders en leerling",
        "Besproken op": "19-11-2026",
        "Prioriteit": "spoed" if number % 5 == 0 else "",
    }


def jgz(number: int, row: Row) -> dict[str, str]:
    """A youth-health dossier: tabs, yyyymmdd, a column that is never read."""
    return {
        "Dossiernummer": f"D{number}",
        "Signaal-ID dossier": f"S-{number}",
        "BSN client": row["bsn"],
        "Achternaam client": row["familienaam"],
        "Voorv client": row["voorvoegsel"],
        "Voornaam client": row["voornamen"],
        "Geb client": row["geboortedatum"].replace("-", ""),
        "Gesl client": {"M": "1", "V": "2"}[row["geslacht"]],
        "Zorgverlener-ID": "arts-1",
        "Uitvoerende": "A. Fictief",
        "Discipline": "jeugdarts",
        "Bereikbaar op": "0301112222",
        "Datum aanmelding Verwijsindex": "20261121",
        "Type signaal": "S",
        "Vermoeden getoetst (afweging)": "J",
        "Signaal Verwijsindex besproken met": "ouder/verzorger",
        "Signaal Verwijsindex besproken op": "20261120",
        "Bijzonderheden signaal Verwijsindex": "kanarie die nergens mag staan",
    }


def care(number: int, row: Row) -> dict[str, str]:
    """A municipality's case system: pipes, ISO moments, an action by the state of the case."""
    return {
        "Zaakstatus": "In behandeling",
        "Zaaknummer": f"Z{number}",
        "Zaakversie": "1",
        "BSN betrokkene": row["bsn"],
        "Geslachtsnaam betrokkene": row["familienaam"],
        "Voorvoegsel betrokkene": row["voorvoegsel"],
        "Voornamen betrokkene": row["voornamen"],
        "Geboortedatum betrokkene": f"{row['geboortedatum']} 00:00:00",
        "Aanduiding geslacht": {"M": "man", "V": "vrouw"}[row["geslacht"]],
        "Casemanager-ID": "cm-7",
        "Casemanager": "C. Fictief",
        "Rol casemanager": "casemanager",
        "Casemanager telefoon": "+31 30 333 44 55",
        "Registratiemoment signaal": "2026-11-21T10:15:00+01:00",
        "Vermoeden vastgesteld": "true",
        "Inwoner geïnformeerd": "inwoner en gezagsdrager",
        "Inwoner geïnformeerd op": "2026-11-20",
        "Toelichting status": "kanarie die nergens mag staan",
    }


@dataclass(frozen=True)
class Exporter:
    partner: str
    layout: str
    row: Callable[[int, Row], dict[str, str]]
    delimiter: str
    encoding: str

    def file(self, rows: list[Row]) -> bytes:
        lines = [self.row(number, row) for number, row in enumerate(rows)]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(lines[0]), delimiter=self.delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(lines)
        return text.getvalue().encode(self.encoding)


EXPORTERS = (
    Exporter(SCHOOL, "leerlingadministratie", school, ",", "utf-8-sig"),
    Exporter(JGZ, "jgz-dossier", jgz, "\t", "utf-16"),
    Exporter(CARE, "gemeentelijk-casussysteem", care, "|", "utf-8"),
)
DUTY = "bereikbare-dienst@wilg.example"


@dataclass
class Place:
    url: str
    index: Simulator
    house: House

    def take(self, exporter: Exporter, rows: list[Row]) -> list[dict[str, str]]:
        headers = {"authorization": f"Bearer {token_of(exporter.partner)}", "content-type": "text/csv"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False) as client:
            answer = client.post("/csv/v1/batches", content=exporter.file(rows))
            assert answer.status_code == 202, answer.text
            report = client.get(answer.json()["resultaat"]).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(report, newline=""), delimiter=";"))

    def counts(self) -> tuple[object, object]:
        return told_by(self.index, "telling"), self.house.store.read.tally()


@contextmanager
def place(directory: Path, mail_port: int) -> Iterator[Place]:
    KeyRing.create(directory / "keyring.json")
    with Simulator(directory=directory / "index", clock=set_clock(LEGAL)) as index:
        urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
        said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
        layouts = {exporter.partner: exporter.layout for exporter in EXPORTERS}
        said["partners"] = [
            partner | {"csv_layout": layouts.get(partner["id"], "standaard")}
            | ({"duty_address": DUTY} if partner["id"] == SCHOOL else {})
            for partner in said["partners"]
        ]  # fmt: skip
        said["mail"] = {"host": "127.0.0.1", "port": mail_port, "tls": "none", "sender": "gateway@regio.example"}
        with together(check(said, source="test")) as (url, house):
            yield Place(url, index, house)


def some() -> list[Row]:
    return [row for number, row in enumerate(children()) if row["opgeschort"] == "ja" or number % 8 == 0]


@pytest.fixture
def post() -> Iterator[tuple[Box, int]]:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.mark.verify
@pytest.mark.parametrize("rows", [some(), children()], ids=["some", "all"])
def test_three_exporters_twice(tmp_path: Path, post: tuple[Box, int], rows: list[Row]) -> None:
    box, port = post
    suspended = sum(row["opgeschort"] == "ja" for row in rows)
    living = len(rows) - suspended
    with place(tmp_path, port) as it:
        first = {exporter.partner: it.take(exporter, rows) for exporter in EXPORTERS}
        for told in first.values():
            assert [line["status"] for line in told] == ["aangenomen"] * len(rows), told
            assert [line["regel"] for line in told] == [str(number) for number in range(2, len(rows) + 2)]
        tally = it.house.store.read.tally
        assert until(lambda: tally()["matches"].get("ACTIEF") == living * 6, 60), tally()
        assert until(lambda: len(box.got) == 1, 20)
        assert until(lambda: tally()["messages"].keys() <= {"done", "refused"}, 60)
        before = it.counts()
        second = {exporter.partner: it.take(exporter, rows) for exporter in EXPORTERS}
        assert it.counts() == before
        for partner, told in second.items():
            assert [line["status"] for line in told] == ["bekend"] * len(rows)
            assert [line["signaal_id"] for line in told] == [line["signaal_id"] for line in first[partner]]
        index: Any = before[0]
        assert index["signalen"] == {"ACTIEF": living * 3}
        assert index["dubbel"] == 0
        assert [mail["To"] for mail in box.got] == [DUTY]
        assert not [row["bsn"] for row in rows if row["bsn"] in str(box.got[0])]
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert b"kanarie" not in stored
