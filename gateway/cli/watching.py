"""Keeps a copy of what goes to the indices, for the demo's evidence."""

from dataclasses import dataclass, field

from gateway.canonical.order import Retry, Unknown
from gateway.flow.ports import Transport
from gateway.wire.message import WireRequest, WireResponse


@dataclass(slots=True)
class Watched:
    """What was sent, per index, in order."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)

    def over(self, index: str, transport: Transport) -> Transport:
        """The same transport, with a copy kept of each request."""
        return _Watching(self, index, transport)

    def sent(self, index: str) -> str:
        """All that an index was sent."""
        return "".join(body.decode() for name, body in self.messages if name == index)

    def about(self, signal_id: str, index: str = "") -> bytes:
        """The first message that speaks of a signal; to one index, where it is named."""
        told = (body for name, body in self.messages if index in ("", name))
        return next((body for body in told if signal_id.encode() in body), b"")


@dataclass(frozen=True, slots=True)
class _Watching:
    watched: Watched
    index: str
    transport: Transport

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        self.watched.messages.append((self.index, request.body))
        return self.transport.exchange(request, url=url, deadline=deadline)
