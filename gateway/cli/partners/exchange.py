"""What passed between a partner of the demo and the gateway, and what the partner's own system reads in it."""

import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.error import HTTPError

MELDING = "2026-11-21T10:30:00+01:00"
Word = tuple[str, str]
"""An axis, and what the sender wrote on it."""


@dataclass(frozen=True, slots=True)
class Child:
    """A public test person of the Dutch register of persons, as far as a partner may know it."""

    bsn: str = ""
    familienaam: str = ""
    geboortedatum: str = ""
    geslacht: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word was said to mean."""

    concept: str
    degree: str
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer, as its receiver reads it."""

    signal_id: str = ""
    receipt: Any = None
    """The whole receipt, to compare."""
    kept: Mapping[Word, Meant] = field(default_factory=dict)
    shown: Mapping[Word, Meant] = field(default_factory=dict)
    """What was understood and is not kept."""
    asked: frozenset[str] = frozenset()
    """Words that came back as a question."""
    advice: str = ""
    codes: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    """The organisations that matches lead to."""
    statuses: tuple[str, ...] = ()
    """Of the matches."""
    met: Mapping[Word, Meant] = field(default_factory=dict)
    """The words of the others, with their meaning."""
    match_ids: tuple[str, ...] = ()
    regie: tuple[tuple[str, str], ...] = ()
    """For each match who has the regie (IK, ANDER, GEEN), and by what name."""
    cards: Mapping[str, bytes] = field(default_factory=dict)
    """The meaning cards beside matches, by organisation, as they were written."""
    friends: frozenset[str] = frozenset()
    """Words that both sides use and do not mean the same by."""


@dataclass(frozen=True)
class Exchange:
    """What was sent and what came back, as bytes."""

    sent: bytes
    received: bytes
    kinds: tuple[str, str]
    """What the two are, as the endings of their files' names."""
    read: Callable[[bytes], Heard]
    words: tuple[Word, ...] = ()
    """What its sender wrote."""

    @cached_property
    def heard(self) -> Heard:
        """What stands in the answer."""
        return self.read(self.received)


def ask(url: str, token: str, content: bytes | None = None, **headers: str) -> bytes:
    """Ask the gateway over plain HTTP; whatever status the answer has."""
    said = {name.replace("_", "-"): value for name, value in headers.items()} | {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, data=content, headers=said)  # noqa: S310  the address is our own sandbox's
    try:
        with opener.open(request, timeout=30) as response:
            return cast("bytes", response.read())
    except HTTPError as fault:
        return fault.read()


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
