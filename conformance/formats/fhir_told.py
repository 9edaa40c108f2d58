"""What a gateway says in FHIR R4: a receipt is a Flag, a match a Task, findings and advice an OperationOutcome."""

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.formats.profile import BASE
from conformance.formats.resources import Resource, own, source, stable
from conformance.values import Message

STATUS = {"ACTIEF": "active", "ARCHIEF": "inactive", "VERNIETIGD": "entered-in-error"}
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
MASKED = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def message(base: str, asked_id: str, said: Message, system: str) -> Resource:
    """A message in answer: header, outcome, receipt, and a Task for each match."""
    refused = said["uitkomst"] == "geweigerd"
    told: list[Resource] = [outcome(said)]
    if "ontvangstbewijs" in said:
        told += [receipt(said, system), *(task(one) for one in said["stand"]["matches"])]
    elif "match" in said:
        told.append(task(said["match"]))
    for one in told:
        one.setdefault("id", stable(f"{asked_id} {one['resourceType']}"))
    response = {"identifier": asked_id, "code": "fatal-error" if refused else "ok", "details": _link(told[0])}
    header: Resource = {
        "resourceType": "MessageHeader", "id": stable(f"{asked_id} kop"), "meta": _profile("antwoordkop"),
        "eventCoding": {"system": f"{BASE}/CodeSystem/vi-bericht", "code": "antwoord"},
        "source": {"endpoint": base}, "response": response,
    }  # fmt: skip
    if told[1:]:
        header["focus"] = [_link(one) for one in told[1:]]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (header, *told)]
    return {"resourceType": "Bundle", "meta": _profile("antwoord"), "type": "message", "entry": entries}


def page(base: str, kind: str, found: Sequence[Resource], said: Message) -> Resource:
    """A list, with where to go on."""
    address = f"{base}/{kind}/_search"
    links = [{"relation": "self", "url": address}]
    if said.get("cursor"):
        onward = "next" if said["meer"] else "vi-verder"
        links.append({"relation": onward, "url": f"{address}?na={said['cursor']}"})
    entries = [{"fullUrl": f"{base}/{kind}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in found]
    return {"resourceType": "Bundle", "type": "searchset", "link": links} | ({"entry": entries} if entries else {})


def receipt(said: Message, system: str) -> Resource:
    """A receipt with how it stands; what was found of the words is contained in it when it stands alone."""
    proof, standing = said["ontvangstbewijs"], said["stand"]
    fixed = [
        {"url": "handeling", "valueCode": proof["handeling"]},
        {"url": "ontvangen-op", "valueInstant": proof["ontvangenOp"]},
        {"url": "verwijderdatum", "valueDate": proof["verwijderdatum"]},
        {"url": "vocabulaire", "valueString": proof["vocabulaire"]}, {"url": "beleid", "valueString": proof["beleid"]},
    ]  # fmt: skip
    for one in proof["nietBewaard"]:
        count = [{"url": "as", "valueCode": one["as"]}, {"url": "aantal", "valuePositiveInt": one["aantal"]}]
        fixed.append({"url": "niet-bewaard", "extension": count})
    extensions = [{"url": own("ontvangstbewijs"), "extension": fixed}]
    extensions += [_meaning(one, kept=True) for one in proof["betekenissen"]]
    extensions += [_meaning(one, kept=False) for one in said["vertalingen"]]
    extensions += [_question(one) for one in (*proof["vragen"], *said["vragen"])]
    extensions.append({"url": own("bezorging"), "valueCode": standing["bezorging"]})
    extensions.append({"url": own("stand-van"), "valueInstant": standing["standVan"]})
    if "verlooptOp" in standing:
        extensions.append({"url": own("verwijderdatum"), "valueDate": standing["verlooptOp"]})
    return _flag(proof, standing["status"], system) | {"extension": extensions}


def signal(line: Message) -> Resource:
    """A line of the sender's own list."""
    made = _flag(line, line["status"], line["bronSysteem"])
    return made | {"extension": [{"url": own("bezorging"), "valueCode": line["bezorging"]}]}


def task(match: Message) -> Resource:
    """A match: who else is involved, and how to reach them."""
    people = list(_people(match))
    followed = match.get("opvolging", "NIEUW")
    extensions: list[Resource] = [{"url": own("niet-in-dossier"), "valueBoolean": True}]
    if regie := match.get("regie"):
        extensions.append({"url": own("match-regie"), "extension": list(_regie(regie))})
    inputs = [_input("soort", valueCode=match["soort"])]
    inputs.append(_input("niet-dezelfde-jeugdige", valueBoolean=match["nietDezelfdeJeugdige"]))
    if match.get("verwijderen"):
        inputs.append(_input("verwijderen", valueBoolean=True))
    roles = [one for one in people if one["resourceType"] == "PractitionerRole"]
    inputs += [_input("betrokkene", valueReference={"reference": f"#{one['id']}"}) for one in roles]
    made: Resource = {
        "resourceType": "Task", "id": match["matchId"],
        "meta": {"versionId": match.get("regie", {}).get("stand") or match["versie"], **_profile("match")},
        "extension": extensions,
        "identifier": [{"system": f"{BASE}/NamingSystem/match-id", "value": match["matchId"]}],
        "status": "cancelled" if match["status"] == "VERVALLEN" else "requested",
        "businessStatus": {"coding": [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": followed}]},
        "intent": "order", "code": {"coding": [{"system": f"{BASE}/CodeSystem/vi-taak", "code": "afstemmen"}]},
        "focus": {
            "type": "Flag",
            "identifier": {"system": f"{BASE}/NamingSystem/signaal-id", "value": match["signaalId"]},
        },
        "authoredOn": match["ontstaanOp"], "input": inputs,
    }  # fmt: skip
    return made | ({"contained": people} if people else {})


def outcome(said: Message) -> Resource:
    """Findings, and the advice to phone; that all is well when there is neither."""
    issues = [_advice(one) for one in said.get("adviezen", [])] + [_finding(one) for one in said.get("bevindingen", [])]
    well = {"coding": [{"system": f"{BASE}/CodeSystem/vi-bericht", "code": "antwoord"}], "text": "In orde."}
    fine = {"severity": "information", "code": "informational", "details": well}
    return {"resourceType": "OperationOutcome", "meta": _profile("bevindingen"), "issue": issues or [fine]}


def capabilities(said: Message) -> Resource:
    """What a sender may do."""
    told: list[Resource] = [{"name": "handeling", "valueCode": one} for one in said["handelingen"]]
    told.append({"name": "bsn-toegestaan", "valueBoolean": said["bsnToegestaan"]})
    for one in said["regios"]:
        parts: list[Resource] = [{"name": name, "valueString": one[name]} for name in ("naam", "beleid", "grondslag")]
        told.append({"name": "regio", "part": parts})
    told.append({"name": "vocabulaire", "valueString": said["vocabulaire"]})
    return {"resourceType": "Parameters", "parameter": told}


def _flag(proof: Message, status: str, system: str) -> Resource:
    number = {"use": "official", "system": f"{BASE}/NamingSystem/signaal-id", "value": proof["signaalId"]}
    mine = {"use": "secondary", "system": source(system), "value": proof["bronSignaalId"]}
    return {
        "resourceType": "Flag", "id": proof["signaalId"],
        "meta": {"versionId": str(proof["revisie"]), **_profile("ontvangst")}, "identifier": [number, mine],
        "status": STATUS[status], "code": {"text": "verwijsindexsignaal"},
        "subject": {"extension": [{"url": MASKED, "valueCode": "masked"}]},
    }  # fmt: skip


def _meaning(one: Message, *, kept: bool) -> Resource:
    parts = [*_term(one), {"url": "begrip", "valueCoding": _coding(one["as"], one["begrip"], one["weergave"])}]
    parts += [{"url": "equivalentie", "valueCode": one["equivalentie"]}, {"url": "kaart", "valueString": one["kaart"]}]
    return {"url": own("betekenis"), "extension": [*parts, {"url": "bewaard", "valueBoolean": kept}]}


def _question(one: Message) -> Resource:
    choices = [
        {"url": "keuze", "valueCoding": _coding(one["as"], each["begrip"], each["weergave"])} for each in one["keuzes"]
    ]
    return {"url": own("vraag"), "extension": [*_term(one), *choices]}


def _term(one: Message) -> list[Resource]:
    return [{"url": "as", "valueCode": one["as"]}, {"url": "woord", "valueString": one["woord"]}]


def _coding(axis: str, code: str, display: str) -> Resource:
    return {"system": f"{BASE}/CodeSystem/vi-{axis}", "code": code, "display": display}


def _people(match: Message) -> Iterator[Resource]:
    for number, one in enumerate(match["betrokkenen"], start=1):
        ways = (("phone", "telefoon"), ("email", "email"))
        telecom = [{"system": system, "value": one[name]} for system, name in ways if name in one]
        yield {
            "resourceType": "PractitionerRole", "id": f"b{number}", "practitioner": {"display": one["naam"]},
            "organization": {"reference": f"#o{number}"}, "code": [{"text": one["functie"]}], "telecom": telecom,
        }  # fmt: skip
        yield {"resourceType": "Organization", "id": f"o{number}", "name": one["instantie"]}


def _regie(regie: Message) -> Iterator[Resource]:
    yield {"url": "status", "valueCode": regie["status"]}
    yield {"url": "wie", "valueCode": regie["wie"]}
    yield {"url": "aangeboden", "valueBoolean": regie["aangeboden"]}
    if "herzienOp" in regie:
        yield {"url": "herzien-op", "valueDate": regie["herzienOp"]}
    yield {"url": "stand", "valueString": regie["stand"]}


def _input(name: str, **value: Any) -> Resource:
    return {"type": {"coding": [{"system": f"{BASE}/CodeSystem/vi-taak-input", "code": name}]}, **value}


def _advice(one: Message) -> Resource:
    return {
        "severity": "information", "code": "informational",
        "details": {
            "coding": [{"system": f"{BASE}/CodeSystem/vi-advies", "code": one["code"]}], "text": one["tekst"],
            "_text": _english(one["text"]),
        },
    }  # fmt: skip


def _finding(one: Message) -> Resource:
    made: Resource = {
        "severity": "error", "code": "transient" if one["code"].startswith("VIX-19") else "invalid",
        "details": {
            "coding": [{"system": f"{BASE}/CodeSystem/vi-bevinding", "code": one["code"]}], "text": one["regel"],
            "_text": _english(one["rule"]),
        },
        "diagnostics": one["herstel"], "_diagnostics": _english(one["fix"]),
    }  # fmt: skip
    return made | ({"expression": [one["plaats"]]} if one["plaats"] else {})


def _english(text: str) -> Resource:
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def _profile(name: str) -> Resource:
    return {"profile": [own(name)]}


def _link(resource: Resource) -> Resource:
    return {"reference": f"urn:uuid:{resource['id']}", "type": resource["resourceType"]}
