"""Reading what an index of the contract "waakvlam" version 1 answered. Nothing in it is trusted.

    HTTP  body                                                    outcome
    200   the answer to what was asked, schema-valid, `0x`        the next message of the order, or its outcome
    200   the same, `9x`; `60`, `61` when it does not stand yet   Retry
    200   the same, `31`, `32` on a registration                  said again within what the index allows
    200   the same, any other code                                Refused with that code
    any   StoringFout; ToegangFout of whom we act for             Retry
    any   ToegangFout of the ticket                               Worn: log in, then say it again
    any   ToegangFout of our secret                               Barred: nobody tries that again, and Retry
    any   BerichtFout                                             Refused
    429   no SOAP: something in front of the index answered       Retry
    503   no SOAP: idem                                           Retry
    any   anything else                                           Unknown

No answer has the number of a message. It must be the one to the operation that was asked, about our own reference, and
once we know the index's number of the vermelding, about that number.
"""

from dataclasses import dataclass, replace

from gateway.adapters.indexes.told import BACKWARDS, OTHER_MESSAGE, UNREADABLE, able, one_line
from gateway.adapters.indexes.told_xml import opened
from gateway.adapters.indexes.waakvlam_post import fetched
from gateway.adapters.indexes.waakvlam_steps import (
    COLLECT,
    CONSULT,
    OPEN,
    SHOW,
    AboutSignal,
    Given,
    asked_until,
    step,
)
from gateway.adapters.indexes.waakvlam_words import NAMES, contact_told, day_told, moment_told
from gateway.canonical.order import (
    Amend,
    AskCapabilities,
    Done,
    Held,
    Inspect,
    Lead,
    Order,
    Outcome,
    Poll,
    Refused,
    Register,
    Retry,
    Standing,
    Unknown,
)
from gateway.canonical.receipt import Status
from gateway.wire import soap12
from gateway.wire.message import WireResponse
from gateway.wire.xml import Element, Schema

STATUS = {"LOPEND": Status.ACTIEF, "RUSTEND": Status.ARCHIEF, "GEWIST": Status.VERNIETIGD}
NOT_LEADING, NOT_NAMED = "LEIDEND", "NIET_NAMENS"

_OUTAGE, _DENIED, _MALFORMED, _POST = (NAMES.tag(f"{name}Fout") for name in ("Storing", "Toegang", "Bericht", "Post"))
_RULING, _ENTRY, _PARTY, _ABILITY = (NAMES.tag(name) for name in ("uitslag", "vermelding", "deelnemer", "kunde"))
_TOO_LATE, _TOO_OLD, _USED, _NOT_THERE = "31", "32", "41", "10"
_NOT_NOW = {True: "61", False: "60"}
"""What the index says to a new vermelding when another leads, and to one taken over when it is not open for that."""


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """The index let us in, with this ticket."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Worn:
    """The index does not take the ticket."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The index refuses our secret, or us."""

    reason: str


Told = Outcome | Given | Opened | Worn | Barred


def decode(order: Order, response: WireResponse, given: Given, *, party: str, schema: Schema) -> Told:
    """Read what the index answered to the message that was written with `given`; `party` is for whom it was."""
    body = opened(response, soap12.body_of)
    if isinstance(body, Retry | Unknown):
        return body
    try:
        fault = soap12.fault_detail(body)
        if fault is not None:
            return _fault(order, given, fault) if schema.valid(fault) else Unknown(reason=UNREADABLE)
        operation = OPEN if given.opening else step(order, given).operation
        if response.status != 200 or body.tag != NAMES.tag(f"{operation}Antwoord"):
            return Unknown(reason=UNREADABLE)
        if operation == COLLECT and isinstance(order, Poll):
            return fetched(order, given, body, schema)
        if not schema.valid(body):
            return Unknown(reason=UNREADABLE)
        if operation == OPEN:
            return Opened(NAMES.text(body, "toegangsbewijs"))
        return _outcome(order, operation, given, body, party)
    except (ValueError, OverflowError):
        return Unknown(reason=UNREADABLE)


def _fault(order: Order, given: Given, fault: Element) -> Told:
    reason = NAMES.text(fault, "reden")
    match fault.tag:
        case tag if tag == _OUTAGE:
            return Retry(reason=NAMES.text(fault, "aard"))
        case tag if tag == _DENIED and reason.startswith("BEWIJS_"):
            return Worn()
        case tag if tag == _DENIED and "NAMENS" in reason:
            return Retry(reason=reason) if given.renewed else replace(given, renewed=True)
        case tag if tag == _DENIED:
            return Barred(reason)
        case tag if tag == _MALFORMED:
            return Refused(code="BerichtFout")
        case tag if tag == _POST and isinstance(order, Poll):
            return (
                replace(given, gap=True) if reason == "ZAK_OPGERUIMD" and not given.gap else Unknown(reason=BACKWARDS)
            )
        case _:
            return Unknown(reason=UNREADABLE)


def _outcome(order: Order, operation: str, given: Given, body: Element, party: str) -> Told:
    if operation == SHOW:
        return _shown(order, given, body, party)
    assert isinstance(order, AboutSignal)  # noqa: S101  the other orders were answered above
    ruling, entry = body.find(_RULING), body.find(_ENTRY)
    code = "" if ruling is None else ruling.get("code", "")
    if entry is not None and not _ours(order, given, entry):
        return Unknown(reason=OTHER_MESSAGE)
    if code.startswith("9"):
        return Retry(reason=code)
    done = code.startswith("0")
    if done and entry is None:
        return Unknown(reason=UNREADABLE)
    if operation == CONSULT:
        return _consulted(order, given, entry if done else None, code, party)
    if done and entry is not None:
        return Done(index_ref=NAMES.identifier(entry, "nummer"))
    limit = "" if ruling is None else ruling.get("grens", "")
    return _within(order, given, code, limit) or Refused(code=code)


def _ours(order: AboutSignal, given: Given, entry: Element) -> bool:
    number = NAMES.text(entry, "nummer")
    return NAMES.text(entry, "eigenKenmerk") == str(order.signaal_id) and given.number in ("", number)


def _consulted(order: AboutSignal, given: Given, entry: Element | None, code: str, party: str) -> Told:
    """What stands under our own reference, and what an order has to do with it."""
    match order:
        case Inspect() if entry is not None:
            return Held(standing=(_standing(order, given, entry, party),))
        case Inspect() if code == _NOT_THERE:
            return Held(standing=())
        case Register() if entry is not None:
            stands = NAMES.text(entry, "stand") == "LOPEND"
            return Done(index_ref=NAMES.identifier(entry, "nummer")) if stands else Refused(code=_USED)
        case Register() if code == _NOT_THERE:
            return Retry(reason=_NOT_NOW[order.leidend])
        case _ if entry is not None:
            return replace(given, number=NAMES.identifier(entry, "nummer"))
        case _:
            return Refused(code=code)


def _within(order: AboutSignal, given: Given, code: str, limit: str) -> Given | None:
    """How to say an order once more, so that the index takes it; None when there is no other way to say it."""
    if not isinstance(order, Register | Amend):
        return None
    if code == _TOO_LATE and given.until is None and limit:
        allowed = day_told(limit)
        return replace(given, until=allowed) if allowed < asked_until(order, given) else None
    if not isinstance(order, Register):
        return None
    if code == _TOO_OLD and order.leidend and not given.undated:
        return replace(given, undated=True)
    return replace(given, consult=True) if code == _NOT_NOW[order.leidend] else None


def _standing(order: Inspect, given: Given, entry: Element, party: str) -> Standing:
    who, reported = entry.find(NAMES.tag("aanspreekpunt")), NAMES.text(entry, "meldmoment")
    until = NAMES.text(entry, "uiterlijkeDag")
    return Standing(
        status=STATUS[NAMES.text(entry, "stand")],
        contact=None if who is None else contact_told(who, organisation=order.organisatie, name=party),
        datum_tijd_melding=moment_told(reported) if reported else None,
        verwijderdatum=day_told(until) if until else None,
        leidend=bool(given.leads),
    )


def _shown(order: Order, given: Given, body: Element, party: str) -> Told:
    """What the index says of our connection: what it can, or who leads for one organisation."""
    if isinstance(order, AskCapabilities):
        return _capabilities(body)
    parties = [one for one in body.iterfind(_PARTY) if one.get("code") == party]
    if len(parties) != 1:
        return Retry(reason=NOT_NAMED)
    who = parties[0].find(NAMES.tag("leidend"))
    leads = who is not None and who.get("wie") == "WIJ"
    match order:
        case Inspect():
            return replace(given, leads=leads)
        case Lead():
            return Done() if leads == order.leidend else Retry(reason=NOT_LEADING)
        case _:
            return Unknown(reason=UNREADABLE)


def _capabilities(body: Element) -> Outcome:
    """What is said of each ability; what the contract itself settles is so whatever the index says."""
    said = {
        one_line(one.get("naam", "")): one.get("aanwezig", "").strip() in ("true", "1")
        for one in body.iterfind(_ABILITY)
    }
    takes_over = said.get("OVERNEMEN", False)
    return able(
        {
            "ketenregistratie": True,
            "wijzigen": True,
            "mails": True,
            "opvragen": said.get("RAADPLEGEN_OP_KENMERK", False),
            "overnemen": takes_over,
            "stil": takes_over and said.get("STIL_OVERNEMEN", False),
            "landelijk_uit": takes_over,
            "processing_time": 0,
        }
    )
