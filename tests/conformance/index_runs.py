"""An index to be tested, and the kit that tests it as its gateway."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.__main__ import main
from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator

ABLE = IndexCapabilities(
    ketenregistratie=True, signaalcode=True, wijzigen=True, regie=True, terugkoppelen=True, axes=frozenset({"urgentie"})
)
NAMES = ("--zender", "gateway-a", "--zender2", "gateway-b", "--match-timeout", "0.5")


@contextmanager
def running(directory: Path, able: IndexCapabilities = ABLE) -> Iterator[str]:
    with Simulator(directory=directory, capabilities=able) as index:
        yield index.soap_url


def toets(url: str, *more: str, names: tuple[str, ...] = NAMES) -> int:
    return main(["index", "--sut", url, *names, *more])


def last(said: str) -> str:
    return said.splitlines()[-1]
