"""Every format through its own door, side by side: signals taken in durably, what they cost, and what stays behind.

Each has a gateway of its own, so that what memory grows is that format's.
"""

import statistics
from collections.abc import Callable

from tests.bench.forms import FORMS
from tests.bench.processes import Failed, Server, Yard, load

CONNECTIONS = {"csv": 2}
"""As many files as are read at once; all others as in the other benches."""
USUAL = 32
GROWTH = 24.0
"""Megabytes that a run may leave behind: the store's pages in memory, never a part of every signal."""


def table(rounds: int, seconds: float, tell: Callable[[str], None]) -> None:
    """A line per format, and whether memory is bounded: after a first round nobody's grows by more than `GROWTH`."""
    with Yard() as yard:
        servers = {name: yard.gateway("serve", name=name, form=name) for name in FORMS}
        forms = {name: make() for name, make in FORMS.items()}
        fresh = {name: server.rss() for name, server in servers.items()}
        for name, server in servers.items():
            counted(name, server, seconds)
        before = {name: server.rss() for name, server in servers.items()}
        heard: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
        for _ in range(rounds):
            for name, server in servers.items():
                heard[name].append(counted(name, server, seconds))
        grown = {}
        for name, runs in heard.items():
            many, after = forms[name].signals, servers[name].rss()
            grown[name] = after - before[name]
            figure = {key: statistics.median([run[key] for run in runs]) for key in ("rate", "cpu", "p50", "p99")}
            taken = sum(run["n"] for run in runs) * many
            unit = f" (a file of {many})" if many > 1 else ""
            tell(
                f"  {name}: {figure['rate'] * many:.0f} receipts/s, CPU {figure['cpu'] / many:.2f} ms a signal, "
                f"p50 {figure['p50']:.1f} ms, p99 {figure['p99']:.1f} ms{unit}, "
                f"{fresh[name]:.0f} MB at the start, {before[name]:.0f} after a first round, {after:.0f} MB after "
                f"{taken:,.0f} more"
            )
    most = max(grown, key=lambda name: grown[name])
    met = grown[most] <= GROWTH
    tell(f"formats growth={max(grown[most], 0):.1f}MB goal<={GROWTH:g} most={most}{'' if met else ' MISSED'}")


def counted(name: str, server: Server, seconds: float) -> dict[str, float]:
    """What a while of load counted; raises Failed when anything was refused."""
    found = load(server, seconds=seconds, connections=CONNECTIONS.get(name, USUAL))
    if found["bad"]:
        raise Failed(f"{name}: {found['bad']:.0f} of {found['n']:.0f} were refused")
    return found
