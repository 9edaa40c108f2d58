"""What a sender sent, opened: the resources in it, each held against R4 and the closed profile, and who points at whom.

A message is a Bundle (MessageHeader first, one focus); over REST a resource comes alone, with what it contains.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.adapters.senders.fhir import r4
from gateway.adapters.senders.fhir.closed import NO_FHIR, NOT_CARRIED, Walk
from gateway.adapters.senders.fhir.invariants import judge
from gateway.adapters.senders.fhir.shape import ENVELOPE, SHAPES
from gateway.errors import SenderError
from gateway.wire import fhir_r4

MOST_ENTRIES = 20
"""A signal has at most eight resources."""
STRUCTURE = "VIX-1034"
_FULL_URL = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENCLOSED = frozenset({"MessageHeader", "Flag", "Patient", "PractitionerRole", "Organization", "Task"})
_CONTAINED = frozenset({"Patient", "PractitionerRole", "Organization"})


@dataclass(slots=True)
class Resource:
    """A resource and its place. `reached` when something in the message points at it."""

    value: dict[str, Any]
    here: str
    reached: bool = False

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.value["resourceType"])


@dataclass(slots=True)
class Opened:
    """The resource that is meant, and how to find what it points at."""

    walk: Walk
    known: dict[str, Resource] = field(default_factory=dict)
    """By fullUrl, or `#id` below the place of who contains it."""
    header: Resource | None = None

    def resolve(self, reference: Any, at: str, above: Resource, target: str) -> Resource | None:
        """The resource a reference points at; a finding where it points at nothing, or at something else."""
        if not isinstance(reference, dict) or not isinstance(said := reference.get("reference"), str):
            return None
        found = self.known.get(f"{above.here}{said}" if said.startswith("#") else said) or self._relative(said)
        if found is None or target not in ("", found.kind) or reference.get("type", found.kind) != found.kind:
            self.walk.find(STRUCTURE, f"{at}.reference", limit=target or "een resource in dit bericht")
            return None
        found.reached = True
        return found

    def _relative(self, said: str) -> Resource | None:
        kind, _, name = said.partition("/")
        return next((one for one in self.known.values() if (one.kind, one.value.get("id")) == (kind, name)), None)


def message(value: Any, walk: Walk) -> tuple[Opened, Resource]:
    """Open a message; raises SenderError where it is none, or has no focus."""
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle":
        walk.find(STRUCTURE, "Bundle", limit="Bundle")
        raise SenderError(*walk.found.values())
    opened = Opened(walk)
    entries = value.get("entry")
    entries = entries if isinstance(entries, list) else []
    if len(entries) > MOST_ENTRIES:
        raise SenderError(_found(walk, "VIX-1028", f"Bundle.entry[{MOST_ENTRIES}]", ""))
    if value.get("type") != "message":
        walk.find(STRUCTURE, "Bundle.type", limit="message")
    enclosed = [_enclosed(entry, f"Bundle.entry[{number}]", walk) for number, entry in enumerate(entries)]
    walk.walk(value, ENVELOPE, "Bundle", "Bundle")
    _r4(value, "Bundle", walk)
    first = enclosed[0][1] if enclosed else None
    if first is None or first.kind != "MessageHeader":
        walk.find(STRUCTURE, "Bundle.entry[0].resource", limit="MessageHeader")
    for number, (full_url, resource) in enumerate(enclosed):
        if resource is not None:
            _named(opened, full_url, resource, f"Bundle.entry[{number}]")
    for _, resource in enclosed:
        if resource is not None:
            _checked(resource, opened)
    if first is None or first.kind != "MessageHeader":
        raise SenderError(*walk.found.values())
    opened.header = first
    first.reached = True
    return opened, _focus(opened, first)


def alone(value: Any, kind: str, walk: Walk) -> tuple[Opened, Resource]:
    """Open a resource that came by itself; raises SenderError where it is of another type."""
    if not isinstance(value, dict) or value.get("resourceType") != kind:
        raise SenderError(_found(walk, NO_FHIR, kind, ""))
    opened = Opened(walk)
    resource = Resource(value, kind, reached=True)
    _checked(resource, opened)
    return opened, resource


def unreached(opened: Opened) -> None:
    """Tell what nothing in the message points at: who it is about must be certain."""
    for one in opened.known.values():
        if not one.reached:
            opened.walk.find(STRUCTURE, one.here, limit="een verwijzing ernaar")


def _found(walk: Walk, code: str, at: str, limit: str) -> Any:
    walk.find(code, at, limit)
    return walk.found[at]


def _enclosed(entry: Any, here: str, walk: Walk) -> tuple[str, Resource | None]:
    """The resource of an entry, taken out of it; a foreign one is left unread."""
    if not isinstance(entry, dict):
        return "", None
    value = entry.pop("resource", None)
    full_url = entry.get("fullUrl")
    resource = _known_kind(value, f"{here}.resource", _ENCLOSED, walk)
    return full_url if isinstance(full_url, str) else "", resource


def _known_kind(value: Any, here: str, kinds: frozenset[str], walk: Walk) -> Resource | None:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in kinds:
        return Resource(value, here)
    foreign = isinstance(kind, str) and kind in fhir_r4.RESOURCES
    walk.find(NOT_CARRIED if foreign else NO_FHIR, here)
    return None


def _named(opened: Opened, full_url: str, resource: Resource, here: str) -> None:
    """A resource's own address: urn:uuid, that of its id where it has one, and nobody else's."""
    name = resource.value.get("id")
    if not _FULL_URL.fullmatch(full_url) or name not in (None, full_url.removeprefix("urn:uuid:")):
        opened.walk.find(STRUCTURE, f"{here}.fullUrl", limit="urn:uuid: en de id van de resource")
    if full_url in opened.known:
        opened.walk.find(STRUCTURE, f"{here}.fullUrl", limit="voor elke entry een eigen")
    opened.known.setdefault(full_url or here, resource)


def _checked(resource: Resource, opened: Opened) -> None:
    """Hold a resource, and what it contains, against our profile, R4 and their invariants."""
    value, walk = resource.value, opened.walk
    contained = value.pop("contained", None) if resource.kind in ("Flag", "Task") else None
    if contained is not None:
        _contained(contained, resource, opened)
    walk.walk(value, SHAPES[resource.kind], resource.kind, resource.here)
    _r4(value, resource.here, walk)
    judge(value, resource.here, walk)


def _contained(items: Any, above: Resource, opened: Opened) -> None:
    here, walk = f"{above.here}.contained", opened.walk
    if not isinstance(items, list) or not items or len(items) > MOST_ENTRIES:
        walk.find(NO_FHIR, here)
        return
    for number, item in enumerate(items):
        if isinstance(item, dict) and item.get("resourceType") == "OperationOutcome":
            continue
        resource = _known_kind(item, f"{here}[{number}]", _CONTAINED, walk)
        if resource is None:
            continue
        name = resource.value.get("id")
        key = f"{above.here}#{name}"
        if not isinstance(name, str) or key in opened.known or "versionId" in _part(resource.value, "meta"):
            walk.find(NO_FHIR, f"{resource.here}.id")
        opened.known.setdefault(key, resource)
        _checked(resource, opened)


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _r4(value: dict[str, Any], here: str, walk: Walk) -> None:
    if len(walk.found) >= r4.MOST:
        return  # as much as helps is told; the models would take a second over what is left
    for finding in r4.findings(value, here):
        if not any(at.startswith((f"{finding.at}.", f"{finding.at}[")) for at in walk.found):
            walk.find(finding.code, finding.at, finding.limit)


def _focus(opened: Opened, header: Resource) -> Resource:
    """The one resource the message is about."""
    focus, at = header.value.get("focus"), f"{header.here}.focus"
    first = focus[0] if isinstance(focus, list) and focus else None
    if isinstance(focus, list) and len(focus) > 1:
        opened.walk.find(STRUCTURE, f"{at}[1]", limit="één focus")
    found = opened.resolve(first, f"{at}[0]", header, "")
    if found is None or found.kind not in ("Flag", "Task"):
        opened.walk.find(STRUCTURE, f"{at}[0].reference" if first else at, limit="één Flag of Task in dit bericht")
        raise SenderError(*opened.walk.found.values())
    return found
