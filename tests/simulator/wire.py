"""The other side of the wire, written apart from the simulator: raw messages and HTTP, answers held against the XSD."""

import csv
import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
RI = "urn:x-verwijsindex-gateway:regionale-index:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
NS = {"ri": RI, "soap": SOAP, "wsa": WSA}
SCHEMA = etree.XMLSchema(etree.parse(ROOT / "gateway/schemas/regionale-index-1.xsd"))

with (ROOT / "tests/data/testpersonen.csv").open(encoding="utf-8") as _file:
    CHILDREN = list(csv.DictReader(_file, delimiter=";"))
REGISTERED = [child for child in CHILDREN if child["opgeschort"] == "nee"]
SUSPENDED = [child for child in CHILDREN if child["opgeschort"] == "ja"]
CHILD, OTHER = (child["bsn"] for child in REGISTERED[:2])


def tag(name: str, text: object) -> str:
    return f"<ri:{name}>{escape(str(text))}</ri:{name}>"


def kop(reference: str, sender: str) -> str:
    return (
        "<ri:kop>" + tag("berichtReferentie", reference) + tag("tijdstipBericht", "2026-11-21T10:00:00+01:00")
        + tag("zender", sender) + tag("ontvanger", "index") + tag("versie", "1") + "</ri:kop>"
    )  # fmt: skip


def contact(organisation: str, **more: str) -> str:
    fields = {
        "professionalId": f"p-{organisation}", "naam": f"Melder van {organisation}", "instantieId": organisation,
        "instantieNaam": f"Instantie {organisation}", "telefoon": "0612345678",
    } | more  # fmt: skip
    order = ("professionalId", "naam", "functie", "instantieId", "instantieNaam", "locatie", "telefoon", "email")
    return "<ri:melder>" + "".join(tag(name, fields[name]) for name in order if name in fields) + "</ri:melder>"


def by_bsn(bsn: str) -> str:
    return f"<ri:jeugdige>{tag('bsn', bsn)}</ri:jeugdige>"


def by_data(**data: str) -> str:
    order = ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")
    inner = "".join(tag(name, data[name]) for name in order if data.get(name))
    return f"<ri:jeugdige><ri:persoonsgegevens>{inner}</ri:persoonsgegevens></ri:jeugdige>"


def word(axis: str, said: str = "spoed") -> str:
    inner = tag("as", axis) + tag("code", "c") + tag("woord", said) + tag("equivalentie", "wider")
    return f"<ri:aanduiding>{inner}</ri:aanduiding>"


def envelope(operation: str, inner: str, *, reference: str, sender: str, message_id: str) -> bytes:
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}" xmlns:ri="{RI}"><soap:Header>'
        f"<wsa:Action>{RI}/{operation}</wsa:Action><wsa:MessageID>{message_id}</wsa:MessageID></soap:Header>"
        f"<soap:Body><ri:{operation}>{kop(reference, sender)}{inner}</ri:{operation}></soap:Body></soap:Envelope>"
    ).encode()


@dataclass
class Answer:
    status: int
    raw: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.raw)

    @property
    def body(self) -> etree._Element:
        return self.root.find(f"{{{SOAP}}}Body")[0]

    @property
    def code(self) -> str:
        """The code of a fault, the empty text for an answer."""
        return self.body.findtext(f"detail/{{{RI}}}verwijsindexFout/{{{RI}}}code") or ""

    def text(self, path: str) -> str:
        return self.body.findtext("/".join(f"{{{RI}}}{step}" for step in path.split("/"))) or ""

    @property
    def matches(self) -> list[dict[str, Any]]:
        return [as_dict(match) for match in self.body.iterfind(f"{{{RI}}}match")]


def as_dict(element: etree._Element) -> Any:
    if not len(element):
        return element.text or ""
    return {etree.QName(child).localname: as_dict(child) for child in element}


def managed(connection: http.client.HTTPConnection, page: str, value: object = None) -> Any:
    """What a page of the simulator tells, or answers to what it is told."""
    connection.request(
        "GET" if value is None else "POST", f"/beheer/{page}", None if value is None else json.dumps(value)
    )
    response = connection.getresponse()
    answer = json.loads(response.read())
    assert response.status == 200, answer
    return answer


class Sender:
    """A gateway as the index sees it: a name, a connection that stays open, answers checked against the contract."""

    def __init__(self, base: str, name: str = "gateway", *, strict: bool = True, timeout: float = 20) -> None:
        self.name = name
        self.strict = strict
        split = urlsplit(base)
        self.http = http.client.HTTPConnection(split.hostname, split.port, timeout=timeout)

    def close(self) -> None:
        self.http.close()

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        try:
            self.http.request(method, path, body, headers)
            response = self.http.getresponse()
            return response.status, response.read()
        except BaseException:
            self.http.close()
            raise

    def post(self, message: bytes, *, action: str | None = None) -> Answer:
        headers = {"Content-Type": "text/xml; charset=utf-8"} | ({} if action is None else {"SOAPAction": action})
        answer = Answer(*self.request("POST", "/soap", message, **headers))
        if self.strict:
            self.check(answer)
        return answer

    def check(self, answer: Answer) -> None:
        body = answer.body
        if body.tag == f"{{{SOAP}}}Fault":
            assert answer.status == 500
            detail = body.find("detail")
            assert body.findtext("faultcode").startswith("soap:")
            assert len(detail) == 1
            body = detail[0]
            action = "verwijsindexFout"
        else:
            assert answer.status == 200
            action = ""
        SCHEMA.assertValid(body)
        assert answer.root.findtext(f".//{{{WSA}}}Action").startswith(f"{RI}/{action}")

    def ask(self, operation: str, inner: str = "", *, reference: str = "", message_id: str = "") -> Answer:
        message_id = message_id or f"urn:uuid:{uuid4()}"
        reference = reference or str(uuid4())
        message = envelope(operation, inner, reference=reference, sender=self.name, message_id=message_id)
        answer = self.post(message, action=f'"{RI}/{operation}"')
        assert answer.root.findtext(f".//{{{WSA}}}RelatesTo") == message_id
        if answer.status == 200:
            assert answer.root.findtext(f".//{{{WSA}}}Action") == f"{RI}/{operation}Antwoord"
            assert answer.text("kop/correlatieReferentie") == reference
            assert answer.text("kop/ontvanger") == self.name
        return answer

    def register(
        self, person: str = CHILD, organisation: str = "school", *, signal: str = "", reference: str = "",
        soort: str = "SIGNAAL", extra: str = "", until: str = "2028-11-21", message_id: str = "", **melder: str,
    ) -> Answer:  # fmt: skip
        person = by_bsn(person) if person.isdigit() else person
        inner = (
            tag("gatewayReferentie", signal or uuid4()) + tag("soort", soort) + person + contact(organisation, **melder)
            + tag("datumTijdMelding", "2026-11-21T09:58:00+01:00") + tag("verwijderdatum", until) + extra
        )  # fmt: skip
        return self.ask("signaalAfgeven", inner, reference=reference, message_id=message_id)

    def end(self, signal: str, **options: str) -> Answer:
        return self.ask(
            "signaalBeeindigen", tag("gatewayReferentie", signal) + tag("datumEinde", "2026-11-21"), **options
        )

    def amend(
        self,
        signal: str,
        organisation: str = "school",
        *,
        until: str = "2028-11-21",
        reference: str = "",
        **melder: str,
    ) -> Answer:
        inner = tag("gatewayReferentie", signal) + contact(organisation, **melder) + tag("verwijderdatum", until)
        return self.ask("signaalWijzigen", inner, reference=reference)

    def withdraw(self, signal: str, **options: str) -> Answer:
        return self.ask("signaalIntrekken", tag("gatewayReferentie", signal), **options)

    def status(self, about: str) -> Answer:
        return self.ask("statusOpvragen", tag("vanBericht", about))

    def poll(self, after: int = 0, maximum: int | None = None) -> Answer:
        more = "" if maximum is None else tag("maximum", maximum)
        return self.ask("matchesOpvragen", tag("vanafVolgnummer", after) + more)

    def managed(self, method: str, path: str, value: object = None) -> Any:
        body = None if value is None else json.dumps(value).encode()
        status, answer = self.request(method, f"/beheer/{path}", body)
        assert status == 200, answer
        return json.loads(answer)

    def script(self, *rules: dict[str, object]) -> None:
        assert self.managed("POST", "storingen", list(rules)) == {"regels": len(rules)}
