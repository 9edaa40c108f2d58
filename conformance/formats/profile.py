"""FHIR R4 and the profiles of the contract, as far as their structure goes: R4's schema, and what a profile adds.

Of a profile are read: how often an element may be there, fixed values, and slices that are told apart by a fixed value
or by the address of an extension. Every breach is told by its place and its rule, never by a value.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from conformance.formats.pinned import contract

BASE = "https://verwijsindex.example/fhir"
PROFILES = {
    "Flag": "vi-ontvangst", "Task": "vi-match", "MessageHeader": "vi-antwoordkop", "OperationOutcome": "vi-bevindingen",
}  # fmt: skip
"""What a resource of an answer keeps to."""
Element = Mapping[str, Any]
_MANY = 10**9


def breaches(resource: Mapping[str, Any], profiles: Mapping[str, str] = PROFILES) -> list[str]:
    """How a resource, and every resource in it, breaks R4 or the profile of its kind; empty when it obeys."""
    kind = str(resource.get("resourceType"))
    if kind not in _schema()["resourceTypes"]:
        return ["resourceType is geen soort van R4"]
    found = _schematic(resource, kind) if kind == "Bundle" else []
    for place, inner in _resources(resource, kind):
        found += _schematic(inner, place)
        name = profiles.get(str(inner.get("resourceType")), "")
        found += _against(name, inner, place) if name else []
    return found


def _schematic(resource: Mapping[str, Any], place: str) -> list[str]:
    kind = str(resource.get("resourceType"))
    if kind not in _schema()["definitions"]:
        return [f"{place}: hoort niet in een antwoord"]
    return [f"{_path(place, one)}: {_rule(one)}" for one in _validator(kind).iter_errors(resource)]


def _resources(resource: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A resource, or those in a bundle; each with those it contains."""
    if resource.get("resourceType") == "Bundle":
        for number, entry in enumerate(resource.get("entry", [])):
            if isinstance(entry.get("resource"), dict):
                yield from _resources(entry["resource"], f"{place}.entry[{number}].resource")
        return
    yield place, resource
    for number, inner in enumerate(resource.get("contained", [])):
        yield f"{place}.contained[{number}]", inner


def _against(name: str, value: Any, place: str) -> list[str]:
    """How a value breaks a profile or an extension of ours."""
    elements = _elements(name)
    root = str(elements[0]["id"])
    found: list[str] = []
    for element in elements[1:]:
        above, _, last = str(element["id"]).rpartition(".")
        if ":" in above:
            continue
        for here, holder in _at(value, above.removeprefix(root).removeprefix("."), place):
            found += _element(element, last, holder, here)
    return found


def _element(element: Element, last: str, holder: Any, here: str) -> list[str]:
    member, _, slice_name = last.partition(":")
    given = _members(holder, member)
    if slice_name:
        given = [one for one in given if _is(one, element)]
    where = f"{here}.{member}" + (f"({slice_name})" if slice_name else "")
    least, most = int(element.get("min", 0)), str(element.get("max", "*"))
    if len(given) < least:
        return [f"{where}: minstens {least}"]
    if len(given) > (_MANY if most == "*" else int(most)):
        return [f"{where}: hoogstens {most}"]
    found = [f"{where}: vaste waarde" for one in given if not _fixed(one, element)]
    if element.get("slicing", {}).get("rules") == "closed" and member == "extension":
        known = _urls(str(element["_of"]), str(element["id"]))
        found += [f"{where}: onbekende extensie" for one in given if one.get("url") not in known]
    if slice_name and member == "extension" and (own := _profile(element)):
        for one in given:
            found += _against(own, one, where)
    return found


def _is(value: Any, element: Element) -> bool:
    """Whether a value is of a slice: by the address of an extension, or by what is fixed in it."""
    url = next(iter(element.get("type", [{}])[0].get("profile", [])), "") if element.get("type") else ""
    if url:
        return isinstance(value, dict) and value.get("url") == url
    inside = [one for one in _elements(str(element["_of"])) if str(one["id"]).startswith(f"{element['id']}.")]
    deep = str(element["id"]).count(".") + 1
    direct = [one for one in inside if str(one["id"]).count(".") == deep]
    return all(
        found and all(_fixed(held, one) for held in found)
        for one in direct
        if any(name.startswith(("fixed", "pattern")) for name in one)
        for found in [_members(value, str(one["id"]).rpartition(".")[2])]
    )


def _urls(name: str, sliced: str) -> set[str]:
    """The addresses a closed list of extensions may have."""
    found = set()
    for one in _elements(name):
        if str(one["id"]).startswith(f"{sliced}:") and "." not in str(one["id"]).removeprefix(f"{sliced}:"):
            found.add(next(iter(one["type"][0].get("profile", [])), "") if one.get("type") else str(one["sliceName"]))
    return found


def _fixed(value: Any, element: Element) -> bool:
    for name, wanted in element.items():
        if name.startswith("fixed") and value != wanted:
            return False
        if name.startswith("pattern") and not _matches(value, wanted):
            return False
    return True


def _matches(value: Any, pattern: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_matches(value.get(name), wanted) for name, wanted in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_matches(one, wanted) for one in value) for wanted in pattern)
    return bool(value == pattern)


def _at(value: Any, path: str, here: str) -> list[tuple[str, Any]]:
    """What stands at a path below a value, each with its place."""
    found = [(here, value)]
    for name in path.split(".") if path else []:
        found = [(f"{place}.{name}", one) for place, holder in found for one in _members(holder, name)]
    return found


def _members(holder: Any, name: str) -> list[Any]:
    if not isinstance(holder, dict):
        return []
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        return [
            value for key, value in holder.items() if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()
        ]
    value = holder.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _profile(element: Element) -> str:
    """The name of the profile of an extension, when it is one of ours."""
    urls = element.get("type", [{}])[0].get("profile", []) if element.get("type") else []
    return urls[0].rpartition("/")[2] if urls and urls[0].startswith(f"{BASE}/StructureDefinition/") else ""


@cache
def _elements(name: str) -> list[Element]:
    told = json.loads(contract(f"fhir/definitions/StructureDefinition-{name}.json"))
    return [{**one, "_of": name} for one in told["differential"]["element"]]


@cache
def _schema() -> Any:
    return json.loads(contract("fhir/r4-schema.json"))


@cache
def _validator(kind: str) -> jsonschema_rs.Draft6Validator:
    schema = _schema()
    return jsonschema_rs.Draft6Validator(
        {"$schema": schema["$schema"], "definitions": schema["definitions"], "$ref": f"#/definitions/{kind}"}
    )


def _path(place: str, error: jsonschema_rs.ValidationError) -> str:
    return ".".join([place, *map(str, error.instance_path)])


def _rule(error: jsonschema_rs.ValidationError) -> str:
    return str(error.schema_path[-1]) if error.schema_path else "schema"
