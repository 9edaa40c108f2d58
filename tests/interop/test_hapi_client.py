"""A sender built on HAPI's own client, against a sandbox."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.compose import shared_vocabulary
from tests.cli.processes import sandbox_process
from tests.interop import hapi

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A sandbox process, as it says of itself."""
    hapi.built()
    with sandbox_process(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


def steps(told: dict[str, Any], *arguments: str) -> dict[str, dict[str, Any]]:
    """What the client saw at each step."""
    client = hapi.java("Client", f"{told['gateway']}/fhir", *arguments)
    assert client.returncode == 0, client.stdout + client.stderr
    lines = [json.loads(line) for line in client.stdout.splitlines()]
    return {line.pop("step"): line for line in lines}


def test_hapi_reads_the_words_and_has_them_translated(told: dict[str, Any]) -> None:
    size = sum(concept.axis == "urgentie" for concept in shared_vocabulary().tables.concepts)
    assert steps(told, "terminology") == {
        "read": {"id": "vi-urgentie", "concepts": size},
        "search": {"total": 1},
        "translate": {"result": True, "code": "binnen-1-werkdag"},
        "translate-unknown": {"result": False},
        "expand": {"total": size},
        "validate-code": {"result": True},
    }


def test_hapi_gives_a_signal_and_follows_its_match(told: dict[str, Any]) -> None:
    tokens = {partner["id"]: partner["token"] for partner in told["partners"]}
    moment = "2026-11-21T10:00:00+01:00"
    seen = steps(told, "signals", tokens["school-de-wilg"], tokens["jeugdhulp-voorbeeld"], "999990287", moment)
    assert seen.pop("create-again")["same"] is True
    assert seen == {
        "create": {"created": True, "same": True, "subject": False},
        "read": {"status": "active", "version": "1"},
        "process-message": {"response": "ok"},
        "search": {"status": "requested", "child": False, "contained": 2},
        "update": {"status": "in-progress"},
        "end": {"status": "inactive"},
    }
