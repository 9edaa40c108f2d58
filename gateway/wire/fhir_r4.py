"""The official JSON schema of FHIR R4, cut to the types this gateway speaks: whether a resource is one of them.

A place is FHIRPath of members only; no value and no name that R4 does not have comes along.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

_ANY, _EVERY = r"[ \\r\\n\\t\\S]", r"[\\s\\S]"
"""R4 writes its patterns as XML Schema does, where both are every character; to a validator of JSON Schema the first
leaves out the no-break space, which people paste into names. R5 writes the second (datatypes, "string")."""
_TEXT = (files("gateway.schemas") / "fhir" / "r4-schema.json").read_text("utf-8").replace(_ANY, _EVERY)
_SCHEMA: Mapping[str, Any] = json.loads(_TEXT)
DEFINITIONS: Mapping[str, Any] = _SCHEMA["definitions"]
RESOURCES = frozenset(_SCHEMA["resourceTypes"])
_HERE = [name for name in sorted(RESOURCES) if name in DEFINITIONS]


@cache
def validator(kind: str) -> Any:
    """The compiled schema of a type that is here."""
    return jsonschema_rs.Draft6Validator(
        {"$schema": _SCHEMA["$schema"], "definitions": DEFINITIONS, "$ref": f"#/definitions/{kind}"}
    )


def valid(resource: Mapping[str, Any]) -> bool:
    """Whether the schema of its type takes a resource."""
    return bool(validator(resource["resourceType"]).is_valid(resource))


def sound(value: Any, kind: str) -> bool:
    """Whether a value from outside is a resource of this type, with all that it contains."""
    if kind not in _HERE or not isinstance(value, dict) or value.get("resourceType") != kind:
        return False
    inside = value.get("contained", ()) if valid(value) else [{}]
    return all(inner.get("resourceType") in _HERE and valid(inner) for inner in inside)


def breaches(resource: Mapping[str, Any], most: int = 10) -> Iterator[str]:
    """Where a resource of ours breaks the schema, and by which rule of it."""
    for number, error in enumerate(validator(resource["resourceType"]).iter_errors(resource)):
        if number == most:
            return
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        yield f"{error.kind.name} {resource['resourceType']}{''.join(steps)}"
