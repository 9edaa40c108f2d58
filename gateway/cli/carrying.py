"""Commands that carry many signals at once: a file, a folder, another system's ids, everything of a gateway."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from gateway import compose
from gateway.cli import files, running
from gateway.cli import whole as everything
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, house, line, out
from gateway.errors import Misconfigured
from gateway.flow import moving

PartnerOption = Annotated[str, typer.Option("--partner", help="The organisation whose file it is.")]
WholeOption = Annotated[bool, typer.Option("--volledig", help="It is the organisation's whole list.")]
KeyOption = Annotated[Path | None, typer.Option("--key", help="A file with 32 bytes in base64: seals the file.")]


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
