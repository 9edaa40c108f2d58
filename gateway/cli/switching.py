"""Moving a region to another index: `verwijsindex switch`. Every command may be stopped, and asked again."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.progress import Progress as Bar
from rich.progress import TaskID
from rich.table import Table

from gateway.cli.switch_report import written
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, err, house, line, out
from gateway.compose import House, capabilities_of
from gateway.errors import Misconfigured
from gateway.flow.switching import Progress, Switching
from gateway.rules import switching as rules
from gateway.store.switching.comparing import Compared
from gateway.store.work import Switch

app = typer.Typer(no_args_is_help=True, help="Move a region, or some organisations, to another index; and back.")

SwitchArgument = Annotated[
    UUID, typer.Argument(metavar="ID", help="The move, as `switch plan` or `switch status` says.")
]
OrganisationOption = Annotated[list[str] | None, typer.Option("--organisation", help="Only this one; may be repeated.")]


@app.command()
def plan(
    region: Annotated[str, typer.Option("--region", help="Its name in the configuration.")],
    to: Annotated[str, typer.Option("--to", help="The new index, as [indexes.<id>] names it.")],
    organisation: OrganisationOption = None,
    basis: Annotated[
        str, typer.Option(help="On what decision the new provider gets the signals; writes the move down.")
    ] = "",
    basis_on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From when that holds.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what a move would be: what the new index lacks and how many signals there are. With --basis, plan it."""
    with house(path) as parts:
        old = _leads(parts, region, to)
        asked = _switching(parts).plan(region, old, to)
        for gap in asked.gaps:
            line(f"de {gap.who}e index kan niet: {gap.what}; {gap.effect}", "red" if gap.forbids_shadow else "yellow")
        _counts(asked.signals, tuple(organisation or ()))
        if asked.unsettled:
            line(f"{asked.unsettled} messages to '{old}' have no outcome yet; let those come first", "yellow")
        line(
            "with a shadow: `switch start`, then `switch reconcile` and `switch cutover`" if asked.shadow
            else "no shadow is possible: `switch cutover --direct` lets the new index lead and registers then"
        )  # fmt: skip
        if not basis:
            return
        day = basis_on.date() if basis_on else parts.clock().date()
        made = _switching(parts).open(region, old, to, tenants=tuple(organisation or ()), basis=basis, basis_on=day)
        line(f"planned: {made.id}", "green")


@app.command()
def start(
    switch: SwitchArgument,
    rate: Annotated[float, typer.Option(help="At most so many signals in a second; 0 is as fast as it goes.")] = 0.0,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Bring every signal to the new index, in silence. Stopped or killed, it goes on where it was."""
    with house(path) as parts, Bar(console=err) as bar:
        switching = _switching(parts, bar)
        if not switching.start(switching.find(switch), rate=rate):
            line("paused; `switch resume`, and ask again", "yellow")
            raise typer.Exit(1)
    line("every signal is at both indexes; compare them with `switch reconcile`", "green")


@app.command()
def status(
    switch: Annotated[UUID | None, typer.Argument(metavar="ID", help="One move; without it, all.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say where every move is, and what has become of its signals."""
    with house(path) as parts:
        for one in parts.store.read.switches():
            if switch in (None, one.id):
                _told(parts, one)


@app.command()
def pause(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring no more signals over until `switch resume`; what is underway already arrives."""
    _paused(switch, path, paused=True)


@app.command()
def resume(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Let a paused move go on; ask for its next step again."""
    _paused(switch, path, paused=False)


@app.command()
def reconcile(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Look what the second index holds of each signal and which matches it tells. Exit code 1 when it differs."""
    with house(path) as parts, Bar(console=err) as bar:
        switching = _switching(parts, bar)
        found, compared = switching.reconcile(switching.find(switch))
    if not _differences(found, compared):
        line("both indexes say the same", "green")
        return
    raise typer.Exit(1)


@app.command()
def cutover(
    switch: SwitchArgument,
    organisation: OrganisationOption = None,
    direct: Annotated[bool, typer.Option("--direct", help="Without a shadow, where there can be none.")] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let the new index lead, for all or for some organisations. The old one goes on hearing everything."""
    with house(path) as parts, Bar(console=err) as bar:
        switching = _switching(parts, bar)
        move = switching.find(switch)
        done = switching.cutover(move, tenants=tuple(organisation or ()), direct=direct)
        line(
            f"{done} signals: '{move.new}' leads, '{move.old}' holds a copy; `switch rollback` turns it back",
            "green",
        )
        _told(parts, switching.find(switch))


@app.command()
def rollback(
    switch: SwitchArgument, organisation: OrganisationOption = None, path: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Let the old index lead again, for all or for some organisations."""
    with house(path) as parts, Bar(console=err) as bar:
        switching = _switching(parts, bar)
        move = switching.find(switch)
        done = switching.rollback(move, tenants=tuple(organisation or ()))
        line(f"{done} signals: '{move.old}' leads again", "green")


@app.command()
def retire(
    switch: SwitchArgument,
    anyway: Annotated[
        bool, typer.Option("--lose-matches", help="Also when some matches are known only there.")
    ] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Have the signals destroyed at the index that leads no more, and see that they are."""
    with house(path) as parts, Bar(console=err) as bar:
        switching = _switching(parts, bar)
        found = switching.retire(switching.find(switch), anyway=anyway)
        if left := {name: many for name, many in found.items() if name != rules.GONE}:
            line(f"still there: {left}; ask again, or ask its provider", "red")
            raise typer.Exit(1)
    line(
        f"{found[rules.GONE]} signals are destroyed there; now name the other index in the configuration",
        "green",
    )


@app.command()
def report(
    switch: SwitchArgument,
    to: Annotated[Path, typer.Option("--out", help="The page to write.")],
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a page about a move for who decides on it: counts and differences, and not a word about a person."""
    with house(path) as parts:
        move = _switching(parts).find(switch)
        gaps = _switching(parts).plan(move.region, move.old, move.new).gaps
        counts, compared = parts.store.read.switch_counts(move), parts.store.read.switch_compared(move)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(written(move, gaps, counts, compared, parts.clock()), encoding="utf-8")
    line(f"{to}", "green")


def _paused(switch: UUID, path: Path, *, paused: bool) -> None:
    with house(path) as parts:
        switching = _switching(parts)
        switching.pause(switching.find(switch), paused=paused)


def _leads(parts: House, region: str, to: str) -> str:
    """The index a region works with now; raises Misconfigured."""
    known = parts.directory.regions.get(region)
    if known is None:
        raise Misconfigured(f"no region '{region}'; there are {', '.join(sorted(parts.directory.regions))}")
    if to not in parts.config.indexes:
        raise Misconfigured(f"no index '{to}'; add [indexes.{to}]; there are {', '.join(sorted(parts.config.indexes))}")
    return known.index


def _switching(parts: House, bar: Bar | None = None) -> Switching:
    tasks: dict[str, TaskID] = {}

    def tell(told: Progress) -> None:
        if bar is None:
            return
        if told.what not in tasks:
            tasks[told.what] = bar.add_task(told.what, total=told.of)
        bar.update(tasks[told.what], completed=told.done, total=told.of, description=f"{told.what} {told.rate:.0f}/s")

    able = {name: capabilities_of(index) for name, index in parts.config.indexes.items()}
    return Switching(parts.store, parts.clock, able.__getitem__, tell)


def _counts(signals: dict[str, dict[str, int]], only: tuple[str, ...]) -> None:
    for tenant, counts in sorted(signals.items()):
        if not only or tenant in only:
            line(f"{tenant}: " + ", ".join(f"{many} {name}" for name, many in sorted(counts.items())))


def _told(parts: House, switch: Switch) -> None:
    table = Table(title=f"{switch.id}: {switch.region}, van {switch.old} naar {switch.new}")
    for column in ("wat", "hoeveel"):
        table.add_column(column)
    table.add_row("stand", switch.state + (" (gepauzeerd)" if switch.paused else ""))
    table.add_row("grond", f"{switch.basis} ({switch.basis_on})")
    for what, counts in parts.store.read.switch_counts(switch).items():
        for name, many in sorted(counts.items()):
            table.add_row(f"{what}: {name}", str(many))
    out.print(table)


def _differences(found: Counter[str], compared: Compared) -> int:
    """Tell what differs; gives how much."""
    wrong = {name: many for name, many in found.items() if name not in (rules.EQUAL, "niet bekeken")}
    for name, many in sorted(wrong.items()):
        line(f"{many} signals: {rules.FOUND.get(name, name)}", "red")
    for what, places in (
        ("only the index that leads", compared.only_leading), ("only the other index", compared.only_beside),
    ):  # fmt: skip
        for kind, many in sorted(Counter(kind for _, kind in places).items()):
            line(f"{many} times {kind}: {what} tells this match", "yellow")
    line(f"{found[rules.EQUAL]} signals and {compared.both} matches are the same at both")
    return sum(wrong.values()) + len(compared.only_leading) + len(compared.only_beside)
