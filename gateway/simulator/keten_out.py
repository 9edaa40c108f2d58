"""The answers of "ketenregister-stijl-1", from values to elements in the order of the XSD."""

import datetime as dt
from typing import assert_never
from uuid import UUID

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexCapabilities
from gateway.simulator.keten_in import MEDEWERKER, NAMES
from gateway.simulator.replies import (
    Able,
    Acknowledged,
    Held,
    News,
    Numbered,
    Page,
    Refused,
    Registered,
    Reply,
    Standing,
)
from gateway.simulator.soap_elements import moment, said
from gateway.simulator.values import Call, Verify
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

_INDEX_ONLY = ("professional_id", "instantie_id")
"""What of a contact is told to nobody else."""


def kept(call: Call, reply: Reply) -> Element:
    """What became of a registration or a change of one."""
    match reply.answer:
        case Registered() as registered:
            body = _about(call, "vastleggenAntwoord", reply.answer_id, at=reply.answered_at, to=reply.to)
            NAMES.add(body, "registratienummer", registered.index_id)
            NAMES.add(body, "status", registered.status)
            NAMES.add(body, "einddatum", registered.verwijderdatum.isoformat())
            NAMES.add(body, "bestondAl", said(reply.stood))
        case Acknowledged() as acknowledged:
            body = _about(call, "bevestiging", reply.answer_id, at=reply.answered_at, to=reply.to)
            NAMES.add(body, "registratienummer", acknowledged.index_id)
            NAMES.add(body, "status", acknowledged.status)
        case _:
            raise AssertionError(f"this contract has no answer for {call.operation} of this kind")
    return body


def passing(call: Call, answer: Numbered | Held | Page | Able, identity: UUID) -> Element:
    """An answer that is true now and is not stored."""
    body = _about(call, f"{call.operation}Antwoord", identity, at=answer.at, to=call.message.reference)
    match answer:
        case Numbered():
            if isinstance(call.message.request, Verify):
                NAMES.add(body, "clientnummer", answer.number)
            else:
                if answer.client is not None:
                    NAMES.add(body, "clientnummer", answer.client)
                NAMES.add(body, "medewerkernummer", answer.number)
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
    body = NAMES.top("ketenregisterFout")
    NAMES.add(body, "code", refused.code)
    NAMES.add(body, "bij", "afzender" if refused.client else "index")
    NAMES.add(body, "omschrijving", refused.meaning)
    NAMES.add(body, "herhaalbaar", said(refused.repeatable))
    for field in refused.fields:
        NAMES.add(body, "element", field)
    if reference:
        NAMES.add(body, "antwoordOp", reference)
    return body


def _page(body: Element, page: Page) -> None:
    for news in page.news:
        _match(body, news)
    for reference, reason in page.ended:
        told = NAMES.add(body, "vernietigd")
        NAMES.add(told, "eigenReferentie", reference)
        NAMES.add(told, "reden", reason)
    NAMES.add(body, "laatsteNummer", str(page.last))
    NAMES.add(body, "meer", said(page.more))


def _match(body: Element, news: News) -> None:
    match = NAMES.add(body, "matchbericht")
    NAMES.add(match, "matchnummer", news.match_id)
    NAMES.add(match, "eigenReferentie", news.reference)
    NAMES.add(match, "soort", SOORT[news.soort])
    NAMES.add(match, "andereClient", said(news.of_family))
    NAMES.add(match, "ontstaanOp", moment(news.arose_at))
    NAMES.add(match, "stand", STAND[news.status])
    if news.remove:
        NAMES.add(match, "verwijderen", said(news.remove))
    if news.contact is not None:
        _contact(match, "contactpersoon", news.contact, without=_INDEX_ONLY)


def _standing(parent: Element, one: Standing) -> None:
    told = NAMES.add(parent, "registratie")
    NAMES.add(told, "registratienummer", one.index_id)
    NAMES.add(told, "status", one.status)
    if one.contact is not None:
        _contact(told, "medewerker", one.contact)
    if one.datum_tijd_melding is not None:
        NAMES.add(told, "datumTijdMelding", one.datum_tijd_melding)
    NAMES.add(told, "einddatum", one.verwijderdatum.isoformat())
    NAMES.add(told, "leidend", said(one.leidend))


def _able(body: Element, able: IndexCapabilities) -> None:
    for name, tag in ABLE.items():
        NAMES.add(body, tag, said(getattr(able, name)))
    NAMES.add(body, "verwerkingstijd", f"PT{able.processing_time.total_seconds():.3f}S")


def _contact(parent: Element, name: str, contact: Contact, without: tuple[str, ...] = ()) -> None:
    fields = {tag: field for tag, field in MEDEWERKER.items() if field not in without}
    NAMES.add_fields(NAMES.add(parent, name), contact, fields)


def _about(call: Call, name: str, identity: UUID, *, at: dt.datetime, to: str) -> Element:
    """An answer with its kop, and the own reference of the registration that was asked about."""
    body = NAMES.top(name)
    kop = NAMES.add(body, "kop")
    NAMES.add(kop, "berichtnummer", str(identity))
    NAMES.add(kop, "antwoordOp", to)
    NAMES.add(kop, "verzondenOp", moment(at))
    NAMES.add(kop, "afzender", call.addressee)
    NAMES.add(kop, "geadresseerde", call.message.sender)
    NAMES.add(kop, "versie", call.version)
    if call.relates_to:
        NAMES.add(body, "eigenReferentie", call.relates_to)
    return body
