"""The commands of the kit, one module each: `add` says what may be given, `run` does it and gives the exit code."""

from argparse import ArgumentParser, _SubParsersAction
from typing import TypeAlias

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
