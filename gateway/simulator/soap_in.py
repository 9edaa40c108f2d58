"""The requests of "regionale-index-1", from elements that obey the XSD to values."""

from lxml import etree

from gateway.canonical.match import Opvolging
from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.soap_elements import Names
from gateway.simulator.soap_shared import number
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
NAMES = Names(CONTRACT, "ri")
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
            sender=NAMES.text(body, "kop/zender"),
            reference=NAMES.text(body, "kop/berichtReferentie"),
            request=_request(body),
        ),
        addressee=NAMES.text(body, "kop/ontvanger"),
        version=NAMES.text(body, "kop/versie"),
        relates_to=relates_to,
    )


def _request(body: Element) -> Request:
    match etree.QName(body).localname:
        case "signaalAfgeven":
            return _register(body)
        case "signaalBeeindigen":
            return End(reference=NAMES.text(body, "gatewayReferentie"), datum_einde=NAMES.date(body, "datumEinde"))
        case "signaalIntrekken":
            return Withdraw(reference=NAMES.text(body, "gatewayReferentie"))
        case "leidendZetten":
            return Lead(reference=NAMES.text(body, "gatewayReferentie"), leidend=NAMES.flag(body, "leidend"))
        case "signaalOpvragen":
            return Inspect(reference=NAMES.text(body, "gatewayReferentie"))
        case "signaalWijzigen":
            return Amend(
                reference=NAMES.text(body, "gatewayReferentie"),
                contact=_contact(body),
                verwijderdatum=NAMES.date(body, "verwijderdatum"),
            )
        case "regieVastleggen":
            return Arrange(
                reference=NAMES.text(body, "gatewayReferentie"),
                match_id=NAMES.text(body, "matchId"),
                handeling=Regiehandeling(NAMES.text(body, "handeling")),
                stand=number(NAMES.text(body, "stand")),
                herzien_op=NAMES.date(body, "herzienOp") if NAMES.maybe(body, "herzienOp") else None,
            )
        case "matchTerugkoppelen":
            return FollowUp(
                reference=NAMES.text(body, "gatewayReferentie"),
                match_id=NAMES.text(body, "matchId"),
                contact=Opvolging(NAMES.text(body, "contact")),
            )
        case "statusOpvragen":
            return AskStatus(about=NAMES.text(body, "vanBericht"))
        case "matchesOpvragen":
            maximum = NAMES.maybe(body, "maximum")
            return Poll(
                after=number(NAMES.text(body, "vanafVolgnummer")), maximum=USUAL if maximum is None else number(maximum)
            )
        case "capaciteiten":
            return AskCapabilities()
        case _:
            raise ValueError("no request of this contract")


def _register(body: Element) -> Register:
    signaalcode = NAMES.maybe(body, "signaalcode")
    return Register(
        reference=NAMES.text(body, "gatewayReferentie"),
        soort=Soort(NAMES.text(body, "soort")),
        person=_person(body),
        contact=_contact(body),
        datum_tijd_melding=NAMES.text(body, "datumTijdMelding").strip(),
        verwijderdatum=NAMES.date(body, "verwijderdatum"),
        signaalcode=None if signaalcode is None else Signaalcode(signaalcode),
        words=tuple(
            Word(
                axis=NAMES.text(word, "as"),
                code=NAMES.text(word, "code"),
                word=NAMES.text(word, "woord"),
                equivalence=NAMES.text(word, "equivalentie"),
            )
            for word in body.iterfind(NAMES.path("aanduiding"))
        ),
        leidend=(NAMES.maybe(body, "leidend") or "true").strip() in ("true", "1"),
    )


def _contact(body: Element) -> Contact:
    return Contact.model_validate({name: NAMES.maybe(body, f"melder/{tag}") for tag, name in CONTACT.items()})


def _person(body: Element) -> Person:
    if (bsn := NAMES.maybe(body, "jeugdige/bsn")) is not None:
        return Person(bsn=bsn)
    data = "jeugdige/persoonsgegevens"
    huisnummer = NAMES.maybe(body, f"{data}/huisnummer")
    return Person(
        familienaam=NAMES.text(body, f"{data}/familienaam"),
        voorvoegsel=NAMES.maybe(body, f"{data}/voorvoegsel"),
        voornamen=NAMES.maybe(body, f"{data}/voornamen"),
        geboortedatum=NAMES.text(body, f"{data}/geboortedatum"),
        geslacht=Geslacht(NAMES.text(body, f"{data}/geslacht")),
        postcode=NAMES.maybe(body, f"{data}/postcode"),
        huisnummer=None if huisnummer is None else number(huisnummer),
    )
