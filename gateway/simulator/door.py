"""The index's HTTP: one dialect, a management door for this machine only, and every way to answer badly.

HTTP/1.1 with keep-alive, one thread per connection. It speaks bytes by itself instead of through a framework because
it must be able to close a connection halfway or to drip. It logs operations, codes and counts, never a message.
"""

import datetime as dt
import json
import logging
import re
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address, ip_address
from threading import Event
from typing import Annotated, Any, Protocol

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from gateway.canonical.regie import Regiehandeling
from gateway.canonical.value import Value
from gateway.simulator.engine import Engine
from gateway.simulator.faults import Fault, Fired, Rule, Script
from gateway.simulator.loket_values import Party
from gateway.simulator.replies import Answer, Refused, Reply
from gateway.simulator.values import Arrange, Call
from gateway.wire.message import WireRequest, WireResponse

MOST_BYTES = 1 << 20
"""A request larger than this is not read."""

JSON, XML, HTML = "application/json", "text/xml; charset=utf-8", "text/html; charset=utf-8"

_LOG = logging.getLogger(__name__)
_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")


class Passing(Value):
    """How much later it must be."""

    seconden: Annotated[float, Field(ge=0, le=10**10)]


class Moving(Value):
    """Who moves where to."""

    bsn: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
    gemeente: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class Dialect(Protocol):
    """A wire format an index speaks. Pure: bytes in, values out, and back."""

    @property
    def path(self) -> str:
        """Where it is spoken, such as `/soap`."""
        ...

    def decode(self, request: WireRequest) -> Call | WireResponse:
        """Read one request, or say at once that it cannot be read."""
        ...

    def encode(self, call: Call, answer: Answer) -> WireResponse:
        """Write the answer to a call."""
        ...

    def documents(self, address: str) -> dict[str, bytes]:
        """The contract's files by path (with query), for a service at `address`."""
        ...


class House:
    """What every connection shares."""

    def __init__(self, engine: Engine, dialect: Dialect, script: Script) -> None:
        self.engine = engine
        self.dialect = dialect
        self.script = script
        self.stopping = Event()

    def exchange(self, call: Call, fired: Fired) -> WireResponse | None:
        """Carry out one call under the faults that fired; None when the connection is to be closed unanswered."""
        for fault in (Fault.DELAY, Fault.DROP_BEFORE):
            if rule := fired.rule(fault):
                self.stopping.wait(rule.seconds)
                if fault is Fault.DROP_BEFORE:
                    return None
        if fired.rule(Fault.SERVER_ERROR):
            return WireResponse(500, b"<html><body><h1>Internal Server Error</h1></body></html>", HTML)
        if rule := fired.rule(Fault.UNAVAILABLE):
            busy = Refused(code=rule.code or "IX-503", client=False, repeatable=True)
            return self.dialect.encode(call, busy)
        answer = self.engine.answer(call.message, fired)
        if rule := fired.rule(Fault.DROP_AFTER):
            self.stopping.wait(rule.seconds)
            return None
        _LOG.info("answered operation=%s code=%s faults=%d", call.operation, _code(answer), len(fired.rules))
        if fired.rule(Fault.GARBAGE):
            return WireResponse(200, b"\x00\xff<answer", XML)
        return self.dialect.encode(call, answer)


class Door(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 300
    house: House

    def do_POST(self) -> None:
        """A message in the dialect, or a new fault script."""
        body = self._body()
        if body is None:
            return
        if self.path == self.house.dialect.path:
            self._message(body)
        elif page := self._pages().get(self.path):
            self._managed(lambda: page(body))
        else:
            self._json(HTTPStatus.NOT_FOUND, {"fout": "onbekend adres"})

    def _pages(self) -> dict[str, Callable[[bytes], tuple[HTTPStatus, Any]]]:
        return {
            "/beheer/storingen": self._script,
            "/beheer/tijd": self._time,
            "/beheer/verhuizingen": self._move,
            "/beheer/regie": self._regie,
            "/beheer/deelnemers": self._appoint,
        }

    def do_GET(self) -> None:
        """The contract, health, or the management door."""
        self._skip_body()
        pages: dict[str, Callable[[], tuple[HTTPStatus, Any]]] = {
            "/beheer/telling": self._counts,
            "/beheer/mails": self._mails,
            "/beheer/signalen": self._signals,
            "/beheer/verhuisberichten": self._arrivals,
            "/beheer/terugkoppelingen": self._followed,
        }
        if self.path == "/health":
            self._json(HTTPStatus.OK, {"status": "ok"})
        elif self.path in pages:
            self._managed(pages[self.path])
        else:
            path, mark, query = self.path.partition("?")
            document = self.house.dialect.documents(self._address()).get(path + mark + query.lower())
            if document is None:
                self._json(HTTPStatus.NOT_FOUND, {"fout": "onbekend adres"})
            else:
                self._send(WireResponse(200, document, XML))

    def do_DELETE(self) -> None:
        """End the fault script."""
        self._skip_body()
        if self.path == "/beheer/storingen":
            self._managed(lambda: (HTTPStatus.OK, {"regels": self.house.script.replace(())}))
        else:
            self._json(HTTPStatus.NOT_FOUND, {"fout": "onbekend adres"})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
        """Nothing: the lines of http.server quote the request."""

    def _message(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = WireRequest(body, headers.get("content-type", ""), headers)
        call = self.house.dialect.decode(request)
        if isinstance(call, WireResponse):
            _LOG.info("refused unread status=%d", call.status)
            self._send(call)
            return
        fired = self.house.script.fire(call.operation)
        response = self.house.exchange(call, fired)
        if response is None:
            _LOG.info("dropped operation=%s", call.operation)
            self.close_connection = True
            return
        drip = fired.rule(Fault.DRIP)
        self._send(response, over=drip.seconds if drip else 0.0)

    def _body(self) -> bytes | None:
        """The bytes of the request; None when it was refused for want of a bearable length."""
        said = self.headers.get("Content-Length", "")
        if not (said.isascii() and said.isdigit()) or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._json(HTTPStatus.LENGTH_REQUIRED, {"fout": "Content-Length ontbreekt"})
            return None
        if len(said) > 9 or int(said) > MOST_BYTES:
            self.close_connection = True
            self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"fout": "bericht te groot"})
            return None
        body = self.rfile.read(int(said))
        if len(body) < int(said):
            self.close_connection = True
            return None
        return body

    def _skip_body(self) -> None:
        """A body that has no meaning is not read; what follows it on this connection is not either."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True

    def _managed(self, page: Callable[[], tuple[HTTPStatus, Any]]) -> None:
        caller = ip_address(str(self.client_address[0]).partition("%")[0])
        mapped = caller.ipv4_mapped if isinstance(caller, IPv6Address) else None
        if (mapped or caller).is_loopback:
            self._json(*page())
        else:
            self._json(HTTPStatus.FORBIDDEN, {"fout": "alleen vanaf deze machine"})

    def _counts(self) -> tuple[HTTPStatus, Any]:
        signals, double, matches = self.house.engine.counts()
        return HTTPStatus.OK, {"signalen": signals, "dubbel": double, "matches": matches}

    def _mails(self) -> tuple[HTTPStatus, Any]:
        mails, again = self.house.engine.mails()
        return HTTPStatus.OK, {"mails": mails, "dubbel": again}

    def _signals(self) -> tuple[HTTPStatus, Any]:
        listing = self.house.engine.listing()
        return HTTPStatus.OK, [
            {"gatewayReferentie": reference, "status": status, "leidend": leads} for reference, status, leads in listing
        ]

    def _followed(self) -> tuple[HTTPStatus, Any]:
        told = self.house.engine.followed()
        return HTTPStatus.OK, [
            {"matchId": match, "gatewayReferentie": reference, "contact": contact} for match, reference, contact in told
        ]

    def _regie(self, body: bytes) -> tuple[HTTPStatus, Any]:
        """A professional does something with the regie of a match in the index's own web application."""
        try:
            said = json.loads(body)
            day = said.get("herzienOp")
            wish = Arrange(
                reference=said["gatewayReferentie"],
                match_id=said["matchId"],
                handeling=Regiehandeling(said["handeling"]),
                stand=None,
                herzien_op=dt.date.fromisoformat(day) if day else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return HTTPStatus.BAD_REQUEST, {"fout": "geen gatewayReferentie, matchId en handeling"}
        answer = self.house.engine.by_hand(wish)
        if isinstance(answer, Refused):
            return HTTPStatus.CONFLICT, {"fout": answer.code}
        return HTTPStatus.OK, {"uitgevoerd": answer.done, "wie": answer.regie.wie, "stand": answer.regie.stand}

    def _script(self, body: bytes) -> tuple[HTTPStatus, Any]:
        try:
            rules = _RULES.validate_json(body)
        except ValidationError as error:
            places = sorted({"/".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)})
            return HTTPStatus.BAD_REQUEST, {"fout": "geen geldig storingsscript", "plaatsen": places[:50]}
        return HTTPStatus.OK, {"regels": self.house.script.replace(rules)}

    def _time(self, body: bytes) -> tuple[HTTPStatus, Any]:
        """Let time pass here: {"seconden": n}."""
        try:
            later = Passing.model_validate_json(body)
        except ValidationError:
            return HTTPStatus.BAD_REQUEST, {"fout": "geen geldige tijd", "plaatsen": ["seconden"]}
        return HTTPStatus.OK, {"tijdstip": self.house.engine.pass_time(later.seconden).isoformat()}

    def _move(self, body: bytes) -> tuple[HTTPStatus, Any]:
        """Let a person of the register move: {"bsn": "...", "gemeente": "0518"}."""
        try:
            to = Moving.model_validate_json(body)
        except ValidationError:
            return HTTPStatus.BAD_REQUEST, {"fout": "geen geldige verhuizing", "plaatsen": ["bsn", "gemeente"]}
        told = self.house.engine.move(to.bsn, to.gemeente)
        if told is None:
            return HTTPStatus.NOT_FOUND, {"fout": "niet in het register"}
        return HTTPStatus.OK, {"signalen": told}

    def _appoint(self, body: bytes) -> tuple[HTTPStatus, Any]:
        """Who leads for an organisation: {"code": "WV-0001", "leads": false, "open": true}."""
        try:
            party = Party.model_validate_json(body)
        except ValidationError:
            return HTTPStatus.BAD_REQUEST, {"fout": "geen geldige deelnemer", "plaatsen": ["code", "leads", "open"]}
        return HTTPStatus.OK, {"aansluitingen": self.house.engine.appoint(party)}

    def _arrivals(self) -> tuple[HTTPStatus, Any]:
        """What the regievoerders of municipalities were told; of an ended signal no contact any more."""
        return HTTPStatus.OK, [
            {"gemeente": gemeente, "status": status, "betrokkene": contact and json.loads(contact)}
            for gemeente, status, contact in self.house.engine.arrivals()
        ]

    def _address(self) -> str:
        host = self.headers.get("Host", "")
        if not _HOST.fullmatch(host):
            name, port = self.connection.getsockname()[:2]
            host = f"{name}:{port}"
        return f"http://{host}{self.house.dialect.path}"

    def _json(self, status: HTTPStatus, value: Any) -> None:
        self._send(WireResponse(status, json.dumps(value).encode(), JSON))

    def _send(self, response: WireResponse, *, over: float = 0.0) -> None:
        """Write an answer in one piece, or byte by byte `over` so many seconds."""
        self.close_connection = self.close_connection or self.house.stopping.is_set()
        head = (
            f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\nDate: {formatdate(usegmt=True)}\r\n"
            f"Content-Type: {response.content_type}\r\nContent-Length: {len(response.body)}\r\n"
            f"Connection: {'close' if self.close_connection else 'keep-alive'}\r\n\r\n"
        )
        packet = head.encode("ascii") + response.body
        if not over:
            self.wfile.write(packet)
            return
        for at in range(len(packet)):
            self.wfile.write(packet[at : at + 1])
            if self.house.stopping.wait(over / len(packet)):
                self.close_connection = True
                return


def _code(answer: Answer) -> str:
    inner = answer.answer if isinstance(answer, Reply) else answer
    return inner.code if isinstance(inner, Refused) else "-"
