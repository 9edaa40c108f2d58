"""FHIR's XML as the JSON it means, and back, by R4's own schema: names, order, lists and primitives stand there.

`fhir.resources` reads XML too, but only what is valid, and without places; this reads what is wrong as JSON would
have said it, so that the same layers judge it and point at the same FHIRPath.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from gateway.adapters.senders.fhir import r4
from gateway.wire import fhir_r4, json_in, xml
from gateway.wire.fhir import HL7
from gateway.wire.xml import Element, Malformed

DEPTH = 60
STRANGE = re.compile("[\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""White space that a string of R4 has no room for; it is written as a plain space."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_NUMBERS = frozenset({"decimal", "integer", "positiveInt", "unsignedInt"})
_BELOW = f"{{{HL7}}}"
_NAMES: Any = {None: HL7}
_XHTML = "{http://www.w3.org/1999/xhtml}div"
_TEXT = "#text"
"""A name no element has, for text where FHIR has none; so has `@name`, for a name that only JSON has in that place."""
_NO_ATTRIBUTES: frozenset[str] = frozenset()
_ID = frozenset({"id"})
_ATTRIBUTES = {"Extension": frozenset({"id", "url"})}
"""What of an element stands in attributes: its id, save that of a resource, and the address of an extension."""
_VALUE = ("Element", "value")
"""The attribute that is the primitive itself."""


def read(body: bytes) -> dict[str, Any]:
    """A document as JSON has it; raises Malformed.

    What R4 does not know keeps its name and becomes a text without content, so that it is told and never read.
    """
    root = xml.parse(body)
    if _deep(root):
        raise Malformed("depth")
    if not isinstance(root.tag, str) or not root.tag.startswith(_BELOW):
        raise Malformed("syntax", "1:1")
    return _resource(root)


def _deep(root: Element) -> bool:
    deepest = 0
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > DEPTH


def _resource(element: Element) -> dict[str, Any]:
    kind = _name(element)
    if kind not in fhir_r4.DEFINITIONS:
        return {"resourceType": kind}
    return _members(element, kind) | {"resourceType": kind}


def _name(element: Element) -> str:
    return str(element.tag).removeprefix(_BELOW)


def _members(element: Element, kind: str) -> dict[str, Any]:
    known = _ATTRIBUTES.get(kind, _NO_ATTRIBUTES if kind in fhir_r4.RESOURCES else _ID)
    members: dict[str, Any] = {
        name if name in known else f"@{name}": str(value)
        for name, value in zip(map(str, element.attrib), element.attrib.values(), strict=True)
        if (kind, name) != _VALUE
    }
    for child in element:
        _add(members, child, kind)
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        members[_TEXT] = ""
    return members


def _add(members: dict[str, Any], child: Element, kind: str) -> None:
    name = "div" if child.tag == _XHTML else _name(child)
    inner = r4.kind_of(kind, name)
    if inner is None or name == "resourceType" or name.startswith("_"):
        members[name if inner is None else f"@{name}"] = ""  # told, and never read
        return
    many = r4.repeats(kind, name)
    if inner == "ResourceList":
        value: Any = _resource(child[0]) if len(child) == 1 else {}
        _put(members, name, value, many=many)
    elif "properties" in fhir_r4.DEFINITIONS.get(inner, {}):
        _put(members, name, _members(child, inner), many=many)
    else:
        _primitive(members, name, child, inner, many=many)


def _put(members: dict[str, Any], name: str, value: Any, *, many: bool) -> None:
    if many:
        members.setdefault(name, []).append(value)
    elif name in members:
        members[name] = [members[name], value]
    else:
        members[name] = value


def _primitive(members: dict[str, Any], name: str, child: Element, kind: str, *, many: bool) -> None:
    value = child.get("value")
    beside = _members(child, "Element")
    said = None if value is None else _typed(value, kind, name)
    if said is not None or many or not beside:
        _put(members, name, said, many=many)
    if beside:
        if many:
            twins = members.setdefault(f"_{name}", [])
            twins += [None] * (len(members[name]) - 1 - len(twins))
            twins.append(beside)
        else:
            members[f"_{name}"] = beside


def _typed(text: str, kind: str, name: str) -> Any:
    said = kind or name.removeprefix("value")
    said = said[:1].lower() + said[1:]
    if said == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if said in _NUMBERS and _NUMBER.fullmatch(text):
        return json_in.read(text.encode())
    return text


def write(resource: Mapping[str, Any]) -> bytes:
    """A resource of ours as XML, its elements in R4's order."""
    root = etree.Element(f"{_BELOW}{resource['resourceType']}", nsmap=_NAMES)
    _fill(root, resource, str(resource["resourceType"]))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _fill(element: Element, value: Mapping[str, Any], kind: str) -> None:
    attributes = {"url", "id"} if kind == "Extension" else {"id"} if "resourceType" not in value else set()
    for name, inner in _ordered(value, kind):
        if name == "resourceType":
            continue
        if name in attributes:
            element.set(name, str(inner))
            continue
        below = r4.kind_of(kind, name) or ""
        twins = value.get(f"_{name}")
        many = inner if isinstance(inner, list) else [inner]
        beside = twins if isinstance(twins, list) else [twins]
        for number, one in enumerate(many):
            child = etree.SubElement(element, f"{_BELOW}{name}")
            _write(child, one, below)
            extra = beside[number] if number < len(beside) else None
            if extra:
                _fill(child, extra, "Element")


def _ordered(value: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    """Members in the order of R4; a primitive that only has extensions is there by its name with an underscore."""
    for name in fhir_r4.DEFINITIONS[kind]["properties"]:
        if name.startswith("_"):
            continue
        if name in value:
            yield name, value[name]
        elif f"_{name}" in value:
            twins = value[f"_{name}"]
            yield name, [None] * len(twins) if isinstance(twins, list) else None


def _write(child: Element, value: Any, kind: str) -> None:
    if isinstance(value, dict) and "resourceType" in value:
        inner = etree.SubElement(child, f"{_BELOW}{value['resourceType']}")
        _fill(inner, value, str(value["resourceType"]))
    elif isinstance(value, dict):
        _fill(child, value, kind)
    elif value is not None:
        child.set("value", _texted(value))


def _texted(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _CONTROL.sub("\ufffd", STRANGE.sub(" ", str(value)))
