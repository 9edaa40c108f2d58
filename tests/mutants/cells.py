"""For each requirement, role and format that a run tried: every way to break each of its demands, judged again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.judge import Outcome, findings_of
from tests.mutants.bench import Bench, Changes, Run, changed
from tests.mutants.breaks import ways


@dataclass(frozen=True)
class Mutant:
    """One change to a good run. `seen`: the requirement came out as not met, by the demand that was broken."""

    eis: str
    form: str
    scenario: str
    step: str
    demand: str
    way: str
    made: bool
    seen: bool

    def __str__(self) -> str:
        why = "overleeft" if self.made else "niet te maken uit deze run"
        return f"{self.eis} {self.form} {self.scenario}/{self.step} {self.demand}, {self.way}: {why}"


def benches(run: Run) -> Iterator[Bench]:
    """Every demand of a requirement that was met."""
    for part in run.played:
        for step in part.scenario.stappen:
            counted: dict[str, int] = {}
            for demand in step.eisen:
                if demand.eis:
                    number = counted[demand.eis] = counted.get(demand.eis, -1) + 1
                    yield Bench(run, part, step, demand, number)


def mutants(run: Run) -> Iterator[Mutant]:
    """Every way in which every demand can be broken."""
    for bench in benches(run):
        if outcome(bench, {}) is not Outcome.PASSED:
            continue
        for way, changes in ways(bench):
            seen = changes is not None and outcome(bench, changes) in (Outcome.FAILED, Outcome.NOT_REACHED)
            where = bench.demand.eis, bench.form, bench.part.name, bench.step.id, bench.demand.dat
            yield Mutant(*where, way, changes is not None, seen)


def outcome(bench: Bench, changes: Changes) -> Outcome:
    """What the demand comes to in a run with these changes."""
    run, part = bench.run, bench.part
    end = run.ended.get((part.name, part.form))
    passed = list(changed(run.of(part.form), changes))
    found = findings_of(part, bench.seen(changes), end, passed, run.header)
    own = [one for one in found if (one.eis, one.step) == (bench.demand.eis, bench.step.id)]
    return own[bench.number].outcome if own else found[0].outcome


@dataclass(frozen=True)
class Tally:
    """What became of the mutants of some runs, cell by cell."""

    mutants: Sequence[Mutant]

    @property
    def cells(self) -> set[tuple[str, str]]:
        return {(one.eis, one.form) for one in self.mutants}

    @property
    def killed(self) -> set[tuple[str, str]]:
        """The cells of which every mutant that could be made was seen, and there was one."""
        made = {(one.eis, one.form) for one in self.mutants if one.made}
        return made - {(one.eis, one.form) for one in self.mutants if one.made and not one.seen}
