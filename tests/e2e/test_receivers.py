"""Three organisations, one child: each hears of its match in its own way, once for each delivery, come what may."""

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.contract.test_mail import Box
from tests.e2e.processes import Gateway
from tests.e2e.receiver import DIES, FAULT, SLOW, Service, serving
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender, until
from tests.e2e.test_crash import made, until_answered

OTHERS = {SCHOOL: ["Jeugdhulp Voorbeeld", "JGZ Voorbeeld"]}


class Place:
    """A running gateway whose partners hear in their own ways."""

    def __init__(self, directory: Path, house: House, url: str, service: Service, box: Box) -> None:
        self.directory, self.house, self.url = directory, house, url
        self.service, self.box = service, box

    @property
    def files(self) -> list[Path]:
        """What a partner that fetches sees: what is still being written has another name."""
        return sorted((self.directory / "op-te-halen").glob("*.csv"))

    def heard(self) -> dict[str, int]:
        return self.house.store.read.tally()["announcements"]

    def give(self, *partners: str) -> None:
        for partner in partners:
            with Sender(self.url, partner) as sender:
                assert sender.give("een").status == 200

    def withdraw(self, partner: str) -> None:
        with Sender(self.url, partner) as sender:
            assert sender.withdraw("een").status == 200


@contextmanager
def running(directory: Path, service_port: int, **announce: object) -> Iterator[tuple[str, House, Box]]:
    KeyRing.create(directory / "keyring.json")
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    (directory / "op-te-halen").mkdir()
    (directory / "token").write_text("van-de-wilg\n")
    url = f"http://127.0.0.1:{service_port}/terugmelding"
    soap = {"url": url, "deadline_seconds": 2.0, "retry_seconds": 0.05, "token_file": str(directory / "token")}
    ways: dict[str, Any] = {
        SCHOOL: {"soap": soap},
        CARE: {"folder": {"path": str(directory / "op-te-halen"), "retry_seconds": 0.05}},
        JGZ: {"mail": {"address": "signalen@jgz.example"}},
    }
    try:
        with Simulator(directory=directory / "index", clock=set_clock(LEGAL)) as index:
            urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
            said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
            said["partners"] = [one | {"delivery": ways.get(one["id"], {})} for one in said["partners"]]
            said["mail"] = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "vi@regio.example"}
            said["announce"] = announce
            with together(check(said, source="test")) as (address, house):
                yield address, house, box
    finally:
        controller.stop()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving(Service()) as service, running(tmp_path, service.server_port) as (url, house, box):
        yield Place(tmp_path, house, url, service, box)


def test_each_hears_in_its_own_way_that_it_is_there_and_that_it_lapsed(place: Place) -> None:
    place.give(SCHOOL, CARE, JGZ)
    service = place.service
    assert until(lambda: len(service.effective) == 2 and len(place.files) == 2 and len(place.box.got) == 2)
    assert service.wrong == []
    assert service.tokens == {"Bearer van-de-wilg"}
    assert service.told == ["matchGemeld"] * 2
    assert sorted(service.texts("betrokkene/instantie")) == sorted(OTHERS[SCHOOL])
    assert service.texts("bronSignaalId") == ["een", "een"]
    assert sorted(service.texts("nummer")) == ["1", "2"]
    assert {mail["To"] for mail in place.box.got} == {"signalen@jgz.example"}
    assert until(lambda: place.heard() == {"announced": 6, "fetched": 0, "followed up": 0, "unheard": 0})

    with Sender(place.url, JGZ) as jgz:
        assert len(jgz.matches().find("match")) == 2
    assert until(lambda: place.heard()["fetched"] == 2)

    place.withdraw(CARE)
    assert until(lambda: len(service.effective) == 3 and len(place.files) == 4 and len(place.box.got) == 3), (
        service.told
    )
    assert service.told[-1] == "verwijderverzoek", "care's signal was not rightly made, and both are of this gateway"
    assert [text for text in place.files if b"VERVALLEN" in text.read_bytes()]
    assert until(lambda: _confirmed(place) == 1)


def _confirmed(place: Place) -> int:
    with sqlite3.connect(str(place.house.store._reads.url.database)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM audit WHERE event = 'verwijdering_bevestigd'").fetchall()
    return int(count)


def test_a_receiver_that_dies_is_slow_or_busy_gets_each_delivery_in_effect_once(place: Place) -> None:
    service = place.service
    service.script += [DIES, SLOW, FAULT, DIES, SLOW]
    place.give(SCHOOL, CARE, JGZ)
    assert until(lambda: place.heard()["announced"] == 6, 30)
    assert len(service.heard) >= 7, "five that went wrong, and two that did not"
    assert len(set(service.heard)) == len(service.effective) == 2
    place.withdraw(JGZ)
    assert until(lambda: len(service.effective) == 3)


def test_a_receiver_that_is_away_gets_it_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as (url, house, box):
        empty = Service.__new__(Service)
        place = Place(tmp_path, house, url, empty, box)
        place.give(SCHOOL, CARE, JGZ)
        assert until(lambda: place.heard()["announced"] == 4), "the others do not wait for it"
        with serving(Service(port)) as service:
            assert until(lambda: len(service.effective) == 2, 40)
            assert until(lambda: place.heard()["announced"] == 6)


def test_what_only_was_pointed_at_is_pointed_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.flow import dispatch

    monkeypatch.setattr(dispatch, "SWEEP_SECONDS", 0.2)
    with (
        serving(Service()) as service,
        running(tmp_path, service.server_port, remind_hours=1 / 3600, times=2) as (url, house, box),
    ):
        place = Place(tmp_path, house, url, service, box)
        place.give(SCHOOL, JGZ)
        assert until(lambda: place.heard()["unheard"] == 1)
        assert len(box.got) == 2
        assert len({mail["Message-ID"] for mail in box.got}) == 2
        assert len(service.heard) == 1


@pytest.mark.verify
def test_a_worker_that_is_killed_between_sending_and_noting_loses_nothing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/gateway.db"
    gateway = Gateway(tmp_path, url=database, keys=f"sqlite:///{tmp_path}/keys.db", workers=1)
    [worker] = gateway.workers
    with serving(Service()) as service:
        service.script.append(SLOW)
        about = tmp_path / "gateway.json"
        said = json.loads(about.read_text())
        said["partners"][0]["delivery"] = {"soap": {"url": service.url, "deadline_seconds": 5.0}}
        about.write_text(json.dumps(said))
        today = dt.datetime.now(dt.UTC).date()
        with gateway, httpx.Client(base_url=gateway.url, timeout=30) as client:
            for partner in ("school", "jgz"):
                message = made(1, today).message
                until_answered(client, partner, message, "signaalAfgeven")
            assert until(lambda: len(service.heard) == 1, 30)
            assert worker.kill()
            service.gate.set()
            assert until(lambda: len(service.effective) == 1)
            worker.start()
            assert until(lambda: len(service.heard) == 2, 60), "its lease ends, and another goes on"
            with sqlite3.connect(tmp_path / "gateway.db") as connection:
                states = "SELECT state FROM outbox WHERE kind = 'notice'"
                assert until(lambda: connection.execute(states).fetchall() == [("done",)], 30)
        assert service.heard[0] == service.heard[1]
        assert service.told == ["matchGemeld"]


def test_a_supplier_fetches_the_contract_of_the_service_it_must_offer(place: Place) -> None:
    with httpx.Client(base_url=place.url) as client:
        wsdl = client.get("/soap/v1?wsdl=terugmelding")
        assert wsdl.status_code == 200 and b"verwijderverzoek" in wsdl.content
        named = re.findall(rb'schemaLocation="([^"]+)"', wsdl.content)
        for _ in range(2):
            named = re.findall(rb'schemaLocation="([^"]+)"', client.get(named[0].decode()).content) or named
        assert named[0].endswith(b"?xsd=aanlevering-1.xsd")
        assert client.get("/soap/v1?wsdl=anders").status_code == 404
        assert b"signaalAfgeven" in client.get("/soap/v1?wsdl").content
