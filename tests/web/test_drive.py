"""What the edge asks of the writer: together when it comes together, at once when it comes alone."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from gateway.canonical.receipt import Refusal, Reply
from gateway.errors import Unavailable
from gateway.flow.effects import Conversation, Submit
from gateway.web.drive import ENOUGH, Driver

DONE = Refusal(findings=())


class Scripted:
    """A store that keeps what is handed over, and whom to tell."""

    def __init__(self) -> None:
        self.handed: list[tuple[Any, Any]] = []
        self.turns: list[int] = []
        self.turn = 0

    def hand(self, unit: Any, tell: Any) -> None:
        self.handed.append((unit, tell))
        self.turns.append(self.turn)

    def answer_all(self, fault: Exception | None = None) -> None:
        """As the writer does: from a thread of its own."""
        told = [tell for _, tell in self.handed]
        self.handed.clear()
        thread = threading.Thread(target=lambda: [tell(None if fault else DONE, fault) for tell in told])
        thread.start()
        thread.join()


def asking(unit: object) -> Conversation:
    return (yield Submit(unit))  # type: ignore[arg-type]


def drive(store: Scripted, script: Coroutine[Any, Any, Any]) -> Any:
    async def counted() -> Any:
        loop = asyncio.get_running_loop()

        def tick() -> None:
            store.turn += 1
            loop.call_soon(tick)

        tick()
        return await asyncio.wait_for(script, 10)

    return asyncio.run(counted())


@pytest.fixture
def store() -> Scripted:
    return Scripted()


def test_one_that_comes_alone_is_handed_over_within_a_few_turns(store: Scripted) -> None:
    async def script() -> Reply:
        asked = asyncio.create_task(Driver(store).converse(asking(1)))  # type: ignore[arg-type]
        for _ in range(6):
            await asyncio.sleep(0)
        assert [unit for unit, _ in store.handed] == [1]
        store.answer_all()
        return await asked

    assert drive(store, script()) is DONE


def test_what_comes_turn_after_turn_is_handed_over_together_and_never_too_many(store: Scripted) -> None:
    async def script() -> list[Reply]:
        driver = Driver(store)  # type: ignore[arg-type]
        asked = []
        for number in range(ENOUGH + 8):
            asked.append(asyncio.create_task(driver.converse(asking(number))))
            await asyncio.sleep(0)
        while len(store.handed) < len(asked):
            await asyncio.sleep(0)
        store.answer_all()
        return await asyncio.gather(*asked)

    assert drive(store, script()) == [DONE] * (ENOUGH + 8)
    assert [store.turns.count(turn) for turn in sorted(set(store.turns))] == [ENOUGH, 8]


def test_all_are_told_when_the_store_does_not_answer_and_one_went_away(store: Scripted) -> None:
    async def script() -> list[Any]:
        driver = Driver(store)  # type: ignore[arg-type]
        asked = [asyncio.create_task(driver.converse(asking(number))) for number in range(3)]
        while len(store.handed) < 3:
            await asyncio.sleep(0)
        asked[0].cancel()
        await asyncio.sleep(0)
        store.answer_all(Unavailable("gone"))
        return await asyncio.gather(*asked, return_exceptions=True)

    gone, *told = drive(store, script())
    assert isinstance(gone, asyncio.CancelledError)
    assert [(reply.findings[0].code, reply.retryable) for reply in told] == [("VIX-1901", True)] * 2
