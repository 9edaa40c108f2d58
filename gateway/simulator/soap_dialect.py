"""The dialect "regionale-index-1": SOAP 1.1, document/literal, the index's side of it.

Bytes in, values out, and back; both ways are held against the XSD. The elements themselves: `soap_in` and `soap_out`.
Which person, which match: the engine. Wire reference: gateway/schemas/regionale-index-1.{xsd,wsdl}.
"""

from importlib.resources import files
from typing import assert_never
from uuid import UUID, uuid4

from lxml import etree

from gateway.simulator import soap_in, soap_out
from gateway.simulator.soap_in import CONTRACT
from gateway.simulator.values import Able, Answer, Call, Found, Held, Page, Refused, Registered, Reply
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest, WireResponse
from gateway.wire.xml import Element

SCHEMA, WSDL = "regionale-index-1.xsd", "regionale-index-1.wsdl"

_PREFIXES = {CONTRACT: "ri", soap.ENVELOPE: "soap", soap.ADDRESSING: "wsa"}


class SoapDialect:
    """Reads and writes the contract; holds nothing but the compiled schema."""

    path = "/soap"

    def __init__(self) -> None:
        self._schema = xml.Schema(SCHEMA)

    def decode(self, request: WireRequest) -> Call | WireResponse:
        """Read one request; what cannot be read is answered at once, without a word of it in the answer."""
        try:
            envelope = soap.read(request.body, soap_action=request.headers.get("soapaction"))
        except soap.Malformed as broken:
            return _unreadable("Client", (broken.place,) if broken.place else ())
        except soap.NotSoap as strange:
            return _unreadable(_blame(strange), _places(strange.element))
        body, about = envelope.body, envelope.message_id
        name = etree.QName(body).localname
        if errors := self._schema.errors(body):
            places = tuple(dict.fromkeys(place for error in errors for place in _places(error.element)))
            return _unreadable("Client", places, about)
        if name not in soap_in.OPERATIONS or envelope.action not in ("", f"{CONTRACT}/{name}"):
            return _unreadable("Client", _places(body), about)
        try:
            return soap_in.call(body, relates_to=about)
        except ValueError:  # a date or a number that the schema allows and no calendar or computer has
            return _unreadable("Client", _places(body), about)

    def encode(self, call: Call, answer: Answer) -> WireResponse:
        """Write the answer to a call. A stored answer is written the same, byte for byte, each time."""
        match answer:
            case Refused():
                return _refusal(call, answer, uuid4())
            case Reply(answer=Refused() as refused):
                return _refusal(call, refused, answer.answer_id)
            case Reply():
                identity, body = answer.answer_id, soap_out.kept(call, answer)
            case Found() | Held() | Page() | Able():
                identity = uuid4()
                body = soap_out.passing(call, answer, identity)
            case _ as never:
                assert_never(never)
        if not self._schema.valid(body) and not _planted(answer):
            raise AssertionError(f"the answer to {call.operation} breaks the contract")
        action = f"{CONTRACT}/{call.operation}Antwoord"
        written = soap.write(body, action=action, message_id=identity, relates_to=call.relates_to)
        return WireResponse(200, written, soap.CONTENT_TYPE)

    def documents(self, address: str) -> dict[str, bytes]:
        """The contract, by the address below the server's root, with `address` as the place of the service."""
        shelf = files("gateway.schemas")
        wsdl = shelf.joinpath(WSDL).read_bytes().replace(b"http://localhost:8081/soap", address.encode("ascii"))
        return {f"{self.path}?wsdl": wsdl, f"/{SCHEMA}": shelf.joinpath(SCHEMA).read_bytes()}


def _blame(strange: soap.NotSoap) -> str:
    if strange.reason == "version":
        return "VersionMismatch"
    foreign = strange.element is not None and etree.QName(strange.element).namespace != soap.ADDRESSING
    return "MustUnderstand" if strange.reason == "header" and foreign else "Client"


def _places(element: Element | None) -> tuple[str, ...]:
    return () if element is None else (xml.place(element, _PREFIXES)[-200:],)


def _unreadable(blame: str, places: tuple[str, ...], about: str = "") -> WireResponse:
    return _fault(Refused(code="IX-400", fields=places[:50]), blame, uuid4(), about=about)


def _refusal(call: Call, refused: Refused, identity: UUID) -> WireResponse:
    blame = "Client" if refused.client else "Server"
    return _fault(refused, blame, identity, about=call.relates_to, reference=call.message.reference)


def _fault(refused: Refused, blame: str, identity: UUID, *, about: str, reference: str = "") -> WireResponse:
    fault = soap.fault(soap_out.fout(refused, reference), code=blame, text=soap_out.meaning(refused))
    written = soap.write(fault, action=f"{CONTRACT}/verwijsindexFout", message_id=identity, relates_to=about)
    return WireResponse(500, written, soap.CONTENT_TYPE)


def _planted(answer: Answer) -> bool:
    reply = answer.reply if isinstance(answer, Found) else answer
    told = reply.answer if isinstance(reply, Reply) else reply
    return isinstance(told, Registered | Page) and any(news.planted for news in told.news)
