"""The sender contract in FHIR R4: messages and REST, in JSON and XML; answers and OperationOutcomes out.

Bytes and values only. A request goes through layers: strict JSON or safe XML (`media`), the closed profile (`closed`,
`shape`), R4's schema and the models of `fhir.resources` (`r4`), invariants and references (`invariants`, `opened`);
`read` says what is asked, `write` and `outcome` what is told. Sizes, callers and HTTP are the door's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from uuid_utils.compat import uuid4

from gateway.adapters.senders.fhir import media, opened, r4, search
from gateway.adapters.senders.fhir.closed import Walk
from gateway.adapters.senders.fhir.names import BERICHT, MATCH_ID, SIGNAAL_ID, Lists, own
from gateway.adapters.senders.fhir.opened import STRUCTURE, Resource
from gateway.adapters.senders.fhir.outcome import Outcomes, outcome
from gateway.adapters.senders.fhir.read import CHANGES, EVENTS, asked
from gateway.adapters.senders.fhir.routes import ROUTES, Does, Route, find
from gateway.adapters.senders.fhir.shape import fields
from gateway.adapters.senders.fhir.write import Writer, capabilities, secret
from gateway.canonical.command import Request, Said, Terugkoppelen
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import (
    Answer,
    CapabilityReport,
    MatchPage,
    OneMatch,
    OwnSignalPage,
    Refusal,
    Reply,
)
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest, WireResponse

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_RETRY = "5"


@dataclass(frozen=True, slots=True, repr=False)
class FhirSender:
    """The FHIR sender adapter; make it with `load`."""

    texts: FindingTexts
    base: str
    new_id: Callable[[], UUID]
    lists: Lists
    writer: Writer
    outcomes: Outcomes

    @classmethod
    def load(
        cls,
        texts: FindingTexts,
        *,
        advice: Mapping[str, tuple[str, str]],
        display: Callable[[str, str], str],
        base: str = "",
        lists: Mapping[str, str] | None = None,
        new_id: Callable[[], UUID] = uuid4,
    ) -> Self:
        """Compile the schemas. `advice` is code -> (Dutch, English), `display` a concept of an axis in words, `base`
        the address of the door, `lists` the addresses of senders' own lists by their names."""
        r4.warm()
        return cls(texts, base, new_id, Lists(lists or {}), Writer(display), Outcomes(texts, advice))

    def at(self, route: Route, name: str, request: WireRequest) -> "Exchange":
        """The adapter of one exchange: what stands in its address and headers decides how it is read and answered."""
        kind = media.wanted(request.headers.get("accept", ""), request.query.get("_format", ""))
        return Exchange(self, route, name, kind or media.JSON, _preferred(request.headers.get("prefer", "")))

    def refused(self, refusal: Refusal, kind: str, status: int = 0) -> WireResponse:
        """A bare OperationOutcome, for what never became a request."""
        headers = {"retry-after": _RETRY} if refusal.retryable else {}
        return _response(status or self.outcomes.status(refusal), self.outcomes.refusal(refusal), kind, headers)


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """Reads one request and writes its answer. `kind` is the media type asked for, `prefer` what to return."""

    sender: FhirSender
    route: Route
    name: str
    kind: str
    prefer: str = ""

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read the request, and the id and identifier system that its answer must refer to.

        What is wrong in a recognised request stands in its `remarks`; raises SenderError when there is none.
        """
        match self.route.does:
            case Does.MESSAGE:
                return self._message(request)
            case Does.GIVE:
                return self._resource(request, "Flag", lambda flag: "signaal-aanmaken")
            case Does.CHANGE:
                return self._resource(request, "Flag", lambda flag: CHANGES.get(str(flag.get("status")), ""))
            case Does.FOLLOW_UP:
                return self._resource(request, "Task", lambda task: "match-terugkoppelen")
            case Does.STATUS:
                return search.flag(self.name, search.said("", b"", request.query)), "|"
            case Does.MATCH:
                return search.task(self.name, search.said("", b"", request.query)), "|"
            case Does.CAPABILITIES:
                self._nothing(request)
                return search.capabilities(search.said("", b"", request.query)), "|"
            case _:
                return self._search(request)

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer: in a message, as a resource, or as a bare OperationOutcome."""
        message, _, system = relates_to.partition("|")
        if isinstance(reply, Refusal):
            if message and not reply.retryable:
                return self._answered(message, [], self.sender.outcomes.refusal(reply), fault=True)
            return self.sender.refused(reply, self.kind)
        if message:
            return self._answered(message, self._resources(reply, system), outcome(self._issues(reply)))
        if isinstance(reply, Answer):
            return self._receipt(reply, system)
        if isinstance(reply, OneMatch):
            return self._told(200, self.sender.writer.match(reply.match))
        if isinstance(reply, MatchPage | OwnSignalPage):
            return self._told(200, self.sender.writer.page(reply, self.sender.base))
        return self._told(200, capabilities(reply))

    # in

    def _walk(self) -> Walk:
        return Walk(self.sender.texts.absent)

    def _body(self, request: WireRequest) -> Any:
        kind = media.written_in(request.content_type)
        if kind == media.FORM:
            raise SenderError(Finding(code="VIX-1030"))
        return media.read(request.body, kind)

    def _message(self, request: WireRequest) -> tuple[Request, str]:
        walk, value = self._walk(), self._body(request)
        relates_to = _message_id(value)
        try:
            message, focus = opened.message(value, walk)
            header = message.header.value if message.header else {}
            if not isinstance(header.get("id"), str):
                walk.find("VIX-1106", "Bundle.entry[0].resource.id")
            event = _event(header)
            if event not in EVENTS or EVENTS[event][0] != focus.kind:
                walk.find(STRUCTURE, "Bundle.entry[0].resource.event", limit=" | ".join(EVENTS))
                raise SenderError(*walk.found.values())
            return asked(event, focus, message, self.sender.lists), f"{relates_to}|{_system(focus)}"
        except SenderError as error:
            raise SenderError(*error.findings, relates_to=relates_to) from None

    def _resource(
        self, request: WireRequest, kind: str, event_of: Callable[[Mapping[str, Any]], str]
    ) -> tuple[Request, str]:
        walk = self._walk()
        found, focus = opened.alone(self._body(request), kind, walk)
        event = event_of(focus.value)
        if not event:
            walk.find("VIX-1105", "Flag.status", " | ".join(CHANGES))
            raise SenderError(*walk.found.values())
        if self.name and focus.value.get("id", self.name) != self.name:
            walk.find("VIX-1036", f"{kind}.id")
        self._conditional(request, focus, walk)
        read = asked(event, focus, found, self.sender.lists)
        system = _system(focus)
        if isinstance(read, Terugkoppelen):
            return _answering(read, self.name, request, walk), f"|{system}"
        if self.name:
            named = next((one for one in (getattr(read, "signaal_id", None),) if one), None)
            if named is not None and named.text != self.name:
                walk.find("VIX-1036", named.at)
            read = replace(read, signaal_id=named or Said(self.name, "http.id"))  # type: ignore[call-arg]
        for_whom = _organisation(request)
        return replace(read, remarks=tuple(walk.found.values()), organisatie=read.organisatie or for_whom), f"|{system}"

    def _conditional(self, request: WireRequest, focus: Resource, walk: Walk) -> None:
        """If-None-Exist changes nothing, for a signal is given once anyway; but it may not mean another one."""
        said = request.headers.get("if-none-exist", "")
        if said and self.route.does == Does.GIVE:
            own_id = {f"{one.get('system')}|{one.get('value')}" for one in focus.value.get("identifier", ()) or ()}
            condition = search.said("Flag", said.encode(), {})
            if [*condition] != ["identifier"] or condition["identifier"].text not in own_id:
                walk.find("VIX-1036", "http.If-None-Exist")

    def _search(self, request: WireRequest) -> tuple[Request, str]:
        if request.body and media.written_in(request.content_type) != media.FORM:
            raise SenderError(Finding(code="VIX-1030"))
        asked_for = search.said(self.route.resource, request.body, request.query)
        if self.route.does == Does.MATCHES:
            return search.tasks(asked_for), "|"
        identifier = asked_for.get("identifier")
        system = identifier.text.rpartition("|")[0] if identifier else ""
        return search.flags(asked_for), "|" if system == SIGNAAL_ID else f"|{system}"

    def _nothing(self, request: WireRequest) -> None:
        """The operation has no parameters; a body may say so."""
        if request.body:
            walk = self._walk()
            opened.alone(self._body(request), "Parameters", walk)
            if walk.found:
                raise SenderError(*walk.found.values())

    # out

    def _told(self, status: int, resource: dict[str, Any], **headers: str) -> WireResponse:
        version = resource.get("meta", {}).get("versionId")
        tags = {"etag": f'W/"{version}"'} if version else {}
        return _response(status, resource, self.kind, {**tags, **headers})

    def _issues(self, reply: Reply) -> list[dict[str, Any]]:
        if not isinstance(reply, Answer):
            return []
        questions = (*reply.receipt.vragen, *reply.understood.questions)
        return self.sender.outcomes.issues(reply.bevindingen, questions=questions, advice=reply.understood.advice)

    def _receipt(self, answer: Answer, system: str) -> WireResponse:
        """The answer to a write or a status: the receipt, with what is said of it inside."""
        flag = self.sender.writer.receipt(answer, system)
        issues = self._issues(answer)
        status = 201 if answer.fresh and self.route.does == Does.GIVE else 200
        headers = {}
        if self.route.does == Does.GIVE:
            headers["location"] = f"{self.sender.base}/Flag/{flag['id']}"
        if self.prefer == "OperationOutcome":
            told = self._told(status, outcome(issues), **headers)
            return replace(told, headers={**told.headers, "etag": f'W/"{flag["meta"]["versionId"]}"'})
        if self.prefer == "minimal" and not issues:
            told = self._told(status, flag, **headers)
            return replace(told, body=b"")
        if issues:
            flag["contained"] = [outcome(issues) | {"id": "uitkomst"}]
            flag["extension"].append({"url": own("vi-uitkomst"), "valueReference": {"reference": "#uitkomst"}})
        return self._told(status, flag, **headers)

    def _resources(self, reply: Reply, system: str) -> list[dict[str, Any]]:
        match reply:
            case Answer():
                matches = (self.sender.writer.match(one) for one in reply.standing.matches)
                return [self.sender.writer.receipt(reply, system), *matches]
            case OneMatch():
                return [self.sender.writer.match(reply.match)]
            case MatchPage() | OwnSignalPage() | CapabilityReport() | Refusal():
                return []

    def _answered(
        self, message: str, resources: list[dict[str, Any]], told: dict[str, Any], *, fault: bool = False
    ) -> WireResponse:
        """An answer as a message: its header, the outcome, and what the answer is about."""
        bundle, header, issues = (str(self.sender.new_id()) for _ in range(3))
        about = [{"reference": f"urn:uuid:{one['id']}", "type": one["resourceType"]} for one in resources]
        response = {
            "identifier": message,
            "code": "fatal-error" if fault else "ok",
            "details": {"reference": f"urn:uuid:{issues}", "type": "OperationOutcome"},
        }
        first = {
            "resourceType": "MessageHeader",
            "id": header,
            "meta": {"profile": [own("vi-antwoordkop")]},
            "eventCoding": {"system": BERICHT, "code": "antwoord"},
            "source": {"endpoint": self.sender.base},
            "response": response,
        }
        enclosed = [first | {"focus": about} if about else first, told | {"id": issues}, *resources]
        whole = {
            "resourceType": "Bundle",
            "id": bundle,
            "meta": secret("vi-antwoord"),
            "type": "message",
            "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in enclosed],
        }
        return _response(200, whole, self.kind, {})


def _response(status: int, resource: Mapping[str, Any], kind: str, headers: Mapping[str, str]) -> WireResponse:
    return WireResponse(status, media.write(resource, kind), f"{kind}; charset=utf-8", headers)


def _preferred(prefer: str) -> str:
    for preference in prefer.split(","):
        name, _, value = preference.strip().partition("=")
        if name == "return":
            return value
    return ""


def _event(header: Mapping[str, Any]) -> str:
    coding = header.get("eventCoding")
    known = isinstance(coding, dict) and coding.get("system") == BERICHT
    return str(coding.get("code")) if known and isinstance(coding, dict) else ""


def _message_id(value: Any) -> str:
    """The id of a message's header, when it is one that an answer can repeat."""
    try:
        header = value["entry"][0]["resource"]
        name = header["id"] if header["resourceType"] == "MessageHeader" else ""
    except (KeyError, TypeError, IndexError):
        return ""
    return name if isinstance(name, str) and _ID.fullmatch(name) else ""


def _system(focus: Resource) -> str:
    """The system of the sender's own number, for the answer to repeat."""
    identifiers = focus.value.get("identifier")
    for one in identifiers if isinstance(identifiers, list) else ():
        if isinstance(one, dict) and one.get("system") not in (SIGNAAL_ID, MATCH_ID):
            system = one.get("system", "")
            return system if isinstance(system, str) else ""
    return ""


def _organisation(request: WireRequest) -> Said | None:
    said = request.query.get("organisatie")
    return Said(said, "http.organisatie") if said is not None else None


def _answering(read: Terugkoppelen, name: str, request: WireRequest, walk: Walk) -> Request:
    """A follow-up at the address of its match, to the version that If-Match names."""
    if read.match_id is not None and read.match_id.text != name:
        walk.find("VIX-1036", read.match_id.at)
    tag = request.headers.get("if-match", "").strip()
    stand = read.stand
    if tag and tag != "*":
        stand = Said(tag.removeprefix("W/").strip('"'), "http.If-Match")
    return replace(
        read,
        match_id=Said(name, "http.id"),
        stand=stand,
        remarks=tuple(walk.found.values()),
        organisatie=read.organisatie or _organisation(request),
    )


__all__ = ["ROUTES", "Does", "Exchange", "FhirSender", "Route", "fields", "find"]
