"""Carries out the clock, and is killed: at the first statement, then at the second, until nothing is left to do.

Each worker is a process of its own, forked before anything is open. Says how many died.
"""

import datetime as dt
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.clock import midnight
from gateway.flow.ageing import catch_up
from gateway.store.keyring import KeyRing
from gateway.store.store import Store


def work(url: str, keys: str, ring: Path, today: dt.date, last: int) -> None:
    """Carry out what is due, but for the statement after so many."""
    left = last

    def hear(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store = Store(url, keys_url=keys, ring=KeyRing.open(ring), clock=lambda: midnight(today))
    for engine in (store._writes, store._keys._writes):
        for event in ("before_cursor_execute", "commit"):
            sa.event.listen(engine, event, hear)
    catch_up(store, lambda: midnight(today))
    store.close()


url, keys, ring, day = json.loads(sys.argv[1])
killed = 0
for last in range(1000):
    child = os.fork()
    if child == 0:
        work(url, keys, Path(ring), dt.date.fromisoformat(day), last)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended == 0:
        break
    if ended != -signal.SIGKILL:
        sys.exit(ended)
    killed += 1
print(killed)
