"""Messages in the SOAP contract."""

from functools import cache
from typing import TYPE_CHECKING

from lxml import etree

from gateway.adapters.senders.soap import SoapSender
from gateway.adapters.senders.soap.shape import BODY, NAMESPACE
from gateway.canonical.command import Request
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest

if TYPE_CHECKING:
    from tests.spec.formats import Message

PATHS = {
    "bron_systeem": "kop/bronSysteem",
    "organisatie": "kop/organisatie",
    "bron_signaal_id": "bronSignaalId",
    "revisie": "revisie",
    "datum_einde": "datumEinde",
    "na": "na",
    "maximum": "maximum",
    "match_id": "matchId",
    "contact": "contact",
    "regiehandeling": "regiehandeling",
    "stand": "stand",
    "herzien_op": "herzienOp",
    "soort": "soort",
    "jeugdige": "jeugdige",
    "bsn": "jeugdige/bsn",
    "onderwijsnummer": "jeugdige/onderwijsnummer",
    "familienaam": "jeugdige/persoonsgegevens/familienaam",
    "voorvoegsel": "jeugdige/persoonsgegevens/voorvoegsel",
    "voornamen": "jeugdige/persoonsgegevens/voornamen",
    "geboortedatum": "jeugdige/persoonsgegevens/geboortedatum",
    "geslacht": "jeugdige/persoonsgegevens/geslacht",
    "postcode": "jeugdige/persoonsgegevens/postcode",
    "huisnummer": "jeugdige/persoonsgegevens/huisnummer",
    "gemeente_code": "jeugdige/gemeenteCode",
    "melder": "melder",
    "professional_id": "melder/professionalId",
    "melder_naam": "melder/naam",
    "melder_functie": "melder/functie",
    "melder_telefoon": "melder/telefoon",
    "melder_email": "melder/email",
    "coordinator_naam": "coordinator/naam",
    "coordinator_telefoon": "coordinator/telefoon",
    "coordinator_email": "coordinator/email",
    "datum_tijd_melding": "datumTijdMelding",
    "verwijderdatum": "verwijderdatum",
    "redelijk_vermoeden": "attestaties/redelijkVermoeden",
    "informatieplicht": "attestaties/informatieplicht",
    "informatieplicht_wie": "attestaties/informatieplicht/wie",
    "informatieplicht_datum": "attestaties/informatieplicht/datum",
    "informatieplicht_uitgesteld": "attestaties/informatieplicht/uitgesteld",
    "toestemming": "attestaties/toestemming",
    "toestemming_gegeven_op": "attestaties/toestemming/gegevenOp",
    "toestemming_bewijs_referentie": "attestaties/toestemming/bewijsReferentie",
    "choices": "keuze",
}
"""The dictionary's name -> its path in the SOAP contract, in the contract's order."""
_PARTS = {
    "axis": "as",
    "word": "woord",
    "list": "stelsel",
    "number": "nummer",
    "concept": "begrip",
}
_GROUPS = {"word": "aanduiding", "registration": "melder/vi:registratie", "choice": "keuze"}
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Soap:
    """The SOAP contract."""

    def says(self, message: "Message") -> bool:
        beyond = {"signaal_id"} | ({"professional_id"} if message.operation == "signaalWijzigen" else set())
        if message.operation == "matchTerugkoppelen":
            beyond |= {"stand"}
        return message.operation != "matchOpvragen" and not beyond & message.fields.keys()

    def request(self, message: "Message") -> Request:
        root = etree.Element(_tag(message.operation), nsmap={"vi": NAMESPACE})
        _group(root, "kop")
        for name, path in PATHS.items():
            if name == "coordinator_naam":
                for kind, number in message.registrations:
                    _add(_group(root, "melder"), "registratie", stelsel=kind, nummer=number)
            if name in message.fields:
                *above, last = path.split("/")
                group = root
                for step in above:
                    group = _group(group, step)
                etree.SubElement(group, _tag(last)).text = message.fields[name]
        for axis, word, *code_list in message.words:
            _add(root, "aanduiding", **{"as": axis}, **({"stelsel": code_list[0]} if code_list else {}), woord=word)
        for axis, word, concept in message.choices:
            _add(root, "keuze", **{"as": axis}, woord=word, begrip=concept)
        for name, text in message.strange.items():
            etree.SubElement(root, _tag(name)).text = text
        envelope = etree.Element(f"{{{_SOAP}}}Envelope")
        etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(root)
        request, _ = adapter().decode(WireRequest(etree.tostring(envelope), "text/xml"))
        return request

    def place(self, message: "Message", name: str) -> str:
        group, _, part = name.partition(".")
        if part:
            kind, number = group.removesuffix("]").split("[")
            path = f"{_GROUPS[kind]}[{number}]/vi:{_PARTS[part]}"
        else:
            path = PATHS.get(name, name).replace("/", "/vi:")
        return f"{BODY}/vi:{message.operation}/vi:{path}"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _group(above: etree._Element, name: str) -> etree._Element:
    found = above.find(_tag(name))
    return etree.SubElement(above, _tag(name)) if found is None else found


def _add(above: etree._Element, name: str, **texts: str) -> None:
    group = etree.SubElement(above, _tag(name))
    for child, text in texts.items():
        etree.SubElement(group, _tag(child)).text = text


@cache
def adapter() -> SoapSender:
    return SoapSender.load(
        FindingTexts.load(),
        advice={},
        describe=lambda axis, concept: (concept, axis),
    )
