"""A whole gateway in one file, and an empty gateway filled from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gateway import __version__
from gateway.cli.told import line
from gateway.compose import House
from gateway.errors import Misconfigured
from gateway.store.whole import LONGEST
from gateway.wire.sealed_file import MAGIC, PIECE, SealedWriter, key_in, lines, unsealed


def export(parts: House, file: Path, key: Path | None, *, region: str | None = None) -> None:
    """Write everything the gateway holds, or all of a region, to a file that only its owner reads.

    With a key, only its holder does.
    """
    held = key_in(key) if key else None
    if file.exists():
        raise Misconfigured(f"{file} is there already; name another")
    count = 0
    with beside(file) as out:
        writer = SealedWriter(out, held) if held else out
        for told in parts.store.whole(made=parts.clock().isoformat(), by=__version__, region=region):
            writer.write(told)
            count += 1
        if isinstance(writer, SealedWriter):
            writer.close()
    line(f"{file}: {count - 2} rows" + ("" if key else ", for everybody to read: it names children"))


def take_in(parts: House, file: Path, key: Path | None) -> None:
    """Fill this empty gateway from a file; all of it, or nothing."""
    with file.open("rb") as source:
        counts = parts.store.take_in(lines(_pieces(source, key), LONGEST))
    for name, count in sorted(counts.items()):
        line(f"{count:8} {name}")
    line("difference: 0", "green")


def _pieces(source: BinaryIO, key: Path | None) -> Iterator[bytes]:
    if key is not None:
        yield from unsealed(source, key_in(key))
        return
    if source.peek(len(MAGIC)).startswith(MAGIC):  # type: ignore[attr-defined]
        raise Misconfigured("the file is sealed; name its key with --key")
    while piece := source.read(PIECE):
        yield piece


@contextmanager
def beside(file: Path) -> Iterator[BinaryIO]:
    """A file that is there under its name once it is whole and durable, or not at all."""
    aside = file.with_name(f".{file.name}.new")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
