"""HTTP/1.1 as the door speaks it: httptools for speed, h11 for who offers to speak something else.

Java's own HTTP client, and with it Apache CXF, offers h2c on every plain request without TLS. A server may ignore the
offer, but httptools takes it for the end of the message and loses the body; h11 reads on.
"""

import re
from asyncio import Transport

from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.web.connection import Connection

_OFFER = re.compile(rb"[A-Z]+ [^\r\n]+\r\n(?:[^\r\n]+\r\n)*?upgrade:", re.IGNORECASE)
"""The head of a request, up to an offer in it."""


class HttpProtocol(Connection):
    """A connection; hands itself over between two requests when the next one makes an offer."""

    def data_received(self, data: bytes) -> None:
        """Read what came in."""
        idle = self.cycle is None or self.cycle.response_complete
        if not idle or _OFFER.match(data) is None:
            super().data_received(data)
            return
        self._unset_keepalive_if_required()
        self.unwatch()
        self.connections.discard(self)
        patient = _Patient(config=self.config, server_state=self.server_state, app_state=self.app_state)
        patient.connection_made(self.transport)
        self.transport.set_protocol(patient)
        patient.data_received(data)


class _Patient(H11Protocol):
    """Leaves every offer lying, and hangs up on a request that does not become whole, as Connection does."""

    def _should_upgrade(self) -> bool:
        return False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch(())

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def _watch(self, before: tuple[object, ...]) -> None:
        coming = bool(self.conn.trailing_data[0]) or (self.cycle is not None and self.cycle.more_body)
        now = (self.cycle,) if coming else ()
        if now and now == before:
            self.transport.close()
        self._timer = self.loop.call_later(Connection.patience, self._watch, now)
