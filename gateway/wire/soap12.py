"""SOAP 1.2, document/literal, without WS-Addressing. Envelopes, header blocks and faults only.

SOAP 1.1 and WS-Addressing are in `soap`; which elements there are and what they mean is an adapter's.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lxml import etree

from gateway.wire import xml
from gateway.wire.soap import ENVELOPE_12, NotSoap
from gateway.wire.xml import Element

CONTENT_TYPE = "application/soap+xml; charset=utf-8"

_ENV, _HEADER, _BODY, _FAULT = (f"{{{ENVELOPE_12}}}{name}" for name in ("Envelope", "Header", "Body", "Fault"))
_MUST_UNDERSTAND, _ROLE = f"{{{ENVELOPE_12}}}mustUnderstand", f"{{{ENVELOPE_12}}}role"
_FOR_US = (None, "", f"{ENVELOPE_12}/role/next", f"{ENVELOPE_12}/role/ultimateReceiver")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One readable message: the only element of its body, and its header blocks."""

    body: Element
    headers: tuple[Element, ...]


def read(message: bytes, *, understood: Collection[str] = ()) -> Envelope:
    """Read a message; `understood` are the header blocks that its reader knows. Raises xml.Malformed or NotSoap."""
    root = xml.parse(message)
    if root.tag != _ENV:
        raise NotSoap("version" if etree.QName(root).localname == "Envelope" else "envelope", root)
    parts = list(root)
    header = parts.pop(0) if parts and parts[0].tag == _HEADER else None
    if len(parts) != 1 or parts[0].tag != _BODY:
        raise NotSoap("envelope", root)
    body = parts[0]
    if len(body) != 1 or (body.text or "").strip() or (body[0].tail or "").strip():
        raise NotSoap("body", body)
    blocks = tuple(header) if header is not None else ()
    for block in blocks:
        obliged = block.get(_MUST_UNDERSTAND) in ("1", "true") and block.get(_ROLE) in _FOR_US
        if obliged and block.tag not in understood:
            raise NotSoap("header", block)
    return Envelope(body[0], blocks)


def body_of(message: bytes) -> Element:
    """The one element in the body of an answer. Raises xml.Malformed or NotSoap."""
    return read(message).body


def write(body: Element, *, headers: Iterable[Element] = ()) -> bytes:
    """Put a body in an envelope, with header blocks that must be understood."""
    envelope = etree.Element(_ENV, nsmap={"env": ENVELOPE_12})
    blocks = tuple(headers)
    if blocks:
        header = etree.SubElement(envelope, _HEADER)
        for block in blocks:
            block.set(_MUST_UNDERSTAND, "true")
            header.append(block)
    etree.SubElement(envelope, _BODY).append(body)
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)


def content_type(action: str) -> str:
    """What HTTP says of a message with this action."""
    return f'{CONTENT_TYPE}; action="{action}"'


def fault(detail: Element | None, *, code: str, text: str) -> Element:
    """A Fault. `code` is Sender, Receiver, VersionMismatch or MustUnderstand."""
    element = etree.Element(_FAULT, nsmap={"env": ENVELOPE_12})
    etree.SubElement(
        etree.SubElement(element, f"{{{ENVELOPE_12}}}Code"), f"{{{ENVELOPE_12}}}Value"
    ).text = f"env:{code}"
    told = etree.SubElement(etree.SubElement(element, f"{{{ENVELOPE_12}}}Reason"), f"{{{ENVELOPE_12}}}Text")
    told.set(_LANGUAGE, "nl")
    told.text = text
    if detail is not None:
        etree.SubElement(element, f"{{{ENVELOPE_12}}}Detail").append(detail)
    return element


def fault_detail(body: Element) -> Element | None:
    """The first element in the Detail of a Fault; None when the body is no Fault or has none."""
    detail = body.find(f"{{{ENVELOPE_12}}}Detail") if body.tag == _FAULT else None
    return detail[0] if detail is not None and len(detail) else None
