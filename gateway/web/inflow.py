"""A request's body as a file that a thread reads while it comes in: what is not yet asked for stays with its sender."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import ClientDisconnect

from gateway.canonical.finding import Finding
from gateway.errors import SenderError

IDLE_SECONDS = 30.0
"""How long a sender may leave us waiting for the next bytes of its file."""


class Inflow(io.RawIOBase):
    """Raises SenderError when the file is too large or does not go on."""

    def __init__(self, body: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop, limit: int) -> None:
        super().__init__()
        self._body = body
        self._loop = loop
        self._limit = limit
        self._left = memoryview(b"")
        self._size = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; 0 at the end."""
        while not self._left:
            part = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if part is None:
                return 0
            self._size += len(part)
            if self._size > self._limit:
                raise SenderError(Finding(code="VIX-1023"))
            self._left = memoryview(part)
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken

    async def _next(self) -> bytes | None:
        try:
            return await asyncio.wait_for(anext(self._body, None), IDLE_SECONDS)
        except (TimeoutError, ClientDisconnect):
            raise SenderError(Finding(code="VIX-1024")) from None
