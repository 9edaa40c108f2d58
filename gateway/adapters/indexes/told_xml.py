"""What an index tells in SOAP: its elements by name, and an answer made valid by leaving out what is wrong in a match.

One bad match does not cost the others: what breaks a contract inside a match is left out and counted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from gateway.adapters.indexes.told import UNREADABLE, identifier
from gateway.canonical.order import Retry, Unknown
from gateway.wire import soap
from gateway.wire.message import WireResponse
from gateway.wire.soap import Malformed, NotSoap
from gateway.wire.xml import Element, Schema

_BUSY = frozenset({429, 503})
_MAX_MATCHES, _MAX_ENTRIES, _MAX_TRIED = 200, 50, 200


def opened(
    response: WireResponse, body_of: Callable[[bytes], Element] = lambda message: soap.read(message).body
) -> Element | Retry | Unknown:
    """The one element in the body of an answer, or what it comes to that there is none. `body_of`: another SOAP's."""
    try:
        return body_of(response.body)
    except (Malformed, NotSoap):
        if response.status in _BUSY:
            return Retry(reason=f"http-{response.status}")
        return Unknown(reason=UNREADABLE)


@dataclass(frozen=True, slots=True)
class Names:
    """The elements of one contract."""

    namespace: str

    def tag(self, name: str) -> str:
        """An element's name as a parser gives it."""
        return f"{{{self.namespace}}}{name}"

    def text(self, element: Element, name: str) -> str:
        """What stands in a child; '' when there is none."""
        return element.findtext(self.tag(name), "")

    def flag(self, element: Element, name: str) -> bool:
        """Whether a child says that it is so."""
        return self.text(element, name).strip() in ("true", "1")

    def identifier(self, element: Element, name: str) -> str:
        """An id in a child, as it stands."""
        return identifier(self.text(element, name))


@dataclass(frozen=True, slots=True)
class Mending:
    """Where matches stand in the answers of one contract."""

    match: str
    entries: tuple[str, ...]
    """What stands in a match more than once, by its tag."""
    around: str
    """An answer that is valid and in which a match has the second place."""

    def mend(self, body: Element, answer: Element | None, schema: Schema) -> int | None:
        """Make a body valid by leaving out what is wrong inside the matches of `answer`.

        Gives how many, or None when it cannot be.
        """
        if schema.valid(body):
            return 0
        matches = [] if answer is None else answer.findall(self.match)
        if answer is None or not 0 < len(matches) <= _MAX_MATCHES:
            return None
        first = answer.index(matches[0])
        for match in matches:
            answer.remove(match)
        if not schema.valid(body):
            return None
        bench = _Bench(self, schema)
        dropped = [bench.mended(match) for match in matches]
        for match in reversed([match for match, lost in zip(matches, dropped, strict=True) if lost is not None]):
            answer.insert(first, match)
        return sum(1 if lost is None else lost for lost in dropped)


class _Bench:
    """An answer that is valid around one match, to try each match on its own."""

    def __init__(self, shape: Mending, schema: Schema) -> None:
        self._shape = shape
        self._schema = schema
        self._answer = etree.fromstring(shape.around)

    def mended(self, match: Element) -> int | None:
        """Leave out the entries of a match that break the contract: how many, or None when the match itself does."""
        if self._fits(match):
            return 0
        entries = [entry for tag in self._shape.entries for entry in match.findall(tag)]
        for entry in entries:
            match.remove(entry)
        if not self._fits(match):
            return None
        room = dict.fromkeys(self._shape.entries, _MAX_ENTRIES)
        kept = []
        for entry in entries[:_MAX_TRIED]:
            if room[entry.tag] and self._fits(match, entry):
                room[entry.tag] -= 1
                kept.append(entry)
        match.extend(kept)
        return len(entries) - len(kept)

    def _fits(self, match: Element, entry: Element | None = None) -> bool:
        if entry is not None:
            match.append(entry)
        self._answer.insert(1, match)
        fits = self._schema.valid(self._answer)
        self._answer.remove(match)
        if entry is not None:
            match.remove(entry)
        return fits
