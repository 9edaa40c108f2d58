"""`verwijsindex-toets`: does a system speak the interfaces as the contract says?

Exit code 0 only when everything required ran and passed; 1 when not; 2 when there was nothing to test.
"""

import argparse
import io
import sys
from collections.abc import Sequence

from conformance import rules
from conformance.commands import attest, gateway, index, matrix, report, sender, serve, sign, worksheet
from conformance.transcript import Broken

COMMANDS = (gateway, sender, index, worksheet, attest, report, serve, sign, matrix)


def parser() -> argparse.ArgumentParser:
    """Every command with what may be given to it."""
    made = argparse.ArgumentParser(prog="verwijsindex-toets", description=__doc__)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (rules.Wrong, Broken, OSError) as wrong:
        print(wrong)
        return 2


if __name__ == "__main__":
    sys.exit(main())
