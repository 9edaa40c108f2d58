"""How a structure is written down: elements by their place and how often, extensions by their parts.

A place is an element id: `Flag.identifier:bron.system`. Cardinality is `1..1`; empty leaves it as it was.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.adapters.publications.fhir.base import Resource, definition
from gateway.wire.fhir import HL7, canonical

FHIR_VERSION = "4.0.1"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an extension: its name, what it holds (a FHIR type, or parts), how often, and what it means.

    `among` names the value set of a code; `of` the profile that a reference leads to.
    """

    name: str
    holds: "str | tuple[Part, ...]"
    card: str
    short: str
    among: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of our own: where it may stand, and what it holds."""

    part: Part
    title: str
    on: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its id."""
        return self.part.name


def element(place: str, card: str = "", **more: Any) -> Resource:
    """One element of a differential."""
    last = place.rpartition(".")[2]
    made: Resource = {"id": place, "path": re.sub(r":[^.]+", "", place)}
    if ":" in last:
        made["sliceName"] = last.partition(":")[2]
    if card:
        low, _, high = card.partition("..")
        made |= {"min": int(low), "max": high}
    return made | more


def absent(*places: str) -> list[Resource]:
    """Elements that the profile does not have."""
    return [element(place, "0..0") for place in places]


def sliced(place: str, by: str, *, path: str, rules: str = "open", card: str = "") -> Resource:
    """An element whose repetitions are told apart `by` value, pattern or type of `path`."""
    return element(place, card, slicing={"discriminator": [{"type": by, "path": path}], "rules": rules})


def extensions(place: str, allowed: Iterable[tuple[str, str]]) -> list[Resource]:
    """The extensions an element may have, and no other: name of ours or address, and how often."""
    made = [sliced(f"{place}.extension", "value", path="url", rules="closed")]
    for name, card in allowed:
        address = name if "/" in name else canonical("StructureDefinition", name)
        slice_name = address.rpartition("/")[2]
        made.append(element(f"{place}.extension:{slice_name}", card, type=[_type("Extension", profile=address)]))
    return made


def reference(*profiles: str) -> list[Resource]:
    """The type of a reference to resources of our own profiles, or of HL7's own type where the name is one."""
    return [_type("Reference", target=[_address(profile) for profile in profiles])]


def bound(value_set: str, strength: str = "required") -> Resource:
    """A binding to one of our value sets, or to one of HL7's by its address."""
    address = value_set if "/" in value_set else canonical("ValueSet", value_set)
    return {"strength": strength, "valueSet": address}


def profile(
    name: str, kind: str, title: str, description: str, rows: Sequence[Resource], *, base: str = ""
) -> Resource:
    """A profile on a resource, or on a profile of ours (`base`)."""
    parent = canonical("StructureDefinition", base) if base else f"{HL7}/StructureDefinition/{kind}"
    head = element(kind, short=title, definition=description)
    return _structure(name, title, description, kind=("resource", kind, parent), rows=[head, *rows])


def extension(given: Extension) -> Resource:
    """The definition of an extension."""
    part = given.part
    head = element("Extension", "0..*", short=part.short, definition=part.short)
    address = canonical("StructureDefinition", part.name)
    made = _structure(
        part.name,
        given.title,
        part.short,
        kind=("complex-type", "Extension", f"{HL7}/StructureDefinition/Extension"),
        rows=[head, *_holding("Extension", part, address)],
    )
    made["context"] = [{"type": "element", "expression": place} for place in given.on]
    return made


def _structure(
    name: str, title: str, description: str, *, kind: tuple[str, str, str], rows: list[Resource]
) -> Resource:
    return definition(
        "StructureDefinition",
        name,
        title,
        description,
        fhirVersion=FHIR_VERSION,
        kind=kind[0],
        abstract=False,
        type=kind[1],
        baseDefinition=kind[2],
        derivation="constraint",
        differential={"element": rows},
    )


def _holding(place: str, part: Part, address: str) -> list[Resource]:
    """Below an extension: its parts or its value."""
    url = element(f"{place}.url", fixedUri=address)
    if isinstance(part.holds, str):
        value = element(f"{place}.value[x]", "1..1", type=[_held(part)])
        if part.among:
            value["binding"] = bound(part.among)
        return [element(f"{place}.extension", "0..0"), url, value]
    rows = [sliced(f"{place}.extension", "value", path="url", rules="closed")]
    for inner in part.holds:
        here = f"{place}.extension:{inner.name}"
        rows += [element(here, inner.card, short=inner.short, definition=inner.short)]
        rows += _holding(here, inner, inner.name)
    return [*rows, url, element(f"{place}.value[x]", "0..0")]


def _held(part: Part) -> Resource:
    return _type(str(part.holds), target=[_address(part.of)] if part.of else [])


def _address(name: str) -> str:
    return canonical("StructureDefinition", name) if name.startswith("vi-") else f"{HL7}/StructureDefinition/{name}"


def _type(code: str, *, profile: str = "", target: Sequence[str] = ()) -> Resource:
    made: Resource = {"code": code}
    if profile:
        made["profile"] = [profile]
    if target:
        made["targetProfile"] = list(target)
    return made
