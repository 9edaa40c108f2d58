"""The requests of "ketenregister-stijl-1", from elements that obey the XSD to values."""

import datetime as dt

from lxml import etree

from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.soap_shared import date, number
from gateway.simulator.values import (
    AskCapabilities,
    Call,
    End,
    Enrol,
    Inspect,
    Lead,
    Message,
    Poll,
    Record,
    Request,
    Rewrite,
    Verify,
    Withdraw,
)
from gateway.wire.xml import Element

CONTRACT = "urn:x-verwijsindex-gateway:ketenregister-stijl:1"
USUAL = 100
"""How many matches are fetched by who does not say how many."""

MEDEWERKER = {
    "medewerkerId": "professional_id",
    "naam": "naam",
    "functie": "functie",
    "organisatieId": "instantie_id",
    "organisatie": "instantie_naam",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
"""The elements of a Medewerker in the order of the XSD, and our names for them."""


def call(body: Element) -> Call:
    """Read a request; its own number, and its own reference where it has one, say what its answer refers to.

    Raises ValueError, without the text, for what is no request and for a date or number that no calendar or computer
    has.
    """
    return Call(
        operation=etree.QName(body).localname,
        message=Message(
            sender=_text(body, "kop/afzender"), reference=_text(body, "kop/berichtnummer"), request=_request(body)
        ),
        addressee=_text(body, "kop/geadresseerde"),
        version=_text(body, "kop/versie"),
        relates_to=_text(body, "eigenReferentie"),
    )


def _request(body: Element) -> Request:
    own = _text(body, "eigenReferentie")
    match etree.QName(body).localname:
        case "clientVerifieren":
            return Verify(reference=own, person=_person(body))
        case "medewerkerRegistreren":
            return Enrol(contact=_contact(body), client=_maybe(body, "clientnummer"))
        case "signaalVastleggen":
            return _record(body, own, Soort.SIGNAAL)
        case "ketenregistratieVastleggen":
            return _record(body, own, Soort.KETENREGISTRATIE)
        case "registratieWijzigen":
            until = _date(body, "einddatum")
            return Rewrite(reference=own, professional=_text(body, "medewerkernummer"), verwijderdatum=until)
        case "registratieBeeindigen":
            return End(reference=own, datum_einde=_date(body, "beeindigdPer"))
        case "registratieIntrekken":
            return Withdraw(reference=own)
        case "leidendZetten":
            return Lead(reference=own, leidend=_flag(body, "leidend"))
        case "opzoekenOpEigenReferentie":
            return Inspect(reference=own)
        case "berichtenOphalen":
            most = _maybe(body, "hoogstens")
            return Poll(after=number(_text(body, "naNummer")), maximum=USUAL if most is None else number(most))
        case "capaciteiten":
            return AskCapabilities()
        case _:
            raise ValueError("no request of this contract")


def _record(body: Element, own: str, soort: Soort) -> Record:
    code = _maybe(body, "signaalcode")
    return Record(
        reference=own,
        soort=soort,
        client=_text(body, "clientnummer"),
        professional=_text(body, "medewerkernummer"),
        datum_tijd_melding=_text(body, "datumTijdMelding").strip(),
        verwijderdatum=_date(body, "einddatum"),
        signaalcode=None if code is None else Signaalcode(code),
        leidend=_flag(body, "leidend"),
    )


def _contact(body: Element) -> Contact:
    return Contact.model_validate({name: _maybe(body, f"medewerker/{tag}") for tag, name in MEDEWERKER.items()})


def _person(body: Element) -> Person:
    if (bsn := _maybe(body, "client/bsn")) is not None:
        return Person(bsn=bsn)
    data = "client/gegevens"
    huisnummer = _maybe(body, f"{data}/huisnummer")
    return Person(
        familienaam=_text(body, f"{data}/achternaam"),
        voorvoegsel=_maybe(body, f"{data}/voorvoegsel"),
        voornamen=_maybe(body, f"{data}/voornamen"),
        geboortedatum=_text(body, f"{data}/geboortedatum"),
        geslacht=Geslacht(_text(body, f"{data}/geslacht")),
        postcode=_maybe(body, f"{data}/postcode"),
        huisnummer=None if huisnummer is None else number(huisnummer),
    )


def _maybe(element: Element, path: str) -> str | None:
    return element.findtext("/".join(f"{{{CONTRACT}}}{step}" for step in path.split("/")))


def _text(element: Element, path: str) -> str:
    return _maybe(element, path) or ""


def _flag(element: Element, path: str) -> bool:
    return _text(element, path).strip() in ("true", "1")


def _date(element: Element, path: str) -> dt.date:
    return date(_text(element, path))
