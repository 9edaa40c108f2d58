"""A sender for tests: writes its own XML, keeps one connection, and reads answers by their local names.

Start a whole gateway with `gateway.cli.sandbox.sandbox`; this is the other side.
"""

import csv
import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from lxml import etree

from gateway.cli.sandbox import token_of
from gateway.simulator.server import Simulator

PATH = "/soap/v1"
VI = "urn:x-verwijsindex-gateway:aanlevering:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XML = "text/xml; charset=utf-8"
LEGAL = dt.datetime.fromisoformat("2026-11-21T12:00+01:00")
REPORTED = "2026-11-21T10:58:00+01:00"
"""A moment of reporting that is past, and of today, on the legal clock `LEGAL`."""
KOP = "<vi:kop><vi:bronSysteem>bron</vi:bronSysteem></vi:kop>"
MOST_WORDS = 20
"""So many words a message may have."""
SCHOOL, CARE, JGZ, BLIND = "school-de-wilg", "jeugdhulp-voorbeeld", "jgz-voorbeeld", "jongerenwerk-blind"


@dataclass(frozen=True)
class Told:
    """An answer: what came over HTTP, and what stands in it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def tree(self) -> etree._Element:
        return etree.fromstring(self.body)

    def find(self, path: str) -> list[etree._Element]:
        """Elements at a path of local names, wherever it begins."""
        steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
        return self.tree.xpath(f"//{steps}")  # type: ignore[no-any-return]

    def texts(self, path: str) -> list[str]:
        return [element.text or "" for element in self.find(path)]

    def text(self, path: str) -> str:
        """The one text there; '' when there is none."""
        (text,) = self.texts(path) or [""]
        return text

    def part(self, path: str) -> bytes:
        """The first element there, to compare: canonical XML."""
        return etree.tostring(self.find(path)[0], method="c14n", exclusive=True)

    @property
    def codes(self) -> set[str]:
        """The codes of a fault; empty for an answer."""
        return set(self.texts("verwijsindexFout/bevinding/code"))

    def valid(self) -> bool:
        """Whether it obeys the contract."""
        body = self.find("Body")[0]
        answer = self.find("Fault/detail/verwijsindexFout") or list(body)
        return contract().validate(answer[0])


@cache
def contract() -> etree.XMLSchema:
    return etree.XMLSchema(file="gateway/schemas/aanlevering-1.xsd")


class Sender:
    """One connection of one organisation; not for many threads at once."""

    def __init__(self, gateway: str, partner: str = SCHOOL) -> None:
        self.partner = partner
        self._connection = HTTPConnection(urlsplit(gateway).netloc, timeout=60)
        self._headers = {"Content-Type": XML, "Authorization": f"Bearer {token_of(partner)}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def post(self, body: bytes, *, path: str = PATH, **headers: str) -> Told:
        """Post bytes as they are; `content_type=""` sends no such header."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        said = {name: value for name, value in {**self._headers, **named}.items() if value}
        try:
            self._connection.request("POST", path, body, said)
            response = self._connection.getresponse()
        except (
            BrokenPipeError,
            ConnectionResetError,
            RemoteDisconnected,
        ):  # kept alive for longer than the server does
            self._connection.close()
            self._connection.request("POST", path, body, said)
            response = self._connection.getresponse()
        return Told(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def say(self, operation: str, content: str = "", *, system: str = "bron") -> Told:
        """Ask an operation; the content is XML with the prefix vi."""
        kop = f"<vi:kop><vi:bronSysteem>{system}</vi:bronSysteem></vi:kop>"
        return self.post(envelope(f"<vi:{operation}>{kop}{content}</vi:{operation}>"))

    def give(self, source: str, **fields: Any) -> Told:
        """Give a signal; see `signal`."""
        return self.post(signal(source, **fields))

    def status(self, source: str) -> Told:
        return self.say("statusOpvragen", own(source))

    def withdraw(self, source: str) -> Told:
        return self.say("signaalIntrekken", own(source))

    def end(self, source: str) -> Told:
        return self.say("signaalBeeindigen", own(source) + "<vi:datumEinde>2026-11-21</vi:datumEinde>")

    def matches(self) -> Told:
        return self.say("matchesOpvragen")


@cache
def children() -> tuple[dict[str, str], ...]:
    """The rows of tests/data/testpersonen.csv."""
    with Path("tests/data/testpersonen.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter=";"))


def own(source: str) -> str:
    return f"<vi:bronSignaalId>{escape(source)}</vi:bronSignaalId>"


def envelope(body: str, header: str = "") -> bytes:
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:vi="{VI}">'
        f"<soap:Header><wsa:MessageID>urn:uuid:{uuid4()}</wsa:MessageID>{header}</soap:Header>"
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def person(row: Mapping[str, str], *names: str) -> str:
    """A child by identifying data, from a row of tests/data/testpersonen.csv."""
    names = names or ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")
    fields = "".join(f"<vi:{name}>{escape(row[name])}</vi:{name}>" for name in names if row[name])
    return f"<vi:persoonsgegevens>{fields}</vi:persoonsgegevens>"


def signal(
    source: str,
    *,
    bsn: str = "999990287",
    child: str = "",
    naam: str = "A. Fictief",
    contact: str = "<vi:telefoon>030-7654321</vi:telefoon>",
    coordinator: str = "",
    words: Sequence[tuple[str, ...]] = (),
    region: str = "",
    more: str = "",
    header: str = "",
) -> bytes:
    """A valid signal; `child` takes the place of the BSN, `more` is in the attestations. Words: axis, word, list."""
    said = "".join(
        f"<vi:aanduiding><vi:as>{axis}</vi:as>{''.join(f'<vi:stelsel>{name}</vi:stelsel>' for name in code_list)}"
        f"<vi:woord>{escape(word)}</vi:woord></vi:aanduiding>"
        for axis, word, *code_list in words
    )
    code = f"<vi:gemeenteCode>{region}</vi:gemeenteCode>" if region else ""
    return envelope(
        f"<vi:signaalAfgeven>{KOP}{own(source)}"
        f"<vi:soort>SIGNAAL</vi:soort><vi:jeugdige>{child or f'<vi:bsn>{bsn}</vi:bsn>'}{code}</vi:jeugdige>"
        f"<vi:melder><vi:professionalId>p-1</vi:professionalId><vi:naam>{escape(naam)}</vi:naam>{contact}</vi:melder>"
        f"{coordinator}<vi:datumTijdMelding>{REPORTED}</vi:datumTijdMelding>"
        "<vi:attestaties><vi:redelijkVermoeden>true</vi:redelijkVermoeden>"
        "<vi:informatieplicht><vi:wie>BEIDEN</vi:wie><vi:datum>2026-11-20</vi:datum></vi:informatieplicht>"
        f"{more}</vi:attestaties>{said}</vi:signaalAfgeven>",
        header,
    )


def told_by(index: Simulator, page: str) -> Any:
    """A page of a simulated index's management door: `telling` or `signalen`."""
    connection = HTTPConnection(urlsplit(index.url).netloc, timeout=10)
    try:
        connection.request("GET", f"/beheer/{page}")
        return json.load(connection.getresponse())
    finally:
        connection.close()


def until(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Wait until something holds; whether it came to that."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def at_once(works: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Run works in threads of their own beside what happens in the block; all have ended after it."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
