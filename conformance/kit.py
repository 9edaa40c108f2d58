"""Which kit this is: its version, and a hash of everything in it."""

import hashlib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path


def digest(root: Path = Path(__file__).parent) -> str:
    """A hash of every file of the kit, by name; a changed kit has another. The clients judge nothing and count not."""
    found = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda one: one.relative_to(root).as_posix()):
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(root).parts[0] != "clients":
            found.update(path.relative_to(root).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return found.hexdigest()


def contracts() -> dict[str, str]:
    """The contracts it holds, each with a hash of what it says."""
    room = Path(__file__).parent / "contract"
    found = sorted(path for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {
        path.relative_to(room).as_posix(): hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for path in found
    }


def version() -> str:
    """The version of the distribution it came with."""
    try:
        return installed("verwijsindex-gateway")
    except PackageNotFoundError:
        return "niet geinstalleerd"
