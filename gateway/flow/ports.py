"""What the flow needs from the rooms below it, as Protocols. `compose` brings the concrete parts."""

import datetime as dt
from collections.abc import Generator, Iterable, Iterator
from typing import Any, BinaryIO, Protocol, TypeVar

from gateway.canonical.batch import FileFacts, ReadFile, RowResult
from gateway.canonical.command import Request
from gateway.canonical.order import IndexCapabilities, Order, Outcome, Retry, Unknown
from gateway.canonical.receipt import MatchPage, Refusal, Reply
from gateway.canonical.signal import Signal
from gateway.flow.directory import Caller
from gateway.flow.effects import Effect
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest, WireResponse

Read_co = TypeVar("Read_co", covariant=True)
Asked_contra = TypeVar("Asked_contra", contravariant=True)
Told_co = TypeVar("Told_co", covariant=True)
Answered_contra = TypeVar("Answered_contra", contravariant=True)


class Format(Protocol[Read_co, Answered_contra]):
    """How requests of some kind come in and are answered. Pure: bytes in, values out, and back."""

    def decode(self, request: WireRequest) -> tuple[Read_co, str]:
        """Read one request; also what its answer must refer to. Raises SenderError when there is none."""
        ...

    def encode(self, reply: Answered_contra | Refusal, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer to `operation` (the request type's name)."""
        ...


class Flow(Protocol[Asked_contra, Told_co]):
    """Who answers requests of some kind."""

    def answer(self, request: Asked_contra, caller: Caller) -> Generator[Effect, Any, Told_co]:
        """The conversation that answers a request."""
        ...


class SenderAdapter(Protocol):
    """A format senders speak. Pure: bytes in, values out, and back."""

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read one request; also what its answer must refer to (a message id, '' when the sender gave none).

        Raises SenderError when no request can be read at all.
        """
        ...

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer to `operation` (the request type's name) in the sender's own format."""
        ...


class FileAdapter(Protocol):
    """A format of files senders have, as one organisation lays it out. Pure: streams and values."""

    def rows(self, stream: BinaryIO) -> ReadFile:
        """Read a file while it comes in. Raises SenderError when nothing in it can be read."""
        ...

    def results(self, facts: FileFacts, lines: Iterable[RowResult]) -> Iterator[bytes]:
        """The report of a file, in the sender's own columns."""
        ...

    def matches(self, page: MatchPage, expires: dt.date) -> bytes:
        """Matches, to be read and not to be kept in a child's file."""
        ...

    def proposal(self, signals: Iterable[Signal]) -> Iterator[bytes]:
        """Signals that a whole list no longer names, by their own ids."""
        ...


class IndexAdapter(Protocol):
    """A dialect an index, or a channel, speaks. Values in, bytes out, and back; it keeps nothing but its way in."""

    def encode(self, order: Order) -> WireRequest:
        """Write one order. The same order gives a message with the same message id and business content."""
        ...

    def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
        """Read what the index answered to `order`; or what it is to be asked next, when one message is not enough.

        Never raises: an unreadable answer is Unknown. What comes before the last message may be said again. `response`
        has what the request knew that it answers (`known`); a message that was kept knows nothing any more.
        """
        ...

    def recovery(self, kind: str) -> Recovery:
        """How to find out what became of a message of this kind (`register`, `end`, `withdraw`, `poll`)."""
        ...

    def declared(self) -> IndexCapabilities:
        """What this index can carry, as configured."""
        ...


class Transport(Protocol):
    """One exchange with an index, within a total deadline."""

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        """The answer, or Retry when the index certainly got nothing, or Unknown when nobody knows."""
        ...
