"""The dialect "regionale-index-1": SOAP 1.1, document/literal, the index's side of it.

Bytes in, values out, and back; both ways are held against the XSD. The elements themselves: `soap_in` and `soap_out`.
Which person, which match: the engine. Wire reference: gateway/schemas/regionale-index-1.{xsd,wsdl}.
"""

from uuid import UUID, uuid4

from gateway.simulator import soap_in, soap_out, soap_shared
from gateway.simulator.replies import Able, Answer, Found, Held, Page, Refused, Reply
from gateway.simulator.soap_in import CONTRACT
from gateway.simulator.soap_shared import Strange
from gateway.simulator.values import Call
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest, WireResponse

SCHEMA, WSDL = "regionale-index-1.xsd", "regionale-index-1.wsdl"

_PREFIXES = {CONTRACT: "ri", soap.ENVELOPE: "soap", soap.ADDRESSING: "wsa"}


class SoapDialect:
    """Reads and writes the contract; holds nothing but the compiled schema."""

    path = "/soap"

    def __init__(self) -> None:
        self._schema = xml.Schema(SCHEMA)

    def decode(self, request: WireRequest) -> Call | WireResponse:
        """Read one request; what cannot be read is answered at once, without a word of it in the answer."""
        told = soap_shared.opened(request, self._schema, _PREFIXES, CONTRACT)
        if isinstance(told, Strange):
            return _unreadable(told)
        try:
            return soap_in.call(told.body, relates_to=told.message_id)
        except ValueError:  # a date or a number that the schema allows and no calendar or computer has
            return _unreadable(Strange("Client", soap_shared.places(told.body, _PREFIXES), told.message_id))

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
            case _:
                raise AssertionError("this contract has no such question")
        if not self._schema.valid(body) and not soap_shared.planted(answer):
            raise AssertionError(f"the answer to {call.operation} breaks the contract")
        action = f"{CONTRACT}/{call.operation}Antwoord"
        written = soap.write(body, action=action, message_id=identity, relates_to=call.relates_to)
        return WireResponse(200, written, soap.CONTENT_TYPE)

    def documents(self, address: str) -> dict[str, bytes]:
        """The contract, by the address below the server's root, with `address` as the place of the service."""
        return soap_shared.documents(SCHEMA, WSDL, path=self.path, address=address)


def _unreadable(told: Strange) -> WireResponse:
    return _fault(Refused(code="IX-400", fields=told.places[:50]), told.blame, uuid4(), about=told.about)


def _refusal(call: Call, refused: Refused, identity: UUID) -> WireResponse:
    blame = "Client" if refused.client else "Server"
    return _fault(refused, blame, identity, about=call.relates_to, reference=call.message.reference)


def _fault(refused: Refused, blame: str, identity: UUID, *, about: str, reference: str = "") -> WireResponse:
    fault = soap.fault(soap_out.fout(refused, reference), code=blame, text=refused.meaning)
    written = soap.write(fault, action=f"{CONTRACT}/verwijsindexFout", message_id=identity, relates_to=about)
    return WireResponse(500, written, soap.CONTENT_TYPE)
