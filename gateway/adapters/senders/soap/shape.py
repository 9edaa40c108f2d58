"""The shape of a request, read from the contract itself (`gateway/schemas/aanlevering-1.xsd`).

Which element stands where, by which XPath it is pointed at, and which field of the draft it fills.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gateway.wire.aanlevering import NAMESPACE
from gateway.wire.xml import Element

CONTRACT = "aanlevering-1"
BODY = "/soap:Envelope/soap:Body"
OPERATIONS = {
    "signaalAfgeven": "Afgeven",
    "signaalBeeindigen": "Beeindigen",
    "signaalIntrekken": "Intrekken",
    "betekenisAanvullen": "BetekenisAanvullen",
    "signaalWijzigen": "Wijzigen",
    "signaalVerlengen": "Verlengen",
    "signaalOverdragen": "Overdragen",
    "statusOpvragen": "StatusOpvragen",
    "matchesOpvragen": "MatchesOpvragen",
    "eigenSignalenOpvragen": "EigenSignalenOpvragen",
    "matchTerugkoppelen": "Terugkoppelen",
    "regieVastleggen": "RegieVastleggen",
    "capaciteiten": "Capaciteiten",
}
"""The operation's element, and the request it becomes."""

FIELDS = {
    "kop/bronSysteem": "bron_systeem",
    "kop/organisatie": "organisatie",
    "bronSignaalId": "bron_signaal_id",
    "revisie": "revisie",
    "soort": "soort",
    "jeugdige": "jeugdige",
    "jeugdige/bsn": "bsn",
    "jeugdige/onderwijsnummer": "onderwijsnummer",
    "jeugdige/persoonsgegevens/familienaam": "familienaam",
    "jeugdige/persoonsgegevens/voorvoegsel": "voorvoegsel",
    "jeugdige/persoonsgegevens/voornamen": "voornamen",
    "jeugdige/persoonsgegevens/geboortedatum": "geboortedatum",
    "jeugdige/persoonsgegevens/geslacht": "geslacht",
    "jeugdige/persoonsgegevens/postcode": "postcode",
    "jeugdige/persoonsgegevens/huisnummer": "huisnummer",
    "jeugdige/gemeenteCode": "gemeente_code",
    "melder": "melder",
    "melder/professionalId": "professional_id",
    "melder/naam": "melder_naam",
    "melder/functie": "melder_functie",
    "melder/telefoon": "melder_telefoon",
    "melder/email": "melder_email",
    "melder/registratie": "registraties",
    "coordinator": "coordinator",
    "coordinator/naam": "coordinator_naam",
    "coordinator/telefoon": "coordinator_telefoon",
    "coordinator/email": "coordinator_email",
    "datumTijdMelding": "datum_tijd_melding",
    "verwijderdatum": "verwijderdatum",
    "attestaties/redelijkVermoeden": "redelijk_vermoeden",
    "attestaties/informatieplicht": "informatieplicht",
    "attestaties/informatieplicht/wie": "informatieplicht_wie",
    "attestaties/informatieplicht/datum": "informatieplicht_datum",
    "attestaties/informatieplicht/uitgesteld": "informatieplicht_uitgesteld",
    "attestaties/toestemming": "toestemming",
    "attestaties/toestemming/gegevenOp": "toestemming_gegeven_op",
    "attestaties/toestemming/bewijsReferentie": "toestemming_bewijs_referentie",
    "aanduiding": "terms",
    "keuze": "choices",
    "datumEinde": "datum_einde",
    "na": "na",
    "maximum": "maximum",
    "matchId": "match_id",
    "contact": "contact",
    "regiehandeling": "regiehandeling",
    "stand": "stand",
    "herzienOp": "herzien_op",
}
"""Path under the operation, and the dictionary's name for it."""

_XS = "{http://www.w3.org/2001/XMLSchema}"
_FORMS = {
    "xs:date": "jjjj-mm-dd",
    "xs:dateTime": "jjjj-mm-ddTuu:mm:ss+uu:mm",
    "xs:boolean": "true | false",
    "xs:positiveInteger": "1-{}",
}


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a request: its place, and what may be in it."""

    name: str
    at: str
    slot: str
    required: bool = True
    most: int = 1
    form: str = ""
    """For a text: what the contract lets it be, in words a person can follow."""
    alternatives: bool = False
    """Whether its children exclude each other."""
    parts: Mapping[str, "Part"] = field(default_factory=dict)
    """Its children by tag, in the contract's order."""
    numbered: tuple["Part", ...] = ()
    """Where it may be repeated: one per position."""


def requests(schema: Element) -> dict[str, Part]:
    """Every operation of the contract by the tag of its element."""
    types = {kind.get("name", ""): kind for kind in schema if kind.tag in (f"{_XS}complexType", f"{_XS}simpleType")}
    operations = (element for element in schema.iterchildren(f"{_XS}element") if element.get("name") in OPERATIONS)
    return {_tag(operation): _part(operation, types, BODY, "") for operation in operations}


def places(request: Part) -> dict[str, str]:
    """Where each field of a request stands, or would stand."""
    found: dict[str, str] = {}
    for part in request.parts.values():
        found[part.slot] = part.at
        if not part.numbered:
            found |= places(part)
    return found


def lenient(schema: Element) -> Element:
    """The schema without its order and counts: it still knows every text's bounds, in any arrangement of elements."""
    loose = copy.deepcopy(schema)
    for group in list(loose.iter(f"{_XS}sequence", f"{_XS}choice")):
        group.tag = f"{_XS}choice"
        group.set("minOccurs", "0")
        group.set("maxOccurs", "unbounded")
        for element in group.iterchildren(f"{_XS}element"):
            element.attrib.pop("minOccurs", "")
            element.attrib.pop("maxOccurs", "")
    return loose


def _tag(declaration: Element) -> str:
    return f"{{{NAMESPACE}}}{declaration.get('name')}"


def _part(declaration: Element, types: Mapping[str, Element], above: str, path: str) -> Part:
    name, most = declaration.get("name", ""), int(declaration.get("maxOccurs", "1"))
    own = f"{path}/{name}".removeprefix("/") if above != BODY else ""
    part = Part(
        name=name,
        at=f"{above}/vi:{name}",
        slot=FIELDS.get(own, name),
        required=declaration.get("minOccurs") != "0",
        most=most,
    )
    if most == 1:
        return _filled(part, declaration, types, own)
    each = (replace(part, at=f"{part.at}[{n}]", slot=part.slot) for n in range(1, most + 1))
    return replace(part, numbered=tuple(_filled(one, declaration, types, own) for one in each))


def _filled(part: Part, declaration: Element, types: Mapping[str, Element], path: str) -> Part:
    kind = _kind(declaration, types)
    if kind is None or kind.tag == f"{_XS}simpleType":
        return replace(part, form=_form(kind, declaration.get("type", "")))
    children = {_tag(child): _part(child, types, part.at, path) for child in _children(kind)}
    return replace(part, parts=children, alternatives=kind.find(f"{_XS}choice") is not None)


def _kind(declaration: Element, types: Mapping[str, Element]) -> Element | None:
    inline = declaration.find(f"{_XS}complexType")
    if inline is None:
        inline = declaration.find(f"{_XS}simpleType")
    return inline if inline is not None else types.get(declaration.get("type", "").removeprefix("vi:"))


def _children(group: Element) -> Iterator[Element]:
    for child in group:
        if child.tag == f"{_XS}element":
            yield child
        elif child.tag in (f"{_XS}sequence", f"{_XS}choice"):
            yield from _children(child)


def _form(kind: Element | None, builtin: str) -> str:
    if kind is None:
        return _FORMS[builtin]
    restriction = next(kind.iterchildren(f"{_XS}restriction"))
    base = restriction.get("base", "")
    bounds = {str(facet.tag).removeprefix(_XS): facet.get("value", "") for facet in restriction}
    if base in _FORMS:
        return _FORMS[base].format(bounds.get("maxInclusive", ""))
    choices = " | ".join(facet.get("value", "") for facet in restriction.iterchildren(f"{_XS}enumeration"))
    length = f"{bounds.get('minLength', '0')}-{bounds.get('maxLength')} tekens"
    return choices or bounds.get("pattern") or length
