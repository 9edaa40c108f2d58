"""Reading what an index of the contract "fhir_index" version 1 answered. Nothing in it is trusted.

    HTTP     body                                                   outcome
    200      a Bundle of responses, as many as were asked           Done, Held or IndexCapabilities
    4xx      OperationOutcome with an error, alone or in a response Refused with its code
    any      the same, of the transient kind, or not logged in      Retry
    429, 503 the same of any kind, or nothing that can be read      Retry
    any      anything else; 500, 502 and 504, where the index may   Unknown
             have been reached

What answers a question must hold our own number. The text of an OperationOutcome is passed on to nobody. What breaks R4
or the match dictionary inside a match is left out and counted; what the index destroyed by itself is never left out.
"""

import re
from typing import Any, assert_never

from gateway.adapters.indexes import fhir_index_told
from gateway.adapters.indexes.fhir_index_write import asked
from gateway.adapters.indexes.told import BACKWARDS, OTHER_MESSAGE, UNREADABLE, follows, refusal
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Done,
    End,
    FollowUp,
    Held,
    Inspect,
    Lead,
    Order,
    Outcome,
    Poll,
    Refused,
    Register,
    Retry,
    Told,
    Unknown,
    Withdraw,
)
from gateway.errors import IndexFault
from gateway.wire import fhir_r4, json_in
from gateway.wire.fhir import SIGNAAL_ID
from gateway.wire.fhir_index import INDEX_CODE, MOST, Resource, code_of, numbered, objects, only, text
from gateway.wire.message import WireResponse

DEPTH = 30
AGAIN = frozenset({"transient", "lock-error", "no-store", "throttled", "login", "expired", "unknown"})
"""Kinds of issue of R4 with which nothing was done: the index could not now, or did not know who asks."""

_BUSY = frozenset({429, 503})
_BAD = ("error", "fatal")
_BLANK = re.compile(r"[^\S \t\r\n]|\ufeff")
_FLAG = re.compile(r"(?:.*/)?Flag/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")


def decode(order: Order, response: WireResponse) -> Outcome:
    """Read what the index answered to `order`; whatever cannot be read is Unknown."""
    try:
        outcome = _outcome(order, response.status, _spaced(json_in.read(response.body, depth=DEPTH)))
    except (json_in.Malformed, IndexFault, ValueError, OverflowError):
        outcome = None
    if outcome is not None:
        return outcome
    if response.status in _BUSY:
        return Retry(reason=f"http-{response.status}")
    return Unknown(reason=UNREADABLE)


def _spaced(value: Any) -> Any:
    """The same with plain spaces: R4 says what a text may be by a pattern that not everybody reads alike."""
    if isinstance(value, str):
        return _BLANK.sub(" ", value)
    if isinstance(value, list):
        return [_spaced(inner) for inner in value]
    return {name: _spaced(inner) for name, inner in value.items()} if isinstance(value, dict) else value


def _outcome(order: Order, status: int, body: Any) -> Outcome | None:
    """The outcome of an answer; None when it is none."""
    if fhir_r4.sound(body, "OperationOutcome"):
        return _failed(status, body)
    wanted = asked(order)
    entries = list(objects(body, "entry"))
    if status != 200 or not fhir_r4.sound(body, "Bundle") or body.get("type") != f"{wanted.kind}-response":
        return None
    if len(entries) != len(wanted.entries):
        return None
    told = only(entries[0], "response")
    if not 200 <= (done := _status(told)) < 300:
        inner = only(told, "outcome")
        return _failed(done, inner) if fhir_r4.sound(inner, "OperationOutcome") else None
    return _answer(order, told, [entry.get("resource") for entry in entries])


def _status(told: Resource) -> int:
    """The number at the begin of a response's status."""
    number = text(told, "status")[:3]
    if not (number.isascii() and number.isdigit()):
        raise ValueError("status")
    return int(number)


def _failed(status: int, outcome: Resource) -> Refused | Retry | None:
    """What an OperationOutcome comes to: its first error counts."""
    issue = next((one for one in objects(outcome, "issue") if one.get("severity") in _BAD), None)
    if issue is None or status < 400:
        return None
    code = code_of(only(issue, "details"), INDEX_CODE) or text(issue, "code")
    if status in _BUSY or issue.get("code") in AGAIN:
        return refusal(code, repeatable=True)
    return refusal(code, repeatable=False) if status < 500 else None


def _answer(order: Order, told: Resource, resources: list[Any]) -> Outcome | None:
    if isinstance(order, Told):
        return Unknown(reason="geen-bericht-voor-een-index")
    match order:
        case Register():
            return _registered(told, resources[1])
        case Amend() | End() | Withdraw() | Lead():
            return Done(index_ref=_reference(told))
        case FollowUp():
            return Done()
        case Inspect():
            return _held(order, resources[0])
        case Poll():
            return _polled(order, resources[0])
        case AskCapabilities():
            return fhir_index_told.capabilities(resources[0])
        case Arrange() | AskStatus():
            return Unknown(reason="geen-bericht-voor-een-index")
        case _:
            assert_never(order)


def _reference(told: Resource) -> str | None:
    """The index's own number of the signal, where it says where the Flag stands."""
    found = _FLAG.fullmatch(text(told, "location"))
    return found[1] if found else None


def _registered(told: Resource, found: Any) -> Done:
    """The signal is there, whatever may be wrong with the matches told at once; they come again in the stream."""
    try:
        news, dropped = fhir_index_told.news_of(_found(found, "Task"))
    except ValueError:
        news, dropped = (), 1
    return Done(index_ref=_reference(told), news=news, dropped=dropped)


def _held(order: Inspect, found: Any) -> Held | Unknown:
    flags = _found(found, "Flag")
    if not all(fhir_r4.sound(flag, "Flag") for flag in flags):
        raise ValueError("Flag")
    if any(numbered(flag, SIGNAAL_ID) != str(order.signaal_id) for flag in flags):
        return Unknown(reason=OTHER_MESSAGE)
    return Held(standing=tuple(map(fhir_index_told.standing, flags)))


def _polled(order: Poll, found: Any) -> Done | Unknown:
    """The next matches; an index whose numbers run backwards, or stand still with more to come, is not followed."""
    tasks = _found(found, "Task")
    numbers = [number for task in tasks if (number := fhir_index_told.number(task)) is not None]
    cursor = max(numbers, default=order.cursor)
    more = any(link.get("relation") == "next" for link in objects(found, "link"))
    if numbers != sorted(numbers) or any(number <= order.cursor for number in numbers):
        return Unknown(reason=BACKWARDS)
    if not follows(order, cursor, more=more):
        return Unknown(reason=BACKWARDS)
    ended = tuple(fhir_index_told.ended(task) for task in tasks if fhir_index_told.ends(task))
    told = [task for task in tasks if not fhir_index_told.ends(task)]
    news, dropped = fhir_index_told.news_of([task for task in told if fhir_index_told.number(task) is not None])
    dropped += sum(fhir_index_told.number(task) is None for task in told)
    return Done(news=news, ended=ended, dropped=dropped, cursor=cursor, more=more)


def _found(bundle: Any, kind: str) -> list[Resource]:
    """What a search found, of the type that was asked for; ValueError for what is no result of a search."""
    if not fhir_r4.sound(bundle, "Bundle") or bundle.get("type") != "searchset":
        raise ValueError("searchset")
    entries = [one for one in objects(bundle, "entry") if only(one, "search").get("mode", "match") == "match"]
    found = [only(entry, "resource") for entry in entries]
    if len(found) > MOST or any(one.get("resourceType") != kind for one in found):
        raise ValueError("entry")
    return found
