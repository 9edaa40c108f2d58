"""From a sender to the index and back: whole signals per second, and what a receipt costs while the index is away."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import Failed, Server, Yard, load

PATIENCE = 300.0
PACE = 40.0
"""Requests per second when latency is measured: well below what the machine can do."""


def whole(signals: int) -> str:
    """`serve`, `work` and the index as three processes, until every signal is at the index."""
    with Yard() as yard:
        index = yard.gateway("index", name="index", cpu=None)
        address = f"http://127.0.0.1:{index.port}/soap"
        door = yard.gateway("serve", "--index", address, cpu=None)
        worker = yard.gateway("work", "--index", address, directory=door.directory, name="worker", cpu=None)
        _until_delivered(door)
        parts = (door, worker, index)
        before = [part.cpu() for part in parts]
        began = time.perf_counter()
        taken = load(door, requests=signals, connections=16, known=True)
        _until_delivered(door)
        seconds = time.perf_counter() - began
        split = [
            (part.name, (part.cpu() - start) / taken["n"] * 1000) for part, start in zip(parts, before, strict=True)
        ]
        said = " ".join(f"{name}={spent:.2f}ms" for name, spent in split)
        return (
            f"chain {taken['n'] / seconds:.0f} signals/s to the index ({taken['rate']:.0f}/s taken in), "
            f"CPU per signal {said}, {worker.rss():.0f} MB in the worker"
        )


def down(rounds: int, seconds: float) -> tuple[float, list[str]]:
    """Receipts while the index is away and its breaker open, with senders who would wait, beside a healthy gateway."""
    with Yard() as yard:
        index = yard.gateway("index", name="index", cpu=None)
        address = f"http://127.0.0.1:{index.port}/soap"
        healthy = yard.gateway("serve", "--index", address, name="healthy")
        yard.gateway("work", "--index", address, directory=healthy.directory, name="worker", cpu=None)
        away = yard.gateway("serve", "--wait", 2.0, name="away")
        yard.gateway("work", directory=away.directory, name="worker", cpu=None)
        _until_open(away)
        p99: dict[str, list[float]] = {"away": [], "healthy": []}
        for _ in range(rounds):
            for server in (away, healthy):
                counted = load(server, seconds=max(seconds, 3.0), connections=8, rate=PACE)
                p99[server.name].append(counted["p99"])
        ratio = statistics.median(a / b for a, b in zip(p99["away"], p99["healthy"], strict=True))
        figures = [f"{name}=p99 {statistics.median(times):.1f}ms" for name, times in p99.items()]
        return ratio, figures


def _until_delivered(door: Server) -> None:
    """The very first signal, by which the door was tried, is about a person the index does not know: refused."""
    statement = "SELECT count(*) FROM outbox WHERE signal_id IS NOT NULL AND state NOT IN ('done', 'refused')"
    _until(door.directory, statement, lambda left: left == 0)


def _until_open(door: Server) -> None:
    """A few signals, until the breaker is open: then a sender does not wait any more."""
    statement = "SELECT count(*) FROM destinations WHERE open_until IS NOT NULL"
    _until(door.directory, statement, lambda found: found >= 1, poke=lambda: load(door, requests=2, connections=2))


def _until(
    directory: Path, statement: str, done: Callable[[int], bool], poke: Callable[[], object] = lambda: None
) -> None:
    until = time.monotonic() + PATIENCE
    base = sqlite3.connect(f"file:{directory / 'gateway.db'}?mode=ro", uri=True)
    try:
        while not done(base.execute(statement).fetchone()[0]):
            if time.monotonic() > until:
                raise Failed(f"waited {PATIENCE:.0f} s in vain for: {statement}")
            poke()
            time.sleep(0.05)
    finally:
        base.close()
