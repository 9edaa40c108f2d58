"""Messages in FHIR: signals and what changes them as message Bundles, questions as searches and reads.

Written without a line of the adapter: names and places are said here once more.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gateway.adapters.senders.fhir import FhirSender
from gateway.canonical.command import Request
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.spec.people import shared

if TYPE_CHECKING:
    from tests.spec.formats import Message

BASE = "https://verwijsindex.example/fhir"
HL7 = "http://hl7.org/fhir/StructureDefinition"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
JSON = "application/fhir+json"
EVENTS = {
    "signaalAfgeven": ("signaal-aanmaken", "active"),
    "signaalBeeindigen": ("signaal-beeindigen", "inactive"),
    "signaalIntrekken": ("signaal-intrekken", "entered-in-error"),
    "betekenisAanvullen": ("betekenis-aanvullen", "active"),
    "signaalWijzigen": ("signaal-wijzigen", "active"),
    "signaalVerlengen": ("signaal-verlengen", "active"),
    "signaalOverdragen": ("signaal-overdragen", "active"),
}
TASKS = {"matchTerugkoppelen": "match-terugkoppelen", "regieVastleggen": "regie-vastleggen"}
WITH_PEOPLE = ("signaalAfgeven", "signaalWijzigen", "signaalOverdragen")
SEXES = {"M": "male", "V": "female", "O": "unknown"}
REGISTERS = {
    "SKJ": f"{BASE}/NamingSystem/skj",
    "BIG": "http://fhir.nl/fhir/NamingSystem/big",
    "UZI": "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers",
    "AGB": "http://fhir.nl/fhir/NamingSystem/agb-z",
}
EXTENSIONS = {
    "revisie": ("revisie", "valuePositiveInt"),
    "verwijderdatum": ("verwijderdatum", "valueDate"),
    "redelijk_vermoeden": ("redelijk-vermoeden", "valueBoolean"),
    "informatieplicht": ("informatieplicht", ""),
    "toestemming": ("toestemming", ""),
    "coordinator": ("coordinator", "valueReference"),
}
PARTS = {
    "informatieplicht_wie": ("informatieplicht", "wie", "valueCode"),
    "informatieplicht_datum": ("informatieplicht", "datum", "valueDate"),
    "informatieplicht_uitgesteld": ("informatieplicht", "uitgesteld", "valueBoolean"),
    "toestemming_gegeven_op": ("toestemming", "gegeven-op", "valueDate"),
    "toestemming_bewijs_referentie": ("toestemming", "bewijs", "valueString"),
}
PATIENT = ("bsn", "onderwijsnummer", "familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht",
           "postcode", "huisnummer", "gemeente_code")  # fmt: skip
MELDER = ("professional_id", "melder_naam", "melder_functie", "melder_telefoon", "melder_email")
COORDINATOR = ("coordinator_naam", "coordinator_telefoon", "coordinator_email")
REGIE = f"{BASE}/StructureDefinition/vi-regiehandeling"
IDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(8)]
_CODE = re.compile(r"\S+(\s\S+)*")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_SEARCHES = {"statusOpvragen": "Flag", "eigenSignalenOpvragen": "Flag", "matchesOpvragen": "Task"}


class Fhir:
    """The FHIR contract, as a door hands it on."""

    def says(self, message: "Message") -> bool:
        """A search without an identifier asks for a list; an address holds only an id of R4."""
        said = message.fields
        match message.operation:
            case "statusOpvragen":
                return len({"bron_signaal_id", "signaal_id"} & said.keys()) == 1
            case "matchOpvragen":
                return bool(_ID.fullmatch(said.get("match_id", "")))
        return True

    def request(self, message: "Message") -> Request:
        return adapter().decode(wire(message))[0]

    def place(self, message: "Message", name: str) -> str:
        if message.operation not in (*EVENTS, *TASKS):
            return _PARAMETERS[name]
        return places(message).get(name) or _unsaid(message, name)


_PARAMETERS = {
    "na": "http.na",
    "maximum": "http._count",
    "bron_signaal_id": "http.identifier",
    "bron_systeem": "http.identifier",
    "signaal_id": "http.identifier",
    "match_id": "http.id",
}


def wire(message: "Message") -> WireRequest:
    """The message as bytes."""
    said = message.fields
    if message.operation in (*EVENTS, *TASKS):
        return WireRequest(json.dumps(bundle(message)).encode(), JSON, path="/$process-message")
    if message.operation == "capaciteiten":
        return WireRequest(b"", path="/$capaciteiten")
    if message.operation == "matchOpvragen":
        return WireRequest(b"", method="GET", path=f"/Task/{said['match_id']}")
    if message.operation == "statusOpvragen" and "signaal_id" in said and _ID.fullmatch(said["signaal_id"]):
        return WireRequest(b"", method="GET", path=f"/Flag/{said['signaal_id']}")
    form = {"na": said.get("na"), "_count": said.get("maximum")}
    if message.operation == "statusOpvragen":
        form["identifier"] = f"{source(said.get('bron_systeem', ''))}|{said['bron_signaal_id']}"
    body = urlencode({name: text for name, text in form.items() if text is not None}).encode()
    return WireRequest(body, "application/x-www-form-urlencoded", path=f"/{_SEARCHES[message.operation]}/_search")


def source(name: str) -> str:
    return f"{BASE}/sid/bron/{name}" if name else ""


def bundle(message: "Message") -> dict[str, Any]:
    """The message as a Bundle."""
    focus = task(message) if message.operation in TASKS else flag(message)
    event = TASKS.get(message.operation) or EVENTS[message.operation][0]
    header: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "id": IDS[0],
        "eventCoding": {"system": f"{BASE}/CodeSystem/vi-bericht", "code": event},
        "source": {"endpoint": "https://bron.example/fhir"},
        "focus": [{"reference": f"urn:uuid:{IDS[1]}"}],
    }
    if "organisatie" in message.fields:
        number = {"system": f"{BASE}/NamingSystem/organisatie", "value": message.fields["organisatie"]}
        header["sender"] = {"identifier": number}
    resources = {0: header, 1: focus}
    if message.operation in WITH_PEOPLE:
        resources |= {2: patient(message), 3: role(message), 4: coordinator(message)}
    entries = [
        {"fullUrl": f"urn:uuid:{IDS[number]}", "resource": resource}
        for number, resource in resources.items()
        if resource
    ]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


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
    if found := [_extension(name, said) for name in _said_extensions(said)]:
        made["extension"] = found
    words = [_word(*word) for word in message.words] + [_choice(*choice) for choice in message.choices]
    if words:
        made["category"] = words
    return made | dict(message.strange)


def _said_extensions(said: Mapping[str, str]) -> list[str]:
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
    if not _CODE.fullmatch(word):
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


def places(message: "Message") -> dict[str, str]:
    """Where everything that is said stands."""
    said, found = message.fields, {}
    entry = {number: f"Bundle.entry[{place}].resource" for place, number in enumerate(_entries(message))}
    here = entry[1]
    found["organisatie"] = "Bundle.entry[0].resource.sender.identifier.value"
    if message.operation in TASKS:
        first = int("regiehandeling" in said)
        return found | {
            "regiehandeling": f"{here}.extension[0].extension[0].value",
            "herzien_op": f"{here}.extension[0].extension[{first}].value",
            "match_id": f"{here}.identifier[0].value",
            "contact": f"{here}.businessStatus.coding[0].code",
            "stand": f"{here}.meta.versionId",
        }
    own = "bron_systeem" in said or "bron_signaal_id" in said
    found |= {"bron_systeem": f"{here}.identifier[0].system", "bron_signaal_id": f"{here}.identifier[0].value"}
    found |= {"signaal_id": f"{here}.identifier[{int(own)}].value", "soort": f"{here}.code.coding[0].code"}
    found |= {"datum_tijd_melding": f"{here}.period.start", "datum_einde": f"{here}.period.end"}
    for number, name in enumerate(_said_extensions(said)):
        at = f"{here}.extension[{number}]"
        found[name] = f"{at}.value" if EXTENSIONS[name][1] else at
        inside = [field for field, (group, _, _) in PARTS.items() if group == name and field in said]
        found |= {field: f"{at}.extension[{place}].value" for place, field in enumerate(inside)}
    for number in range(1, len(message.words) + len(message.choices) + 1):
        at = f"{here}.category[{number - 1}]"
        word = (message.words or message.choices)[number - 1][1]
        code = _CODE.fullmatch(word) is not None
        told = f"{at}.coding[0].code" if code else f"{at}.text"
        for kind in ("word", "choice"):
            found |= {f"{kind}[{number}].axis": f"{at}.extension[0].value", f"{kind}[{number}].word": told}
        found |= {
            f"word[{number}].list": f"{at}.coding[0].system",
            f"choice[{number}].concept": f"{at}.coding[{int(code)}].code",
        }
    if 2 in entry:
        found |= _patient_places(said, entry[2])
    if 3 in entry:
        found |= _role_places(message, entry[3])
    if 4 in entry:
        found |= _person_places(said, "coordinator", entry[4])
    return {name: at for name, at in found.items() if _there(name, said)}


def _there(name: str, said: Mapping[str, str]) -> bool:
    groups = ("jeugdige", "melder", "informatieplicht", "toestemming")
    return name in said or name in groups or "[" in name


def _entries(message: "Message") -> list[int]:
    there = {2: patient(message), 3: role(message), 4: coordinator(message)}
    return [0, 1, *(number for number, resource in there.items() if resource and message.operation in WITH_PEOPLE)]


def _patient_places(said: Mapping[str, str], here: str) -> dict[str, str]:
    return {
        "jeugdige": here,
        "bsn": f"{here}.identifier[0].value",
        "onderwijsnummer": f"{here}.identifier[{int('bsn' in said)}].value",
        "familienaam": f"{here}.name[0].family",
        "voorvoegsel": f"{here}.name[0].family.extension[0].value",
        "voornamen": f"{here}.name[0].given[0]",
        "geboortedatum": f"{here}.birthDate",
        "geslacht": f"{here}.gender",
        "postcode": f"{here}.address[0].postalCode",
        "huisnummer": f"{here}.address[0].line[0].extension[0].value",
        "gemeente_code": f"{here}.address[0].extension[0].value",
    }


def _role_places(message: "Message", here: str) -> dict[str, str]:
    own = int("professional_id" in message.fields)
    held = {1: f"{here}.practitioner.identifier"}
    for number in range(2, len(message.registrations) + 1):
        held[number] = f"{here}.identifier[{own + number - 2}]"
    return {
        **_person_places(message.fields, "melder", here),
        "melder": here,
        "professional_id": f"{here}.identifier[0].value",
        "melder_functie": f"{here}.code[0].text",
        **{f"registration[{number}].list": f"{at}.system" for number, at in held.items()},
        **{f"registration[{number}].number": f"{at}.value" for number, at in held.items()},
    }


def _person_places(said: Mapping[str, str], who: str, here: str) -> dict[str, str]:
    return {
        f"{who}_naam": f"{here}.practitioner.display",
        f"{who}_telefoon": f"{here}.telecom[0].value",
        f"{who}_email": f"{here}.telecom[{int(f'{who}_telefoon' in said)}].value",
    }


def _unsaid(message: "Message", name: str) -> str:
    """Where what is missing would have stood."""
    entry = {number: f"Bundle.entry[{place}].resource" for place, number in enumerate(_entries(message))}
    here = entry[1]
    if name in PATIENT:
        return f"{entry.get(2, here)}.{name}"
    own = any(field in message.fields for field in ("bron_systeem", "bron_signaal_id"))
    identifier = f"{here}.identifier[0]" if own else f"{here}.identifier"
    part = PARTS.get(name)
    if part and part[0] in _said_extensions(message.fields):
        at = f"{here}.extension[{_said_extensions(message.fields).index(part[0])}]"
        return f"{at}.extension('{part[1]}').value"
    role_at = entry.get(3, f"{here}.author.resolve()")
    return {
        "jeugdige": f"{here}.subject",
        "melder": f"{here}.author",
        "soort": f"{here}.code.coding.code",
        "bron_systeem": f"{identifier}.system",
        "bron_signaal_id": f"{identifier}.value",
        "datum_tijd_melding": f"{here}.period.start",
        "datum_einde": f"{here}.period.end",
        "verwijderdatum": f"{here}.extension('{BASE}/StructureDefinition/vi-verwijderdatum').value",
        "choices": f"{here}.category",
        "match_id": f"{here}.identifier.value",
        "contact": f"{here}.businessStatus.coding.code",
        "stand": f"{here}.meta.versionId",
        "regiehandeling": f"{here}.extension('{REGIE}').extension('handeling').value",
        "professional_id": f"{role_at}.identifier.value",
        "melder_naam": f"{role_at}.practitioner.display",
        "coordinator_naam": f"{entry.get(4, here)}.practitioner.display",
        "redelijk_vermoeden": f"{here}.extension('{BASE}/StructureDefinition/vi-redelijk-vermoeden').value",
        "informatieplicht": f"{here}.extension('{BASE}/StructureDefinition/vi-informatieplicht')",
        "toestemming": f"{here}.extension('{BASE}/StructureDefinition/vi-toestemming')",
    }[name]


@cache
def adapter() -> FhirSender:
    advice = {"bel-nu": ("Bel.", "Call."), "niet-bewaard": ("Weg.", "Gone.")}
    return FhirSender.load(
        FindingTexts.load(),
        advice=advice,
        display=lambda axis, concept: concept,
        list_of=shared().list_of,
        base="https://gateway.example/fhir",
    )
