"""The journey of each word in the demo, read from the bytes that were exchanged and from nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.cli.partners import Exchange, Meant


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
    told = given.heard
    gone = {
        (said.findtext("{*}as"), said.findtext("{*}woord")) for said in etree.fromstring(to_index).iter("{*}aanduiding")
    }
    for axis, word in given.words:
        understood = told.kept.get((axis, word)) or told.shown[axis, word]
        yield Travelled(
            sender=sender,
            axis=axis,
            word=word,
            concept=understood.concept,
            degree=understood.degree,
            asked=word in told.asked,
            kept=(axis, word) in told.kept,
            to_index=(axis, word) in gone,
            read=_told(other.heard.met.get((axis, word))),
        )


def _told(meaning: Meant | None) -> str:
    return ". ".join(filter(None, (meaning.concept, meaning.definition))) if meaning else ""
