"""The sender contract in SOAP 1.1 (`gateway/schemas/aanlevering-1.{wsdl,xsd}`): requests in, answers and faults out.

Bytes and values only. `shape` is what the contract says stands where, `read` the way in, `write` the way out.
Limits on size, who is calling and HTTP itself are the door's; meaning is admission's and the vocabulary's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from lxml import etree
from uuid_utils.compat import uuid4

from gateway.adapters.senders.soap import read, shape
from gateway.adapters.senders.soap.shape import CONTRACT, OPERATIONS, Part
from gateway.adapters.senders.soap.write import Writer
from gateway.canonical.command import Request
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal, Reply
from gateway.errors import GatewayError, SenderError
from gateway.rules.findings import FindingTexts, leading
from gateway.wire import soap, xml
from gateway.wire.aanlevering import NAMESPACE, Describe
from gateway.wire.message import WireRequest, WireResponse
from gateway.wire.soap import Contract
from gateway.wire.xml import Element

PREFIXES = {soap.ENVELOPE: "soap", soap.ADDRESSING: "wsa"}
_ELEMENTS = {kind: element for element, kind in OPERATIONS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class SoapSender:
    """The SOAP sender adapter; make it with `load`."""

    texts: FindingTexts
    new_id: Callable[[], UUID]
    schema: xml.Schema
    lenient: xml.Schema
    parts: Mapping[str, Part]
    places: Mapping[str, Mapping[str, str]]
    writer: Writer

    @classmethod
    def load(
        cls,
        texts: FindingTexts,
        *,
        advice: Mapping[str, tuple[str, str]],
        describe: Describe,
        new_id: Callable[[], UUID] = uuid4,
    ) -> Self:
        """Compile the contract. `advice` is code -> (Dutch, English); `describe` gives a concept of an axis its
        (display, definition)."""
        tree = xml.document(f"{CONTRACT}.xsd")
        parts = shape.requests(tree)
        return cls(
            texts=texts,
            new_id=new_id,
            schema=xml.Schema(tree),
            lenient=xml.Schema(shape.lenient(tree)),
            parts=parts,
            places={tag: shape.places(part) for tag, part in parts.items()},
            writer=Writer(texts=texts, advice=advice, describe=describe),
        )

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read one request, and the message id its answer must refer to.

        What is wrong in a recognised operation stands in its `remarks`; raises SenderError when there is none.
        """
        if code := _media_type_fault(request.content_type):
            raise SenderError(Finding(code=code))
        envelope = _open(request.body)
        operation = envelope.body
        part = self.parts.get(operation.tag)
        if part is None:
            raise SenderError(Finding(code="VIX-1002", at=f"{shape.BODY}/*[1]"), relates_to=envelope.message_id)
        said: dict[str, Any] = {}
        remarks = _addressed(envelope, request.headers.get("soapaction", ""), part)
        if self.schema.valid(operation):
            read.collect(operation, part, said)
        else:
            salvage = read.Salvage(strict=self.schema, lenient=self.lenient, absent=self.texts.absent)
            remarks += salvage.read(operation, part, said)
        kind = OPERATIONS[part.name]
        return read.request(kind, part.at, said, self.places[operation.tag], remarks), envelope.message_id

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """Write the answer to `operation` (the request type's name), or the fault; checked by the schema."""
        headers: dict[str, str] = {}
        if isinstance(reply, Refusal):
            name, status, written = "verwijsindexFout", 500, self.writer.fault(reply)
            if leading(reply.findings).code == "VIX-1904":
                status, headers = 401, {"www-authenticate": 'Bearer realm="verwijsindex"'}
            body = soap.fault_text(
                written, code=_fault_code(reply, self.texts), text=self.texts.text(leading(reply.findings)).rule
            )
        else:
            name, status = f"{_ELEMENTS[operation]}Antwoord", 200
            body = written = self.writer.answer(reply, name)
        checked = xml.parse(written.encode())
        if not self.schema.valid(checked):
            raise GatewayError(_breach(self.schema, checked, name))
        message = soap.write_text(body, action=f"{NAMESPACE}/{name}", message_id=self.new_id(), relates_to=relates_to)
        return WireResponse(status, message, soap.CONTENT_TYPE, headers)


def contract(url: str) -> Contract:
    """The contract as served at `url`, the full address of the SOAP endpoint."""
    return soap.contract(CONTRACT, url, at=url)


def fields() -> dict[str, str]:
    """Field of the dictionary -> its path under an operation."""
    found: dict[str, str] = {}
    for part in shape.requests(xml.document(f"{CONTRACT}.xsd")).values():
        for name, at in shape.places(part).items():
            found.setdefault(name, at.removeprefix(f"{part.at}/").replace("vi:", ""))
    return found


@lru_cache(64)
def _media_type_fault(content_type: str) -> str:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media_type == "application/soap+xml":
        return "VIX-1002"
    if media_type != "text/xml":
        return "VIX-1008"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(" \"'") != "utf-8":
            return "VIX-1007"
    return ""


def _open(body: bytes) -> soap.Envelope:
    try:
        return soap.read(body)
    except xml.Malformed as broken:
        code = "VIX-1001" if broken.reason == "syntax" else "VIX-1007"
        raise SenderError(Finding(code=code, at=broken.place)) from None
    except soap.NotSoap as strange:
        code = "VIX-1002" if strange.reason == "version" else "VIX-1008"
        raise SenderError(Finding(code=code, at=_place(strange))) from None


def _place(strange: soap.NotSoap) -> str:
    element = strange.element
    above = None if element is None else element.getparent()
    if element is None or above is None:
        return "/soap:Envelope" if strange.reason == "envelope" and _is_envelope(element) else "/*[1]"
    if strange.reason == "header" and etree.QName(element).namespace != soap.ADDRESSING:
        return f"/soap:Envelope/soap:Header/*[{above.index(element) + 1}]"
    return xml.place(element, PREFIXES)


def _is_envelope(element: Element | None) -> bool:
    return element is not None and element.tag == f"{{{soap.ENVELOPE}}}Envelope"


def _addressed(envelope: soap.Envelope, soap_action: str, part: Part) -> tuple[Finding, ...]:
    """Whether what the headers say is the operation of the body (WS002, WA001)."""
    expected = f"{NAMESPACE}/{part.name}"
    found = []
    if envelope.action not in ("", expected):
        found.append(Finding(code="VIX-1008", at="/soap:Envelope/soap:Header/wsa:Action"))
    if soap_action.strip().strip('"') not in ("", expected):
        found.append(Finding(code="VIX-1008"))
    return tuple(found)


def _fault_code(refusal: Refusal, texts: FindingTexts) -> str:
    """SOAP 1.1 section 4.4.1; the first two faults stand at a place nothing else is found at."""
    for finding in refusal.findings:
        if finding.code == "VIX-1002" and finding.at in ("", "/*[1]"):
            return "VersionMismatch"
        if finding.code == "VIX-1008" and finding.at.startswith("/soap:Envelope/soap:Header/*["):
            return "MustUnderstand"
    return texts.codes[leading(refusal.findings).code].whose.value.capitalize()


def _breach(schema: xml.Schema, element: Element, name: str) -> str:
    kinds = sorted({f"{error.kind} in {etree.QName(error.element).localname}" for error in schema.errors(element)})
    return f"{name} breaks its own contract: {', '.join(kinds)}"


__all__ = ["SoapSender", "contract", "fields"]
