"""The legal clock carried out: what ends, ends on its day at 00:00 in Amsterdam, and is destroyed on its day.

Before a signal ends, its sender hears of it. Any number of workers may do this at once. Who was away for a month
catches up; a worker may die between any two lines.
"""

import logging
import threading
from collections.abc import Callable

from gateway.clock import Clock, legal_day
from gateway.store.store import Store
from gateway.store.work import Age, Warn

log = logging.getLogger("gateway.ageing")

Asked = Callable[[str, str], tuple[int, ...]]
"""By pack and region: how many days before the removal date a sender hears of it."""
PER_TURN = 50
"""How many signals one transaction looks at: between two turns other senders have theirs."""
REST_SECONDS = 30.0


def catch_up(store: Store, clock: Clock) -> int:
    """Carry out all that is due until today; gives how many signals were looked at."""
    today, looked = legal_day(clock()), 0
    for bucket in store.read.ageing(today):
        while turn := store.do(Age(bucket, today, PER_TURN)):
            looked += turn
    return looked


def warn(store: Store, clock: Clock, asked: Asked) -> int:
    """Tell senders of what will end, as far as it is due today; gives how many signals were looked at."""
    today, looked = legal_day(clock()), 0
    for bucket in store.read.expiring(today):
        while turn := store.do(Warn(bucket, today, PER_TURN, asked)):
            looked += turn
    return looked


class Ageing(threading.Thread):
    """Catches up time and again until stopped."""

    def __init__(
        self, store: Store, clock: Clock, *, asked: Asked = lambda pack, region: (), rest: float = REST_SECONDS
    ) -> None:
        super().__init__(name="ageing", daemon=True)
        self._store = store
        self._clock = clock
        self._asked = asked
        self._rest = rest
        self._ended = threading.Event()

    def stop(self) -> None:
        """Finish the turn underway and end."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Work until stopped."""
        while not self._ended.is_set():
            try:
                if looked := catch_up(self._store, self._clock):
                    log.info("ageing: the clock was carried out", extra={"signals": looked})
                warn(self._store, self._clock, self._asked)
            except Exception as error:  # noqa: BLE001  the store may be away for a while; it comes back by itself
                log.warning("ageing: the store does not answer", extra={"kind": type(error).__name__})
            self._ended.wait(self._rest)
