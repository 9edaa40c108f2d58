"""Two partners that speak SOAP: a school's system built with zeep, and one that writes its own XML."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import escape

import zeep
from lxml import etree
from zeep.transports import Transport

from gateway.cli.partners.exchange import MELDING, Exchange, Heard, Meant, Word, ask

NAMESPACE = "urn:x-verwijsindex-gateway:aanlevering:1"
Words = Sequence[Word]


def read(received: bytes) -> Heard:
    """An answer or a fault of the contract."""
    tree = etree.fromstring(received)

    def find(path: str) -> list[Any]:
        return list(tree.iterfind(f".//{path.replace('vi:', f'{{{NAMESPACE}}}')}"))

    def texts(path: str) -> list[str]:
        return [element.text or "" for element in find(path)]

    def meanings(path: str) -> dict[Word, Meant]:
        return dict(map(_meaning, find(path)))

    receipt = find("vi:ontvangstbewijs")
    return Heard(
        signal_id=next(iter(texts("vi:ontvangstbewijs/vi:signaalId")), ""),
        receipt=_plain(receipt[0]) if receipt else None,
        kept=meanings("vi:ontvangstbewijs/vi:betekenis"),
        shown=meanings("vi:vertaling"),
        asked=frozenset(texts("vi:vraag/vi:woord")),
        advice=" ".join(texts("vi:advies/vi:tekst")),
        codes=frozenset(texts("vi:bevinding/vi:code")),
        others=tuple(texts("vi:betrokkene/vi:instantie")),
        statuses=tuple(texts("vi:match/vi:status")),
        met=meanings("vi:match/vi:betekenis"),
        match_ids=tuple(texts("vi:matchId")),
        regie=tuple((_text(one, "wie"), _text(one, "naam")) for one in find("vi:regie")),
        cards={
            _text(one, "instantie"): etree.tostring(one, method="c14n", exclusive=True)
            for one in find("vi:bedoelkaart")
        },
        friends=frozenset(texts("vi:valseVriend/vi:woord")),
    )


def _plain(element: Any) -> bytes:
    """An element as bytes, wherever it stood."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def _text(element: Any, name: str) -> str:
    return element.findtext(f"{{{NAMESPACE}}}{name}") or ""


def _meaning(element: Any) -> tuple[Word, Meant]:
    said = {etree.QName(part).localname: part.text or "" for part in element}
    return (said["as"], said["woord"]), Meant(said["weergave"], said["equivalentie"], said["definitie"])


def _exchange(sent: bytes, received: bytes, words: Words = ()) -> Exchange:
    return Exchange(sent, received, ("xml", "xml"), read, tuple(words))


class _Recorder(Transport):
    """zeep's transport, keeping what went over it."""

    last = _exchange(b"", b"")

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        response = super().post(address, message, headers)  # type: ignore[no-untyped-call]
        self.last = _exchange(message, response.content)
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
        done = self._call(
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
        return _exchange(done.sent, done.received, words)

    def matches(self) -> Exchange:
        """Ask for matches."""
        return self._call("matchesOpvragen")

    def take(self, match_id: str, stand: str) -> Exchange:
        """Become the aanspreekpunt of a match, if it still is as it was seen."""
        return self._call("regieVastleggen", matchId=match_id, regiehandeling="NEMEN", stand=stand)

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
        done = self._post(
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
        return _exchange(done.sent, done.received, words)

    def intrekken(self, source: str) -> Exchange:
        """Withdraw an own signal."""
        return self._post("signaalIntrekken", f"<bronSignaalId>{escape(source)}</bronSignaalId>")

    def matches(self) -> Exchange:
        """Ask for matches."""
        return self._post("matchesOpvragen", "")

    def take(self, match_id: str, stand: str) -> Exchange:
        """Become the aanspreekpunt of a match, if it still is as it was seen."""
        said = f"<matchId>{match_id}</matchId><regiehandeling>NEMEN</regiehandeling><stand>{stand}</stand>"
        return self._post("regieVastleggen", said)

    def status(self, source: str) -> Exchange:
        """Ask what is known of an own signal."""
        return self._post("statusOpvragen", f"<bronSignaalId>{escape(source)}</bronSignaalId>")

    def _post(self, operation: str, content: str) -> Exchange:
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<{operation} xmlns="{NAMESPACE}"><kop><bronSysteem>ecd</bronSysteem></kop>{content}</{operation}>'
            "</e:Body></e:Envelope>"
        ).encode()
        received = ask(self._url, self._token, body, Content_Type="text/xml; charset=utf-8", SOAPAction='""')
        return _exchange(body, received)
