"""`verwijsindex simulate-index`: an index to build a gateway against, in any dialect there is."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateway.clock import set_clock, system_clock
from gateway.config import UNABLE
from gateway.errors import Misconfigured
from gateway.simulator.dialects import SPOKEN, USUAL, Spoken
from gateway.simulator.server import Simulator, serve

FAMILY = timedelta(seconds=5)
"""How long after a signal a simulated index finds its family: as the national one does, later."""


def spoken(dialect: str, **asked: bool) -> Spoken:
    """A dialect by its name; raises Misconfigured when there is none, or when it has no words for what is asked."""
    if dialect not in SPOKEN:
        raise Misconfigured(f"no dialect '{dialect}'; there are {', '.join(SPOKEN)}")
    if strange := [name for name in UNABLE.get(dialect, ()) if asked.get(name)]:
        raise Misconfigured(*(f"--{name}: an index that speaks '{dialect}' cannot do this" for name in strange))
    return SPOKEN[dialect]


def simulate_index(  # noqa: PLR0913, PLR0917  each is something in which one index differs from another
    port: Annotated[int, typer.Option(help="Where it listens.")] = 8081,
    directory: Annotated[Path, typer.Option("--dir", help="What it remembers.")] = Path("data/index"),
    carries: Annotated[str, typer.Option(help="Axes whose words it carries, with commas.")] = "",
    codes: Annotated[bool, typer.Option("--signaalcode", help="Whether it knows a signaalcode.")] = False,
    dialect: Annotated[str, typer.Option(help=f"What it speaks: {', '.join(SPOKEN)}.")] = USUAL,
    regie: Annotated[bool, typer.Option(help="Whether it holds the regie of a match itself.")] = False,
    clock: Annotated[datetime | None, typer.Option(help="The legal moment to start at.")] = None,
    seed: Annotated[int, typer.Option(help="Of faults by chance.")] = 0,
    family: Annotated[
        float, typer.Option(help="Seconds after a signal until its family is looked for; 0: it is not.")
    ] = FAMILY.total_seconds(),
) -> None:
    """Run a simulated regional index with the public test persons."""
    found = spoken(dialect, carries=bool(carries), regie=regie)
    capabilities = found.capabilities.model_copy(
        update={
            "regie": regie,
            "signaalcode": codes,
            "axes": frozenset(axis for axis in carries.split(",") if axis),
        }
    )
    simulator = Simulator(
        directory=directory,
        port=port,
        capabilities=capabilities,
        clock=set_clock(clock.astimezone()) if clock else system_clock,
        seed=seed,
        family=timedelta(seconds=family) if family else None,
        dialect=found.dialect(),
    )
    serve(simulator, ready=lambda it: typer.echo(json.dumps({"index": it.url, "soap": it.soap_url})))
