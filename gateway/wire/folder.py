"""The only module that leaves a file for somebody else: whole or not at all, readable by its owner alone.

Leaving the same file again replaces it, so whatever goes wrong is simply done again. A file system that hangs, as one
over a network may, is not bounded by the deadline: that is the operating system's.
"""

import contextlib
import os
from pathlib import Path

from gateway.canonical.order import Retry, Unknown
from gateway.wire.message import WireRequest, WireResponse

NO_FOLDER = "map"


class FolderTransport:
    """Writes into folders. Safe to share between threads: nothing is kept between two files."""

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        """Leave the body in the folder `url` under the name in the headers; 201 once it is on disk."""
        folder, name = Path(url), request.headers["name"]
        part = folder / f".{name}.deel"
        try:
            _write(part, request.body)
            part.replace(folder / name)
            _sync(folder)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            return Retry(reason=NO_FOLDER)
        return WireResponse(201, b"")


def _write(part: Path, body: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        part.unlink()  # of an attempt that was broken off; made anew, it has our own mode
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
