"""The little of ASGI that the hot doors need: headers, a body with a limit, an answer."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Door = Callable[[Scope, Receive, Send], Awaitable[None]]

LINGER_SECONDS = 5.0
"""How long a sender that is still sending may take to find out that it was turned away."""


class TooLarge(Exception):
    """The body is larger than the door lets in. `more`: what is left of it was not read."""

    def __init__(self, *, more: bool) -> None:
        super().__init__()
        self.more = more


class Disconnected(Exception):
    """The sender went away before its message was whole."""


LISTS = frozenset({b"accept", b"prefer", b"if-match", b"if-none-exist"})
"""Headers whose lines are one list, however many (RFC 9110, 5.3): saying more never takes a condition away."""


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by their name; what is said twice is not said, for nobody can tell which of the two holds."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) < len(lines):
        said: dict[bytes, list[bytes]] = {}
        for name, value in lines:
            said.setdefault(name, []).append(value)
        headers = {name: b", ".join(values) for name, values in said.items() if len(values) == 1 or name in LISTS}
    return headers


async def body_of(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body; raises TooLarge before more than the limit is held, Disconnected when it never ends."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(more=True)
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise Disconnected
        part = event.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(more=event.get("more_body", False))
        parts.append(part)
        if not event.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def answer(
    send: Send, status: int, body: bytes, content_type: str, *headers: tuple[bytes, bytes], rest: Receive | None = None
) -> None:
    """Send one whole answer. `rest`: the request was not read to its end, and its connection is closed."""
    lines = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode()), *headers]
    if rest is not None:
        lines.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body, "more_body": rest is not None})
    if rest is not None:
        with suppress(TimeoutError):
            await asyncio.wait_for(_drained(rest), LINGER_SECONDS)
        await send({"type": "http.response.body", "body": b""})


async def _drained(receive: Receive) -> None:
    """Throw the rest of a request away: closing while it still comes in would take the answer from its sender."""
    while (await receive()).get("more_body", False):
        pass
