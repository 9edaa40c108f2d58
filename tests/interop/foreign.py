"""What every test with a foreign tool needs: is it here, run it, and was it the network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

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
