"""The answers of "ketenregister-stijl-1", from values to elements in the order of the XSD."""

import datetime as dt
from typing import assert_never
from uuid import UUID

from lxml import etree

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexCapabilities
from gateway.simulator.keten_in import CONTRACT, MEDEWERKER
from gateway.simulator.values import (
    MEANING,
    Able,
    Acknowledged,
    Call,
    Held,
    News,
    Numbered,
    Page,
    Refused,
    Registered,
    Reply,
    Standing,
    Verify,
)
from gateway.wire.xml import Element

SOORT = {
    MatchSoort.CLIENTMATCH: "ZELFDE_CLIENT",
    MatchSoort.GEZINSMATCH_OUDER: "ZELFDE_OUDER",
    MatchSoort.GEZINSMATCH_ADRES: "ZELFDE_ADRES",
    MatchSoort.HISTORISCH: "HISTORIE",
    MatchSoort.VERHUIZING: "VERHUIZING",
}
STAND = {MatchStatus.ACTIEF: "LOPEND", MatchStatus.VERVALLEN: "VERVALLEN"}
ABLE = {
    "ketenregistratie": "ketenregistratie", "signaalcode": "signaalcode", "wijzigen": "wijzigen", "mails": "mailt",
    "opvragen": "opzoeken", "overnemen": "overnemen", "stil": "stil", "landelijk_uit": "landelijkUit",
}  # fmt: skip
"""What an index says it is able to do, in the order of the XSD, by our names."""

_FAMILY = (MatchSoort.GEZINSMATCH_OUDER, MatchSoort.GEZINSMATCH_ADRES)
_INDEX_ONLY = ("professional_id", "instantie_id")
"""What of a contact is told to nobody else."""


def kept(call: Call, reply: Reply) -> Element:
    """What became of a registration or a change of one."""
    match reply.answer:
        case Registered() as registered:
            body = _about(call, "vastleggenAntwoord", reply.answer_id, at=reply.answered_at, to=reply.to)
            _add(body, "registratienummer", registered.index_id)
            _add(body, "status", registered.status)
            _add(body, "einddatum", registered.verwijderdatum.isoformat())
            _add(body, "bestondAl", _said(reply.stood))
        case Acknowledged() as acknowledged:
            body = _about(call, "bevestiging", reply.answer_id, at=reply.answered_at, to=reply.to)
            _add(body, "registratienummer", acknowledged.index_id)
            _add(body, "status", acknowledged.status)
        case _:
            raise AssertionError(f"this contract has no answer for {call.operation} of this kind")
    return body


def passing(call: Call, answer: Numbered | Held | Page | Able, identity: UUID) -> Element:
    """An answer that is true now and is not stored."""
    body = _about(call, f"{call.operation}Antwoord", identity, at=answer.at, to=call.message.reference)
    match answer:
        case Numbered():
            if isinstance(call.message.request, Verify):
                _add(body, "clientnummer", answer.number)
            else:
                if answer.client is not None:
                    _add(body, "clientnummer", answer.client)
                _add(body, "medewerkernummer", answer.number)
        case Held():
            for one in answer.standing:
                _standing(body, one)
        case Page():
            _page(body, answer)
        case Able(capabilities=able):
            _able(body, able)
        case _ as never:
            assert_never(never)
    return body


def fout(refused: Refused, reference: str = "") -> Element:
    """The detail of a fault: code, whose fault, what it means; places in the message, never its text."""
    body = _top("ketenregisterFout")
    _add(body, "code", refused.code)
    _add(body, "bij", "afzender" if refused.client else "index")
    _add(body, "omschrijving", meaning(refused))
    _add(body, "herhaalbaar", _said(refused.repeatable))
    for field in refused.fields:
        _add(body, "element", field)
    if reference:
        _add(body, "antwoordOp", reference)
    return body


def meaning(refused: Refused) -> str:
    """What a code says to a reader."""
    return MEANING.get(refused.code, "De index weigert dit bericht.")


def _page(body: Element, page: Page) -> None:
    for news in page.news:
        _match(body, news)
    for reference, reason in page.ended:
        told = _add(body, "vernietigd")
        _add(told, "eigenReferentie", reference)
        _add(told, "reden", reason)
    _add(body, "laatsteNummer", str(page.last))
    _add(body, "meer", _said(page.more))


def _match(body: Element, news: News) -> None:
    match = _add(body, "matchbericht")
    _add(match, "matchnummer", news.match_id)
    _add(match, "eigenReferentie", news.reference)
    _add(match, "soort", SOORT[news.soort])
    _add(match, "andereClient", _said(news.soort in _FAMILY))
    _add(match, "ontstaanOp", _moment(news.arose_at))
    _add(match, "stand", STAND[news.status])
    if news.remove:
        _add(match, "verwijderen", _said(news.remove))
    if news.contact is not None:
        _contact(match, "contactpersoon", news.contact, without=_INDEX_ONLY)


def _standing(parent: Element, one: Standing) -> None:
    told = _add(parent, "registratie")
    _add(told, "registratienummer", one.index_id)
    _add(told, "status", one.status)
    if one.contact is not None:
        _contact(told, "medewerker", one.contact)
    if one.datum_tijd_melding is not None:
        _add(told, "datumTijdMelding", one.datum_tijd_melding)
    _add(told, "einddatum", one.verwijderdatum.isoformat())
    _add(told, "leidend", _said(one.leidend))


def _able(body: Element, able: IndexCapabilities) -> None:
    for name, tag in ABLE.items():
        _add(body, tag, _said(getattr(able, name)))
    _add(body, "verwerkingstijd", f"PT{able.processing_time.total_seconds():.3f}S")


def _contact(parent: Element, name: str, contact: Contact, without: tuple[str, ...] = ()) -> None:
    told = _add(parent, name)
    for tag, field in MEDEWERKER.items():
        if field not in without and (text := getattr(contact, field)) is not None:
            _add(told, tag, text)


def _about(call: Call, name: str, identity: UUID, *, at: dt.datetime, to: str) -> Element:
    """An answer with its kop, and the own reference of the registration that was asked about."""
    body = _top(name)
    kop = _add(body, "kop")
    _add(kop, "berichtnummer", str(identity))
    _add(kop, "antwoordOp", to)
    _add(kop, "verzondenOp", _moment(at))
    _add(kop, "afzender", call.addressee)
    _add(kop, "geadresseerde", call.message.sender)
    _add(kop, "versie", call.version)
    if call.relates_to:
        _add(body, "eigenReferentie", call.relates_to)
    return body


def _top(name: str) -> Element:
    return etree.Element(f"{{{CONTRACT}}}{name}", nsmap={"kr": CONTRACT})


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{CONTRACT}}}{name}")
    element.text = text
    return element


def _said(claim: bool) -> str:
    return "true" if claim else "false"


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
