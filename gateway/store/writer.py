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
from concurrent.futures import Future
from typing import Any, Protocol

import sqlalchemy as sa

from gateway.errors import Unavailable
from gateway.store.work import Unit

log = logging.getLogger("gateway.store")

LARGEST_BATCH = 256
ATTEMPTS = 4
_TRANSIENT = frozenset({"40001", "40P01", "55P03"})


class Apply(Protocol):
    """Does units within a transaction; gives their answers in order, and what must happen once they are durable."""

    def __call__(self, connection: sa.Connection, units: Sequence[Unit]) -> tuple[list[Any], Callable[[], None]]:
        """Do them."""
        ...


class Ticket:
    """A unit that waits, and whom to tell."""

    __slots__ = ("future", "unit")

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.future: Future[Any] = Future()
        self.future.set_running_or_notify_cancel()  # what is asked is done: who stopped waiting cannot take it back


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

    def submit(self, unit: Unit) -> Future[Any]:
        """Ask for a unit; its future has the answer once it is durable, or Unavailable when it is not."""
        ticket = Ticket(unit)
        with self._door:
            if self._closed:
                ticket.future.set_exception(Unavailable("the store is closed"))
            else:
                self._waiting.put(ticket)
        return ticket.future

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
                    ticket.future.set_result(answer)
                return
        for ticket in batch:
            ticket.future.set_exception(Unavailable("the store does not answer"))

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
        batch[0].future.set_exception(fault)


def _transient(error: sa.exc.DBAPIError) -> bool:
    """A deadlock, a lock held elsewhere, or a connection that went away: the same batch may be tried again."""
    if error.connection_invalidated or isinstance(error, sa.exc.OperationalError):
        return True
    return getattr(error.orig, "sqlstate", None) in _TRANSIENT
