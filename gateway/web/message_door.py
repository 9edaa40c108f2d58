"""A door for messages: who is calling, how much, then the format's adapter, the flow, and the adapter again.

Who is calling is known before a byte of the body is read, and the size before a byte is parsed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.clock import monotonic
from gateway.errors import SenderError
from gateway.flow.directory import Caller
from gateway.flow.ports import Flow, Format
from gateway.web.asgi import Disconnected, Receive, Scope, Send, TooLarge, answer, body_of, headers_of
from gateway.web.drive import Driver
from gateway.web.identity import Identify
from gateway.web.meters import Meters
from gateway.web.names import Names
from gateway.wire.message import WireRequest, WireResponse

log = logging.getLogger("gateway.web")

SEEN = (b"soapaction", b"if-match", b"if-none-exist", b"prefer", b"accept")
"""The headers an adapter may look at."""
MOST_PARAMETERS = 20


Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Doorway(Generic[Asked, Told]):
    """What all doors for messages of a kind share: who may come in, who answers, who counts."""

    identify: Identify
    intake: Flow[Asked, Told]
    driver: Driver
    meters: Meters
    limit: int
    """Bytes of a body."""
    names: Names = field(default_factory=Names)


@dataclass(frozen=True, slots=True)
class MessageDoor(Generic[Asked, Told]):
    """Answers messages of one format below `base`. `label` is the format's name in the figures."""

    label: str
    base: str
    adapter: Format[Asked, Told]
    doorway: Doorway[Asked, Told]
    too_large: str = "VIX-1028"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = monotonic()
        doorway = self.doorway
        headers = headers_of(scope)
        caller = doorway.identify(headers, (scope.get("client") or ("",))[0])
        if caller is None:
            await self._turn_away(send, receive, "VIX-1904", began)
            return
        try:
            body = await body_of(scope, receive, doorway.limit)
        except Disconnected:
            return
        except TooLarge as large:
            await self._turn_away(send, receive if large.more else None, self.too_large, began)
            return
        response, reply = await self._answer(scope, headers, body, caller)
        self._count(reply, began)
        await _send(send, response)

    def _wire(self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> WireRequest:
        """The request as an adapter reads it; raises SenderError for an address that says a thing twice."""
        return WireRequest(
            body,
            headers.get(b"content-type", b"").decode("latin-1"),
            {name.decode(): headers[name].decode("latin-1") for name in SEEN if name in headers},
            scope["method"],
            scope["path"].removeprefix(self.base),
            _parameters(scope["query_string"]),
        )

    async def _turn_away(self, send: Send, rest: Receive | None, code: str, began: float) -> None:
        """Refuse a message that was not read; `rest` is where what is left of it comes in."""
        reply = Refusal(findings=(Finding(code=code),))
        response = self.adapter.encode(reply, operation="", relates_to="")
        self._count(reply, began)
        await _send(send, response, rest)

    async def _answer(
        self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes, caller: Caller
    ) -> tuple[WireResponse, Told | Refusal]:
        doorway = self.doorway
        operation = relates_to = ""
        reply: Told | Refusal
        try:
            wire = self._wire(scope, headers, body)
            if doorway.names.strange(wire.body, caller):
                request, relates_to = await doorway.names.apart(partial(self.adapter.decode, wire))
            else:
                request, relates_to = self.adapter.decode(wire)
            operation = type(request).__name__
            reply = await doorway.driver.converse(doorway.intake.answer(request, caller))
        except SenderError as error:
            relates_to = error.relates_to
            reply = Refusal(findings=error.findings)
        except Exception as error:  # noqa: BLE001  nothing was promised: the sender may send it again
            log.error("web: unforeseen", extra={"kind": type(error).__name__, "operation": operation})
            reply = Refusal(findings=(Finding(code="VIX-1901"),), retryable=True)
        return self.adapter.encode(reply, operation=operation, relates_to=relates_to), reply

    def _count(self, reply: Told | Refusal, began: float) -> None:
        codes = [finding.code for finding in reply.findings] if isinstance(reply, Refusal) else []
        self.doorway.meters.answered(self.label, type(reply).__name__, monotonic() - began, codes)


def _parameters(query: bytes) -> dict[str, str]:
    """What an address says; of what is said twice nobody can tell which of the two holds."""
    try:
        said = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise SenderError(Finding(code="VIX-1001")) from None
    found = dict(said)
    if len(found) < len(said):
        raise SenderError(Finding(code="VIX-1001"))
    return found


async def _send(send: Send, response: WireResponse, rest: Receive | None = None) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in response.headers.items()]
    await answer(send, response.status, response.body, response.content_type, *headers, rest=rest)
