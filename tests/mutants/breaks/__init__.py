"""How a system that breaks a demand would look: for each demand of the kit, the ways in which it can be not met.

A way works on the bytes of a recorded exchange, by names and texts alone, and says by itself when it has come to what
it means (another value there, nothing there, an acceptance in place of a refusal). Whether the kit then sees it is
for the judge. `None` says that this run gives no material for that way.

Each room is named as the room of `conformance.demands` whose demands it breaks, and has its ways in `WAYS`; `shared`
is what they have in common.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from conformance.values import at, text
from tests.mutants.bench import Bench, Changes
from tests.mutants.breaks import answers, asked, canaries, inward, throughout
from tests.mutants.breaks.shared import Way, others, roughly


def een_of_ander(bench: Bench) -> Iterator[Way]:
    rows = bench.rest["keus"]
    yield (
        "geen van alle",
        bench.worn(
            lambda made: chain(bench.without(made), others(bench, made)),
            lambda made: sum(_met(bench, row, made) for row in rows),
        ),
    )
    if not bench.own[-1].inward:
        yield "stilte", bench.silence()


WAYS: dict[str, Callable[[Bench], Iterator[Way]]] = {
    one.__name__: one
    for one in (*answers.WAYS, *inward.WAYS, *asked.WAYS, *throughout.WAYS, *canaries.WAYS, een_of_ander)
}
"""Of a demand that is not here (`ways`), any small change of a message by which it is not met any more."""


def ways(bench: Bench) -> Iterator[Way]:
    """The ways to break a demand."""
    yield from WAYS.get(bench.demand.dat, roughly)(bench)


def _met(bench: Bench, row: dict, made: Changes) -> int:
    """How much there is by which one of some demands is met."""
    if row["dat"] == "gezegd":
        said = bench.seen(made).facts(row.get("stap", bench.step.id))
        return (at(said, "ontvangstbewijs.bevindingen.code") + at(said, "bevindingen.code")).count(row["code"])
    found = bench.found(made, row["waar"]) if "waar" in row else bench.facts(made)["codes"]
    if "waarde" in row:
        wanted = text(row["waarde"])
        return sum(wanted in text(one) if row["dat"] == "bevat" else wanted == text(one) for one in found)
    wanted = set(row.get("met", []))
    return len(wanted & set(map(text, found))) if wanted else len(found)
