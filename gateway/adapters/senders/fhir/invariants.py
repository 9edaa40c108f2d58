"""What neither the schema nor the model sees: invariants of R4, and the rules of our profile on one resource."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.adapters.senders.fhir.closed import NO_FHIR, NOT_CARRIED, Walk
from gateway.adapters.senders.fhir.names import BSN, MATCH_ID, ONDERWIJSNUMMER
from gateway.wire.fhir import MEDEWERKER, SIGNAAL_ID, SOORT, UNSAID

Value = Mapping[str, Any]
MOST_WORDS = 20
"""Of one signal, as in every format; an index has room for fifty."""


def judge(value: Value, here: str, walk: Walk) -> None:
    """Tell what is wrong in a resource that R4's own types have looked at."""
    _JUDGES.get(str(value["resourceType"]), _nothing)(value, here, walk)


def _nothing(value: Value, here: str, walk: Walk) -> None:
    """A type without rules of its own."""


def items(value: Value, name: str) -> list[Any]:
    """A member that is a list, or nothing."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def objects(value: Value, name: str) -> Iterator[tuple[int, Value]]:
    """The objects in a list, with their numbers."""
    return ((number, item) for number, item in enumerate(items(value, name)) if isinstance(item, dict))


def part(value: Value, name: str) -> Value:
    """A member that is an object, or an empty one."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def secondary(identifier: Value) -> bool:
    """Whether an identifier is the sender's own number of a signal."""
    return identifier.get("use", "secondary") == "secondary" and identifier.get("system") != SIGNAAL_ID


def _flag(value: Value, here: str, walk: Walk) -> None:
    _once(value, here, walk, lambda item: "own" if secondary(item) else _of(item, SIGNAAL_ID))
    code = part(value, "code")
    for number, coding in objects(code, "coding"):
        if coding.get("system") != SOORT:
            walk.find(NOT_CARRIED, f"{here}.code.coding[{number}]")
        elif number:
            walk.find(NO_FHIR, f"{here}.code.coding[{number}]")
    if code.get("text", UNSAID) != UNSAID:
        walk.find(NOT_CARRIED, f"{here}.code.text")
    if len(items(value, "category")) > MOST_WORDS:
        walk.find(NO_FHIR, f"{here}.category[{MOST_WORDS}]")
    for number, category in objects(value, "category"):
        if len(items(category, "coding")) > 2:
            walk.find(NO_FHIR, f"{here}.category[{number}].coding[2]")
    _period(part(value, "period"), f"{here}.period", walk)


def _period(period: Value, at: str, walk: Walk) -> None:
    """per-1: a period does not end before it begins, as far as both are written out."""
    start, end = _day(period.get("start")), _day(period.get("end"))
    if start is not None and end is not None and end < start:
        walk.find("VIX-1105", at, limit="end niet vóór start")


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _patient(value: Value, here: str, walk: Walk) -> None:
    _once(value, here, walk, _number, NOT_CARRIED)
    names = [item for _, item in objects(value, "name")]
    if len(names) > 1 and sum(item.get("use") == "official" for item in names) != 1:
        walk.find(NO_FHIR, f"{here}.name[1]")
    if len(items(value, "address")) > 1:
        walk.find(NO_FHIR, f"{here}.address[1]")


def _number(item: Value) -> str:
    return "bsn" if item.get("system") in BSN else _of(item, ONDERWIJSNUMMER)


def _role(value: Value, here: str, walk: Walk) -> None:
    if len(items(value, "code")) > 1:
        walk.find(NO_FHIR, f"{here}.code[1]")
    ours = [number for number, item in objects(value, "identifier") if item.get("system") == MEDEWERKER]
    for number in ours[1:]:
        walk.find(NO_FHIR, f"{here}.identifier[{number}]")
    for number, point in objects(value, "telecom"):
        if "value" in point and "system" not in point:
            walk.find(NO_FHIR, f"{here}.telecom[{number}]")


def _organization(value: Value, here: str, walk: Walk) -> None:
    """org-1: an organisation has a name or a number."""
    if not items(value, "identifier") and "name" not in value:
        walk.find(NO_FHIR, here)


def _task(value: Value, here: str, walk: Walk) -> None:
    _once(value, here, walk, lambda item: _of(item, MATCH_ID))
    status = part(value, "businessStatus")
    if "text" in status:
        walk.find(NOT_CARRIED, f"{here}.businessStatus.text")
    if len(items(status, "coding")) > 1:
        walk.find(NO_FHIR, f"{here}.businessStatus.coding[1]")


def _of(item: Value, system: str) -> str:
    return system if item.get("system") == system else ""


def _once(value: Value, here: str, walk: Walk, kind: Callable[[Value], str], stranger: str = NO_FHIR) -> None:
    """Identifiers of known kinds, each kind once."""
    seen: set[str] = set()
    for number, item in objects(value, "identifier"):
        known = kind(item)
        if not known or known in seen:
            walk.find(stranger if not known else NO_FHIR, f"{here}.identifier[{number}]")
        seen.add(known)


_JUDGES: Mapping[str, Callable[[Value, str, Walk], None]] = {
    "Flag": _flag,
    "Patient": _patient,
    "PractitionerRole": _role,
    "Organization": _organization,
    "Task": _task,
}
