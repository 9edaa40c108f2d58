"""The sender contract in JSON (`gateway/schemas/aanlevering-1.openapi.json`), for who has neither SOAP nor FHIR.

Bytes and values only. `shape` is what the contract says stands where, `read` the way in, `write` the way out, and
`ROUTES` which request a path is. Errors are problem details (RFC 9457), as the NL API Design Rules want them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic_core import to_json

from gateway.adapters.senders.plainjson import read, shape
from gateway.adapters.senders.plainjson.shape import PARAMETERS, Part
from gateway.adapters.senders.plainjson.write import Describe, Writer
from gateway.canonical.command import Request, Said
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Answer, OneMatch, Refusal, Reply
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire import json_in, problem
from gateway.wire.message import WireRequest, WireResponse

CONTENT_TYPE = "application/json"
ROUTES: dict[str, dict[str, str]] = {
    "/signalen": {"POST": "Afgeven", "GET": "EigenSignalenOpvragen"},
    "/signalen/{signaalId}": {"GET": "StatusOpvragen"},
    "/statusvragen": {"POST": "StatusOpvragen"},
    "/beeindigingen": {"POST": "Beeindigen"},
    "/intrekkingen": {"POST": "Intrekken"},
    "/betekenisaanvullingen": {"POST": "BetekenisAanvullen"},
    "/wijzigingen": {"POST": "Wijzigen"},
    "/verlengingen": {"POST": "Verlengen"},
    "/overdrachten": {"POST": "Overdragen"},
    "/matches": {"GET": "MatchesOpvragen"},
    "/matches/{matchId}": {"GET": "MatchOpvragen"},
    "/matches/{matchId}/contact": {"PUT": "Terugkoppelen"},
    "/matches/{matchId}/regie": {"PUT": "RegieVastleggen"},
    "/capaciteiten": {"GET": "Capaciteiten"},
}
"""The path below the door, and by method the request it is."""
DONE = frozenset({"Afgeven", "Beeindigen", "Intrekken", "BetekenisAanvullen", "Wijzigen", "Verlengen", "Overdragen"})
"""Requests that make something, the first time they come."""
_QUERY = {name: field for field, name in PARAMETERS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class PlainJson:
    """The JSON sender adapter; make it with `load`."""

    texts: FindingTexts
    bodies: Mapping[str, Part]
    places: Mapping[str, Mapping[str, str]]
    writer: Writer
    version: str
    base: str

    @classmethod
    def load(cls, texts: FindingTexts, *, advice: Mapping[str, tuple[str, str]], describe: Describe, base: str) -> Self:
        """Read the contract. `base` is the path of the door; the others are as for the SOAP adapter."""
        contract = shape.document()
        bodies = shape.bodies(contract)
        return cls(
            texts=texts,
            bodies=bodies,
            places={kind: shape.places(part) for kind, part in bodies.items()},
            writer=Writer(texts, advice, describe),
            version=contract["info"]["version"],
            base=base,
        )

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read one request; raises SenderError when it is none of the contract's."""
        kind, said, remarks = self._addressed(request)
        part = self.bodies.get(kind)
        if part is not None and request.method != "GET":
            within, found = self._body(request, part)
            said |= within
            remarks += found
        places = {name: name for name in said if name in PARAMETERS} | dict(self.places.get(kind, {}))
        return read.request(kind, said, places, remarks), ""

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer to `operation` (the request type's name), or what is wrong."""
        status, headers, content_type = 200, {"api-version": self.version, "cache-control": "no-store"}, CONTENT_TYPE
        match reply:
            case Refusal():
                status, content_type = problem.status(reply, self.texts), problem.MEDIA_TYPE
                headers |= problem.headers(reply, status)
            case Answer() if operation in DONE:
                status = 201 if reply.fresh else 200
                headers["location"] = f"{self.base}/signalen/{reply.receipt.signaal_id}"
            case OneMatch():
                headers["etag"] = f'"{reply.match.versie}"'
        return WireResponse(status, to_json(self.writer.reply(reply)), content_type, headers)

    def _addressed(self, request: WireRequest) -> tuple[str, dict[str, Any], tuple[Finding, ...]]:
        """Which request a path is, with what its path, query and head say."""
        route, within = _route(request.path)
        methods = ROUTES.get(route, {})
        if not methods:
            raise SenderError(Finding(code="VIX-1025"))
        kind = methods.get(request.method)
        if kind is None:
            raise SenderError(Finding(code="VIX-1026", limit=", ".join(sorted(methods))))
        known = {"organisatie"} | ({"na", "maximum"} if kind in ("MatchesOpvragen", "EigenSignalenOpvragen") else set())
        said: dict[str, Any] = {_QUERY[name]: Said(text, name) for name, text in within.items()}
        if request.method == "GET":
            said |= {_QUERY[name]: Said(text, name) for name, text in request.query.items() if name in known}
        else:
            known = set()
        if kind in ("Terugkoppelen", "RegieVastleggen") and (
            tag := request.headers.get("if-match", "").strip()
        ) not in ("", "*"):
            said["stand"] = Said(tag.removeprefix("W/").strip('"'), "If-Match")
        strange = any(name not in known for name in request.query)
        return kind, said, (Finding(code="VIX-1001", at="?"),) if strange else ()

    def _body(self, request: WireRequest, part: Part) -> tuple[dict[str, Any], tuple[Finding, ...]]:
        media_type, _, parameters = request.content_type.partition(";")
        if media_type.strip().lower() != CONTENT_TYPE or parameters.strip().lower() not in _PARAMETERS:
            raise SenderError(Finding(code="VIX-1027", at="Content-Type", limit=CONTENT_TYPE))
        try:
            value = json_in.read(request.body)
        except json_in.Malformed as broken:
            code = "VIX-1007" if broken.reason in ("encoding", "depth") else "VIX-1001"
            raise SenderError(Finding(code=code, at=broken.place)) from None
        return read.Body(self.texts.absent).read(value, part)


_PARAMETERS = frozenset({"", "charset=utf-8", 'charset="utf-8"'})


def _route(path: str) -> tuple[str, dict[str, str]]:
    """The route of a path, and what stands in its places; no route for a trailing slash."""
    steps = path.split("/")
    if len(steps) > 2 and steps[1] == "signalen" and steps[2]:
        return "/".join(["", "signalen", "{signaalId}", *steps[3:]]), {"signaalId": steps[2]}
    if len(steps) > 2 and steps[1] == "matches" and steps[2]:
        return "/".join(["", "matches", "{matchId}", *steps[3:]]), {"matchId": steps[2]}
    return path, {}


def contract(url: str) -> bytes:
    """The contract as served at `url`, the full address of the door."""
    document = shape.document()
    document["servers"] = [{"url": url}]
    return json.dumps(document, ensure_ascii=False).encode()


def fields() -> dict[str, str]:
    """Field of the dictionary -> its pointer in a body, or its parameter."""
    found = {name: f"?{told}" if told in ("na", "maximum") else told for name, told in PARAMETERS.items()}
    for part in shape.bodies(shape.document()).values():
        found |= {name: at.removeprefix("/") for name, at in shape.places(part).items()}
    return found


__all__ = ["ROUTES", "PlainJson", "contract", "fields"]
