"""Mail to a duty address: that something asks for attention now, and nothing of a person, a signal or a word.

The subject and text are data (`gateway/mappings/mail.toml`). The same message has the same Message-ID at each attempt,
so that a reader can see that it came twice.
"""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateway.canonical.order import Alarm, Done, IndexCapabilities, Order, Outcome, Retry
from gateway.clock import AMSTERDAM
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest, WireResponse


class Mail:
    """The mail channel: alarms become messages of the internet (RFC 5322)."""

    def __init__(self, *, sender: str, texts: Mapping[str, str]) -> None:
        self._sender = sender
        self._texts = texts

    def encode(self, order: Order) -> WireRequest:
        """Write an alarm; raises IndexFault for what is no message of this channel."""
        if not isinstance(order, Alarm):
            raise IndexFault("no message for a mailbox")
        moment = order.moment.astimezone(AMSTERDAM)
        message = EmailMessage(policy=SMTP)
        message["Subject"] = self._texts["onderwerp"]
        message["From"] = self._sender
        message["To"] = order.address
        message["Date"] = format_datetime(moment)
        message["Message-ID"] = f"<{order.message_id}@{self._sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Importance"] = "high"
        when = f"{moment:%d-%m-%Y} om {moment:%H:%M}"
        message.set_content(
            self._texts["tekst"].format(moment=when, organisatie=order.naam, advies=self._texts["advies"])
        )
        headers = {"from": self._sender, "to": order.address}
        return WireRequest(message.as_bytes(), "message/rfc822", headers)

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """What the mail server said. An alarm is never given up: what is refused now is tried again."""
        if 200 <= response.status < 300:
            return Done()
        return Retry(reason=f"smtp-{response.status}")

    def recovery(self, kind: str) -> Recovery:
        """Rather twice than not at all."""
        return Recovery.REPEAT

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()
