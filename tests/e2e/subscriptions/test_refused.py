"""FHIR subscriptions over real HTTP: who may not, which address may not, how many at most, and what is kept secret."""

from pathlib import Path

import httpx

from gateway.wire.fhir_subscription import TOPIC
from tests.e2e.receiver import serving
from tests.e2e.subscriber import BUSY, Subscriber
from tests.e2e.subscriptions.place import Place, running, subscription
from tests.e2e.talk import CARE, JGZ, SCHOOL, until
from tests.e2e.traces import listening


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
            identity = place.subscribe(timeout=7)
            assert until(lambda: place.stand(identity) == "active")
            place.match(SCHOOL, CARE)
            assert until(lambda: service.numbers == [1])
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))
    for secret in ("geheim-van-de-wilg", "qzgeheim", "qzadres", "qzreden", "/fhir/hook"):
        assert secret.encode() not in kept, secret
        own = [line for line in heard.lines if not line.startswith("httpx HTTP Request")]
        assert not [line for line in own if secret in line], secret
