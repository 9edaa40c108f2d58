"""Which kit this is: its version, and a hash of everything in it."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path


@cache
def digest() -> str:
    """A hash of every file of the kit, by name; a changed kit has another."""
    root = Path(__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda one: one.relative_to(root).as_posix()):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.relative_to(root).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return found.hexdigest()


def version() -> str:
    """The version of the distribution it came with."""
    try:
        return installed("verwijsindex-gateway")
    except PackageNotFoundError:
        return "niet geinstalleerd"
