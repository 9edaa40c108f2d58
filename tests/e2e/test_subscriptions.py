"""FHIR subscriptions over real HTTP: asked for, shaken hands on, told of each match, and every way it goes wrong."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration, token_of
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from gateway.wire.fhir_subscription import TOPIC, profile
from tests.contract.test_fhir_emits import sound
from tests.e2e.processes import Gateway
from tests.e2e.processes import token_of as partner_token
from tests.e2e.receiver import serving
from tests.e2e.subscriber import BUSY, DIES, HUGE, REDIRECT, SLOW, Subscriber, parameters
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender, until
from tests.e2e.test_crash import made as made_message
from tests.e2e.test_crash import until_answered
from tests.e2e.traces import listening

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


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving(Subscriber()) as service, running(tmp_path, service.server_port) as (url, house):
        yield Place(url, house, service)


# the life of a subscription


@pytest.mark.parametrize("payload", [JSON, XML])
def test_a_subscriber_hears_that_there_is_a_match_and_fetches_it(place: Place, payload: str) -> None:
    identity = place.active(payload=payload)
    [hello] = place.service.told("handshake")
    assert (hello["status"], hello["events-since-subscription-start"]) == ("requested", "0")
    place.match(SCHOOL, CARE, JGZ)
    service = place.service
    assert until(lambda: len(service.numbers) == 2)
    assert sorted(service.numbers) == [1, 2]
    assert {head["authorization"] for head in service.headers} == {SECRET}
    assert {head["content-type"] for head in service.headers} == {payload}
    for event in service.told("event-notification"):
        assert event["status"] == "active"
        assert event["subscription"]["reference"] == f"{place.url}/fhir/Subscription/{identity}"
    for bundle in service.effective.values():
        sound(bundle)
    tasks = []
    for address in service.tasks:
        with place.client() as client:
            tasks.append(client.get(address).json())
    assert [task["resourceType"] for task in tasks] == ["Task", "Task"]
    assert until(lambda: place.house.store.read.tally()["announcements"]["fetched"] == 2)
    assert place.ask("GET", service.tasks[0], CARE).status_code == 404, "only its own receiver fetches it"

    with Sender(place.url, CARE) as care:
        care.withdraw("een")
    assert until(lambda: sorted(service.numbers) == [1, 2, 3])
    again = place.ask("GET", service.tasks[-1]).json()
    assert again["status"] == "cancelled"


def test_what_its_owner_sees(place: Place) -> None:
    identity = place.active(heartbeat=3600, timeout=3, end="2027-11-21T00:00:00+01:00")
    told = place.ask("GET", f"/Subscription/{identity}")
    seen = told.json()
    sound(seen)
    assert SECRET not in told.text and "Nieuws" not in told.text, "a secret and a reason are never told again"
    assert seen["end"].startswith("2027-11-21")
    values = [one["valueUnsignedInt"] for one in seen["channel"]["extension"]]
    assert values == [3600, 3]
    place.match(SCHOOL, CARE)
    assert until(lambda: place.service.numbers == [1])
    for method in ("GET", "POST"):
        status = place.ask(method, f"/Subscription/{identity}/$status").json()
        sound(status)
        assert (status["type"], status["total"]) == ("searchset", 1)
        said = parameters(status)
        assert (said["status"], said["type"], said["events-since-subscription-start"]) == (
            "active",
            "query-status",
            "1",
        )
    assert place.ask("GET", "/Subscription/$status").json()["total"] == 1
    for query, expected in (("", [1]), ("?eventsSinceNumber=2", []), ("?eventsSinceNumber=1&eventsUntilNumber=1", [1])):
        events = place.ask("GET", f"/Subscription/{identity}/$events{query}").json()
        sound(events)
        named = [one for one in events["entry"][0]["resource"]["parameter"] if one["name"] == "notification-event"]
        assert [int(one["part"][0]["valueString"]) for one in named] == expected
        assert parameters(events)["type"] == "query-event"
    asked = {"resourceType": "Parameters", "parameter": [{"name": "eventsSinceNumber", "valueString": "2"}]}
    events = place.ask("POST", f"/Subscription/{identity}/$events", json=asked).json()
    assert "notification-event" not in parameters(events)
    for body, total in ((f"url={place.service.url}", 1), ("url=https%3A%2F%2Felders.example", 0), ("status=error", 0)):
        found = place.ask("POST", "/Subscription/_search", content=body, headers={"content-type": FORM}).json()
        sound(found)
        assert found["total"] == total
    assert place.ask("GET", "/Subscription").status_code == 405


def test_who_asks_the_same_again_has_the_same(place: Place) -> None:
    identity = place.active()
    again = place.ask("POST", "/Subscription", json=subscription(place.service.url))
    assert (again.status_code, again.json()["id"]) == (200, identity)
    assert place.subscribe(timeout=7) != identity


def test_it_can_be_changed_stopped_and_ended(place: Place) -> None:
    identity = place.active()
    path = f"/Subscription/{identity}"
    place.match(SCHOOL, CARE)
    assert until(lambda: place.service.numbers == [1])
    stopped = place.ask("PUT", path, json=subscription(place.service.url, status="off", header=None, id=identity))
    assert (stopped.status_code, stopped.json()["status"]) == (200, "off")
    place.match(JGZ)
    assert until(lambda: place.house.store.read.tally()["matches"]["ACTIEF"] == 6)
    assert place.service.numbers == [1], "who is off has no events"
    begun = place.ask("PUT", path, json=subscription(f"{place.service.url}/nieuw", header="X-Sleutel: twee"))
    assert begun.json()["status"] == "requested"
    assert until(lambda: place.stand(identity) == "active")
    assert place.service.paths[-1] == "/fhir/hook/nieuw"
    assert place.service.headers[-1]["x-sleutel"] == "twee"
    with Sender(place.url, JGZ) as jgz:
        jgz.withdraw("een")
    assert until(lambda: sorted(place.service.numbers) == [1, 2]), "its row of events goes on"
    assert place.ask("DELETE", path).status_code == 200
    assert place.ask("GET", path).status_code == 404
    assert place.ask("DELETE", path).status_code == 200, "what is gone is gone"
    heard = len(place.service.heard)
    with Sender(place.url, CARE) as care:
        care.withdraw("een")
    assert until(lambda: place.house.store.read.tally()["matches"].get("VERVALLEN", 0) >= 4)
    assert len(place.service.heard) == heard


def test_headers_that_are_not_spoken_of_stay_with_their_address(place: Place) -> None:
    identity = place.active()
    for endpoint, expected in ((place.service.url, SECRET), (f"{place.service.url}/elders", None)):
        place.ask("PUT", f"/Subscription/{identity}", json=subscription(endpoint, header=None))
        assert until(lambda: place.stand(identity) == "active")
        assert place.service.headers[-1].get("authorization") == expected


def test_nobody_else_sees_it_or_reaches_what_the_gateway_reaches(place: Place) -> None:
    identity = place.active()
    for method, path in (("GET", ""), ("GET", "/$status"), ("GET", "/$events"), ("PUT", "")):
        more = {"json": subscription(place.service.url)} if method == "PUT" else {}
        told = place.ask(method, f"/Subscription/{identity}{path}", CARE, **more)
        assert told.status_code == 404 and place.service.url not in told.text
    assert place.ask("DELETE", f"/Subscription/{identity}", CARE).status_code == 200
    assert place.stand(identity) == "active", "it was not theirs to end"
    port = place.service.server_port
    for endpoint in (
        f"http://127.0.0.1:{port}/beheer",
        f"http://127.0.0.1:{port}/fhir/../beheer",
        f"http://localhost:{port}/fhir/hook",
        f"http://127.0.0.1:{port + 1}/fhir/hook",
        f"http://wie:geheim@127.0.0.1:{port}/fhir/hook",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
    ):
        told = place.ask("POST", "/Subscription", json=subscription(endpoint))
        assert told.status_code == 422, endpoint
        assert [one["details"]["coding"][0]["code"] for one in told.json()["issue"]] == ["VIX-1431"]
        assert endpoint not in told.text
    told = place.ask("POST", "/Subscription", JGZ, json=subscription(place.service.url))
    assert told.status_code == 422, "who is allowed nothing has no subscription"
    assert len(place.service.heard) == 1


def test_there_is_no_subscription_without_a_token(place: Place) -> None:
    with httpx.Client(base_url=f"{place.url}/fhir", trust_env=False) as nobody:
        for method, path in (("POST", ""), ("GET", "/x"), ("GET", "/$status"), ("DELETE", "/x")):
            assert nobody.request(method, f"/Subscription{path}").status_code == 401
        told = nobody.get("/metadata").json()
        kinds = {one["type"] for one in told["rest"][0]["resource"]}
        assert "Subscription" in kinds
        assert nobody.get("/Basic/vi-match").json()["identifier"][0]["value"] == TOPIC


def test_ten_thousand_are_refused_by_a_limit(place: Place) -> None:
    with place.client() as client:
        codes = [
            client.post("/Subscription", json=subscription(f"{place.service.url}/{n}")).status_code for n in range(60)
        ]
    assert codes == [201] * 20 + [422] * 40
    assert until(lambda: len(place.service.heard) == 20)


def test_an_address_that_is_taken_out_of_the_configuration_hears_nothing(tmp_path: Path) -> None:
    with serving(Subscriber()) as service:
        with running(tmp_path, service.server_port) as (url, house):
            identity = Place(url, house, service).active()
        with running(tmp_path, service.server_port + 1, again=True) as (url, house):
            place = Place(url, house, service)
            place.match(SCHOOL, CARE)
            assert until(lambda: place.stand(identity) == "error")
            assert len(service.heard) == 1
            assert place.ask("GET", f"/Subscription/{identity}").json()["error"] == "adres-niet-toegestaan"


def test_no_secret_is_in_a_log_or_in_the_store(tmp_path: Path) -> None:
    with listening() as heard, serving(Subscriber()) as service:
        service.script.append(BUSY)
        with running(tmp_path, service.server_port) as (url, house):
            place = Place(url, house, service)
            place.subscribe(heartbeat=60)
            wrong = subscription(f"http://127.0.0.1:{service.server_port}/qzadres", header="X-Qz: qzgeheim\n")
            place.ask("POST", "/Subscription", json=wrong | {"reason": "qzreden"})
            assert until(lambda: len(service.heard) == 1)
            identity = place.subscribe(timeout=3)
            assert until(lambda: place.stand(identity) == "active")
            place.match(SCHOOL, CARE)
            assert until(lambda: service.numbers == [1])
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))
    for secret in ("geheim-van-de-wilg", "qzgeheim", "qzadres", "qzreden", "/fhir/hook"):
        assert secret.encode() not in kept, secret
        own = [line for line in heard.lines if not line.startswith("httpx HTTP Request")]
        assert not [line for line in own if secret in line], secret


def test_it_gives_a_sign_of_life(place: Place) -> None:
    place.active(heartbeat=1)
    assert until(lambda: len(place.service.told("heartbeat")) == 2)
    assert {one["status"] for one in place.service.told("heartbeat")} == {"active"}
    assert len(place.service.told("handshake")) == 1


# what goes wrong


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
    place.active(timeout=1)
    service = place.service
    service.script += [DIES, SLOW, BUSY, REDIRECT, HUGE]
    place.match(SCHOOL, CARE, JGZ)
    assert until(lambda: place.house.store.read.tally()["announcements"]["announced"] == 2, 30)
    assert len(service.heard) == 1 + 5 + 2
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
