"""A body of the contract, read as far as it can be: texts with their places, and everything wrong with its shape.

What the texts mean is said in `rules.admission`. Neither a value nor a name of the sender's own comes into a finding.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.adapters.senders.plainjson.shape import CONTRACT, Part
from gateway.canonical import command
from gateway.canonical.command import Draft, Request, Said, SaidChoice, SaidTerm
from gateway.canonical.finding import Finding

FORMAT = "json"
MOST_FINDINGS = 100
_TRUTH = {True: "true", False: "false"}


class Body:
    """Reads one body."""

    def __init__(self, absent: Callable[[str], bool]) -> None:
        self._absent = absent
        self._found: dict[str, Finding] = {}

    def read(self, value: object, part: Part) -> tuple[dict[str, Any], tuple[Finding, ...]]:
        """What was said, by field, and a finding for each place that is not of the contract's shape."""
        said: dict[str, Any] = {}
        if isinstance(value, dict):
            self._group(value, part, "", said)
        else:
            self._find("VIX-1001", "")
        return said, tuple(self._found.values())

    def _find(self, code: str, at: str) -> None:
        if at not in self._found and len(self._found) < MOST_FINDINGS:
            self._found[at] = Finding(code=code, at=at)

    def _group(self, value: Mapping[str, object], part: Part, at: str, said: dict[str, Any]) -> None:
        for name, inner in value.items():
            known = part.parts.get(name)
            if known is None:
                self._strange(name, at)
            elif inner is not None:
                self._one(inner, known, f"{at}/{name}", said, name)

    def _strange(self, name: str, at: str) -> None:
        """A name on our own list of what the index does not have may be said back; another name is not repeated."""
        if self._absent(name):
            self._find("VIX-1003", f"{at}/{name}")
        else:
            self._find("VIX-1001", at)

    def _one(self, value: object, part: Part, at: str, said: dict[str, Any], name: str) -> None:
        if part.type == "object" and isinstance(value, dict):
            self._group(value, part, at, said)
        elif part.items is not None and isinstance(value, list):
            said[part.slot] = self._list(value, part, part.items, at)
        elif (text := _text(value, part.type)) is not None:
            said[part.slot or name] = Said(text, at)
        else:
            self._find("VIX-1001", at)

    def _list(self, values: list[object], part: Part, items: Part, at: str) -> list[dict[str, Said]]:
        if len(values) > part.most:
            self._find("VIX-1001", f"{at}/{part.most}")
        entries: list[dict[str, Said]] = []
        for number, value in enumerate(values[: part.most]):
            entry: dict[str, Said] = {}
            if isinstance(value, dict):
                self._group(value, items, f"{at}/{number}", entry)
            else:
                self._find("VIX-1001", f"{at}/{number}")
            entries.append(entry)
        return entries


def _text(value: object, type_: str) -> str | None:
    """A value as the other formats write it; None when it is of another type.

    A number or a truth between quotes is read by its own rule; a number for a text is not, for its zeros are lost.
    """
    match value:
        case bool():
            return _TRUTH[value] if type_ == "boolean" else None
        case int():
            return str(value) if type_ == "integer" else None
        case str():
            return value if type_ not in ("object", "array") else None
    return None


def request(kind: str, said: dict[str, Any], places: Mapping[str, str], remarks: tuple[Finding, ...]) -> Request:
    """What the sender asked, of what was read."""
    head = {
        "formaat": FORMAT,
        "contract": CONTRACT,
        "bron_systeem": said.pop("bron_systeem", None),
        "organisatie": said.pop("organisatie", None),
        "remarks": remarks,
    }
    if kind == "Capaciteiten":
        return command.Capaciteiten(**head)
    if kind == "Afgeven":
        said["terms"] = tuple(
            SaidTerm(_of(entry, "as", at), _of(entry, "woord", at), entry.get("stelsel"))
            for at, entry in _entries(said, "terms", "/aanduidingen")
        )
        said["registraties"] = tuple(
            (_of(entry, "stelsel", at), _of(entry, "nummer", at))
            for at, entry in _entries(said, "registraties", "/melder/registraties")
        )
        return command.Afgeven(**head, draft=Draft(here="", places=places, **said))
    if kind == "BetekenisAanvullen":
        said["choices"] = tuple(
            SaidChoice(_of(entry, "as", at), _of(entry, "woord", at), _of(entry, "begrip", at))
            for at, entry in _entries(said, "choices", "/keuzes")
        )
    return _PLAIN[kind](**head, here="", places=places, **said)


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
    "MatchOpvragen": command.MatchOpvragen,
    "Terugkoppelen": command.Terugkoppelen,
    "RegieVastleggen": command.RegieVastleggen,
}


def _entries(said: dict[str, Any], slot: str, at: str) -> list[tuple[str, Mapping[str, Said]]]:
    return [(f"{at}/{number}", entry) for number, entry in enumerate(said.get(slot, ()))]


def _of(entry: Mapping[str, Said], name: str, at: str) -> Said:
    return entry.get(name) or Said("", f"{at}/{name}")
