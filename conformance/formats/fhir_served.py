"""FHIR R4 as the contract has it, from the other side: what a sender asked, and what a gateway says."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance.exchange import Reply, Request
from conformance.formats import fhir_asked, fhir_told, outcome, profile
from conformance.formats.fhir import FORM, JSON
from conformance.formats.json_served import STATUS
from conformance.formats.resources import SOURCE, Resource
from conformance.values import Message, at

DOOR = "/fhir"
ASKED = {"MessageHeader": "vi-kop", "Patient": "vi-jeugdige", "PractitionerRole": "vi-melder"}
"""What a resource of a question keeps to; a Flag that gives a signal also to its own profile."""
GIVEN = ASKED | {"Flag": "vi-signaal"}
LISTS = {"eigenSignalenOpvragen": "Flag", "matchesOpvragen": "Task"}
_TYPES = frozenset({JSON, "application/json"})


class Served:
    """A gateway that speaks FHIR."""

    name = "fhir"

    def asked(self, request: Request) -> Message:
        """Read a question."""
        path = urlsplit(request.url).path.partition(DOOR)[2].strip("/")
        kind = request.header("Content-Type").partition(";")[0].strip().lower()
        said: Message = {"http": 0, "codes": [], "contract": [], "handeling": "", "draad": {"soort": kind}}
        if request.method == "GET" or path.endswith("_search") or path == "$capaciteiten":
            return _looked(request, path, said)
        told = _parsed(request.body)
        if not isinstance(told, dict):
            return said | {"uitkomst": "onleesbaar", "fout": "geen JSON", "contract": ["geen JSON"]}
        op, message = fhir_asked.bundle(told) if path == "$process-message" else fhir_asked.alone(told)
        said["draad"]["vraagID"] = str(next(iter(at(told, "entry.resource.id")), ""))
        breaches = profile.breaches(told, GIVEN if op == "signaalAfgeven" else ASKED)
        if any(at(told, path) for path in ("text", "contained.text", "entry.resource.text", "entry.resource.note")):
            breaches.append("tekst voor een lezer (Narrative of note) hoort niet in een bericht")
        if not op:
            breaches.append("eventCoding is geen bericht van het contract")
        if kind not in _TYPES:
            breaches.append(f"Content-Type is niet {JSON}")
        if op in ("matchTerugkoppelen", "regieVastleggen") and path.startswith("Task/"):
            message["matchId"] = path.rpartition("/")[2]
            message |= {"stand": _match(request)} if op == "regieVastleggen" and _match(request) else {}
        return message | said | {"uitkomst": "gevraagd", "handeling": op, "inhoud": message, "contract": breaches}

    def answer(self, request: Request, asked: Message, said: Message) -> Reply:
        """Write a reply."""
        base = request.url.partition(DOOR)[0] + DOOR
        path = request.url.partition(f"{DOOR}/")[2]
        wait, refused = int(said.get("wacht") or 0), said["uitkomst"] == "geweigerd"
        message = path.startswith("$process-message") and asked["handeling"] and not wait
        if message:
            told = fhir_told.message(base, asked["draad"]["vraagID"], said, str(asked.get("bronSysteem", "")))
            return _reply(200, told)
        if refused:
            return _reply(STATUS.get(said["code"], 400), fhir_told.outcome(said), wait)
        return _reply(201 if request.method == "POST" and path == "Flag" else 200, _rest(base, asked, said))

    def told(self, reply: Reply) -> Message:
        """Read a reply again."""
        body = json.loads(reply.body)
        code = next(iter(at(body, "entry.resource.response.code")), "")
        good = reply.status < 300 and code in ("", "ok")
        more = outcome.page(body) if body.get("type") == "searchset" else {}
        wrong = [body] if "issue" in body else at(body, "entry.resource[resourceType=OperationOutcome]")
        found = [] if good else [finding for one in wrong for finding in outcome.issues(one)["bevindingen"]]
        return {**more, "uitkomst": "aangenomen" if good else "geweigerd", "bevindingen": found}


def _looked(request: Request, path: str, said: Message) -> Message:
    """A question that changes nothing: by an address, or a search whose parameters stand in the body."""
    told = parse_qs(request.body.decode("utf-8", "replace")) if request.method == "POST" else {}
    form = {name: one[0] for name, one in told.items()}
    kind, _, rest = path.partition("/")
    message: Message = {"na": form["na"]} if form.get("na") else {}
    message |= {"maximum": int(form["_count"])} if form.get("_count", "").isdigit() else {}
    match kind, rest, request.method:
        case "$capaciteiten", "", "POST":
            op = "capaciteiten"
        case "Task", "_search", "POST":
            op = "matchesOpvragen"
        case "Flag", "_search", "POST" if "identifier" in form:
            system, _, number = form["identifier"].partition("|")
            op, message = "statusOpvragen", {"bronSysteem": system.removeprefix(SOURCE), "bronSignaalId": number}
        case "Flag", "_search", "POST":
            op = "eigenSignalenOpvragen"
        case "Flag", _, "GET":
            op, message = "signaalOpvragen", {"signaalId": rest}
        case "Task", _, "GET":
            op, message = "matchOpvragen", {"matchId": rest}
        case _:
            return said | {"uitkomst": "onleesbaar", "fout": "geen adres van het contract", "contract": ["adres"]}
    wrong = [f"Content-Type is niet {FORM}"] if rest == "_search" and said["draad"]["soort"] != FORM else []
    return message | said | {"uitkomst": "gevraagd", "handeling": op, "inhoud": message, "contract": wrong}


def _rest(base: str, asked: Message, said: Message) -> Resource:
    op, system = asked["handeling"], str(asked.get("bronSysteem", ""))
    if op in LISTS:
        found = [fhir_told.task(one) for one in said.get("matches", [])]
        found += [fhir_told.signal(one) for one in said.get("signalen", [])]
        return fhir_told.page(base, LISTS[op], found, said)
    if op == "capaciteiten":
        return fhir_told.capabilities(said)
    if "match" in said:
        return fhir_told.task(said["match"])
    told = fhir_told.receipt(said, system)
    if op == "statusOpvragen":
        return fhir_told.page(base, "Flag", [told], {})
    if said["adviezen"]:
        told["contained"] = [fhir_told.outcome(said) | {"id": "bevindingen"}]
    return told


def _reply(status: int, told: Resource, wait: int = 0) -> Reply:
    headers = [("content-type", f"{JSON}; charset=utf-8")] + ([("retry-after", str(wait))] if wait else [])
    if version := at(told, "meta.versionId"):
        headers.append(("etag", f'W/"{version[0]}"'))
    return Reply(status, tuple(headers), json.dumps(told, ensure_ascii=False).encode())


def _match(request: Request) -> str:
    return request.header("If-Match").removeprefix("W/").strip('"')


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
