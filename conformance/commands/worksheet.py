"""`werkblad`: what a tester of a sender is given, printed and kept beside the run."""

import datetime as dt
import json
from argparse import Namespace

from conformance.commands import Commands, running, sender
from conformance.results import worksheet


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("werkblad", help="print what a sender under test is to do, with its test children")
    command.set_defaults(run=run)
    command.add_argument("--now", type=running.moment, default=None, metavar="ISO", help="the moment of the first day")
    sender.add_sender(command.add_argument)
    running.add_choice(command, sender.FORMS)


def run(given: Namespace) -> int:
    """Begin the run when there is none, and write its worksheet."""
    if wrong := running.strange(given, "zender"):
        print(wrong)
        return 2
    transcript, held = sender.begun(given)
    now = (dt.datetime.now(dt.UTC) + sender.offset(given)).isoformat(timespec="seconds")
    told = worksheet.roster(held, transcript.header, now)
    if given.map is not None:
        kept = {
            "werkblad.html": worksheet.page(told),
            "werkblad.txt": "\n".join(worksheet.lines(told)) + "\n",
            "rooster.json": json.dumps(told, ensure_ascii=False, indent=2) + "\n",
        }
        for name, content in kept.items():
            (given.map / name).write_text(content, encoding="utf-8", newline="\n")
    print("\n".join(worksheet.lines(told)), flush=True)
    return 0
