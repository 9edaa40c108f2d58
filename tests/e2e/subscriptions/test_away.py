"""FHIR subscriptions over real HTTP: a subscriber that is busy, slow, broken or away, and a gateway that is killed."""

import datetime as dt
import json
from pathlib import Path

import httpx
import pytest

from tests.e2e.processes import Gateway
from tests.e2e.processes import token_of as partner_token
from tests.e2e.receiver import serving
from tests.e2e.subscriber import BUSY, DIES, HUGE, REDIRECT, SLOW, Subscriber, parameters
from tests.e2e.subscriptions.place import JSON, Place, running, subscription
from tests.e2e.talk import CARE, JGZ, SCHOOL, until
from tests.e2e.test_crash import made as made_message
from tests.e2e.test_crash import until_answered


@pytest.mark.parametrize("how", [BUSY, REDIRECT, DIES, HUGE])
def test_without_a_handshake_it_is_in_error_until_its_owner_asks_again(place: Place, how: str) -> None:
    place.service.script.append(how)
    identity = place.subscribe()
    assert until(lambda: place.stand(identity) == "error")
    said = parameters(place.ask("GET", f"/Subscription/{identity}/$status").json())
    expected = {BUSY: "http-503", REDIRECT: "http-307", DIES: "verbroken", HUGE: "te-groot"}[how]
    assert (said["status"], said["error"]) == ("error", {"text": expected})
    place.match(SCHOOL, CARE)
    assert until(
        lambda: (
            parameters(place.ask("GET", f"/Subscription/{identity}/$status").json())["events-since-subscription-start"]
            == "1"
        )
    )
    assert len(place.service.heard) == 1 and "/elders" not in place.service.paths
    place.ask("PUT", f"/Subscription/{identity}", json=subscription(place.service.url))
    assert until(lambda: place.service.numbers == [1]), "what waited is told"


def test_a_receiver_that_dies_is_slow_or_busy_gets_each_delivery_in_effect_once(place: Place) -> None:
    place.active(timeout=4)
    service = place.service
    service.script += [DIES, SLOW, BUSY, REDIRECT, HUGE]
    place.match(SCHOOL, CARE, JGZ)
    assert until(lambda: place.house.store.read.tally()["announcements"]["announced"] == 2, 30)
    assert len(service.heard) >= 1 + 5 + 2
    assert len(set(service.heard)) == len(service.effective) == 3
    by_id: dict[str, set[bytes]] = {}
    for delivery, body in zip(service.heard, service.bodies, strict=True):
        by_id.setdefault(delivery, set()).add(body)
    assert {len(bodies) for bodies in by_id.values()} == {1}, "the same delivery is the same bytes"


def test_a_receiver_that_stays_away_ends_in_error_and_hears_it_all_afterwards(tmp_path: Path) -> None:
    service = Subscriber()
    port = service.server_port
    with running(tmp_path, port, failures=3) as (url, house):
        place = Place(url, house, service)
        with serving(service):
            identity = place.active()
        place.match(SCHOOL, CARE, JGZ)
        assert until(lambda: place.stand(identity) == "error", 30)
        with serving(Subscriber(port)) as back:
            place.ask("PUT", f"/Subscription/{identity}", json=subscription(back.url))
            assert until(lambda: sorted(back.numbers) == [1, 2])


@pytest.mark.verify
def test_it_survives_the_door_and_the_worker(tmp_path: Path) -> None:
    """The worker was there before the subscription was; each process is killed at its worst moment."""
    database = f"sqlite:///{tmp_path}/gateway.db"
    gateway = Gateway(tmp_path, url=database, keys=f"sqlite:///{tmp_path}/keys.db", workers=1)
    [worker] = gateway.workers
    with serving(Subscriber()) as service:
        about = tmp_path / "gateway.json"
        said = json.loads(about.read_text())
        said["partners"][0]["delivery"] = {"subscription": {"allow": [service.url], "retry_seconds": 0.05}}
        about.write_text(json.dumps(said))
        own = {"authorization": f"Bearer {partner_token('school')}", "content-type": JSON}
        with gateway, httpx.Client(base_url=gateway.url, timeout=30, headers=own, trust_env=False) as client:
            service.script.append(SLOW)
            made = client.post("/fhir/Subscription", json=subscription(service.url, timeout=10))
            assert made.status_code == 201, made.text
            assert gateway.serve.kill(), "what was acknowledged is durable"
            assert until(lambda: len(service.heard) == 1, 30)
            assert worker.kill(), "the handshake is underway"
            service.gate.set()
            for process in (gateway.serve, worker):
                process.start()
            gateway.serve.wait()
            identity = made.json()["id"]
            path = f"/fhir/Subscription/{identity}"
            assert until(lambda: client.get(path).json()["status"] == "active", 60), "its lease ends"
            assert len(set(service.heard)) == 1 and len(service.told("handshake")) == 1

            service.gate.clear()
            service.script.append(SLOW)
            before, today = len(service.heard), dt.datetime.now(dt.UTC).date()
            with httpx.Client(base_url=gateway.url, timeout=30) as other:
                for partner in ("school", "jgz"):
                    until_answered(other, partner, made_message(1, today).message, "signaalAfgeven")
            assert until(lambda: len(service.heard) == before + 1, 30)
            assert worker.kill()
            service.gate.set()
            worker.start()
            assert until(lambda: len(service.heard) == before + 2, 60)
            assert until(lambda: service.numbers == [1])
        assert service.heard[-1] == service.heard[-2]
