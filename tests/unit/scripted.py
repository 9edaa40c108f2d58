"""An index by script: an adapter whose messages can be read, and a line that answers what the script says."""

import datetime as dt
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from gateway.canonical.order import IndexCapabilities, Order, Outcome, Register, Retry, Unknown
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.errors import IndexFault
from gateway.flow.courier import Courier, Destination
from gateway.rules.delivery import Recovery
from gateway.store.store import Store
from gateway.store.work import Claim, Job, Schedule
from gateway.wire.message import WireRequest, WireResponse
from tests.spec.office import Office
from tests.spec.people import RICH, SCHOOL


class Plain:
    """An adapter that writes JSON, never twice the same, and reads the outcome that the script put in the answer."""

    def __init__(self, recovery: Recovery = Recovery.ASK, processing: float = 0.0) -> None:
        self.declares = recovery
        self.capabilities = RICH.model_copy(update={"processing_time": dt.timedelta(seconds=processing)})
        self.broken = False
        self.written = count()

    def encode(self, order: Order) -> WireRequest:
        if self.broken:
            raise IndexFault("order: MISSING melder")
        message = {type(order).__name__: order.model_dump(mode="json"), "written": next(self.written)}
        return WireRequest(json.dumps(message).encode(), "text/plain")

    def decode(self, order: Order, response: WireResponse) -> Outcome | WireRequest:
        return OUTCOMES[response.body]

    def recovery(self, kind: str) -> Recovery:
        return self.declares

    def as_kept(self, order: Register) -> Register:
        return order

    def declared(self) -> IndexCapabilities:
        return self.capabilities


OUTCOMES: dict[bytes, Outcome | WireRequest] = {}
LOST = Unknown(reason="tijd")
BUSY = Retry(reason="geen-verbinding")


class Line:
    """A transport: answers in the order of its script, then with its last answer for ever."""

    def __init__(self, *script: Outcome | WireRequest) -> None:
        self.script = deque(script)
        self.sent: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while a message is underway."""

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        self.bodies.append(request.body)
        self.sent.append(json.loads(request.body))
        self.meanwhile()
        outcome = self.script.popleft() if len(self.script) > 1 else self.script[0]
        if isinstance(outcome, Retry | Unknown):
            return outcome
        label = repr((id(self), len(self.sent))).encode()
        OUTCOMES[label] = outcome
        return WireResponse(200, label)

    @property
    def kinds(self) -> list[str]:
        return [next(iter(message)) for message in self.sent]


class Post:
    """A worker without a thread: what is due is claimed and carried when the test says so."""

    def __init__(
        self,
        office: Office,
        line: Line,
        adapter: Plain | None = None,
        *,
        retry: float = 0.0,
        indexes: tuple[str, ...] = ("kaal",),
    ) -> None:
        self.office, self.line, self.adapter = office, line, adapter or Plain()
        self.retry, self.indexes = retry, indexes
        for index in indexes:
            office.store.do(Schedule(index, new_id(bucket_of(GATEWAY))))
        self.courier = Courier(office.store, office.directory, self.destinations, office.clock)

    @property
    def destinations(self) -> Mapping[str, Destination]:
        return {
            name: Destination(name, self.adapter, self.line, "http://127.0.0.1:9", 1.0, self.retry, 3600.0)
            for name in self.indexes
        }

    def claim(self, tenant: str = SCHOOL, *, limit: int = 8, lease: float = 30.0) -> list[Job]:
        bucket = bucket_of(tenant)
        jobs: list[Job] = self.office.store.do(Claim(bucket, tenant, limit, lease, new_id(bucket)))
        return jobs

    def deliver(self, tenant: str = SCHOOL, *, rounds: int = 20) -> int:
        """Carry what is due until nothing is; gives how many attempts that took."""
        attempts = 0
        for _ in range(rounds):
            jobs = self.claim(tenant)
            if not jobs:
                return attempts
            for job in jobs:
                self.courier.carry(job)
            attempts += len(jobs)
        raise AssertionError("it never ends")


def rows(store: Store, columns: str = "kind, state", *, polls: bool = False) -> list[tuple[Any, ...]]:
    """The outbox as it is, in order: messages about signals, or polls."""
    which = "=" if polls else "<>"
    with sqlite3.connect(database(store)) as connection:
        statement = f"SELECT {columns} FROM outbox WHERE kind {which} 'poll' ORDER BY signal_id, sequence"
        return connection.execute(statement).fetchall()


def events(store: Store) -> list[str]:
    """What the audit tells, in order."""
    with sqlite3.connect(database(store)) as connection:
        return [row[0] for row in connection.execute("SELECT event FROM audit ORDER BY number")]


def database(store: Store) -> Path:
    """The database file of a store."""
    return Path(str(store._reads.url.database))


def id_of(sent: dict[str, Any]) -> UUID:
    return UUID(next(iter(sent.values()))["message_id"])
