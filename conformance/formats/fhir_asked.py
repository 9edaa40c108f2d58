"""What a sender says in FHIR R4: a message, a Flag or a Task, read into the names of the JSON contract."""

from collections.abc import Mapping
from typing import Any

from conformance.formats.profile import BASE
from conformance.formats.resources import BSN, EVENTS, HL7, SEXES, SOURCE, Resource, own
from conformance.values import Message, at, put

OPERATIONS = {event: op for op, (event, _) in EVENTS.items()}
CLOSED = {"inactive": "signaalBeeindigen", "entered-in-error": "signaalIntrekken"}
_SEX = {code: said for said, code in SEXES.items()} | {"other": "O"}
_WHOLE = {
    "revisie": "revisie",
    "verwijderdatum": "verwijderdatum",
    "redelijk-vermoeden": "attestaties.redelijkVermoeden",
}
_GROUPS = {
    "informatieplicht": ("attestaties.informatieplicht", {"wie": "wie", "datum": "datum", "uitgesteld": "uitgesteld"}),
    "toestemming": ("attestaties.toestemming", {"gegeven-op": "gegevenOp", "bewijs": "bewijsReferentie"}),
}


def bundle(told: Resource) -> tuple[str, Message]:
    """What a message asks, and what it says; no operation when its event is none of the contract."""
    entries = [one for one in told.get("entry", []) if isinstance(one, dict)]
    held = {str(one.get("fullUrl")): one.get("resource", {}) for one in entries}
    header = entries[0].get("resource", {}) if entries else {}
    op = OPERATIONS.get(_first(header, "eventCoding.code"), "")
    focus = held.get(_first(header, "focus.reference"), {})
    made = task(focus, op) if focus.get("resourceType") == "Task" else flag(focus, held, op)
    if organisation := _first(header, "sender.identifier.value"):
        made["organisatie"] = organisation
    return op, made


def alone(told: Resource) -> tuple[str, Message]:
    """What a Flag or Task by itself asks, and what it says."""
    if told.get("resourceType") == "Task":
        op = "regieVastleggen" if _extension(told, "regiehandeling") else "matchTerugkoppelen"
        return op, task(told, op)
    op = CLOSED.get(str(told.get("status")), "")
    if not op:
        op = "betekenisAanvullen" if any(len(one.get("coding", [])) > 1 for one in told.get("category", [])) else ""
    op = op or "signaalAfgeven"
    return op, flag(told, {f"#{one.get('id')}": one for one in told.get("contained", [])}, op)


def flag(told: Resource, held: Mapping[str, Resource], op: str) -> Message:
    """A signal, or what is said of one."""
    made: Message = {}
    for one in told.get("identifier", []):
        if one.get("use") == "secondary":
            made |= {"bronSysteem": str(one.get("system", "")).removeprefix(SOURCE), "bronSignaalId": one.get("value")}
    if kind := _first(told, "code.coding.code"):
        made["soort"] = kind
    if child := _child(told, held):
        made["jeugdige"] = child
    if melder := held.get(_first(told, "author.reference")):
        made["melder"] = _role(melder)
    for name, path in {"datumTijdMelding": "period.start", "datumEinde": "period.end"}.items():
        if said := _first(told, path):
            made[name] = said
    for one in told.get("extension", []):
        name = str(one.get("url")).removeprefix(own(""))
        if name in _WHOLE:
            put(made, _WHOLE[name], _value(one))
        elif name in _GROUPS:
            path, parts = _GROUPS[name]
            put(made, path, {parts[part["url"]]: _value(part) for part in one.get("extension", []) if
                             part.get("url") in parts})  # fmt: skip
        elif name == "coordinator" and (person := held.get(_first(one, "valueReference.reference"))):
            made["coordinator"] = _role(person)
    words = [_word(one) for one in told.get("category", [])]
    if words:
        made["keuzes" if op == "betekenisAanvullen" else "aanduidingen"] = words
    return made


def task(told: Resource, op: str) -> Message:
    """What became of a match, or who has its regie."""
    made: Message = {"matchId": _first(told, "identifier.value")}
    if op == "regieVastleggen":
        parts = {one.get("url"): _value(one) for one in (_extension(told, "regiehandeling") or {}).get("extension", [])}
        made |= {"regiehandeling": parts.get("handeling", ""), "stand": _first(told, "meta.versionId")}
        return made | ({"herzienOp": parts["herzien-op"]} if "herzien-op" in parts else {})
    return made | {"contact": _first(told, "businessStatus.coding.code")}


def _child(told: Resource, held: Mapping[str, Resource]) -> Message:
    patient = held.get(_first(told, "subject.reference"), {})
    numbers = [*patient.get("identifier", []), *at(told, "subject.identifier")]
    systems = {BSN: "bsn", f"{BASE}/NamingSystem/onderwijsnummer": "onderwijsnummer"}
    made: Message = {systems[one["system"]]: one.get("value") for one in numbers if one.get("system") in systems}
    paths = {
        "familienaam": "name.family", "geboortedatum": "birthDate", "postcode": "address.postalCode",
        "voorvoegsel": f"name._family.extension[url={HL7}/humanname-own-prefix].valueString",
        "huisnummer": f"address._line.extension[url={HL7}/iso21090-ADXP-houseNumber].valueString",
        "gemeenteCode": f"address.extension[url={own('gemeente-code')}].valueCode",
    }  # fmt: skip
    made |= {name: said for name, path in paths.items() if (said := _first(patient, path))}
    if given := at(patient, "name.given"):
        made["voornamen"] = " ".join(map(str, given))
    if "gender" in patient:
        made["geslacht"] = _SEX.get(patient["gender"], patient["gender"])
    return made


def _role(told: Resource) -> Message:
    paths = {
        "professionalId": f"identifier[system={BASE}/NamingSystem/medewerker].value",
        "naam": "practitioner.display", "functie": "code.text", "telefoon": "telecom[system=phone].value",
        "email": "telecom[system=email].value",
    }  # fmt: skip
    return {name: said for name, path in paths.items() if (said := _first(told, path))}


def _word(told: Resource) -> Message:
    axis = _first(told, f"extension[url={own('as')}].valueCode")
    coded = [one for one in told.get("coding", []) if one.get("system") != f"{BASE}/CodeSystem/vi-{axis}"]
    chosen = [one for one in told.get("coding", []) if one.get("system") == f"{BASE}/CodeSystem/vi-{axis}"]
    made: Message = {"as": axis, "woord": coded[0].get("code", "") if coded else told.get("text", "")}
    if coded and "system" in coded[0]:
        made["stelsel"] = str(coded[0]["system"]).removeprefix(f"{BASE}/CodeSystem/")
    return made | ({"begrip": chosen[0].get("code", "")} if chosen else {})


def _extension(told: Resource, name: str) -> Resource | None:
    return next((one for one in told.get("extension", []) if one.get("url") == own(name)), None)


def _first(told: Any, path: str) -> str:
    return str(next(iter(at(told, path)), "") or "")


def _value(holder: Resource) -> Any:
    return next((said for name, said in holder.items() if name.startswith("value")), None)
