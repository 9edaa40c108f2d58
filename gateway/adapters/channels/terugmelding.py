"""The contract "terugmelding" version 1: a match told to the service that its receiver offers.

    HTTP      body                                               outcome
    200       correlated, schema-valid, of what was told         Done
    any       terugmeldingFout, correlated                       Retry when herhaalbaar, else Refused with its code
    429, 503  no SOAP: something in front of the receiver        Retry
    any       anything else                                      Unknown: told again under the same delivery id

A receiver knows a repeat by `kop/aflevering`, so what nobody knows is repeated; wsa:MessageID is the same id.
"""

from gateway.canonical.order import (
    Announce,
    Bericht,
    Done,
    Expiring,
    IndexCapabilities,
    Order,
    Outcome,
    Refused,
    Register,
    Retry,
    Unknown,
)
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import soap, xml
from gateway.wire.aanlevering import NAMESPACE as MATCHES
from gateway.wire.aanlevering import Describe, MatchXml, moment
from gateway.wire.message import WireRequest, WireResponse
from gateway.wire.soap import Contract, Malformed, NotSoap
from gateway.wire.xml import Element

CONTRACT = "terugmelding-1"
NAMESPACE = "urn:x-verwijsindex-gateway:terugmelding:1"
UNREADABLE, OTHER_MESSAGE = "onleesbaar", "correlatie"

_FAULT = f"{{{NAMESPACE}}}terugmeldingFout"
_NAMES = {
    Bericht.GEMELD: "matchGemeld",
    Bericht.VERHUIZING: "verhuisbericht",
    Bericht.REGIE: "regieGewijzigd",
    Bericht.VERVALLEN: "matchVervallen",
    Bericht.VERWIJDEREN: "verwijderverzoek",
}
_REMOVED = f"{{{NAMESPACE}}}verwijderverzoekAntwoord"
_NS = {"tm": NAMESPACE}
_BUSY = frozenset({429, 503})


class Terugmelding:
    """One receiver that offers this service, by its organisation's id. Safe to share between threads."""

    def __init__(self, *, organisatie: str, describe: Describe) -> None:
        self._organisatie = organisatie
        self._matches = MatchXml(describe)
        self._schema = xml.Schema(f"{CONTRACT}.xsd")

    def encode(self, order: Order) -> WireRequest:
        """Write an announcement, the same bytes for the same order; raises IndexFault for what is none."""
        match order:
            case Announce():
                number = f"<tm:nummer>{order.number}</tm:nummer>"
                inner = self._matches.match(order.match, "tm:match")
            case Expiring():
                number, inner = "", _expiring(order)
            case _:
                raise IndexFault("no message for a receiver of matches")
        name = _name(order)
        body = (
            f'<tm:{name} xmlns:tm="{NAMESPACE}" xmlns:vi="{MATCHES}"><tm:kop>'
            f"<tm:aflevering>{order.message_id}</tm:aflevering>{number}"
            f"<tm:tijdstip>{moment(order.moment)}</tm:tijdstip>"
            f"<tm:organisatie>{xml.escaped(self._organisatie)}</tm:organisatie></tm:kop>"
            f"{inner}</tm:{name}>"
        )
        if not self._schema.valid(xml.parse(body.encode())):
            raise IndexFault(f"{name} breaks its own contract")
        action = f"{NAMESPACE}/{name}"
        message = soap.write_text(body, action=action, message_id=order.message_id, to=soap.ANONYMOUS)
        return WireRequest(message, soap.CONTENT_TYPE, {"soapaction": f'"{action}"'})

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Read what the receiver answered. Never raises, and trusts nothing in it."""
        try:
            body = soap.read(response.body).body
        except (Malformed, NotSoap):
            busy = response.status in _BUSY
            return Retry(reason=f"http-{response.status}") if busy else Unknown(reason=UNREADABLE)
        if not isinstance(order, Announce | Expiring):
            return Unknown(reason=OTHER_MESSAGE)
        fault = soap.fault_detail(body)
        told = body if fault is None else fault
        expected = _expected(order) if fault is None else {_FAULT}
        if told.tag not in expected or not self._schema.valid(told) or (fault is None and response.status != 200):
            return Unknown(reason=UNREADABLE)
        if not _answers(order, body, told):
            return Unknown(reason=OTHER_MESSAGE)
        if fault is None:
            return Done(confirmed=told.tag == _REMOVED)
        code = fault.findtext("tm:code", "", _NS)
        again = (fault.findtext("tm:herhaalbaar", "", _NS)).strip() in ("true", "1")
        return Retry(reason=code) if again else Refused(code=code)

    def recovery(self, kind: str) -> Recovery:
        """A receiver knows a repeat by its delivery id."""
        return Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """Nothing is registered here."""
        return order

    def declared(self) -> IndexCapabilities:
        """It carries no signals."""
        return IndexCapabilities()


def contract(url: str) -> Contract:
    """The contract as the gateway publishes it at `url`; where a receiver offers it is the receiver's."""
    return soap.contract(CONTRACT, url)


def _name(order: Announce | Expiring) -> str:
    return _NAMES[order.bericht] if isinstance(order, Announce) else "signaalVerloopt"


def _expiring(order: Expiring) -> str:
    said = {
        "signaalId": str(order.signaal_id),
        "bronSysteem": order.bron_systeem,
        "bronSignaalId": order.bron_signaal_id,
        "revisie": str(order.revisie),
        "verlooptOp": order.verloopt_op.isoformat(),
        "dagen": str(order.dagen),
    }
    return "".join(f"<tm:{name}>{xml.escaped(text)}</tm:{name}>" for name, text in said.items())


def _expected(order: Announce | Expiring) -> set[str]:
    """The answers that take a message. Who knows the delivery may answer as it did, when that still said another."""
    if isinstance(order, Expiring):
        return {f"{{{NAMESPACE}}}{_name(order)}Antwoord"}
    names = _NAMES.values() if order.bericht in (Bericht.VERVALLEN, Bericht.VERWIJDEREN) else (_name(order),)
    return {f"{{{NAMESPACE}}}{name}Antwoord" for name in names}


def _answers(order: Announce | Expiring, body: Element, told: Element) -> bool:
    """Whether an answer speaks of this delivery, and of no other, in its header and in itself."""
    related = body.getroottree().getroot().iterfind(f"{{{soap.ENVELOPE}}}Header/{{{soap.ADDRESSING}}}RelatesTo")
    said = [(header.text or "").strip() == order.message_id.urn for header in related]
    said += [(one.text or "") == str(order.message_id) for one in told.iterfind("tm:aflevering", _NS)]
    return bool(said) and all(said)
