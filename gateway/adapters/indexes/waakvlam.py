"""The contract "waakvlam" version 1 (Waakvlam Loket 1.3): SOAP 1.2, a login that lasts a while, orders by our own mark.

`waakvlam_steps` has what stands in each message and `waakvlam_words` how it is written there; `waakvlam_answer` and
`waakvlam_post` read what came back. There is no question about an earlier message: everything is repeated.

A message is written with the ticket of the moment, or without one; the index then asks for it, and only then we log
in. So a secret never stands in a message that is kept, and a kept message with an old ticket is no problem.
"""

from collections.abc import Mapping
from dataclasses import replace

from gateway.adapters.indexes import waakvlam_answer
from gateway.adapters.indexes.told import OUTSIDE_CONTRACT
from gateway.adapters.indexes.waakvlam_access import Access
from gateway.adapters.indexes.waakvlam_answer import Barred, Opened, Worn
from gateway.adapters.indexes.waakvlam_steps import NOTHING, OPEN, Given, Step, organisation_of, step, steps, without
from gateway.adapters.indexes.waakvlam_words import NAMESPACE, element
from gateway.canonical.order import IndexCapabilities, Order, Outcome, Retry, Unknown
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import soap12, xml
from gateway.wire.message import WireRequest, WireResponse
from gateway.wire.xml import Element

CONTRACT = "waakvlam-1"

_PREFIXES = {NAMESPACE: "wl"}


class Waakvlam:
    """One index that speaks this contract. Safe to share between threads; what they share is the ticket."""

    def __init__(
        self, *, sender: str, secret: str, deelnemers: Mapping[str, str], capabilities: IndexCapabilities
    ) -> None:
        """Raises ValueError, naming the key, for what the index cannot have given out."""
        self._capabilities = capabilities
        self._deelnemers = dict(deelnemers)
        self._sender = sender
        self._secret = secret
        self._access = Access()
        self._schema = xml.Schema(f"{CONTRACT}.xsd")
        for breach in self._schema.errors(self._login()):
            secret_too = xml.place(breach.element, _PREFIXES).endswith("geheim")
            raise ValueError(
                "secret_file: this is no secret of it" if secret_too else "sender: this is no aansluitcode"
            )
        if not all(self._schema.valid(element("Namens", text=code)) for code in self._deelnemers.values()):
            raise ValueError("deelnemers: one is no deelnemercode")

    def encode(self, order: Order) -> WireRequest:
        """Write the first message of an order; only its ticket may differ between two attempts.

        Raises IndexFault, naming element and rule, when any message of it does not fit the contract: nothing of an
        order leaves that cannot leave whole.
        """
        try:
            first, *_ = [self._written(order, one, NOTHING) for one in steps(order)]
        except ValueError:
            raise IndexFault(f"{type(order).__name__}: a text that XML cannot carry") from None
        return first

    def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
        """Read what the index answered to `order`, or what it is to be asked next. Never raises."""
        given = response.known if isinstance(response.known, Given) else NOTHING
        try:
            told = waakvlam_answer.decode(order, response, given, party=self._party(order) or "", schema=self._schema)
            match told:
                case Opened(ticket=ticket):
                    self._access.take(ticket)
                    return self._again(order, given)
                case Worn():
                    self._access.lose(given.ticket)
                    return self._again(order, given) if self._access.ticket else self._opening(given)
                case Barred(reason=reason):
                    self._access.bar(reason)
                    return Retry(reason=reason)
                case Given():
                    return self._again(order, told)
                case _:
                    return told
        except (IndexFault, ValueError):
            return Unknown(reason=OUTSIDE_CONTRACT)

    def recovery(self, kind: str) -> Recovery:
        """Everything is repeated: under our own reference nothing stands twice."""
        return Recovery.REPEAT

    def declared(self) -> IndexCapabilities:
        """What this index can carry, as configured."""
        return self._capabilities

    def _again(self, order: Order, given: Given) -> WireRequest:
        known = without(given)
        return self._written(order, step(order, known), known)

    def _opening(self, given: Given) -> Retry | WireRequest:
        """Log in; unless the index refused us before."""
        if self._access.barred:
            return Retry(reason=self._access.barred)
        return _message(OPEN, self._login(), (), replace(without(given), opening=True))

    def _login(self) -> Element:
        return element(OPEN, element("aansluitcode", text=self._sender), element("geheim", text=self._secret))

    def _written(self, order: Order, one: Step, given: Given) -> WireRequest:
        body, ticket, party = element(one.operation, *one.content), self._access.ticket, self._party(order)
        if breaches := self._schema.errors(body):
            places = (f"{breach.kind} {xml.place(breach.element, _PREFIXES)}" for breach in breaches)
            raise IndexFault(f"{one.operation}: {', '.join(places)}")
        headers = [element("Toegangsbewijs", text=ticket)] if ticket else []
        if party is not None:
            headers.append(element("Namens", text=party))
        return _message(one.operation, body, headers, replace(given, ticket=ticket))

    def _party(self, order: Order) -> str | None:
        """What the index calls for whom an order is done; None where that is all organisations."""
        organisation = organisation_of(order)
        if organisation is None:
            return None
        if organisation not in self._deelnemers:
            raise IndexFault(f"{type(order).__name__}: deelnemers has no name for the organisation it is for")
        return self._deelnemers[organisation]


def _message(operation: str, body: Element, headers: list[Element] | tuple[()], known: Given) -> WireRequest:
    content_type = soap12.content_type(f"{NAMESPACE}/{operation}")
    return WireRequest(soap12.write(body, headers=headers), content_type, known=known)
