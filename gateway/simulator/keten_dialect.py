"""The dialect "ketenregister-stijl-1": SOAP 1.1, document/literal, without WS-Addressing; the index's side of it.

Bytes in, values out, and back; both ways are held against the XSD. The elements themselves: `keten_in` and `keten_out`.
Which person, which number, which match: the engine. Wire reference: gateway/schemas/ketenregister-stijl-1.{xsd,wsdl}.
"""

from uuid import uuid4

from gateway.simulator import keten_in, keten_out, soap_shared
from gateway.simulator.keten_in import CONTRACT
from gateway.simulator.replies import Able, Answer, Held, Numbered, Page, Refused, Reply
from gateway.simulator.soap_shared import Strange
from gateway.simulator.values import Call
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest, WireResponse

SCHEMA, WSDL = "ketenregister-stijl-1.xsd", "ketenregister-stijl-1.wsdl"

_PREFIXES = {CONTRACT: "kr", soap.ENVELOPE: "soap"}


class KetenDialect:
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
            return keten_in.call(told.body)
        except ValueError:  # no request, or a date or a number that the schema allows and no calendar or computer has
            return _unreadable(Strange("Client", soap_shared.places(told.body, _PREFIXES)))

    def encode(self, call: Call, answer: Answer) -> WireResponse:
        """Write the answer to a call."""
        match answer:
            case Refused() as refused:
                return _refusal(call, refused)
            case Reply(answer=Refused() as refused):
                return _refusal(call, refused)
            case Reply():
                body = keten_out.kept(call, answer)
            case Numbered() | Held() | Page() | Able():
                body = keten_out.passing(call, answer, uuid4())
            case _:
                raise AssertionError("this contract has no such question")
        if not self._schema.valid(body) and not soap_shared.planted(answer):
            raise AssertionError(f"the answer to {call.operation} breaks the contract")
        return WireResponse(200, soap.bare(body), soap.CONTENT_TYPE)

    def documents(self, address: str) -> dict[str, bytes]:
        """The contract, by the address below the server's root, with `address` as the place of the service."""
        return soap_shared.documents(SCHEMA, WSDL, path=self.path, address=address)


def _unreadable(told: Strange) -> WireResponse:
    return _fault(Refused(code="IX-400", fields=told.places[:50]), told.blame)


def _refusal(call: Call, refused: Refused) -> WireResponse:
    return _fault(refused, "Client" if refused.client else "Server", reference=call.message.reference)


def _fault(refused: Refused, blame: str, *, reference: str = "") -> WireResponse:
    fault = soap.fault(keten_out.fout(refused, reference), code=blame, text=refused.meaning)
    return WireResponse(500, soap.bare(fault), soap.CONTENT_TYPE)
