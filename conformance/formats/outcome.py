"""What FHIR resources say, in the names of the JSON contract: a receipt, a match, a list, an OperationOutcome."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.formats.profile import BASE
from conformance.formats.resources import Resource, own
from conformance.values import Message, at

STATUS = {"active": "ACTIEF", "inactive": "ARCHIEF", "entered-in-error": "VERNIETIGD"}
SEVERITY = {"fatal": "fout", "error": "fout", "warning": "waarschuwing", "information": "mededeling"}
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_LISTS = frozenset({"kan", "kan-niet", "woord", "niet-zichtbaar-voor", "keuze", "valse-vriend"})
_PLURALS = {"woord": "woorden", "valse-vriend": "valseVrienden", "keuze": "keuzes"}
_DASH = re.compile(r"-([a-z])")


def receipt(flag: Resource) -> Message:
    """A Flag as an answer: the receipt, what the words came to, and how it stands."""
    proof = next(iter(_extensions(flag, "ontvangstbewijs")), {})
    meanings = list(_extensions(flag, "betekenis"))
    questions = list(_extensions(flag, "vraag"))
    numbers = at(flag, "identifier[use=secondary].value")
    made = {
        "signaalId": flag.get("id"),
        "bronSignaalId": numbers[0] if numbers else None,
        "revisie": _number(at(flag, "meta.versionId")),
        **proof,
        "betekenissen": [one for one in meanings if one.get("bewaard") is True],
    }
    last = {"verlooptOp": next(iter(_values(flag, "verwijderdatum")), None)}
    return {
        "ontvangstbewijs": {name: said for name, said in made.items() if said is not None},
        "vertalingen": [one for one in meanings if one.get("bewaard") is not True],
        "vragen": questions,
        "stand": {
            "status": STATUS.get(str(flag.get("status")), ""),
            "bezorging": next(iter(_values(flag, "bezorging")), ""),
            **{name: said for name, said in last.items() if said},
        },
    }


def signal(flag: Resource) -> Message:
    """A Flag as a line of the sender's own list."""
    told = receipt(flag)
    proof: Message = told["ontvangstbewijs"]
    return {name: proof.get(name) for name in ("signaalId", "bronSignaalId", "revisie")} | dict(told["stand"])


def match(task: Resource) -> Message:
    """A Task as a match."""
    followed = next(iter(at(task, "businessStatus.coding.code")), "")
    lapsed = task.get("status") == "cancelled" and followed != "VERWIJDERD"
    people = {f"#{one.get('id')}": one for one in task.get("contained", [])}
    told: dict[str, Any] = {}
    for one in task.get("input", []):
        name = str(next(iter(at(one, "type.coding.code")), ""))
        told.setdefault(name, []).append(next((said for key, said in one.items() if key.startswith("value")), None))
    regie = list(_extensions(task, "match-regie"))
    return {
        "matchId": task.get("id"),
        "signaalId": next(iter(at(task, "focus.identifier.value")), None),
        "soort": next(iter(told.get("soort", [])), None),
        "nietDezelfdeJeugdige": next(iter(told.get("niet-dezelfde-jeugdige", [])), None),
        "verwijderen": next(iter(told.get("verwijderen", [])), False),
        "status": "VERVALLEN" if lapsed else "ACTIEF",
        "versie": next(iter(at(task, "meta.versionId")), None),
        "nietInDossier": next(iter(_values(task, "niet-in-dossier")), None),
        "betrokkenen": [_person(people, one) for one in told.get("betrokkene", [])],
        "betekenissen": list(_extensions(task, "betekenis")),
        "uitleg": list(_extensions(task, "uitleg")),
        **({} if followed == "NIEUW" else {"opvolging": followed}),
        **({"regie": {"nietZichtbaarVoor": [], **regie[0]}} if regie else {}),
    }


def issues(outcome: Resource) -> Message:
    """An OperationOutcome: findings and advice."""
    findings, advice = [], []
    for one in outcome.get("issue", []):
        system = next(iter(at(one, "details.coding.system")), "")
        code = next(iter(at(one, "details.coding.code")), "")
        rule, english = at(one, "details.text"), _english(at(one, "details._text"))
        if system == f"{BASE}/CodeSystem/vi-advies":
            advice.append({"code": code, "tekst": "".join(rule), "text": english})
        elif system == f"{BASE}/CodeSystem/vi-bevinding":
            findings.append(
                {
                    "code": code,
                    "ernst": SEVERITY.get(str(one.get("severity")), ""),
                    "soort": one.get("code"),
                    "plaats": next(iter([*one.get("expression", []), *one.get("location", [])]), ""),
                    "regel": "".join(rule),
                    "rule": english,
                    "herstel": one.get("diagnostics", ""),
                    "fix": _english(at(one, "_diagnostics")),
                }
            )
    wrong = [one["code"] for one in findings if one["ernst"] == "fout"]
    return {"bevindingen": findings, "adviezen": advice, "codes": wrong}


def capabilities(parameters: Resource) -> Message:
    """What a sender may do."""
    said = parameters.get("parameter", [])
    regions = [{part["name"]: _value(part) for part in one.get("part", []) if "part" not in part} for one in said
               if one.get("name") == "regio"]  # fmt: skip

    def all_of(name: str) -> list[Any]:
        return [_value(one) for one in said if one.get("name") == name]

    return {
        "handelingen": all_of("handeling"),
        "bsnToegestaan": next(iter(all_of("bsn-toegestaan")), None),
        "regios": regions,
        "stelsels": all_of("stelsel"),
        "vocabulaire": next(iter(all_of("vocabulaire")), None),
    }


def page(bundle: Resource) -> Message:
    """A searchset: signals or matches, and where to go on."""
    found = [one["resource"] for one in bundle.get("entry", []) if isinstance(one.get("resource"), dict)]
    links = {one.get("relation"): str(one.get("url", "")) for one in bundle.get("link", [])}
    onward = parse_qs(urlsplit(links.get("vi-verder") or links.get("next", "")).query).get("na", [""])[0]
    return {
        "signalen": [signal(one) for one in found if one.get("resourceType") == "Flag"],
        "matches": [match(one) for one in found if one.get("resourceType") == "Task"],
        "cursor": onward,
        "meer": "next" in links,
    }


def _person(people: dict[str, Resource], reference: Any) -> Message:
    role = people.get(str(next(iter(at(reference, "reference")), "")), {})
    place = people.get(str(next(iter(at(role, "organization.reference")), "")), {})
    told = {
        "naam": at(role, "practitioner.display"), "functie": at(role, "code.text"), "instantie": at(place, "name"),
        "locatie": at(place, "address.text"), "telefoon": at(role, "telecom[system=phone].value"),
        "email": at(role, "telecom[system=email].value"), "coordinator": at(role, "extension.valueReference.display"),
    }  # fmt: skip
    return {name: said[0] for name, said in told.items() if said}


def _extensions(resource: Resource, name: str) -> Iterator[Message]:
    """The parts of each extension of that name, by their own names."""
    for one in resource.get("extension", []):
        if one.get("url") == own(name):
            yield _parts(one)


def _parts(extension: Resource) -> Message:
    found: Message = {}
    for one in extension.get("extension", []):
        url = str(one.get("url"))
        value = _parts(one) if "extension" in one else _value(one)
        if url in ("keuze", "begrip") and isinstance(value, dict):
            value = (
                {"begrip": value.get("code"), "weergave": value.get("display")} if url == "keuze" else value.get("code")
            )
        name = _PLURALS.get(url, url) if url in _LISTS and (url != "woord" or "extension" in one) else url
        name = _DASH.sub(lambda part: part[1].upper(), name)
        if url in _LISTS and (url != "woord" or "extension" in one):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _values(resource: Resource, name: str) -> list[Any]:
    return [_value(one) for one in resource.get("extension", []) if one.get("url") == own(name)]


def _value(holder: Resource) -> Any:
    return next((said for name, said in holder.items() if name.startswith("value")), None)


def _number(found: list[Any]) -> Any:
    return int(found[0]) if found and str(found[0]).isdigit() else next(iter(found), None)


def _english(holders: list[Any]) -> str:
    return "".join(
        str(one.get("valueString", ""))
        for one in at(holders[0] if holders else {}, f"extension[url={TRANSLATION}].extension[url=content]")
    )
