"""What every request over FHIR begins with: what its answer is written in, and which route it takes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from gateway.adapters.senders.fhir import media
from gateway.adapters.senders.fhir.answer import Asked
from gateway.adapters.senders.fhir.routes import Route, find
from gateway.canonical.finding import Finding
from gateway.errors import SenderError
from gateway.wire.message import WireRequest

Read = TypeVar("Read")


def routed(
    request: WireRequest, routes: Iterable[Route], read: Callable[[WireRequest, Route, str], tuple[Read, str]]
) -> tuple[Read, str]:
    """What `read` makes of a request and its route, and what the answer must refer to (`Asked`, as a text).

    `read` also gives the message id and identifier system that the answer repeats, with a space between; raises
    SenderError when there is nothing to be read.
    """
    kind = media.wanted(request.headers.get("accept", ""), request.query.get("_format", ""))
    answering = Asked(kind or media.JSON, _preferred(request.headers.get("prefer", "")))
    try:
        if not kind:
            raise SenderError(Finding(code="VIX-1031"))
        route, name, methods = find(routes, request.method, request.path.removeprefix("/"))
        if route is None:
            code = "VIX-1026" if methods else "VIX-1025"
            raise SenderError(Finding(code=code, limit=", ".join(methods)))
        answering = replace(answering, does=route.does)
        found, refers = read(request, route, name)
    except SenderError as error:
        refused = replace(answering, message=error.relates_to)
        raise SenderError(*error.findings, relates_to=str(refused)) from None
    message, _, system = refers.partition(" ")
    return found, str(replace(answering, message=message, system=system))


def body_of(request: WireRequest) -> object:
    """The body of a request as JSON has it; raises SenderError."""
    kind = media.written_in(request.content_type)
    if kind == media.FORM:
        raise SenderError(Finding(code="VIX-1027", limit=f"{media.JSON} | {media.XML}"))
    return media.read(request.body, kind)


def _preferred(prefer: str) -> str:
    """What a sender prefers back, where that is something we know."""
    for preference in prefer.split(","):
        name, _, value = preference.strip().partition("=")
        if name == "return" and value in ("minimal", "OperationOutcome"):
            return value
    return ""
