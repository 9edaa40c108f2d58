"""Three organisations, one family: every kind of match reaches each in its own way; and so does that a signal ends."""

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
from tests.e2e.receiver import Service, serving
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender, told_by, until

BROTHER, SISTER = "999996423", "999996411"
"""Two children of the same parents, by the register."""
NAMES = ("Jacobs", BROTHER, SISTER)
DELAY = dt.timedelta(seconds=1)


class Place:
    """A running gateway, its index, and who hears in which way: a service, a folder, a mailbox."""

    def __init__(self, directory: Path, house: House, url: str, index: Simulator, service: Service, box: Box) -> None:
        self.directory, self.house, self.url, self.index = directory, house, url, index
        self.service, self.box = service, box

    def heard_by_service(self) -> Counter[tuple[str, str, str]]:
        """Operation, kind and own signal, of each delivery that had effect."""
        told = Counter[tuple[str, str, str]]()
        for operation, body in self.service.messages:
            said = {str(one.tag).rpartition("}")[2]: one.text or "" for one in body.iter()}
            told[operation, said.get("soort", ""), said.get("bronSignaalId", "")] += 1
        return told

    def files(self, kind: str) -> list[dict[str, str]]:
        """The rows of the files that were left, by the beginning of their names."""
        found = sorted((self.directory / "op-te-halen").glob(f"{kind}-*.csv"))
        texts = (file.read_text("utf-8-sig") for file in found)
        return [row for text in texts for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")]

    def heard_in_folder(self) -> Counter[tuple[str, str, str]]:
        return Counter((row["status"], row["soort"], row["bron_signaal_id"]) for row in self.files("matches"))

    def kinds_of(self, partner: str) -> dict[tuple[str, str], str]:
        """What an organisation is answered: own signal and kind -> status."""
        with Sender(self.url, partner) as sender:
            found = sender.matches().find("match")
        said = [{str(one.tag).rpartition("}")[2]: one.text or "" for one in match} for match in found]
        return {(one["bronSignaalId"], one["soort"]): one["status"] for one in said}

    def manage(self, page: str, **value: object) -> Any:
        connection = HTTPConnection(urlsplit(self.index.url).netloc, timeout=10)
        connection.request("POST", f"/beheer/{page}", json.dumps(value))
        answer = json.load(connection.getresponse())
        connection.close()
        return answer


@contextmanager
def running(directory: Path, service: Service, at: dt.datetime = LEGAL) -> Iterator[Place]:
    """The same gateway and index again, on a clock of its own."""
    if not (directory / "keyring.json").exists():
        KeyRing.create(directory / "keyring.json")
        (directory / "op-te-halen").mkdir()
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    ways: dict[str, Any] = {
        SCHOOL: {"soap": {"url": service.url, "deadline_seconds": 2.0, "retry_seconds": 0.05}},
        CARE: {"folder": {"path": str(directory / "op-te-halen"), "retry_seconds": 0.05}},
        JGZ: {"mail": {"address": "signalen@jgz.example"}},
    }
    try:
        with Simulator(directory=directory / "index", clock=set_clock(at), family=DELAY) as index:
            urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
            said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=at, wait_seconds=0)
            said["partners"] = [one | {"delivery": ways.get(one["id"], {})} for one in said["partners"]]
            said["mail"] = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "vi@regio.example"}
            with together(check(said, source="test")) as (address, house):
                yield Place(directory, house, address, index, service, box)
    finally:
        controller.stop()


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(Service()) as running_service:
        yield running_service


def give(place: Place, partner: str, source: str, bsn: str) -> None:
    with Sender(place.url, partner) as sender:
        assert sender.give(source, bsn=bsn).status == 200


def family(place: Place) -> None:
    """The one child was known to JGZ before; now to the school and care, and the other child to JGZ."""
    give(place, JGZ, "oud", BROTHER)
    with Sender(place.url, JGZ) as sender:
        assert until(lambda: sender.status("oud").text("stand/bezorging") == "BIJ_INDEX")
        assert sender.end("oud").status == 200
        assert until(lambda: told_by(place.index, "telling")["signalen"] == {"ARCHIEF": 1})
    give(place, SCHOOL, "s-1", BROTHER)
    give(place, CARE, "c-1", BROTHER)
    give(place, JGZ, "j-1", SISTER)


FAMILY, CLIENT, HISTORY, MOVE = "GEZINSMATCH_OUDER", "CLIENTMATCH", "HISTORISCH", "VERHUIZING"


def test_every_kind_reaches_each_in_its_own_way(tmp_path: Path, service: Service) -> None:
    with running(tmp_path, service) as place:
        family(place)
        assert until(lambda: len(place.heard_by_service()) == 3 and len(place.heard_in_folder()) == 3, 30)
        assert place.heard_by_service() == {("matchGemeld", kind, "s-1"): 1 for kind in (HISTORY, CLIENT, FAMILY)}
        assert place.heard_in_folder() == {("ACTIEF", kind, "c-1"): 1 for kind in (HISTORY, CLIENT, FAMILY)}
        assert place.kinds_of(JGZ) == {("j-1", FAMILY): "ACTIEF"}
        assert until(lambda: len(place.box.got) == 2), "a family match with each of the two"
        assert service.wrong == []

        for row in place.files("matches"):
            assert (row["niet_dezelfde_jeugdige"] == "ja") is (row["soort"] == FAMILY)
            assert row["betekenissen"] == ""
        for text in everything(place):
            assert not [name for name in NAMES if name in text], "nothing of a child, nor of the other child"

        assert place.manage("verhuizingen", bsn=BROTHER, gemeente="0344") == {"signalen": 2}
        assert until(lambda: ("verhuisbericht", MOVE, "s-1") in place.heard_by_service())
        assert until(lambda: place.heard_in_folder()["ACTIEF", MOVE, "c-1"] == 1)
        [move] = [row for row in place.files("matches") if row["soort"] == MOVE]
        assert (move["betrokkene_naam"], move["betrokkene_instantie"]) == (
            "Gemeentelijke regievoerder",
            "Gemeente 0344",
        )
        arrived = told_by(place.index, "verhuisberichten")
        assert [(one["gemeente"], one["status"]) for one in arrived] == [("0344", "ACTIEF")] * 2


def everything(place: Place) -> list[str]:
    """All that left for a receiver."""
    from lxml import etree

    bodies = [etree.tostring(body).decode() for _, body in place.service.messages]
    files = [file.read_text("utf-8-sig") for file in (place.directory / "op-te-halen").glob("*.csv")]
    return [*bodies, *files, *(mail.as_string() for mail in place.box.got)]


def test_history_is_given_once(tmp_path: Path, service: Service) -> None:
    with running(tmp_path, service) as place:
        family(place)
        assert until(lambda: place.heard_by_service()["matchGemeld", HISTORY, "s-1"] == 1)
        with Sender(place.url, SCHOOL) as school:
            assert school.end("s-1").status == 200
            assert until(lambda: place.heard_by_service()["matchVervallen", HISTORY, "s-1"] == 1)
        give(place, SCHOOL, "s-2", BROTHER)
        assert until(lambda: place.heard_by_service()["matchGemeld", CLIENT, "s-2"] == 1)
        assert until(lambda: place.kinds_of(CARE).get(("c-1", CLIENT)) == "ACTIEF")
        assert ("s-2", HISTORY) not in place.kinds_of(SCHOOL)
        assert told_by(place.index, "telling")["signalen"] == {"ARCHIEF": 2, "ACTIEF": 3}, "what was offered stays"


def test_who_withdraws_what_was_in_the_archive_has_it_removed_everywhere(tmp_path: Path, service: Service) -> None:
    with running(tmp_path, service) as place:
        family(place)
        assert until(lambda: place.heard_by_service()["matchGemeld", CLIENT, "s-1"] == 1)
        assert until(lambda: place.heard_in_folder()["ACTIEF", CLIENT, "c-1"] == 1)
        with Sender(place.url, CARE) as care:
            assert care.end("c-1").status == 200
            assert until(lambda: place.heard_by_service()["matchVervallen", CLIENT, "s-1"] == 1)
            assert care.withdraw("c-1").status == 200
        assert until(lambda: place.heard_by_service()["verwijderverzoek", CLIENT, "s-1"] == 1)

        def left() -> list[tuple[str, str]]:
            rows = [row for row in place.files("matches") if row["soort"] == CLIENT]
            return sorted((row["status"], row["verwijderen"]) for row in rows)

        assert until(lambda: left() == [("ACTIEF", ""), ("VERVALLEN", ""), ("VERVALLEN", "ja")]), left()


def test_each_hears_in_its_own_way_before_its_signal_ends(tmp_path: Path, service: Service) -> None:
    with running(tmp_path, service) as place:
        family(place)
        assert until(lambda: len(place.heard_by_service()) == 3 and len(place.heard_in_folder()) == 3, 30)
        for partner, source in ((SCHOOL, "s-1"), (CARE, "c-1"), (JGZ, "j-1")):
            with Sender(place.url, partner) as sender:
                assert until(lambda sender=sender, source=source: bool(sender.status(source).text("stand/bezorging")))
    end = dt.datetime(2028, 11, 21, 12, tzinfo=dt.UTC)
    for before in (60, 13, 1):
        with running(tmp_path, service, end - dt.timedelta(days=before)) as place:
            number = {60: 1, 13: 2, 1: 3}[before]
            assert until(lambda number=number: place.heard_by_service()["signaalVerloopt", "", "s-1"] == number, 30)
            assert until(lambda number=number: len(place.files("verloop")) == number)
            assert until(lambda: [mail for mail in place.box.got if "loopt binnenkort af" in mail["Subject"]] != [])
            assert len([mail for mail in place.box.got if "loopt binnenkort af" in mail["Subject"]]) == 1
    assert service.wrong == []
    assert [row["bron_signaal_id"] for row in place.files("verloop")] == ["c-1"] * 3
    assert sorted(int(row["dagen"]) for row in place.files("verloop")) == [1, 14, 60]
