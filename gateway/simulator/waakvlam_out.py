"""The answers of "waakvlam-1", from values to elements in the order of the XSD."""

import datetime as dt
import re

from lxml import etree

from gateway.canonical.match import MatchStatus
from gateway.canonical.order import Contact
from gateway.clock import AMSTERDAM
from gateway.simulator.loket_values import Entry, NoBag, Ruling, Shown
from gateway.simulator.replies import Bag, Piece, Refused
from gateway.simulator.waakvlam_in import CONTRACT, SOORT
from gateway.wire.xml import Element

MEANING = {
    "00": "Gedaan.",
    "01": "Was al zo; niets gewijzigd.",
    "10": "Geen vermelding van deze deelnemer onder dit nummer of kenmerk.",
    "11": "De vermelding rust en kan niet meer worden bijgewerkt.",
    "12": "De vermelding is gewist.",
    "20": "Dit BSN doorstaat de elfproef niet.",
    "21": "Dit BSN is niet gevonden; plaats met personalia.",
    "22": "Deze persoon is 23 jaar of ouder.",
    "30": "De uiterlijke dag ligt niet na vandaag.",
    "31": "De uiterlijke dag ligt later dan toegestaan.",
    "32": "Het meldmoment ligt buiten de toegestane ruimte.",
    "40": "Dit kenmerk hoort bij een andere persoon of soort.",
    "41": "Dit kenmerk is al gebruikt voor een vermelding die niet meer loopt.",
    "50": "Geef een telefoonnummer of een e-mailadres op.",
    "51": "Er is niets om bij te werken.",
    "60": "Voor deze deelnemer is geen overname opengesteld.",
    "61": "Een andere leverancier leidt voor deze deelnemer.",
    "90": "Deze vermelding wordt net gewijzigd; herhaal over enkele seconden.",
}
ANOTHER = "79"
"""A code that came after this version, for what only a script refuses."""
VERSION = "1.3"
ABLE = {"OVERNEMEN": None, "STIL_OVERNEMEN": None, "LEIDEND_TONEN": True, "RAADPLEGEN_OP_KENMERK": True}
"""What this index can; None is as it was set up."""
UNABLE = (
    "LEIDEND_ZETTEN", "LANDELIJK_PER_VERMELDING", "RUSTEND_OVERNEMEN", "HEROPENEN", "PERSOON_WIJZIGEN",
    "ZOEKEN_OP_PERSOON", "LIJST_VAN_VERMELDINGEN", "SAMENLOOP_OPVRAGEN", "ONTERECHT_MELDEN", "GEZIN_KOPPELEN", "BULK",
    "PUSH",
)  # fmt: skip

NOBODY, NOT_SAID = "WV-0000", "onbekend"

_CODE, _PHONE = re.compile(r"WV-[0-9]{4}"), re.compile(r"\+[1-9][0-9]{7,14}")
_SOORT = {ours: theirs for theirs, ours in SOORT.items()}
_REACH = {"telefoon": "telefoon", "email": "email", "vestiging": "locatie"}


def opened(ticket: str, until: dt.datetime) -> Element:
    """A ticket, and until when it is good."""
    body = _top("OpenLoketAntwoord")
    _add(body, "toegangsbewijs", ticket)
    _add(body, "geldigTot", moment(until))
    return body


def empty(operation: str) -> Element:
    """An answer that says no more than that."""
    return _top(f"{operation}Antwoord")


def ruled(operation: str, ruling: Ruling) -> Element:
    """What came of what was asked about a signal."""
    body = _top(f"{operation}Antwoord")
    told = _add(body, "uitslag", MEANING.get(ruling.code, "De index weigert dit bericht."))
    told.set("code", ruling.code)
    if ruling.field:
        told.set("veld", ruling.field)
    if ruling.limit is not None:
        told.set("grens", _day(ruling.limit))
    if ruling.entry is not None:
        _entry(body, ruling.entry, whole=operation == "RaadpleegVermelding")
    return body


def refused(operation: str, refusal: Refused) -> Element:
    """A refusal that no rule of the counter is behind."""
    return ruled(operation, Ruling(code=refusal.code if refusal.code in MEANING else ANOTHER))


def shown(told: Shown, names: dict[str, str]) -> Element:
    """The connection, with its organisations by the names that the index has for them."""
    body = _top("ToonAansluitingAntwoord")
    _add(body, "loketversie", VERSION)
    _add(body, "nu", moment(told.at))
    for party in told.parties:
        one = _add(body, "deelnemer")
        one.set("code", party.code)
        one.set("landelijkDoorgeven", "true")
        one.set("overnameOpen", _said(party.open))
        _add(one, "naam", names[party.code])
        leads = _add(one, "leidend")
        leads.set("wie", "WIJ" if party.leads else "ANDER")
        if not party.leads:
            leads.set("leverancier", "Andere leverancier")
    able = {name: told.takes_over if there is None else there for name, there in ABLE.items()}
    for name, there in {**able, **dict.fromkeys(UNABLE, False)}.items():
        one = _add(body, "kunde")
        one.set("naam", name)
        one.set("aanwezig", _said(there))
    return body


def post(bag: Bag) -> Element:
    """A bag, or that there is none."""
    body = _top("HaalPostAntwoord")
    if bag.number is None:
        _add(body, "leeg")
        return body
    told = _add(body, "zak")
    told.set("nummer", str(bag.number))
    told.set("wachtend", str(bag.waiting))
    for rank, piece in enumerate(bag.pieces, 1):
        _piece(told, rank, piece)
    return body


def denied(reason: str) -> Element:
    """The detail of a fault: who may not speak so."""
    return _reason("ToegangFout", reason)


def misplaced(bag: NoBag) -> Element:
    """The detail of a fault: no such bag."""
    body = _reason("PostFout", bag.reason)
    if bag.oldest is not None:
        _add(body, "oudsteZak", str(bag.oldest))
    return body


def malformed(place: str) -> Element:
    """The detail of a fault: where a message breaks the contract, never what stands there."""
    body = _top("BerichtFout")
    _add(body, "plek", place)
    _add(body, "melding", "Voldoet hier niet aan het schema.")
    return body


def outage(kind: str) -> Element:
    """The detail of a fault: not now."""
    body = _top("StoringFout")
    _add(body, "aard", kind)
    _add(body, "storingnummer", "ST-1")
    _add(body, "opnieuwNa", "1")
    return body


def moment(said: dt.datetime) -> str:
    """A moment in whole seconds, in Dutch time."""
    return said.astimezone(AMSTERDAM).strftime("%Y%m%d%H%M%S%z")


def _piece(parent: Element, rank: int, piece: Piece) -> None:
    news = piece.news
    told = _add(parent, "stuk")
    told.set("rang", str(rank))
    told.set("deelnemer", piece.organisation)
    told.set("moment", moment(piece.at))
    if piece.silent:
        told.set("stil", "true")
    arisen = news.status is MatchStatus.ACTIEF
    match = _add(told, "samenloopOntstaan" if arisen else "samenloopWissen" if news.remove else "samenloopVervallen")
    _add(match, "samenloopnummer", str(piece.number))
    own = _add(match, "uwVermelding")
    own.set("nummer", piece.signal)
    own.set("eigenKenmerk", news.reference)
    if arisen:
        match.set("versie", str(piece.version))
        if news.contact is not None:
            _other(match, news.contact)


def _other(parent: Element, contact: Contact) -> None:
    """The other side, as far as it is told.

    Who did not come by the counter has no code of this index, and no number that is not written as it writes them.
    """
    told = _add(parent, "wederpartij")
    organisation = _add(told, "organisatie")
    organisation.set("code", contact.instantie_id if _CODE.fullmatch(contact.instantie_id) else NOBODY)
    organisation.set("naam", contact.instantie_naam)
    known = contact.telefoon is None or _PHONE.fullmatch(contact.telefoon)
    _reachable(told, contact if known else contact.model_copy(update={"telefoon": None}))


def _reachable(told: Element, contact: Contact) -> None:
    _add(told, "naam", contact.naam)
    _add(told, "functie", contact.functie or NOT_SAID)
    for tag, name in _REACH.items():
        if (text := getattr(contact, name)) is not None:
            _add(told, tag, text)
    if contact.coordinator is not None:
        _add(_add(told, "regie"), "naam", contact.coordinator)


def _entry(parent: Element, entry: Entry, *, whole: bool) -> None:
    told = _add(parent, "vermelding")
    _add(told, "nummer", entry.number)
    _add(told, "eigenKenmerk", entry.reference)
    _add(told, "stand", entry.status)
    if entry.reported is not None:
        _add(told, "meldmoment", moment(entry.reported))
    if entry.until is not None:
        _add(told, "uiterlijkeDag", _day(entry.until))
    if not whole:
        return
    if entry.soort is not None:
        _add(told, "soort", _SOORT[entry.soort])
    if entry.recognised is not None:
        _add(told, "persoonHerkend", entry.recognised)
    if entry.contact is not None:
        who = _add(told, "aanspreekpunt")
        _add(who, "medewerkercode", entry.contact.professional_id)
        _reachable(who, entry.contact)
    if entry.before is not None:
        _add(told, "overgenomenVan", entry.before)
    if entry.closed is not None and entry.status != "LOPEND":
        _add(told, "rustendSinds" if entry.status == "RUSTEND" else "gewistOp", moment(entry.closed))


def _reason(name: str, reason: str) -> Element:
    body = _top(name)
    _add(body, "reden", reason)
    return body


def _top(name: str) -> Element:
    return etree.Element(f"{{{CONTRACT}}}{name}", nsmap={"wl": CONTRACT})


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{CONTRACT}}}{name}")
    element.text = text
    return element


def _day(said: dt.date) -> str:
    return said.isoformat().replace("-", "")


def _said(claim: bool) -> str:
    return "true" if claim else "false"
