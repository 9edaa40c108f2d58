"""The door to what is published in FHIR: definitions, words and maps, for anybody. Nothing here is about a person."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl

from gateway.canonical.finding import Finding
from gateway.clock import Clock, monotonic
from gateway.web.asgi import Disconnected, Door, Receive, Scope, Send, TooLarge, answer, body_of, headers_of
from gateway.web.meters import Meters
from gateway.wire.message import WireRequest, WireResponse

log = logging.getLogger("gateway.web")

PATH = "/fhir"
LIMIT = 16_384
"""Bytes of a question; a CodeableConcept with every word of a list fits."""
MOST_PARAMETERS = 20
"""In an address."""


class Shelf(Protocol):
    """Where what is published stands. Pure: bytes in, bytes out."""

    def answer(self, request: WireRequest, now: dt.datetime) -> WireResponse:
        """Answer one request; never raises for what is wrong with it."""
        ...

    def refused(self, finding: Finding, request: WireRequest) -> WireResponse:
        """Say what is wrong with a request that was not read."""
        ...


@dataclass(frozen=True, slots=True)
class TerminologyDoor:
    """Answers on the paths of what is published, and leaves every other path of FHIR to the door beyond."""

    shelf: Shelf
    clock: Clock
    meters: Meters
    kinds: frozenset[str]
    beyond: Door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope["path"].removeprefix(f"{PATH}/")
        if path.partition("/")[0] not in self.kinds:
            await self.beyond(scope, receive, send)
            return
        began = monotonic()
        headers = headers_of(scope)
        request = WireRequest(
            b"",
            headers.get(b"content-type", b"").decode("latin-1"),
            {"accept": headers.get(b"accept", b"").decode("latin-1")},
            method=scope["method"],
            path=path,
        )
        rest = None
        try:
            body = await body_of(scope, receive, LIMIT)
        except Disconnected:
            return
        except TooLarge as large:
            rest = receive if large.more else None
            response = self.shelf.refused(Finding(code="VIX-1028"), request)
        else:
            response = self._answer(scope, request, body)
        self.meters.answered("fhir", "Publicatie", monotonic() - began)
        lines = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        shown = b"" if scope["method"] == "HEAD" else response.body
        await answer(send, response.status, shown, response.content_type, *lines, rest=rest)

    def _answer(self, scope: Scope, asked: WireRequest, body: bytes) -> WireResponse:
        try:
            said = parse_qsl(
                scope["query_string"].decode("ascii"), strict_parsing=bool(scope["query_string"]), errors="strict",
                keep_blank_values=True, max_num_fields=MOST_PARAMETERS,
            )  # fmt: skip
        except ValueError:
            return self.shelf.refused(Finding(code="VIX-1001"), asked)
        query = dict(said)
        if len(query) < len(said):  # nobody can tell which of the two is meant
            return self.shelf.refused(Finding(code="VIX-1001"), asked)
        request = WireRequest(body, asked.content_type, asked.headers, asked.method, asked.path, query)
        try:
            return self.shelf.answer(request, self.clock())
        except Exception as error:  # noqa: BLE001  an answer all the same, and its kind for the operator
            log.error("web: unforeseen", extra={"kind": type(error).__name__, "operation": "terminology"})
            return self.shelf.refused(Finding(code="VIX-1901"), request)
