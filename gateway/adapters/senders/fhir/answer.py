"""An answer as the interaction wants it: in a message, as a resource, as a page, or as a bare OperationOutcome."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, assert_never
from uuid import UUID

from gateway.adapters.senders.fhir import media
from gateway.adapters.senders.fhir.names import BERICHT, own
from gateway.adapters.senders.fhir.outcome import Outcomes, outcome
from gateway.adapters.senders.fhir.routes import Does
from gateway.adapters.senders.fhir.write import Resource, Writer, capabilities, secret
from gateway.canonical.receipt import (
    Answer,
    CapabilityReport,
    MatchPage,
    OneMatch,
    OwnSignalPage,
    Refusal,
    Reply,
)
from gateway.wire import problem
from gateway.wire.message import WireResponse

_NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request its answer must refer to; a text on its way through the flow.

    `kind` is the media type to answer in, `prefer` what to return, `message` the id of a message's header, `system`
    the identifier system of the sender's own number.
    """

    kind: str = media.JSON
    prefer: str = ""
    does: str = ""
    message: str = ""
    system: str = ""

    def __str__(self) -> str:
        return " ".join([self.kind, self.prefer, self.does, self.message, self.system])

    @classmethod
    def of(cls, text: str) -> Self:
        """What `str` wrote; nothing known where it is empty."""
        return cls(*text.split(" ", 4)) if text else cls()


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """Writes replies. `base` is the full address of the door."""

    base: str
    new_id: Callable[[], UUID]
    writer: Writer
    outcomes: Outcomes

    def write(self, reply: Reply, asked: Asked) -> WireResponse:
        """The answer to what was asked."""
        if asked.message and not (isinstance(reply, Refusal) and reply.retryable):
            return self._message(reply, asked)
        match reply:
            case Refusal():
                status = self.outcomes.status(reply)
                return responded(status, self.outcomes.refusal(reply), asked, problem.headers(reply, status))
            case Answer():
                return self._receipt(reply, asked)
            case OneMatch():
                return responded(200, self.writer.match(reply.match), asked)
            case MatchPage() | OwnSignalPage():
                return responded(200, self.writer.page(reply, self.base), asked)
            case CapabilityReport():
                return responded(200, capabilities(reply), asked)
            case _ as never:
                assert_never(never)

    def _receipt(self, answer: Answer, asked: Asked) -> WireResponse:
        """The answer to a write or a status: the receipt, with what is said of it inside."""
        flag, issues = self.writer.receipt(answer, asked.system), self._issues(answer)
        given = asked.does == Does.GIVE
        headers = _tag(flag) | ({"location": f"{self.base}/Flag/{flag['id']}"} if given else {})
        status = 201 if given and answer.fresh else 200
        if asked.prefer == "OperationOutcome":
            return responded(status, outcome(issues), asked, headers)
        if issues:
            flag["contained"] = [outcome(issues) | {"id": "uitkomst"}]
            flag["extension"].append({"url": own("vi-uitkomst"), "valueReference": {"reference": "#uitkomst"}})
        whole = responded(status, flag, asked, headers)
        return replace(whole, body=b"") if asked.prefer == "minimal" and not issues else whole

    def _issues(self, answer: Answer) -> list[Resource]:
        """A question about a word that is kept is among the findings already."""
        understood = answer.understood
        return self.outcomes.issues(answer.bevindingen, questions=understood.questions, advice=understood.advice)

    def _message(self, reply: Reply, asked: Asked) -> WireResponse:
        """An answer as a message: its header, the outcome, and what the answer is about."""
        resources: list[Resource] = []
        told, code = outcome([]), "ok"
        match reply:
            case Refusal():
                told, code = self.outcomes.refusal(reply), "fatal-error"
            case Answer():
                matches = (self.writer.match(one) for one in reply.standing.matches)
                told, resources = outcome(self._issues(reply)), [self.writer.receipt(reply, asked.system), *matches]
            case OneMatch():
                resources = [self.writer.match(reply.match)]
            case _:
                raise TypeError("no message asks for a page")
        header = self._header(asked.message, code, str(issues := self.new_id()))
        if resources:
            header["focus"] = [{"reference": f"urn:uuid:{one['id']}", "type": one["resourceType"]} for one in resources]
        enclosed = [header, told | {"id": str(issues)}, *resources]
        whole = {
            "resourceType": "Bundle",
            "id": str(self.new_id()),
            "meta": secret("vi-antwoord"),
            "type": "message",
            "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in enclosed],
        }
        return responded(200, whole, asked)

    def _header(self, message: str, code: str, issues: str) -> Resource:
        details = {"reference": f"urn:uuid:{issues}", "type": "OperationOutcome"}
        return {
            "resourceType": "MessageHeader",
            "id": str(self.new_id()),
            "meta": {"profile": [own("vi-antwoordkop")]},
            "eventCoding": {"system": BERICHT, "code": "antwoord"},
            "source": {"endpoint": self.base},
            "response": {"identifier": message, "code": code, "details": details},
        }


def _tag(resource: Mapping[str, Any]) -> dict[str, str]:
    version = resource.get("meta", {}).get("versionId")
    return {"etag": f'W/"{version}"'} if version else {}


def responded(
    status: int, resource: Mapping[str, Any], asked: Asked, headers: Mapping[str, str] | None = None
) -> WireResponse:
    """A resource as an answer, in the form that was asked; nobody between may keep it."""
    told = _NO_STORE | _tag(resource) | dict(headers or {})
    return WireResponse(status, media.write(resource, asked.kind), f"{asked.kind}; charset=utf-8", told)
