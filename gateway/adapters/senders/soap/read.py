"""A request of the contract, read: a valid one in one pass, a broken one as far as it can be read.

Moves text with its place; what the text means is said in `rules.admission`. Neither a value nor an
element name of the sender's own ever comes into a finding.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from gateway.adapters.senders.soap.shape import CONTRACT, Part
from gateway.canonical import command
from gateway.canonical.command import Draft, Request, Said, SaidChoice, SaidTerm
from gateway.canonical.finding import Finding
from gateway.wire.aanlevering import NAMESPACE
from gateway.wire.xml import Element, Schema

FORMAT = "soap"
MOST_FINDINGS = 100
OF_FIELD = {"bsn": "VIX-1101", "onderwijsnummer": "VIX-1101", "geboortedatum": "VIX-1202"}
"""Fields whose own rule speaks for the form too; the others have VIX-1105."""

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_SCHEMA_HINTS = frozenset({f"{_XSI}type", f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})


def collect(group: Element, part: Part, said: dict[str, Any]) -> None:
    """Read every text of a valid group into its slot."""
    parts = part.parts
    for child in group:
        inner = parts[child.tag]
        if inner.numbered:
            entries = said.setdefault(inner.slot, [])
            entry: dict[str, Said] = {}
            collect(child, inner.numbered[len(entries)], entry)
            entries.append(entry)
        elif inner.parts:
            collect(child, inner, said)
        else:
            said[inner.slot] = Said(child.text or "", inner.at)


def request(
    kind: str, at: str, said: dict[str, Any], places: Mapping[str, str], remarks: tuple[Finding, ...]
) -> Request:
    """What the sender asked, of what was read."""
    head = {
        "formaat": FORMAT,
        "contract": CONTRACT,
        "bron_systeem": said.pop("bron_systeem", None),
        "organisatie": said.pop("organisatie", None),
        "remarks": remarks,
    }
    if kind == "Afgeven":
        said["terms"] = tuple(_term(entry, where) for where, entry in _entries(said, "terms", f"{at}/vi:aanduiding"))
        pairs = _entries(said, "registraties", f"{at}/vi:melder/vi:registratie")
        said["registraties"] = tuple((_of(entry, "stelsel", at), _of(entry, "nummer", at)) for at, entry in pairs)
        return command.Afgeven(**head, draft=Draft(here=at, places=places, **said))
    if kind == "Capaciteiten":
        return command.Capaciteiten(**head)
    if kind == "BetekenisAanvullen":
        said["choices"] = tuple(_choice(entry, where) for where, entry in _entries(said, "choices", f"{at}/vi:keuze"))
    return _PLAIN[kind](**head, here=at, places=places, **said)


_PLAIN: dict[str, Callable[..., Request]] = {
    "Beeindigen": command.Beeindigen,
    "Intrekken": command.Intrekken,
    "BetekenisAanvullen": command.BetekenisAanvullen,
    "Wijzigen": command.Wijzigen,
    "Verlengen": command.Verlengen,
    "Overdragen": command.Overdragen,
    "StatusOpvragen": command.StatusOpvragen,
    "MatchesOpvragen": command.MatchesOpvragen,
    "EigenSignalenOpvragen": command.EigenSignalenOpvragen,
    "Terugkoppelen": command.Terugkoppelen,
    "RegieVastleggen": command.RegieVastleggen,
}


def _entries(said: dict[str, Any], slot: str, at: str) -> Iterator[tuple[str, Mapping[str, Said]]]:
    return ((f"{at}[{n}]", entry) for n, entry in enumerate(said.get(slot, ()), 1))


def _of(entry: Mapping[str, Said], name: str, at: str) -> Said:
    return entry.get(name) or Said("", f"{at}/vi:{name}")


def _term(entry: Mapping[str, Said], at: str) -> SaidTerm:
    return SaidTerm(_of(entry, "as", at), _of(entry, "woord", at), entry.get("stelsel"))


def _choice(entry: Mapping[str, Said], at: str) -> SaidChoice:
    return SaidChoice(_of(entry, "as", at), _of(entry, "woord", at), _of(entry, "begrip", at))


class Salvage:
    """Reads a message that breaks the schema: all that is readable by name, and everything that is wrong.

    libxml2 stops at the first unexpected child of an element, so structure is compared with the contract's shape
    here, and the texts are checked in a copy of which only the known elements are left.
    """

    def __init__(self, *, strict: Schema, lenient: Schema, absent: Callable[[str], bool]) -> None:
        self._strict = strict
        self._lenient = lenient
        self._absent = absent
        self._found: dict[str, Finding] = {}
        self._parts: dict[Element, Part] = {}

    def read(self, operation: Element, part: Part, said: dict[str, Any]) -> tuple[Finding, ...]:
        """Fill `said` and give every finding, one to a place."""
        twin = etree.Element(operation.tag, nsmap={"vi": NAMESPACE})
        self._attributes(operation, part)
        self._walk(operation, part, said, twin)
        for error in self._lenient.errors(twin):
            where = self._parts.get(error.element, part)
            if error.structural:
                self._find("VIX-1001", where.at)
            else:
                self._find(OF_FIELD.get(where.slot, "VIX-1105"), where.at, where.form)
        if all(finding.code == "VIX-1105" for finding in self._found.values()):
            for error in self._strict.errors(operation):
                if error.structural:
                    self._find("VIX-1001", self._parts.get(error.element, part).at)
        if not self._found:
            self._find("VIX-1001", part.at)
        return tuple(self._found.values())

    def _find(self, code: str, at: str, limit: str = "") -> None:
        if at not in self._found and len(self._found) < MOST_FINDINGS:
            self._found[at] = Finding(code=code, at=at, limit=limit)

    def _walk(self, group: Element, part: Part, said: dict[str, Any], twin: Element) -> None:
        self._parts[group] = self._parts[twin] = part
        twin.text = group.text
        order = {tag: rank for rank, tag in enumerate(part.parts)}
        seen: dict[str, int] = {}
        furthest = 0
        for position, child in enumerate(group, 1):
            inner = part.parts.get(child.tag)
            if inner is None:
                self._unknown(child, part.at, position)
                continue
            count = seen[child.tag] = seen.get(child.tag, 0) + 1
            if count > inner.most:
                if count == inner.most + 1:
                    self._find("VIX-1001", f"{inner.at}[{count}]")
                continue
            if order[child.tag] < furthest and not part.alternatives:
                self._find("VIX-1001", inner.at)
            furthest = max(furthest, order[child.tag])
            self._child(child, inner.numbered[count - 1] if inner.numbered else inner, said, twin)
        for tag, inner in part.parts.items():
            if inner.required and tag not in seen and not part.alternatives:
                self._find("VIX-1001", inner.at)

    def _child(self, child: Element, part: Part, said: dict[str, Any], above: Element) -> None:
        twin = etree.SubElement(above, child.tag)
        twin.tail = child.tail
        self._attributes(child, part)
        if part.most > 1:
            entry: dict[str, Said] = {}
            said.setdefault(part.slot, []).append(entry)
            self._walk(child, part, entry, twin)
        elif part.parts:
            self._walk(child, part, said, twin)
        else:
            self._parts[child] = self._parts[twin] = part
            twin.text = child.text
            said[part.slot] = Said(child.text or "", part.at)
            for position, stranger in enumerate(child, 1):
                self._unknown(stranger, part.at, position)

    def _attributes(self, element: Element, part: Part) -> None:
        if any(name not in _SCHEMA_HINTS for name in element.keys()):  # noqa: SIM118  an element is no dict
            self._find("VIX-1001", part.at)

    def _unknown(self, element: Element, above: str, position: int) -> None:
        name = etree.QName(element)
        if not self._absent(name.localname):
            self._find("VIX-1001", f"{above}/*[{position}]")
        elif name.namespace == NAMESPACE:
            self._find("VIX-1003", f"{above}/vi:{name.localname}")
        else:
            self._find("VIX-1003", f"{above}/*[{position}]")
