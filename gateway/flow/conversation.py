"""All that one order takes: one message, or some of which each follows from the answer to the one before."""

from collections.abc import Callable
from dataclasses import replace

from gateway.canonical.order import Order, Outcome, Retry, Unknown
from gateway.flow.ports import IndexAdapter
from gateway.wire.message import WireRequest, WireResponse

MOST_MESSAGES = 5
"""How many messages one order takes at most."""

Send = Callable[[WireRequest], WireResponse | Retry | Unknown]


def converse(adapter: IndexAdapter, order: Order, first: WireRequest, send: Send) -> Outcome:
    """What an order comes to. What an adapter knew when it wrote a message, it knows again when it is answered."""
    request = first
    for _ in range(MOST_MESSAGES):
        answer = send(request)
        if not isinstance(answer, WireResponse):
            return answer
        outcome = adapter.decode(order, replace(answer, known=request.known))
        if not isinstance(outcome, WireRequest):
            return outcome
        request = outcome
    return Unknown(reason="te-veel-berichten")
