"""The orders that a regional index takes, and its answers as they are built by hand."""

import pytest
from lxml import etree

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import IndexCapabilities, IndexRegie, Order, Outcome
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.wire.message import WireResponse
from tests.contract.orders import EARLIER, MESSAGE, OPERATIONS, SIGNAL

CONTRACT = "urn:x-verwijsindex-gateway:regionale-index:1"
NS = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "a": "http://www.w3.org/2005/08/addressing",
    "r": CONTRACT,
}
SENDER, RECEIVER = "00000001003214345000", "regio-zuid"
DECLARED = IndexCapabilities(axes=frozenset({"urgentie"}), regie=True)
ORDERS = pytest.mark.parametrize(("name", "order"), OPERATIONS.items())
SCHEMA = etree.XMLSchema(file="gateway/schemas/regionale-index-1.xsd")


def said(body: bytes, path: str) -> list[str]:
    results = etree.fromstring(body).xpath(path, namespaces=NS)
    assert isinstance(results, list)
    return [str(found) for found in results]


def kop(about: object = MESSAGE) -> str:
    correlation = f"<correlatieReferentie>{about}</correlatieReferentie>" if about else ""
    return (
        "<kop><berichtReferentie>antwoord-1</berichtReferentie><tijdstipBericht>2026-03-01T10:30:00+01:00"
        f"</tijdstipBericht><zender>{RECEIVER}</zender><ontvanger>{SENDER}</ontvanger><versie>1</versie>{correlation}</kop>"
    )


def soap(body: str, relates_to: object = MESSAGE) -> bytes:
    header = f"<a:RelatesTo>urn:uuid:{relates_to}</a:RelatesTo>" if relates_to else ""
    return (
        f'<s:Envelope xmlns:s="{NS["s"]}" xmlns:a="{NS["a"]}"><s:Header>{header}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def element(name: str, content: str) -> str:
    return f'<{name} xmlns="{CONTRACT}">{content}</{name}>'


def contact(naam: str = "J. Jansen", functie: str = "<functie>wijkteam</functie>", telefoon: str = "06") -> str:
    return (
        f"<betrokkene><professionalId>p9</professionalId><naam>{naam}</naam>{functie}<instantieId>i9</instantieId>"
        f"<instantieNaam>Wijkteam</instantieNaam><telefoon>{telefoon}</telefoon></betrokkene>"
    )


def aanduiding(equivalentie: str = "wider", woord: str = "spoed") -> str:
    return (
        f"<aanduiding><as>urgentie</as><code>binnen-1-werkdag</code><woord>{woord}</woord>"
        f"<equivalentie>{equivalentie}</equivalentie></aanduiding>"
    )


def match(name: str = "m1", entries: str = "", soort: str = "CLIENTMATCH", moment: str = "2026-02-28T12:00:00") -> str:
    return (
        f"<match><matchId>{name}</matchId><soort>{soort}</soort><eigenSignaalId>{SIGNAL}</eigenSignaalId>"
        f"<nietDezelfdeJeugdige>0</nietDezelfdeJeugdige><ontstaanOp>{moment}</ontstaanOp><status>ACTIEF</status>{entries}</match>"
    )


def afgeven(matches: str = "", head: str | None = None) -> str:
    return element(
        "signaalAfgevenAntwoord",
        f"{head or kop()}<indexSignaalId>ix-5</indexSignaalId><status>ACTIEF</status>"
        f"<verwijderdatum>2028-03-01</verwijderdatum>{matches}",
    )


def bevestiging(head: str | None = None) -> str:
    return element(
        "ontvangstbevestiging", f"{head or kop()}<indexSignaalId>ix-5</indexSignaalId><status>ARCHIEF</status>"
    )


def page(matches: str = "", cursor: str = "9", meer: str = "true") -> str:
    return element(
        "matchesOpvragenAntwoord", f"{kop()}{matches}<totVolgnummer>{cursor}</totVolgnummer><meer>{meer}</meer>"
    )


def capaciteiten(duration: str = "PT1M30S") -> str:
    return element(
        "capaciteitenAntwoord",
        f"{kop()}<ketenregistratie>1</ketenregistratie><signaalcode>false</signaalcode><aanduidingAs>urgentie"
        f"</aanduidingAs><verwerkingstijd>{duration}</verwerkingstijd>",
    )


def opgevraagd(*statuses: str) -> str:
    told = "".join(
        f"<signaal><indexSignaalId>i-1</indexSignaalId><status>{one}</status>"
        + ("" if one == "VERNIETIGD" else contact().replace("betrokkene>", "melder>"))
        + ("" if one == "VERNIETIGD" else "<datumTijdMelding>2026-03-01T10:30:00+01:00</datumTijdMelding>")
        + "<verwijderdatum>2028-03-01</verwijderdatum><leidend>true</leidend></signaal>"
        for one in statuses or ("ACTIEF",)
    )
    return element("signaalOpvragenAntwoord", kop() + told)


def found(inner: str = "", gevonden: str = "true") -> str:
    return element("statusOpvragenAntwoord", f"{kop()}<gevonden>{gevonden}</gevonden>{inner}")


def regie(wie: str = "ANDER", who: str = "<naam>J. Jansen</naam>", more: str = "", stand: str = "5") -> str:
    return f"<regie><wie>{wie}</wie>{who}<aangeboden>true</aangeboden>{more}<stand>{stand}</stand></regie>"


def vastgelegd(uitgevoerd: str = "true", told: str = "") -> str:
    return element("regieVastleggenAntwoord", f"{kop()}<uitgevoerd>{uitgevoerd}</uitgevoerd>{told or regie()}")


def fout(code: str = "IX-7", herhaalbaar: str = "false", about: object = MESSAGE) -> str:
    correlation = f"<correlatieReferentie>{about}</correlatieReferentie>" if about else ""
    return element(
        "verwijsindexFout",
        f"<code>{code}</code><plek>client</plek><omschrijving>999990019 niet bekend</omschrijving>"
        f"<herhaalbaar>{herhaalbaar}</herhaalbaar>{correlation}",
    )


def fault(detail: str) -> str:
    return f"<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring><detail>{detail}</detail></s:Fault>"


ANSWERS: dict[str, str] = {
    "signaalAfgeven": afgeven(), "signaalBeeindigen": bevestiging(), "signaalIntrekken": bevestiging(),
    "signaalWijzigen": bevestiging(), "regieVastleggen": vastgelegd(), "matchTerugkoppelen": bevestiging(),
    "statusOpvragen": found(bevestiging(kop(EARLIER))), "matchesOpvragen": page(), "capaciteiten": capaciteiten(),
    "leidendZetten": bevestiging(), "signaalOpvragen": opgevraagd(),
}  # fmt: skip


def answer(index: RegionaleIndex, order: Order, body: str | bytes, status: int = 200) -> Outcome:
    return index.decode(order, WireResponse(status, body if isinstance(body, bytes) else soap(body), "text/xml"))


TAKEN = IndexRegie(wie=Wie.ANDER, aangeboden=True, stand=5, wie_dan=Aanspreekpunt(naam="J. Jansen"))
