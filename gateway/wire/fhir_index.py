"""The contract "fhir_index" version 1: what an index is spoken to in FHIR R4 by, the same for both its sides.

A message is one Bundle to the index's base address: a `transaction` that changes something, a `batch` that asks. A
signal is a Flag that holds all of itself, so that one change destroys all of it: its child (`subject`, by BSN, or
contained), its melder and their organisation (contained). A match is a Task for each of its sides: docs/fhir-index.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.canonical.match import MatchStatus
from gateway.canonical.receipt import Status
from gateway.wire.fhir import CONFIDENTIALITY, HL7, canonical

Resource = dict[str, Any]

JSON = "application/fhir+json"
CONTENT_TYPE = f"{JSON}; charset=utf-8"
JSON_PATCH = "application/json-patch+json"
FHIR_VERSION = "4.0.1"

MATCH_ID = canonical("NamingSystem", "index-match-id")
BERICHT_ID = canonical("NamingSystem", "bericht-id")
AANSLUITING = canonical("NamingSystem", "aansluiting")
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"

INDEX_CODE = canonical("CodeSystem", "vi-index-code")

AFSTEMMEN, VERNIETIGEN = "afstemmen", "vernietigen"
NUMBER = "vi-volgnummer"
"""Of a Task its extension, and the search parameter on it: what has a higher number was told later."""
MOST = 200
"""The most resources one search gives."""
LARGEST = 2**31 - 1
"""The highest number R4's `unsignedInt` holds."""

MASKED = {"extension": [{"url": f"{HL7}/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
"""The child of a signal that does not say who it is."""
ROLE, PLACE, CHILD = "melder", "instantie", "jeugdige"
"""The ids of what a Flag contains, in this order."""

STATUS = {Status.ACTIEF: "active", Status.ARCHIEF: "inactive", Status.VERNIETIGD: "entered-in-error"}
TASK_STATUS = {MatchStatus.ACTIEF: "requested", MatchStatus.VERVALLEN: "cancelled"}
ABLE = (
    *("ketenregistratie", "signaalcode", "wijzigen", "terugkoppelen", "opvragen", "overnemen", "stil"),
    "landelijk_uit",
)
"""What an index may say it can do, by our names; in FHIR with a hyphen. The regie of a match this contract has not."""


def own(name: str) -> str:
    """The address of one of our extensions or profiles."""
    return canonical("StructureDefinition", f"vi-{name}")


def search(**asked: str) -> str:
    """The query of a search; a colon stands in a name as two underscores, `_sort` as it is."""
    return urlencode({name.replace("__", ":"): value for name, value in asked.items()}, safe=":/")


def token(system: str, value: object) -> str:
    """An identifier as a search asks for it."""
    return f"{system}|{value}"


def extension(name: str, **value: Any) -> Resource:
    """An extension of ours with a value of one type: `extension("leidend", Boolean=True)`."""
    return part(own(name), **value)


def group(name: str, parts: list[Resource]) -> Resource:
    """An extension of ours with parts."""
    return {"url": own(name), "extension": parts}


def part(url: str, **value: Any) -> Resource:
    """An extension, or a part of one, with a value of one type."""
    ((kind, said),) = value.items()
    return {"url": url, f"value{kind}": said}


def concept(system: str, code: str) -> Resource:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def meta(profile: str, **more: Any) -> Resource:
    """The meta of a resource of this contract: its profile, and that it is restricted."""
    return {"profile": [own(profile)], "security": [{"system": CONFIDENTIALITY, "code": "R"}], **more}


def objects(value: Any, name: str) -> Iterator[Resource]:
    """The objects in a list; nothing where there is no list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return (item for item in found if isinstance(item, dict)) if isinstance(found, list) else iter(())


def only(value: Any, name: str) -> Resource:
    """A member that is an object, or an empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}


def text(value: Any, name: str) -> str:
    """A member that is a text, or an empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def numbered(value: Any, system: str) -> str:
    """The value of the one identifier of a system; empty where there is none, ValueError where there are more."""
    return _one(text(item, "value") for item in objects(value, "identifier") if item.get("system") == system)


def code_of(value: Any, system: str) -> str:
    """The one code of a system in a CodeableConcept; empty where there is none, ValueError where there are more."""
    return _one(text(item, "code") for item in objects(value, "coding") if item.get("system") == system)


def said(value: Any, url: str, kind: str) -> Any:
    """What the one extension of an address holds; None where there is none, ValueError where there are more."""
    found = [item.get(f"value{kind}") for item in objects(value, "extension") if item.get("url") == url]
    if len(found) > 1:
        raise ValueError("extension")
    return found[0] if found else None


def inside(resource: Resource, reference: Any) -> Resource:
    """What a reference leads to among what a resource contains; ValueError where it leads nowhere."""
    name = text(reference, "reference")
    found = [one for one in objects(resource, "contained") if name == f"#{text(one, 'id')}"]
    if len(found) != 1:
        raise ValueError("reference")
    return found[0]


def _one(found: Iterator[str]) -> str:
    values = list(found)
    if len(values) > 1:
        raise ValueError("more than one")
    return values[0] if values else ""
