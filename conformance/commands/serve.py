"""`serve`: the kit in a browser, on this computer."""

from argparse import Namespace
from pathlib import Path

from conformance.commands import Commands
from conformance.page.runs import Runs
from conformance.page.site import Site


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("serve", help="choose, follow and download in a browser, on this computer")
    command.set_defaults(run=run)
    command.add_argument("--port", type=int, default=9060, help="where the page is; default: 9060")
    command.add_argument("--map", type=Path, default=Path("toetsen"), metavar="DIR", help="where the runs are kept")


def run(given: Namespace) -> int:
    """Serve until stopped."""
    site = Site(Runs(given.map.resolve()), given.port)
    print(f"Open {site.url} in een browser op deze computer. Stop met Ctrl-C.", flush=True)
    try:
        site.serve()
    except KeyboardInterrupt:
        print("Gestopt.", flush=True)
    finally:
        site.runs.close()
    return 0
