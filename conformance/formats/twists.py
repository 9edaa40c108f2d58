"""How a SOAP message is bent on purpose, by name; whatever its contract."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from conformance.exchange import Exchange, Reply
from conformance.formats import envelope
from conformance.formats.envelope import Envelope
from conformance.formats.pinned import contract
from conformance.formats.xml import Schema, compiles, parse, select, shape
from conformance.values import Message

CANARY = "KANARIE-UIT-ENTITEIT"
TWISTS = frozenset(
    {
        "lege-soapaction",
        "andere-soapaction",
        "andere-wsa-action",
        "afgebroken",
        "kapot",
        "dtd",
        "iso-8859-1",
        "utf-16",
        "twee-in-body",
        "vreemde-kop",
        "soap-1.2",
        "contract-2",
        "andere-voorvoegsels",
        "witruimte",
    }
)
_ENCODINGS = ("iso-8859-1", "utf-16")
_ENVELOPES: dict[str, Callable[[Envelope], Envelope]] = {
    "dtd": lambda one: one.but(before=f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY k "{CANARY}">]>'),
    "iso-8859-1": lambda one: one.but(before='<?xml version="1.0" encoding="ISO-8859-1"?>'),
    "utf-16": lambda one: one.but(before='<?xml version="1.0" encoding="UTF-16"?>'),
    "vreemde-kop": lambda one: one.but(
        header='<x:Vreemd xmlns:x="urn:x-onbekend" soap:mustUnderstand="1">1</x:Vreemd>'
    ),
    "soap-1.2": lambda one: one.but(soap=envelope.SOAP_12),
}
_SPELLING = {"andere-voorvoegsels": ("", ""), "witruimte": ("kind", "\r\n  ")}
_ADDRESSES = frozenset({"location", "schemaLocation"})
_FREE = _ADDRESSES | {"input@name", "output@name"}
"""Of a WSDL neither addresses nor order say anything, nor the names of input and output, which have a default."""
_WSDL_NAMES = {
    "address": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
}


def written(
    own: Schema, op: str, message: Message, twist: str, *, extra: Any = (), entity: str = "", message_id: str = ""
) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The headers and the body of a question. `entity` is the text an entity takes the place of under a DTD."""
    prefix, pad = _SPELLING.get(twist, ("vi", ""))
    inner = own.write(op, message, prefix=prefix, pad=pad, extra=extra)
    if twist == "dtd":
        inner = inner.replace(f">{entity}<", ">&k;<")
    elif twist == "twee-in-body":
        inner += inner
    usual = f"{own.namespace}/{op}"
    other = f"{own.namespace}/{'signaalIntrekken' if op != 'signaalIntrekken' else 'capaciteiten'}"
    wrapped = Envelope(action=usual, message_id=message_id)
    if twist in _ENVELOPES:
        wrapped = _ENVELOPES[twist](wrapped)
    if twist == "andere-wsa-action":
        wrapped = wrapped.but(action=other)
    whole = wrapped.around(inner)
    if twist == "contract-2":
        whole = whole.replace(own.namespace, own.namespace.removesuffix("1") + "2")
    body = whole.encode(twist if twist in _ENCODINGS else "utf-8")
    if twist == "afgebroken":
        body = body[:-12]
    elif twist.endswith("kapot"):
        body = b"<dit is geen XML"
    action = {"lege-soapaction": "", "andere-soapaction": other}.get(twist, usual)
    return (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", f'"{action}"')), body


def document(exchange: Exchange, reply: Reply, pinned: str) -> Message:
    """What a WSDL or XSD is, compared with the pinned one, but for the addresses a server fills in."""
    root = parse(reply.body)
    free, ordered = (_FREE, False) if exchange.op == "wsdl" else (_ADDRESSES, True)
    same = root is not None and shape(reply.body, free, ordered=ordered) == shape(
        contract(pinned), free, ordered=ordered
    )
    schemas = [node.get("schemaLocation") or "" for node in select(root, "//xs:import", _WSDL_NAMES)]
    wire: Mapping[str, Any] = {
        "gelijkAanContract": same,
        "leesbaar": compiles(reply.body) if exchange.op == "xsd" else root is not None,
        "dienst": [node.get("location") or "" for node in select(root, "//address:address", _WSDL_NAMES)],
        "adres": exchange.request.url.removesuffix("?wsdl"),
        "schema": urljoin(exchange.request.url, schemas[0]) if schemas else "",
    }
    return {
        "uitkomst": "aangenomen" if reply.status == 200 else "onleesbaar",
        "http": reply.status,
        "codes": [],
        "contract": [],
        "draad": wire,
    }
