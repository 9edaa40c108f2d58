"""A match told as a FHIR R4 message to the `$process-message` of its receiver.

    HTTP      body                                              outcome
    any       a message that answers ours: ok                   Done
              transient-error                                   Retry
              fatal-error                                       Refused
    429, 503  anything else                                     Retry
    any       anything else                                     Unknown: told again under the same delivery id

MessageHeader.id is the delivery id, the same at every attempt, and an answer names it (MedCom's rule for repeats). The
Task is that of the FHIR door, written by what `task` is; nothing in an answer but its header is looked at.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.canonical.match import Match
from gateway.canonical.order import (
    Announce,
    Bericht,
    Done,
    Expiring,
    IndexCapabilities,
    Order,
    Outcome,
    Refused,
    Register,
    Retry,
    Unknown,
)
from gateway.clock import AMSTERDAM
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import json_in
from gateway.wire.fhir import canonical
from gateway.wire.message import WireRequest, WireResponse

JSON = "application/fhir+json"
BERICHT = canonical("CodeSystem", "vi-bericht")
EXPIRY = "signaal-verloopt"
UNREADABLE, OTHER_MESSAGE = "onleesbaar", "correlatie"

Resource = Mapping[str, Any]
_BUSY = frozenset({429, 503})


class FhirMessage:
    """One receiver, by its organisation's id and its base address. Safe to share between threads."""

    def __init__(
        self,
        *,
        organisatie: str,
        url: str,
        base: str,
        task: Callable[[Match], Resource],
        flag: Callable[[Expiring], Resource],
        written: Callable[[Resource], bytes],
    ) -> None:
        self._destination = {"name": organisatie, "endpoint": url}
        self._source = {"name": "Verwijsindex-gateway", "endpoint": base}
        self._task = task
        self._flag = flag
        self._written = written

    def encode(self, order: Order) -> WireRequest:
        """Write an announcement, the same bytes for the same order; raises IndexFault for what is none."""
        match order:
            case Announce():
                event, told = order.bericht.value, self._task(order.match)
            case Expiring():
                event, told = EXPIRY, self._flag(order)
            case _:
                raise IndexFault("no message for a receiver of matches")
        header = {
            "resourceType": "MessageHeader",
            "id": str(order.message_id),
            "meta": {"profile": [canonical("StructureDefinition", "vi-meldingkop")]},
            "eventCoding": {"system": BERICHT, "code": event},
            "destination": [self._destination],
            "source": self._source,
            "focus": [{"reference": f"urn:uuid:{told['id']}", "type": told["resourceType"]}],
        }
        bundle = {
            "resourceType": "Bundle",
            "id": str(order.message_id),
            "meta": {"profile": [canonical("StructureDefinition", "vi-melding")], "security": told["meta"]["security"]},
            "type": "message",
            "timestamp": order.moment.astimezone(AMSTERDAM).isoformat(timespec="milliseconds"),
            "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (header, told)],
        }
        return WireRequest(self._written(bundle), f"{JSON}; charset=utf-8", {"accept": JSON})

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Read what the receiver answered. Never raises, and trusts nothing in it."""
        answers, code = _answer(response.body)
        if answers == str(order.message_id):
            match code:
                case "ok" if response.status == 200:
                    return Done(confirmed=isinstance(order, Announce) and order.bericht is Bericht.VERWIJDEREN)
                case "transient-error":
                    return Retry(reason=code)
                case "fatal-error":
                    return Refused(code=code)
        if response.status in _BUSY:
            return Retry(reason=f"http-{response.status}")
        return Unknown(reason=OTHER_MESSAGE if answers else UNREADABLE)

    def recovery(self, kind: str) -> Recovery:
        """A receiver knows a repeat by the id of its header."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """Nothing is registered here."""
        return order

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()


def _answer(body: bytes) -> tuple[str, str]:
    """Which message an answer answers, and how; empty when it is no answer."""
    try:
        bundle = json_in.read(body)
        header = bundle["entry"][0]["resource"]
        told = header["response"]["identifier"], header["response"]["code"]
        whole = (bundle["resourceType"], bundle["type"], header["resourceType"]) == (
            "Bundle",
            "message",
            "MessageHeader",
        )
    except (json_in.Malformed, KeyError, TypeError, IndexError):
        return "", ""
    answers, code = told
    return (answers, code) if whole and isinstance(answers, str) and isinstance(code, str) else ("", "")
