"""A FHIR subscription over its rest-hook: that there is news of a match, and where it can be fetched; nothing more.

    HTTP      outcome
    2xx       Done, whatever the body says
    other     Retry: its receiver answered, and did not take it; a redirect is not followed
    none      as the transport says: told again under the same delivery id

The delivery id stands in `Idempotency-Key` and in Bundle.identifier, and is the same at every attempt.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from gateway.canonical.order import Announce, Done, IndexCapabilities, Order, Outcome, Pulse, Register, Retry
from gateway.canonical.subscription import Event, Stand, Subscription
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire.fhir_subscription import notification, status
from gateway.wire.message import WireRequest, WireResponse


class RestHook:
    """One subscription as it is now. `base` is the full address of the FHIR door."""

    def __init__(
        self, subscription: Subscription, *, base: str, written: Callable[[Mapping[str, Any], str], bytes]
    ) -> None:
        self._subscription = subscription
        self._base = base
        self._written = written

    def encode(self, order: Order) -> WireRequest:
        """Write a notification, the same bytes for the same order; raises IndexFault for what is none."""
        match order:
            case Pulse():
                asked = self._subscription.stand is Stand.REQUESTED
                told = self._status("handshake" if asked else "heartbeat", order.message_id)
            case Announce():
                event = Event(number=order.number, moment=order.moment, match_id=order.match.match_id)
                told = self._status("event-notification", order.message_id, event)
            case _:
                raise IndexFault("no message for a subscriber")
        bundle = notification(told, order.moment, self._base, self._subscription.id)
        kind = self._subscription.channel.payload
        return WireRequest(self._written(bundle, kind), kind, {"idempotency-key": f'"{order.message_id}"'})

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Whether the receiver took it. Nothing in its answer is looked at."""
        return Done() if 200 <= response.status < 300 else Retry(reason=f"http-{response.status}")

    def recovery(self, kind: str) -> Recovery:
        """A receiver knows a repeat by its delivery id."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """Nothing is registered here."""
        return order

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()

    def _status(self, kind: str, identity: UUID, *events: Event) -> dict[str, Any]:
        return status(self._subscription, kind, identity, self._base, events)
