"""The orders that an index in the style of a ketenregister takes, and its answers as they are built by hand."""

import pytest
from lxml import etree

from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.canonical.order import IndexCapabilities, Order, Outcome, Register
from gateway.canonical.signal import Soort
from gateway.canonical.terms import Equivalence, Meaning
from gateway.wire.message import WireRequest, WireResponse
from tests.contract import orders
from tests.contract.orders import AMEND, CAPABILITIES, END, INSPECT, LEAD, MESSAGE, POLL, SIGNAL, WITHDRAW

CONTRACT = "urn:x-verwijsindex-gateway:ketenregister-stijl:1"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
NS = {"s": ENVELOPE, "k": CONTRACT}
SENDER, RECEIVER = "00000001003214345000", "keten-noord"
DECLARED = IndexCapabilities(mails=True, ketenregistratie=True, signaalcode=True)
MEANING = Meaning(axis="urgentie", word="kanarie", concept="spoed", equivalence=Equivalence.WIDER, map="m")


def register(**changed: object) -> Register:
    return orders.register(**{"meanings": (MEANING,)} | changed)


REGISTER = register()
KETEN = register(soort=Soort.KETENREGISTRATIE)
ORDERS: dict[str, Order] = {
    "signaal": REGISTER, "ketenregistratie": KETEN, "wijzigen": AMEND, "beeindigen": END, "intrekken": WITHDRAW,
    "leidend": LEAD, "opzoeken": INSPECT, "berichten": POLL, "capaciteiten": CAPABILITIES,
}  # fmt: skip
EVERY = pytest.mark.parametrize(("name", "order"), ORDERS.items())
SCHEMA = etree.XMLSchema(file="gateway/schemas/ketenregister-stijl-1.xsd")


def said(request: WireRequest, path: str) -> list[str]:
    results = etree.fromstring(request.body).xpath(path, namespaces=NS)
    assert isinstance(results, list)
    return [str(found) for found in results]


def operation(request: WireRequest) -> str:
    """What a message asks; it obeys the contract."""
    (body,) = etree.fromstring(request.body).find("s:Body", NS)
    SCHEMA.assertValid(body)
    name = etree.QName(body).localname
    assert request.headers == {"soapaction": f'"{CONTRACT}/{name}"'}
    return name


def element(name: str, content: str) -> str:
    return f'<{name} xmlns="{CONTRACT}">{content}</{name}>'


def kop(about: object = MESSAGE) -> str:
    return (
        f"<kop><berichtnummer>antwoord-1</berichtnummer><antwoordOp>{about}</antwoordOp>"
        f"<verzondenOp>2026-03-01T10:30:00+01:00</verzondenOp><afzender>{RECEIVER}</afzender>"
        f"<geadresseerde>{SENDER}</geadresseerde><versie>1</versie></kop>"
    )


def own(reference: object = SIGNAL) -> str:
    return f"<eigenReferentie>{reference}</eigenReferentie>"


def soap(body: str) -> bytes:
    return f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


def client(number: str = "c-1", about: object = f"{MESSAGE}.client", reference: object = SIGNAL) -> str:
    told = f"<clientnummer>{number}</clientnummer>"
    return element("clientVerifierenAntwoord", kop(about) + own(reference) + told)


def medewerker(
    number: str = "m-1", who: str = "<clientnummer>c-1</clientnummer>", about: object = f"{MESSAGE}.medewerker"
) -> str:
    told = f"{who}<medewerkernummer>{number}</medewerkernummer>"
    return element("medewerkerRegistrerenAntwoord", kop(about) + own() + told)


def vastgelegd(number: str = "r-5", about: object = MESSAGE, reference: object = SIGNAL, stood: str = "false") -> str:
    told = (
        f"<registratienummer>{number}</registratienummer><status>ACTIEF</status><einddatum>2028-03-01</einddatum>"
        f"<bestondAl>{stood}</bestondAl>"
    )
    return element("vastleggenAntwoord", kop(about) + own(reference) + told)


def bevestiging(about: object = MESSAGE, reference: object = SIGNAL) -> str:
    told = "<registratienummer>r-5</registratienummer><status>ARCHIEF</status>"
    return element("bevestiging", kop(about) + own(reference) + told)


def opgezocht(*statuses: str) -> str:
    who = (
        "<medewerker><medewerkerId>p9</medewerkerId><naam>J. Jansen</naam><organisatieId>i9</organisatieId>"
        "<organisatie>Wijkteam</organisatie><telefoon>06</telefoon></medewerker>"
        "<datumTijdMelding>2026-03-01T10:30:00+01:00</datumTijdMelding>"
    )
    told = "".join(
        f"<registratie><registratienummer>r-1</registratienummer><status>{one}</status>"
        f"{'' if one == 'VERNIETIGD' else who}<einddatum>2028-03-01</einddatum><leidend>true</leidend></registratie>"
        for one in statuses
    )
    return element("opzoekenOpEigenReferentieAntwoord", kop() + own() + told)


def contact(naam: str = "J. Jansen", functie: str = "<functie>wijkteam</functie>", telefoon: str = "06") -> str:
    return (
        f"<contactpersoon><naam>{naam}</naam>{functie}<organisatie>Wijkteam</organisatie>"
        f"<telefoon>{telefoon}</telefoon></contactpersoon>"
    )


def match(
    name: str = "m1", entries: str = "", soort: str = "ZELFDE_CLIENT", moment: str = "2026-02-28T12:00:00",
    other: str = "0", stand: str = "LOPEND", remove: str = "",
) -> str:  # fmt: skip
    return (
        f"<matchbericht><matchnummer>{name}</matchnummer>{own()}<soort>{soort}</soort><andereClient>{other}"
        f"</andereClient><ontstaanOp>{moment}</ontstaanOp><stand>{stand}</stand>{remove}{entries}</matchbericht>"
    )


def page(told: str = "", cursor: str = "9", meer: str = "true") -> str:
    return element(
        "berichtenOphalenAntwoord", f"{kop()}{told}<laatsteNummer>{cursor}</laatsteNummer><meer>{meer}</meer>"
    )


def capaciteiten(duration: str = "PT1M30S", *true: str) -> str:
    names = ("ketenregistratie", "signaalcode", "wijzigen", "mailt", "opzoeken", "overnemen", "stil", "landelijkUit")
    flags = "".join(f"<{name}>{'true' if name in true else '0'}</{name}>" for name in names)
    return element("capaciteitenAntwoord", f"{kop()}{flags}<verwerkingstijd>{duration}</verwerkingstijd>")


def fout(code: str = "IX-7", herhaalbaar: str = "false", about: object = MESSAGE) -> str:
    correlation = f"<antwoordOp>{about}</antwoordOp>" if about else ""
    return element(
        "ketenregisterFout",
        f"<code>{code}</code><bij>afzender</bij><omschrijving>999990019 niet bekend</omschrijving>"
        f"<herhaalbaar>{herhaalbaar}</herhaalbaar>{correlation}",
    )


def fault(detail: str) -> str:
    return f"<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring><detail>{detail}</detail></s:Fault>"


ANSWERS: dict[str, str] = {
    "signaal": vastgelegd(), "ketenregistratie": vastgelegd(stood="true"), "wijzigen": bevestiging(),
    "beeindigen": bevestiging(), "intrekken": bevestiging(), "leidend": bevestiging(),
    "opzoeken": opgezocht("ACTIEF"), "berichten": page(), "capaciteiten": capaciteiten(),
}  # fmt: skip


def answer(index: KetenregisterStijl, order: Order, body: str | bytes, status: int = 200) -> Outcome | WireRequest:
    return index.decode(order, WireResponse(status, body if isinstance(body, bytes) else soap(body), "text/xml"))


def going_on(index: KetenregisterStijl, order: Order, body: str) -> WireRequest:
    """What the index is asked next, after this answer."""
    told = answer(index, order, body)
    assert isinstance(told, WireRequest), told
    return told
