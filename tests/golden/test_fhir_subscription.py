"""Notifications and what is told of subscriptions, to the byte. `pytest tests/golden --update` writes them."""

import json
from pathlib import Path

import pytest

from gateway.canonical.subscription import Stand
from tests.contract.subscriptions import TOLD, notified, written

HERE = Path(__file__).parent / "fhir"
NOTIFIED = {
    "handshake": ("pulse", Stand.REQUESTED),
    "heartbeat": ("pulse", Stand.ACTIVE),
    "event-notification": ("event", Stand.ACTIVE),
}


@pytest.mark.parametrize("name", [*TOLD, *NOTIFIED])
def test_what_is_told_is_what_it_was(name: str, request: pytest.FixtureRequest) -> None:
    body = notified(*NOTIFIED[name]).body if name in NOTIFIED else written(name).body
    told = json.dumps(json.loads(body), indent=1, ensure_ascii=False) + "\n"
    file = HERE / f"subscription-{name}.json"
    if request.config.getoption("--update"):
        HERE.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == told
