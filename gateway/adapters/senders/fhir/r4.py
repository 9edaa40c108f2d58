"""FHIR R4 itself: the official schema, cut to our types, and the second opinion of `fhir.resources.R4B`.

What both say becomes findings with a FHIRPath; neither a value nor a name of the sender's own comes along.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import ValidationError

from gateway.canonical.finding import Finding
from gateway.wire.fhir_r4 import DEFINITIONS, validator

Path = tuple[str | int, ...]
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
MOST = 100
"""Findings in one message; more help nobody."""

_FORMS = {
    "boolean": "true | false",
    "date": "jjjj-mm-dd",
    "dateTime": "jjjj-mm-ddTuu:mm:ss+uu:mm",
    "instant": "jjjj-mm-ddTuu:mm:ss+uu:mm",
    "code": "een code zonder spaties eromheen",
    "id": "1-64 letters, cijfers, streepjes en punten",
    "uri": "een URI zonder spaties",
    "url": "een URI zonder spaties",
    "canonical": "een URI zonder spaties",
    "positiveInt": "een geheel getal vanaf 1, zonder aanhalingstekens",
    "string": "een tekst die niet leeg is",
}


@lru_cache(1024)
def element(name: str) -> str:
    """How FHIRPath calls a member of JSON.

    >>> element("_family"), element("valueDate")
    ('family', 'value')
    """
    plain = name.removeprefix("_")
    if plain.startswith("value") and "A" <= plain[5:6] <= "Z":
        return "value"
    return "event" if plain == "eventCoding" else plain


def below(here: str, path: Iterable[str | int]) -> str:
    """A place below another, in FHIRPath."""
    return here + "".join([f"[{step}]" if isinstance(step, int) else f".{element(step)}" for step in path])


def kind_of(above: str, name: str) -> str | None:
    """The type of a member of a type; '' for a primitive without a name, None where R4 has no such member."""
    return members(above).get(name)


def members(above: str) -> Mapping[str, str]:
    """What a type has, and of what type each is; nothing of a type that R4 does not have."""
    return _KINDS.get(above, _NOTHING)


def repeats(above: str, name: str) -> bool:
    """Whether a member of a type is a list."""
    return bool(DEFINITIONS[above]["properties"][name].get("type") == "array")


def _items(member: Mapping[str, Any]) -> Mapping[str, Any]:
    return member.get("items", member)  # type: ignore[no-any-return]


def _kind(member: Mapping[str, Any]) -> str:
    return str(_items(member).get("$ref", "")).rpartition("/")[2]


_NOTHING: Mapping[str, str] = {}
_KINDS = {
    above: {name: _kind(member) for name, member in definition.get("properties", {}).items()}
    for above, definition in DEFINITIONS.items()
}


def form(above: str, path: Path) -> str:
    """What a primitive may be, in words a person can follow; empty where there are none."""
    kind, name = above, ""
    member: Mapping[str, Any] = {}
    for step in path:
        if isinstance(step, str):
            member = _items(DEFINITIONS.get(kind, {}).get("properties", {}).get(step, {}))
            kind = str(member.get("$ref", "")).rpartition("/")[2]
            name = step
    if "enum" in member:
        return " | ".join(member["enum"])
    return _FORMS.get(kind) or _FORMS.get(_lowered(name.removeprefix("value")), "")


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


@cache
def _models() -> Mapping[str, Any]:
    """The models of `fhir.resources`, imported when first needed: it takes a third of a second."""
    from fhir.resources.R4B import (
        bundle,
        flag,
        messageheader,
        operationoutcome,
        organization,
        parameters,
        patient,
        practitionerrole,
        subscription,
        task,
    )

    return {
        "Bundle": bundle.Bundle,
        "Flag": flag.Flag,
        "MessageHeader": messageheader.MessageHeader,
        "OperationOutcome": operationoutcome.OperationOutcome,
        "Organization": organization.Organization,
        "Parameters": parameters.Parameters,
        "Patient": patient.Patient,
        "PractitionerRole": practitionerrole.PractitionerRole,
        "Subscription": subscription.Subscription,
        "Task": task.Task,
    }


def findings(resource: Mapping[str, Any], here: str) -> list[Finding]:
    """Everything that keeps a resource of one of our types from being R4, one finding to a place."""
    kind = resource["resourceType"]
    found: dict[str, Finding] = {}
    for finding in (*_schema(kind, resource, here), *_model(kind, resource, here)):
        if not any(at == finding.at or at.startswith((f"{finding.at}.", f"{finding.at}[")) for at in found):
            found[finding.at] = finding
    return list(found.values())


def _schema(kind: str, resource: Mapping[str, Any], here: str) -> Iterator[Finding]:
    schema = validator(kind)
    if schema.is_valid(resource):
        return
    for number, error in enumerate(schema.iter_errors(resource)):
        if number == MOST:
            return
        path = tuple(error.instance_path)
        what = error.kind.name
        if what == "required":
            yield Finding(code="VIX-1001", at=below(here, (*path, error.kind.property)))
        elif path and _primitive(error):
            yield Finding(code="VIX-1105", at=below(here, path), limit=form(kind, path))
        else:
            yield Finding(code="VIX-1001", at=below(here, path))


def _primitive(error: Any) -> bool:
    """Whether a value is wrong that is of no wrong shape."""
    return error.kind.name in ("pattern", "enum", "type") and not isinstance(error.instance, dict | list)


def _model(kind: str, resource: Mapping[str, Any], here: str) -> Iterator[Finding]:
    try:
        _models()[kind](**resource)  # `model_validate` comes down to this, and then looks at the whole once more
    except ValidationError as wrong:
        told = wrong.errors(include_input=False, include_url=False, include_context=False)
        for error in told[:MOST]:
            path, there = _known(kind, resource, error["loc"])
            if there and (told_form := form(kind, path)):
                yield Finding(code="VIX-1105", at=below(here, path), limit=told_form)
            else:
                yield Finding(code="VIX-1001", at=below(here, path))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        yield Finding(code="VIX-1001", at=here)


def _known(kind: str, value: Any, path: Iterable[str | int]) -> tuple[Path, bool]:
    """As much of a path as R4 knows (a model may call things by names of its own), and whether anything is there."""
    known: list[str | int] = []
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                break
            value = value[step]
        else:
            below_it = kind_of(kind, step)
            if below_it is None:
                break
            kind, value = below_it, value.get(step) if isinstance(value, dict) else None
        known.append(step)
    return tuple(known), value is not None


def warm() -> None:
    """Do before the first message what would make it wait: compile the schemas, import the models of what it holds."""
    for kind in _models():
        validator(kind)
    for resource in _EXAMPLES:
        _models()[resource["resourceType"]].model_validate(resource)


_EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "Flag",
        "meta": {"versionId": "1"},
        "identifier": [{"value": "1"}],
        "extension": [{"url": "urn:x", "valueBoolean": True}],
        "status": "active",
        "code": {"coding": [{"code": "x"}]},
        "subject": {"reference": "#x"},
        "period": {"start": "2026-01-01"},
        "contained": [{"resourceType": "Patient", "id": "x"}],
    },
    {
        "resourceType": "Patient",
        "name": [{"family": "x", "_family": {"extension": [{"url": "urn:x", "valueString": "x"}]}}],
        "address": [{"postalCode": "x"}],
    },
    {"resourceType": "PractitionerRole", "telecom": [{"system": "phone", "value": "1"}], "code": [{"text": "x"}]},
    {"resourceType": "Organization", "name": "x"},
    {"resourceType": "MessageHeader", "eventCoding": {"code": "x"}, "source": {"endpoint": "urn:x"}},
    {
        "resourceType": "Task",
        "status": "completed",
        "intent": "order",
        "input": [{"type": {"text": "x"}, "valueCode": "x"}],
    },
    {"resourceType": "Bundle", "type": "message", "entry": [{"fullUrl": "urn:x"}]},
)
