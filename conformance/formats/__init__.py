"""The formats, each with four sides: write a question, read its reply, read a question, write a reply.

All read into, and are written from, one nested message with the names of the JSON contract (`values.Message`). What a
format says beside it (status, headers, addressing) stands under `draad`. A format understands nothing of a message.

A reply reads as `uitkomst` (aangenomen, geweigerd, onleesbaar or stilte), `http`, `codes`, `bevindingen`, `adviezen`,
`contract` (how it breaks the pinned contract, in words; empty when it obeys), and the fields of the answer itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.exchange import Exchange, Request
from conformance.values import Message


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to send. `twist` names a way in which the wire is bent, `extra` what the contract lacks."""

    op: str
    message: Message
    base: str
    token: str | None
    twist: str = ""
    extra: tuple[Mapping[str, str], ...] = ()
    cursor: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)


class Format(Protocol):
    """A format as the kit speaks it to a gateway."""

    name: str
    twists: frozenset[str]

    def ask(self, question: Question) -> Request:
        """Write a question."""

    def heard(self, exchange: Exchange) -> Message:
        """Read a reply."""


def caller(twist: str, token: str | None) -> str | None:
    """Who says to be calling: nobody, somebody unknown, or who it is."""
    if twist.startswith("anoniem"):
        return None
    return "onbekend-bij-dit-systeem" if twist.startswith("vreemd-token") else token


def find(name: str) -> Format:
    """The format of that name; raises KeyError."""
    from conformance.formats import index, soap

    known: dict[str, Format] = {"soap": soap.Soap(), "index": index.Index()}
    return known[name]
