"""The JSON contract against the official ruleset of the NL API Design Rules, by Spectral.

The ruleset is fetched where it is published; `ADR_RULESET` names another copy of it.
"""

import json
import os
from pathlib import Path

import pytest

from gateway.adapters.senders.plainjson import contract
from tests.foreign import fetching, with_packages

pytestmark = pytest.mark.interop

RULESET = os.environ.get("ADR_RULESET", "https://static.developer.overheid.nl/adr/ruleset.yaml")


def test_the_official_ruleset_finds_nothing(tmp_path: Path) -> None:
    place = with_packages(Path(__file__).parent / "spectral", tmp_path)
    (place / "openapi.json").write_bytes(contract("https://gateway.example/v1"))
    command = ["npx", "--no-install", "spectral", "lint", "--ruleset", RULESET, "--format", "json", "--quiet"]
    judged = fetching([*command, "--fail-severity", "hint", "openapi.json"], place, 120)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert json.loads(judged.stdout or "[]") == []
