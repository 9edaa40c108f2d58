"""How what came in at a party may be other than a demand wants it."""

from collections.abc import Iterator

from tests.mutants.bench import Bench
from tests.mutants.breaks.shared import Way, roughly


def ongewijzigd(bench: Bench) -> Iterator[Way]:
    yield from roughly(bench)


def alleen_velden(bench: Bench) -> Iterator[Way]:
    yield from roughly(bench)


WAYS = (
    ongewijzigd,
    alleen_velden,
)
