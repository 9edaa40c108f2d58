"""The round: which tenant is next, so that one flooding sender delays no other, and hands for what is due."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.clock import monotonic
from gateway.flow.courier import Courier, Destination, lease_of
from gateway.store.store import Store
from gateway.store.work import Claim, Job, Schedule

log = logging.getLogger("gateway.dispatch")

START = (-1, "")
PER_TURN = 8
"""How many messages of one tenant a turn takes at most."""
IDLE_SECONDS = 0.25
"""How long to rest when nothing is due; what another process puts in is found after this at the latest."""
GATHER_SECONDS = 0.03
"""How long free hands wait for others to be free too."""
SWEEP_SECONDS = 60.0


class Dispatcher(threading.Thread):
    """Goes round the tenants and hands what is due to couriers, so many at a time."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        destinations: Mapping[str, Destination],
        hands: int = 16,
        hang_up: Callable[[], None] = lambda: None,
        longest: float = 0.0,
    ) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self._hang_up = hang_up
        self._store = store
        self._courier = courier
        leases = [index.lease for index in destinations.values()] or [30.0]
        self._lease = max(*leases, lease_of(longest))
        self._destinations = destinations
        self._free = threading.Semaphore(hands)
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="courier")
        self._ended = threading.Event()

    def stop(self) -> None:
        """Finish what is underway and end."""
        self._ended.set()
        self._store.stirred.set()
        self.join()

    def run(self) -> None:
        """Work until stopped."""
        strange = list(self._destinations.values())
        at, taken, tended = START, False, monotonic()
        while not self._ended.is_set():
            self._store.stirred.clear()
            try:
                while strange:
                    known = strange[-1]
                    self._store.do(Schedule(known.id, new_id(bucket_of(GATEWAY)) if known.poll else None))
                    strange.pop()
                if monotonic() - tended >= SWEEP_SECONDS:
                    tended = monotonic()
                    self._store.sweep()
                    self._courier.remind()
                turn = self._store.turn(at)
                if turn is not None:
                    at = turn
                    taken = self._take(*turn) or taken
                    continue
                if at == START or not taken:
                    self._store.stirred.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001  the store may be away for a while; it comes back by itself
                log.warning("dispatch: the store does not answer", extra={"kind": type(error).__name__})
                self._ended.wait(1.0)
            at, taken = START, False
        self._hands.shutdown(wait=True)
        self._hang_up()

    def _take(self, bucket: int, tenant: str) -> bool:
        """Claim a tenant's turn, as far as there are hands free."""
        hands = self._grab()
        jobs: list[Job] = []
        try:
            jobs = self._store.do(Claim(bucket, tenant, hands, self._lease, new_id(bucket)))
        finally:
            for _ in range(hands - len(jobs)):
                self._free.release()
        for job in jobs:
            self._hands.submit(self._carry, job)
        return bool(jobs)

    def _grab(self) -> int:
        """Wait for one free hand, and shortly for more: to claim some at once costs little more than to claim one."""
        self._free.acquire()
        hands, until = 1, monotonic() + GATHER_SECONDS
        while hands < PER_TURN and self._free.acquire(timeout=max(0.0, until - monotonic())):
            hands += 1
        return hands

    def _carry(self, job: Job) -> None:
        try:
            self._courier.carry(job)
        except Exception as error:  # noqa: BLE001  its lease ends and another worker goes on with it
            log.warning("dispatch: message left to its lease", extra={"kind": type(error).__name__})
        finally:
            self._free.release()
            self._store.stirred.set()
