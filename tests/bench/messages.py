"""The message every system gets, 2.3 kB in SOAP and the same in the other formats (`forms`): all synthetic.

Only the ids and the BSN change, at fixed places and widths, so that making a request costs the generator nothing.
"""

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PERSONS = Path(__file__).parents[2] / "gateway/simulator/persons.csv"
PATH = "/soap/v1"
NAMESPACE = "urn:x-verwijsindex-gateway:aanlevering:1"
SENDER = "jeugdhulp-voorbeeld"
SOAP_ACTION = f'"{NAMESPACE}/signaalAfgeven"'
ID, BSN = "@" * 12, "#" * 9


@dataclass(frozen=True)
class Form:
    """How a format asks: `before` and so many `signals`, each with holes for its ids and its BSN.

    `good` stands in the answer to who was taken in, for a refusal may have a fine status.
    """

    path: str
    headers: Mapping[str, str]
    signal: bytes
    good: bytes
    before: bytes = b""
    signals: int = 1


MESSAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsa="http://www.w3.org/2005/08/addressing"
    xmlns:vi="{NAMESPACE}">
<soap:Header>
  <wsa:To>http://127.0.0.1{PATH}</wsa:To>
  <wsa:Action>{NAMESPACE}/signaalAfgeven</wsa:Action>
  <wsa:MessageID>urn:uuid:00000000-0000-4000-8000-{ID}</wsa:MessageID>
</soap:Header>
<soap:Body><vi:signaalAfgeven>
  <vi:kop><vi:bronSysteem>dossier-voorbeeld</vi:bronSysteem><vi:organisatie>{SENDER}</vi:organisatie></vi:kop>
  <vi:bronSignaalId>{ID}</vi:bronSignaalId>
  <vi:revisie>1</vi:revisie>
  <vi:soort>SIGNAAL</vi:soort>
  <vi:jeugdige><vi:bsn>{BSN}</vi:bsn>
    <vi:persoonsgegevens><vi:familienaam>Fictief-Voorbeeld</vi:familienaam><vi:voorvoegsel>van den</vi:voorvoegsel>
      <vi:voornamen>Noor Elisabeth</vi:voornamen><vi:geboortedatum>%(born)s</vi:geboortedatum>
      <vi:geslacht>V</vi:geslacht><vi:postcode>1234AB</vi:postcode><vi:huisnummer>12</vi:huisnummer>
    </vi:persoonsgegevens><vi:gemeenteCode>9998</vi:gemeenteCode></vi:jeugdige>
  <vi:melder><vi:professionalId>p-00417</vi:professionalId><vi:naam>A. Fictief</vi:naam>
    <vi:functie>jeugd- en gezinsprofessional</vi:functie><vi:telefoon>030-0000000</vi:telefoon>
    <vi:email>a.fictief@voorbeeld.example</vi:email></vi:melder>
  <vi:coordinator><vi:naam>B. Verzonnen</vi:naam><vi:telefoon>030-0000001</vi:telefoon></vi:coordinator>
  <vi:datumTijdMelding>%(now)s</vi:datumTijdMelding>
  <vi:attestaties><vi:redelijkVermoeden>true</vi:redelijkVermoeden>
    <vi:informatieplicht><vi:wie>VERTEGENWOORDIGER</vi:wie><vi:datum>%(today)s</vi:datum></vi:informatieplicht>
  </vi:attestaties>
  <vi:aanduiding><vi:as>urgentie</vi:as><vi:woord>urgent</vi:woord></vi:aanduiding>
  <vi:aanduiding><vi:as>handelt</vi:as><vi:stelsel>verwijsindex</vi:stelsel>
    <vi:woord>contact-gevraagd</vi:woord></vi:aanduiding>
  <vi:aanduiding><vi:as>veiligheid</vi:as><vi:stelsel>veilig-thuis-termijnen</vi:stelsel>
    <vi:woord>acuut</vi:woord></vi:aanduiding>
</vi:signaalAfgeven></soap:Body></soap:Envelope>
"""


def moments() -> dict[str, str]:
    """Now, today, and the birth date of a child of seven."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    born = (now - dt.timedelta(days=7 * 365)).date()
    return {"now": now.isoformat(), "today": now.date().isoformat(), "born": born.isoformat()}


def soap() -> Form:
    """One valid signal of today."""
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SOAP_ACTION}
    return Form(PATH, headers, (MESSAGE % moments()).encode(), b"ontvangstbewijs")


@cache
def numbers() -> list[bytes]:
    """Nine thousand test BSNs (they begin with 9999) that pass the elfproef."""
    found = []
    for number in range(999_900_000, 1_000_000_000):
        digits = [int(digit) for digit in str(number)]
        weighed = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False))
        if (weighed - digits[8]) % 11 == 0:
            found.append(str(number).encode())
    return found


def registered() -> list[bytes]:
    """The test persons whom the simulated index knows."""
    lines = (line for line in PERSONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [row["bsn"].encode() for row in csv.DictReader(lines, delimiter=";") if not row["opschorting_reden"]]


class Mill:
    """Makes requests: the same bytes but for the ids. `run` keeps the ids of two runs apart."""

    def __init__(self, form: Form, run: int, token: str = "", *, known: bool = False) -> None:
        self._form = form
        size = len(form.before) + form.signals * len(form.signal)
        headers = dict(form.headers) | ({"Authorization": f"Bearer {token}"} if token else {})
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"POST {form.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {size}\r\n\r\n"
        self._head = head.encode()
        self._pieces = re.split(f"({ID}|{BSN})".encode(), form.signal)
        self._ids = [at for at, piece in enumerate(self._pieces) if piece == ID.encode()]
        self._bsns = [at for at, piece in enumerate(self._pieces) if piece == BSN.encode()]
        self._run = b"%04x" % run
        self._bsn = registered() if known else numbers()
        self._made = 0

    def request(self) -> bytes:
        """The next request."""
        return self._head + self.body()

    def body(self) -> bytes:
        """The body of the next request."""
        return b"".join([self._form.before, *[self._signal() for _ in range(self._form.signals)]])

    def _signal(self) -> bytes:
        self._made += 1
        for at in self._ids:
            self._pieces[at] = self._run + b"%08x" % self._made
        for at in self._bsns:
            self._pieces[at] = self._bsn[self._made % len(self._bsn)]
        return b"".join(self._pieces)
