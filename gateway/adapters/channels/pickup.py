"""A match as a file in a folder, where its receiver picks it up: the same columns as `/csv/v1/matches`.

That a signal will end is a file too.

The name is that of the delivery and says nothing of a person; the same delivery again is the same file.
"""

import datetime as dt
from collections.abc import Callable

from gateway.canonical.order import Announce, Done, Expiring, IndexCapabilities, Order, Outcome, Register, Unknown
from gateway.canonical.receipt import MatchPage
from gateway.clock import legal_day
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest, WireResponse

Write = Callable[[MatchPage, dt.date], bytes]
"""Matches as a file that is not kept after a day, as the receiver's files are laid out."""


Expire = Callable[[Expiring], bytes]
"""That a signal will end, as a file."""


class Pickup:
    """One receiver's folder. `kept` is how long a file may be kept after the news."""

    def __init__(self, *, write: Write, expiring: Expire, kept: dt.timedelta) -> None:
        self._write = write
        self._expiring = expiring
        self._kept = kept

    def encode(self, order: Order) -> WireRequest:
        """Write an announcement, the same bytes for the same order; raises IndexFault for what is none."""
        if isinstance(order, Expiring):
            name = f"verloop-{order.message_id}.csv"
            return WireRequest(self._expiring(order), "text/csv; charset=utf-8", {"name": name})
        if not isinstance(order, Announce):
            raise IndexFault("no message for a receiver of matches")
        page = MatchPage(matches=(order.match,), cursor="", more=False)
        body = self._write(page, legal_day(order.moment + self._kept))
        return WireRequest(body, "text/csv; charset=utf-8", {"name": f"matches-{order.message_id}.csv"})

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Whether the file lies there."""
        return Done() if response.status == 201 else Unknown(reason=f"map-{response.status}")

    def recovery(self, kind: str) -> Recovery:
        """The same file again replaces itself."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """Nothing is registered here."""
        return order

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()
