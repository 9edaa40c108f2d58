"""One HTTP connection with limits, for what comes before a door can ask who is calling.

A head that does not end is refused before it fills memory; a request that does not become whole is hung up on.
Connections that wait between two requests are the server's own keep-alive's.
"""

from asyncio import Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.clock import monotonic

HEAD_BYTES = 32_768
"""Request line and headers; a few client certificates fit."""
HURRY = "verwijsindex.hurry"
"""In the scope of a request: a function by which its door says whether the connection watches the time."""
WHOLE_SECONDS = 30.0
"""How long a request may take to come in, from its first byte to its last."""


class Connection(HttpToolsProtocol):
    """The server's own protocol, bounded."""

    patience = WHOLE_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._since: float | None = monotonic()
        self._heading = True
        self._head = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read, unless the head is already too large."""
        super().data_received(data)
        if not self._heading:
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n")
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._since, self._heading, self._head = monotonic(), True, 0

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._heading = False
        super().on_headers_complete()
        self.scope[HURRY] = self._hurry  # type: ignore[literal-required]

    def _hurry(self, on: bool) -> None:
        """Whether what is still to come of this request must come in time; a door that watches it itself says no."""
        self._since = monotonic() if on and self.cycle.more_body else None

    def on_message_complete(self) -> None:
        """It is whole."""
        self._since = None
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self.unwatch()
        super().connection_lost(exc)

    def unwatch(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def _watch(self) -> None:
        if self._since is not None and monotonic() - self._since > self.patience:
            self.transport.close()
        self._timer = self.loop.call_later(self.patience, self._watch)
