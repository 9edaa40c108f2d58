"""One writer per process: it commits what waits in one transaction, and answers only after the commit.

A batch that hits a deadlock or a lost connection is tried again: every unit recognises its own earlier effect, by key
or by lease. So is, once, a batch that hits a unique key: another process may have been first, which the second look
sees. A batch with bad data is halved until the bad unit stands alone and fails alone.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from gateway.errors import Unavailable
from gateway.store.work import Unit

log = logging.getLogger("gateway.store")

LARGEST_BATCH = 256
ATTEMPTS = 4
_TRANSIENT = frozenset({"40001", "40P01", "55P03"})


Tell = Callable[[Any, Exception | None], None]
"""Is called by the writer with the answer, or with why there is none, and must be short."""


class Apply(Protocol):
    """Does units within a transaction; gives their answers in order, and what must happen once they are durable."""

    def __call__(self, connection: sa.Connection, units: Sequence[Unit]) -> tuple[list[Any], Callable[[], None]]:
        """Do them."""
        ...


class Ticket(NamedTuple):
    """A unit that waits, and whom to tell."""

    unit: Unit
    tell: Tell


class Writer(threading.Thread):
    """The writing thread. `batched` False commits unit by unit: only a measurement wants that."""

    def __init__(self, engine: sa.Engine, apply: Apply, *, batched: bool = True) -> None:
        super().__init__(name="writer", daemon=True)
        self._engine = engine
        self._apply = apply
        self._largest = LARGEST_BATCH if batched else 1
        self._waiting: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False

    def hand(self, unit: Unit, tell: Tell) -> None:
        """Ask for a unit. What is asked is done: who stops waiting cannot take it back."""
        ticket = Ticket(unit, tell)
        with self._door:
            if not self._closed:
                self._waiting.put(ticket)
                return
        _told(ticket, None, Unavailable("the store is closed"))

    def close(self) -> None:
        """Commit what waits and stop."""
        with self._door:
            self._closed = True
            self._waiting.put(None)
        self.join()

    def run(self) -> None:
        """Commit batch after batch until closed."""
        while True:
            batch, last = self._gather()
            if batch:
                self._commit(batch)
            if last:
                return

    def _gather(self) -> tuple[list[Ticket], bool]:
        batch: list[Ticket] = []
        ticket = self._waiting.get()
        while ticket is not None:
            batch.append(ticket)
            if len(batch) == self._largest:
                return batch, False
            try:
                ticket = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[Ticket]) -> None:
        looked = False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answers, afterwards = self._transaction([ticket.unit for ticket in batch])
            except sa.exc.DBAPIError as error:
                first_look = isinstance(error, sa.exc.IntegrityError) and not looked
                if not (first_look or _transient(error)):
                    self._halve(batch, error)
                    return
                log.warning("store: batch tried again", extra={"attempt": attempt, "size": len(batch)})
                if first_look:
                    looked = True
                else:
                    time.sleep(0.05 * 2**attempt)
            except Exception as error:  # noqa: BLE001  a fault of one unit must not end the writer
                self._halve(batch, error)
                return
            else:
                afterwards()
                for ticket, answer in zip(batch, answers, strict=True):
                    _told(ticket, answer, None)
                return
        for ticket in batch:
            _told(ticket, None, Unavailable("the store does not answer"))

    def _transaction(self, units: list[Unit]) -> tuple[list[Any], Callable[[], None]]:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                done = self._apply(connection, units)
                transaction.commit()
            except BaseException:
                transaction.close()
                raise
            return done

    def _halve(self, batch: list[Ticket], error: Exception) -> None:
        if len(batch) > 1:
            middle = len(batch) // 2
            self._commit(batch[:middle])
            self._commit(batch[middle:])
            return
        log.error("store: unit failed", extra={"kind": type(error).__name__, "unit": type(batch[0].unit).__name__})
        fault = error if not isinstance(error, sa.exc.SQLAlchemyError) else Unavailable("the store refused a unit")
        _told(batch[0], None, fault)


def _told(ticket: Ticket, answer: Any, fault: Exception | None) -> None:
    """Tell; who cannot be told any more ends nothing: what was asked stands."""
    try:
        ticket.tell(answer, fault)
    except Exception as error:  # noqa: BLE001  whatever it is, the others are told
        log.warning("store: an answer found nobody", extra={"kind": type(error).__name__})


def _transient(error: sa.exc.DBAPIError) -> bool:
    """A deadlock, a lock held elsewhere, or a connection that went away: the same batch may be tried again."""
    if error.connection_invalidated or isinstance(error, sa.exc.OperationalError):
        return True
    return getattr(error.orig, "sqlstate", None) in _TRANSIENT
