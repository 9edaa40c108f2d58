"""`uitslag` makes the result of a run in every form; `herkeur` judges one again; `herhaal` sends one request again."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from conformance import result
from conformance.commands import Commands
from conformance.commands.running import FILE
from conformance.line import Line, Silence
from conformance.results import pretty, terminal, write
from conformance.transcript import Transcript


def add(commands: Commands) -> None:
    """What may be given."""
    made = commands.add_parser("uitslag", help="the result of a run: uitslag.json, a page, JUnit, JSON, FHIR")
    made.set_defaults(run=_make)
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument("--map", type=Path, metavar="DIR", help="where the run was kept")
    source.add_argument("--uitslag", type=Path, metavar="FILE", help="a result file")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    made.add_argument("--ontheffingen", type=Path, metavar="FILE", help="waivers, shown beside the verdict")
    again = commands.add_parser("herkeur", help="judge a result again, under the rules of its day")
    again.set_defaults(run=_again)
    again.add_argument("uitslag", type=Path, metavar="FILE")
    sent = commands.add_parser("herhaal", help="send one request of a result again, and show the answer")
    sent.set_defaults(run=_send)
    sent.add_argument("uitslag", type=Path, metavar="FILE")
    sent.add_argument("nummer", type=int, metavar="N")
    sent.add_argument("--token", default=None, help="the bearer token, where the request had one")


def _make(given: Namespace) -> int:
    found = result.read(given.uitslag) if given.uitslag else result.of(Transcript.read(given.map / FILE).rows)
    if given.ontheffingen:
        found = replace(found, waivers=result.waivers(given.ontheffingen))
    print("\n".join(write(found, given.out)))
    return 0 if found.verdict.passed else 1


def _again(given: Namespace) -> int:
    """0 when the verdict is, bit for bit, the one in the file."""
    found = result.read(given.uitslag)
    print("\n".join(terminal.summary(found.verdict)))
    print(
        "HERKEURD: hetzelfde oordeel." if found.as_it_was else "HERKEURD: een ander oordeel dan in het bestand staat."
    )
    return 0 if found.as_it_was else 1


def _send(given: Namespace) -> int:
    exchange = result.read(given.uitslag).exchanges.get(given.nummer)
    if exchange is None:
        print(f"Uitwisseling {given.nummer} staat niet in {given.uitslag}.")
        return 2
    line = Line(30.0)
    try:
        reply, took = line.send(replace(exchange.request, token=given.token))
    except Silence as silence:
        print(f"Geen antwoord van {exchange.request.url}: {silence}.")
        return 1
    finally:
        line.close()
    print(f"HTTP {reply.status} in {took} ms")
    print("\n".join(f"{name}: {value}" for name, value in reply.headers))
    print("\n".join(one.text for one in pretty.lines(reply.body)))
    return 0
