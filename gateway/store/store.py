"""The store as the rest of the house sees it: open, submit, read, close."""

import logging
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any
from uuid import UUID

from gateway.clock import Clock
from gateway.store import batches, change, claiming, migrate, whole
from gateway.store.applying import Applying
from gateway.store.engine import Times, connect
from gateway.store.keyring import KeyRing
from gateway.store.keys import KeyStore
from gateway.store.reading import Reader
from gateway.store.sealing import Sealing
from gateway.store.work import Record, Unit, Way, Ways
from gateway.store.writer import Tell, Writer

log = logging.getLogger("gateway.store")


def _nobody(tenant: str, index: str) -> tuple[Way, ...]:
    """No organisation wants to hear of its matches."""
    return ()


class Store:
    """One open store: a writer, readers, and the key store. Units are asked for with `submit`."""

    def __init__(
        self, url: str, *, keys_url: str, ring: KeyRing, clock: Clock, batched: bool = True, ways: Ways = _nobody
    ) -> None:
        self._writes = connect(url, writes=True, pool_size=2)
        try:
            migrate.upgrade(self._writes)
        except BaseException:
            self._writes.dispose()
            raise
        self._reads = connect(url, writes=False)
        self._times = Times(self._writes)
        self._clock = clock
        self.ways = ways
        """How organisations hear of their matches."""
        self._keys = KeyStore(keys_url, ring)
        self._sealing = Sealing(ring, self._keys)
        self.read = Reader(self._reads, self._times, self._sealing)
        self.ring = ring
        self.stirred = threading.Event()
        """Set when something new may be due."""
        applying = Applying(
            clock=clock, times=self._times, sealing=self._sealing, ways=self._configured,
            destroy=self._destroy, stirred=self.stirred,
        )  # fmt: skip
        self._writer = Writer(self._writes, applying, batched=batched)
        self._writer.start()
        self.sweep()

    def submit(self, unit: Unit) -> Future[Any]:
        """Ask for a unit of work; the future has its answer once it is durable, or Unavailable when it is not."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()

        def tell(answer: Any, fault: Exception | None) -> None:
            if fault is None:
                future.set_result(answer)
            else:
                future.set_exception(fault)

        self.hand(unit, tell)
        return future

    def hand(self, unit: Unit, tell: Tell) -> None:
        """As `submit`, for who wants no future; `tell` is called by the writer and must be short."""
        self._writer.hand(unit, tell)

    def do(self, unit: Unit) -> Any:
        """As `submit`, and wait."""
        return self.submit(unit).result()

    def turn(self, after: tuple[int, str]) -> tuple[int, str] | None:
        """The next tenant with something due."""
        with self._reads.begin() as connection:
            return claiming.turn(connection, self._times, after)

    def whole(self, *, made: str, by: str, region: str | None = None) -> Iterator[bytes]:
        """Everything in it, or of a region, as it is at one moment, as lines (`store.whole`).

        It is in the audit before it is read.
        """
        self.do(Record("uitvoer_gemaakt", {} if region is None else {"regio": region}))
        with self._reads.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield from whole.written(connection, self._sealing, made=made, by=by, region=region)

    def take_in(self, lines: Iterable[bytes]) -> dict[str, int]:
        """Fill this empty store with another's lines, all or nothing; gives how many rows of each table.

        Raises Misconfigured when it is not empty, or the lines are not what their foot counts.
        """
        with self._writes.begin() as connection:
            counts = whole.taken_in(connection, lines, self._sealing)
        self.do(Record("uitvoer_ingelezen", {"regels": sum(counts.values())}))
        return counts

    def sweep(self) -> int:
        """Destroy keys that a crash left behind, and reports of files that are past their time; gives how many."""
        return self._sweep_signals() + self._sweep_files()

    def _sweep_signals(self) -> int:
        with self._reads.begin() as connection:
            left = change.unswept(connection)
        if not left or not self._destroy(left):
            return 0
        with self._writes.begin() as connection:
            change.mark_swept(connection, left)
        return len(left)

    def _sweep_files(self) -> int:
        with self._reads.begin() as connection:
            past = batches.expired(connection, self._clock())
        if not past or not self._destroy(past):
            return 0
        with self._writes.begin() as connection:
            for batch in past:
                batches.forget(connection, batch)
        return len(past)

    def close(self) -> None:
        """Commit what waits, and let go."""
        self._writer.close()
        self._writes.dispose()
        self._reads.dispose()
        self._keys.close()

    def _configured(self, tenant: str, index: str) -> tuple[Way, ...]:
        """How an organisation hears of its matches as this is set now: a new configuration sets it anew."""
        return self.ways(tenant, index)

    def _destroy(self, signal_ids: list[UUID]) -> bool:
        try:
            self._keys.destroy(signal_ids)
        except Exception as error:  # noqa: BLE001  whatever it is, the signal is committed and the next sweep goes on
            log.error(
                "store: keys left for the next sweep",
                extra={"kind": type(error).__name__, "count": len(signal_ids)},
            )
            return False
        return True
