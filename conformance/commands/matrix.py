"""`matrix`: which scenarios try which requirement, in which role and format, and what is not tried and why."""

import datetime as dt
from argparse import Namespace
from collections.abc import Iterator

from conformance import matrix, rules
from conformance.commands import Commands
from conformance.matrix import Cell, Matrix


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("matrix", help="what is tried of each requirement, in each role and format")
    command.set_defaults(run=run)
    command.add_argument("--rol", default="", choices=["", *matrix.FORMS], help="only this role")
    command.add_argument("--gaten", action="store_true", help="only what is not tried, with why")


def run(given: Namespace) -> int:
    """Print it; exit code 0 when every cell is tried or has a reason, and few need one."""
    found = matrix.of(rules.as_of(dt.datetime.now(dt.UTC).date()))
    shown = [one for one in found.cells if given.rol in ("", one.role) and not (given.gaten and one.scenarios)]
    print("\n".join(lines(shown, found)))
    return 0 if found.whole else 1


def lines(shown: list[Cell], found: Matrix) -> Iterator[str]:
    """A line for each cell, the reasons in words, and the count of all."""
    for one in shown:
        what = ", ".join(one.scenarios) or one.reason or "GAT: niets, en geen reden"
        yield f"{one.requirement.id:13} {one.requirement.niveau:6} {one.role:7} {one.form:5} {what}"
    yield ""
    for name in sorted({one.reason for one in shown if one.reason}):
        yield f"{name}: {found.texts[name]['nl']}"
    share = 100 * len(found.reasoned) / len(found.cells)
    counts = f"cellen={len(found.cells)} getoetst={len(found.tried)} redenen={len(found.reasoned)} ({share:.1f} %)"
    yield f"{counts} gaten={len(found.holes)}"
