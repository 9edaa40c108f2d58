"""Drives a conversation of the flow from the event loop: submits to the writer, waits, reads beside it."""

import asyncio
import logging
from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.clock import monotonic
from gateway.errors import Unavailable
from gateway.flow.effects import Await, Effect, Note, Read, Stand, Submit
from gateway.store.store import Store
from gateway.store.work import Unit

log = logging.getLogger("gateway.web")

GLANCE = 0.02
"""How often the store is asked whether awaited messages have an outcome."""
QUIET = 2
"""Turns of the loop that bring nothing new, before what gathered is handed over: a fraction of a millisecond."""
ENOUGH = 32
"""So many units are handed over whatever comes behind: more make a commit hardly cheaper for each."""
FRESH = 0.25
"""How long we believe what we saw of closed destinations."""


Told = TypeVar("Told")


class Driver:
    """One per process. Waiting is one question to the store for all who wait, whoever does the work."""

    def __init__(self, store: Store, readers: int = 4) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._awaited: dict[UUID, list[asyncio.Future[None]]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._closed: frozenset[str] = frozenset()
        self._looked = float("-inf")
        self._leaving: list[tuple[Unit, asyncio.Future[object]]] = []
        self._arrived: deque[tuple[asyncio.Future[object], object, Exception | None]] = deque()
        self._woken = False

    async def converse(self, conversation: Generator[Effect, Any, Told]) -> Told | Refusal:
        """Do what the conversation asks until it has its answer."""
        answer: object = None
        try:
            while True:
                effect = conversation.send(answer)
                match effect:
                    case Submit(unit):
                        answer = await self._stored(unit)
                    case Read(ask):
                        answer = await asyncio.get_running_loop().run_in_executor(self._pool, ask, self._store.read)
                    case Stand(signal_id, now):
                        read = self._store.read.standing
                        answer = await asyncio.get_running_loop().run_in_executor(self._pool, read, signal_id, now)
                    case Note(unit):
                        answer = None
                        self._store.hand(unit, _unwaited)
                    case Await():
                        answer = None
                        await self._wait(effect)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        except Unavailable:
            return Refusal(findings=(Finding(code="VIX-1901"),), retryable=True)

    async def _stored(self, unit: Unit) -> object:
        """Ask the writer, together with whoever comes right behind."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[object] = loop.create_future()
        if not self._leaving:
            loop.call_soon(self._gather, loop, 0, QUIET)
        self._leaving.append((unit, waiter))
        return await waiter

    def _gather(self, loop: asyncio.AbstractEventLoop, before: int, quiet: int) -> None:
        """Hand over what gathered once no more comes: what is handed over together is one commit."""
        now = len(self._leaving)
        quiet = QUIET if now > before else quiet - 1
        if quiet and now < ENOUGH:
            loop.call_soon(self._gather, loop, now, quiet)
            return
        leaving, self._leaving = self._leaving, []
        for unit, waiter in leaving:
            self._store.hand(unit, partial(self._arrive, waiter))

    def _arrive(self, waiter: asyncio.Future[object], answer: object, fault: Exception | None) -> None:
        """The writer answers a whole batch at once: it wakes the loop for the first, and the loop takes them all."""
        self._arrived.append((waiter, answer, fault))
        if not self._woken:
            self._woken = True
            waiter.get_loop().call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._woken = False  # before looking: what arrives while we look wakes us again
        while self._arrived:
            waiter, answer, fault = self._arrived.popleft()
            if waiter.cancelled():
                continue
            if fault is None:
                waiter.set_result(answer)
            else:
                waiter.set_exception(fault)

    async def _wait(self, effect: Await) -> None:
        if effect.destination in await self._closed_now():
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(effect.message_id, []).append(done)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(done, effect.seconds)
        except TimeoutError:
            waiting = self._awaited.get(effect.message_id, [])
            if done in waiting:
                waiting.remove(done)

    async def _closed_now(self) -> frozenset[str]:
        if monotonic() - self._looked > FRESH:
            self._looked = monotonic()
            loop = asyncio.get_running_loop()
            self._closed = await loop.run_in_executor(self._pool, self._store.read.closed)
        return self._closed

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._awaited:
            await asyncio.sleep(GLANCE)
            wanted = [message for message, waiting in self._awaited.items() if waiting]
            for message in self._awaited.keys() - set(wanted):
                del self._awaited[message]
            if not wanted:
                continue
            try:
                settled = await loop.run_in_executor(self._pool, self._store.read.settled, wanted)
            except Exception as error:  # noqa: BLE001  who waits then simply waits out its time
                log.warning("web: the store does not answer", extra={"kind": type(error).__name__})
                continue
            for message in settled:
                for done in self._awaited.pop(message, []):
                    if not done.done():
                        done.set_result(None)


def _unwaited(answer: object, fault: Exception | None) -> None:
    """Nobody waits; what was not recorded is recorded at the next answer."""
