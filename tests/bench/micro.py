"""What our own work on one signal costs beside reading and validating it at all: CPU, in one process, no storage."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from gateway import compose
from gateway.canonical.command import Request
from gateway.canonical.receipt import Answer
from gateway.cli import sandbox
from gateway.config import check
from gateway.flow.directory import Caller
from gateway.flow.effects import Submit
from gateway.store.keyring import KeyRing
from gateway.store.work import Stored
from gateway.web.message_door import MessageDoor
from gateway.wire.message import WireRequest
from tests.bench.messages import PATH, SENDER, SOAP_ACTION, Mill
from tests.bench.servers.answer import contract

PARTS = ("bare", "decode", "admit", "encode")
PER_ROUND = 20


def line(rounds: int) -> str:
    """Milliseconds of each part, and how many times the bare work they are together."""
    with _door() as door:
        spent = [_round(door, Mill(turn % 60_000)) for turn in range(rounds)]
    medians = {part: statistics.median(one[part] for one in spent) for part in PARTS}
    ours = sum(medians[part] for part in PARTS[1:])
    figures = " ".join(f"{part}={seconds * 1000:.3f}ms" for part, seconds in medians.items())
    return f"micro ratio={ours / medians['bare']:.2f} {figures}"


def _round(door: MessageDoor, mill: Mill) -> dict[str, float]:
    spent = dict.fromkeys(PARTS, 0.0)
    for _ in range(PER_ROUND):
        body = mill.request().partition(b"\r\n\r\n")[2]
        wire = WireRequest(body, "text/xml; charset=utf-8", {"soapaction": SOAP_ACTION})
        began = time.thread_time()
        _bare(body)
        read = time.thread_time()
        request, relates_to = door.adapter.decode(wire)
        decoded = time.thread_time()
        reply = _admitted(door, request)
        admitted = time.thread_time()
        door.adapter.encode(reply, operation="Afgeven", relates_to=relates_to)
        moments = (began, read, decoded, admitted, time.thread_time())
        for part, start, end in zip(PARTS, moments, moments[1:], strict=False):
            spent[part] += (end - start) / PER_ROUND
    return spent


_VALID = contract()
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def _bare(body: bytes) -> None:
    assert _VALID.validate(etree.fromstring(body, _PARSER)[1][0])


def _admitted(door: MessageDoor, request: Request) -> Answer:
    """The flow's whole conversation, where storing is taken as done."""
    conversation = door.doorway.intake.answer(request, Caller(frozenset({SENDER})))
    asked = next(conversation)
    assert isinstance(asked, Submit)
    try:
        conversation.send(Stored(asked.unit.receipt, asked.unit.message_id, fresh=True))  # type: ignore[union-attr]
    except StopIteration as end:
        return end.value
    raise AssertionError("the conversation goes on")


@contextmanager
def _door() -> Iterator[MessageDoor]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        directory = Path(name)
        KeyRing.create(directory / "keyring.json")
        nowhere = dict.fromkeys(("strikt", "uitgebreid"), "http://127.0.0.1:9/soap")
        settings = sandbox.configuration(directory, port=1, indexes=nowhere, wait_seconds=0)
        parts = compose.house(check(settings, source="bench"))
        try:
            yield compose.edge(parts)._doors[PATH].messages  # type: ignore[misc]
        finally:
            parts.close()
