"""The other side of the waakvlam dialect, written apart from the simulator: answers are held to the XSD."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from tests.simulator.wire import CHILD, ROOT, managed

WL = "https://loket.waakvlam.example/2026/1"
ENV = "http://www.w3.org/2003/05/soap-envelope"
SECRET = "voorbeeld-geheim-niet-echt"
SCHEMA = etree.XMLSchema(etree.parse(ROOT / "gateway/schemas/waakvlam-1.xsd"))


def tag(name: str, text: object) -> str:
    return f"<{name}>{escape(str(text))}</{name}>"


def envelope(operation: str, inner: str = "", *, ticket: str = "", party: str = "") -> bytes:
    blocks = "".join(
        f'<{name} env:mustUnderstand="true">{escape(text)}</{name}>'
        for name, text in (("Toegangsbewijs", ticket), ("Namens", party))
        if text
    )
    return (
        f'<env:Envelope xmlns:env="{ENV}" xmlns="{WL}"><env:Header>{blocks}</env:Header>'
        f"<env:Body><{operation}>{inner}</{operation}></env:Body></env:Envelope>"
    ).encode()


def by_bsn(bsn: str = CHILD) -> str:
    return f"<persoon>{tag('bsn', bsn)}</persoon>"


def by_data(**data: str) -> str:
    order = ("voornamen", "voorvoegsel", "geslachtsnaam", "geboortedag", "geslacht")
    said = "".join(tag(name, data[name]) for name in order if name in data)
    return f"<persoon><personalia>{said}</personalia></persoon>"


def worker(naam: str = "M. Elder", reach: str = "<telefoon>+31301234567</telefoon>") -> str:
    told = tag("medewerkercode", "p-1") + tag("naam", naam) + tag("functie", "leerkracht")
    return f"<aanspreekpunt>{told}{reach}</aanspreekpunt>"


class Told:
    """An answer of the counter."""

    def __init__(self, status: int, raw: bytes) -> None:
        self.status, self.raw = status, raw
        self.body: etree._Element = etree.fromstring(raw).find(f"{{{ENV}}}Body")[0]
        self.detail: etree._Element | None = self.body.find(f"{{{ENV}}}Detail/*")

    @property
    def code(self) -> str:
        """The code of a ruling; of a fault its reason or kind, or the name of what has none."""
        if self.detail is not None:
            return self.detail.findtext(f"{{{WL}}}reden") or self.detail.findtext(f"{{{WL}}}aard") or "BerichtFout"
        ruling = self.body.find(f"{{{WL}}}uitslag")
        return "" if ruling is None else ruling.get("code", "")

    @property
    def limit(self) -> str:
        return str(self.body.find(f"{{{WL}}}uitslag").get("grens"))

    def text(self, name: str) -> str:
        """What stands in the first element of this name."""
        return next((one.text or "" for one in self.body.iter(f"{{{WL}}}{name}")), "")

    def find(self, name: str) -> list[etree._Element]:
        return list(self.body.iter(f"{{{WL}}}{name}"))

    @property
    def bag(self) -> tuple[int, int, list[tuple[str, str]]]:
        """A bag: its number, how much waits, and of each piece what it is and on which reference."""
        (told,) = self.find("zak")
        pieces = [
            (etree.QName(piece[0]).localname.removeprefix("samenloop"), piece[0][1].get("eigenKenmerk"))
            for piece in told
        ]
        return int(told.get("nummer")), int(told.get("wachtend")), pieces


def number(told: Told) -> str:
    """The number that a signal was given, or kept."""
    assert told.code in ("00", "01"), told.raw
    return told.text("nummer")


class Loket:
    """A connection as the counter sees it; it logs in when it is made, unless it is told not to."""

    def __init__(self, base: str, name: str = "gateway", *, enter: bool = True) -> None:
        self.name = name
        self.ticket = ""
        split = urlsplit(base)
        self.http = http.client.HTTPConnection(split.hostname or "", split.port, timeout=20)
        if enter:
            self.ticket = self.enter().text("toegangsbewijs")

    def close(self) -> None:
        self.http.close()

    def post(self, message: bytes) -> Told:
        self.http.request("POST", "/soap", message, {"Content-Type": "application/soap+xml; charset=utf-8"})
        response = self.http.getresponse()
        return Told(response.status, response.read())

    def ask(self, operation: str, inner: str = "", party: str = "", *, strict: bool = True) -> Told:
        told = self.post(envelope(operation, inner, ticket=self.ticket, party=party))
        if told.detail is not None:
            assert told.status == (500 if told.detail.tag == f"{{{WL}}}StoringFout" else 400)
            SCHEMA.assertValid(told.detail)
        elif strict:
            assert told.status == 200
            SCHEMA.assertValid(told.body)
            assert etree.QName(told.body).localname == f"{operation}Antwoord"
        return told

    def enter(self, secret: str = SECRET) -> Told:
        return self.ask("OpenLoket", tag("aansluitcode", self.name) + tag("geheim", secret))

    def place(
        self, own: str = "s-1", party: str = "WV-0001", *, child: str = "", until: str = "", moment: str = "",
        who: str = "", soort: str = "GEWOON",
    ) -> Told:  # fmt: skip
        inner = (
            tag("eigenKenmerk", own) + tag("soort", soort) + (child or by_bsn())
            + (tag("meldmoment", moment) if moment else "") + (tag("uiterlijkeDag", until) if until else "")
            + (who or worker())
        )  # fmt: skip
        return self.ask("PlaatsVermelding", inner, party)

    def take_over(
        self, own: str = "s-1", party: str = "WV-0001", *, child: str = "", until: str = "20270603",
        moment: str = "20250603101500+0200",
    ) -> Told:  # fmt: skip
        inner = (
            tag("eigenKenmerk", own) + tag("soort", "GEWOON") + (child or by_bsn())
            + tag("oorspronkelijkMoment", moment) + tag("uiterlijkeDag", until) + worker()
            + tag("vorigeLeverancier", "Ander")
        )  # fmt: skip
        return self.ask("NeemVermeldingOver", inner, party)

    def revise(self, number: str, party: str = "WV-0001", *, until: str = "", who: str = "") -> Told:
        inner = tag("nummer", number) + (tag("uiterlijkeDag", until) if until else "") + who
        return self.ask("WerkVermeldingBij", inner, party)

    def shut(self, number: str, how: str = "BEEINDIGD", party: str = "WV-0001") -> Told:
        return self.ask("SluitVermelding", tag("nummer", number) + tag("wijze", how), party)

    def consult(self, own: str = "s-1", party: str = "WV-0001") -> Told:
        return self.ask("RaadpleegVermelding", tag("eigenKenmerk", own), party)

    def fetch(self, after: int | None = None, *, strict: bool = True) -> Told:
        return self.ask("HaalPost", "" if after is None else tag("naZak", after), strict=strict)

    def managed(self, page: str, value: object = None) -> Any:
        return managed(self.http, page, value)


Connect = Callable[..., Loket]
