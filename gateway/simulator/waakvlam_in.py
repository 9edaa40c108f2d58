"""The requests of "waakvlam-1", from elements that obey the XSD to values."""

import datetime as dt

from lxml import etree

from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.loket_values import Asked, Close, Collect, Consult, Place, Revise, Show
from gateway.simulator.values import AskCapabilities, Call, Message, Request
from gateway.wire.xml import Element

CONTRACT = "https://loket.waakvlam.example/2026/1"
SOORT = {"GEWOON": Soort.SIGNAAL, "GEZIN": Soort.KETENREGISTRATIE}
OPEN, SHUT = "OpenLoket", "SluitLoket"
ABOUT_SIGNALS = frozenset(
    {"PlaatsVermelding", "NeemVermeldingOver", "WerkVermeldingBij", "SluitVermelding", "RaadpleegVermelding"}
)
"""What is done for one organisation, and says for which."""

_GESLACHT = {"man": Geslacht.M, "vrouw": Geslacht.V, "onbekend": Geslacht.O}
_AANSPREEKPUNT = {
    "medewerkercode": "professional_id",
    "naam": "naam",
    "functie": "functie",
    "telefoon": "telefoon",
    "email": "email",
    "vestiging": "locatie",
    "regie/naam": "coordinator",
}
"""The elements of an Aanspreekpunt, and our names for them."""


def call(body: Element, sender: str, party: str, name: str) -> Call:
    """Read a request of `sender` for the organisation `party`, which the index calls `name`.

    Raises ValueError, without the text, for what is no request and for a day that no calendar has.
    """
    operation = etree.QName(body).localname
    asked: Request = AskCapabilities() if operation in (OPEN, SHUT) else _asked(operation, body, party, name)
    return Call(
        operation=operation, message=Message(sender=sender, reference="-", request=asked), addressee="", version=""
    )


def _asked(operation: str, body: Element, party: str, name: str) -> Asked:
    match operation:
        case "PlaatsVermelding":
            return _place(body, party, name, _maybe(body, "meldmoment"), taken=False)
        case "NeemVermeldingOver":
            return _place(body, party, name, _maybe(body, "oorspronkelijkMoment"), taken=True)
        case "WerkVermeldingBij":
            who = body.find(f"{{{CONTRACT}}}aanspreekpunt")
            return Revise(
                number=_text(body, "nummer"),
                organisation=party,
                contact=None if who is None else _contact(who, party, name),
                until=_day(_maybe(body, "uiterlijkeDag")),
            )
        case "SluitVermelding":
            withdraw = _text(body, "wijze") == "INGETROKKEN"
            return Close(number=_text(body, "nummer"), organisation=party, withdraw=withdraw)
        case "RaadpleegVermelding":
            return Consult(organisation=party, number=_maybe(body, "nummer"), reference=_maybe(body, "eigenKenmerk"))
        case "HaalPost":
            after = _maybe(body, "naZak")
            return Collect(after=None if after is None else int(after))
        case "ToonAansluiting":
            return Show(organisation=party or None)
        case _:
            raise ValueError("no request of this contract")


def _place(body: Element, party: str, name: str, moment: str | None, *, taken: bool) -> Place:
    (who,) = body.iterfind(f"{{{CONTRACT}}}aanspreekpunt")
    return Place(
        reference=_text(body, "eigenKenmerk"),
        organisation=party,
        soort=SOORT[_text(body, "soort")],
        person=_person(body),
        contact=_contact(who, party, name),
        moment=None if moment is None else dt.datetime.strptime(moment, "%Y%m%d%H%M%S%z"),
        until=_day(_maybe(body, "uiterlijkeDag")),
        taken=taken,
        before=_maybe(body, "vorigeLeverancier"),
    )


def _contact(who: Element, party: str, name: str) -> Contact:
    said = {ours: _maybe(who, tag) for tag, ours in _AANSPREEKPUNT.items()}
    return Contact.model_validate(said | {"instantie_id": party, "instantie_naam": name})


def _person(body: Element) -> Person:
    if (bsn := _maybe(body, "persoon/bsn")) is not None:
        return Person(bsn=bsn)
    data = "persoon/personalia"
    address = body.find("/".join(f"{{{CONTRACT}}}{step}" for step in (*data.split("/"), "adres")))
    born = _day(_text(body, f"{data}/geboortedag"))
    return Person(
        familienaam=_text(body, f"{data}/geslachtsnaam"),
        voorvoegsel=_maybe(body, f"{data}/voorvoegsel"),
        voornamen=_text(body, f"{data}/voornamen"),
        geboortedatum=born and born.isoformat(),
        geslacht=_GESLACHT[_text(body, f"{data}/geslacht")],
        postcode=None if address is None else address.get("postcode"),
        huisnummer=None if address is None else int(address.get("huisnummer", "")),
    )


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _maybe(element: Element, path: str) -> str | None:
    return element.findtext("/".join(f"{{{CONTRACT}}}{step}" for step in path.split("/")))


def _text(element: Element, path: str) -> str:
    return _maybe(element, path) or ""
