"""`python -m tests.e2e.switch [SIGNALS] [--dialect D]`: a region moves to another index and back, while senders go on.

A gateway and two simulated indexes, each in processes of its own, and invented children; three of ten signals are of
others who are no senders of ours. New signals come in over SOAP, JSON, FHIR and files all the while. The last line says
what was moved, and what of it was not as it should be. Exit code 0 only when nothing was.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.flow.switching import Switching
from gateway.flow.waiting import Progress
from gateway.store.work import Scope, Switch
from tests.e2e.drill import FORMATS, NEW, OLD, OTHERS, PARTNERS, REGION, Drill, drill
from tests.e2e.lies import judged, lying

MOVABLE = ("regionale_index", "fhir_index", "ketenregister_stijl")
"""Dialects in which we can say which index leads; elsewhere its supplier does that, on the day that was agreed."""
MORE = 4000
"""So many signals may come in while it moves."""


@dataclass
class Clocked:
    """How long each part took, and how many signals went through it."""

    began: float = field(default_factory=time.monotonic)
    took: dict[str, tuple[int, float]] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str, many: int) -> Iterator[None]:
        """Measure one."""
        began = time.monotonic()
        yield
        self.took[name] = many, time.monotonic() - began
        say(f"{name}: {self.rate(name):.0f}/s")

    def rate(self, name: str) -> float:
        """Signals in a second."""
        many, seconds = self.took[name]
        return many / seconds

    def __str__(self) -> str:
        """On one line."""
        whole = time.monotonic() - self.began
        return " ".join([*(f"{name}={self.rate(name):.0f}/s" for name in self.took), f"seconds={whole:.0f}"])


def say(text: str) -> None:
    """How far it is."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Move there and back; gives 1 when anything was not as it should be."""
    parser = argparse.ArgumentParser(prog="tests.e2e.switch", description=__doc__)
    parser.add_argument("signals", nargs="?", type=int, default=300)
    parser.add_argument("--dialect", default="regionale_index", choices=MOVABLE, help="what the new index speaks")
    parser.add_argument("--liar", action="store_true", help="the new index also makes something else of signals")
    given = parser.parse_args()
    own = round(given.signals * (1 - OTHERS))
    clocked = Clocked()
    with (
        tempfile.TemporaryDirectory(prefix="verwijsindex-switch-") as place,
        drill(Path(place), given.dialect, given.signals, MORE) as region,
    ):
        with clocked.part("given", own), ThreadPoolExecutor(8) as pool:
            list(pool.map(region.give, range(own)))
            region.settle()
        say(f"{region.given} signalen staan bij {OLD}")
        return verdict(region, own, clocked, liar=given.liar)


def verdict(region: Drill, own: int, clocked: Clocked, *, liar: bool) -> int:
    """Move, cut over, turn back; print the line."""
    parts = region.parts
    switching = Switching(parts.store, parts.clock, parts.directory.of_index, _tell())
    identity = switching.open(Scope(REGION), OLD, NEW, basis="oefening", basis_on=parts.clock().date()).id

    def now() -> Switch:
        return switching.find(identity)

    ended = threading.Event()
    sender = threading.Thread(target=_going_on, args=(region, own, ended))
    sender.start()
    with clocked.part("copied", own):
        assert switching.start(now())
    region.settle()
    with clocked.part("looked", own):
        looked = switching.reconcile(now())
    say(f"vergeleken: {looked.found}, matches gelijk {looked.compared.both}")
    lies = found = invented = 0
    if liar:
        with lying(region.new, own) as told:
            lies, found, invented = judged(told, switching.reconcile(now()).found)
    before = region.matches()
    with clocked.part("turned", own):
        turned = switching.cutover(now()).many
    ended.set()
    sender.join()
    region.settle()
    turned += switching.cutover(now()).many
    region.settle()
    after = region.matches()
    double = sum(many - 1 for seen in after.values() for many in seen.values() if many > 1)
    lost = sum((before[who] - after[who]).total() for who in PARTNERS)
    wrong = region.wrong(region.new, region.old)
    with clocked.part("back", own):
        switching.rollback(now())
        region.settle()
    rolled = region.wrong(region.old, region.new)
    rolled += sum((after[who] - seen).total() for who, seen in region.matches().items())
    region.errors += region.given - sum(1 for _ in parts.store.read.ids_of_region(REGION, living=True))
    if liar:
        print(f"lies={lies} found={found} invented={invented}")
    print(clocked)
    print(
        f"moved={turned} diff={looked.differences + lost} sender_errors={region.errors} double_notices={double} "
        f"wrong_index={wrong} rollback_diff={rolled} signals_per_s={clocked.rate('copied'):.0f} "
        f"rss_mb={region.memory()}"
    )
    return int(any((looked.differences, lost, region.errors, double, wrong, rolled, lies - found, invented)))


def _going_on(region: Drill, own: int, ended: threading.Event) -> None:
    """New signals, format by format, until the move is over."""
    for number in range(own, len(region.bsns)):
        region.give(number, FORMATS[number % 4])
        if ended.wait(0.1):
            return


def _tell() -> Callable[[Progress], None]:
    told = [0.0]

    def tell(progress: Progress) -> None:
        if time.monotonic() - told[0] > 5:
            told[0] = time.monotonic()
            say(f"{progress.what}: {progress.done} van {progress.of}, {progress.rate:.0f}/s, nog {progress.left:.0f} s")

    return tell


if __name__ == "__main__":
    sys.exit(main())
