"""What every scene of the demo stands on: a running sandbox, what went to the indices, and what is written down."""

import base64
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gateway.cli import partners
from gateway.cli.evidence import Evidence
from gateway.cli.journey import Travelled, journey
from gateway.cli.partners import Callback, Exchange
from gateway.cli.sandbox import Sandbox
from gateway.cli.watching import Watched

PATIENCE = 15.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a scene is played."""

    running: Sandbox
    evidence: Evidence
    watched: Watched
    callback: Callback
    """The service of the school's own, which is told of its matches."""
    mail: Path
    """Where mails lie."""

    def given(self, nl: str, en: str, exchange: Exchange) -> str:
        """Write down a signal that was given: the message, what it became, and what went to the index about it."""
        return self.evidence.step(nl, en, exchange, self.understood(exchange))

    def understood(self, exchange: Exchange) -> dict[str, bytes]:
        """What became of a signal, once it went to the index."""
        signal_id = exchange.heard.signal_id
        wait(lambda: self.watched.about(signal_id), bool)
        return {"begrepen als": self.running.canonical(signal_id), "naar de index": self.watched.about(signal_id)}

    def words(self, told: Iterable[tuple[str, Exchange, Exchange]]) -> tuple[Travelled, ...]:
        """The journey of every word: by whom, as given, as the other side was told."""
        return tuple(
            word
            for sender, given, other in told
            for word in journey(sender, given, self.watched.about(given.heard.signal_id), other)
        )

    def at_index(self, index: str) -> int:
        """How many signals an index has."""
        return partners.tally(self.running.indexes[index].url)


def wait(ask: Callable[[], T], enough: Callable[[T], bool], patience: float = PATIENCE) -> T:
    """Ask until the answer is enough, or patience ends."""
    until = time.monotonic() + patience
    while True:
        answer = ask()
        if enough(answer) or time.monotonic() > until:
            return answer
        time.sleep(0.2)


def spelled(*texts: str) -> list[str]:
    """Texts in the encodings a leak might have."""
    return [
        spelling
        for text in texts
        for spelling in (
            text,
            text.encode("utf-16-le").decode("latin-1"),
            base64.b64encode(text.encode()).decode().rstrip("="),
            text.encode().hex(),
        )
    ]
