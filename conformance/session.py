"""One run against one system: who speaks, what was sent, what came back, and what must be cleaned up."""

import csv
import datetime as dt
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from uuid import uuid4

from conformance import messages
from conformance.messages import Envelope, Melding, Node, Person
from conformance.wire import BODY, Line, Reply, Request

ANSWER = f"{BODY}/vi:*"
RECEIPT = f"{ANSWER}/vi:ontvangstbewijs"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer."""

    request: Request
    reply: Reply


class Failed(Exception):
    """A requirement is not met. `at` is an XPath into the answer, or into the message where the text says so."""

    def __init__(self, expected: str, got: str, *, at: str = "", exchange: Exchange | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.got = got
        self.at = at
        self.exchange = exchange


class NotTested(Exception):
    """A requirement could not be tried. `applies` is False where the system rightly has no such rule."""

    def __init__(self, reason: str, *, applies: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.applies = applies


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the tester gave. The tokens never reach a file or the screen."""

    sut: str
    token: str = field(repr=False)
    partner_token: str = field(default="", repr=False)
    blind_token: str = field(default="", repr=False)
    gemeente: str = ""
    now: dt.datetime | None = None
    timeout: float = 30.0
    match_timeout: float = 60.0

    @property
    def endpoint(self) -> str:
        """Where messages go."""
        return f"{self.sut.rstrip('/')}/soap/v1"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a sender may do, as the system itself says."""

    bsn: bool
    on_consent: dict[str, bool]
    """Whether a region works on consent, by the name of its policy."""
    code_lists: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organisations, each with a signal about one young person."""

    first: Melding
    second: Melding


class Session:
    """Speaks to the system and remembers. Checks get nothing else."""

    def __init__(self, settings: Settings, line: Line) -> None:
        self.settings = settings
        self.run = uuid4().hex[:8]
        self.exchanges: list[Exchange] = []
        self.persons = persons()
        self.pair: Pair | None = None
        self._line = line
        self._ids = count(1)
        self._given: dict[tuple[str, str], str] = {}
        self._capabilities: dict[str, Capabilities] = {}
        self._offset = dt.timedelta() if settings.now is None else settings.now - _clock()

    def now(self) -> dt.datetime:
        """The moment the system lives in: the real one, or the one the tester gave, running on."""
        return (_clock() + self._offset).replace(microsecond=0)

    def partner(self) -> str:
        """The token of a second organisation."""
        if not self.settings.partner_token:
            raise NotTested("geen tweede organisatie: geef --partner-token")
        return self.settings.partner_token

    def new_id(self) -> str:
        """A bronSignaalId that no run used before."""
        return f"VIG-{self.run}-{next(self._ids):03d}"

    def melding(self, *, token: str | None = None, person: Person | None = None) -> Melding:
        """A new signal that is right in every way, about the next test person."""
        number = self.new_id()
        whom = person or self.persons[int(number[-3:]) % (len(self.persons) - 2)]
        may = self.capabilities(token)
        return Melding(
            bron_signaal_id=number,
            person=whom,
            moment=self.now() - dt.timedelta(minutes=1),
            bsn=whom.bsn if may.bsn else "",
            consent=any(may.on_consent.values()),
            gemeente=self.settings.gemeente,
        )

    def give(self, melding: Melding, *, token: str | None = None) -> Exchange:
        """Send a signal; what is accepted is withdrawn at the end of the run."""
        return self.ask(melding.node(), token=token)

    def ask(self, node: Node, *, token: str | None = None) -> Exchange:
        """Send one operation in the ordinary way."""
        operation = node[0]
        envelope = Envelope(action=messages.action(operation), message_id=messages.new_message_id())
        return self.send(envelope.around(messages.render(node)), operation, token=token)

    def send(self, message: str | bytes, operation: str, *, token: str | None = None) -> Exchange:
        """Send a message as it is, with the SOAPAction of an operation."""
        return self.post(message, soap_action=f'"{messages.action(operation)}"', token=token)

    def post(
        self, message: str | bytes, *, soap_action: str = '""', token: str | None = None, anonymous: bool = False
    ) -> Exchange:
        """Send bytes; `anonymous` leaves the Authorization header out."""
        body = message.encode() if isinstance(message, str) else message
        who = None if anonymous else token or self.settings.token
        return self.over_the_line(Request(self.settings.endpoint, body, who, soap_action))

    def get(self, url: str) -> Exchange:
        """Fetch a document."""
        return self.over_the_line(Request(url, token=self.settings.token))

    def over_the_line(self, request: Request) -> Exchange:
        """Send any request and remember it."""
        exchange = Exchange(request, self._line.send(request))
        self.exchanges.append(exchange)
        self._remember(exchange)
        return exchange

    def capabilities(self, token: str | None = None) -> Capabilities:
        """What the system says a sender may do; asked once."""
        who = token or self.settings.token
        if who not in self._capabilities:
            exchange = self.ask(messages.capaciteiten(), token=who)
            reply = exchange.reply
            if reply.payload != "capaciteitenAntwoord":
                got = ", ".join(reply.codes) or f"HTTP {reply.status}"
                raise Failed("capaciteitenAntwoord op capaciteiten", got, exchange=exchange)
            policies = reply.texts(f"{ANSWER}/vi:regio/vi:beleid")
            grounds = reply.texts(f"{ANSWER}/vi:regio/vi:grondslag")
            self._capabilities[who] = Capabilities(
                bsn=reply.text(f"{ANSWER}/vi:bsnToegestaan") in ("true", "1"),
                on_consent=dict(zip(policies, ("toestemming" in ground.lower() for ground in grounds), strict=False)),
                code_lists=frozenset(reply.texts(f"{ANSWER}/vi:stelsel")),
            )
        return self._capabilities[who]

    def until(self, look: Callable[[], Exchange | None]) -> Exchange | None:
        """Look again and again until there is something or the time for matches is over."""
        deadline = time.monotonic() + self.settings.match_timeout
        pause = 0.05
        while (found := look()) is None and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        return found

    def pages(self, operation: str, *, na: str = "", token: str | None = None) -> Iterator[Exchange]:
        """Every page after a cursor."""
        for _ in range(500):
            exchange = self.ask(messages.browse(operation, na), token=token)
            yield exchange
            na = exchange.reply.text(f"{ANSWER}/vi:cursor")
            if exchange.reply.text(f"{ANSWER}/vi:meer") not in ("true", "1"):
                return

    def clean_up(self) -> list[str]:
        """Withdraw every signal this run gave; the ids that would not go."""
        left: list[str] = []
        for (number, token), state in list(self._given.items()):
            if state == "VERNIETIGD":
                continue
            reply = self.ask(messages.intrekken(number), token=token).reply
            if reply.text(f"{ANSWER}/vi:stand/vi:status") != "VERNIETIGD":
                left.append(number)
        return left

    def _remember(self, exchange: Exchange) -> None:
        reply = exchange.reply
        number = reply.text(f"{RECEIPT}/vi:bronSignaalId")
        if not reply.faulty and number.startswith(f"VIG-{self.run}-") and exchange.request.token:
            self._given[number, exchange.request.token] = reply.text(f"{ANSWER}/vi:stand/vi:status")


def persons() -> tuple[Person, ...]:
    """The test persons the kit uses; the last two are kept for matches and for a sender without BSN."""
    text = files("conformance").joinpath("persons.csv").read_text(encoding="utf-8")
    return tuple(Person(**row) for row in csv.DictReader(io.StringIO(text), delimiter=";"))


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
