"""Tools and libraries that others wrote: found, fed with their packages, run; and told of where they cannot be had.

What is absent is skipped with its reason. With `FOREIGN=required` it is a failure, for who wants the proof whole.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

_NODE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|SOCKET_TIMEOUT|E40[1347]|E50\d|EINTEGRITY")
_MAVEN = re.compile(r"Could not transfer|Could not resolve|Unknown host|PluginResolutionException|Network is unreach")
UNREACHABLE = {"npm": _NODE, "npx": _NODE, "mvn": _MAVEN}
"""Each tool's own words for what it cannot reach."""
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"


def absent(what: str) -> NoReturn:
    """Go without something, and say so."""
    if os.environ.get("FOREIGN") == "required":
        pytest.fail(what)
    pytest.skip(what)


def needs(*tools: str) -> str:
    """Where the last of these tools is."""
    found = ""
    for tool in tools:
        found = shutil.which(tool, path=PLACES) or absent(f"{tool} is not on this machine")
    return found


def run(command: list[str], directory: Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=seconds, check=False)


def fetching(command: list[str], directory: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run what fetches its parts first, from where they are published."""
    try:
        done = run(command, directory, seconds)
    except subprocess.TimeoutExpired:
        absent(f"{command[0]} did not fetch its parts in {seconds:.0f} s; what it has it keeps, so run this again")
    if done.returncode and UNREACHABLE[command[0]].search(done.stdout + done.stderr):
        absent(f"{command[0]} cannot reach what it must fetch")
    return done


def with_packages(project: Path, directory: Path) -> Path:
    """A copy of a project in Node, with the packages it asks for."""
    needs("node", "npm")
    place = shutil.copytree(project, directory / project.name)
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    install = fetching(["npm", "install", *options, "--fetch-timeout=30000"], place, 120)
    assert install.returncode == 0, install.stderr
    return place
