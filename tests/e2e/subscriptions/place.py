"""A running gateway with a FHIR subscriber of one of its organisations, and how a subscription is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration, token_of
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from gateway.wire.fhir_subscription import TOPIC, profile
from tests.e2e.subscriber import Subscriber
from tests.e2e.talk import CARE, LEGAL, SCHOOL, Sender, until

JSON, XML, FORM = "application/fhir+json", "application/fhir+xml", "application/x-www-form-urlencoded"
SECRET = "Bearer geheim-van-de-wilg"


class Place:
    """A running gateway, and a subscriber of one of its organisations."""

    def __init__(self, url: str, house: House, service: Subscriber) -> None:
        self.url, self.house, self.service = url, house, service

    def client(self, partner: str = SCHOOL) -> httpx.Client:
        own = {"authorization": f"Bearer {token_of(partner)}", "content-type": JSON}
        return httpx.Client(base_url=f"{self.url}/fhir", headers=own, timeout=60, trust_env=False)

    def ask(self, method: str, path: str, partner: str = SCHOOL, **more: Any) -> httpx.Response:
        with self.client(partner) as client:
            return client.request(method, path, **more)

    def subscribe(self, partner: str = SCHOOL, **more: Any) -> str:
        told = self.ask("POST", "/Subscription", partner, json=subscription(self.service.url, **more))
        assert told.status_code == 201, told.text
        return str(told.json()["id"])

    def stand(self, identity: str) -> str:
        return str(self.ask("GET", f"/Subscription/{identity}").json()["status"])

    def active(self, **more: Any) -> str:
        identity = self.subscribe(**more)
        assert until(lambda: self.stand(identity) == "active")
        return identity

    def match(self, *partners: str, source: str = "een", bsn: str = "999990287") -> None:
        for partner in partners:
            with Sender(self.url, partner) as sender:
                assert sender.give(source, bsn=bsn).status == 200


def subscription(
    endpoint: str, *, payload: str = JSON, header: str | None = f"Authorization: {SECRET}", **more: Any
) -> dict[str, Any]:
    paces = {"backport-heartbeat-period": more.pop("heartbeat", None), "backport-timeout": more.pop("timeout", None)}
    channel = {
        "extension": [{"url": profile(name), "valueUnsignedInt": value} for name, value in paces.items() if value],
        "type": "rest-hook",
        "endpoint": endpoint,
        "payload": payload,
        "_payload": {"extension": [{"url": profile("backport-payload-content"), "valueCode": "id-only"}]},
    }
    if not channel["extension"]:
        del channel["extension"]
    if header is not None:
        channel["header"] = [header]
    said = {"resourceType": "Subscription", "status": "requested", "reason": "Nieuws", "criteria": TOPIC}
    return said | {"channel": channel | more.pop("channel", {})} | more


@contextmanager
def running(directory: Path, port: int, *, again: bool = False, **more: Any) -> Iterator[tuple[str, House]]:
    if not again:
        KeyRing.create(directory / "keyring.json")
    allow = {"allow": [f"http://127.0.0.1:{port}/fhir"], "retry_seconds": 0.05, "shortest_heartbeat_seconds": 1}
    ways: dict[str, Any] = {SCHOOL: {"subscription": allow | more}, CARE: {"subscription": allow}}
    with Simulator(directory=directory / "index", clock=set_clock(LEGAL)) as index:
        urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
        said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
        said["partners"] = [one | {"delivery": ways.get(one["id"], {})} for one in said["partners"]]
        with together(check(said, source="test")) as (address, house):
            yield address, house
