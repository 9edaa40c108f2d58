"""SOAP 1.1 with WS-Addressing: the envelope around a message, and what stands in one."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from lxml import etree

from conformance.exchange import Reply, Request
from conformance.formats.xml import Schema, local, parse, select
from conformance.values import Message

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
NAMESPACES = {"soap": SOAP, "wsa": WSA}
HEADER, BODY = "/soap:Envelope/soap:Header", "/soap:Envelope/soap:Body"
FAULT = f"{BODY}/soap:Fault"
_TYPE = (("content-type", "text/xml; charset=utf-8"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a body is wrapped; the defaults are right."""

    action: str
    message_id: str = ""
    relates_to: str = ""
    soap: str = SOAP
    header: str = ""
    prefix: str = "soap"
    before: str = '<?xml version="1.0" encoding="UTF-8"?>'

    def but(self, **changes: str) -> "Envelope":
        """The same with something changed."""
        return replace(self, **changes)

    def around(self, body: str) -> str:
        """The whole message."""
        own = self.prefix
        headers = f"<a:Action>{escape(self.action)}</a:Action>"
        headers += f"<a:MessageID>{escape(self.message_id or new_id())}</a:MessageID>"
        headers += f"<a:RelatesTo>{escape(self.relates_to)}</a:RelatesTo>" if self.relates_to else ""
        return (
            f'{self.before}<{own}:Envelope xmlns:{own}="{self.soap}" xmlns:a="{WSA}"><{own}:Header>'
            f"{headers}{self.header}</{own}:Header><{own}:Body>{body}</{own}:Body></{own}:Envelope>"
        )


def new_id() -> str:
    """A MessageID nobody used before."""
    return f"urn:uuid:{uuid4()}"


def payload(document: bytes) -> etree._Element | None:
    """The only element in Body; None when there is none, or more than one."""
    found = select(parse(document), f"{BODY}/*", NAMESPACES)
    return found[0] if len(found) == 1 else None


def header(document: bytes, name: str) -> str:
    """The text of a WS-Addressing header."""
    return next((node.text or "" for node in select(parse(document), f"{HEADER}/wsa:{name}", NAMESPACES)), "")


def heard(reply: Reply, schema: Schema) -> tuple[Message, etree._Element | None]:
    """What a reply is, whatever its contract: outcome, codes and wire; and its payload, or of a Fault its detail."""
    root = parse(reply.body)
    said: dict[str, Any] = {"http": reply.status, "soort": reply.content_type, "codes": [], "contract": []}
    wire = {
        "relatesTo": header(reply.body, "RelatesTo"),
        "messageID": header(reply.body, "MessageID"),
        "action": header(reply.body, "Action"),
        "inBody": len(select(root, f"{BODY}/*", NAMESPACES)),
    }
    said["draad"] = wire
    if root is None:
        return said | {"uitkomst": "onleesbaar"}, None
    faults = select(root, FAULT, NAMESPACES)
    if not faults:
        node = payload(reply.body)
        if node is None:
            return said | {"uitkomst": "onleesbaar"}, None
        wire["element"] = local(node)
        return said | {"uitkomst": "aangenomen", "contract": schema.breaches(node)}, node
    fault = faults[0]
    wire["faultcode"] = _fault_code(fault)
    wire["fault"] = [str(child.tag) for child in fault]
    details = select(root, f"{FAULT}/detail/*", NAMESPACES)
    said["uitkomst"] = "geweigerd"
    if len(details) != 1:
        return said | {"contract": [f"{len(details)} elementen in detail in plaats van 1"]}, None
    return said | {"contract": schema.breaches(details[0])}, details[0]


def asked(request: Request, schema: Schema, known: Container[str]) -> Message:
    """What a request asks: `handeling` and its fields; what is wrong in it (`contract`) and around it (`omslag`)."""
    action = request.header("soapaction").strip('"')
    wire = {
        "messageID": header(request.body, "MessageID"),
        "action": header(request.body, "Action"),
        "soapAction": action,
        "soort": request.header("content-type").split(";", maxsplit=1)[0].strip().lower(),
    }
    node = payload(request.body)
    if request.method != "POST" or node is None:
        return {"handeling": "", "uitkomst": "onleesbaar", "contract": ["geen SOAP-bericht"], "draad": wire}
    name, breaches = local(node), schema.breaches(node)
    if name not in known:
        return {
            "handeling": "",
            "uitkomst": "onleesbaar",
            "contract": ["geen handeling van het contract"],
            "draad": wire,
        }
    right = f"{schema.namespace}/{name}"
    around = [] if action in ("", right) else ["SOAPAction noemt een andere handeling"]
    around += [] if wire["action"] == right else ["wsa:Action noemt een andere handeling"]
    around += [] if wire["messageID"] else ["zonder wsa:MessageID"]
    read = schema.read(node)
    if "handeling" in read:
        read["regiehandeling"] = read.pop("handeling")
    return {**read, "handeling": name, "uitkomst": "gevraagd", "contract": breaches, "omslag": around, "draad": wire}


def reply(around: Envelope, body: str) -> Reply:
    """A reply in its envelope."""
    return Reply(200, _TYPE, around.around(body).encode())


def fault(around: Envelope, detail: str, *, client: bool, told: str) -> Reply:
    """A SOAP fault with its detail."""
    code = f"{around.prefix}:{'Client' if client else 'Server'}"
    inner = f"<faultcode>{code}</faultcode><faultstring>{escape(told)}</faultstring><detail>{detail}</detail>"
    return Reply(500, _TYPE, around.around(f"<{around.prefix}:Fault>{inner}</{around.prefix}:Fault>").encode())


def _fault_code(fault: etree._Element) -> str:
    """The local name of faultcode, if its prefix stands for SOAP 1.1; else empty."""
    for node in fault.findall("faultcode"):
        prefix, _, name = (node.text or "").strip().rpartition(":")
        if node.nsmap.get(prefix or None) == SOAP:
            return name
    return ""
