"""JSON as the contract `aanlevering` has it: addresses, parameters and answers by the pinned OpenAPI document."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs

from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question, caller, heading, silent
from conformance.formats.pinned import contract
from conformance.values import Message, at

OPENAPI = "aanlevering-1.openapi.json"
JSON, PROBLEM = "application/json", "application/problem+json"
ROOT = "/v1"
DEPTH = 200

Bend = Callable[[str], bytes]
_BODIES: dict[str, Bend] = {
    "kapot": lambda text: b"{dit is geen JSON",
    "afgebroken": lambda text: text[:-9].encode(),
    "lijst": lambda text: f"[{text}]".encode(),
    "dubbele-sleutel": lambda text: f'{text[:-1]}, "bronSignaalId": "dubbel"}}'.encode(),
    "diep": lambda text: f'{text[:-1]}, "diep": {"[" * DEPTH}{"]" * DEPTH}}}'.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "iso-8859-1": lambda text: text.encode("iso-8859-1"),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "witruimte": lambda text: json.dumps(json.loads(text), ensure_ascii=True, indent=3).replace("\n", "\r\n").encode(),
    "andere-volgorde": lambda text: json.dumps(_backwards(json.loads(text))).encode(),
}
_MESSAGES: dict[str, Callable[[Message], Message]] = {
    "getal-als-bsn": lambda one: _changed(one, "jeugdige", "bsn", int),
    "tekst-als-waarheid": lambda one: _changed(one, "attestaties", "redelijkVermoeden", lambda said: "true"),
    "null-velden": lambda one: one | {"verwijderdatum": None, "aanduidingen": None},
}
_TYPES = {
    "ander-mediatype": "text/plain",
    "xml-mediatype": "text/xml",
    "mediatype-met-tekens": f"{JSON}; charset=utf-8",
}

_ELSEWHERE = {"onbekend-adres": ("GET", "/bestaat-niet"), "andere-methode": ("DELETE", "/signalen")}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract: where it is asked, and what of a message goes where."""

    method: str
    path: str
    query: tuple[str, ...]
    headers: tuple[str, ...]
    body: frozenset[str] | None
    asks: str
    """The schema of its body; empty when it has none."""
    answers: Mapping[str, Mapping[str, Any]]
    """HTTP status -> media type -> its schema."""


class Json:
    """A sender that speaks JSON."""

    name = "json"
    meets = True
    twists = frozenset(
        {
            *_BODIES,
            *_MESSAGES,
            *_TYPES,
            *_ELSEWHERE,
            "id-in-adres",
            "anoniem",
            "vreemd-token",
            "anoniem-kapot",
            "vreemd-token-kapot",
        }
    )

    def ask(self, question: Question) -> Request:
        """Write a question."""
        token = caller(question.twist, question.token)
        if question.op == "openapi":
            return Request("GET", f"{question.base}{ROOT}/openapi.json", (("Accept", JSON),))
        if question.twist in _ELSEWHERE:
            method, path = _ELSEWHERE[question.twist]
            return Request(method, f"{question.base}{ROOT}{path}", (("Accept", JSON),), b"", token)
        op, message = operations()[question.op], dict(question.message)
        if question.cursor:
            message["na"] = question.cursor
        path, headers = op.path, [("Accept", f"{JSON}, {PROBLEM}")]
        for name in [one for one in message if f"{{{one}}}" in path]:
            path = path.replace(f"{{{name}}}", quote(str(message[name]), safe=""))
        query = {name: message[name] for name in op.query if name in message}
        if question.twist == "id-in-adres":
            query["bronSignaalId"] = message["bronSignaalId"]
        url = f"{question.base}{ROOT}{path}" + (f"?{urlencode(query)}" if query else "")
        if "If-Match" in op.headers and message.get("stand"):
            headers.append(("If-Match", f'"{message["stand"]}"'))
        if op.body is None:
            return Request(op.method, url, tuple(headers), b"", token)
        body = _extra(question.op, {name: value for name, value in message.items() if name in op.body}, question.extra)
        headers.append(("Content-Type", _TYPES.get(question.twist, JSON)))
        return Request(op.method, url, tuple(headers), _bent(body, question.twist), token)

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
        if exchange.op == "openapi":
            said["draad"]["gelijkAanContract"] = told is not None and _plain(told) == _plain(_document())
            return said | {"uitkomst": "aangenomen" if reply.status == 200 else "onleesbaar"}
        if not isinstance(told, dict):
            return said | {"uitkomst": "onleesbaar"}
        said["contract"] = breaches(exchange.op, reply, told)
        if exchange.op in ("matchTerugkoppelen", "regieVastleggen", "matchOpvragen") and reply.status == 200:
            told = {"matches": [told]}
        if reply.status < 300:
            return told | said | {"uitkomst": "aangenomen"}
        found = [one for one in at(told, "bevindingen") if isinstance(one, dict)]
        said["codes"] = [str(one) for one in (told.get("code"), *(one.get("code") for one in found)) if one]
        said["aanwijzingen"] = _pointed(exchange.request, found)
        return told | said | {"uitkomst": "geweigerd"}


@cache
def operations() -> dict[str, Operation]:
    """Every operation of the contract, by its operationId."""
    found = {}
    for path, methods in _document()["paths"].items():
        for method, told in methods.items():
            if method in ("get", "post", "put"):
                found[told["operationId"]] = _operation(method.upper(), path, told)
    return found


def breaches(op: str, reply: Reply, told: Any) -> list[str]:
    """How an answer breaks the contract: place and rule, without any value; empty when it obeys."""
    answers = operations()[op].answers.get(str(reply.status))
    if answers is None:
        return [f"HTTP {reply.status} staat niet bij {op}"]
    if reply.content_type not in answers:
        return [f"Content-Type is niet {' of '.join(answers)}"]
    schema = json.dumps({**answers[reply.content_type], "components": _document()["components"]})
    return [f"/{'/'.join(map(str, one.instance_path))}: {_rule(one)}" for one in _validator(schema).iter_errors(told)]


def asked_breaches(op: str, body: Any) -> list[str]:
    """How a question breaks the contract: place and rule, without any value; empty when it obeys."""
    found = _validator(operations()[op].asks).iter_errors(body)
    return [f"/{'/'.join(map(str, one.instance_path))}: {_rule(one)}" for one in found]


def _rule(error: jsonschema_rs.ValidationError) -> str:
    return str(error.schema_path[-1]) if error.schema_path else "schema"


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True)


@cache
def _document() -> Any:
    return json.loads(contract(OPENAPI))


def _operation(method: str, path: str, told: Any) -> Operation:
    document = _document()
    parameters = [_followed(one, document) for one in told.get("parameters", [])]
    body = at(told, "requestBody.content")
    fields, asks = None, ""
    if body:
        schema = _followed(body[0][JSON]["schema"], document)
        fields, asks = frozenset(schema["properties"]), json.dumps({**schema, "components": document["components"]})
    answers = {
        status: {kind: one["schema"] for kind, one in _followed(answer, document).get("content", {}).items()}
        for status, answer in told["responses"].items()
    }
    query = tuple(one["name"] for one in parameters if one["in"] == "query")
    return Operation(method, path, query, tuple(one["name"] for one in parameters if one["in"] == "header"), fields,
                     asks, answers)  # fmt: skip


def _followed(node: Any, document: Any) -> Any:
    """What a reference within the document points at."""
    while "$ref" in node:
        found = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        node = found
    return node


def _bent(body: Message, twist: str) -> bytes:
    if twist in _MESSAGES:
        body = _MESSAGES[twist](body)
    text = json.dumps(body, ensure_ascii=False)
    if twist.endswith("-kapot"):
        return _BODIES["kapot"](text)
    return _BODIES[twist](text) if twist in _BODIES else text.encode()


def _extra(op: str, body: Message, extra: tuple[Mapping[str, str], ...]) -> Message:
    for one in extra:
        under = {op: body}.get(one["onder"]) or body.get(one["onder"])
        if isinstance(under, dict):
            under[one["naam"]] = one["tekst"]
    return body


def _changed(message: Message, group: str, name: str, change: Callable[[Any], Any]) -> Message:
    held = dict(message.get(group, {}))
    if name in held:
        held[name] = change(held[name])
    return message | {group: held}


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return value


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _plain(document: Any) -> Any:
    """Without the address a server fills in."""
    return {key: value for key, value in document.items() if key != "servers"} if isinstance(document, dict) else None


def _pointed(asked: Request, findings: list[Message]) -> list[Message]:
    """For each finding what its JSON Pointer points at in the question: how many values, and the name of the field."""
    body = _parsed(asked.body)
    found = []
    for one in findings:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in str(one.get("plaats", "")).split("/")[1:]]
        count = len(_there(body, parts))
        name = next((part for part in reversed(parts) if not part.isdigit()), "") if count else ""
        found.append({"code": one.get("code", ""), "aantal": count, "naam": name})
    return found


def _there(value: Any, parts: list[str]) -> list[Any]:
    for part in parts:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return []
    return [value]
