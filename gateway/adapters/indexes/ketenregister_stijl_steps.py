"""Which messages of the contract "ketenregister-stijl" version 1 one order takes, and what stands in each.

A registration is three: who the young person is, who registers, and then the registration itself; a change is two.
Each has a number of its own, made of the order's, so that every attempt of it has the same. What may leave was decided
before the order was made; words have no place in this contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from lxml import etree

from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Contact,
    End,
    FollowUp,
    Inspect,
    Lead,
    Order,
    Person,
    Poll,
    Register,
    Told,
    Withdraw,
)
from gateway.canonical.signal import Soort
from gateway.errors import IndexFault
from gateway.wire.xml import Element

NAMESPACE = "urn:x-verwijsindex-gateway:ketenregister-stijl:1"
POLL_MAXIMUM = 200
"""The most matches one answer may hold."""
CLIENT, MEDEWERKER = ".client", ".medewerker"
"""What the numbers of the earlier messages of an order end with."""

MEDEWERKER_FIELDS = {
    "professional_id": "medewerkerId",
    "naam": "naam",
    "functie": "functie",
    "instantie_id": "organisatieId",
    "instantie_naam": "organisatie",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
"""Our names of a contact, and the elements in the order of the XSD."""
_GEGEVENS = {
    "familienaam": "achternaam",
    "voorvoegsel": "voorvoegsel",
    "voornamen": "voornamen",
    "geboortedatum": "geboortedatum",
    "geslacht": "geslacht",
    "postcode": "postcode",
    "huisnummer": "huisnummer",
}


@dataclass(frozen=True, slots=True)
class Given:
    """The numbers that the index gave so far for one order; another order has others."""

    client: str | None = None
    medewerker: str | None = None


NOTHING = Given()
_STAND_IN = "0"


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One message: its operation, its number, and its elements after the kop."""

    operation: str
    number: str
    content: tuple[Element, ...]


def step(order: Order, given: Given = NOTHING) -> Step:
    """The message an order takes next, once the index gave these numbers.

    Raises IndexFault for what this dialect has no message for, and ValueError for a text that XML cannot carry.
    """
    if isinstance(order, Told):
        raise IndexFault("what an organisation is told is no message for an index")
    match order:
        case Register(person=person) if given.client is None:
            return _of(order, "clientVerifieren", _client(person), number=CLIENT)
        case Register(contact=contact) | Amend(contact=contact) if given.medewerker is None:
            client = () if given.client is None else (_element("clientnummer", given.client),)
            return _of(order, "medewerkerRegistreren", *client, _medewerker(contact), number=MEDEWERKER)
        case Register():
            return _registration(order, given)
        case Amend():
            return _of(
                order,
                "registratieWijzigen",
                _element("medewerkernummer", given.medewerker),
                _element("einddatum", order.verwijderdatum.isoformat()),
            )
        case End() | Withdraw() | Lead() | Inspect():
            return _about(order)
        case Poll():
            asked = (_element("naNummer", str(order.cursor)), _element("hoogstens", str(POLL_MAXIMUM)))
            return Step("berichtenOphalen", str(order.message_id), asked)
        case AskCapabilities():
            return Step("capaciteiten", str(order.message_id), ())
        case Arrange() | FollowUp():
            raise IndexFault("this dialect has no message for the regie of a match, nor for what became of one")
        case AskStatus():
            raise IndexFault("this dialect has no question about an earlier message: it is repeated")
        case _:
            assert_never(order)


def steps(order: Order) -> Iterator[Step]:
    """Every message an order takes, in order, with numbers that no index gave."""
    yield step(order)
    if isinstance(order, Register):
        yield step(order, Given(client=_STAND_IN))
        yield step(order, Given(client=_STAND_IN, medewerker=_STAND_IN))
    elif isinstance(order, Amend):
        yield step(order, Given(medewerker=_STAND_IN))


def element(name: str, *children: Element) -> Element:
    """An element of the contract with what is in it."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"kr": NAMESPACE})
    made.extend(children)
    return made


def texts(name: str, said: dict[str, str]) -> Element:
    """An element of the contract with texts in it, in this order."""
    return element(name, *(_element(tag, text) for tag, text in said.items()))


def _about(order: End | Withdraw | Lead | Inspect) -> Step:
    match order:
        case End():
            return _of(order, "registratieBeeindigen", _element("beeindigdPer", order.datum_einde.isoformat()))
        case Withdraw():
            return _of(order, "registratieIntrekken")
        case Lead():
            return _of(order, "leidendZetten", _element("leidend", _said(order.leidend)))
        case Inspect():
            return _of(order, "opzoekenOpEigenReferentie")
        case _:
            assert_never(order)


def _registration(order: Register, given: Given) -> Step:
    signal = order.soort is Soort.SIGNAAL
    code = order.signaalcode if signal else None
    return _of(
        order,
        "signaalVastleggen" if signal else "ketenregistratieVastleggen",
        _element("clientnummer", given.client),
        _element("medewerkernummer", given.medewerker),
        _element("datumTijdMelding", order.datum_tijd_melding.isoformat()),
        _element("einddatum", order.verwijderdatum.isoformat()),
        *(() if code is None else (_element("signaalcode", code.value),)),
        _element("leidend", _said(order.leidend)),
    )


def _of(
    order: Register | Amend | End | Withdraw | Lead | Inspect, operation: str, *more: Element, number: str = ""
) -> Step:
    own = _element("eigenReferentie", str(order.signaal_id))
    return Step(operation, f"{order.message_id}{number}", (own, *more))


def _client(person: Person) -> Element:
    """The BSN or the identifying data; the contract refuses both together, and neither."""
    data = person.model_dump(mode="json", exclude={"bsn"}, exclude_none=True)
    said = {tag: str(data[name]) for name, tag in _GEGEVENS.items() if name in data}
    children = [] if person.bsn is None else [_element("bsn", person.bsn)]
    return element("client", *children, *([texts("gegevens", said)] if said else []))


def _medewerker(contact: Contact) -> Element:
    said = {tag: getattr(contact, name) for name, tag in MEDEWERKER_FIELDS.items()}
    return texts("medewerker", {tag: text for tag, text in said.items() if text is not None})


def _element(name: str, text: str | None) -> Element:
    made = element(name)
    made.text = text
    return made


def _said(claim: bool) -> str:
    return "true" if claim else "false"
