"""What to mend first: a failure that may have caused another comes before it, and the other names it.

What breaks the contract, or is refused, is seldom wrong in that way alone: what else failed in the same message, and
that the step was not done, may go away with it. A guess from what passed; it changes nothing of the verdict.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from conformance import formats
from conformance.demands.answers import ACCEPTED
from conformance.exchange import Exchange
from conformance.judge import Finding, Line, Outcome
from conformance.result import Result
from conformance.values import Message

CONTRACT, REFUSED, OWN, LATER, UNDONE = range(5)
"""What is mended first: the contract, a refusal, what a step says of itself, what is seen over the run, the undone."""
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Failure:
    """A requirement that was not met. `after`: the one it may be a consequence of."""

    line: Line
    after: Line | None = None


class Causes:
    """What of a result may be the consequence of what."""

    def __init__(self, result: Result) -> None:
        self._exchanges = result.exchanges
        self._lines = [one for one in result.lines if one.outcome is Outcome.FAILED]
        self._owner = {id(found): line for line in self._lines for found in failed(line)}
        self._about: dict[tuple[str, str, str], list[Finding]] = {}
        for line in self._lines:
            for found in failed(line):
                self._about.setdefault(self._message(found), []).append(found)

    def ordered(self) -> list[Failure]:
        """Every requirement that was not met: causes first, each followed by what it may have caused."""
        after = {id(one): self._after(one) for one in self._lines}
        made: list[Failure] = []
        for one in sorted((one for one in self._lines if after[id(one)] is None), key=self._weight):
            made.append(Failure(one))
            made += [Failure(later, one) for later in self._lines if after[id(later)] is one]
        return made

    def of(self, one: Finding) -> Line | None:
        """The requirement whose failure may have caused this one."""
        cause = self._cause(one)
        return None if cause is None else self._owner[id(cause)]

    def _after(self, line: Line) -> Line | None:
        """What a whole requirement may be a consequence of: when each of its failures has a cause elsewhere."""
        causes = [self.of(one) for one in failed(line)]
        others = [one for one in causes if one is not None and one is not line]
        return others[0] if len(others) == len(causes) else None

    def _weight(self, line: Line) -> tuple[int, bool]:
        first = min(self._rank(one) for one in failed(line))
        refused = any(self._rank(one) == UNDONE and self._refused(one) for one in failed(line))
        return min(first, REFUSED if refused else OWN), line.requirement.niveau != "MUST"

    def _cause(self, one: Finding) -> Finding | None:
        rank = self._rank(one)
        earlier = [found for found in self._about[self._message(one)] if self._rank(found) < rank]
        earlier = [found for found in earlier if self._may_cause(found, one)]
        if not earlier and rank == UNDONE:
            return self._elsewhere.get(self._codes(one))
        return self._likely(one, earlier)

    def _likely(self, one: Finding, earlier: list[Finding]) -> Finding | None:
        """Of what failed in a message the first to mend: the gravest, and of those what the refusal pointed at."""
        pointed = {name for why in self._refused(one) for name in _NAME.findall(str(why.get("plaats", "")))}
        return min(
            earlier, key=lambda found: (self._rank(found), found.at.rpartition(".")[2] not in pointed), default=None
        )

    @cached_property
    def _elsewhere(self) -> dict[tuple[str, ...], Finding]:
        """What a refusal came from, where that was seen; the same refusal of another message may come from it too."""
        found: dict[tuple[str, ...], Finding] = {}
        for about in self._about.values():
            for one in about:
                earlier = [cause for cause in about if self._rank(cause) < UNDONE]
                if self._rank(one) == UNDONE and self._codes(one) and (cause := self._likely(one, earlier)):
                    found.setdefault(self._codes(one), cause)
        return found

    def _codes(self, one: Finding) -> tuple[str, ...]:
        return tuple(sorted(str(why.get("code", "")) for why in self._refused(one)))

    def _may_cause(self, cause: Finding, one: Finding) -> bool:
        return self._rank(cause) <= REFUSED or self._rank(one) == UNDONE or (one.other > 0 and cause.at == one.at)

    def _rank(self, one: Finding) -> int:
        if one.at == "contract":
            return CONTRACT
        if one.expected == ACCEPTED:
            return REFUSED
        if one.got.startswith("niet gedaan"):
            return UNDONE
        exchange = self._exchanges.get(one.n)
        return OWN if exchange is None or exchange.scenario == one.scenario else LATER

    def _message(self, one: Finding) -> tuple[str, str, str]:
        """Which message it is about; a repeat belongs to what it repeats."""
        exchange = self._exchanges.get(one.n)
        if exchange is None:
            return one.scenario, one.form, one.step
        return exchange.scenario, exchange.form, exchange.step

    def _refused(self, one: Finding) -> list[Message]:
        exchange = self._exchanges.get(one.n)
        return [] if exchange is None else formats.refusal(exchange)


def failed(line: Line) -> list[Finding]:
    """What of a requirement failed."""
    return [one for one in line.findings if one.outcome is Outcome.FAILED]


def unasked(result: Result, form: str) -> Iterable[Exchange]:
    """What a sender sent that belongs to nothing it was asked to do, and was refused."""
    for one in result.exchanges.values():
        if one.inward and one.form == form and one.scenario == "zender-verkeer" and formats.refusal(one):
            yield one
