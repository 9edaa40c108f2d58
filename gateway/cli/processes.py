"""Commands of the processes of a gateway: its doors, its couriers, and another configuration for them."""

from gateway import compose, config
from gateway.cli import reloading, running
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, line
from gateway.errors import Misconfigured


def serve(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Open the doors for senders."""
    running.serve(config.read(path), again=lambda: config.read(path))


def work(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Carry messages to the indices and fetch matches; any number of these may run."""
    running.work(config.read(path), again=lambda: config.read(path))


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
