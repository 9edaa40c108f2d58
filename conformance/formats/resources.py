"""A message as resources of FHIR R4, by the profiles of the contract: what a sender writes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from conformance.formats.profile import BASE
from conformance.values import Message, at

Resource = dict[str, Any]
HL7 = "http://hl7.org/fhir/StructureDefinition"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
SOURCE = f"{BASE}/sid/bron/"
EVENTS = {
    "signaalAfgeven": ("signaal-aanmaken", "active"),
    "signaalBeeindigen": ("signaal-beeindigen", "inactive"),
    "signaalIntrekken": ("signaal-intrekken", "entered-in-error"),
    "betekenisAanvullen": ("betekenis-aanvullen", "active"),
    "signaalWijzigen": ("signaal-wijzigen", "active"),
    "signaalVerlengen": ("signaal-verlengen", "active"),
    "signaalOverdragen": ("signaal-overdragen", "active"),
    "matchTerugkoppelen": ("match-terugkoppelen", ""),
    "regieVastleggen": ("regie-vastleggen", ""),
}
"""Handeling -> the event of its message, and the status its Flag then has."""
SEXES = {"M": "male", "V": "female", "O": "unknown"}
_EXTENSIONS = {
    "revisie": ("revisie", "valuePositiveInt"),
    "verwijderdatum": ("verwijderdatum", "valueDate"),
    "attestaties.redelijkVermoeden": ("redelijk-vermoeden", "valueBoolean"),
}
_GROUPS = {
    "attestaties.informatieplicht": (
        "informatieplicht",
        {"wie": ("wie", "valueCode"), "datum": ("datum", "valueDate"), "uitgesteld": ("uitgesteld", "valueBoolean")},
    ),
    "attestaties.toestemming": (
        "toestemming",
        {"gegevenOp": ("gegeven-op", "valueDate"), "bewijsReferentie": ("bewijs", "valueString")},
    ),
}
_TELECOM = (("phone", "telefoon"), ("email", "email"))


def own(name: str) -> str:
    """The address of an extension of the contract."""
    return f"{BASE}/StructureDefinition/vi-{name}"


def bundle(op: str, message: Message, extra: Sequence[Mapping[str, str]] = ()) -> Resource:
    """A message: header first, then what it is about and what that points at."""
    ids = {name: str(uuid4()) for name in ("kop", "focus", "jeugdige", "melder", "coordinator")}
    links = {name: f"urn:uuid:{one}" for name, one in ids.items()}
    header: Resource = {
        "resourceType": "MessageHeader",
        "eventCoding": {"system": f"{BASE}/CodeSystem/vi-bericht", "code": EVENTS[op][0]},
        "source": {"endpoint": "https://toets.example/fhir"},
        "focus": [{"reference": links["focus"]}],
    }
    if "organisatie" in message:
        number = {"system": f"{BASE}/NamingSystem/organisatie", "value": message["organisatie"]}
        header["sender"] = {"identifier": number}
    focus = task(op, message) if EVENTS[op][1] == "" else flag(op, message, links)
    made = {"kop": header, "focus": focus, **_people(op, message)}
    more(made, op, extra)
    entries = [
        {"fullUrl": links[name], "resource": {"resourceType": one["resourceType"], "id": ids[name], **one}}
        for name, one in made.items()
    ]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


def contained(op: str, message: Message, extra: Sequence[Mapping[str, str]] = ()) -> Resource:
    """A Flag or Task alone, with the people it points at within it."""
    if EVENTS[op][1] == "":
        return task(op, message)
    people = _people(op, message)
    made = {"focus": flag(op, message, {name: f"#{name}" for name in ("jeugdige", "melder", "coordinator")}), **people}
    more(made, op, extra)
    inner = [{"resourceType": one["resourceType"], "id": name, **one} for name, one in made.items() if name != "focus"]
    return made["focus"] | ({"contained": inner} if inner else {})


def more(made: Mapping[str, Resource], op: str, extra: Sequence[Mapping[str, str]]) -> None:
    """What the contract does not have, as an extension of what it is said of."""
    for one in extra:
        target = made["focus"] if one["onder"] == op else made[one["onder"]]
        target.setdefault("extension", []).append({"url": own(one["naam"]), "valueString": one["tekst"]})


def flag(op: str, message: Message, links: Mapping[str, str]) -> Resource:
    """A signal, or what is said of one."""
    identifiers = []
    if "bronSignaalId" in message:
        system = str(message.get("bronSysteem", ""))
        identifiers.append({"use": "secondary", "system": source(system), "value": message["bronSignaalId"]})
    code: Resource = {"text": "verwijsindexsignaal"}
    if "soort" in message:
        code = {"coding": [{"system": f"{BASE}/CodeSystem/vi-signaalsoort", "code": message["soort"]}]}
    people = _people(op, message)
    masked = {"extension": [{"url": f"{HL7}/data-absent-reason", "valueCode": "masked"}]}
    made: Resource = {
        "resourceType": "Flag",
        "status": EVENTS[op][1],
        "identifier": identifiers,
        "code": code,
        "subject": {"reference": links["jeugdige"]} if "jeugdige" in people else masked,
    }
    if "melder" in people:
        made["author"] = {"reference": links["melder"]}
    period = {"start": message.get("datumTijdMelding"), "end": message.get("datumEinde")}
    if any(period.values()):
        made["period"] = {name: said for name, said in period.items() if said}
    extensions = list(_extensions(message))
    if "coordinator" in people:
        extensions.append({"url": own("coordinator"), "valueReference": {"reference": links["coordinator"]}})
    words = [_word(one) for one in message.get("aanduidingen", [])] + [
        _choice(one) for one in message.get("keuzes", [])
    ]
    return made | ({"extension": extensions} if extensions else {}) | ({"category": words} if words else {})


def task(op: str, message: Message) -> Resource:
    """What became of a match, or who has its regie."""
    made: Resource = {"resourceType": "Task", "status": "in-progress", "intent": "order"}
    made["identifier"] = [{"system": f"{BASE}/NamingSystem/match-id", "value": message.get("matchId", "-")}]
    if message.get("stand"):
        made["meta"] = {"versionId": message["stand"]}
    if "contact" in message:
        made["businessStatus"] = {"coding": [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": message["contact"]}]}
    if op == "regieVastleggen":
        parts = [{"url": "handeling", "valueCode": message["regiehandeling"]}]
        parts += [{"url": "herzien-op", "valueDate": message["herzienOp"]}] if "herzienOp" in message else []
        made["extension"] = [{"url": own("regiehandeling"), "extension": parts}]
    return made


def source(system: str) -> str:
    """The identifier system of a source system's numbers."""
    return system if ":" in system else f"{SOURCE}{system}"


def stable(name: str) -> str:
    """An id that is always the same for a name."""
    return str(uuid5(NAMESPACE_URL, name))


def _extensions(message: Message) -> Any:
    for path, (name, kind) in _EXTENSIONS.items():
        for said in at(message, path):
            yield {"url": own(name), kind: said}
    for path, (name, parts) in _GROUPS.items():
        for group in at(message, path):
            inner = [{"url": url, kind: group[part]} for part, (url, kind) in parts.items() if part in group]
            if inner:
                yield {"url": own(name), "extension": inner}


def _people(op: str, message: Message) -> dict[str, Resource]:
    found = {}
    if message.get("jeugdige"):
        found["jeugdige"] = _patient(message["jeugdige"])
    if message.get("melder"):
        found["melder"] = _role(message["melder"])
    if message.get("coordinator"):
        found["coordinator"] = _role(message["coordinator"])
    return found


def _patient(child: Message) -> Resource:
    made: Resource = {"resourceType": "Patient"}
    systems = {"bsn": BSN, "onderwijsnummer": f"{BASE}/NamingSystem/onderwijsnummer"}
    if numbers := [{"system": system, "value": child[name]} for name, system in systems.items() if name in child]:
        made["identifier"] = numbers
    name: Resource = {"family": child["familienaam"]} if "familienaam" in child else {}
    if "voorvoegsel" in child:
        name["_family"] = {"extension": [{"url": f"{HL7}/humanname-own-prefix", "valueString": child["voorvoegsel"]}]}
    if "voornamen" in child:
        name["given"] = child["voornamen"].split()
    if name:
        made["name"] = [name]
    if "geboortedatum" in child:
        made["birthDate"] = child["geboortedatum"]
    if "geslacht" in child:
        made["gender"] = SEXES.get(child["geslacht"], child["geslacht"])
    address: Resource = {"postalCode": child["postcode"]} if "postcode" in child else {}
    if "huisnummer" in child:
        number = {"url": f"{HL7}/iso21090-ADXP-houseNumber", "valueString": str(child["huisnummer"])}
        address |= {"line": ["-"], "_line": [{"extension": [number]}]}
    if "gemeenteCode" in child:
        address["extension"] = [{"url": own("gemeente-code"), "valueCode": child["gemeenteCode"]}]
    return made | ({"address": [address]} if address else {})


def _role(person: Message) -> Resource:
    made: Resource = {"resourceType": "PractitionerRole"}
    if "professionalId" in person:
        made["identifier"] = [{"system": f"{BASE}/NamingSystem/medewerker", "value": person["professionalId"]}]
    if "naam" in person:
        made["practitioner"] = {"display": person["naam"]}
    if "functie" in person:
        made["code"] = [{"text": person["functie"]}]
    if told := [{"system": system, "value": person[name]} for system, name in _TELECOM if name in person]:
        made["telecom"] = told
    return made


def _word(one: Mapping[str, str]) -> Resource:
    """A word of the sender's own: a code of a list, or, where it is none, a text."""
    category: Resource = {"extension": [{"url": own("as"), "valueCode": one["as"]}]}
    if any(sign.isspace() for sign in one["woord"]):
        return category | {"text": one["woord"]}
    coding: Resource = {"code": one["woord"], "userSelected": True}
    if "stelsel" in one:
        coding["system"] = f"{BASE}/CodeSystem/{one['stelsel']}"
    return category | {"coding": [coding]}


def _choice(one: Mapping[str, str]) -> Resource:
    category = _word(one)
    chosen = {"system": f"{BASE}/CodeSystem/vi-{one['as']}", "code": one["begrip"]}
    return category | {"coding": [*category.get("coding", ()), chosen]}
