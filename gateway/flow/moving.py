"""An organisation changes its own system: its active signals get the ids they have in the new one. Look first, then do.

The mapping is a CSV (`;`, UTF-8) with the columns `oud` and `nieuw`: the source id in the old and in the new system.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.canonical.receipt import Status
from gateway.clock import Clock
from gateway.errors import Misconfigured
from gateway.flow.identity import Recognition
from gateway.store.store import Store
from gateway.store.work import Move, Moved, NotOurs
from gateway.wire.tabular import table

RUN = 200


class Fate(StrEnum):
    """What becomes, or became, of one line of the mapping."""

    VERHUIST = "verhuist"
    AL_VERHUISD = "staat al onder het nieuwe nummer"
    NIET_ACTIEF = "niet actief"
    ONBEKEND = "onbekend"
    BEZET = "nieuw nummer is bezet"


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: a signal's id in the old system and in the new one."""

    line: int
    old: str
    new: str


def read(content: bytes, *, source: str) -> list[Pair]:
    """Read a mapping; raises Misconfigured with every problem: nothing is moved by half a mapping."""
    columns, rows = table(content, source=source)
    if not {"oud", "nieuw"} <= columns:
        raise Misconfigured(f"{source}: its columns are `oud` and `nieuw`; name them so in the first line")
    pairs = [Pair(line, row["oud"], row["nieuw"]) for line, row in rows]
    problems = [
        f"{source}: line {pair.line}: an id is empty or longer than 35 characters; mend it"
        for pair in pairs
        if not (0 < len(pair.old) <= 35 and 0 < len(pair.new) <= 35)
    ]
    for side in ("old", "new"):
        seen: set[str] = set()
        for pair in pairs:
            name: str = getattr(pair, side)
            if name in seen:
                problems.append(f"{source}: line {pair.line}: this {side} id stands there twice; keep one line")
            seen.add(name)
    if problems:
        raise Misconfigured(*problems)
    return pairs


class Moving:
    """Moves the signals of one organisation from one source system to another."""

    def __init__(
        self, store: Store, recognition: Recognition, clock: Clock, *, tenant: str, old: str, new: str
    ) -> None:
        self._store = store
        self._recognise = recognition
        self._clock = clock
        self._tenant = tenant
        self._old = old
        self._new = new

    def foresee(self, pairs: list[Pair]) -> Iterator[tuple[Pair, Fate]]:
        """What would become of each line now; nothing is changed."""
        for start in range(0, len(pairs), RUN):
            run = pairs[start : start + RUN]
            wanted = {pair: (self._source(self._old, pair.old), self._source(self._new, pair.new)) for pair in run}
            there = self._store.read.sources(self._tenant, {source for both in wanted.values() for source in both})
            for pair, (old, new) in wanted.items():
                yield pair, _foreseen(there.get(old), there.get(new))

    def carry_out(self, pairs: list[Pair]) -> Iterator[tuple[Pair, Fate]]:
        """Do it, each line by itself; what was done before is done already."""
        for pair, fate in self.foresee(pairs):
            yield pair, self._move(pair) if fate is Fate.VERHUIST else fate

    def _move(self, pair: Pair) -> Fate:
        unit = Move(
            tenant=self._tenant,
            source=self._source(self._old, pair.old),
            to=self._source(self._new, pair.new),
            key=self._recognise.key(self._tenant, self._new, pair.new, "signaalAfgeven", 1),
            bron_systeem=self._new,
            bron_signaal_id=pair.new,
            now=self._clock(),
        )
        answer = self._store.do(unit)
        if isinstance(answer, Moved):
            return Fate.VERHUIST
        return Fate.NIET_ACTIEF if isinstance(answer, NotOurs) else Fate.BEZET

    def _source(self, system: str, name: str) -> bytes:
        return self._recognise.source(self._tenant, system, name)


def _foreseen(old: Status | None, new: Status | None) -> Fate:
    if old is Status.ACTIEF:
        return Fate.VERHUIST if new is None else Fate.BEZET
    if new is not None:
        return Fate.AL_VERHUISD
    return Fate.ONBEKEND if old is None else Fate.NIET_ACTIEF
