"""SOAP as the contract `aanlevering` has it: what a sender asks, and how a gateway answers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question, caller, envelope, silent
from conformance.formats.envelope import NAMESPACES, Envelope
from conformance.formats.pinned import contract
from conformance.formats.xml import compiles, local, parse, schema, select, shape
from conformance.values import Message, drop

XSD, WSDL = "aanlevering-1.xsd", "aanlevering-1.wsdl"
PLURALS = {
    "aanduiding": "aanduidingen",
    "registratie": "registraties",
    "betekenis": "betekenissen",
    "vertaling": "vertalingen",
    "vraag": "vragen",
    "keuze": "keuzes",
    "bevinding": "bevindingen",
    "advies": "adviezen",
    "match": "matches",
    "signaal": "signalen",
    "betrokkene": "betrokkenen",
    "valseVriend": "valseVrienden",
    "kaartwoord": "woorden",
    "handeling": "handelingen",
    "regio": "regios",
    "stelsel": "stelsels",
}
SINGULARS = {many: one for one, many in PLURALS.items()}
PERSON = ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")
CANARY = "KANARIE-UIT-ENTITEIT"
_ADDRESSES = frozenset({"location", "schemaLocation"})
_WSDL_NAMES = {
    "address": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
}


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


class Soap:
    """A sender that speaks SOAP."""

    name = "soap"
    meets = True
    twists = frozenset(
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
            "zonder-kop",
            "andere-voorvoegsels",
            "witruimte",
            "anoniem",
            "vreemd-token",
            "anoniem-kapot",
            "vreemd-token-kapot",
        }
    )

    def ask(self, question: Question) -> Request:
        """Write a question."""
        endpoint = f"{question.base}/soap/v1"
        if question.op == "wsdl":
            return Request("GET", f"{endpoint}?wsdl", token=question.token)
        if question.op == "xsd":
            return Request("GET", question.known["draad"]["schema"], token=question.token)
        message = question.message
        if question.op in ("matchesOpvragen", "eigenSignalenOpvragen") and question.cursor:
            message = {**message, "na": question.cursor}
        return self._bent(question, endpoint, nested(message))

    def _bent(self, question: Question, endpoint: str, message: Message) -> Request:
        own, twist = schema(XSD), question.twist
        prefix, pad = {"andere-voorvoegsels": ("", ""), "witruimte": ("kind", "\r\n  ")}.get(twist, ("vi", ""))
        if twist == "zonder-kop":
            drop(message, "kop")
        inner = own.write(question.op, message, prefix=prefix, pad=pad, extra=question.extra)
        if twist == "dtd":
            inner = inner.replace(f">{question.message.get('bronSignaalId', '')}<", ">&k;<")
        elif twist == "twee-in-body":
            inner += inner
        other = "signaalIntrekken" if question.op != "signaalIntrekken" else "capaciteiten"
        usual = f"{own.namespace}/{question.op}"
        wrapped = Envelope(action=usual)
        if twist in _ENVELOPES:
            wrapped = _ENVELOPES[twist](wrapped)
        if twist == "andere-wsa-action":
            wrapped = wrapped.but(action=f"{own.namespace}/{other}")
        whole = wrapped.around(inner)
        if twist == "contract-2":
            whole = whole.replace(own.namespace, own.namespace.removesuffix("1") + "2")
        body = whole.encode(twist if twist in _ENCODINGS else "utf-8")
        if twist == "afgebroken":
            body = body[:-12]
        elif twist.endswith("kapot"):
            body = b"<dit is geen XML"
        action = {"lege-soapaction": "", "andere-soapaction": f"{own.namespace}/{other}"}.get(twist, usual)
        headers = (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", f'"{action}"'))
        return Request("POST", endpoint, headers, body, caller(twist, question.token))

    def then(self, exchange: Exchange) -> Request | None:
        """An answer is whole at once."""
        return None

    def heard(self, exchange: Exchange, before: Exchange | None = None) -> Message:
        """Read a reply."""
        reply = exchange.reply
        if reply is None:
            return silent(exchange)
        if exchange.op in ("wsdl", "xsd"):
            return _document(exchange, reply)
        said, node = envelope.heard(reply, schema(XSD))
        said["draad"]["vraagID"] = envelope.header(exchange.request.body, "MessageID")
        if node is not None:
            said = flat(schema(XSD).read(node)) | said
            if "match" in said:
                said["matches"] = [said.pop("match")]
        if said["uitkomst"] == "geweigerd":
            found = [one["code"] for one in said.get("bevindingen", [])]
            said["codes"] = [*filter(None, [said.get("code")]), *found]
            said["aanwijzingen"] = _pointed(exchange.request.body, said.get("bevindingen", []))
        return said


def nested(message: Message) -> Message:
    """A message as the schema nests it: `kop` apart, a person's data together, names in the singular."""
    kop = {name: message[name] for name in ("bronSysteem", "organisatie") if name in message}
    rest = {SINGULARS.get(name, name): value for name, value in message.items() if name not in kop}
    found: Message = {"kop": kop, **rest}
    if isinstance(child := rest.get("jeugdige"), dict):
        person = {name: child[name] for name in PERSON if name in child}
        found["jeugdige"] = {name: value for name, value in child.items() if name not in person}
        if person:
            found["jeugdige"]["persoonsgegevens"] = person
    return found


def flat(message: Any) -> Any:
    """A message as JSON has it: lists in the plural, a person's data in the child itself, `kop` gone."""
    if isinstance(message, list):
        return [flat(one) for one in message]
    if not isinstance(message, dict):
        return message
    found: Message = {}
    for key, value in message.items():
        name = str(key)
        if name in ("kop", "persoonsgegevens") and isinstance(value, dict):
            found |= flat(value)
        else:
            many = isinstance(value, list)
            found[PLURALS.get(name, name) if many else name] = flat(value)
    return found


def _pointed(asked: bytes, findings: list[Message]) -> list[Message]:
    """For each finding what its XPath points at in the question: how many elements, and their name."""
    root = parse(asked)
    names = NAMESPACES | {"vi": schema(XSD).namespace}
    found = []
    for one in findings:
        nodes = select(root, one.get("plaats", ""), names)
        name = local(nodes[0]) if len(nodes) == 1 else ""
        found.append({"code": one["code"], "aantal": len(nodes), "naam": name})
    return found


def _document(exchange: Exchange, reply: Reply) -> Message:
    """What a WSDL or XSD is, compared with the pinned one, but for the addresses a server fills in."""
    pinned = contract(WSDL if exchange.op == "wsdl" else XSD)
    root = parse(reply.body)
    same = root is not None and shape(reply.body, _ADDRESSES) == shape(pinned, _ADDRESSES)
    schemas = [node.get("schemaLocation") or "" for node in select(root, "//xs:import", _WSDL_NAMES)]
    wire = {
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
