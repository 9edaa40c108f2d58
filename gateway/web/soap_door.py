"""The SOAP door: messages by POST, and the contract for whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from gateway.canonical.command import Request
from gateway.canonical.receipt import Reply
from gateway.web.asgi import Receive, Scope, Send, answer
from gateway.web.message_door import MessageDoor

PATH = "/soap/v1"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class SoapDoor:
    """Answers POST and GET on its path."""

    messages: MessageDoor[Request, Reply]
    wsdls: Mapping[str, bytes]
    """By the value of `?wsdl`: ours, and that of the service a receiver of matches offers."""
    schemas: Mapping[str, bytes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        match scope["method"]:
            case "POST":
                await self.messages(scope, receive, send)
            case "GET" | "HEAD":
                await self._get(scope, send)
            case _:
                await answer(send, 405, b"", XML, (b"allow", b"GET, POST"), rest=receive)

    async def _get(self, scope: Scope, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1").lower(), keep_blank_values=True)
        if (wsdl := self.wsdls.get(asked.get("wsdl", ["?"])[0])) is not None:
            await answer(send, 200, wsdl, XML)
        elif (name := asked.get("xsd", [""])[0]) in self.schemas:
            await answer(send, 200, self.schemas[name], XML)
        else:
            await answer(send, 404, b"", XML)
