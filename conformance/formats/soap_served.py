"""SOAP as the contract `aanlevering` has it, from the other side: what a sender asked, and what a gateway says."""

from typing import Any

from lxml import etree

from conformance.exchange import Reply, Request
from conformance.formats import envelope
from conformance.formats.envelope import Envelope
from conformance.formats.soap import SINGULARS, XSD, flat
from conformance.formats.xml import fault_of, local, parse, schema
from conformance.values import Message

DOOR = "/soap/v1"
_FAULT = (
    '<soap:Fault><faultcode>soap:{whose}</faultcode><faultstring xml:lang="nl">Geweigerd; zie detail.</faultstring>'
    "<detail>{detail}</detail></soap:Fault>"
)


class Served:
    """A gateway that speaks SOAP."""

    name = "soap"

    def asked(self, request: Request) -> Message:
        """Read a question."""
        said: Message = {"http": 0, "codes": [], "contract": [], "handeling": "", "draad": _wire(request)}
        root = parse(request.body)
        node = None if root is None else envelope.payload(request.body)
        if node is None:
            why = fault_of(request.body) if root is None else "niet precies een bericht in soap:Body"
            return said | {"uitkomst": "onleesbaar", "fout": why, "contract": [why]}
        own = schema(XSD)
        op = local(node)
        message: Message = _said(flat(own.read(node)))
        breaches = own.breaches(node)
        if etree.QName(node).namespace == own.namespace and op not in own.elements:
            breaches = [f"{op} is geen handeling van het contract"]
        return message | said | {"uitkomst": "gevraagd", "handeling": op, "inhoud": message, "contract": breaches}

    def answer(self, request: Request, asked: Message, said: Message) -> Reply:
        """Write a reply."""
        own = schema(XSD)
        op = str(asked.get("handeling") or "")
        refused = said["uitkomst"] == "geweigerd"
        element = "verwijsindexFout" if refused else f"{op}Antwoord"
        body = own.write(element, singular(said if not refused else _placed(said, op)))
        if refused:
            body = _FAULT.format(whose="Server" if said["plek"] == "server" else "Client", detail=body)
        wrapped = Envelope(
            action=f"{own.namespace}/{element}", relates_to=envelope.header(request.body, "MessageID"),
        )  # fmt: skip
        headers = [("content-type", "text/xml; charset=utf-8")]
        if wait := said.get("wacht"):
            headers.append(("retry-after", str(wait)))
        status = (503 if wait else 500) if refused else 200
        return Reply(status, tuple(headers), wrapped.around(body).encode())

    def told(self, reply: Reply) -> Message:
        """Read a reply again."""
        said, node = envelope.heard(reply, schema(XSD))
        return said if node is None else {**flat(schema(XSD).read(node)), **said}


def singular(message: Any) -> Any:
    """A message with the names of the schema: one element of a list stands under its own name."""
    if isinstance(message, list):
        return [singular(one) for one in message]
    if not isinstance(message, dict):
        return message
    return {SINGULARS.get(name, name): singular(value) for name, value in message.items()}


def _said(message: Any) -> Any:
    """A message without the lists that nothing stands in."""
    if not isinstance(message, dict):
        return message
    return {name: _said(value) for name, value in message.items() if value != []}


def _placed(said: Message, op: str) -> Message:
    """With each place as the XPath of the element in the question."""

    def path(place: str) -> str:
        steps = "".join(f"/vi:{SINGULARS.get(one, one)}" for one in place.split(".") if one)
        return f"/soap:Envelope/soap:Body/vi:{op}{steps}" if op else ""

    return {**said, "bevindingen": [{**one, "plaats": path(one["plaats"])} for one in said["bevindingen"]]}


def _wire(request: Request) -> Message:
    return {
        "soapAction": request.header("SOAPAction").strip('"'),
        "action": envelope.header(request.body, "Action"),
        "messageID": envelope.header(request.body, "MessageID"),
        "soort": request.header("Content-Type").partition(";")[0].strip().lower(),
        "soap": "1.1" if envelope.SOAP.encode() in request.body else "",
    }
