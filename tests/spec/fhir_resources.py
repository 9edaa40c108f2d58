"""What a message says, as resources of FHIR: its signal or task, its child, its people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.spec.fhir_names import (
    BASE,
    BSN,
    CODE,
    COORDINATOR,
    EVENTS,
    EXTENSIONS,
    HL7,
    IDS,
    MELDER,
    PARTS,
    PATIENT,
    REGIE,
    REGISTERS,
    SEXES,
    WITH_PEOPLE,
)
from tests.spec.people import shared

if TYPE_CHECKING:
    from tests.spec.formats import Message


def source(name: str) -> str:
    return f"{BASE}/sid/bron/{name}" if name else ""


def task(message: "Message") -> dict[str, Any]:
    said = message.fields
    made: dict[str, Any] = {"resourceType": "Task", "status": "in-progress", "intent": "order"}
    if "match_id" in said:
        made["identifier"] = [{"system": f"{BASE}/NamingSystem/match-id", "value": said["match_id"]}]
    if "stand" in said:
        made["meta"] = {"versionId": said["stand"]}
    if "contact" in said:
        made["businessStatus"] = {"coding": [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": said["contact"]}]}
    told = [("handeling", "valueCode", "regiehandeling"), ("herzien-op", "valueDate", "herzien_op")]
    if parts := [{"url": url, kind: said[name]} for url, kind, name in told if name in said]:
        made["extension"] = [{"url": REGIE, "extension": parts}]
    return made | dict(message.strange)


def flag(message: "Message") -> dict[str, Any]:
    said = message.fields
    made: dict[str, Any] = {"resourceType": "Flag", "status": EVENTS[message.operation][1]}
    own = {name: said[name] for name in ("bron_systeem", "bron_signaal_id") if name in said}
    identifiers = []
    if own:
        identifier = {"use": "secondary"}
        if "bron_systeem" in own:
            identifier["system"] = source(own["bron_systeem"])
        if "bron_signaal_id" in own:
            identifier["value"] = own["bron_signaal_id"]
        identifiers.append(identifier)
    if "signaal_id" in said:
        system = f"{BASE}/NamingSystem/signaal-id"
        identifiers.append({"use": "official", "system": system, "value": said["signaal_id"]})
    if identifiers:
        made["identifier"] = identifiers
    code = {"text": "verwijsindexsignaal"}
    kind = {"coding": [{"system": f"{BASE}/CodeSystem/vi-signaalsoort", "code": said.get("soort")}]}
    made["code"] = kind if "soort" in said else code
    masked = {"extension": [{"url": f"{HL7}/data-absent-reason", "valueCode": "masked"}]}
    made["subject"] = {"reference": f"urn:uuid:{IDS[2]}"} if patient(message) else masked
    if role(message):
        made["author"] = {"reference": f"urn:uuid:{IDS[3]}"}
    period = {
        name: said[field] for name, field in (("start", "datum_tijd_melding"), ("end", "datum_einde")) if field in said
    }
    if period:
        made["period"] = period
    if found := [_extension(name, said) for name in said_extensions(said)]:
        made["extension"] = found
    words = [_word(*word) for word in message.words] + [_choice(*choice) for choice in message.choices]
    if words:
        made["category"] = words
    return made | dict(message.strange)


def said_extensions(said: Mapping[str, str]) -> list[str]:
    return [name for name in EXTENSIONS if any(field == name or field.startswith(f"{name}_") for field in said)]


def _extension(name: str, said: Mapping[str, str]) -> dict[str, Any]:
    last, kind = EXTENSIONS[name]
    url = f"{BASE}/StructureDefinition/vi-{last}"
    if name == "coordinator":
        return {"url": url, "valueReference": {"reference": f"urn:uuid:{IDS[4]}"}}
    if kind:
        return {"url": url, kind: typed(kind, said[name])}
    parts = [
        {"url": part, kind: typed(kind, said[field])}
        for field, (group, part, kind) in PARTS.items()
        if group == name and field in said
    ]
    return {"url": url, "extension": parts}


def typed(kind: str, text: str) -> object:
    """A value as JSON has it, or the text itself where it is none."""
    if kind == "valueBoolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(), text)
    whole = text.strip()
    if kind == "valuePositiveInt" and whole.isascii() and whole.isdigit() and str(int(whole)) == whole:
        return int(whole)
    return text


def _word(axis: str, word: str, code_list: str = "") -> dict[str, Any]:
    category: dict[str, Any] = {"extension": [{"url": f"{BASE}/StructureDefinition/vi-as", "valueCode": axis}]}
    if not CODE.fullmatch(word):
        return category | {"text": word}
    coding: dict[str, Any] = {"code": word, "userSelected": True}
    if code_list == "verwijsindex":
        coding["system"] = f"{BASE}/CodeSystem/vi-{axis.strip()}"
    elif code_list:
        coding["system"] = shared().uri_of(code_list)
    return category | {"coding": [coding]}


def _choice(axis: str, word: str, concept: str) -> dict[str, Any]:
    category = _word(axis, word)
    chosen = {"system": f"{BASE}/CodeSystem/vi-{axis}", "code": concept}
    return category | {"coding": [*category.get("coding", ()), chosen]}


def patient(message: "Message") -> dict[str, Any]:
    said = message.fields
    if message.operation != "signaalAfgeven" or not any(name in said for name in PATIENT):
        return {}
    made: dict[str, Any] = {"resourceType": "Patient"}
    systems = {"bsn": BSN, "onderwijsnummer": f"{BASE}/NamingSystem/onderwijsnummer"}
    if numbers := [{"system": system, "value": said[name]} for name, system in systems.items() if name in said]:
        made["identifier"] = numbers
    name: dict[str, Any] = {}
    if "familienaam" in said:
        name["family"] = said["familienaam"]
    if "voorvoegsel" in said:
        name["_family"] = {"extension": [{"url": f"{HL7}/humanname-own-prefix", "valueString": said["voorvoegsel"]}]}
    if "voornamen" in said:
        name["given"] = [said["voornamen"]]
    if name:
        made["name"] = [name]
    if "geboortedatum" in said:
        made["birthDate"] = said["geboortedatum"]
    if "geslacht" in said:
        made["gender"] = SEXES.get(said["geslacht"].strip(), said["geslacht"])
    address: dict[str, Any] = {}
    if "postcode" in said:
        address["postalCode"] = said["postcode"]
    if "huisnummer" in said:
        number = {"url": f"{HL7}/iso21090-ADXP-houseNumber", "valueString": said["huisnummer"]}
        address |= {"line": ["-"], "_line": [{"extension": [number]}]}
    if "gemeente_code" in said:
        address["extension"] = [
            {"url": f"{BASE}/StructureDefinition/vi-gemeente-code", "valueCode": said["gemeente_code"]}
        ]
    return made | ({"address": [address]} if address else {})


def role(message: "Message") -> dict[str, Any]:
    said = message.fields
    held = message.registrations
    if message.operation not in WITH_PEOPLE or not (held or any(name in said for name in MELDER)):
        return {}
    made = _person(said, "melder")
    numbers = [{"system": REGISTERS.get(kind, f"{BASE}/NamingSystem/{kind}"), "value": number} for kind, number in held]
    if numbers:
        made.setdefault("practitioner", {})["identifier"] = numbers[0]
    own = [{"system": f"{BASE}/NamingSystem/medewerker", "value": said.get("professional_id")}]
    if identifiers := (own if "professional_id" in said else []) + numbers[1:]:
        made["identifier"] = identifiers
    if "melder_functie" in said:
        made["code"] = [{"text": said["melder_functie"]}]
    return made


def coordinator(message: "Message") -> dict[str, Any]:
    if not any(name in message.fields for name in COORDINATOR):
        return {}
    return _person(message.fields, "coordinator")


def _person(said: Mapping[str, str], who: str) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "PractitionerRole"}
    if f"{who}_naam" in said:
        made["practitioner"] = {"display": said[f"{who}_naam"]}
    points = [("phone", f"{who}_telefoon"), ("email", f"{who}_email")]
    if told := [{"system": system, "value": said[name]} for system, name in points if name in said]:
        made["telecom"] = told
    return made
