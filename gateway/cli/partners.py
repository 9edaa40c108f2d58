"""Two partners of the demo, strangers to the gateway: one speaks through zeep, one writes its own XML.

They know the served contract and their token, nothing else.
"""

import csv
import datetime as dt
import io
import json
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.error import HTTPError
from xml.sax.saxutils import escape

import zeep
from lxml import etree
from zeep.transports import Transport

NAMESPACE = "urn:x-verwijsindex-gateway:aanlevering:1"
MELDING = "2026-11-21T10:30:00+01:00"
Words = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what came back, as bytes."""

    sent: bytes
    received: bytes
    kinds: tuple[str, str] = ("xml", "xml")
    """What the two are, as the endings of their files' names."""

    def find(self, path: str) -> list[Any]:
        """The elements of the answer at a path of local names, wherever it begins."""
        steps = "/".join(f"vi:{step}" for step in path.replace("[", "[vi:").split("/"))
        return cast("list[Any]", etree.fromstring(self.received).xpath(f"//{steps}", namespaces={"vi": NAMESPACE}))

    def texts(self, path: str) -> list[str]:
        """Their texts."""
        return [element.text or "" for element in self.find(path)]

    def part(self, path: str) -> bytes:
        """The first of them as canonical XML, to compare."""
        return etree.tostring(self.find(path)[0], method="c14n", exclusive=True)


class _Recorder(Transport):
    """zeep's transport, keeping what went over it."""

    last = Exchange(b"", b"")

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        response = super().post(address, message, headers)  # type: ignore[no-untyped-call]
        self.last = Exchange(message, response.content)
        return response


class ZeepPartner:
    """A school's system that was built with zeep from the served WSDL."""

    def __init__(self, gateway: str, token: str) -> None:
        self._transport = _Recorder()  # type: ignore[no-untyped-call]
        self._transport.session.trust_env = False
        self._transport.session.headers["Authorization"] = f"Bearer {token}"
        self._client = zeep.Client(f"{gateway}/soap/v1?wsdl", transport=self._transport)
        self._kop = {"bronSysteem": "leerlingadministratie"}

    def afgeven(
        self, source: str, bsn: str, words: Words, *, region: str = "", removal: dt.date | None = None
    ) -> Exchange:
        """Give a signal."""
        child = {"bsn": bsn} | ({"gemeenteCode": region} if region else {})
        return self._call(
            "signaalAfgeven",
            bronSignaalId=source,
            soort="SIGNAAL",
            jeugdige=child,
            melder={
                "professionalId": "ib-1",
                "naam": "I. Fictief",
                "functie": "intern begeleider",
                "telefoon": "030-1234567",
            },
            datumTijdMelding=dt.datetime.fromisoformat(MELDING),
            verwijderdatum=removal,
            attestaties={
                "redelijkVermoeden": True,
                "informatieplicht": {"wie": "JEUGDIGE", "datum": dt.date(2026, 11, 20)},
                "toestemming": {"gegevenOp": dt.date(2026, 11, 20), "bewijsReferentie": "dossier-17"},
            },
            aanduiding=[{"as": axis, "woord": word} for axis, word in words],
        )

    def matches(self) -> Exchange:
        """Ask for matches."""
        return self._call("matchesOpvragen")

    def status(self, source: str) -> Exchange:
        """Ask what is known of an own signal."""
        return self._call("statusOpvragen", bronSignaalId=source)

    def _call(self, operation: str, **content: Any) -> Exchange:
        with suppress(zeep.exceptions.Fault):
            self._client.service[operation](kop=self._kop, **content)
        return self._transport.last


class RawPartner:
    """A youth-care system that writes its own XML: a default namespace, other prefixes, no WS-Addressing."""

    def __init__(self, gateway: str, token: str) -> None:
        self._url = f"{gateway}/soap/v1"
        self._token = token

    def afgeven(self, source: str, bsn: str, words: Words, *, region: str = "") -> Exchange:
        """Give a signal."""
        said = "".join(f"<aanduiding><as>{axis}</as><woord>{escape(word)}</woord></aanduiding>" for axis, word in words)
        code = f"<gemeenteCode>{region}</gemeenteCode>" if region else ""
        return self._post(
            "signaalAfgeven",
            f"<bronSignaalId>{escape(source)}</bronSignaalId><soort>SIGNAAL</soort>"
            f"<jeugdige><bsn>{bsn}</bsn>{code}</jeugdige>"
            "<melder><professionalId>jb-9</professionalId><naam>J. Fictief</naam>"
            "<telefoon>0301234567</telefoon></melder>"
            f"<datumTijdMelding>{MELDING}</datumTijdMelding>"
            "<attestaties><redelijkVermoeden>1</redelijkVermoeden>"
            "<informatieplicht><wie>JEUGDIGE</wie><datum>2026-11-20</datum></informatieplicht>"
            "<toestemming><gegevenOp>2026-11-20</gegevenOp><bewijsReferentie>ecd-4</bewijsReferentie></toestemming>"
            f"</attestaties>{said}",
        )

    def intrekken(self, source: str) -> Exchange:
        """Withdraw an own signal."""
        return self._post("signaalIntrekken", f"<bronSignaalId>{escape(source)}</bronSignaalId>")

    def matches(self) -> Exchange:
        """Ask for matches."""
        return self._post("matchesOpvragen", "")

    def status(self, source: str) -> Exchange:
        """Ask what is known of an own signal."""
        return self._post("statusOpvragen", f"<bronSignaalId>{escape(source)}</bronSignaalId>")

    def _post(self, operation: str, content: str) -> Exchange:
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<{operation} xmlns="{NAMESPACE}"><kop><bronSysteem>ecd</bronSysteem></kop>{content}</{operation}>'
            "</e:Body></e:Envelope>"
        ).encode()
        request = urllib.request.Request(  # noqa: S310  the address is our own sandbox's
            self._url,
            data=body,
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": '""',
                "Authorization": f"Bearer {self._token}",
            },
        )
        try:
            with _opener.open(request, timeout=30) as response:
                return Exchange(body, response.read())
        except HTTPError as fault:
            return Exchange(body, fault.read())


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SheetPartner:
    """A school that has a spreadsheet: it sends the file its administration exports, and reads what comes back."""

    def __init__(self, gateway: str, token: str) -> None:
        self._url = f"{gateway}/csv/v1"
        self._token = token

    def lever(self, content: bytes) -> tuple[Exchange, Exchange]:
        """Send a file; what was answered, and the report that was fetched after it."""
        answer = self._ask("/batches", content)
        where = json.loads(answer)["resultaat"].removeprefix("/csv/v1")
        return Exchange(content, answer, ("csv", "json")), Exchange(content, self._ask(where), ("csv", "csv"))

    def matches(self) -> Exchange:
        """Ask for matches."""
        return Exchange(b"GET /csv/v1/matches", self._ask("/matches"), ("txt", "csv"))

    def _ask(self, path: str, content: bytes | None = None) -> bytes:
        headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self._url + path, data=content, headers=headers)  # noqa: S310  our own sandbox's
        with _opener.open(request, timeout=30) as response:
            return cast("bytes", response.read())


def lines_of(exchange: Exchange) -> list[dict[str, str]]:
    """The lines of a CSV that came back."""
    text = exchange.received.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def tally(index: str) -> int:
    """How many active signals a simulated index has."""
    with _opener.open(f"{index}/beheer/telling", timeout=10) as response:
        told = json.load(response)
    return int(sum(told["signalen"].values()))
