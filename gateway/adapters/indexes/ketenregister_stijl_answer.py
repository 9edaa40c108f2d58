"""Reading what an index of the contract "ketenregister-stijl" version 1 answered. Nothing in it is trusted.

    HTTP  body                                                    outcome
    200   correlated, schema-valid, a number that was asked for   the next message of the order
    200   correlated, schema-valid, the element that was asked    Done, Held or IndexCapabilities
    any   ketenregisterFout                                       Retry when herhaalbaar, else Refused with its code
    429   no SOAP: something in front of the index answered       Retry
    503   no SOAP: idem                                           Retry
    any   anything else                                           Unknown

An answer names the number of the message it answers and our own reference of the registration; both must be ours.
"""

from typing import assert_never

from gateway.adapters.indexes.ketenregister_stijl_steps import (
    CLIENT,
    MEDEWERKER,
    MEDEWERKER_FIELDS,
    NAMESPACE,
    Given,
)
from gateway.adapters.indexes.told import (
    BACKWARDS,
    OTHER_MESSAGE,
    UNREADABLE,
    able,
    day_of,
    each,
    follows,
    moment_of,
    news_from,
    one_line,
    refusal,
)
from gateway.adapters.indexes.told_xml import Mending, Names, opened
from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Contact,
    Done,
    End,
    Ended,
    FollowUp,
    Held,
    IndexCapabilities,
    Inspect,
    Lead,
    MatchNews,
    Order,
    Outcome,
    Poll,
    Register,
    Retry,
    Standing,
    Told,
    Unknown,
    Withdraw,
)
from gateway.canonical.receipt import Status
from gateway.wire import soap
from gateway.wire.message import WireResponse
from gateway.wire.xml import Element, Schema

SOORT = {
    "ZELFDE_CLIENT": MatchSoort.CLIENTMATCH,
    "ZELFDE_OUDER": MatchSoort.GEZINSMATCH_OUDER,
    "ZELFDE_ADRES": MatchSoort.GEZINSMATCH_ADRES,
    "HISTORIE": MatchSoort.HISTORISCH,
    "VERHUIZING": MatchSoort.VERHUIZING,
}
"""The kinds of match as this contract names them."""
STAND = {"LOPEND": MatchStatus.ACTIEF, "VERVALLEN": MatchStatus.VERVALLEN}

_KR = Names(NAMESPACE)
_CLIENT, _MEDEWERKER, _VASTGELEGD, _BEVESTIGING, _OPGEZOCHT, _BERICHTEN, _CAPACITEITEN, _FOUT = (
    _KR.tag(name)
    for name in (
        "clientVerifierenAntwoord", "medewerkerRegistrerenAntwoord", "vastleggenAntwoord", "bevestiging",
        "opzoekenOpEigenReferentieAntwoord", "berichtenOphalenAntwoord", "capaciteitenAntwoord", "ketenregisterFout",
    )
)  # fmt: skip
_ASKED = {
    Register: (_CLIENT, _MEDEWERKER, _VASTGELEGD),
    Amend: (_MEDEWERKER, _BEVESTIGING),
    End: (_BEVESTIGING,),
    Withdraw: (_BEVESTIGING,),
    Lead: (_BEVESTIGING,),
    Inspect: (_OPGEZOCHT,),
    Poll: (_BERICHTEN,),
    AskCapabilities: (_CAPACITEITEN,),
}
_NUMBERED = {_CLIENT: CLIENT, _MEDEWERKER: MEDEWERKER}
_MATCH, _CONTACT = _KR.tag("matchbericht"), _KR.tag("contactpersoon")
_BETROKKENE = {
    "naam": "naam", "functie": "functie", "instantie": "organisatie", "locatie": "locatie", "telefoon": "telefoon",
    "email": "email", "coordinator": "coordinator",
}  # fmt: skip
_MENDING = Mending(
    match=_MATCH,
    entries=(_CONTACT,),
    around=f"""<berichtenOphalenAntwoord xmlns="{NAMESPACE}"><kop><berichtnummer>-</berichtnummer>
<antwoordOp>-</antwoordOp><verzondenOp>2026-01-01T00:00:00Z</verzondenOp><afzender>-</afzender><geadresseerde>-</geadresseerde>
<versie>1</versie></kop><laatsteNummer>0</laatsteNummer><meer>false</meer></berichtenOphalenAntwoord>""",
)


def decode(order: Order, response: WireResponse, *, schema: Schema) -> Outcome | Given:
    """Read what the index answered to `order`: an outcome, or the numbers with which it goes on."""
    body = opened(response)
    if isinstance(body, Retry | Unknown):
        return body
    try:
        return _outcome(order, response.status, body, schema)
    except (ValueError, OverflowError):
        return Unknown(reason=UNREADABLE)


def _outcome(order: Order, status: int, body: Element, schema: Schema) -> Outcome | Given:
    fault = soap.fault_detail(body)
    if fault is not None and fault.tag == _FOUT and schema.valid(fault):
        ours = {f"{order.message_id}{end}" for end in ("", CLIENT, MEDEWERKER)}
        if _KR.text(fault, "antwoordOp") not in {"", *ours}:
            return Unknown(reason=OTHER_MESSAGE)
        return refusal(_KR.text(fault, "code"), repeatable=_KR.flag(fault, "herhaalbaar"))
    if status != 200 or body.tag not in _ASKED.get(type(order), ()):
        return Unknown(reason=UNREADABLE)
    dropped = _MENDING.mend(body, body, schema)
    if dropped is None:
        return Unknown(reason=UNREADABLE)
    if not _ours(order, body):
        return Unknown(reason=OTHER_MESSAGE)
    if body.tag in _NUMBERED:
        return _given(order, body)
    return _answer(order, body, dropped)


def _ours(order: Order, body: Element) -> bool:
    asked = f"{order.message_id}{_NUMBERED.get(body.tag, '')}"
    about = body.find(_KR.tag("eigenReferentie"))
    return body.findtext(f"{_KR.tag('kop')}/{_KR.tag('antwoordOp')}") == asked and (
        about is None or about.text == str(getattr(order, "signaal_id", None))
    )


def _given(order: Order, body: Element) -> Given | Unknown:
    """The numbers so far. The client of a registration comes back with the number of who registers."""
    client = _KR.text(body, "clientnummer") or None
    if isinstance(order, Register) != (client is not None):
        return Unknown(reason=UNREADABLE)
    return Given(client=client, medewerker=_KR.text(body, "medewerkernummer") or None)


def _answer(order: Order, body: Element, dropped: int) -> Outcome:
    if isinstance(order, Told):
        return Unknown(reason=UNREADABLE)
    match order:
        case Register() | Amend() | End() | Withdraw() | Lead():
            return Done(index_ref=_KR.identifier(body, "registratienummer"))
        case Inspect():
            return Held(standing=tuple(_standing(told) for told in body.iterfind(_KR.tag("registratie"))))
        case Poll():
            return _fetched(order, body, dropped)
        case AskCapabilities():
            return _capabilities(body)
        case Arrange() | FollowUp() | AskStatus():
            return Unknown(reason=UNREADABLE)
        case _:
            assert_never(order)


def _standing(told: Element) -> Standing:
    medewerker, moment = told.find(_KR.tag("medewerker")), _KR.text(told, "datumTijdMelding")
    return Standing(
        status=Status(_KR.text(told, "status")),
        contact=None if medewerker is None else Contact.model_validate(_cut(medewerker, MEDEWERKER_FIELDS)),
        datum_tijd_melding=moment_of(moment) if moment else None,
        verwijderdatum=day_of(_KR.text(told, "einddatum")),
        leidend=_KR.flag(told, "leidend"),
    )


def _cut(told: Element, fields: dict[str, str]) -> dict[str, str | None]:
    return {name: one_line(_KR.text(told, tag)) or None for name, tag in fields.items()}


def _fetched(order: Poll, body: Element, dropped: int) -> Outcome:
    cursor, more = int(_KR.text(body, "laatsteNummer")), _KR.flag(body, "meer")
    if not follows(order, cursor, more=more):
        return Unknown(reason=BACKWARDS)
    news, cut = news_from(body.iterfind(_MATCH), _news)
    ended = tuple(
        Ended.model_validate({"signaal_id": _KR.identifier(told, "eigenReferentie"), "reason": _KR.text(told, "reden")})
        for told in body.iterfind(_KR.tag("vernietigd"))
    )
    return Done(news=news, ended=ended, dropped=dropped + cut, cursor=cursor, more=more)


def _news(match: Element) -> tuple[MatchNews, int]:
    betrokkenen, strangers = each(_betrokkene, match.iterfind(_CONTACT))
    said = MatchNews(
        index_match_id=_KR.identifier(match, "matchnummer"),
        soort=SOORT[_KR.text(match, "soort")],
        signaal_id=_KR.identifier(match, "eigenReferentie"),
        niet_dezelfde_jeugdige=_KR.flag(match, "andereClient"),
        ontstaan_op=moment_of(_KR.text(match, "ontstaanOp")),
        status=STAND[_KR.text(match, "stand")],
        content=MatchContent(betrokkenen=betrokkenen),
        verwijderen=_KR.flag(match, "verwijderen"),
    )
    return said, strangers


def _betrokkene(contact: Element) -> Betrokkene:
    return Betrokkene.model_validate(_cut(contact, _BETROKKENE))


def _capabilities(body: Element) -> IndexCapabilities:
    flags = {
        "ketenregistratie": "ketenregistratie", "signaalcode": "signaalcode", "wijzigen": "wijzigen", "mails": "mailt",
        "opvragen": "opzoeken", "overnemen": "overnemen", "stil": "stil", "landelijk_uit": "landelijkUit",
    }  # fmt: skip
    said = {name: _KR.flag(body, tag) for name, tag in flags.items()}
    return able(said | {"processing_time": _KR.text(body, "verwerkingstijd").strip()})
