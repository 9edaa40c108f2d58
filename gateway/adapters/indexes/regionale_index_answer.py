"""Reading what an index of the contract "regionale index" version 1 answered. Nothing in it is trusted.

    HTTP  body                                                    outcome
    200   correlated, schema-valid, the element that was asked    Done, NotFound or IndexCapabilities
    any   verwijsindexFout                                        Retry when herhaalbaar, else Refused with its code
    429   no SOAP: something in front of the index answered       Retry
    503   no SOAP: idem                                           Retry
    any   anything else; 502 and 504, where the index may have    Unknown
          been reached behind the proxy that gave up waiting

A question about an earlier message answers for that message: what befalls the question itself is Unknown.
One bad match does not cost the others: what breaks the contract inside a match is left out and counted.
"""

from typing import assert_never
from uuid import UUID

from gateway.adapters.indexes.regionale_index_matches import (
    NAMESPACE,
    NS,
    contact_of,
    flag_of,
    identifier,
    mend,
    news_of,
    regie_of,
    text_of,
)
from gateway.adapters.indexes.told import (
    BACKWARDS,
    OTHER_MESSAGE,
    UNREADABLE,
    able,
    day_of,
    follows,
    moment_of,
    one_line,
    refusal,
)
from gateway.adapters.indexes.told_xml import opened
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Done,
    End,
    Ended,
    FollowUp,
    Held,
    IndexCapabilities,
    Inspect,
    Lead,
    NotFound,
    Order,
    Outcome,
    Poll,
    Refused,
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

QUESTION_FAILED = "navraag"
IN_PROGRESS = "in-behandeling"

_AFGEVEN, _BEVESTIGING, _REGIE, _OPVRAGEN, _STATUS, _MATCHES, _CAPACITEITEN, _FOUT = (
    f"{{{NAMESPACE}}}{name}"
    for name in (
        "signaalAfgevenAntwoord", "ontvangstbevestiging", "regieVastleggenAntwoord", "signaalOpvragenAntwoord",
        "statusOpvragenAntwoord", "matchesOpvragenAntwoord", "capaciteitenAntwoord", "verwijsindexFout",
    )
)  # fmt: skip
_ASKED = {
    Register: _AFGEVEN,
    Amend: _BEVESTIGING,
    End: _BEVESTIGING,
    Withdraw: _BEVESTIGING,
    Lead: _BEVESTIGING,
    Inspect: _OPVRAGEN,
    Arrange: _REGIE,
    FollowUp: _BEVESTIGING,
    AskStatus: _STATUS,
    Poll: _MATCHES,
    AskCapabilities: _CAPACITEITEN,
}


def decode(order: Order, response: WireResponse, *, schema: Schema) -> Outcome:
    """Read what the index answered to `order`; whatever cannot be read is Unknown."""
    body = opened(response)
    if isinstance(body, Retry | Unknown):
        return Unknown(reason=UNREADABLE) if isinstance(order, AskStatus) else body
    try:
        return _outcome(order, response.status, body, schema)
    except (ValueError, OverflowError):
        return Unknown(reason=UNREADABLE)


def _outcome(order: Order, status: int, body: Element, schema: Schema) -> Outcome:
    headers, ours = _related(body), order.message_id.urn
    fault = soap.fault_detail(body)
    if fault is not None and fault.tag == _FOUT and schema.valid(fault):
        if any(header != ours for header in headers) or _speaks_of_other(fault, order.message_id):
            return Unknown(reason=OTHER_MESSAGE)
        return Unknown(reason=QUESTION_FAILED) if isinstance(order, AskStatus) else _fault(fault)
    if status != 200 or body.tag != _ASKED[type(order)]:
        return Unknown(reason=UNREADABLE)
    dropped = mend(body, schema)
    if dropped is None:
        return Unknown(reason=UNREADABLE)
    if any(header != ours for header in headers) or _speaks_of_other(body, order.message_id):
        return Unknown(reason=OTHER_MESSAGE)
    if not headers and not _references(body):
        return Unknown(reason=OTHER_MESSAGE)
    return _answer(order, body, dropped)


def _related(body: Element) -> tuple[str, ...]:
    headers = body.getroottree().getroot().iterfind(f"{{{soap.ENVELOPE}}}Header/{{{soap.ADDRESSING}}}RelatesTo")
    return tuple((header.text or "").strip() for header in headers)


def _references(answer: Element) -> tuple[str, ...]:
    """Which message an answer or fault says it answers; an answer says it in its kop, a fault in itself."""
    return (*_texts(answer, "ri:kop/ri:correlatieReferentie"), *_texts(answer, "ri:correlatieReferentie"))


def _speaks_of_other(answer: Element, message_id: UUID) -> bool:
    return any(reference != str(message_id) for reference in _references(answer))


def _texts(element: Element, path: str) -> tuple[str, ...]:
    return tuple(found.text or "" for found in element.iterfind(path, NS))


def _fault(fault: Element) -> Refused | Retry:
    return refusal(text_of(fault, "code"), repeatable=flag_of(fault, "herhaalbaar"))


def _answer(order: Order, body: Element, dropped: int) -> Outcome:
    if isinstance(order, Told):
        return Unknown(reason="geen-bericht-voor-een-index")
    match order:
        case Register():
            return _registered(body, dropped)
        case Inspect():
            return Held(standing=tuple(_standing(told) for told in body.iterfind("ri:signaal", NS)))
        case Amend() | End() | Withdraw() | Lead() | FollowUp():
            return Done(index_ref=identifier(body, "indexSignaalId"))
        case Arrange():
            return Done(regie=regie_of(body))
        case AskStatus():
            return _earlier(order, body, dropped)
        case Poll():
            return _polled(order, body, dropped)
        case AskCapabilities():
            return _capabilities(body)
        case _:
            assert_never(order)


def _registered(answer: Element, dropped: int) -> Done:
    news, cut = news_of(answer)
    return Done(index_ref=identifier(answer, "indexSignaalId"), news=news, dropped=dropped + cut)


def _earlier(order: AskStatus, body: Element, dropped: int) -> Outcome:
    """What became of the message that was asked about; found without an answer, it is still being processed."""
    answers = [child for child in body if child.tag in (_AFGEVEN, _BEVESTIGING, _FOUT)]
    if not flag_of(body, "gevonden"):
        return Unknown(reason=UNREADABLE) if answers else NotFound()
    if not answers:
        return Unknown(reason=IN_PROGRESS)
    answer = answers[0]
    if _speaks_of_other(answer, order.about):
        return Unknown(reason=OTHER_MESSAGE)
    if answer.tag == _FOUT:
        return _fault(answer)
    return _registered(answer, dropped)


def _standing(told: Element) -> Standing:
    melder, moment = told.find("ri:melder", NS), text_of(told, "datumTijdMelding")
    return Standing(
        status=Status(text_of(told, "status")),
        contact=None if melder is None else contact_of(melder),
        datum_tijd_melding=moment_of(moment) if moment else None,
        verwijderdatum=day_of(text_of(told, "verwijderdatum")),
        leidend=flag_of(told, "leidend"),
    )


def _polled(order: Poll, body: Element, dropped: int) -> Outcome:
    """The next matches."""
    cursor, more = int(text_of(body, "totVolgnummer")), flag_of(body, "meer")
    if not follows(order, cursor, more=more):
        return Unknown(reason=BACKWARDS)
    news, cut = news_of(body)
    ended = tuple(_ended(told) for told in body.iterfind("ri:vernietigd", NS))
    return Done(news=news, ended=ended, dropped=dropped + cut, cursor=cursor, more=more)


def _ended(told: Element) -> Ended:
    return Ended.model_validate({"signaal_id": identifier(told, "gatewayReferentie"), "reason": text_of(told, "reden")})


def _capabilities(body: Element) -> IndexCapabilities:
    return able({
        "ketenregistratie": flag_of(body, "ketenregistratie"),
        "signaalcode": flag_of(body, "signaalcode"),
        "wijzigen": flag_of(body, "wijzigen"),
        "regie": flag_of(body, "regie"),
        "terugkoppelen": flag_of(body, "terugkoppelen"),
        "opvragen": flag_of(body, "opvragen"),
        "overnemen": flag_of(body, "overnemen"),
        "stil": flag_of(body, "stil"),
        "landelijk_uit": flag_of(body, "landelijkUit"),
        "axes": {one_line(axis) for axis in _texts(body, "ri:aanduidingAs")},
        "processing_time": text_of(body, "verwerkingstijd").strip(),
    })  # fmt: skip
