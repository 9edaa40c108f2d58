"""An XML library remembers every name until its thread ends; a sender may invent names without end."""

import asyncio
import gc
import random
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from gateway.cli.sandbox import Sandbox, sandbox, token_of
from gateway.compose import edge
from gateway.flow.directory import Caller
from gateway.web.app import Edge
from gateway.web.names import BUDGET_BYTES, ORDINARY_BYTES, Names
from tests.e2e.talk import CARE, KOP, LEGAL, PATH, SCHOOL, XML, envelope, signal, until

MEGABYTE = 1_000_000
ASK = f"<vi:capaciteiten>{KOP}</vi:capaciteiten>"
SOMEBODY, ANOTHER = Caller(frozenset({"iemand"})), Caller(frozenset({"een-ander"}))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Sandbox]:
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=0) as running:
        yield running


async def post(door: Edge, body: bytes, partner: str = SCHOOL) -> int:
    """Send a message to the door without HTTP between; gives the status."""
    told: list[MutableMapping[str, Any]] = []
    headers = [(b"authorization", f"Bearer {token_of(partner)}".encode()), (b"content-type", XML.encode())]
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": headers}

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: MutableMapping[str, Any]) -> None:
        told.append(event)

    await door(scope, receive, send)
    return int(told[0]["status"])


def large(number: int) -> bytes:
    """A megabyte of names nobody used before; no message at all."""
    return envelope("".join(f"<n{number}-{at}-{'k' * 40_000}/>" for at in range(24)))


def ordinary(number: int) -> bytes:
    """A good question, with a long new name in a header that nobody needs to understand."""
    return envelope(ASK, header=f"<x:n{number}-{'k' * 15_000} xmlns:x='urn:x'/>")


def growth(place: Sandbox, bodies: Iterable[bytes], status: int) -> float:
    """By how many megabytes the process grew while the door took these, and good messages after them."""

    async def take() -> float:
        door = edge(place.house)
        assert await post(door, signal("voor")) == 200
        before = psutil.Process().memory_info().rss
        for body in bodies:
            assert await post(door, body) == status
        gc.collect()
        grown = psutil.Process().memory_info().rss - before
        assert await post(door, signal("na")) == 200, "the sender itself is still served"
        assert await post(door, signal("na"), CARE) == 200
        return grown / MEGABYTE

    return asyncio.run(take())


@pytest.mark.verify
def test_two_hundred_megabytes_of_names_leave_no_trace(place: Sandbox) -> None:
    threads = threading.active_count()
    assert growth(place, (large(number) for number in range(210)), 500) < 40
    assert threading.active_count() <= threads + 6, "who read a message apart is gone"


@pytest.mark.verify
def test_names_in_small_good_messages_leave_no_trace_either(place: Sandbox) -> None:
    assert growth(place, (ordinary(number) for number in range(2_000)), 200) < 20


def test_an_honest_sender_is_never_read_apart() -> None:
    names = Names()
    for number in range(3_000):
        assert not names.strange(
            signal(f"s-{number}", naam=f"A. Fictief {number}", words=[("urgentie", "x")]), SOMEBODY
        )
    assert names.strange(b" " * (ORDINARY_BYTES + 1), SOMEBODY), "what is large is read apart from the first time on"
    assert not names.strange(b"<a/>", SOMEBODY), "and is not held against its sender"


HIDDEN = {
    "elements": "<{}/>",
    "attributes": "<a {}='1'/>",
    "namespaces": "<a xmlns:b='{}'/>",
    "prefixes": "<{}:a/>",
    "behind a bracket in an attribute": "<a b='>' {}='2'/>",
    "behind a quote in an attribute": """<a b='"' {}="'"/>""",
    "instructions": "<?{} a?>",
    "entities": "&{};",
    "declared entities": "<!DOCTYPE a [<!ENTITY {} 'a'>]>",
    "an unfinished tag": "<{}",
    "an unfinished attribute": "<a b='c' {}='",
}


@pytest.mark.parametrize("form", HIDDEN.values(), ids=HIDDEN)
def test_whoever_brings_new_names_is_read_apart_in_the_end_and_nobody_else(form: str) -> None:
    names, size = Names(), 10_000
    sent = 0
    while not names.strange(form.format(f"n{sent}-{'k' * size}").encode(), SOMEBODY):
        sent += 1
        assert sent * size < 10 * BUDGET_BYTES, "counted by sample, but counted"
    assert not names.strange(b"<a/>", ANOTHER)


def test_white_space_between_tags_is_remembered_too_and_counted() -> None:
    names, source = Names(), random.Random(1)
    for _ in range(5_000):
        gaps = ("".join(source.choices(" \t\n", k=50)) for _ in range(300))
        if names.strange("<a>".join(gaps).encode(), SOMEBODY):
            return
    raise AssertionError("white space is free")


def test_what_is_read_apart_gives_its_answer_and_its_errors() -> None:
    async def both() -> tuple[str, str]:
        names = Names()

        def fail() -> str:
            raise LookupError(threading.current_thread().name)

        with pytest.raises(LookupError) as told:
            await names.apart(fail)
        return await names.apart(lambda: threading.current_thread().name), str(told.value)

    for name in asyncio.run(both()):
        assert name.startswith("apart")
    assert until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("apart")])
