"""Where a message is read. libxml2 keeps every name it meets until the thread that read it ends.

An ordinary message brings no new names and is read where it came in. A large one, and all those of a sender that
kept bringing new names, are read in a thread of their own, which takes its names with it when it ends. The names in
ordinary messages are counted by sample, so that counting costs an honest sender nothing.
"""

import asyncio
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gateway.flow.directory import Caller

T = TypeVar("T")

ORDINARY_BYTES = 16_384
"""Room for the largest signal of the contract; what is larger is still read, but apart."""
ONE_IN = 64
"""Of so many ordinary messages one is looked at, and counts for all."""
BUDGET_BYTES = 4_000_000
"""New names of one sender, by estimate, before its messages are read apart."""
AT_ONCE = 2

_NAMED = re.compile(rb"""<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>?\s*|&[^\s<;&]+""")
"""Everything of a document that libxml2 may keep: tags with all that is in them, white space after them, entities."""


class Names:
    """What is known of the names that senders bring."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._spent: dict[Caller, int] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def strange(self, body: bytes, caller: Caller) -> bool:
        """Whether to read a message apart."""
        if len(body) > ORDINARY_BYTES or self._spent.get(caller, 0) > BUDGET_BYTES:
            return True
        if random.random() * ONE_IN < 1:
            new = set(_NAMED.findall(body)) - self._known
            if new:
                self._known |= new
                self._spent[caller] = self._spent.get(caller, 0) + ONE_IN * sum(map(len, new))
        return False

    async def apart(self, read: Callable[[], T]) -> T:
        """Read in a thread of its own; a few at once, and nobody else waits for them."""
        async with self._room:
            thread = ThreadPoolExecutor(1, thread_name_prefix="apart")
            try:
                return await asyncio.get_running_loop().run_in_executor(thread, read)
            finally:
                thread.shutdown(wait=False)
