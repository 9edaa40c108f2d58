"""The contract "regionale index" version 1: orders out; `regionale_index_answer` reads what came back.

zeep is the codec, never the transport: it loads our own WSDL from the package and writes the body as the schema
orders. The WS-Addressing headers are ours, because zeep's would carry another message id at each attempt, and an
index could then not see that it is the same message. What may leave was decided before the order was made.
"""

from importlib.resources import as_file, files
from threading import Lock
from typing import Any, assert_never

from lxml import etree
from zeep import Client, Settings
from zeep.exceptions import ValidationError

from gateway.adapters.indexes import regionale_index_answer
from gateway.adapters.indexes.regionale_index_matches import NAMESPACE
from gateway.canonical.identifiers import Oin
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Contact,
    Done,
    End,
    FollowUp,
    IndexCapabilities,
    Inspect,
    Lead,
    Order,
    Outcome,
    Person,
    Poll,
    Register,
    Told,
    Withdraw,
)
from gateway.canonical.terms import Meaning
from gateway.clock import Clock
from gateway.errors import IndexFault
from gateway.rules.delivery import Recovery
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest, WireResponse

CONTRACT = "regionale-index-1"
VERSION = "1"
POLL_MAXIMUM = 200
"""The most matches one answer may hold."""

_PREFIXES = {NAMESPACE: "ri", soap.ENVELOPE: "soap"}


class RegionaleIndex:
    """One index that speaks this contract. Safe to share between threads; costly to make, so made once."""

    def __init__(self, *, sender: str, receiver: str, capabilities: IndexCapabilities, clock: Clock) -> None:
        self._sender = sender
        self._receiver = receiver
        self._capabilities = capabilities
        self._clock = clock
        self._schema = xml.Schema(f"{CONTRACT}.xsd")
        self._operations = _operations()
        # zeep fills caches at first use, and types made twice in a race do not accept each other's values.
        self._codec = Lock()

    def encode(self, order: Order) -> WireRequest:
        """Write one order; only `tijdstipBericht` differs between two attempts.

        Raises IndexFault, naming element and rule, when the order does not fit the contract: our own fault.
        """
        name, content = _content(order)
        operation = self._operations[name]
        action = operation.abstract.wsa_action
        try:
            with self._codec:
                envelope = operation.create(
                    _soapheaders=self._addressing(order, action), kop=self._kop(order), **content
                ).content
        except ValidationError as error:
            raise IndexFault(f"{name}: MISSING {'/'.join(error.path)}") from None
        except ValueError:
            raise IndexFault(f"{name}: a text that XML cannot carry") from None
        self._check(name, envelope[-1][0])
        body = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
        return WireRequest(body, soap.CONTENT_TYPE, {"soapaction": f'"{action}"'})

    def decode(self, order: Order, response: WireResponse) -> Outcome:
        """Read what the index answered to `order`. Never raises.

        What it says of regie counts only where it is known to hold that.
        """
        outcome = regionale_index_answer.decode(order, response, schema=self._schema)
        if not isinstance(outcome, Done) or self._capabilities.regie:
            return outcome
        news = tuple(item.model_copy(update={"regie": None}) for item in outcome.news)
        return outcome.model_copy(update={"news": news, "regie": None})

    def recovery(self, kind: str) -> Recovery:
        """What names a person is asked about, for it may not be sent again by mistake; the rest is repeated."""
        return Recovery.ASK if kind in ("register", "amend") else Recovery.REPEAT

    def as_kept(self, order: Register) -> Register:
        """A registration as it stands there: as it was sent."""
        return order

    def declared(self) -> IndexCapabilities:
        """What this index can carry, as configured."""
        return self._capabilities

    def _kop(self, order: Order) -> dict[str, str]:
        return {
            "berichtReferentie": str(order.message_id),
            "tijdstipBericht": self._clock().isoformat(timespec="milliseconds"),
            "zender": self._sender,
            "ontvanger": self._receiver,
            "versie": VERSION,
        }

    def _addressing(self, order: Order, action: str) -> list[xml.Element]:
        sender = _header("From")
        etree.SubElement(sender, f"{{{soap.ADDRESSING}}}Address").text = _address(self._sender)
        return [
            _header("To", _address(self._receiver)),
            sender,
            _header("Action", action),
            _header("MessageID", order.message_id.urn),
        ]

    def _check(self, name: str, body: xml.Element) -> None:
        if breaches := self._schema.errors(body):
            places = (f"{breach.kind} {xml.place(breach.element, _PREFIXES)}" for breach in breaches)
            raise IndexFault(f"{name}: {', '.join(places)}")


def _operations() -> dict[str, Any]:
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False)
    with as_file(files("gateway.schemas")) as folder:
        client: Any = Client(str(folder / f"{CONTRACT}.wsdl"), settings=settings)
    (binding,) = client.wsdl.bindings.values()
    return dict(binding.all())


def _header(name: str, text: str | None = None) -> xml.Element:
    header = etree.Element(f"{{{soap.ADDRESSING}}}{name}", nsmap={"wsa": soap.ADDRESSING})
    header.text = text
    return header


def _address(party: str) -> str:
    """Digikoppeling WUS 3.8 WA001: anonymous, with the party's OIN where it has one."""
    return f"{soap.ANONYMOUS}?OIN={party}" if Oin.pattern.fullmatch(party) else soap.ANONYMOUS


def _content(order: Order) -> tuple[str, dict[str, Any]]:
    if isinstance(order, Told):
        raise IndexFault("what an organisation is told is no message for an index")
    match order:
        case Register():
            return "signaalAfgeven", {
                "gatewayReferentie": str(order.signaal_id),
                "soort": order.soort.value,
                "jeugdige": _jeugdige(order.person),
                "melder": _melder(order.contact),
                "datumTijdMelding": order.datum_tijd_melding.isoformat(),
                "verwijderdatum": order.verwijderdatum.isoformat(),
                "signaalcode": order.signaalcode and order.signaalcode.value,
                "aanduiding": [_aanduiding(meaning) for meaning in order.meanings],
                "leidend": None if order.leidend else False,
            }
        case Amend():
            return "signaalWijzigen", {
                "gatewayReferentie": str(order.signaal_id),
                "melder": _melder(order.contact),
                "verwijderdatum": order.verwijderdatum.isoformat(),
            }
        case End():
            einde = order.datum_einde.isoformat()
            return "signaalBeeindigen", {"gatewayReferentie": str(order.signaal_id), "datumEinde": einde}
        case Withdraw() | Inspect():
            name = "signaalIntrekken" if isinstance(order, Withdraw) else "signaalOpvragen"
            return name, {"gatewayReferentie": str(order.signaal_id)}
        case Lead():
            return "leidendZetten", {"gatewayReferentie": str(order.signaal_id), "leidend": order.leidend}
        case Arrange():
            return "regieVastleggen", {
                "gatewayReferentie": str(order.signaal_id),
                "matchId": order.index_match_id,
                "handeling": order.handeling.value,
                "stand": order.stand,
                "herzienOp": order.herzien_op.isoformat() if order.herzien_op else None,
            }
        case FollowUp():
            return "matchTerugkoppelen", {
                "gatewayReferentie": str(order.signaal_id),
                "matchId": order.index_match_id,
                "contact": order.contact.value,
            }
        case AskStatus():
            return "statusOpvragen", {"vanBericht": str(order.about)}
        case Poll():
            return "matchesOpvragen", {"vanafVolgnummer": order.cursor, "maximum": POLL_MAXIMUM}
        case AskCapabilities():
            return "capaciteiten", {}
        case _:
            assert_never(order)


def _jeugdige(person: Person) -> dict[str, Any]:
    """The BSN or the identifying data; both together never leave."""
    data = person.model_dump(exclude={"bsn"}, exclude_none=True)
    if (person.bsn is None) == (not data):
        raise IndexFault("signaalAfgeven: CHOICE jeugdige/bsn jeugdige/persoonsgegevens")
    return {"persoonsgegevens": data} if person.bsn is None else {"bsn": person.bsn}


def _melder(contact: Contact) -> dict[str, str | None]:
    return {
        "professionalId": contact.professional_id,
        "naam": contact.naam,
        "functie": contact.functie,
        "instantieId": contact.instantie_id,
        "instantieNaam": contact.instantie_naam,
        "locatie": contact.locatie,
        "telefoon": contact.telefoon,
        "email": contact.email,
        "coordinator": contact.coordinator,
    }


def _aanduiding(meaning: Meaning) -> dict[str, str]:
    return {
        "as": meaning.axis,
        "code": meaning.concept,
        "woord": meaning.word,
        "equivalentie": meaning.equivalence.value,
    }
