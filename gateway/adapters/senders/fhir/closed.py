"""Walks a resource along our closed profile: what it does not carry is taken out unread, what is no FHIR is told.

A name of the sender's own never comes into a finding: such a member is told by its number among its siblings.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.adapters.senders.fhir import r4
from gateway.adapters.senders.fhir.names import own
from gateway.adapters.senders.fhir.shape import Extensions, Shape
from gateway.canonical.finding import Finding
from gateway.wire import fhir_r4

_NESTED = (dict, list, type(None))
REPEATED = frozenset({own("vi-betekenis"), own("vi-uitleg"), own("vi-vraag")})
NOT_CARRIED, NO_FHIR = "VIX-1003", "VIX-1001"


class Walk:
    """Collects findings, one to a place. `absent` says whether a name is one of the fields that no index has."""

    def __init__(self, absent: Callable[[str], bool]) -> None:
        self._absent = absent
        self.found: dict[str, Finding] = {}

    def find(self, code: str, at: str, limit: str = "") -> None:
        """Note a finding, unless the place has one already."""
        if len(self.found) < r4.MOST:
            self.found.setdefault(at, Finding(code=code, at=at, limit=limit))

    def walk(self, value: dict[str, Any], shape: Shape, kind: str, here: str) -> None:
        """Take out of an object of an R4 type what does not belong in it."""
        if not value:
            self.find(NO_FHIR, here)
        kinds = r4.members(kind)
        members = [pair for pair in value.items() if pair[0] != "resourceType"]
        for number, (name, inner) in enumerate(members):
            if name in shape or (name == "id" and name in kinds):
                if isinstance(inner, _NESTED):
                    self._member(value, name, inner, shape.get(name), kinds.get(name, ""), _below(here, name))
                continue
            del value[name]
            if name not in kinds and not self._absent(name):
                self.find(NO_FHIR, f"{here}.children()[{number}]")
            else:
                strict = kind.startswith("Bundle") or kind == "Extension"
                self.find(NO_FHIR if strict else NOT_CARRIED, _below(here, name))

    def _member(self, above: dict[str, Any], name: str, value: Any, shape: Any, kind: str, here: str) -> None:
        if value is None or value in ({}, []):
            self.find(NO_FHIR, here)
            del above[name]
        elif isinstance(value, list):
            self._items(above, name, value, shape, kind, here)
        elif isinstance(value, dict):
            self._object(value, shape, kind, here)

    def _items(self, above: Mapping[str, Any], name: str, items: list[Any], shape: Any, kind: str, here: str) -> None:
        twins = above.get(name[1:] if name.startswith("_") else f"_{name}")
        for number, item in enumerate(items):
            at = f"{here}[{number}]"
            if item is None:
                beside = twins[number] if isinstance(twins, list) and number < len(twins) else None
                if beside is None:
                    self.find(NO_FHIR, at)
            elif isinstance(item, dict):
                self._object(item, shape, kind, at)
            elif isinstance(item, list):
                self.find(NO_FHIR, at)
        if isinstance(shape, Extensions):
            self._once(items, here)

    def _object(self, value: dict[str, Any], shape: Any, kind: str, here: str) -> None:
        if isinstance(shape, Extensions):
            self._extension(value, shape, here)
        elif shape is not None:
            self.walk(value, shape, kind, here)
        elif kind != "ResourceList":
            self._whatever(value, kind, here)

    def _whatever(self, value: dict[str, Any], kind: str, here: str) -> None:
        """An object that is not read: R4 names what may be in it, and nothing in it may be empty."""
        if "properties" not in fhir_r4.DEFINITIONS.get(kind, {}):
            self.find(NO_FHIR, here)
            return
        self.walk(value, dict.fromkeys(r4.members(kind)), kind, here)

    def _extension(self, item: dict[str, Any], known: Extensions, here: str) -> None:
        url = item.get("url")
        shape = known.get(url) if isinstance(url, str) else None
        if shape is None:
            self.find(NO_FHIR if not isinstance(url, str) else NOT_CARRIED, here)
            item.clear()
            item.update(url="urn:unread", valueBoolean=True)
            return
        self.walk(item, {"url": None, **shape}, "Extension", here)
        if not any(name in item for name in shape):
            self.find(NO_FHIR, here)
            item["valueBoolean"] = True

    def _once(self, items: list[Any], here: str) -> None:
        seen: set[str] = set()
        for number, item in enumerate(items):
            url = item.get("url") if isinstance(item, dict) else None
            if isinstance(url, str) and url in seen and url not in REPEATED and url != "urn:unread":
                self.find(NO_FHIR, f"{here}[{number}]")
            seen.add(str(url))


def _below(here: str, name: str) -> str:
    return f"{here}.{r4.element(name)}"
