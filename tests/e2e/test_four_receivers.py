"""Three organisations, one family: each kind of match reaches each of four receivers, each delivery in effect once."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gateway.canonical.match import MatchSoort
from tests.e2e.family import ALL, CHILDREN, EACH, HEARD, KINDS, Family, family
from tests.e2e.receiver import DIES, FAULT, SLOW, Service, serving
from tests.e2e.subscriber import BUSY, Subscriber
from tests.e2e.subscriber import DIES as BREAKS
from tests.e2e.subscriber import SLOW as TARRIES
from tests.e2e.subscriptions.place import subscription
from tests.e2e.talk import CARE, JGZ, SCHOOL, Sender, until


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with serving(Subscriber()) as made:
        yield made


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(Service()) as made:
        yield made


@pytest.fixture
def place(tmp_path: Path, service: Service, subscriber: Subscriber) -> Iterator[Family]:
    with family(tmp_path, service.server_port, subscriber) as it:
        yield it


def all_heard(place: Family, service: Service, subscriber: Subscriber, many: int) -> bool:
    return len(service.effective) == len(place.files) == len(subscriber.numbers) == many


def subscribed(place: Family, subscriber: Subscriber, **more: int) -> None:
    told = place.ask("POST", "/Subscription", json=subscription(subscriber.url, header=None, **more))
    assert told.status_code == 201
    where = f"/Subscription/{told.json()['id']}"
    assert until(lambda: place.ask("GET", where).json()["status"] == "active")


def test_each_kind_of_match_reaches_each_receiver_once(place: Family, service: Service, subscriber: Subscriber) -> None:
    subscribed(place, subscriber)
    for heard, (soort, bsn) in enumerate(zip(KINDS, CHILDREN, strict=True), 1):
        place.arise(soort, soort.value.lower(), bsn)
        assert until(partial(all_heard, place, service, subscriber, heard * HEARD))
    place.move(CHILDREN[0])
    assert until(partial(all_heard, place, service, subscriber, ALL))
    assert until(lambda: len(place.box.got) == ALL)
    assert Counter(service.texts("match/soort")) == EACH
    assert Counter(soort for soort in EACH for file in place.files if soort in file.read_text()) == EACH
    tasks = [place.ask("GET", address).json() for address in subscriber.tasks]
    told = [next(one["valueCode"] for one in task["input"] if "valueCode" in one) for task in tasks]
    assert Counter(told) == EACH
    assert sorted(subscriber.numbers) == list(range(1, ALL + 1))
    assert service.wrong == [] and len(set(subscriber.heard)) == len(subscriber.heard)


def test_whoever_is_down_slow_or_dies_hears_each_delivery_in_effect_once(
    place: Family, service: Service, subscriber: Subscriber
) -> None:
    subscribed(place, subscriber, timeout=4)
    service.script += [DIES, SLOW, FAULT]
    subscriber.script += [BREAKS, TARRIES, BUSY, BREAKS]
    place.arise(MatchSoort.CLIENTMATCH, "een", CHILDREN[0])
    assert until(lambda: len(service.effective) == len(place.files) == len(subscriber.numbers) == HEARD, 60)
    assert until(lambda: place.announced() == 3 * HEARD, 30)
    assert len(service.heard) > len(set(service.heard)) == HEARD
    assert len(subscriber.heard) > len(set(subscriber.heard)) == HEARD + 1
    with Sender(place.url, CARE) as care:
        care.withdraw("een")
    assert until(lambda: len(service.effective) == HEARD + 1 == len(subscriber.numbers))
    assert service.told[-1] == "verwijderverzoek"
    assert place.ask("GET", subscriber.tasks[-1]).json()["status"] == "cancelled"


def test_nothing_of_a_person_goes_to_a_subscriber(place: Family, service: Service, subscriber: Subscriber) -> None:
    subscribed(place, subscriber, heartbeat=60)
    with Sender(place.url, SCHOOL) as school:
        contact = "<vi:telefoon>030-9876543</vi:telefoon>"
        assert school.give("qzbron", naam="Q. Qzkanarie", contact=contact).status == 200
    place.arise(MatchSoort.CLIENTMATCH, "qzander", CHILDREN[0], JGZ)
    assert until(lambda: subscriber.numbers == [1])
    sent = b"".join(subscriber.bodies) + repr(subscriber.headers).encode()
    for canary in (b"qz", b"Qz", CHILDREN[0].encode(), b"9876543", b"wilg", b"CLIENTMATCH"):
        assert canary not in sent
    task = place.ask("GET", subscriber.tasks[0])
    assert "Qzkanarie" in task.text, "who fetches it with a token of its own sees whom to call"
