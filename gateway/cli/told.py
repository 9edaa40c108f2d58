"""What every command tells a person with: plain lines and tables, and the house a configuration names."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gateway import compose, config

out, err = Console(), Console(stderr=True)

ConfigOption = Annotated[Path, typer.Option("--config", envvar="GATEWAY_CONFIG", help="The configuration file.")]
DEFAULT_CONFIG = Path("gateway.toml")


def line(text: str, style: str = "", *, to: Console = out) -> None:
    """Say something as it is: brackets stay brackets, and a line stays a line."""
    to.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def house(path: Path) -> Iterator[compose.House]:
    """The house of a configuration, for the time of one command."""
    parts = compose.house(config.read(path))
    try:
        yield parts
    finally:
        parts.close()
