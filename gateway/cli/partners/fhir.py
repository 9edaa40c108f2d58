"""A partner that speaks FHIR R4: a youth-care system that sends messages and searches for its matches."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from gateway.cli.partners.exchange import MELDING, Exchange, Heard, Meant, Word, ask

OURS = "https://verwijsindex.example/fhir"
JSON = "application/fhir+json"
Resource = dict[str, Any]


def read(received: bytes) -> Heard:
    """A message or a searchset."""
    bundle: Resource = json.loads(received)
    entries = [entry["resource"] for entry in bundle.get("entry", ())]
    found = {kind: [one for one in entries if one["resourceType"] == kind] for kind in ("Flag", "Task")}
    issues = [issue for one in entries if one["resourceType"] == "OperationOutcome" for issue in one["issue"]]
    told = found["Flag"][0] if found["Flag"] else {}
    return Heard(
        signal_id=told.get("id", ""),
        receipt=_extensions(told, "vi-ontvangstbewijs"),
        kept=_meanings(told),
        asked=frozenset(_part(one, "woord") for one in _extensions(told, "vi-vraag")),
        advice=" ".join(one["details"]["text"] for one in issues if one["code"] == "informational"),
        codes=frozenset(one["details"]["coding"][0]["code"] for one in issues if one["severity"] == "error"),
        others=tuple(one["name"] for task in found["Task"] for one in task.get("contained", ()) if "name" in one),
        statuses=tuple("VERVALLEN" if task["status"] == "cancelled" else "ACTIEF" for task in found["Task"]),
        met=dict(meant for task in found["Task"] for meant in _meanings(task).items()),
        match_ids=tuple(task["id"] for task in found["Task"]),
    )


def _extensions(resource: Resource, name: str) -> list[Resource]:
    wanted = f"{OURS}/StructureDefinition/{name}"
    return [one for one in resource.get("extension", ()) if one["url"] == wanted]


def _part(extension: Resource, name: str) -> Any:
    (part,) = (one for one in extension["extension"] if one["url"] == name)
    return next(value for key, value in part.items() if key.startswith("value"))


def _meanings(resource: Resource) -> dict[Word, Meant]:
    return {
        (_part(one, "as"), _part(one, "woord")): Meant(_part(one, "begrip")["display"], _part(one, "equivalentie"))
        for one in _extensions(resource, "vi-betekenis")
    }


class FhirPartner:
    """Who speaks FHIR."""

    def __init__(self, gateway: str, token: str) -> None:
        self._url = f"{gateway}/fhir"
        self._token = token

    def afgeven(self, source: str, bsn: str, words: Sequence[Word], *, code_list: str, region: str = "") -> Exchange:
        """Give a signal; the words are of a list known by its address."""
        flag = {
            "resourceType": "Flag",
            "extension": list(_attested()),
            "identifier": [{"use": "secondary", "system": f"{OURS}/sid/bron/ecd", "value": source}],
            "status": "active",
            **({"category": [_category(axis, word, code_list) for axis, word in words]} if words else {}),
            "code": {"coding": [{"system": f"{OURS}/CodeSystem/vi-signaalsoort", "code": "SIGNAAL"}]},
            "period": {"start": MELDING},
        }
        child = {
            "resourceType": "Patient",
            "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": bsn}],
            "address": [{"extension": [{"url": f"{OURS}/StructureDefinition/vi-gemeente-code", "valueCode": region}]}],
        }
        professional = {
            "resourceType": "PractitionerRole",
            "identifier": [{"system": f"{OURS}/NamingSystem/medewerker", "value": "jb-9"}],
            "practitioner": {"display": "J. Fictief"},
            "telecom": [{"system": "phone", "value": "0301234567"}],
        }
        body = json.dumps(_message("signaal-aanmaken", flag, child, professional), ensure_ascii=False, indent=1)
        received = ask(f"{self._url}/$process-message", self._token, body.encode(), Content_Type=JSON)
        return Exchange(body.encode(), received, ("json", "json"), read, tuple(words))

    def matches(self) -> Exchange:
        """Search for matches; by POST, for an address may hold nothing of a person."""
        received = ask(f"{self._url}/Task/_search", self._token, b"", Content_Type="application/x-www-form-urlencoded")
        return Exchange(b"POST /fhir/Task/_search", received, ("txt", "json"), read)


def _message(event: str, flag: Resource, child: Resource, professional: Resource) -> Resource:
    names = [f"urn:uuid:{uuid4()}" for _ in range(4)]
    header = {
        "resourceType": "MessageHeader",
        "id": names[0].rpartition(":")[2],
        "eventCoding": {"system": f"{OURS}/CodeSystem/vi-bericht", "code": event},
        "source": {"endpoint": "https://ecd.example/fhir"},
        "focus": [{"reference": names[1]}],
    }
    flag |= {"subject": {"reference": names[2]}, "author": {"reference": names[3]}}
    entries: Iterable[tuple[str, Resource]] = zip(names, (header, flag, child, professional), strict=True)
    return {
        "resourceType": "Bundle",
        "type": "message",
        "entry": [{"fullUrl": name, "resource": resource} for name, resource in entries],
    }


def _category(axis: str, word: str, code_list: str) -> Resource:
    return {
        "extension": [{"url": f"{OURS}/StructureDefinition/vi-as", "valueCode": axis}],
        "coding": [{"system": code_list, "code": word, "userSelected": True}],
    }


def _attested() -> Iterator[Resource]:
    ours = f"{OURS}/StructureDefinition"
    yield {"url": f"{ours}/vi-redelijk-vermoeden", "valueBoolean": True}
    informed = [{"url": "wie", "valueCode": "JEUGDIGE"}, {"url": "datum", "valueDate": "2026-11-20"}]
    yield {"url": f"{ours}/vi-informatieplicht", "extension": informed}
    consent = [{"url": "gegeven-op", "valueDate": "2026-11-20"}, {"url": "bewijs", "valueString": "ecd-4"}]
    yield {"url": f"{ours}/vi-toestemming", "extension": consent}
