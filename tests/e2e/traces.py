"""Where the bytes of a message can stay, and how to find a text there in every guise.

A gateway is run with everything it logs, writes, opens and sends in view.
"""

import base64
import csv
import itertools
import json
import logging
import random
import re
import string
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from gateway.canonical.order import IndexCapabilities
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import CARRIED, configuration
from gateway.cli.watching import Watched
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.rules.vocabulary_tables import MapRow
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.e2e.talk import LEGAL, Sender, Told, until

# where bytes can stay


class Heard(logging.Handler):
    """Everything that is logged, with the texts of errors."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(pathname)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        extra = {name: value for name, value in record.__dict__.items() if name not in ("msg", "args", "exc_info")}
        self.lines.append(f"{self.format(record)} {extra!r}")


@contextmanager
def listening() -> Iterator[Heard]:
    """Every logger at its most talkative."""
    names = (
        "",
        "sqlalchemy",
        "sqlalchemy.engine",
        "sqlalchemy.pool",
        "uvicorn",
        "zeep",
        "httpx",
        "httpcore",
        "asyncio",
    )
    heard = Heard()
    before = {name: logging.getLogger(name).level for name in names}
    logging.getLogger().addHandler(heard)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(heard)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def quietly() -> Iterator[None]:
    """Without the chatter of libraries, which costs more than what they chat about."""
    logging.disable(logging.DEBUG)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@dataclass
class Place:
    """A gateway, its two indices, and every place where something of a message could be found."""

    directory: Path
    gateway: str
    house: House
    indexes: dict[str, Simulator]
    watched: Watched
    heard: Heard
    temporary: Path
    words: dict[tuple[str, str], str]
    answers: list[Told] = field(default_factory=list)

    def say(self, partner: str, body: bytes, **headers: str) -> Told:
        with Sender(self.gateway, partner) as sender:
            told = sender.post(body, **headers)
        self.answers.append(told)
        return told

    def delivered(self) -> bool:
        """Wait until nothing is underway."""
        return until(lambda: self.house.store.read.tally()["messages"].keys() <= {"done", "refused"})

    def kept(self) -> dict[str, bytes]:
        """What the gateway itself left behind: its files, its log, its temporary and open files."""
        files = [path for path in self.directory.glob("*") if path.is_file() and path.name != "overlay.csv"]
        found = {path.name: path.read_bytes() for path in files}
        found |= {f"temporary {path.name}": path.read_bytes() for path in self.temporary.rglob("*") if path.is_file()}
        found |= {f"open {name}": content for name, content in opened().items() if "overlay" not in name}
        return found | {"log": "\n".join(self.heard.lines).encode()}

    def left(self) -> dict[str, bytes]:
        """What went to the indices, and what they keep."""
        found = {f"to {index} {n}": body for n, (index, body) in enumerate(self.watched.messages)}
        return found | {str(p): p.read_bytes() for p in self.directory.glob("index-*/*") if p.is_file()}


def opened() -> dict[str, bytes]:
    """Every file this process has open, deleted ones too."""
    found = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
            if entry.is_file() and not re.search(r"index-(strikt|uitgebreid)/", target):
                found[target] = entry.read_bytes()
        except OSError:
            continue  # closed while we looked, or no file
    return found


def spellings(text: str) -> set[bytes]:
    """A text in every guise in which it might lie somewhere."""
    plain = text.encode()
    found = {plain, text.encode("utf-16-le"), text.encode("utf-16-be"), quote(text, safe="").encode()}
    found |= {plain.hex().encode(), plain.hex().upper().encode(), "".join(f"%{byte:02X}" for byte in plain).encode()}
    found |= {json.dumps(text)[1:-1].encode(), text.encode("ascii", "xmlcharrefreplace")}
    for shift in range(3):
        cut = slice(shift and shift + 1, (len(plain) + shift) * 8 // 6)
        coded = base64.b64encode(b"\x00" * shift + plain)[cut]
        found |= {coded, coded.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def found(texts: Iterable[str], places: Mapping[str, bytes], *, exactly: bool = False) -> list[tuple[str, str, bytes]]:
    """Which texts stand where, in which spelling; empty is what we want. In any capitals, or exactly as they are."""
    folded = places if exactly else {name: content.lower() for name, content in places.items()}
    return [
        (text, name, spelled)
        for text in texts
        for spelled in (spellings(text) if exactly else {spelled.lower() for spelled in spellings(text)})
        for name, content in folded.items()
        if spelled in content
    ]


# canaries


def words_of(seed: int) -> Iterator[str]:
    """Words that nobody says, each once."""
    source = random.Random(seed)
    while True:
        yield "qz" + "".join(source.choices(string.ascii_lowercase, k=12))


def number(sound: Callable[[str], Any], start: int) -> str:
    """The first number from `start` that passes its own check."""
    for candidate in itertools.count(start):
        try:
            sound(str(candidate))
        except ValueError:
            continue
        return str(candidate)
    raise AssertionError


def write_overlay(path: Path, house_words: Mapping[tuple[str, str], str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MapRow.columns)
        for (axis, code), word in house_words.items():
            writer.writerow(["eigen", word, word, axis, code, "equal", "", "", "", "concept", "eigen lijst", ""])


def unkept() -> list[tuple[str, str]]:
    """The concepts that no statutory pack keeps."""
    with Path("gateway/mappings/vocabulary/concepts.csv").open(encoding="utf-8") as file:
        return [(row["system"], row["code"]) for row in csv.DictReader(file) if row["keep"] == "no"]


@contextmanager
def running(directory: Path) -> Iterator[Place]:
    """A sandbox in which every organisation has words of its own for what is not kept."""
    words = dict(zip(unkept(), words_of(1), strict=False))
    overlay, temporary = directory / "overlay.csv", directory / "temporary"
    temporary.mkdir()
    write_overlay(overlay, words)
    KeyRing.create(directory / "keyring.json")
    legal, watched = set_clock(LEGAL), Watched()
    carrying = IndexCapabilities(ketenregistratie=True, signaalcode=True, axes=frozenset(CARRIED))
    with pytest.MonkeyPatch.context() as patch, listening() as heard:
        patch.setattr(tempfile, "tempdir", str(temporary))
        for name in ("TMPDIR", "SQLITE_TMPDIR"):
            patch.setenv(name, str(temporary))
        indexes = {
            "strikt": Simulator(directory=directory / "index-strikt", clock=legal),
            "uitgebreid": Simulator(directory=directory / "index-uitgebreid", clock=legal, capabilities=carrying),
        }
        with indexes["strikt"], indexes["uitgebreid"]:
            urls = {name: index.soap_url for name, index in indexes.items()}
            config = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
            for partner in config["partners"]:
                partner |= {"overlay": overlay, "code_list": "eigen"}
            with together(check(config, source="test"), watched.over) as (address, house):
                yield Place(directory, address, house, indexes, watched, heard, temporary, words)
