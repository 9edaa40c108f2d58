"""FHIR R4 as the contract has it: messages, REST on Flag and Task, and searches that stand in no address."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question, caller, fhirpath, heading, outcome, profile, resources, silent
from conformance.formats.resources import EVENTS, Resource, own
from conformance.values import Message, at

JSON, XML, FORM = "application/fhir+json", "application/fhir+xml", "application/x-www-form-urlencoded"
SEARCHES = {"statusOpvragen": "Flag", "eigenSignalenOpvragen": "Flag", "matchesOpvragen": "Task"}

Bend = Callable[[Resource], Resource]


def _focus(message: Resource) -> Resource:
    """What a message is about; of a resource alone, that."""
    return message["entry"][1]["resource"] if "entry" in message else message


def _with(message: Resource, **more: Any) -> Resource:
    _focus(message).update(more)
    return message


def _entries(message: Resource, change: Callable[[list[Any]], list[Any]]) -> Resource:
    return message | {"entry": change(message["entry"])}


def _header(message: Resource, **more: Any) -> Resource:
    message["entry"][0]["resource"].update(more)
    return message


_NARRATIVE = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Kanarieverhaal</div>'}
_BENDS: dict[str, Bend] = {
    "narrative": lambda one: _with(one, text=_NARRATIVE),
    "vreemd-element": lambda one: _with(one, kleur="blauw"),
    "leeg-object": lambda one: _with(one, period={}),
    "null": lambda one: _with(one, encounter=None),
    "geen-lijst": lambda one: _with(one, identifier=_focus(one)["identifier"][0]),
    "vreemde-status": lambda one: _with(one, status="berichtje"),
    "kop-achteraan": lambda one: _entries(one, lambda entries: [*entries[1:], entries[0]]),
    "zonder-focus": lambda one: _headless(one, "focus"),
    "loze-verwijzing": lambda one: _with(one, subject={"reference": f"urn:uuid:{resources.stable('nergens')}"}),
    "wees": lambda one: _entries(one, lambda entries: [*entries, _orphan()]),
    "vreemde-extensie": lambda one: _with(
        one,
        extension=[
            *_focus(one).get("extension", []),
            {"url": "https://x.example/vreemd", "valueString": "Kanarieverhaal"},
        ],
    ),
    "id-verschilt": lambda one: _with(one, id=resources.stable("anders")),
    "andere-volgorde": lambda one: json.loads(json.dumps(_backwards(one))),
    "profiel-en-taal": lambda one: _with(one, meta={"profile": [own("signaal")]}, language="nl-NL"),
}
_ACCEPTS = {"accept-xml": XML, "accept-onbekend": "application/pdf", "accept-voorkeur": f"{JSON};q=0.1, {XML};q=0.9",
            "accept-r5": f"{JSON}; fhirVersion=5.0"}  # fmt: skip
_TYPES = {"ander-mediatype": "text/csv", "json-mediatype": "application/json",
          "mediatype-r5": f"{JSON}; fhirVersion=5.0"}  # fmt: skip
_HEADERS = {
    "prefer-outcome": ("Prefer", "return=OperationOutcome"),
    "prefer-minimal": ("Prefer", "return=minimal"),
}
_REST = frozenset({"rest", "if-none-exist", "if-none-exist-ander", "id-verschilt", *_HEADERS})


class Fhir:
    """A sender that speaks FHIR."""

    name = "fhir"
    meets = True
    twists = frozenset(
        {
            *_BENDS, *_ACCEPTS, *_TYPES, *_REST, "zoek-per-get", "vreemde-zoekvraag", "kapot", "afgebroken", "utf-16",
            "dubbele-sleutel", "onbekend-adres", "anoniem", "vreemd-token", "anoniem-kapot", "vreemd-token-kapot",
        }
    )  # fmt: skip

    def ask(self, question: Question) -> Request:
        """Write a question."""
        root, twist, message = f"{question.base}/fhir", question.twist, question.message
        token = caller(twist, question.token)
        headers = [("Accept", _ACCEPTS.get(twist, JSON))]
        if question.op == "metadata":
            return Request("GET", f"{root}/metadata", tuple(headers))
        if twist == "onbekend-adres":
            return Request("GET", f"{root}/Observation/1", tuple(headers), b"", token)
        if question.op in ("signaalOpvragen", "matchOpvragen"):
            kind, name = ("Flag", "signaalId") if question.op == "signaalOpvragen" else ("Task", "matchId")
            return Request("GET", f"{root}/{kind}/{message[name]}", tuple(headers), b"", token)
        if question.op == "capaciteiten" and not twist.endswith("kapot"):
            return Request("POST", f"{root}/$capaciteiten", tuple(headers), b"", token)
        if question.op in SEARCHES:
            return self._search(question, root, headers, token)
        return self._write(question, root, headers, token)

    def then(self, exchange: Exchange) -> Request | None:
        """An answer is whole at once."""
        return None

    def heard(self, exchange: Exchange, before: Exchange | None = None) -> Message:
        """Read a reply."""
        reply = exchange.reply
        if reply is None:
            return silent(exchange)
        said: Message = {"http": reply.status, "soort": reply.content_type, "codes": [], "contract": []}
        said["draad"] = {"koppen": heading(reply), "adres": exchange.request.url}
        told = _parsed(reply.body)
        if reply.content_type == XML:
            said["draad"]["xml"] = reply.body.lstrip().startswith(b"<")
            codes = re.findall(r"VIX-[0-9]{4}", reply.body.decode("utf-8", "replace")) if reply.status >= 400 else []
            return said | {"uitkomst": "geweigerd" if codes else "aangenomen", "codes": codes}
        if not isinstance(told, dict):
            said["draad"]["leeg"] = not reply.body
            return said | {"uitkomst": "aangenomen" if reply.status < 300 and not reply.body else "onleesbaar"}
        said["contract"] = list(_breaches(reply, told))
        said["draad"]["resourceType"] = told.get("resourceType")
        more = _read(exchange, reply, told)
        if more.get("bevindingen"):
            more["aanwijzingen"] = fhirpath.pointed(_parsed(exchange.request.body), more["bevindingen"])
        return said | more | {"draad": said["draad"] | more.get("draad", {})}

    def _search(self, question: Question, root: str, headers: list[tuple[str, str]], token: str | None) -> Request:
        message = question.message
        form = {"na": question.cursor or message.get("na"), "_count": message.get("maximum")}
        if question.op == "statusOpvragen":
            form["identifier"] = f"{resources.source(message.get('bronSysteem', ''))}|{message['bronSignaalId']}"
        if question.twist == "vreemde-zoekvraag":
            form["patient"] = "Patient/1"
        query = urlencode({name: said for name, said in form.items() if said is not None})
        kind = SEARCHES[question.op]
        if question.twist == "zoek-per-get":
            return Request("GET", f"{root}/{kind}?identifier=1", tuple(headers), b"", token)
        headers = [*headers, ("Content-Type", FORM)]
        return Request("POST", f"{root}/{kind}/_search", tuple(headers), query.encode(), token)

    def _write(self, question: Question, root: str, headers: list[tuple[str, str]], token: str | None) -> Request:
        twist, message, op = question.twist, question.message, question.op
        event = op if op in EVENTS else "signaalIntrekken"
        rest = twist in _REST
        made = (resources.contained if rest else resources.bundle)(event, message, question.extra)
        method, path = "POST", "$process-message"
        if rest:
            method, path = ("POST", "Flag") if op == "signaalAfgeven" else ("PUT", f"Flag/{message.get('signaalId')}")
            if made["resourceType"] == "Task":
                path = f"Task/{message['matchId']}"
                if stand := made.pop("meta", {}).get("versionId"):
                    headers = [*headers, ("If-Match", f'W/"{stand}"')]
        if twist in _BENDS:
            made = _BENDS[twist](made)
        if twist.startswith("if-none-exist"):
            number = message["bronSignaalId"] + ("-ander" if twist.endswith("ander") else "")
            condition = urlencode({"identifier": f"{resources.source(message['bronSysteem'])}|{number}"})
            headers = [*headers, ("If-None-Exist", condition)]
        headers += [_HEADERS[twist]] if twist in _HEADERS else []
        headers = [*headers, ("Content-Type", _TYPES.get(twist, JSON))]
        return Request(method, f"{root}/{path}", tuple(headers), _bytes(made, twist), token)


def _bytes(made: Resource, twist: str) -> bytes:
    body = json.dumps(made, ensure_ascii=False)
    if twist.endswith("kapot"):
        return b"{dit is geen JSON"
    if twist == "dubbele-sleutel":
        return (body[:-1] + ', "type": "message"}').encode()
    if twist == "afgebroken":
        return body.encode()[:-9]
    return body.encode("utf-16") if twist == "utf-16" else body.encode()


def _read(exchange: Exchange, reply: Reply, told: Resource) -> Message:
    """What a resource, a list or a message says."""
    kind = told.get("resourceType")
    good = {"uitkomst": "aangenomen"}
    if kind == "OperationOutcome":
        found = outcome.issues(told)
        return found | {"uitkomst": "geweigerd" if reply.status >= 400 else "aangenomen"}
    if kind == "Bundle" and told.get("type") == "message":
        return _message(exchange, told)
    if kind == "Bundle":
        return outcome.page(told) | good | {"draad": {"bundel": told.get("type")}}
    if kind == "Flag":
        inner = [
            outcome.issues(one) for one in told.get("contained", []) if one.get("resourceType") == "OperationOutcome"
        ]
        return outcome.receipt(told) | (inner[0] if inner else {}) | good | {"codes": []}
    if kind == "Task":
        return {"matches": [outcome.match(told)]} | good
    if kind == "Parameters":
        return outcome.capabilities(told) | good
    if kind == "CapabilityStatement":
        return good | {"draad": {"fhirVersion": told.get("fhirVersion"), "resources": at(told, "rest.resource.type")}}
    return {"uitkomst": "onleesbaar"}


def _message(exchange: Exchange, told: Resource) -> Message:
    """An answer that is a message: its header, the outcome, the receipt and the matches with it."""
    found = [one.get("resource", {}) for one in told.get("entry", [])]
    kinds: dict[str, list[Resource]] = {}
    for one in found:
        kinds.setdefault(str(one.get("resourceType")), []).append(one)
    header = next(iter(kinds.get("MessageHeader", [])), {})
    said = [outcome.issues(one) for one in kinds.get("OperationOutcome", [])]
    made: Message = dict(said[0]) if said else {}
    code = next(iter(at(header, "response.code")), "")
    matches = [outcome.match(one) for one in kinds.get("Task", [])]
    if "Flag" in kinds:
        made |= outcome.receipt(kinds["Flag"][0])
        made["stand"]["matches"] = matches
    else:
        made["matches"] = matches
    asked = _parsed(exchange.request.body)
    first = at(asked, "entry.resource.id")[:1] if isinstance(asked, dict) else []
    made["draad"] = {
        "vraagID": first[0] if first else "",
        "relatesTo": next(iter(at(header, "response.identifier")), ""),
        "messageID": header.get("id", ""),
        "antwoordcode": code,
        "eersteInBericht": found[0].get("resourceType") if found else "",
    }
    return made | {"uitkomst": "aangenomen" if code == "ok" else "geweigerd"}


def _breaches(reply: Reply, told: Resource) -> Iterator[str]:
    """How an answer breaks R4 or the profiles of the contract."""
    if reply.content_type != JSON:
        yield f"Content-Type is niet {JSON}"
    yield from profile.breaches(told)
    if told.get("resourceType") == "Bundle" and told.get("type") == "message":
        entries = told.get("entry", [])
        if not entries or at(entries[0], "resource.resourceType") != ["MessageHeader"]:
            yield "Bundle.entry[0]: MessageHeader staat niet vooraan"
        known = {str(one.get("fullUrl")) for one in entries}
        for number, one in enumerate(entries):
            if one.get("fullUrl") != f"urn:uuid:{next(iter(at(one, 'resource.id')), '')}":
                yield f"Bundle.entry[{number}].fullUrl: is niet die van de resource"
        for path in ("resource.focus.reference", "resource.response.details.reference"):
            if any(one not in known for one in at(entries[0] if entries else {}, path)):
                yield f"Bundle.entry[0].{path}: wijst naar niets"


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _headless(message: Resource, name: str) -> Resource:
    del message["entry"][0]["resource"][name]
    return message


def _orphan() -> Resource:
    name = resources.stable("wees")
    return {"fullUrl": f"urn:uuid:{name}", "resource": {"resourceType": "Organization", "id": name, "name": "Wees"}}


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return [_backwards(one) for one in value] if isinstance(value, list) else value
