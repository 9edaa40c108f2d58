"""`zender`: test a sender. The kit is its gateway, and the index and the others behind it."""

import datetime as dt
import threading
import time
from argparse import Namespace
from pathlib import Path

from conformance.commands import Commands, exports, running
from conformance.judge import Outcome, so_far
from conformance.parties.doors import Doors
from conformance.parties.gateway import Gateway
from conformance.parties.server import Listener
from conformance.results import worksheet
from conformance.rules import Rules
from conformance.run import Run
from conformance.transcript import Transcript

FORMS = ("soap", "json", "fhir", "csv")
QUIET = 2.0
"""Seconds without a message after which a run whose steps are all done is over."""


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("zender", help="test a sender: the kit is its gateway")
    command.set_defaults(run=run)
    option = command.add_argument
    option("--port", type=int, default=9070, help="where the gateway of the kit listens")
    option("--host", default="127.0.0.1", help="on which address")
    option("--now", type=running.moment, default=None, metavar="ISO", help="the moment the sender believes it is")
    option("--opnieuw", action="append", default=[], metavar="ID", help="begin this scenario anew")
    option("--klaar", action="store_true", help="end the run in --map as it is, and judge it")
    option("--wacht", type=float, default=None, metavar="S", help="end the run after so many seconds, done or not")
    option("--file", type=Path, default=None, metavar="CSV", help="check this file; the report stands beside it")
    option("--folder", type=Path, default=None, metavar="DIR", help="watch this folder for files, day after day")
    add_sender(command.add_argument)
    running.add_choice(command, FORMS)


def add_sender(option: running.Option) -> None:
    """What a sender says of itself beforehand."""
    option("--zonder-bsn", action="store_true", help="the sender may not use the BSN")
    option("--organisatie", default="", metavar="ID", help="for which organisation the sender acts, if it says so")
    option("--volledig", action="store_true", help="files are a whole list each time, not actions")


def run(given: Namespace) -> int:
    """Serve, tell what happens, judge."""
    if wrong := running.strange(given, "zender"):
        print(wrong)
        return 2
    transcript, held = begun(given)
    running.announce(transcript)
    news = threading.Event()

    def tell(said: str) -> None:
        print(said, flush=True)
        news.set()

    gateway = Gateway(held, transcript, offset=offset(given), tell=tell)
    if unknown := [one for one in given.opnieuw if not gateway.again(one)]:
        print(f"Onbekend bij --opnieuw: {', '.join(unknown)}")
        return 2
    if given.file is not None:
        print(exports.check(gateway, given.file, whole=given.volledig), flush=True)
    elif given.folder is not None:
        _watch(given, gateway)
    elif not given.klaar:
        serve(given, gateway, held, news)
    if given.klaar or given.wacht is not None or gateway.finished:
        gateway.close()
    else:
        print("\n".join(todo(gateway, held)), flush=True)
    return running.told(transcript, held, given.out)


def _watch(given: Namespace, gateway: Gateway) -> None:
    print(f"De toets kijkt naar {given.folder}. Stop met Ctrl-C; ga later verder met dezelfde --map.", flush=True)
    try:
        exports.watch(gateway, given.folder, whole=given.volledig, seconds=given.wacht)
    except KeyboardInterrupt:
        print("Gestopt. Ga verder met dezelfde --map, of sluit af met --klaar.", flush=True)


def begun(given: Namespace) -> tuple[Transcript, Rules]:
    """The run to serve: a new one, or the one in --map."""
    files = getattr(given, "file", None) or getattr(given, "folder", None) or given.volledig
    given.format = given.format or ["csv" if files else "soap"]
    kan = {"bsn": not given.zonder_bsn, "wijze": "lijst" if given.volledig else "acties"}
    return running.begun(given, "zender", FORMS, (), {"kan": kan | {"organisatie": given.organisatie}})


def offset(given: Namespace) -> dt.timedelta:
    """How far the clock of the run is from the real one."""
    return dt.timedelta() if given.now is None else given.now - dt.datetime.now(dt.UTC)


def serve(given: Namespace, gateway: Gateway, held: Rules, news: threading.Event) -> None:
    """Take messages until all is done and it is quiet, until --wacht is over, or until the tester stops."""
    header = gateway.transcript.header
    doors = Doors(gateway, lambda: worksheet.roster(held, header, gateway.now().isoformat(timespec="seconds")))
    with Listener(doors.answer, port=given.port, host=given.host) as listener:
        print(f"De toets luistert op {listener.url} (SOAP: {listener.url}/soap/v1?wsdl). Stop met Ctrl-C.", flush=True)
        print("\n".join(todo(gateway, held)), flush=True)
        began = time.monotonic()
        try:
            while given.wacht is None or time.monotonic() - began < given.wacht:
                if news.wait(QUIET if gateway.finished else 0.5):
                    news.clear()
                    print("\n".join(todo(gateway, held)), flush=True)
                elif gateway.finished:
                    return
        except KeyboardInterrupt:
            print("Gestopt. Ga verder met dezelfde --map, of sluit af met --klaar.", flush=True)


def todo(gateway: Gateway, held: Rules) -> list[str]:
    """What is still to be done, scenario by scenario: open, gedaan or niet gehaald."""
    rows = list(gateway.transcript.rows)
    played = Run(rows, held).scenes
    waiting = {(one["scenario"], one["formaat"]): one for one in gateway.assignments()}
    counts = {"open": 0, "gedaan": 0, "niet gehaald": 0}
    told = []
    for key, play in gateway.plays.items():
        scene = played[key]
        found = so_far(scene, play.part, [])
        failed = [one for one in found if one.outcome is Outcome.FAILED and scene.of(one.step)]
        state = "niet gehaald" if failed else "open" if key in waiting else "gedaan"
        counts[state] += 1
        if failed:
            told.append(f"  [!] {key[0]} ({key[1]}): {failed[0].eis}: verwacht {failed[0].expected}")
        elif key in waiting:
            told.append(f"  [ ] {key[0]} ({key[1]}): {waiting[key]['opdracht']}")
    return [*told, ", ".join(f"{count} {name}" for name, count in counts.items())]
