"""The terminology operations of R4 over what is published: $translate, $validate-code, $expand.

A question is names with values, whether they came in an address or in a Parameters resource. An answer is never a
guess: what no map knows, and what a map calls unmatched, has the result false.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.library import Library
from gateway.adapters.publications.fhir.words import VALID
from gateway.canonical.finding import Finding
from gateway.canonical.terms import UNKNOWN, Equivalence
from gateway.errors import SenderError
from gateway.rules.vocabulary_tables import normal

Asked = Mapping[str, Any]
"""Parameter -> its value, a text or a Coding or CodeableConcept as JSON has it."""

UNMATCHED = Equivalence.UNMATCHED.value
_TURNED = {"wider": "narrower", "narrower": "wider"}
MOST_EXPANDED = 1000
TRUTH = {"true": True, "false": False, True: True, False: False}


class Code(NamedTuple):
    """A code that is asked about."""

    system: str
    code: str
    display: str = ""
    version: str = ""


class Member(NamedTuple):
    """A code that a value set or a code system holds."""

    system: str
    version: str
    concept: Resource


@dataclass(frozen=True, slots=True)
class _Hit:
    """One line of a map, in the direction that was asked."""

    map: Resource
    equivalence: str
    target: Resource
    comment: str
    product: Sequence[Resource]


def translate(library: Library, asked: Asked, on: dt.date) -> Resource:
    """What a word means in the shared vocabulary on a day, or (`reverse`) which words of a list stand for a concept."""
    codes = _codes(asked, "system")
    if "dependency" in asked or "conceptMap" in asked:
        raise _wrong("dependency" if "dependency" in asked else "conceptMap")
    maps = _named(library, "ConceptMap", asked) or library.of("ConceptMap")
    back = _truth(asked, "reverse")
    hits = [hit for code in codes for found in maps for hit in _hits(found, code, back=back, on=on)]
    hits = [hit for hit in hits if _wanted(hit.target, asked)]
    met = any(hit.equivalence != UNMATCHED for hit in hits)
    parameters: list[Resource] = [{"name": "result", "valueBoolean": met}]
    if not met:
        parameters.append({"name": "message", "valueString": _why_not(hits)})
    return _parameters([*parameters, *map(_match, hits)])


def validate_code(library: Library, kind: str, asked: Asked) -> Resource:
    """Whether a CodeSystem or ValueSet (`kind`) holds a code, by this display if one is given."""
    found = _named(library, kind, asked, needed=True)[0]
    system = "" if kind == "ValueSet" else found["url"]
    codes = _codes(asked, "system", system=system)
    held = list(members(library, found))
    for code in codes:
        for member in held:
            if _same(member, code):
                return _judged(member.concept, code)
    return _parameters(
        [
            {"name": "result", "valueBoolean": False},
            {"name": "message", "valueString": f"Geen code van {found['url']}|{found['version']}."},
        ]
    )


def expand(library: Library, asked: Asked, now: dt.datetime) -> Resource:
    """A value set with its codes; `filter`, `offset`, `count`, `displayLanguage` and `includeDesignations`."""
    found = _named(library, "ValueSet", asked, needed=True)[0]
    wanted = str(asked.get("filter", "")).casefold()
    english = str(asked.get("displayLanguage", "nl")).casefold().startswith("en")
    all_of = [_shown(member, english=english) for member in members(library, found)]
    held = [item for item in all_of if wanted in f"{item['code']} {item['display']}".casefold()]
    offset, count = _number(asked, "offset", 0), _number(asked, "count", MOST_EXPANDED)
    if not _truth(asked, "includeDesignations"):
        held = [{name: value for name, value in item.items() if name != "designation"} for item in held]
    versions = dict.fromkeys(f"{item['system']}|{item['version']}" for item in all_of)
    expansion = {
        "timestamp": now.isoformat(timespec="seconds"),
        "total": len(held),
        "offset": offset,
        "parameter": [{"name": "version", "valueUri": version} for version in versions],
        "contains": held[offset : offset + count],
    }
    return found | {"expansion": {name: value for name, value in expansion.items() if value != []}}


def members(library: Library, resource: Resource) -> Iterator[Member]:
    """The codes of a code system or value set of ours, in order."""
    if resource["resourceType"] == "CodeSystem":
        for concept in resource["concept"]:
            yield Member(resource["url"], resource["version"], concept)
        return
    for include in resource["compose"]["include"]:
        system = library.by_address("CodeSystem", include["system"])
        only = {concept["code"] for concept in include.get("concept", ())}
        for member in members(library, system) if system else ():
            if not only or member.concept["code"] in only:
                yield member


def _hits(found: Resource, code: Code, *, back: bool, on: dt.date) -> Iterator[_Hit]:
    for group in found["group"]:
        here, there = group["source"], group.get("target", "")
        if (there if back else here) != code.system:
            continue
        for element in group["element"]:
            for target in element["target"]:
                if not _holds(target, on) or not _is(target.get("code", "") if back else element["code"], code.code):
                    continue
                yield _hit(found, group, element, target, back=back)


def _hit(found: Resource, group: Resource, element: Resource, target: Resource, *, back: bool) -> _Hit:
    equivalence, product = target["equivalence"], target.get("product", ())
    if back:
        concept = {"system": group["source"], "code": element["code"], "display": element.get("display", "")}
        equivalence = _TURNED.get(equivalence, equivalence)
    elif equivalence == UNMATCHED:
        concept = {}
    else:
        concept = {"system": group["target"], "version": group["targetVersion"]}
        concept |= {"code": target["code"], "display": target["display"]}
    concept = {name: value for name, value in concept.items() if value}
    return _Hit(found, equivalence, concept, target.get("comment", ""), product)


def _match(hit: _Hit) -> Resource:
    parts: list[Resource] = [{"name": "equivalence", "valueCode": hit.equivalence}]
    if hit.target:
        parts.append({"name": "concept", "valueCoding": hit.target})
    for product in hit.product:
        advice = {"system": product["system"], "code": product["value"]}
        part = [{"name": "element", "valueUri": product["property"]}, {"name": "concept", "valueCoding": advice}]
        parts.append({"name": "product", "part": part})
    parts.append({"name": "source", "valueUri": f"{hit.map['url']}|{hit.map['version']}"})
    return {"name": "match", "part": parts}


def _why_not(hits: Sequence[_Hit]) -> str:
    """Why there is no translation; texts of the maps only, nothing of what was asked."""
    notes = dict.fromkeys(hit.comment for hit in hits if hit.comment)
    known = "Dit woord heeft in de gedeelde woordenlijst geen vaste betekenis; vraag de zender wat die bedoelt."
    if hits:
        return " ".join([known, *(f"({note})" for note in notes)])
    return f"Geen kaart kent dit woord; lees het als {UNKNOWN}, en nooit als veilig of zonder haast."


def _wanted(target: Resource, asked: Asked) -> bool:
    """Whether a translation is into the system or the value set that was asked for; what is unmatched always is."""
    system = target.get("system", "")
    wanted = [str(asked["targetsystem"])] if "targetsystem" in asked else []
    if "target" in asked:
        wanted.append(str(asked["target"]).replace("/ValueSet/", "/CodeSystem/"))
    return not system or all(system == one.partition("|")[0] for one in wanted)


def _holds(target: Resource, on: dt.date) -> bool:
    """Whether a target counts on a day."""
    for condition in target.get("dependsOn", ()):
        if condition["property"] == VALID:
            first, _, last = condition["value"].partition("/")
            if not (first or dt.date.min.isoformat()) <= on.isoformat() <= (last or dt.date.max.isoformat()):
                return False
    return True


def _same(member: Member, code: Code) -> bool:
    if code.system and member.system != code.system:
        return False
    return code.version in ("", member.version) and _is(member.concept["code"], code.code)


def _is(code: str, asked: str) -> bool:
    return normal(code) == normal(asked)


def _judged(concept: Resource, code: Code) -> Resource:
    shown = [concept.get("display", concept["code"]), *(item["value"] for item in concept.get("designation", ()))]
    right = not code.display or normal(code.display) in map(normal, shown)
    made: list[Resource] = [{"name": "result", "valueBoolean": right}]
    if not right:
        made.append({"name": "message", "valueString": "De code bestaat, maar heet anders."})
    return _parameters([*made, {"name": "display", "valueString": shown[0]}])


def _shown(member: Member, *, english: bool) -> Resource:
    concept = member.concept
    designations = concept.get("designation", [])
    display = concept.get("display", concept["code"])
    if english:
        display = next((item["value"] for item in designations if item["language"] == "en"), display)
    made = {"system": member.system, "version": member.version, "code": concept["code"], "display": display}
    return made | ({"designation": designations} if designations else {})


def _named(library: Library, kind: str, asked: Asked, *, needed: bool = False) -> list[Resource]:
    """The resource whose `url` was asked for; none where none was, unless one is needed."""
    address = asked.get("url")
    if address is None and not needed:
        return []
    version = asked.get("conceptMapVersion", asked.get("valueSetVersion"))
    if kind == "CodeSystem":
        version = asked.get("version")
    if not isinstance(address, str):
        raise _wrong("url")
    found = library.by_address(kind, f"{address}|{version}" if version else address)
    if found is None:
        raise SenderError(Finding(code="VIX-1025", at="url"))
    return [found]


def _codes(asked: Asked, name: str, *, system: str = "") -> list[Code]:
    """The codes that are asked about: one of `code`, `coding` and `codeableConcept`, each with its system."""
    given = [way for way in ("code", "coding", "codeableConcept") if way in asked]
    if len(given) != 1:
        raise _wrong("code")
    if given == ["code"]:
        said: list[Any] = [{"system": asked.get(name, system), "code": asked["code"]}]
        said[0] |= {"display": asked["display"]} if "display" in asked else {}
    elif given == ["coding"]:
        said = [asked["coding"]]
    else:
        concept = asked["codeableConcept"]
        said = concept.get("coding", []) if isinstance(concept, dict) else [concept]
    return [_code(item, given[0]) for item in _several(said, given[0])]


def _several(said: Any, name: str) -> Iterable[Any]:
    if not isinstance(said, list) or not said:
        raise _wrong(name)
    return said


def _code(said: Any, name: str) -> Code:
    if not isinstance(said, dict):
        raise _wrong(name)
    cells = [said.get(key, "") for key in ("system", "code", "display", "version")]
    if not all(isinstance(cell, str) for cell in cells):
        raise _wrong(name)
    if not said.get("code") or not said.get("system"):
        raise _wrong("system" if said.get("code") else name)
    return Code(*cells)


def _truth(asked: Asked, name: str) -> bool:
    said = asked.get(name, False)
    if not isinstance(said, (str, bool)) or said not in TRUTH:
        raise _wrong(name)
    return TRUTH[said]


def _number(asked: Asked, name: str, default: int) -> int:
    said = asked.get(name, default)
    if isinstance(said, bool) or not str(said).isascii() or not str(said).isdigit() or len(str(said)) > 6:
        raise _wrong(name)
    return int(said)


def _parameters(parameters: list[Resource]) -> Resource:
    return {"resourceType": "Parameters", "parameter": parameters}


def _wrong(name: str) -> SenderError:
    """A parameter that is missing, or not what R4 says it is."""
    return SenderError(Finding(code="VIX-1105", at=name, limit=f"FHIR R4, parameter {name}"))
