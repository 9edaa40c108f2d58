"""The requests of "regionale-index-1", from elements that obey the XSD to values."""

import datetime as dt

from lxml import etree

from gateway.canonical.match import Opvolging
from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.soap_shared import date, number
from gateway.simulator.values import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Call,
    End,
    FollowUp,
    Inspect,
    Lead,
    Message,
    Poll,
    Register,
    Request,
    Withdraw,
    Word,
)
from gateway.wire.xml import Element

CONTRACT = "urn:x-verwijsindex-gateway:regionale-index:1"
USUAL = 100
"""How many matches a poll gets that does not say how many."""

CONTACT = {
    "professionalId": "professional_id",
    "naam": "naam",
    "functie": "functie",
    "instantieId": "instantie_id",
    "instantieNaam": "instantie_naam",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
"""The elements of a Contact in the order of the XSD, and our names for them."""


def call(body: Element, *, relates_to: str) -> Call:
    """Read a request and what its answer refers to.

    Raises ValueError, without the text, for a date or number that the schema allows and no calendar or computer has.
    """
    return Call(
        operation=etree.QName(body).localname,
        message=Message(
            sender=_text(body, "kop/zender"), reference=_text(body, "kop/berichtReferentie"), request=_request(body)
        ),
        addressee=_text(body, "kop/ontvanger"),
        version=_text(body, "kop/versie"),
        relates_to=relates_to,
    )


def _request(body: Element) -> Request:
    match etree.QName(body).localname:
        case "signaalAfgeven":
            return _register(body)
        case "signaalBeeindigen":
            return End(reference=_text(body, "gatewayReferentie"), datum_einde=_date(body, "datumEinde"))
        case "signaalIntrekken":
            return Withdraw(reference=_text(body, "gatewayReferentie"))
        case "leidendZetten":
            leidend = _text(body, "leidend").strip() in ("true", "1")
            return Lead(reference=_text(body, "gatewayReferentie"), leidend=leidend)
        case "signaalOpvragen":
            return Inspect(reference=_text(body, "gatewayReferentie"))
        case "signaalWijzigen":
            return Amend(
                reference=_text(body, "gatewayReferentie"),
                contact=_contact(body),
                verwijderdatum=_date(body, "verwijderdatum"),
            )
        case "regieVastleggen":
            return Arrange(
                reference=_text(body, "gatewayReferentie"),
                match_id=_text(body, "matchId"),
                handeling=Regiehandeling(_text(body, "handeling")),
                stand=number(_text(body, "stand")),
                herzien_op=_date(body, "herzienOp") if _maybe(body, "herzienOp") else None,
            )
        case "matchTerugkoppelen":
            return FollowUp(
                reference=_text(body, "gatewayReferentie"),
                match_id=_text(body, "matchId"),
                contact=Opvolging(_text(body, "contact")),
            )
        case "statusOpvragen":
            return AskStatus(about=_text(body, "vanBericht"))
        case "matchesOpvragen":
            maximum = _maybe(body, "maximum")
            return Poll(
                after=number(_text(body, "vanafVolgnummer")), maximum=USUAL if maximum is None else number(maximum)
            )
        case "capaciteiten":
            return AskCapabilities()
        case _:
            raise ValueError("no request of this contract")


def _register(body: Element) -> Register:
    signaalcode = _maybe(body, "signaalcode")
    return Register(
        reference=_text(body, "gatewayReferentie"),
        soort=Soort(_text(body, "soort")),
        person=_person(body),
        contact=_contact(body),
        datum_tijd_melding=_text(body, "datumTijdMelding").strip(),
        verwijderdatum=_date(body, "verwijderdatum"),
        signaalcode=None if signaalcode is None else Signaalcode(signaalcode),
        words=tuple(
            Word(
                axis=_text(word, "as"),
                code=_text(word, "code"),
                word=_text(word, "woord"),
                equivalence=_text(word, "equivalentie"),
            )
            for word in body.iterfind(_path("aanduiding"))
        ),
        leidend=(_maybe(body, "leidend") or "true").strip() in ("true", "1"),
    )


def _contact(body: Element) -> Contact:
    return Contact.model_validate({name: _maybe(body, f"melder/{tag}") for tag, name in CONTACT.items()})


def _person(body: Element) -> Person:
    if (bsn := _maybe(body, "jeugdige/bsn")) is not None:
        return Person(bsn=bsn)
    data = "jeugdige/persoonsgegevens"
    huisnummer = _maybe(body, f"{data}/huisnummer")
    return Person(
        familienaam=_text(body, f"{data}/familienaam"),
        voorvoegsel=_maybe(body, f"{data}/voorvoegsel"),
        voornamen=_maybe(body, f"{data}/voornamen"),
        geboortedatum=_text(body, f"{data}/geboortedatum"),
        geslacht=Geslacht(_text(body, f"{data}/geslacht")),
        postcode=_maybe(body, f"{data}/postcode"),
        huisnummer=None if huisnummer is None else number(huisnummer),
    )


def _path(path: str) -> str:
    return "/".join(f"{{{CONTRACT}}}{step}" for step in path.split("/"))


def _maybe(element: Element, path: str) -> str | None:
    return element.findtext(_path(path))


def _text(element: Element, path: str) -> str:
    return element.findtext(_path(path)) or ""


def _date(element: Element, path: str) -> dt.date:
    return date(_text(element, path))
