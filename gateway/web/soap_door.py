"""The SOAP door: who is calling, how much, then the adapter; and the contract for whoever asks.

Who is calling is known before a byte of the body is read, and the size before a byte is parsed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs

from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal, Reply
from gateway.clock import monotonic
from gateway.errors import SenderError
from gateway.flow.directory import Caller
from gateway.flow.intake import Intake
from gateway.flow.ports import SenderAdapter
from gateway.web.asgi import Disconnected, Receive, Scope, Send, TooLarge, answer, body_of, headers_of
from gateway.web.drive import Driver
from gateway.web.identity import Identify
from gateway.web.meters import Meters
from gateway.web.names import Names
from gateway.wire.message import WireRequest, WireResponse

log = logging.getLogger("gateway.web")

PATH = "/soap/v1"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class SoapDoor:
    """Answers POST and GET on its path."""

    adapter: SenderAdapter
    wsdl: bytes
    schemas: Mapping[str, bytes]
    identify: Identify
    intake: Intake
    driver: Driver
    meters: Meters
    limit: int
    names: Names = field(default_factory=Names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        match scope["method"]:
            case "POST":
                await self._post(scope, receive, send)
            case "GET" | "HEAD":
                await self._get(scope, send)
            case _:
                await answer(send, 405, b"", XML, (b"allow", b"GET, POST"), rest=receive)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = monotonic()
        headers = headers_of(scope)
        caller = self.identify(headers, (scope.get("client") or ("",))[0])
        if caller is None:
            realm = (b"www-authenticate", b'Bearer realm="verwijsindex"')
            await self._turn_away(send, receive, "VIX-1904", 401, began, realm)
            return
        try:
            body = await body_of(scope, receive, self.limit)
        except Disconnected:
            return
        except TooLarge as large:
            await self._turn_away(send, receive if large.more else None, "VIX-1007", 500, began)
            return
        wire = WireRequest(
            body,
            headers.get(b"content-type", b"").decode("latin-1"),
            {"soapaction": headers[b"soapaction"].decode("latin-1")} if b"soapaction" in headers else {},
        )
        response, reply = await self._answer(wire, caller)
        self._count(reply, began)
        await answer(send, response.status, response.body, response.content_type)

    async def _turn_away(
        self, send: Send, rest: Receive | None, code: str, status: int, began: float, *headers: tuple[bytes, bytes]
    ) -> None:
        """Refuse a message that was not read; `rest` is where what is left of it comes in."""
        reply = Refusal(findings=(Finding(code=code),))
        response = self.adapter.encode(reply, operation="", relates_to="")
        self._count(reply, began)
        await answer(send, status, response.body, response.content_type, *headers, rest=rest)

    async def _answer(self, wire: WireRequest, caller: Caller) -> tuple[WireResponse, Reply]:
        operation = relates_to = ""
        try:
            if self.names.strange(wire.body, caller):
                request, relates_to = await self.names.apart(partial(self.adapter.decode, wire))
            else:
                request, relates_to = self.adapter.decode(wire)
            operation = type(request).__name__
            reply = await self.driver.converse(self.intake.answer(request, caller))
        except SenderError as error:
            relates_to = error.relates_to
            reply = Refusal(findings=error.findings)
        except Exception as error:  # noqa: BLE001  nothing was promised: the sender may send it again
            log.error("web: unforeseen", extra={"kind": type(error).__name__, "operation": operation})
            reply = Refusal(findings=(Finding(code="VIX-1901"),), retryable=True)
        return self.adapter.encode(reply, operation=operation, relates_to=relates_to), reply

    def _count(self, reply: Reply, began: float) -> None:
        codes = [finding.code for finding in reply.findings] if isinstance(reply, Refusal) else []
        self.meters.answered("soap", type(reply).__name__, monotonic() - began, codes)

    async def _get(self, scope: Scope, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1").lower(), keep_blank_values=True)
        if "wsdl" in asked:
            await answer(send, 200, self.wsdl, XML)
        elif (name := asked.get("xsd", [""])[0]) in self.schemas:
            await answer(send, 200, self.schemas[name], XML)
        else:
            await answer(send, 404, b"", XML)
