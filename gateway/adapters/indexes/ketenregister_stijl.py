"""The contract "ketenregister-stijl" version 1: orders out, by as many messages as they take.

`ketenregister_stijl_steps` has what stands in each message, `ketenregister_stijl_answer` reads what came back. There is
no question about an earlier message: what may or may not have come through is repeated, and stands there once.
"""

from lxml import etree

from gateway.adapters.indexes import ketenregister_stijl_answer
from gateway.adapters.indexes.ketenregister_stijl_steps import NAMESPACE, Given, Step, element, step, steps, texts
from gateway.adapters.indexes.told import OUTSIDE_CONTRACT
from gateway.canonical.order import IndexCapabilities, Order, Outcome, Register, Unknown
from gateway.clock import Clock
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest, WireResponse

CONTRACT = "ketenregister-stijl-1"
VERSION = "1"

_PREFIXES = {NAMESPACE: "kr"}


class KetenregisterStijl:
    """One index that speaks this contract. Safe to share between threads."""

    def __init__(self, *, sender: str, receiver: str, capabilities: IndexCapabilities, clock: Clock) -> None:
        self._sender = sender
        self._receiver = receiver
        self._capabilities = capabilities
        self._clock = clock
        self._schema = xml.Schema(f"{CONTRACT}.xsd")

    def encode(self, order: Order) -> WireRequest:
        """Write the first message of an order; only `verzondenOp` differs between two attempts.

        Raises IndexFault, naming element and rule, when any message of it does not fit the contract: nothing of an
        order leaves that cannot leave whole.
        """
        try:
            first, *_ = [self._written(one) for one in steps(order)]
        except ValueError:
            raise IndexFault(f"{type(order).__name__}: a text that XML cannot carry") from None
        return first

    def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
        """Read what the index answered to `order`, or what it is to be asked next. Never raises."""
        told = ketenregister_stijl_answer.decode(order, response, schema=self._schema)
        if not isinstance(told, Given):
            return told
        try:
            return self._written(step(order, told))
        except (IndexFault, ValueError):
            return Unknown(reason=OUTSIDE_CONTRACT)

    def recovery(self, kind: str) -> Recovery:
        """Everything is repeated: under our own reference nothing stands twice."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """A registration as it stands there: as it was sent."""
        return order

    def declared(self) -> IndexCapabilities:
        """What this index can carry, as configured."""
        return self._capabilities

    def _written(self, one: Step) -> WireRequest:
        body = element(one.operation, self._kop(one.number), *one.content)
        if breaches := self._schema.errors(body):
            places = (f"{breach.kind} {xml.place(breach.element, _PREFIXES)}" for breach in breaches)
            raise IndexFault(f"{one.operation}: {', '.join(places)}")
        return WireRequest(soap.bare(body), soap.CONTENT_TYPE, {"soapaction": f'"{NAMESPACE}/{one.operation}"'})

    def _kop(self, number: str) -> etree._Element:
        return texts(
            "kop",
            {
                "berichtnummer": number,
                "verzondenOp": self._clock().isoformat(timespec="milliseconds"),
                "afzender": self._sender,
                "geadresseerde": self._receiver,
                "versie": VERSION,
            },
        )
