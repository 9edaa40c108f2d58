"""The answers of "regionale-index-1", from values to elements in the order of the XSD."""

import datetime as dt
from typing import assert_never
from uuid import UUID

from lxml import etree

from gateway.canonical.match import MatchSoort
from gateway.canonical.order import Contact, IndexRegie
from gateway.simulator.soap_in import CONTACT, CONTRACT
from gateway.simulator.values import (
    MEANING,
    Able,
    Acknowledged,
    Arranged,
    Call,
    Found,
    Held,
    News,
    Page,
    Refused,
    Registered,
    Reply,
    Standing,
)
from gateway.wire.xml import Element

ABLE = {
    "wijzigen": "wijzigen", "regie": "regie", "terugkoppelen": "terugkoppelen", "opvragen": "opvragen",
    "overnemen": "overnemen", "stil": "stil", "landelijk_uit": "landelijkUit",
}  # fmt: skip
"""What an index may say it is able to do, in the order of the XSD, by our names."""

_FAMILY = (MatchSoort.GEZINSMATCH_OUDER, MatchSoort.GEZINSMATCH_ADRES)


def kept(call: Call, reply: Reply) -> Element:
    """A stored answer, as its own message or inside the answer to a question about it."""
    match reply.answer:
        case Registered() as registered:
            body = _top("signaalAfgevenAntwoord")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            _add(body, "indexSignaalId", registered.index_id)
            _add(body, "status", registered.status)
            _add(body, "verwijderdatum", registered.verwijderdatum.isoformat())
            for news in registered.news:
                _match(body, news)
            if registered.history:
                _add(body, "historieAanwezig", "true")
        case Acknowledged() as acknowledged:
            body = _top("ontvangstbevestiging")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            _add(body, "indexSignaalId", acknowledged.index_id)
            _add(body, "status", acknowledged.status)
        case Arranged() as arranged:
            body = _top("regieVastleggenAntwoord")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            _add(body, "uitgevoerd", _said(arranged.done))
            _regie(body, arranged.regie)
        case Refused() as refused:
            body = fout(refused, reply.to)
        case _ as never:
            assert_never(never)
    return body


def passing(call: Call, answer: Found | Held | Page | Able, identity: UUID) -> Element:
    """An answer that is true now and is not stored."""
    body = _top(f"{call.operation}Antwoord")
    _kop(body, call, identity, at=answer.at, to=call.message.reference)
    match answer:
        case Found():
            _add(body, "gevonden", _said(answer.reply is not None))
            if answer.reply is not None:
                body.append(kept(call, answer.reply))
        case Held():
            for one in answer.standing:
                _standing(body, one)
        case Page():
            for news in answer.news:
                _match(body, news)
            for reference, reason in answer.ended:
                told = _add(body, "vernietigd")
                _add(told, "gatewayReferentie", reference)
                _add(told, "reden", reason)
            _add(body, "totVolgnummer", str(answer.last))
            _add(body, "meer", _said(answer.more))
        case Able(capabilities=able):
            _add(body, "ketenregistratie", _said(able.ketenregistratie))
            _add(body, "signaalcode", _said(able.signaalcode))
            for axis in sorted(able.axes):
                _add(body, "aanduidingAs", axis)
            _add(body, "verwerkingstijd", f"PT{able.processing_time.total_seconds():.3f}S")
            for name, tag in ABLE.items():
                if getattr(able, name):
                    _add(body, tag, "true")
        case _ as never:
            assert_never(never)
    return body


def fout(refused: Refused, reference: str = "") -> Element:
    """The detail of a fault: code, whose fault, what it means; places in the message, never its text."""
    body = _top("verwijsindexFout")
    _add(body, "code", refused.code)
    _add(body, "plek", "client" if refused.client else "server")
    _add(body, "omschrijving", meaning(refused))
    _add(body, "herhaalbaar", _said(refused.repeatable))
    for field in refused.fields:
        _add(body, "veld", field)
    if reference:
        _add(body, "correlatieReferentie", reference)
    return body


def meaning(refused: Refused) -> str:
    """What a code says to a reader."""
    return MEANING.get(refused.code, "De index weigert dit bericht.")


def _match(body: Element, news: News) -> None:
    match = _add(body, "match")
    _add(match, "matchId", news.match_id)
    _add(match, "soort", news.soort)
    _add(match, "eigenSignaalId", news.reference)
    _add(match, "nietDezelfdeJeugdige", _said(news.soort in _FAMILY))
    _add(match, "ontstaanOp", _moment(news.arose_at))
    _add(match, "status", news.status)
    if news.contact is not None:
        _contact(match, "betrokkene", news.contact)
    for word in news.words:
        aanduiding = _add(match, "aanduiding")
        _add(aanduiding, "as", word.axis)
        _add(aanduiding, "code", word.code)
        _add(aanduiding, "woord", word.word)
        _add(aanduiding, "equivalentie", word.equivalence)
    if news.remove:
        _add(match, "verwijderen", _said(news.remove))
    if news.regie is not None:
        _regie(match, news.regie)


def _standing(parent: Element, one: Standing) -> None:
    told = _add(parent, "signaal")
    _add(told, "indexSignaalId", one.index_id)
    _add(told, "status", one.status)
    if one.contact is not None:
        _contact(told, "melder", one.contact)
    if one.datum_tijd_melding is not None:
        _add(told, "datumTijdMelding", one.datum_tijd_melding)
    _add(told, "verwijderdatum", one.verwijderdatum.isoformat())
    _add(told, "leidend", _said(one.leidend))


def _contact(parent: Element, name: str, contact: Contact) -> None:
    told = _add(parent, name)
    for tag, field in CONTACT.items():
        if (text := getattr(contact, field)) is not None:
            _add(told, tag, text)


def _regie(parent: Element, told: IndexRegie) -> None:
    regie = _add(parent, "regie")
    _add(regie, "wie", told.wie)
    for name, text in (("naam", told.wie_dan.naam), ("instantieNaam", told.wie_dan.instantie)):
        if text is not None:
            _add(regie, name, text)
    _add(regie, "aangeboden", _said(told.aangeboden))
    if told.herzien_op is not None:
        _add(regie, "herzienOp", told.herzien_op.isoformat())
    _add(regie, "stand", str(told.stand))


def _kop(body: Element, call: Call, identity: UUID, *, at: dt.datetime, to: str) -> None:
    kop = _add(body, "kop")
    _add(kop, "berichtReferentie", str(identity))
    _add(kop, "tijdstipBericht", _moment(at))
    _add(kop, "zender", call.addressee)
    _add(kop, "ontvanger", call.message.sender)
    _add(kop, "versie", call.version)
    _add(kop, "correlatieReferentie", to)


def _top(name: str) -> Element:
    return etree.Element(f"{{{CONTRACT}}}{name}", nsmap={"ri": CONTRACT})


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{CONTRACT}}}{name}")
    element.text = text
    return element


def _said(claim: bool) -> str:
    return "true" if claim else "false"


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
