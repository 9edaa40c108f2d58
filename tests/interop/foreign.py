"""What every test with a foreign tool needs: is it here, run it, and was it the network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNREACHABLE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|SOCKET_TIMEOUT|E40[1347]|E50\d|EINTEGRITY")
"""npm's words for a registry that it cannot reach."""
UNRESOLVED = re.compile(
    r"Could not transfer|Could not resolve|Unknown host|PluginResolutionException|Network is unreach"
)
"""Maven's words for a repository that it cannot reach."""


def needs(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")


def run(command: list[str], directory: Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=seconds, check=False)


def with_packages(project: Path, directory: Path) -> Path:
    """A copy of a project in Node, with the packages it asks for."""
    needs("node", "npm")
    place = shutil.copytree(project, directory / project.name)
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    install = run(["npm", "install", *options, "--fetch-timeout=30000"], place, 120)
    if install.returncode and UNREACHABLE.search(install.stderr):
        pytest.skip("npm cannot reach its registry")
    assert install.returncode == 0, install.stderr
    return place
