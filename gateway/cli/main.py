"""The command `verwijsindex`: every command by its name, and what is told when one cannot go on."""

from collections.abc import Callable

import typer

from gateway import __version__
from gateway.cli import (
    carrying,
    logs,
    meaning,
    operating,
    packs,
    processes,
    regions,
    rights,
    simulating,
    switching,
    trying,
    words,
)
from gateway.cli.told import err, line
from gateway.errors import Misconfigured, SenderError, Unavailable
from gateway.rules.findings import FindingTexts

app = typer.Typer(
    name="verwijsindex",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One connection to every verwijsindex: signals in, matches back, each in its own words.",
)


def version() -> None:
    """Say which version this is."""
    typer.echo(__version__)


COMMANDS: dict[str, Callable[..., None]] = {
    "password": operating.password,
    "demo": trying.demo,
    "sandbox": trying.sandbox,
    "serve": processes.serve,
    "work": processes.work,
    "reload": processes.reload_,
    "export": carrying.export,
    "import": carrying.import_,
    "watch": carrying.watch,
    "move-source": carrying.move_source,
    "destroy": operating.destroy,
    "simulate-index": simulating.simulate_index,
    "status": operating.status,
    "settle": operating.settle,
    "hold": operating.hold,
    "resume": operating.resume,
    "doctor": operating.doctor,
    "keyring": operating.keyring,
    "version": version,
}
"""In the order in which help names them; after them those that have commands of their own."""
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(words.app, name="vocabulary")
app.add_typer(packs.app, name="packs")
app.add_typer(regions.app, name="region")
app.add_typer(switching.app, name="switch")
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
