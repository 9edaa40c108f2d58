"""What there is to see while a municipality moves: what stands at both indexes, what each organisation was told."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from gateway.canonical.tenant import new_id
from gateway.cli.partners import Exchange
from gateway.cli.sandbox import LEADS, SPARE, Sandbox
from gateway.cli.scenes.switch.cast import Wish
from gateway.cli.stage import wait
from gateway.simulator.replies import Held
from gateway.simulator.server import Simulator
from gateway.simulator.values import Inspect, Message

PATIENCE = 60.0
Standing = Mapping[str, tuple[str, str]]
"""By signal how it stands at the old index and at the new one."""
LED, SILENT, NOTHING, DESTROYED = "ACTIEF", "ACTIEF, stil", "", "VERNIETIGD"


def standing(running: Sandbox, given: Mapping[str, tuple[Wish, str]]) -> Standing:
    """How every signal that was given stands at both indexes, by its sender's own id."""
    both = [running.indexes[name] for name in (LEADS, SPARE)]
    return {source: (held(both[0], told), held(both[1], told)) for source, (_, told) in given.items()}


def held(index: Simulator, signal_id: str) -> str:
    """How a signal stands at an index; empty when it does not."""
    asked = Message(sender="verwijsindex-gateway", reference="-", request=Inspect(reference=signal_id))
    answer = index.engine.answer(asked)
    found = answer.standing if isinstance(answer, Held) else ()
    return " + ".join(f"{one.status}{'' if one.leidend or one.status == DESTROYED else ', stil'}" for one in found)


def sheet(given: Mapping[str, tuple[Wish, str]], found: Standing) -> bytes:
    """The same as a table; no word about a person."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=";")
    rows.writerow(("bronSignaalId", "organisatie", "gemeente", f"index {LEADS}", f"index {SPARE}"))
    rows.writerows((name, given[name][0].who, given[name][0].municipality, *places) for name, places in found.items())
    return file.getvalue().encode("utf-8-sig")


def content(told: Exchange) -> bytes:
    """What an answer says: all its bytes, but for the envelope of SOAP, in which each answer has an id of its own."""
    _, mark, body = told.received.partition(b"<soap:Body")
    return mark + body if mark else told.received


def active(told: Mapping[str, Exchange]) -> dict[str, int]:
    """How many matches each has that still hold."""
    return {who: one.heard.statuses.count("ACTIEF") for who, one in told.items()}


def same(before: Mapping[str, Exchange], after: Mapping[str, Exchange]) -> bool:
    """Whether everybody was told the same, byte for byte."""
    return {who: content(told) for who, told in before.items()} == {who: content(told) for who, told in after.items()}


def settle(running: Sandbox) -> None:
    """Wait until nothing about signals is underway, and both indexes were asked for news since."""
    moves = running.house.store.read.moves
    both = (LEADS, SPARE)
    wait(lambda: sum(moves.underway(index, new_id(0)) for index in both), lambda left: not left, PATIENCE)
    wait(_questions(lambda: moves.asked(both), {}), lambda left: not left, PATIENCE)


def _questions(now: Callable[[], Mapping[str, UUID]], before: dict[str, UUID]) -> Callable[[], Iterable[str]]:
    """Which indexes were not asked for news yet since this began."""

    def left() -> list[str]:
        known = now()
        for index, question in known.items():
            before.setdefault(index, question)
        return [index for index in (LEADS, SPARE) if known.get(index, before.get(index)) == before.get(index)]

    return left
