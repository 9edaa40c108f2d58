"""The formats, each with four sides: write a question, read its reply, read a question, write a reply.

All read into, and are written from, one nested message with the names of the JSON contract (`values.Message`). What a
format says beside it (status, headers, addressing) stands under `draad`. A format understands nothing of a message.

A reply reads as `uitkomst` (aangenomen, geweigerd, onleesbaar or stilte), `http`, `codes`, `bevindingen`, `adviezen`,
`contract` (how it breaks the pinned contract, in words; empty when it obeys), and the fields of the answer itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from conformance.exchange import STRANGER, Exchange, Reply, Request
from conformance.values import Message, at

NAMES = ("soap", "json", "fhir", "csv")


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
    meets: bool
    """Whether a sender can ask in it what it may do."""

    def ask(self, question: Question) -> Request:
        """Write a question."""

    def then(self, exchange: Exchange) -> Request | None:
        """What must be asked next to know what became of a question; None when its reply says all."""

    def heard(self, exchange: Exchange, before: Exchange | None = None) -> Message:
        """Read a reply; `before` is the exchange it followed on by `then`."""


class Served(Protocol):
    """A format as the kit speaks it to a sender: read a question, write a reply.

    A question reads as `handeling`, `inhoud` and the same fields beside it, `contract`, `draad`; its `uitkomst` is
    gevraagd, or onleesbaar with `fout`.
    """

    name: str

    def asked(self, request: Request) -> Message:
        """Read a question."""

    def answer(self, request: Request, asked: Message, said: Message) -> Reply:
        """Write a reply: of `uitkomst` aangenomen the fields of the answer, of geweigerd those of the refusal."""

    def told(self, reply: Reply) -> Message:
        """Read a reply again: its `uitkomst`, of a refusal its `bevindingen`, and of a list its `cursor`."""


def caller(twist: str, token: str | None) -> str | None:
    """Who says to be calling: nobody, somebody unknown, or who it is."""
    if twist.startswith("anoniem"):
        return None
    return "onbekend-bij-dit-systeem" if twist.startswith("vreemd-token") else token


def heard(exchange: Exchange, before: Exchange | None = None) -> Message:
    """What a reply says in the format it was asked in; one of quite another shape is `onleesbaar`."""
    try:
        return find(exchange.form).heard(exchange, before)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        http = 0 if exchange.reply is None else exchange.reply.status
        return {"uitkomst": "onleesbaar", "http": http, "codes": [], "contract": ["een heel andere vorm"]}


def refusal(exchange: Exchange) -> list[Message]:
    """Why the kit refused what came in at its gateway: each finding; empty when it did not, or said to come back."""
    if not exchange.inward or exchange.party != "gateway" or exchange.reply is None or exchange.silence:
        return []
    if exchange.reply.header("retry-after"):
        return []
    try:
        told = served(exchange.form).told(exchange.reply)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return []
    return [one for one in at(told, "bevindingen") if isinstance(one, dict)] if told["uitkomst"] == "geweigerd" else []


def silent(exchange: Exchange) -> Message:
    """That nothing came back."""
    return {"uitkomst": "stilte", "http": 0, "codes": [], "contract": [], "stilte": exchange.silence}


def heading(reply: Reply) -> Message:
    """The headers of a reply, each once, by their names in small letters."""
    return {name.lower(): value for name, value in reversed(reply.headers)}


def find(name: str) -> Format:
    """The format of that name; raises KeyError."""
    from conformance.formats import csvfile, fhir, index, plainjson, soap

    known: dict[str, Format] = {
        "soap": soap.Soap(),
        "json": plainjson.Json(),
        "fhir": fhir.Fhir(),
        "csv": csvfile.CsvFile(),
        "index": index.Index(),
    }
    return known[name]


@lru_cache(maxsize=2048)
def asked(exchange: Exchange) -> Message:
    """What came in at a party the kit plays: `handeling`, `contract`, `omslag`, `draad` and its own fields.

    What is asked of a whole run reads each message again and again: it is read once, and to be left as it is.
    """
    from conformance.formats import index_served, terugmelding_served

    if exchange.did == STRANGER:
        return {"handeling": exchange.op, "uitkomst": "onleesbaar", "contract": [], "draad": {}}
    match exchange.party:
        case "index":
            return index_served.asked(exchange.request)
        case "ontvanger":
            return terugmelding_served.asked(exchange.request)
        case _:
            return served(exchange.form).asked(exchange.request)


def served(name: str) -> Served:
    """The format of that name, as a gateway speaks it; raises KeyError."""
    from conformance.formats import csv_served, fhir_served, json_served, soap_served

    known: dict[str, Served] = {
        "soap": soap_served.Served(),
        "json": json_served.Served(),
        "fhir": fhir_served.Served(),
        "csv": csv_served.Served(),
    }
    return known[name]
