"""What every SOAP dialect of a simulated index does with a message before anybody reads what it says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from lxml import etree

from gateway.simulator.replies import Answer, Found, Page, Registered, Reply
from gateway.wire import soap, xml
from gateway.wire.message import WireRequest
from gateway.wire.xml import Element, Schema


@dataclass(frozen=True, slots=True)
class Strange:
    """A message that cannot be read: whose fault, where, and which message it was as far as it says so."""

    blame: str
    places: tuple[str, ...] = ()
    about: str = ""


def opened(request: WireRequest, schema: Schema, prefixes: Mapping[str, str], contract: str) -> soap.Envelope | Strange:
    """A message whose body obeys the contract, as far as a schema can say; `contract` is its namespace."""
    try:
        envelope = soap.read(request.body, soap_action=request.headers.get("soapaction"))
    except soap.Malformed as broken:
        return Strange("Client", (broken.place,) if broken.place else ())
    except soap.NotSoap as strange:
        return Strange(_blame(strange), places(strange.element, prefixes))
    body, about = envelope.body, envelope.message_id
    if errors := schema.errors(body):
        found = tuple(dict.fromkeys(place for error in errors for place in places(error.element, prefixes)))
        return Strange("Client", found, about)
    if envelope.action not in ("", f"{contract}/{etree.QName(body).localname}"):
        return Strange("Client", places(body, prefixes), about)
    return envelope


def places(element: Element | None, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    """Where an element stands, without a word of what is in it."""
    return () if element is None else (xml.place(element, dict(prefixes))[-200:],)


def date(text: str) -> dt.date:
    """An xs:date; the time zone it may carry does not move the day."""
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise ValueError("not a date of this era") from None


def number(text: str) -> int:
    """An xs:integer of a bearable length."""
    if len(text) > 300:
        raise ValueError("not a number of this world")
    return int(text)


def planted(answer: Answer) -> bool:
    """Whether a scripted fault put something in an answer that may break the contract."""
    reply = answer.reply if isinstance(answer, Found) else answer
    told = reply.answer if isinstance(reply, Reply) else reply
    return isinstance(told, Registered | Page) and any(news.planted for news in told.news)


def documents(schema: str, wsdl: str, *, path: str, address: str) -> dict[str, bytes]:
    """A contract by the addresses below the server's root, with `address` as the place of the service."""
    shelf = files("gateway.schemas")
    placed = shelf.joinpath(wsdl).read_bytes().replace(b"http://localhost:8081/soap", address.encode("ascii"))
    return {f"{path}?wsdl": placed, f"/{schema}": shelf.joinpath(schema).read_bytes()}


def _blame(strange: soap.NotSoap) -> str:
    if strange.reason == "version":
        return "VersionMismatch"
    foreign = strange.element is not None and etree.QName(strange.element).namespace != soap.ADDRESSING
    return "MustUnderstand" if strange.reason == "header" and foreign else "Client"
