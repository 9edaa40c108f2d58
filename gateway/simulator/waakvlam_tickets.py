"""Who may speak at the counter (loket), for how long. In memory: an index that was stopped knows no ticket any more."""

import base64
import secrets
from collections import Counter
from threading import Lock

from gateway.clock import monotonic

SECRET = "voorbeeld-geheim-niet-echt"  # noqa: S105  what everybody may know of an index that is simulated
LIFETIME = 1200.0
"""Seconds a ticket is good for."""
AT_ONCE, WRONG = 3, 5


class Denied(Exception):
    """Nobody may speak so; `reason` is the contract's own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tickets:
    """Gives them out and takes them back. Safe to call from many threads."""

    def __init__(self, lifetime: float = LIFETIME) -> None:
        self.lifetime = lifetime
        self._lock = Lock()
        self._until: dict[str, tuple[str, float]] = {}
        self._wrong: Counter[str] = Counter()

    def check(self, sender: str, secret: str) -> None:
        """Raises Denied for another secret; after so many for any."""
        with self._lock:
            if self._wrong[sender] >= WRONG:
                raise Denied("AANSLUITING_GEBLOKKEERD")
            if secret != SECRET:
                self._wrong[sender] += 1
                raise Denied("INLOG_ONJUIST")
            self._wrong[sender] = 0

    def give(self, sender: str) -> str:
        """A new ticket; the oldest of too many is no good any more."""
        ticket = base64.b32encode(secrets.token_bytes(20)).decode()
        with self._lock:
            own = [known for known, (holder, _) in self._until.items() if holder == sender]
            for worn in own[: len(own) + 1 - AT_ONCE]:
                del self._until[worn]
            self._until[ticket] = (sender, monotonic() + self.lifetime)
        return ticket

    def holder(self, ticket: str | None) -> str:
        """Who speaks; raises Denied."""
        if ticket is None:
            raise Denied("BEWIJS_ONTBREEKT")
        with self._lock:
            sender, until = self._until.get(ticket, ("", 0.0))
        if not sender:
            raise Denied("BEWIJS_ONBEKEND")
        if monotonic() >= until:
            raise Denied("BEWIJS_VERLOPEN")
        return sender

    def end(self, ticket: str) -> None:
        """Take a ticket back."""
        with self._lock:
            self._until.pop(ticket, None)
