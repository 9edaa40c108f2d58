"""What our own work on one signal costs beside reading and validating it at all: CPU, in one process, without HTTP."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle
from lxml import etree

from gateway import compose
from gateway.canonical.receipt import Reply
from gateway.cli import running, sandbox
from gateway.config import check
from gateway.flow.directory import Caller
from gateway.flow.effects import Conversation, Effect, Submit
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.work import Unit
from gateway.web.fhir_terminology_door import TerminologyDoor
from gateway.web.message_door import MessageDoor
from gateway.wire.message import WireRequest
from tests.bench.forms import FORMS
from tests.bench.messages import SENDER, Form, Mill
from tests.bench.servers.answer import contract

PARTS = ("bare", "decode", "admit", "store", "encode")
PER_ROUND = 20
"""Signals, which the store has in one go: as many as wait for a commit at a busy door."""


def line(name: str, rounds: int) -> str:
    """Milliseconds of each part of a format, and how many times the bare reading our own work without store is."""
    form = FORMS[name]()
    with _door(form.path) as (door, store):
        spent = [_round(door, store, form, Mill(form, turn % 60_000)) for turn in range(rounds)]
    medians = {part: statistics.median([one[part] for one in spent]) for part in PARTS}
    ours = sum(medians[part] for part in ("decode", "admit", "encode"))
    figures = " ".join(f"{part}={seconds * 1000:.3f}ms" for part, seconds in medians.items())
    return f"micro({name}) ratio={ours / medians['bare']:.2f} {figures}"


def _round(door: MessageDoor, store: Store, form: Form, mill: Mill) -> dict[str, float]:
    """Everybody reads, everybody is admitted, all are stored in one go, everybody is answered."""
    headers = {name.lower(): value for name, value in form.headers.items()}
    wires = [
        WireRequest(mill.body(), headers["content-type"], headers, path=form.path.removeprefix(door.base))
        for _ in range(PER_ROUND)
    ]
    intake = door.doorway.intake
    spent: dict[str, float] = {}
    with _timed(spent, "bare"):
        for wire in wires:
            BARE[door.label](wire.body)
    with _timed(spent, "decode"):
        read = [door.adapter.decode(wire) for wire in wires]
    with _timed(spent, "admit"):
        talks = [intake.answer(request, Caller(frozenset({SENDER}))) for request, _ in read]
        units = [_submitted(next(talk)) for talk in talks]
    with _timed(spent, "store"):
        waiting = [store.submit(unit) for unit in units]
        stored = [future.result() for future in waiting]
    with _timed(spent, "admit"):
        answers = [_end(talk, one) for talk, one in zip(talks, stored, strict=True)]
    with _timed(spent, "encode"):
        for answer, (_, relates_to) in zip(answers, read, strict=True):
            door.adapter.encode(answer, operation="Afgeven", relates_to=relates_to)
    return spent


@contextmanager
def _timed(spent: dict[str, float], part: str) -> Iterator[None]:
    """CPU seconds of the whole process (the store has a thread of its own), for one signal."""
    began = time.process_time()
    yield
    spent[part] = spent.get(part, 0.0) + (time.process_time() - began) / PER_ROUND


_VALID = contract()
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def _bare_soap(body: bytes) -> None:
    assert _VALID.validate(etree.fromstring(body, _PARSER)[1][0])


BARE: Mapping[str, Callable[[bytes], object]] = {"soap": _bare_soap, "fhir": Bundle.model_validate_json}
"""Reading and validating a message at all: lxml and the XSD, or the models of `fhir.resources`."""


def _submitted(effect: Effect) -> Unit:
    assert isinstance(effect, Submit)
    return effect.unit


def _end(talk: Conversation, stored: object) -> Reply:
    try:
        talk.send(stored)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("the conversation goes on")


@contextmanager
def _door(path: str) -> Iterator[tuple[MessageDoor, Store]]:
    """The door of a path, and its store."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        directory = Path(name)
        KeyRing.create(directory / "keyring.json")
        nowhere = dict.fromkeys(("strikt", "uitgebreid"), "http://127.0.0.1:9/soap")
        settings = sandbox.configuration(directory, port=1, indexes=nowhere, wait_seconds=0)
        parts = compose.house(check(settings, source="bench"))
        try:
            edge = compose.edge(parts)
            running.keep()
            yield _messages(edge._door(path)), parts.store
        finally:
            parts.close()


def _messages(door: object) -> MessageDoor:
    """The door for messages behind a format's own."""
    behind = door.beyond if isinstance(door, TerminologyDoor) else door
    found = getattr(behind, "messages", None)
    assert isinstance(found, MessageDoor)
    return found
