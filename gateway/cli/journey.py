"""The journey of each word in the demo, read from the bytes that were exchanged and from nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from gateway.cli.partners import Exchange


@dataclass(frozen=True, slots=True)
class Travelled:
    """A word: what its sender wrote, what it was understood to mean, and how far it came."""

    sender: str
    axis: str
    word: str
    concept: str
    degree: str
    asked: bool
    kept: bool
    to_index: bool
    read: str
    """What the other side reads of it; empty: nothing."""


def journey(sender: str, given: Exchange, to_index: bytes, other: Exchange) -> Iterator[Travelled]:
    """The words of a signal: as sent, as answered, as the index got them, as the other side reads them."""
    kept, shown = _meanings(given, "ontvangstbewijs/betekenis"), _meanings(given, "vertaling")
    read = _meanings(other, "match/betekenis")
    gone = set(_words(etree.fromstring(to_index)))
    asked = {element.findtext("{*}woord") for element in given.find("vraag")}
    for axis, word in _words(etree.fromstring(given.sent)):
        understood = kept.get((axis, word)) or shown[axis, word]
        yield Travelled(
            sender=sender,
            axis=axis,
            word=word,
            concept=understood["weergave"],
            degree=understood["equivalentie"],
            asked=word in asked,
            kept=(axis, word) in kept,
            to_index=(axis, word) in gone,
            read=_told(read.get((axis, word))),
        )


def _told(meaning: dict[str, str] | None) -> str:
    return f"{meaning['weergave']}. {meaning['definitie']}" if meaning else ""


def _words(message: Any) -> list[tuple[str, str]]:
    return [(said.findtext("{*}as"), said.findtext("{*}woord")) for said in message.iter("{*}aanduiding")]


def _meanings(exchange: Exchange, path: str) -> dict[tuple[str, str], dict[str, str]]:
    told = [{etree.QName(part).localname: part.text or "" for part in element} for element in exchange.find(path)]
    return {(meaning["as"], meaning["woord"]): meaning for meaning in told}
