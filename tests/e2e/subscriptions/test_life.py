"""FHIR subscriptions over real HTTP: asked for, shaken hands on, told of each match, changed and ended."""

import pytest

from tests.contract.test_fhir_emits import sound
from tests.e2e.subscriber import parameters
from tests.e2e.subscriptions.place import FORM, JSON, SECRET, XML, Place, subscription
from tests.e2e.talk import CARE, JGZ, SCHOOL, Sender, until


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
    for bundle in list(service.effective.values()):
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


def test_it_gives_a_sign_of_life(place: Place) -> None:
    place.active(heartbeat=1)
    assert until(lambda: len(place.service.told("heartbeat")) >= 2)
    assert {one["status"] for one in place.service.told("heartbeat")} == {"active"}
    assert len(place.service.told("handshake")) == 1
