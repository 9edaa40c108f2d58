"""`make wheelhouse`: all that the kit needs, in one folder, for a machine that reaches nothing outside.

The folder holds a wheel of this project, those of what the kit imports (for Windows, Linux and macOS, each Python that
is supported), and `toets.txt`: their names, versions and hashes as the lock has them. There, without a network:

    pip install --no-index --no-deps --require-hashes --find-links wheelhouse -r wheelhouse/toets.txt

No address of a registry is in any file; pip asks where it is configured to.
"""

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("cryptography", "httpx", "jsonschema-rs", "lxml", "tzdata")
"""The distributions the kit imports, or whose data Python's own time zones need on Windows."""
PLATFORMS = {
    "windows": ("win_amd64",),
    "linux": ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64"),
    "macos": ("macosx_11_0_arm64", "macosx_12_0_arm64"),
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LIST = "toets.txt"

_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==[^\n]*\n(?:[ ]+[^\n]*\n)*", re.MULTILINE)


def locked(lock: str) -> dict[str, str]:
    """Each distribution of the lock with its whole entry."""
    return {found["name"]: found[0] for found in _LOCKED.finditer(lock)}


def closure(entries: Mapping[str, str], roots: Iterable[str]) -> list[str]:
    """What `roots` need, by what the lock says each is there for."""
    wanted = set(roots)
    while more := {name for name, entry in entries.items() if name not in wanted and _via(entry) & wanted}:
        wanted |= more
    return sorted(wanted)


def listed(lock: str) -> str:
    """The entries the kit needs, with their hashes and without remarks."""
    entries = locked(lock)
    kept = [entries[name] for name in closure(entries, NEEDED)]
    return "".join(line for entry in kept for line in entry.splitlines(keepends=True) if not _remark(line))


def make(folder: Path, platforms: Sequence[str], pythons: Sequence[str]) -> None:
    """Fill the folder; raises CalledProcessError when pip cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    text = listed((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    (folder / LIST).write_text(text, encoding="utf-8", newline="\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    own = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *own], check=True)
    for platform in platforms:
        for python in pythons:
            target = [part for name in PLATFORMS[platform] for part in ("--platform", name)]
            options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--python-version", python, *target]
            subprocess.run([*pip, "download", *options, "-d", str(folder), "-r", str(folder / LIST)], check=True)
    (own_wheel,) = folder.glob("verwijsindex_gateway-*.whl")
    hashed = hashlib.sha256(own_wheel.read_bytes()).hexdigest()
    version = own_wheel.name.split("-")[1]
    (folder / LIST).write_text(
        f"{text}verwijsindex-gateway=={version} \\\n    --hash=sha256:{hashed}\n", encoding="utf-8", newline="\n"
    )


def _via(entry: str) -> set[str]:
    said = entry.partition("# via")[2]
    return {word for line in said.splitlines() for word in [line.strip(" #").split(" ")[0]] if word}


def _remark(line: str) -> bool:
    return line.strip().startswith("#")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--platform", action="append", choices=[*PLATFORMS])
    parser.add_argument("--python", action="append", choices=PYTHONS)
    given = parser.parse_args(arguments)
    make(given.folder, given.platform or [*PLATFORMS], given.python or PYTHONS)
    size = sum(one.stat().st_size for one in given.folder.iterdir()) // 1_000_000
    print(f"{given.folder}: {len(list(given.folder.glob('*.whl')))} wheels, {size} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
