"""The command line: arguments, one call to `compose` and what it built, and something to look at."""

from gateway.cli.main import main

__all__ = ["main"]
