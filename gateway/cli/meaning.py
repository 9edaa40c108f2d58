"""The `cards` commands: check meaning cards, read one, lay two beside each other."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gateway import compose, config
from gateway.canonical.card import Bedoelkaart, Uitleg
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, line, out
from gateway.clock import legal_day, system_clock
from gateway.errors import Misconfigured
from gateway.rules import cards

app = typer.Typer(no_args_is_help=True, help="Meaning cards: what an organisation's words ask of others.")

Name = Annotated[str, typer.Argument(help="The organisation, by its name as it stands on its card.")]


@app.command()
def check(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check every card of the configuration, and name the partners without one."""
    known, partners = _known(path)
    for name in partners:
        if known.of(name, legal_day(system_clock())) is None:
            line(f"{name}: has no card today; a match with it says so", "yellow")
    out.print(f"{sum(map(len, known.known.values()))} cards, without fault.", style="green")


@app.command()
def show(name: Name, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show the card of an organisation as it stands beside a match."""
    known, _ = _known(path)
    for told in cards.lines(Uitleg(instantie=name, over_de_index=known.texts.index, kaart=_card(known, name))):
        out.print(told, markup=False, highlight=False)


@app.command()
def compare(one: Name, other: Name, path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Lay two cards beside each other: the words that both use and do not mean the same by."""
    known, _ = _known(path)
    table = Table(title="False friends", title_justify="left")
    for column in ("axis", "word", one, other):
        table.add_column(column, overflow="fold")
    for friend in cards.false_friends(_card(known, one), _card(known, other)):
        table.add_row(friend.axis, friend.woord, friend.bij_u, friend.bij_de_ander)
    out.print(table if table.row_count else "No word of theirs means something else at the other.")


def _known(path: Path) -> tuple[cards.Cards, tuple[str, ...]]:
    read = config.read(path)
    return compose.cards_of(read), tuple(partner.name for partner in read.partners)


def _card(known: cards.Cards, name: str) -> Bedoelkaart:
    found = known.of(name, legal_day(system_clock()))
    if found is None:
        raise Misconfigured(f"cards: none of '{name}' today; there are {', '.join(_names(known)) or 'none'}")
    return found


def _names(known: cards.Cards) -> list[str]:
    return [held[-1].instantie for held in known.known.values()]
