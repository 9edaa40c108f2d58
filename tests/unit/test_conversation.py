"""All that one order takes: what was known when a message was written is known when it is answered."""

from uuid import uuid4

from gateway.canonical.order import AskCapabilities, Done, IndexCapabilities, Order, Outcome, Retry, Unknown
from gateway.flow.conversation import MOST_MESSAGES, converse
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest, WireResponse

ORDER = AskCapabilities(message_id=uuid4())


class Counting:
    """A dialect that asks so many times, and knows how often only by what stood in its last message."""

    def __init__(self, messages: int) -> None:
        self.messages = messages

    def encode(self, order: Order) -> WireRequest:
        return WireRequest(b"1", known=1)

    def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
        assert isinstance(response.known, int)
        asked = response.known + 1
        return Done(cursor=response.known) if asked > self.messages else WireRequest(b"%d" % asked, known=asked)

    def recovery(self, kind: str) -> Recovery:
        return Recovery.REPEAT

    def declared(self) -> IndexCapabilities:
        return IndexCapabilities()


def come_to(messages: int) -> tuple[Outcome, list[bytes]]:
    index, sent = Counting(messages), list[bytes]()

    def send(request: WireRequest) -> WireResponse:
        sent.append(request.body)
        return WireResponse(200, b"")

    return converse(index, ORDER, index.encode(ORDER), send), sent


def test_what_an_adapter_knew_when_it_asked_it_knows_when_it_is_answered() -> None:
    assert come_to(3) == (Done(cursor=3), [b"1", b"2", b"3"])


def test_an_order_takes_no_more_messages_than_so_many() -> None:
    assert come_to(MOST_MESSAGES)[0] == Done(cursor=MOST_MESSAGES)
    outcome, sent = come_to(MOST_MESSAGES + 1)
    assert (outcome, len(sent)) == (Unknown(reason="te-veel-berichten"), MOST_MESSAGES)


def test_a_line_that_does_not_answer_ends_it() -> None:
    index = Counting(3)
    assert converse(index, ORDER, index.encode(ORDER), lambda _: Retry(reason="druk")) == Retry(reason="druk")


def test_a_message_that_is_kept_does_not_keep_what_was_known() -> None:
    assert WireRequest.thawed(WireRequest(b"1", known="geheim").frozen()).known is None
    assert "geheim" not in repr(WireRequest(b"1", known="geheim")) + repr(WireResponse(200, b"", known="geheim"))
