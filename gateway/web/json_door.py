"""The JSON door: messages, and the contract for whoever asks, from any page."""

from dataclasses import dataclass

from gateway.canonical.command import Request
from gateway.canonical.receipt import Reply
from gateway.web.asgi import Receive, Scope, Send, answer
from gateway.web.message_door import MessageDoor

PATH = "/v1"
CONTRACT = f"{PATH}/openapi.json"


@dataclass(frozen=True, slots=True)
class JsonDoor:
    """Answers every path below its own."""

    messages: MessageDoor[Request, Reply]
    contract: bytes
    version: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["path"] == CONTRACT and scope["method"] in ("GET", "HEAD"):
            headers = ((b"access-control-allow-origin", b"*"), (b"api-version", self.version.encode()))
            await answer(send, 200, self.contract, "application/json", *headers)
        else:
            await self.messages(scope, receive, send)
