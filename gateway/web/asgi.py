"""The little of ASGI that the hot doors need: headers, a body with a limit, an answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Door = Callable[[Scope, Receive, Send], Awaitable[None]]


class TooLarge(Exception):
    """The body is larger than the door lets in; what is left of it is not read."""


class Disconnected(Exception):
    """The sender went away before its message was whole."""


async def body_of(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body; raises TooLarge before more than the limit is held, Disconnected when it never ends."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise Disconnected
        part = event.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
        if not event.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def answer(
    send: Send, status: int, body: bytes, content_type: str, *headers: tuple[bytes, bytes], close: bool = False
) -> None:
    """Send one whole answer."""
    lines = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode()), *headers]
    if close:
        lines.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
