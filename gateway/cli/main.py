"""Every command of `verwijsindex`."""

import json
import logging
import signal
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from gateway import __version__, compose, config
from gateway.cli import demo as demonstration
from gateway.cli import doctor as diagnosis
from gateway.cli import files, logs, meaning, packs, regions, reloading, rights, running, simulating, words
from gateway.cli import whole as everything
from gateway.cli.sandbox import RECEIVER
from gateway.cli.sandbox import sandbox as run_sandbox
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, err, house, line, out
from gateway.errors import Misconfigured, SenderError, Unavailable
from gateway.flow import destroying, moving
from gateway.flow.courier import Courier
from gateway.rules.findings import FindingTexts
from gateway.simulator.dialects import SPOKEN, USUAL
from gateway.store.keyring import KeyRing
from gateway.store.outbox import MAIL
from gateway.store.work import Hold
from gateway.web.session import hashed

app = typer.Typer(
    name="verwijsindex",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One connection to every verwijsindex: signals in, matches back, each in its own words.",
)
app.add_typer(words.app, name="vocabulary")
app.add_typer(packs.app, name="packs")
app.add_typer(regions.app, name="region")
app.add_typer(rights.app, name="rights")
app.add_typer(meaning.app, name="cards")


def main() -> None:
    """Run a command; a fault of the configuration is told without a stack of calls."""
    logs.configure()
    try:
        app()
    except Misconfigured as error:
        for problem in error.problems:
            line(problem, "red", to=err)
        raise SystemExit(2) from None
    except SenderError as error:
        texts = FindingTexts.load()
        for finding in error.findings:
            text = texts.text(finding)
            line(f"{finding.code} {finding.at}: {text.rule} {text.fix}", "red", to=err)
        raise SystemExit(1) from None
    except (OSError, Unavailable) as error:
        line(str(error), "red", to=err)
        raise SystemExit(1) from None


@app.command()
def password(
    said: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Write a password as an account of the page keeps it."""
    line(hashed(said))


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--out", help="Where the evidence is written.")] = Path("out/demo"),
) -> None:
    """Show a signal become a match, and prove each promise with the bytes it rests on."""
    logs.configure(logging.ERROR)
    if not demonstration.run(directory, out):
        raise typer.Exit(1)


@app.command()
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


@app.command()
def serve(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Open the doors for senders."""
    running.serve(config.read(path), again=lambda: config.read(path))


@app.command()
def work(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Carry messages to the indices and fetch matches; any number of these may run."""
    running.work(config.read(path), again=lambda: config.read(path))


@app.command("reload")
def reload_(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Have the processes of this machine take the configuration anew, packs, words and partners with it; none stops.

    It is checked first: with a fault in it nobody is asked. Exit code 2 when a process goes on with the old one.
    """
    read = config.read(path)
    if problems := compose.faults(read):
        raise Misconfigured(*problems)
    if read.run is None:
        raise Misconfigured("run: is not set; name a directory, or send the processes the signal HUP")
    asked = reloading.ask(read.run)
    for item in asked:
        line(f"{item.name}: {'the old configuration goes on' if item.problems else 'the new configuration works'}")
    if problems := [f"{item.name}: {problem}" for item in asked for problem in item.problems]:
        raise Misconfigured(*problems)
    if not asked:
        line(f"Nothing runs here that notes itself in {read.run}.", "yellow")


PartnerOption = Annotated[str, typer.Option("--partner", help="The organisation whose file it is.")]
WholeOption = Annotated[bool, typer.Option("--volledig", help="It is the organisation's whole list.")]


KeyOption = Annotated[Path | None, typer.Option("--key", help="A file with 32 bytes in base64: seals the file.")]


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where it goes.")],
    all_: Annotated[bool, typer.Option("--all", help="Everything the gateway holds.")] = False,
    key: KeyOption = None,
    bare: Annotated[bool, typer.Option("--unsealed", help="Without a key: whoever has the file reads it.")] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write everything the gateway holds to one file, which an empty gateway can take in (`import --all`)."""
    if not all_ or bool(key) == bare:
        raise Misconfigured("say --all, and --key FILE; or --unsealed, when the file itself is kept safe")
    with house(path) as parts:
        everything.export(parts, file, key)


@app.command("import")
def import_(  # noqa: PLR0913, PLR0917  each is an option of the command
    file: Annotated[Path, typer.Argument(help="CSV or Excel workbook (xlsx).", exists=True, dir_okay=False)],
    partner: Annotated[str, typer.Option("--partner", help="The organisation whose file it is.")] = "",
    whole: WholeOption = False,
    all_: Annotated[bool, typer.Option("--all", help="The file is everything of another gateway.")] = False,
    key: KeyOption = None,
    end: Annotated[int | None, typer.Option("--beeindig", help="End so many signals the list no longer names.")] = None,
    despite: Annotated[bool, typer.Option("--ondanks", help="Also when the list looks like half a file.")] = False,
    result: Annotated[Path | None, typer.Option("--resultaat", help="Where the report goes; else beside it.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Import a file with signals; broken off, it goes on where it was. Exit code 1 when a row was refused.

    With --all: fill an empty gateway with everything of another, which had the same key ring.
    """
    if all_ == bool(partner):
        raise Misconfigured("name the organisation with --partner, or say --all for everything of another gateway")
    with house(path) as parts:
        if all_:
            everything.take_in(parts, file, key)
            return
        running.keep()
        desk = files.Desk.of(parts, partner, out)
        if not files.import_file(desk, file, whole=whole, end=end, despite=despite, result=result):
            raise typer.Exit(1)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="Where the files come.", exists=True, file_okay=False)],
    partner: PartnerOption,
    whole: WholeOption = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Import what comes into a folder; reports go to resultaat/, files to verwerkt/ or niet-gelezen/ in it."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with house(path) as parts:
        running.keep()
        files.watch(files.Desk.of(parts, partner, out), folder, whole=whole, ended=ended.wait)


@app.command("move-source")
def move_source(
    mapping: Annotated[Path, typer.Argument(help="CSV with `oud` and `nieuw`.", exists=True, dir_okay=False)],
    partner: PartnerOption,
    old: Annotated[str, typer.Option("--van", help="The old bron_systeem.")],
    new: Annotated[str, typer.Option("--naar", help="The new bron_systeem.")],
    carry_out: Annotated[bool, typer.Option("--doe", help="Do it; without this it is only shown.")] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Give an organisation's active signals the ids they have in its new system."""
    pairs = moving.read(mapping.read_bytes(), source=str(mapping))
    with house(path) as parts:
        mover = compose.moving(parts, files.Desk.of(parts, partner, out).partner.id, old=old, new=new)
        counts: dict[str, int] = {}
        for pair, fate in mover.carry_out(pairs) if carry_out else mover.foresee(pairs):
            counts[fate.value] = counts.get(fate.value, 0) + 1
            if fate is not moving.Fate.VERHUIST:
                line(f"line {pair.line}: {fate.value}", "yellow")
    for fate_, count in sorted(counts.items()):
        line(f"{count:6} {fate_}")
    if not carry_out:
        line("Nothing was changed. Do it with --doe.")


@app.command()
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


app.command("simulate-index")(simulating.simulate_index)


@app.command()
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


@app.command()
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


@app.command()
def hold(index: str, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Stop all sending to an index, between any two attempts."""
    _hold(index, path, stop=True)


@app.command()
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


@app.command()
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


@app.command()
def keyring(path: Annotated[Path, typer.Argument(help="Where to make it.")]) -> None:
    """Make a key ring. Keep it, and its backup, apart from every database."""
    if path.exists():
        raise Misconfigured(f"{path} is there already; a key ring is never overwritten")
    ring = KeyRing.create(path)
    line(f"{path}: key ring {ring.fingerprint()} made. Back it up apart from the database, now.")


@app.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(__version__)
