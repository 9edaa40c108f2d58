"""The answers of "regionale-index-1", from values to elements in the order of the XSD."""

import datetime as dt
from typing import assert_never
from uuid import UUID

from gateway.canonical.order import Contact, IndexRegie
from gateway.simulator.replies import (
    Able,
    Acknowledged,
    Arranged,
    Found,
    Held,
    News,
    Page,
    Refused,
    Registered,
    Reply,
    Standing,
)
from gateway.simulator.soap_elements import moment, said
from gateway.simulator.soap_in import CONTACT, NAMES
from gateway.simulator.values import Call
from gateway.wire.xml import Element

ABLE = {
    "wijzigen": "wijzigen", "regie": "regie", "terugkoppelen": "terugkoppelen", "opvragen": "opvragen",
    "overnemen": "overnemen", "stil": "stil", "landelijk_uit": "landelijkUit",
}  # fmt: skip
"""What an index may say it is able to do, in the order of the XSD, by our names."""


def kept(call: Call, reply: Reply) -> Element:
    """A stored answer, as its own message or inside the answer to a question about it."""
    match reply.answer:
        case Registered() as registered:
            body = NAMES.top("signaalAfgevenAntwoord")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            NAMES.add(body, "indexSignaalId", registered.index_id)
            NAMES.add(body, "status", registered.status)
            NAMES.add(body, "verwijderdatum", registered.verwijderdatum.isoformat())
            for news in registered.news:
                _match(body, news)
            if registered.history:
                NAMES.add(body, "historieAanwezig", "true")
        case Acknowledged() as acknowledged:
            body = NAMES.top("ontvangstbevestiging")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            NAMES.add(body, "indexSignaalId", acknowledged.index_id)
            NAMES.add(body, "status", acknowledged.status)
        case Arranged() as arranged:
            body = NAMES.top("regieVastleggenAntwoord")
            _kop(body, call, reply.answer_id, at=reply.answered_at, to=reply.to)
            NAMES.add(body, "uitgevoerd", said(arranged.done))
            _regie(body, arranged.regie)
        case Refused() as refused:
            body = fout(refused, reply.to)
        case _ as never:
            assert_never(never)
    return body


def passing(call: Call, answer: Found | Held | Page | Able, identity: UUID) -> Element:
    """An answer that is true now and is not stored."""
    body = NAMES.top(f"{call.operation}Antwoord")
    _kop(body, call, identity, at=answer.at, to=call.message.reference)
    match answer:
        case Found():
            NAMES.add(body, "gevonden", said(answer.reply is not None))
            if answer.reply is not None:
                body.append(kept(call, answer.reply))
        case Held():
            for one in answer.standing:
                _standing(body, one)
        case Page():
            for news in answer.news:
                _match(body, news)
            for reference, reason in answer.ended:
                told = NAMES.add(body, "vernietigd")
                NAMES.add(told, "gatewayReferentie", reference)
                NAMES.add(told, "reden", reason)
            NAMES.add(body, "totVolgnummer", str(answer.last))
            NAMES.add(body, "meer", said(answer.more))
        case Able(capabilities=able):
            NAMES.add(body, "ketenregistratie", said(able.ketenregistratie))
            NAMES.add(body, "signaalcode", said(able.signaalcode))
            for axis in sorted(able.axes):
                NAMES.add(body, "aanduidingAs", axis)
            NAMES.add(body, "verwerkingstijd", f"PT{able.processing_time.total_seconds():.3f}S")
            for name, tag in ABLE.items():
                if getattr(able, name):
                    NAMES.add(body, tag, "true")
        case _ as never:
            assert_never(never)
    return body


def fout(refused: Refused, reference: str = "") -> Element:
    """The detail of a fault: code, whose fault, what it means; places in the message, never its text."""
    body = NAMES.top("verwijsindexFout")
    NAMES.add(body, "code", refused.code)
    NAMES.add(body, "plek", "client" if refused.client else "server")
    NAMES.add(body, "omschrijving", refused.meaning)
    NAMES.add(body, "herhaalbaar", said(refused.repeatable))
    for field in refused.fields:
        NAMES.add(body, "veld", field)
    if reference:
        NAMES.add(body, "correlatieReferentie", reference)
    return body


def _match(body: Element, news: News) -> None:
    match = NAMES.add(body, "match")
    NAMES.add(match, "matchId", news.match_id)
    NAMES.add(match, "soort", news.soort)
    NAMES.add(match, "eigenSignaalId", news.reference)
    NAMES.add(match, "nietDezelfdeJeugdige", said(news.of_family))
    NAMES.add(match, "ontstaanOp", moment(news.arose_at))
    NAMES.add(match, "status", news.status)
    if news.contact is not None:
        _contact(match, "betrokkene", news.contact)
    for word in news.words:
        aanduiding = NAMES.add(match, "aanduiding")
        NAMES.add(aanduiding, "as", word.axis)
        NAMES.add(aanduiding, "code", word.code)
        NAMES.add(aanduiding, "woord", word.word)
        NAMES.add(aanduiding, "equivalentie", word.equivalence)
    if news.remove:
        NAMES.add(match, "verwijderen", said(news.remove))
    if news.regie is not None:
        _regie(match, news.regie)


def _standing(parent: Element, one: Standing) -> None:
    told = NAMES.add(parent, "signaal")
    NAMES.add(told, "indexSignaalId", one.index_id)
    NAMES.add(told, "status", one.status)
    if one.contact is not None:
        _contact(told, "melder", one.contact)
    if one.datum_tijd_melding is not None:
        NAMES.add(told, "datumTijdMelding", one.datum_tijd_melding)
    NAMES.add(told, "verwijderdatum", one.verwijderdatum.isoformat())
    NAMES.add(told, "leidend", said(one.leidend))


def _contact(parent: Element, name: str, contact: Contact) -> None:
    NAMES.add_fields(NAMES.add(parent, name), contact, CONTACT)


def _regie(parent: Element, told: IndexRegie) -> None:
    regie = NAMES.add(parent, "regie")
    NAMES.add(regie, "wie", told.wie)
    for name, text in (("naam", told.wie_dan.naam), ("instantieNaam", told.wie_dan.instantie)):
        if text is not None:
            NAMES.add(regie, name, text)
    NAMES.add(regie, "aangeboden", said(told.aangeboden))
    if told.herzien_op is not None:
        NAMES.add(regie, "herzienOp", told.herzien_op.isoformat())
    NAMES.add(regie, "stand", str(told.stand))


def _kop(body: Element, call: Call, identity: UUID, *, at: dt.datetime, to: str) -> None:
    kop = NAMES.add(body, "kop")
    NAMES.add(kop, "berichtReferentie", str(identity))
    NAMES.add(kop, "tijdstipBericht", moment(at))
    NAMES.add(kop, "zender", call.addressee)
    NAMES.add(kop, "ontvanger", call.message.sender)
    NAMES.add(kop, "versie", call.version)
    NAMES.add(kop, "correlatieReferentie", to)
