"""Moving signals to another index: `verwijsindex switch`. Every command may be stopped, and asked again."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.progress import Progress as Bar
from rich.progress import TaskID
from rich.table import Table

from gateway.cli import switch_plan, switch_report
from gateway.cli.switch_words import FOUND
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, err, house, line, out
from gateway.compose import House
from gateway.flow.switching import Looked, Switching, Turned
from gateway.flow.waiting import Progress
from gateway.rules import switching as rules
from gateway.store.work import Switch

app = typer.Typer(no_args_is_help=True, help="Move a region, or part of it, to another index; and back.")

SwitchArgument = Annotated[
    UUID, typer.Argument(metavar="ID", help="The move, as `switch plan` or `switch status` says.")
]
PAUSED = "paused; `switch resume`, and ask again"


app.command()(switch_plan.plan)
app.command()(switch_plan.covenant)
app.command()(switch_plan.inventory)
app.command()(switch_plan.where)


@app.command()
def start(
    switch: SwitchArgument,
    rate: Annotated[float, typer.Option(help="At most so many signals in a second; 0 is as fast as it goes.")] = 0.0,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Bring every signal to the new index, in silence. Stopped or killed, it goes on where it was."""
    with _moving(path, switch) as (switching, move):
        if not switching.start(move, rate=rate):
            line(PAUSED, "yellow")
            raise typer.Exit(1)
    line("every signal is at both indexes; compare them with `switch reconcile`", "green")


@app.command()
def status(
    switch: Annotated[UUID | None, typer.Argument(metavar="ID", help="One move; without it, all.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say where every move is, and what has become of its signals."""
    with house(path) as parts:
        moves = [one for one in parts.store.read.moves.every() if switch in (None, one.id)]
        for one in moves:
            _told(parts, one)
        if not moves:
            line("there is no move")


@app.command()
def pause(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring no more signals over until `switch resume`; what is underway already arrives."""
    with _moving(path, switch) as (switching, move):
        switching.pause(move, paused=True)


@app.command()
def resume(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Let a paused move go on; ask for its next step again."""
    with _moving(path, switch) as (switching, move):
        switching.pause(move, paused=False)


@app.command()
def reconcile(
    switch: SwitchArgument,
    listed: Annotated[
        Path | None, typer.Option("--list", help="A CSV to write, with a line for each difference.")
    ] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Look what the second index holds of each signal and which matches it tells. Exit code 1 when it differs."""
    with house(path) as parts, _bar(parts) as switching:
        move = switching.find(switch)
        looked = switching.reconcile(move)
        _differences(looked)
        if listed is not None:
            _list(parts, move, looked, listed)
    if looked.paused:
        line(f"not all was looked at: {PAUSED}", "yellow")
    if looked.differences or looked.paused:
        raise typer.Exit(1)
    unseen = looked.found.get(rules.UNSEEN, 0)
    if unseen:
        line(f"of {unseen} signals '{move.beside}' does not say what it holds; nothing else differs", "yellow")
    else:
        line("both indexes say the same", "green")


@app.command()
def cutover(
    switch: SwitchArgument,
    direct: Annotated[bool, typer.Option("--direct", help="Without a shadow, where there can be none.")] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Let the new index lead. The old one goes on hearing everything."""
    with _moving(path, switch) as (switching, move):
        turned = switching.cutover(move, direct=direct)
    _turned(turned, f"'{move.new}' leads now; `switch rollback` turns it back", move.old, move.new)


@app.command()
def rollback(switch: SwitchArgument, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Let the old index lead again. The new one goes on hearing everything."""
    with _moving(path, switch) as (switching, move):
        turned = switching.rollback(move)
    _turned(turned, f"'{move.old}' leads again", move.new, move.old)


@app.command()
def retire(
    switch: SwitchArgument,
    anyway: Annotated[
        bool, typer.Option("--lose-matches", help="Also when some matches are known only there.")
    ] = False,
    statement: Annotated[
        str, typer.Option(help="What its provider declared, where the index does not say itself what it holds.")
    ] = "",
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Have the signals destroyed at the index that leads no more, and see that they are. A planned move is dropped."""
    with _moving(path, switch) as (switching, move):
        found = switching.retire(move, anyway=anyway, statement=statement)
        after = switching.find(switch)
    if after.state == rules.State.STOPPED:
        line("it was only planned: dropped, and nothing was sent", "green")
        return
    if after.state != rules.State.DONE:
        for name, many in sorted(found.items()):
            line(f"{many} signals at '{move.beside}': {FOUND[name].en}", "" if name == rules.GONE else "red")
        line("ask again, or ask its provider and say what it declared with --statement", "yellow")
        raise typer.Exit(1)
    line(f"{found[rules.GONE]} signals are destroyed at '{move.beside}'", "green")
    if move.leads == move.new and (move.scope.tenants or move.scope.municipalities):
        line(
            f"what comes in for them goes to '{move.new}'; leave [regions.{move.scope.region}] as it is for the others"
        )
    elif move.leads == move.new:
        line(f"now let [regions.{move.scope.region}] name index '{move.new}', and reload")


@app.command()
def report(
    switch: SwitchArgument,
    to: Annotated[Path, typer.Option("--out", help="The directory for the page and the signed facts.")],
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a page about a move for who decides on it, and the same as signed facts; not a word about a person."""
    with house(path) as parts:
        for file in switch_report.write(parts, _switching(parts).find(switch), to):
            line(f"{file}", "green")
    line("who gets them checks the facts with `verwijsindex region verify`")


def _switching(parts: House, bar: Bar | None = None) -> Switching:
    tasks: dict[str, TaskID] = {}

    def tell(told: Progress) -> None:
        if bar is None:
            return
        if told.what not in tasks:
            tasks[told.what] = bar.add_task(told.what, total=told.of)
        bar.update(tasks[told.what], completed=told.done, total=told.of, description=f"{told.what} {told.rate:.0f}/s")

    return Switching(parts.store, parts.clock, parts.directory.of_index, tell)


@contextmanager
def _bar(parts: House) -> Iterator[Switching]:
    with Bar(console=err) as bar:
        yield _switching(parts, bar)


@contextmanager
def _moving(path: Path, switch: UUID) -> Iterator[tuple[Switching, Switch]]:
    """A move, and who carries it out, with progress."""
    with house(path) as parts, _bar(parts) as switching:
        yield switching, switching.find(switch)


def _told(parts: House, switch: Switch) -> None:
    table = Table(title=f"{switch.id}: {switch.scope.region}, from {switch.old} to {switch.new}")
    for column in ("what", "how many"):
        table.add_column(column)
    table.add_row("state", switch.state + (" (paused)" if switch.paused else ""))
    for what, of in (("organisations", switch.scope.tenants), ("municipalities", switch.scope.municipalities)):
        if of:
            table.add_row(what, ", ".join(of))
    table.add_row("basis", f"{switch.basis} ({switch.basis_on})")
    counts = parts.store.read.moves.counted(switch)
    for index, by in sorted(counts.leads.items()):
        for name, many in sorted(by.items()):
            table.add_row(f"{index} leads, {name}", str(many))
    for name, many in sorted(counts.found.items()):
        table.add_row(f"at the second index: {FOUND[name].en}", str(many))
    for what, by in (
        ("messages underway to", counts.underway), ("messages that wait for a person, to", counts.waiting),
        ("signals refused by", counts.refused), ("matches known only at", counts.alone),
    ):  # fmt: skip
        for index, many in sorted(by.items()):
            table.add_row(f"{what} {index}", str(many))
    if switch.proof:
        table.add_row("proof of destruction", switch.proof)
    out.print(table)


def _turned(turned: Turned, what: str, away: str, to: str) -> None:
    line(f"{turned.many} signals: {what}", "green" if turned.many else "")
    if turned.paused:
        line(f"{turned.left} signals are still with '{away}': {PAUSED}", "yellow")
        raise typer.Exit(1)
    if turned.left:
        line(f"{turned.left} signals stay with '{away}': '{to}' did not take them; see `switch status`", "yellow")


def _differences(looked: Looked) -> None:
    """Tell what differs."""
    for name, many in sorted(looked.found.items()):
        if name not in (rules.EQUAL, rules.UNSEEN):
            line(f"{many} signals: {FOUND[name].en}", "red")
    compared = looked.compared
    for what, places in (
        ("only the index that leads", compared.only_leading), ("only the other index", compared.only_beside),
    ):  # fmt: skip
        for kind, many in sorted(Counter(kind for _, kind in places).items()):
            line(f"{many} times {kind}: {what} tells this match", "yellow")
    equal = looked.found.get(rules.EQUAL, 0)
    line(f"{equal} signals and {compared.both} matches are the same at both")


def _list(parts: House, move: Switch, looked: Looked, to: Path) -> None:
    """A line for each difference, by the id senders know too; no word about a person."""
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(("signaalId", "organisatie", "wat", "uitleg"))
        for signal, tenant, found in parts.store.read.moves.differing(move):
            rows.writerow((signal, tenant, found, FOUND[found].nl))
        for index, places in ((move.leads, looked.compared.only_leading), (move.beside, looked.compared.only_beside)):
            for signal, kind in places:
                rows.writerow((signal, "", kind, f"deze match kent alleen {index}"))
    line(f"{to}", "green")
