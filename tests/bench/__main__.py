"""`python -m tests.bench [--quick] [goal...]`: a line per goal, then a summary. Figures are ratios of one run.

Exit code 1 only when something failed to run; a goal that is not met prints MISSED.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.bench import chain, formats, micro, peers
from tests.bench.processes import Failed, Server, Yard, load

CONNECTIONS = 32


@dataclass(frozen=True)
class Effort:
    """How long and how often is measured."""

    rounds: int
    seconds: float
    signals: int
    """For the whole chain."""
    turns: int
    """Of `micro`."""


QUICK, FULL = Effort(2, 2.0, 300, 20), Effort(5, 4.0, 1_000, 100)


class Run:
    """What one system counted in each round, interleaved with the others."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rounds: list[dict[str, float]] = []
        self.rss = 0.0

    def median(self, figure: str) -> float:
        return statistics.median(counted[figure] for counted in self.rounds)

    def against(self, other: "Run", figure: str) -> float:
        """The median of the ratios within each round."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(mine[figure] / theirs[figure] for mine, theirs in pairs)


def interleaved(servers: Iterable[Server], effort: Effort) -> dict[str, Run]:
    """Each server for a while, and again; the first go warms up and does not count."""
    runs = {server.name: Run(server) for server in servers}
    for run in runs.values():
        load(run.server, seconds=1.0, connections=CONNECTIONS)
    for _ in range(effort.rounds):
        for run in runs.values():
            counted = load(run.server, seconds=effort.seconds, connections=CONNECTIONS)
            if counted["bad"]:
                raise Failed(f"{run.server.name} refused {counted['bad']:.0f} of {counted['n']:.0f} messages")
            run.rounds.append(counted)
    for run in runs.values():
        run.rss = run.server.rss()
    return runs


def judged(name: str, verdicts: list[tuple[str, float, str, float]], *figures: str) -> str:
    """A goal's line: each verdict is (what, ratio, <= or >=, goal)."""
    said, met = [name], True
    for what, ratio, sign, goal in verdicts:
        met = met and (ratio <= goal if sign == "<=" else ratio >= goal)
        said.append(f"{what}={ratio:.3g} goal{sign}{goal:g}")
    return " ".join([*said, *figures, *([] if met else ["MISSED"])])


def milliseconds(run: Run) -> str:
    """CPU-seconds per thousand requests are milliseconds per request."""
    return f"{run.server.name}={run.median('cpu'):.2f}ms"


def intake(goals: set[str], effort: Effort, tell: Callable[[str], None]) -> None:
    """G1, G2, G3 and CXF: the gateway beside its peers and the floor, all in one run."""
    with Yard() as yard:
        servers = [yard.gateway("serve"), yard.floor()]
        absent: dict[str, str] = {}
        wanted = [("spyne", lambda: peers.spyne(yard))] if "G1" in goals else []
        if "CXF" in goals:
            wanted.append(("CXF", lambda: peers.cxf(yard)))
        if "G2" in goals:
            wanted += [(library, lambda library=library: peers.node(yard, library)) for library in peers.LIBRARIES]
        for name, start in wanted:
            try:
                servers.append(start())
            except peers.Absent as reason:
                absent[name] = str(reason)
        runs = interleaved(servers, effort)
        ours, floor = runs["gateway"], runs["floor"]
        if "G1" in goals and "spyne" in runs:
            ratio = ours.against(runs["spyne"], "cpu")
            tell(judged("G1", [("ratio", ratio, "<=", 1 / 6)], milliseconds(ours), milliseconds(runs["spyne"])))
        if "G2" in goals and not absent.keys() & set(peers.LIBRARIES):
            both = [(name, goal) for name, goal in zip(peers.LIBRARIES, (0.65, 0.8), strict=True)]
            verdicts = [(f"ratio({name})", ours.against(runs[name], "cpu"), "<=", goal) for name, goal in both]
            tell(judged("G2", verdicts, milliseconds(ours), *(milliseconds(runs[name]) for name, _ in both)))
        if "CXF" in runs:
            java = runs["CXF"]
            tell(judged(f"CXF ratio={ours.against(java, 'cpu'):.3g}", [], milliseconds(ours), milliseconds(java)))
        for name, why in absent.items():
            tell(f"{PEERS.get(name, 'G2')} skipped: {name}: {why}")
        if "G3" in goals:
            rates = [f"{run.server.name}={run.median('rate'):.0f}/s" for run in (ours, floor)]
            ratio = ours.against(floor, "rate")
            tell(judged("G3", [("ratio", ratio, ">=", 0.65)], *rates, milliseconds(ours), milliseconds(floor)))
        for name, run in runs.items():
            table(name, run, tell)


def table(name: str, run: Run, tell: Callable[[str], None]) -> None:
    tell(
        f"  {name}: {run.median('rate'):.0f} req/s, p50 {run.median('p50'):.1f} ms, p99 {run.median('p99'):.1f} ms, "
        f"CPU {run.median('cpu'):.2f} s per 1,000, {run.rss:.0f} MB; generator {run.median('busy'):.0%} busy"
    )


def models(effort: Effort, tell: Callable[[str], None]) -> None:
    """G6: FHIR beside FastAPI with the same models, which stores nothing; and where our own CPU goes."""
    with Yard() as yard:
        servers = [yard.gateway("serve", form="fhir"), *(peers.fhir(yard, way) for way in ("plain", "textbook"))]
        runs = interleaved(servers, effort)
        ours, plain, textbook = runs.values()
        verdicts = [
            ("ratio(plain)", ours.against(plain, "cpu"), "<=", 1.25),
            ("ratio(textbook)", ours.against(textbook, "cpu"), "<=", 0.5),
        ]
        tell(judged("G6", verdicts, *map(milliseconds, runs.values())))
        for name, run in runs.items():
            table(name, run, tell)
    tell(f"  {micro.line('fhir', effort.turns)}")


def grouped(effort: Effort, tell: Callable[[str], None]) -> None:
    """G4: the same gateway with and without group commit."""
    with Yard() as yard:
        servers = [yard.gateway("serve"), yard.gateway("serve", "--each", name="each")]
        runs = interleaved(servers, effort)
        ours, each = runs["gateway"], runs["each"]
        verdicts = [
            ("rate", ours.against(each, "rate"), ">=", 2.5),
            ("p99", ours.against(each, "p99"), "<=", 0.25),
        ]
        figures = [f"{name}={run.median('rate'):.0f}/s,p99={run.median('p99'):.0f}ms" for name, run in runs.items()]
        tell(judged("G4", verdicts, *figures))


def away(effort: Effort, tell: Callable[[str], None]) -> None:
    """Receipts while the index is away."""
    ratio, figures = chain.down(effort.rounds, effort.seconds)
    tell(judged("down", [("ratio", ratio, "<=", 2.0)], *figures))


PEERS = {"spyne": "G1", "CXF": "CXF"}
"""The peers that are not Node's, and the goal they belong to."""
GOALS = ("G1", "G2", "G3", "CXF", "G4", "G6", "formats", "micro", "chain", "down")


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="goal", help=f"any of {', '.join(GOALS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="short rounds: a sign that it runs, not a measurement")
    asked = parser.parse_args(arguments)
    goals = set(asked.goals) or set(GOALS)
    if unknown := goals - set(GOALS):
        parser.error(f"no goal {', '.join(sorted(unknown))}; there are {', '.join(GOALS)}")
    effort = QUICK if asked.quick else FULL
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    failed = 0
    parts: list[tuple[set[str], Callable[[], None]]] = [
        ({"G1", "G2", "G3", "CXF"}, lambda: intake(goals, effort, tell)),
        ({"G4"}, lambda: grouped(effort, tell)),
        ({"G6"}, lambda: models(effort, tell)),
        ({"formats"}, lambda: formats.table(effort.rounds, effort.seconds, tell)),
        ({"micro"}, lambda: tell(micro.line("soap", effort.turns))),
        ({"chain"}, lambda: tell(chain.whole(effort.signals))),
        ({"down"}, lambda: away(effort, tell)),
    ]
    for names, measure in parts:
        if names & goals:
            try:
                measure()
            except Exception as error:  # noqa: BLE001  whatever it is, the others still run
                failed += 1
                why = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
                tell(f"{' '.join(sorted(names & goals))} FAILED: {why}")
    missed = [line.split(" ", 1)[0] for line in lines if line.endswith(" MISSED")]
    print(
        f"summary: {len(missed)} missed ({', '.join(missed) or 'none'}), {failed} failed; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
