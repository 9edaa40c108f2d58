"""The other side of the ketenregister dialect, written apart from the simulator: answers are held to the XSD."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from lxml import etree

from tests.simulator.wire import CHILD, ROOT, SOAP, Answer, as_dict, managed

KR = "urn:x-verwijsindex-gateway:ketenregister-stijl:1"
SCHEMA = etree.XMLSchema(etree.parse(ROOT / "gateway/schemas/ketenregister-stijl-1.xsd"))
MOMENT = "2026-11-21T09:58:00+01:00"


def tag(name: str, text: object) -> str:
    return f"<kr:{name}>{escape(str(text))}</kr:{name}>"


def envelope(operation: str, inner: str, *, number: str, sender: str) -> bytes:
    kop = (
        "<kr:kop>" + tag("berichtnummer", number) + tag("verzondenOp", "2026-11-21T10:00:00+01:00")
        + tag("afzender", sender) + tag("geadresseerde", "index") + tag("versie", "1") + "</kr:kop>"
    )  # fmt: skip
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:kr="{KR}"><soap:Body><kr:{operation}>{kop}{inner}'
        f"</kr:{operation}></soap:Body></soap:Envelope>"
    ).encode()


def by_bsn(bsn: str = CHILD) -> str:
    return f"<kr:client>{tag('bsn', bsn)}</kr:client>"


def by_data(**data: str) -> str:
    return f"<kr:client><kr:gegevens>{''.join(tag(*each) for each in data.items())}</kr:gegevens></kr:client>"


def worker(organisation: str, **more: str) -> str:
    fields = {
        "medewerkerId": f"p-{organisation}", "naam": f"Melder van {organisation}", "organisatieId": organisation,
        "organisatie": f"Instantie {organisation}", "telefoon": "0612345678",
    } | more  # fmt: skip
    return f"<kr:medewerker>{''.join(tag(*each) for each in fields.items())}</kr:medewerker>"


class Told(Answer):
    """An answer of a ketenregister."""

    @property
    def code(self) -> str:
        return self.body.findtext(f"detail/{{{KR}}}ketenregisterFout/{{{KR}}}code") or ""

    @property
    def again(self) -> bool:
        """Whether a fault says that it may be said again."""
        return self.body.findtext(f"detail/{{{KR}}}ketenregisterFout/{{{KR}}}herhaalbaar") == "true"

    def text(self, path: str) -> str:
        return self.body.findtext("/".join(f"{{{KR}}}{step}" for step in path.split("/"))) or ""

    def each(self, name: str) -> list[dict[str, Any]]:
        return [as_dict(one) for one in self.body.iterfind(f"{{{KR}}}{name}")]


class Keten:
    """A gateway as a ketenregister sees it: a name, and the messages of a registration one by one."""

    def __init__(self, base: str, name: str = "gateway") -> None:
        self.name = name
        split = urlsplit(base)
        self.http = http.client.HTTPConnection(split.hostname or "", split.port, timeout=20)

    def close(self) -> None:
        self.http.close()

    def post(self, message: bytes) -> Told:
        try:
            self.http.request("POST", "/soap", message, {"Content-Type": "text/xml; charset=utf-8"})
            response = self.http.getresponse()
            return Told(response.status, response.read())
        except BaseException:
            self.http.close()
            raise

    def ask(self, operation: str, inner: str = "", number: str = "") -> Told:
        number = number or str(uuid4())
        told = self.post(envelope(operation, inner, number=number, sender=self.name))
        assert told.root.find(f"{{{SOAP}}}Header") is None
        body = told.body
        if body.tag == f"{{{SOAP}}}Fault":
            assert told.status == 500
            SCHEMA.assertValid(body.find("detail")[0])
        else:
            assert told.status == 200
            SCHEMA.assertValid(body)
            assert (told.text("kop/antwoordOp"), told.text("kop/geadresseerde")) == (number, self.name)
        return told

    def verify(self, own: str = "s-1", client: str = "") -> Told:
        return self.ask("clientVerifieren", tag("eigenReferentie", own) + (client or by_bsn()))

    def enrol(self, organisation: str = "school", own: str = "s-1", client: str = "", **more: str) -> Told:
        about = tag("clientnummer", client) if client else ""
        return self.ask("medewerkerRegistreren", tag("eigenReferentie", own) + about + worker(organisation, **more))

    def record(
        self, client: str, by: str, own: str = "s-1", *, kind: str = "signaalVastleggen", more: str = "",
        until: str = "2028-11-21", leading: str = "true", number: str = "",
    ) -> Told:  # fmt: skip
        inner = (
            tag("eigenReferentie", own) + tag("clientnummer", client) + tag("medewerkernummer", by)
            + tag("datumTijdMelding", MOMENT) + tag("einddatum", until) + more + tag("leidend", leading)
        )  # fmt: skip
        return self.ask(kind, inner, number)

    def register(self, own: str = "s-1", organisation: str = "school", client: str = "", **options: str) -> Told:
        """All three messages."""
        who = self.verify(own, client)
        if who.code:
            return who
        by = self.enrol(organisation, own, who.text("clientnummer"))
        return self.record(by.text("clientnummer"), by.text("medewerkernummer"), own, **options)

    def amend(self, by: str, own: str = "s-1", until: str = "2028-11-21") -> Told:
        inner = tag("eigenReferentie", own) + tag("medewerkernummer", by) + tag("einddatum", until)
        return self.ask("registratieWijzigen", inner)

    def end(self, own: str = "s-1") -> Told:
        return self.ask("registratieBeeindigen", tag("eigenReferentie", own) + tag("beeindigdPer", "2026-11-21"))

    def withdraw(self, own: str = "s-1", number: str = "") -> Told:
        return self.ask("registratieIntrekken", tag("eigenReferentie", own), number)

    def lead(self, own: str, leading: str) -> Told:
        return self.ask("leidendZetten", tag("eigenReferentie", own) + tag("leidend", leading))

    def stands(self, own: str = "s-1") -> Told:
        return self.ask("opzoekenOpEigenReferentie", tag("eigenReferentie", own))

    def fetch(self, after: int = 0, most: int | None = None) -> Told:
        limit = "" if most is None else tag("hoogstens", most)
        return self.ask("berichtenOphalen", tag("naNummer", after) + limit)

    def managed(self, page: str, value: object = None) -> Any:
        return managed(self.http, page, value)


Connect = Callable[..., Keten]
