"""Commands of who operates a gateway: what needs a person, what is held, what is wrong, what must go now."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from gateway import compose
from gateway.cli import doctor as diagnosis
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, house, line, out
from gateway.errors import Misconfigured
from gateway.flow import destroying
from gateway.flow.courier import Courier
from gateway.store.keyring import KeyRing
from gateway.store.outbox import MAIL
from gateway.store.work import Hold
from gateway.web.session import hashed


def password(
    said: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Write a password as an account of the page keeps it."""
    line(hashed(said))


def destroy(
    signal_id: Annotated[UUID, typer.Option("--signal", help="Our id of the signal.")],
    reason: Annotated[destroying.Reason, typer.Option("--reason", help="Why: it stands in the audit.")],
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Destroy a signal now, without archive: its child died, turned 23, or the college granted a request (AVG 17, 21).

    Exit code 1 when it is not known, or was destroyed before.
    """
    with house(path) as parts:
        told = destroying.destroy(parts.store, signal_id, reason, parts.clock)
    line(f"signal {signal_id}: {told.value}", "" if told is destroying.Fate.VERNIETIGD else "yellow")
    if told is not destroying.Fate.VERNIETIGD:
        raise typer.Exit(1)


def status(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show what is stored, what waits, and what needs a person."""
    with house(path) as parts:
        for title, counts in parts.store.read.tally().items():
            table = Table(title=title, title_justify="left")
            table.add_column("state")
            table.add_column("number", justify="right")
            for state, number in sorted(counts.items()):
                table.add_row(state, str(number))
            out.print(table)
        closed = parts.store.read.closed()
        for index in parts.config.indexes:
            line(f"index {index}: {'nothing is sent (held, or breaker open)' if index in closed else 'open'}")
        for receiver in sorted(closed - parts.config.indexes.keys()):
            line(f"receiver {receiver}: nothing is sent (held, or breaker open)", "yellow")
        if unheard := parts.store.read.tally()["announcements"]["unheard"]:
            line(f"needs a person: {unheard} matches did not reach their receiver: refused, or never fetched", "red")
        for message in parts.store.read.parked():
            line(f"needs a person: message {message.id} ({message.kind}) to {message.destination}", "red")


def settle(
    message: Annotated[UUID, typer.Argument(help="Its id, as `status` tells it.")],
    taken: Annotated[
        bool, typer.Option("--taken/--not-taken", help="Whether whom it went to has it; if not, it goes again.")
    ],
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what became of a message that waits for a person, after asking whom it went to."""
    with house(path) as parts:
        if not Courier(parts.store, parts.directory, {}, parts.clock).decide(message, taken=taken):
            raise Misconfigured(f"no message {message} waits for a person; `verwijsindex status` names those that do")
    line("it is there: what waited behind it goes on" if taken else "it goes again")


def hold(index: str, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Stop all sending to an index, between any two attempts."""
    _hold(index, path, stop=True)


def resume(index: str, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Send to an index again."""
    _hold(index, path, stop=False)


def _hold(index: str, path: Path, *, stop: bool) -> None:
    with house(path) as parts:
        receivers = [compose.way(partner, name) for partner in parts.config.partners for name in compose.ways(partner)]
        known = [*parts.config.indexes, *([MAIL] if parts.config.mail else []), *receivers]
        if index not in known:
            raise Misconfigured(f"no index '{index}'; there are {', '.join(known)}")
        parts.store.do(Hold(index, stop))
        line(f"index {index}: {'held' if stop else 'open'}")


def doctor(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Name every fault of a configuration, and its fix."""
    complaints = diagnosis.examine(path)
    for complaint in complaints:
        style = "red" if complaint.serious else "yellow"
        line(f"{'FAULT' if complaint.serious else 'NOTE '} {complaint.where}: {complaint.what}", style)
        line(f"      {complaint.fix}")
    if any(complaint.serious for complaint in complaints):
        raise typer.Exit(1)
    out.print("Nothing is wrong." if not complaints else "Nothing stops it.", style="green")


def keyring(path: Annotated[Path, typer.Argument(help="Where to make it.")]) -> None:
    """Make a key ring. Keep it, and its backup, apart from every database."""
    if path.exists():
        raise Misconfigured(f"{path} is there already; a key ring is never overwritten")
    ring = KeyRing.create(path)
    line(f"{path}: key ring {ring.fingerprint()} made. Back it up apart from the database, now.")
