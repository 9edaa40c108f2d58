"""SOAP 1.1, document/literal, with WS-Addressing 1.0, for whoever answers or reads it.

Envelopes and headers only: which body elements exist and what they mean is an adapter's.
Rules by their own numbers: Digikoppeling WUS 3.8 (WW, WS, WA).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lxml import etree

from gateway.wire import xml
from gateway.wire.xml import Element, Malformed

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{ADDRESSING}/anonymous"
CONTENT_TYPE = "text/xml; charset=utf-8"

_ENV, _HEADER, _BODY, _FAULT = (f"{{{ENVELOPE}}}{name}" for name in ("Envelope", "Header", "Body", "Fault"))
_MESSAGE_ID, _ACTION, _TO = (f"{{{ADDRESSING}}}{name}" for name in ("MessageID", "Action", "To"))
_MUST_UNDERSTAND, _ACTOR = f"{{{ENVELOPE}}}mustUnderstand", f"{{{ENVELOPE}}}actor"
_FOR_US = (None, "", "http://schemas.xmlsoap.org/soap/actor/next")


class NotSoap(Exception):
    """An XML document that is no SOAP 1.1 message of our profile.

    `reason`: version (an Envelope of another SOAP), envelope, body, header (of addressing, or one that must be
    understood and is not), action. `element` is where, when there is a tree.
    """

    def __init__(self, reason: str, element: Element | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.element = element


@dataclass(frozen=True, slots=True)
class Envelope:
    """One readable message: the only element of its body, and what its addressing headers say ('' when absent)."""

    body: Element
    message_id: str
    action: str
    to: str


def read(message: bytes, *, soap_action: str | None = None) -> Envelope:
    """Read a message. `soap_action` is the HTTP header as received: quoted, empty, or None when absent.

    Raises xml.Malformed or NotSoap. WW003 one child in Body; WS002 SOAPAction is empty or wsa:Action.
    """
    return open_envelope(xml.parse(message), soap_action=soap_action)


def open_envelope(root: Element, *, soap_action: str | None = None) -> Envelope:
    """Read a parsed message; raises NotSoap."""
    if root.tag != _ENV:
        raise NotSoap("version" if etree.QName(root).localname == "Envelope" else "envelope", root)
    parts = list(root)
    header = parts.pop(0) if parts and parts[0].tag == _HEADER else None
    if len(parts) != 1 or parts[0].tag != _BODY:
        raise NotSoap("envelope", root)
    body = parts[0]
    if len(body) != 1 or (body.text or "").strip() or (body[0].tail or "").strip():
        raise NotSoap("body", body)
    message_id = action = to = ""
    for block in header if header is not None else ():
        text = (block.text or "").strip()
        if block.tag == _MESSAGE_ID:
            message_id = _once(message_id, text, block)
        elif block.tag == _ACTION:
            action = _once(action, text, block)
        elif block.tag == _TO:
            to = _once(to, text, block)
        elif _unknown_duty(block):
            raise NotSoap("header", block)
    said = (soap_action or "").strip().strip('"')
    if said and action and said != action:
        raise NotSoap("action", body)
    return Envelope(body[0], message_id, action or said, to)


def _unknown_duty(block: Element) -> bool:
    obliged = block.get(_MUST_UNDERSTAND) in ("1", "true") and block.get(_ACTOR) in _FOR_US
    return obliged and etree.QName(block).namespace != ADDRESSING


def _once(seen: str, text: str, block: Element) -> str:
    if seen or not text or len(text) > 300:
        raise NotSoap("header", block)
    return text


def write(body: Element, *, action: str, message_id: UUID, relates_to: str = "", to: str = "") -> bytes:
    """Put a body in an envelope with WS-Addressing headers."""
    envelope = etree.Element(_ENV, nsmap={"soap": ENVELOPE, "wsa": ADDRESSING})
    header = etree.SubElement(envelope, _HEADER)
    etree.SubElement(header, _ACTION).text = action
    etree.SubElement(header, _MESSAGE_ID).text = f"urn:uuid:{message_id}"
    if relates_to:
        etree.SubElement(header, f"{{{ADDRESSING}}}RelatesTo").text = relates_to
    if to:
        etree.SubElement(header, _TO).text = to
    etree.SubElement(envelope, _BODY).append(body)
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)


def bare(body: Element) -> bytes:
    """Put a body in an envelope without headers, for a contract whose messages say themselves what they answer."""
    envelope = etree.Element(_ENV, nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, _BODY).append(body)
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)


def fault(detail: Element | None, *, code: str, text: str) -> Element:
    """A SOAP 1.1 Fault. `code` is Client, Server, VersionMismatch or MustUnderstand."""
    element = etree.Element(_FAULT, nsmap={"soap": ENVELOPE})
    etree.SubElement(element, "faultcode").text = f"soap:{code}"
    etree.SubElement(element, "faultstring").text = text
    if detail is not None:
        etree.SubElement(element, "detail").append(detail)
    return element


def write_text(body: str, *, action: str, message_id: UUID, relates_to: str = "", to: str = "") -> bytes:
    """As `write`, for a body that is XML text already; it declares its own namespaces."""
    relates = f"<wsa:RelatesTo>{xml.escaped(relates_to)}</wsa:RelatesTo>" if relates_to else ""
    relates += f"<wsa:To>{xml.escaped(to)}</wsa:To>" if to else ""
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<soap:Envelope xmlns:soap="{ENVELOPE}" xmlns:wsa="{ADDRESSING}"><soap:Header>'
        f"<wsa:Action>{xml.escaped(action)}</wsa:Action><wsa:MessageID>urn:uuid:{message_id}</wsa:MessageID>{relates}"
        f"</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def fault_text(detail: str, *, code: str, text: str) -> str:
    """As `fault`, around a detail that is XML text already."""
    return (
        f"<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{xml.escaped(text)}</faultstring>"
        f"<detail>{detail}</detail></soap:Fault>"
    )


@dataclass(frozen=True, slots=True)
class Contract:
    """The files a supplier fetches: a WSDL, and `?xsd=` with a name from `schemas`."""

    wsdl: bytes
    schemas: Mapping[str, bytes]


def contract(name: str, url: str, *, at: str = "") -> Contract:
    """A contract of `gateway/schemas` as published at `url`; `at` is where its service is, if that is here."""
    wsdl, schema = xml.document(f"{name}.wsdl"), f"{name}.xsd"
    for address in wsdl.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address"):
        address.set("location", at or str(address.get("location")))
    published = xml.document(schema)
    for included in (*wsdl.iter(_IMPORT), *published.iter(_IMPORT)):
        included.set("schemaLocation", f"{url}?xsd={included.get('schemaLocation')}")
    return Contract(_file(wsdl), {schema: _file(published)})


_IMPORT = "{http://www.w3.org/2001/XMLSchema}import"


def _file(tree: Element) -> bytes:
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def fault_detail(body: Element) -> Element | None:
    """The first detail element of a Fault; None when the body is no Fault or has no detail."""
    if body.tag != _FAULT:
        return None
    detail = body.find("detail")
    return detail[0] if detail is not None and len(detail) else None


__all__ = [
    "ADDRESSING", "ANONYMOUS", "CONTENT_TYPE", "ENVELOPE", "Contract", "Envelope", "Malformed", "NotSoap",
    "bare", "contract", "fault", "fault_detail", "fault_text", "open_envelope", "read", "write", "write_text",
]  # fmt: skip
