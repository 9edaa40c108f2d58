"""The requests of "ketenregister-stijl-1", from elements that obey the XSD to values."""

from lxml import etree

from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.soap_elements import Names
from gateway.simulator.soap_shared import number
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
NAMES = Names(CONTRACT, "kr")
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
            sender=NAMES.text(body, "kop/afzender"),
            reference=NAMES.text(body, "kop/berichtnummer"),
            request=_request(body),
        ),
        addressee=NAMES.text(body, "kop/geadresseerde"),
        version=NAMES.text(body, "kop/versie"),
        relates_to=NAMES.text(body, "eigenReferentie"),
    )


def _request(body: Element) -> Request:
    own = NAMES.text(body, "eigenReferentie")
    match etree.QName(body).localname:
        case "clientVerifieren":
            return Verify(reference=own, person=_person(body))
        case "medewerkerRegistreren":
            return Enrol(contact=_contact(body), client=NAMES.maybe(body, "clientnummer"))
        case "signaalVastleggen":
            return _record(body, own, Soort.SIGNAAL)
        case "ketenregistratieVastleggen":
            return _record(body, own, Soort.KETENREGISTRATIE)
        case "registratieWijzigen":
            until = NAMES.date(body, "einddatum")
            return Rewrite(reference=own, professional=NAMES.text(body, "medewerkernummer"), verwijderdatum=until)
        case "registratieBeeindigen":
            return End(reference=own, datum_einde=NAMES.date(body, "beeindigdPer"))
        case "registratieIntrekken":
            return Withdraw(reference=own)
        case "leidendZetten":
            return Lead(reference=own, leidend=NAMES.flag(body, "leidend"))
        case "opzoekenOpEigenReferentie":
            return Inspect(reference=own)
        case "berichtenOphalen":
            most = NAMES.maybe(body, "hoogstens")
            return Poll(after=number(NAMES.text(body, "naNummer")), maximum=USUAL if most is None else number(most))
        case "capaciteiten":
            return AskCapabilities()
        case _:
            raise ValueError("no request of this contract")


def _record(body: Element, own: str, soort: Soort) -> Record:
    code = NAMES.maybe(body, "signaalcode")
    return Record(
        reference=own,
        soort=soort,
        client=NAMES.text(body, "clientnummer"),
        professional=NAMES.text(body, "medewerkernummer"),
        datum_tijd_melding=NAMES.text(body, "datumTijdMelding").strip(),
        verwijderdatum=NAMES.date(body, "einddatum"),
        signaalcode=None if code is None else Signaalcode(code),
        leidend=NAMES.flag(body, "leidend"),
    )


def _contact(body: Element) -> Contact:
    return Contact.model_validate({name: NAMES.maybe(body, f"medewerker/{tag}") for tag, name in MEDEWERKER.items()})


def _person(body: Element) -> Person:
    if (bsn := NAMES.maybe(body, "client/bsn")) is not None:
        return Person(bsn=bsn)
    data = "client/gegevens"
    huisnummer = NAMES.maybe(body, f"{data}/huisnummer")
    return Person(
        familienaam=NAMES.text(body, f"{data}/achternaam"),
        voorvoegsel=NAMES.maybe(body, f"{data}/voorvoegsel"),
        voornamen=NAMES.maybe(body, f"{data}/voornamen"),
        geboortedatum=NAMES.text(body, f"{data}/geboortedatum"),
        geslacht=Geslacht(NAMES.text(body, f"{data}/geslacht")),
        postcode=NAMES.maybe(body, f"{data}/postcode"),
        huisnummer=None if huisnummer is None else number(huisnummer),
    )
