"""Who asks for what is published: reading, searching and the terminology operations, as bytes in and bytes out.

Who is calling does not matter, for nothing here is about a person; size is the door's.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from fhir.resources.R4B import get_fhir_model_class

from gateway.adapters.publications.fhir import terminology
from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.library import KINDS, Library
from gateway.canonical.finding import Finding
from gateway.clock import legal_day
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire import json_in
from gateway.wire.fhir import canonical
from gateway.wire.message import WireRequest, WireResponse

JSON = "application/fhir+json; charset=utf-8"
XML = "application/fhir+xml; charset=utf-8"
TYPES = frozenset({"application/fhir+json", "application/json", "text/json"})
DEPTH = 12
"""Of a Parameters resource with a CodeableConcept in it, with room."""
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
HEAVY = ("differential", "concept", "property", "group", "compose", "definition", "parameter", "focus")
"""What a summary leaves out."""
NOT_SO = "VIX-1026"
"""This cannot be done here; its limit names the methods that can."""
ISSUES = {
    "VIX-1001": "structure",
    "VIX-1025": "not-found",
    NOT_SO: "not-supported",
    "VIX-1027": "not-supported",
    "VIX-1028": "too-long",
    "VIX-1105": "value",
    "VIX-1901": "exception",
}
"""Finding -> what FHIR calls it (IssueType)."""

Operation = Callable[[terminology.Asked, dt.datetime], Resource]


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """What is published, for whoever asks. `base` is the address of the door."""

    library: Library
    texts: FindingTexts
    base: str

    def answer(self, request: WireRequest, now: dt.datetime) -> WireResponse:
        """Answer one request; what is wrong with it is an OperationOutcome."""
        try:
            return _written(200, self._answer(request, now), xml=_wants_xml(request))
        except SenderError as error:
            return self.refused(error.findings[0], request)

    def refused(self, finding: Finding, request: WireRequest) -> WireResponse:
        """Say what is wrong."""
        text = self.texts.text(finding)
        issue: Resource = {
            "severity": "error",
            "code": ISSUES[finding.code],
            "details": {
                "coding": [{"system": canonical("CodeSystem", "vi-bevinding"), "code": finding.code}],
                "text": text.rule,
            },
            "diagnostics": text.fix,
        }
        if finding.at:
            issue["expression"] = [finding.at]
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        response = _written(text.http, outcome, xml=_wants_xml(request))
        return replace(response, headers={"allow": finding.limit} if finding.code == NOT_SO else {})

    def _answer(self, request: WireRequest, now: dt.datetime) -> Resource:
        kind, *rest = request.path.strip("/").split("/")
        if kind not in KINDS or len(rest) > 2:
            raise _no("VIX-1025")
        if rest and rest[-1].startswith("$"):
            operation = self._operations(kind).get(rest[-1])
            if operation is None:
                raise _no("VIX-1025")
            asked = dict(_asked(request))
            if len(rest) == 2:
                asked["url"] = self._one(kind, rest[0]).get("url")
            return operation(asked, now)
        if request.method not in ("GET", "HEAD"):
            raise _no(NOT_SO, limit="GET, HEAD")
        if len(rest) == 2:
            raise _no("VIX-1025")
        return _summed(self._one(kind, rest[0]), request.query) if rest else self._found(kind, request.query)

    def _operations(self, kind: str) -> Mapping[str, Operation]:
        def translate(asked: terminology.Asked, now: dt.datetime) -> Resource:
            return terminology.translate(self.library, asked, legal_day(now))

        def validate(kind: str, asked: terminology.Asked, _: dt.datetime) -> Resource:
            return terminology.validate_code(self.library, kind, asked)

        judge = {"$validate-code": partial(validate, kind)}
        known: Mapping[str, Mapping[str, Operation]] = {
            "ConceptMap": {"$translate": translate},
            "CodeSystem": judge,
            "ValueSet": judge | {"$expand": partial(terminology.expand, self.library)},
        }
        return known.get(kind, {})

    def _one(self, kind: str, identity: str) -> Resource:
        found = self.library.get(kind, identity)
        if found is None:
            raise _no("VIX-1025")
        return found

    def _found(self, kind: str, query: Mapping[str, str]) -> Resource:
        """A searchset by `url`, `_id` or, of a NamingSystem, `value`; its own link says what was looked at."""
        looked = {name: value for name, value in query.items() if name in ("url", "_id", "value", "_summary")}
        found = [resource for resource in self.library.of(kind) if _meets(resource, looked)]
        where = f"{self.base}/{kind}"
        made: Resource = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": [{"relation": "self", "url": f"{where}?{urlencode(looked)}" if looked else where}],
        }
        if not found or looked.get("_summary") == "count":
            return made
        return made | {
            "entry": [
                {
                    "fullUrl": f"{where}/{resource['id']}",
                    "resource": _summed(resource, looked),
                    "search": {"mode": "match"},
                }
                for resource in found
            ]
        }


def _no(code: str, at: str = "", limit: str = "") -> SenderError:
    return SenderError(Finding(code=code, at=at, limit=limit))


def _meets(resource: Resource, looked: Mapping[str, str]) -> bool:
    if "_id" in looked and resource["id"] != looked["_id"]:
        return False
    addresses = [resource.get("url"), *(item["value"] for item in resource.get("uniqueId", ()))]
    return all(looked[name] in addresses for name in ("url", "value") if name in looked)


def _summed(resource: Resource, query: Mapping[str, str]) -> Resource:
    if query.get("_summary") != "true":
        return resource
    light = {name: value for name, value in resource.items() if name not in HEAVY}
    return light | {"meta": {"tag": [SUBSETTED]}}


def _asked(request: WireRequest) -> Iterator[tuple[str, Any]]:
    """The parameters of an operation: of the address, or of a Parameters resource."""
    if request.method == "GET":
        yield from request.query.items()
        return
    if request.method != "POST":
        raise _no(NOT_SO, limit="GET, POST")
    if request.content_type.partition(";")[0].strip().lower() not in TYPES:
        raise _no("VIX-1027", "Content-Type", "application/fhir+json")
    try:
        body = json_in.read(request.body, depth=DEPTH)
    except json_in.Malformed as error:
        raise _no("VIX-1001", error.place) from None
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        raise _no("VIX-1001", "Parameters")
    parameters = body.get("parameter", [])
    if not isinstance(parameters, list):
        raise _no("VIX-1001", "Parameters.parameter")
    seen: set[str] = set()
    for number, parameter in enumerate(parameters):
        at = f"Parameters.parameter[{number}]"
        name, value = _parameter(parameter, at)
        if name in seen:
            raise _no("VIX-1001", at)
        seen.add(name)
        yield name, value


def _parameter(parameter: Any, at: str) -> tuple[str, Any]:
    """A name, and its value of whatever type."""
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise _no("VIX-1001", at)
    values = [value for name, value in parameter.items() if name.startswith("value") or name in ("resource", "part")]
    if len(values) != 1:
        raise _no("VIX-1001", at)
    return parameter["name"], values[0]


def _wants_xml(request: WireRequest) -> bool:
    """Whether an answer is wanted in XML, and not in JSON as well or rather."""
    said = request.query.get("_format") or request.headers.get("accept", "")
    degrees = dict.fromkeys(("json", "xml"), 0.0)
    for part in said.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        for form, best in degrees.items():
            if kind in (form, f"text/{form}", f"application/{form}", f"application/fhir+{form}", "*/*"):
                degrees[form] = max(best, _degree(parameters))
    return degrees["xml"] > degrees["json"]


def _degree(parameters: list[str]) -> float:
    said = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        return float(said)
    except ValueError:
        return 0.0


def _written(status: int, resource: Resource, *, xml: bool) -> WireResponse:
    if not xml:
        return WireResponse(status, json.dumps(resource, ensure_ascii=False).encode(), JSON)
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return WireResponse(status, cast(bytes, model.model_dump_xml()), XML)
