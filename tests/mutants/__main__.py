"""`python -m tests.mutants [--small] [--blind N] [--seed S]`: is the kit right about what it says?

Of good runs in every role and format: every demand of every cell (a requirement, in a role, in a format) is broken in
every way that is known, in the bytes of the run; a proxy that knows no rules does N things wrong; and replies are
spelt otherwise. Exit code 0 only when every cell was killed, every survivor is explained and nothing alarmed.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from conformance import matrix, rules
from conformance.commands import sender
from tests.conformance.fake_gateway import FAULTS
from tests.mutants import benign, blind, runs
from tests.mutants.bench import Run
from tests.mutants.cells import Mutant, Tally, mutants
from tests.mutants.runs import Target

FORMS = ("soap", "json", "fhir", "csv")
KEPT = [word for eis in FAULTS for word in ("--only", eis)]


def main() -> int:
    """Make them, judge them, count them."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("--small", action="store_true", help="SOAP only, against the kit's own small gateway")
    parser.add_argument(
        "--blind", type=int, default=None, metavar="N", help="how many blind mutants; default 60, small 8"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the first of them")
    given = parser.parse_args()
    count = given.blind if given.blind is not None else 8 if given.small else 60
    most = 3 if given.small else 99
    found: list[Mutant] = []
    spelt: list[benign.Alarm] = []
    for run in _good(small=given.small):
        found += told(run)
        spelt += _said(benign.respelt(run, given.seed, most))
    tally = Tally(found)
    seeds = iter(range(given.seed, given.seed + count))
    with _standing(small=given.small) as (target, forms, more):
        bent = list(_said(blind.mutants(target, forms, seeds)))
        spelt += _said(benign.variations(target, forms, given.seed, most, more))
    survived = [one for one in bent if one.survived]
    alarms = [one for one in spelt if one.lines]
    wanted = tally.cells if given.small else _wanted()
    for eis, form in sorted(wanted - tally.killed):
        print(f"niet gedood: {eis} {form}")
    unmade = sum(not one.made for one in tally.mutants)
    print(f"mutants={len(tally.mutants)} unmade={unmade} seen={sum(one.seen for one in tally.mutants)}")
    print(
        f"cells={len(wanted)} killed={len(wanted & tally.killed)} blind={len(bent)} survived={len(survived)} "
        f"benign={len(spelt)} alarms={len(alarms)}"
    )
    return 0 if wanted <= tally.killed and all(one.explained for one in survived) and not alarms else 1


def told(run: Run) -> Iterator[Mutant]:
    """The mutants of a run; those that were not seen are said."""
    for one in mutants(run):
        if not one.seen:
            print(one, flush=True)
        yield one


def _wanted() -> set[tuple[str, str]]:
    """The cells a machine can see, in the formats in which a role is played."""
    found = matrix.of(rules.as_of(dt.datetime.now(dt.UTC).date())).tried
    played = [one for one in found if one.role != "zender" or one.form in sender.FORMS]
    return {(one.requirement.id, one.form) for one in played if one.requirement.waarneming != "verklaard"}


def _good(*, small: bool) -> Iterator[Run]:
    """The good runs."""
    for form in ("soap",) if small else ("soap", "json", "fhir"):
        yield from runs.sender(form)
    if small:
        with runs.fake() as target:
            yield runs.recorded(target, "--format", "soap", *KEPT)
        return
    yield from runs.exporter()
    for form in FORMS:
        with runs.sandwich() as target:
            run = runs.recorded(target, "--format", form)
        yield run
        with runs.sandwich(extended=True) as target:
            run = runs.recorded(target, "--format", form, "--only", "sandwich-woorden")
        yield run
    with runs.index() as target:
        run = runs.recorded(target)
    yield run


@contextmanager
def _standing(*, small: bool) -> Iterator[tuple[Target, tuple[str, ...], Target]]:
    """A gateway to put the proxy before, in which formats, and what to ask of a whole run."""
    if small:
        with runs.fake() as target:
            yield target, ("soap",), KEPT
    else:
        with runs.sandbox() as target:
            yield target, FORMS, []


def _said(found: Iterator) -> Iterator:
    for one in found:
        print(one, flush=True)
        yield one


if __name__ == "__main__":
    sys.exit(main())
