"""The dialect "waakvlam-1": SOAP 1.2, document/literal, with a ticket in the header; the index's side of it.

Bytes in, values out, and back; both ways are held against the XSD. The elements themselves: `waakvlam_in` and
`waakvlam_out`; what is done and refused: `loket`. Wire reference: gateway/schemas/waakvlam-1.{xsd,wsdl}.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.simulator import soap_shared, waakvlam_in, waakvlam_out
from gateway.simulator.loket_values import NoBag, Ruling, Shown
from gateway.simulator.replies import Able, Answer, Bag, Refused
from gateway.simulator.values import Call
from gateway.simulator.waakvlam_in import ABOUT_SIGNALS, CONTRACT, OPEN, SHUT
from gateway.simulator.waakvlam_tickets import LIFETIME, SECRET, Denied, Tickets
from gateway.wire import soap12, xml
from gateway.wire.message import WireRequest, WireResponse
from gateway.wire.soap import ENVELOPE_12, Malformed, NotSoap
from gateway.wire.xml import Element

SCHEMA, WSDL = "waakvlam-1.xsd", "waakvlam-1.wsdl"

_PREFIXES = {CONTRACT: "wl", ENVELOPE_12: "env"}
_TICKET, _PARTY = f"{{{CONTRACT}}}Toegangsbewijs", f"{{{CONTRACT}}}Namens"


class WaakvlamDialect:
    """Reads and writes the contract; holds the compiled schema and who may speak, for `lifetime` seconds each."""

    path = "/soap"

    def __init__(self, *, lifetime: float = LIFETIME, only: Sequence[str] = ()) -> None:
        """`only`: for which organisations a connection may act; without it, for any."""
        self._schema = xml.Schema(SCHEMA)
        self._tickets = Tickets(lifetime)
        self._only = frozenset(only)

    def decode(self, request: WireRequest) -> Call | WireResponse:
        """Read one request: who speaks first, then what is said. What cannot be read is not quoted."""
        try:
            envelope = soap12.read(request.body, understood=(_TICKET, _PARTY))
        except Malformed as broken:
            return _fault(waakvlam_out.malformed(broken.place))
        except NotSoap as strange:
            return _fault(waakvlam_out.malformed("".join(soap_shared.places(strange.element, _PREFIXES))))
        body, said = envelope.body, {block.tag: block.text or "" for block in envelope.headers}
        operation = etree.QName(body).localname
        try:
            sender = "" if operation == OPEN else self._tickets.holder(said.get(_TICKET))
            if operation in ABOUT_SIGNALS:
                self._acts(said.get(_PARTY))
            if breaches := self._schema.errors(body, 1):
                return _fault(waakvlam_out.malformed(xml.place(breaches[0].element, _PREFIXES)))
            if operation == OPEN:
                sender = body.findtext(f"{{{CONTRACT}}}aansluitcode", "")
                self._tickets.check(sender, body.findtext(f"{{{CONTRACT}}}geheim", ""))
            party = said.get(_PARTY, "")
            call = waakvlam_in.call(body, sender, party, _name(party))
        except Denied as denied:
            return _fault(waakvlam_out.denied(denied.reason))
        except ValueError:  # no request, or a day that the schema allows and no calendar has
            return _fault(waakvlam_out.malformed(xml.place(body, _PREFIXES)))
        return call.model_copy(update={"relates_to": said[_TICKET]}) if operation == SHUT else call

    def encode(self, call: Call, answer: Answer) -> WireResponse:
        """Write the answer to a call."""
        match answer:
            case Able() if call.operation == OPEN:
                until = answer.at + dt.timedelta(seconds=self._tickets.lifetime)
                body = waakvlam_out.opened(self._tickets.give(call.message.sender), until)
            case Able():
                self._tickets.end(call.relates_to)
                body = waakvlam_out.empty(call.operation)
            case Ruling():
                body = waakvlam_out.ruled(call.operation, answer)
            case Shown():
                body = waakvlam_out.shown(answer, {party.code: _name(party.code) for party in answer.parties})
            case Bag():
                body = waakvlam_out.post(answer)
            case NoBag():
                return _fault(waakvlam_out.misplaced(answer))
            case Refused() if answer.repeatable or call.operation not in ABOUT_SIGNALS:
                return _fault(waakvlam_out.outage("DRUKTE" if answer.repeatable else "INTERN"), blame="Receiver")
            case Refused():
                body = waakvlam_out.refused(call.operation, answer)
            case _:
                raise AssertionError("this contract has no such question")
        if not self._schema.valid(body) and not _planted(answer):
            raise AssertionError(f"the answer to {call.operation} breaks the contract")
        return WireResponse(200, soap12.write(body), soap12.content_type(f"{CONTRACT}/{call.operation}Antwoord"))

    def documents(self, address: str) -> dict[str, bytes]:
        """The contract, by the address below the server's root, with `address` as the place of the service."""
        return soap_shared.documents(SCHEMA, WSDL, path=self.path, address=address)

    def _acts(self, party: str | None) -> None:
        if party is None:
            raise Denied("NAMENS_ONTBREEKT")
        if not self._schema.valid(_header(party)) or (self._only and party not in self._only):
            raise Denied("NIET_NAMENS")


def settings(directory: Path, partners: Sequence[str]) -> dict[str, Any]:
    """What a configuration says of an index in this dialect that is simulated, beside what it says of any."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "waakvlam-geheim"
    file.write_text(f"{SECRET}\n", encoding="ascii")
    codes = {partner: f"WV-{number:04}" for number, partner in enumerate(partners, 1)}
    return {"sender": "gateway", "secret_file": str(file), "deelnemers": codes}


def _name(party: str) -> str:
    """What this index calls an organisation to others."""
    return f"Deelnemer {party}"


def _header(party: str) -> Element:
    block = etree.Element(_PARTY)
    block.text = party
    return block


def _planted(answer: Answer) -> bool:
    """Whether a scripted fault put something in an answer that may break the contract."""
    return isinstance(answer, Bag) and any(piece.news.planted for piece in answer.pieces)


def _fault(detail: Element, *, blame: str = "Sender") -> WireResponse:
    body = soap12.fault(detail, code=blame, text="Dit bericht is niet verwerkt.")
    return WireResponse(400 if blame == "Sender" else 500, soap12.write(body), soap12.CONTENT_TYPE)
