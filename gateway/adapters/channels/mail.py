"""Mail: that something asks for attention, and nothing of a person, a signal or a word.

An alarm goes to a duty address now; a pointer says to an organisation's own address that there is news to be fetched,
or that a signal of its own will end.

The subject and text are data (`gateway/mappings/mail.toml`). The same message has the same Message-ID at each attempt,
so that a reader can see that it came twice.
"""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateway.canonical.order import (
    Alarm,
    Announce,
    Done,
    Escalate,
    Expiring,
    IndexCapabilities,
    Order,
    Outcome,
    Register,
    Retry,
)
from gateway.clock import AMSTERDAM
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest, WireResponse


class _Mailbox:
    """What every message of the internet (RFC 5322) from here has in common."""

    def __init__(self, *, sender: str, texts: Mapping[str, str]) -> None:
        self._sender = sender
        self._texts = texts

    def _message(
        self, order: Alarm | Announce | Escalate | Expiring, to: str, naam: str, texts: Mapping[str, str], **more: int
    ) -> EmailMessage:
        moment = order.moment.astimezone(AMSTERDAM)
        message = EmailMessage(policy=SMTP)
        message["Subject"] = texts["onderwerp"]
        message["From"] = self._sender
        message["To"] = to
        message["Date"] = format_datetime(moment)
        message["Message-ID"] = f"<{order.message_id}@{self._sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        when = f"{moment:%d-%m-%Y} om {moment:%H:%M}"
        advice = texts.get("advies", "")
        message.set_content(texts["tekst"].format(moment=when, organisatie=naam, advies=advice, **more))
        return message

    def _request(self, message: EmailMessage) -> WireRequest:
        name = f"{str(message['Message-ID']).strip('<>').partition('@')[0]}.eml"
        told = {"from": self._sender, "to": str(message["To"]), "name": name}
        return WireRequest(message.as_bytes(), "message/rfc822", told)

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """What the mail server said. Nothing is given up: what is refused now is tried again."""
        if 200 <= response.status < 300:
            return Done()
        return Retry(reason=f"smtp-{response.status}")

    def recovery(self, kind: str) -> Recovery:
        """Rather twice than not at all."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """Nothing is registered here."""
        return order

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()


class Mail(_Mailbox):
    """The way to duty addresses, for alarms, and to gemeentelijke regievoerders."""

    def __init__(self, *, sender: str, texts: Mapping[str, str], escalation: Mapping[str, str]) -> None:
        super().__init__(sender=sender, texts=texts)
        self._escalation = escalation

    def encode(self, order: Order) -> WireRequest:
        """Write an alarm or an escalation; raises IndexFault for what is no message of this channel."""
        match order:
            case Alarm():
                message = self._message(order, order.address, order.naam, self._texts)
                message["Importance"] = "high"
            case Escalate():
                message = self._message(order, order.address, order.naam, self._escalation)
            case _:
                raise IndexFault("no message for a duty address")
        return self._request(message)


class Pointer(_Mailbox):
    """The way to one organisation's address: that there is news of a signal, whatever it is."""

    def __init__(
        self, *, sender: str, texts: Mapping[str, str], expiry: Mapping[str, str], address: str, naam: str
    ) -> None:
        super().__init__(sender=sender, texts=texts)
        self._expiry = expiry
        self._address = address
        self._naam = naam

    def encode(self, order: Order) -> WireRequest:
        """Write a pointer, the same for every announcement and for every end; raises IndexFault for what is neither."""
        if isinstance(order, Expiring):
            return self._request(self._message(order, self._address, self._naam, self._expiry, dagen=order.dagen))
        if not isinstance(order, Announce):
            raise IndexFault("no message for a receiver of matches")
        return self._request(self._message(order, self._address, self._naam, self._texts))
