"""How the contract "waakvlam" version 1 writes what we say otherwise: days, moments, telephone numbers, persons.

Both ways, without a question asked. What stands in which message is in `waakvlam_steps`.
"""

import datetime as dt
import hashlib
import re

from lxml import etree

from gateway.adapters.indexes.told import filled, one_line
from gateway.adapters.indexes.told_xml import Names
from gateway.canonical.match import Betrokkene
from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Geslacht, Soort
from gateway.clock import AMSTERDAM
from gateway.wire.xml import Element

NAMESPACE = "https://loket.waakvlam.example/2026/1"
NAMES = Names(NAMESPACE)
SOORT = {Soort.SIGNAAL: "GEWOON", Soort.KETENREGISTRATIE: "GEZIN"}
NOT_SAID = "niet opgegeven"
"""What stands where the contract asks for what we may not have been told."""
LONGEST_CODE = 30

_GESLACHT = {Geslacht.M: "man", Geslacht.V: "vrouw", Geslacht.O: "onbekend"}
_DAY, _MOMENT = re.compile(r"[0-9]{8}"), re.compile(r"[0-9]{14}[+\-][0-9]{4}")
_BETWEEN = re.compile(r"[\s\-./()]")
_PHONE, _EMAIL = re.compile(r"\+[1-9][0-9]{7,14}"), re.compile(r"(?=.{1,120}\Z)[^@\s]+@[^@\s]+\.[^@\s]+")


def element(name: str, *children: Element, text: str | None = None, **attributes: str) -> Element:
    """An element of the contract with what is in it."""
    made = etree.Element(NAMES.tag(name), attributes, nsmap={"wl": NAMESPACE})
    made.text = text
    made.extend(children)
    return made


def texts(said: dict[str, str | None]) -> list[Element]:
    """Elements with texts in them, in this order; none for what is not there."""
    return [element(name, text=text) for name, text in said.items() if text is not None]


def moment(said: dt.datetime) -> str:
    """A moment in whole seconds, in Dutch time.

    >>> moment(dt.datetime(2026, 11, 22, 14, 56, 40, 999, tzinfo=dt.UTC))
    '20261122155640+0100'
    """
    return said.astimezone(AMSTERDAM).strftime("%Y%m%d%H%M%S%z")


def moment_told(text: str) -> dt.datetime:
    """A moment as it is told, in UTC."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("moment")
    return dt.datetime.strptime(text, "%Y%m%d%H%M%S%z").astimezone(dt.UTC)


def day(said: dt.date) -> str:
    """A day, without anything between its parts."""
    return said.isoformat().replace("-", "")


def day_told(text: str) -> dt.date:
    """A day as it is told; one that no calendar has is a ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError("day")
    return dt.date.fromisoformat(text)


def phone(said: str | None) -> str | None:
    """A telephone number as the contract writes it; None for what cannot be one number of a country.

    >>> [phone(text) for text in ("030-123 45 67", "0031 (0)30 1234567", "+32 2 123 45 67", "toestel 12", "06")]
    ['+31301234567', '+31301234567', '+3221234567', None, None]
    """
    bare = said or ""
    if bare.lstrip().startswith(("+", "00")):
        bare = bare.replace("(0)", "")
    bare = _BETWEEN.sub("", bare)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    elif bare.startswith("0"):
        bare = f"+31{bare[1:]}"
    return bare if _PHONE.fullmatch(bare) else None


def person(said: Person) -> Element:
    """The BSN or the identifying data; an address with one half of it is left out, for the contract takes it whole."""
    if said.bsn is not None:
        return element("persoon", element("bsn", text=said.bsn))
    data = texts(
        {
            "voornamen": said.voornamen,
            "voorvoegsel": said.voorvoegsel,
            "geslachtsnaam": said.familienaam,
            "geboortedag": said.geboortedatum and said.geboortedatum.replace("-", ""),
            "geslacht": said.geslacht and _GESLACHT[said.geslacht],
        }
    )
    if said.postcode is not None and said.huisnummer is not None:
        data.append(element("adres", postcode=said.postcode, huisnummer=str(said.huisnummer)))
    return element("persoon", element("personalia", *data))


def contact(said: Contact) -> Element:
    """How to reach the melder. What cannot be dialled or mailed as the contract writes it is left out.

    Where nothing is left, the index refuses it (50), so that its sender hears of it.
    """
    email = said.email if said.email and _EMAIL.fullmatch(said.email) else None
    told = texts(
        {
            "medewerkercode": code(said.professional_id),
            "naam": said.naam,
            "functie": said.functie or NOT_SAID,
            "telefoon": phone(said.telefoon),
            "email": email,
            "vestiging": said.locatie,
        }
    )
    if said.coordinator is not None:
        told.append(element("regie", element("naam", text=said.coordinator)))
    return element("aanspreekpunt", *told)


def code(professional_id: str) -> str:
    """What a professional is called there: our own id, or what stands for one that is too long, always the same."""
    if len(professional_id) <= LONGEST_CODE:
        return professional_id
    return f"v.{hashlib.sha256(professional_id.encode()).hexdigest()[:28]}"


def contact_told(told: Element, *, organisation: str, name: str) -> Contact:
    """Our own contact as it stands there; whose it is follows from whom it was asked for."""
    functie = _text(told, "functie")
    return Contact(
        professional_id=filled(NAMES.text(told, "medewerkercode")),
        naam=filled(NAMES.text(told, "naam")),
        functie=None if functie == NOT_SAID else functie,
        instantie_id=organisation,
        instantie_naam=name,
        locatie=_text(told, "vestiging"),
        telefoon=_text(told, "telefoon"),
        email=_text(told, "email"),
        coordinator=_coordinator(told),
    )


def betrokkene_told(told: Element) -> Betrokkene:
    """The other professional, cut to the match dictionary."""
    organisation = told.find(NAMES.tag("organisatie"))
    return Betrokkene(
        naam=filled(NAMES.text(told, "naam")),
        functie=_text(told, "functie"),
        instantie=filled("" if organisation is None else organisation.get("naam", "")),
        locatie=_text(told, "vestiging"),
        telefoon=_text(told, "telefoon"),
        email=_text(told, "email"),
        coordinator=_coordinator(told),
    )


def _coordinator(told: Element) -> str | None:
    """Who coordinates, with the number to reach them, for which the match dictionary has no field of its own."""
    regie = told.find(NAMES.tag("regie"))
    if regie is None:
        return None
    name, number = _text(regie, "naam"), _text(regie, "telefoon")
    return f"{name} ({number})" if name and number else name


def _text(told: Element, name: str) -> str | None:
    return one_line(NAMES.text(told, name)) or None
