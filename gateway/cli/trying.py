"""Commands for who tries or builds against the gateway: the demonstration, a sandbox."""

import json
import logging
import signal
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gateway.cli import demo as demonstration
from gateway.cli import logs, simulating
from gateway.cli.plays import MATCH, PLAYS
from gateway.cli.sandbox import RECEIVER
from gateway.cli.sandbox import sandbox as run_sandbox
from gateway.cli.told import out
from gateway.errors import Misconfigured
from gateway.simulator.dialects import SPOKEN, USUAL


def demo(
    play: Annotated[str, typer.Argument(metavar="PLAY", help=f"What is shown: {', '.join(PLAYS)}.")] = MATCH,
    directory: Annotated[Path, typer.Option("--out", help="Where the evidence is written.")] = Path("out/demo"),
) -> None:
    """Show a signal become a match, or a move to another index; prove each promise with the bytes it rests on."""
    if play not in PLAYS:
        raise Misconfigured(f"no play '{play}'; there are {', '.join(PLAYS)}")
    logs.configure(logging.ERROR)
    if not demonstration.run(directory, out, PLAYS[play]):
        raise typer.Exit(1)


def sandbox(
    port: Annotated[int, typer.Option(help="The gateway's port.")] = 8080,
    directory: Annotated[Path, typer.Option("--dir", help="What it remembers.")] = Path("data/sandbox"),
    as_json: Annotated[bool, typer.Option("--json", help="Say where it is as one line of JSON.")] = False,
    clock: Annotated[datetime | None, typer.Option(help="The legal moment to start at.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds the door waits for the index's outcome.")] = 2.0,
    index: Annotated[str, typer.Option(metavar="URL", help="Forward to this index in place of simulated ones.")] = "",
    receiver: Annotated[str, typer.Option(metavar="URL", help=f"Tell {RECEIVER} of its matches here.")] = "",
    dialect: Annotated[str, typer.Option(help=f"What its indices speak: {', '.join(SPOKEN)}.")] = USUAL,
) -> None:
    """Run a gateway with simulated indices and four partners, to build against."""
    logs.configure(logging.WARNING)
    legal = clock.astimezone() if clock else None
    told_at = {RECEIVER: {"soap": {"url": receiver, "retry_seconds": 0.2}}} if receiver else None
    simulating.spoken(dialect)
    with run_sandbox(
        directory,
        port=port,
        clock=legal,
        wait_seconds=wait,
        family=simulating.FAMILY,
        index=index,
        delivery=told_at,
        dialect=dialect,
    ) as running_sandbox:
        told = running_sandbox.told()
        if as_json:
            typer.echo(json.dumps(told))
        else:
            _show_sandbox(told, forwards=bool(index))
        _until_told()


def _show_sandbox(told: dict[str, object], *, forwards: bool) -> None:
    table = Table(title=f"Sandbox: {told['gateway']}/soap/v1?wsdl", title_justify="left")
    for column in ("partner", "token (Authorization: Bearer ...)", "may know a BSN"):
        table.add_column(column)
    partners = told["partners"]
    for partner in partners if isinstance(partners, list) else []:
        table.add_row(partner["id"], partner["token"], "yes" if partner["may_know_bsn"] else "no")
    out.print(table)
    where = f"Forwards to {told['index']}" if forwards else f"Simulated index: {told['index']}/beheer/telling"
    out.print(f"{where}. Stop with Ctrl-C.", highlight=False)


def _until_told() -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
