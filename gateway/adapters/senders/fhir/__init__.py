"""The sender contract in FHIR R4: messages and REST, in JSON and XML; answers and OperationOutcomes out.

Bytes and values only. A request goes through layers: strict JSON or safe XML (`media`), the closed profile (`closed`,
`shape`), R4's schema and the models of `fhir.resources` (`r4`), invariants and references (`invariants`, `opened`);
`read` says what is asked, `answer` what is told. `routes` is what may be asked where. Sizes, callers and HTTP are the
door's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from uuid_utils.compat import uuid4

from gateway.adapters.senders.fhir import media, opened, r4, search
from gateway.adapters.senders.fhir.answer import Answers, Asked
from gateway.adapters.senders.fhir.asking import body_of, routed
from gateway.adapters.senders.fhir.capability import statement
from gateway.adapters.senders.fhir.closed import Walk
from gateway.adapters.senders.fhir.names import BERICHT, MATCH_ID
from gateway.adapters.senders.fhir.opened import STRUCTURE, Resource
from gateway.adapters.senders.fhir.outcome import Outcomes
from gateway.adapters.senders.fhir.read import CHANGES, EVENTS, asked, change_of, task_event
from gateway.adapters.senders.fhir.routes import ROUTES, SUBSCRIPTIONS, Does, Route
from gateway.adapters.senders.fhir.shape import fields
from gateway.adapters.senders.fhir.subscriptions import FhirSubscriptions
from gateway.adapters.senders.fhir.words import ListOf
from gateway.adapters.senders.fhir.write import Writer
from gateway.canonical.command import Changing, RegieVastleggen, Request, Said, Terugkoppelen
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Reply
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.fhir import SIGNAAL_ID
from gateway.wire.message import WireRequest, WireResponse


@dataclass(frozen=True, slots=True, repr=False)
class FhirSender:
    """The FHIR sender adapter; make it with `load`."""

    texts: FindingTexts
    list_of: ListOf
    answers: Answers

    @classmethod
    def load(
        cls,
        texts: FindingTexts,
        *,
        advice: Mapping[str, tuple[str, str]],
        display: Callable[[str, str], str],
        list_of: ListOf,
        base: str,
        new_id: Callable[[], UUID] = uuid4,
    ) -> Self:
        """Compile the schemas. `advice` is code -> (Dutch, English), `display` a concept of an axis in words,
        `list_of` a code system's address -> the sender's own list, `base` the full address of the door."""
        r4.warm()
        return cls(texts, list_of, Answers(base, new_id, Writer(display), Outcomes(texts, advice)))

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read one request, and what its answer must refer to (`Asked`, as a text).

        What is wrong in a recognised request stands in its `remarks`; raises SenderError when there is none.
        """
        return routed(request, ROUTES, self._read)

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer: in a message, as a resource, or as a bare OperationOutcome."""
        return self.answers.write(reply, Asked.of(relates_to))

    def metadata(self, request: WireRequest, routes: Iterable[Route], version: str) -> WireResponse:
        """The CapabilityStatement, for whoever asks."""
        kind = media.wanted(request.headers.get("accept", ""), request.query.get("_format", "")) or media.JSON
        told = media.write(statement(routes, self.answers.base, version), kind)
        return WireResponse(200, told, f"{kind}; charset=utf-8")

    def _read(self, request: WireRequest, route: Route, name: str) -> tuple[Request, str]:
        """The request, and the message id and identifier system that its answer repeats, with a space between."""
        match route.does:
            case Does.MESSAGE:
                return self._message(request)
            case Does.GIVE:
                return self._resource(request, "Flag", name, lambda flag: "signaal-aanmaken")
            case Does.CHANGE:
                return self._resource(request, "Flag", name, change_of)
            case Does.FOLLOW_UP:
                return self._resource(request, "Task", name, task_event)
            case Does.STATUS:
                return search.flag(name, search.said("", b"", request.query)), ""
            case Does.MATCH:
                return search.task(name, search.said("", b"", request.query)), ""
            case Does.CAPABILITIES:
                self._nothing(request)
                return search.capabilities(search.said("", b"", request.query)), ""
            case _:
                return self._search(request, route)

    def _message(self, request: WireRequest) -> tuple[Request, str]:
        walk, value = Walk(self.texts.absent), body_of(request)
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
            read = _on_behalf(asked(event, focus, message, self.list_of), request)
            return read, f"{relates_to} {_system(focus)}"
        except SenderError as error:
            raise SenderError(*error.findings, relates_to=relates_to) from None

    def _resource(
        self, request: WireRequest, kind: str, name: str, event_of: Callable[[Mapping[str, Any]], str]
    ) -> tuple[Request, str]:
        walk = Walk(self.texts.absent)
        found, focus = opened.alone(body_of(request), kind, walk)
        event = event_of(focus.value)
        if not event:
            walk.find("VIX-1105", "Flag.status", " | ".join(CHANGES))
            raise SenderError(*walk.found.values())
        if name and focus.value.get("id", name) != name:
            walk.find("VIX-1036", f"{kind}.id")
        if not name:
            _conditional(request, focus, walk)
        read = asked(event, focus, found, self.list_of)
        if isinstance(read, Terugkoppelen | RegieVastleggen):
            read = _answering(read, name, request, walk)
        elif isinstance(read, Changing):
            if read.signaal_id is not None and read.signaal_id.text != name:
                walk.find("VIX-1036", read.signaal_id.at)
            read = replace(read, signaal_id=Said(name, "http.id"))
        return _on_behalf(replace(read, remarks=tuple(walk.found.values())), request), f" {_system(focus)}"

    def _search(self, request: WireRequest, route: Route) -> tuple[Request, str]:
        if request.body and media.written_in(request.content_type) != media.FORM:
            raise SenderError(Finding(code="VIX-1027", limit=media.FORM))
        said = search.said(route.resource, request.body, request.query)
        if route.does == Does.MATCHES:
            return search.tasks(said), ""
        identifier = said.get("identifier")
        system = identifier.text.rpartition("|")[0] if identifier else ""
        return search.flags(said), "" if system == SIGNAAL_ID else f" {system}"

    def _nothing(self, request: WireRequest) -> None:
        """The operation has no parameters; a body may say so."""
        if request.body:
            walk = Walk(self.texts.absent)
            opened.alone(body_of(request), "Parameters", walk)
            if walk.found:
                raise SenderError(*walk.found.values())


AT_ONCE = ("async", "false")
"""What a message may say of its answer, and need not: it comes at once (R4, $process-message)."""


def _on_behalf(read: Request, request: WireRequest) -> Request:
    """The request with the organisation its address names; a resource in it may not name another one."""
    query = {name: text for name, text in request.query.items() if (name, text) != AT_ONCE}
    named = search.said("", b"", query).get("organisatie")
    within = read.organisatie
    if named is not None and within is not None and named.text.strip() != within.text.strip():
        return replace(read, remarks=(*read.remarks, Finding(code="VIX-1036", at=named.at)))
    return replace(read, organisatie=within or named)


def _conditional(request: WireRequest, focus: Resource, walk: Walk) -> None:
    """If-None-Exist changes nothing, for a signal is given once anyway; but it may not mean another one."""
    said = request.headers.get("if-none-exist")
    if said is None:
        return
    identifiers = focus.value.get("identifier")
    own = [one for one in identifiers if isinstance(one, dict)] if isinstance(identifiers, list) else []
    address, _, asked_of = said.partition("?")
    condition = search.said("Flag", (said if "=" in address else asked_of).encode(), {})  # HAPI writes the address too
    meant = condition.get("identifier")
    if meant is None or meant.text not in [f"{one.get('system')}|{one.get('value')}" for one in own]:
        walk.find("VIX-1036", "http.If-None-Exist")


def _event(header: Mapping[str, Any]) -> str:
    coding = header.get("eventCoding")
    return str(coding.get("code")) if isinstance(coding, dict) and coding.get("system") == BERICHT else ""


def _message_id(value: Any) -> str:
    """The id of a message's header, when it is one that an answer can repeat."""
    try:
        header = value["entry"][0]["resource"]
        name = header["id"] if header["resourceType"] == "MessageHeader" else ""
    except (KeyError, TypeError, IndexError):
        return ""
    return name if isinstance(name, str) and r4.ID.fullmatch(name) else ""


def _system(focus: Resource) -> str:
    """The system of the sender's own number, for the answer to repeat."""
    identifiers = focus.value.get("identifier")
    for one in identifiers if isinstance(identifiers, list) else ():
        if isinstance(one, dict) and one.get("system") not in (SIGNAAL_ID, MATCH_ID):
            system = one.get("system", "")
            return system if isinstance(system, str) else ""
    return ""


def _answering(
    read: Terugkoppelen | RegieVastleggen, name: str, request: WireRequest, walk: Walk
) -> Terugkoppelen | RegieVastleggen:
    """What is said of a match at the address of its match, to the version that If-Match names."""
    if read.match_id is not None and read.match_id.text != name:
        walk.find("VIX-1036", read.match_id.at)
    tag = request.headers.get("if-match", "").strip()
    stand = Said(tag.removeprefix("W/").strip('"'), "http.If-Match") if tag not in ("", "*") else read.stand
    return replace(read, match_id=Said(name, "http.id"), stand=stand)


__all__ = ["ROUTES", "SUBSCRIPTIONS", "Does", "FhirSender", "FhirSubscriptions", "Route", "Writer", "fields", "media"]
