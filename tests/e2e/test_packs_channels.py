"""Under every shipped pack, in every way bytes leave: a BSN to the index only; no name, no ground, no danger word."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from gateway.canonical.order import IndexCapabilities
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import CARRIED, configuration, token_of
from gateway.cli.watching import Watched
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.contract.test_mail import Box
from tests.e2e.receiver import serving
from tests.e2e.subscriber import Subscriber
from tests.e2e.subscriptions.place import subscription
from tests.e2e.talk import BLIND, CARE, JGZ, LEGAL, SCHOOL, Sender, children, person, signal, until
from tests.e2e.traces import found
from tests.spec.people import MAPPINGS

PACKS = sorted(entry.name.removesuffix(".toml") for entry in (MAPPINGS / "packs").iterdir() if ".toml" in entry.name)
ENDED = "beeindigd"
PROOF, GROUND = "qzbewijsreferentie", "qzgrondwoord"
DANGER = {"crisis": "qzcrisiswoord", "veiligheid": "qzveiligheidswoord"}
CONSENT = (
    "<vi:toestemming><vi:gegevenOp>2026-11-20</vi:gegevenOp>"
    f"<vi:bewijsReferentie>{PROOF}</vi:bewijsReferentie></vi:toestemming>"
)
SIBLINGS = ("999996423", "999996411")
"""Two children of the same parents, by the register."""
CHILD, SISTER = (next(row for row in children() if row["bsn"] == bsn) for bsn in SIBLINGS)
HER_NAME = "Qzzusnaam"
"""What her own signal calls her; the register does not look at given names where one child fits."""
FAMILY = b"GEZINSMATCH_OUDER"
POINTING = ("mail", "subscription")
"""Ways that only say that there is news."""
MATCHES = {SCHOOL: 5, CARE: 8, JGZ: 8, BLIND: 5}
"""Of the child with each of three others and with each sister's signal of another; of hers with those of others."""


class Sink(ThreadingHTTPServer):
    """Hears what is told over HTTP, by the path it was told at, and says nothing of use."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.told: list[tuple[str, bytes]] = []

    def at(self, path: str) -> dict[str, bytes]:
        """What was told at paths that begin so, in its order."""
        return {f"{at} {n}": body for n, (at, body) in enumerate(self.told) if at.startswith(path)}


class Hearing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Sink)
        self.server.told.append((self.path, str(self.headers).encode() + body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Place:
    """A gateway under one pack, and all that leaves it, by the way it leaves."""

    directory: Path
    url: str
    house: House
    watched: Watched
    heard: Sink
    box: Box
    subscriber: Subscriber

    def give(self, partner: str, source: str = "een", **said: Any) -> set[str]:
        words = [("meldgrond", GROUND), *DANGER.items()]
        with Sender(self.url, partner) as sender:
            told = sender.post(signal(source, naam=f"M. van {partner}", words=words, more=CONSENT, **said))
        assert (told.status == 200) == (not told.codes)
        return told.codes

    def give_all(self) -> list[set[str]]:
        """The child from four organisations, one of them without a number; her sister from two, once by her name."""
        codes = [self.give(partner, bsn=CHILD["bsn"]) for partner in (SCHOOL, CARE, JGZ)]
        codes.append(self.give(BLIND, child=person({**CHILD, "bsn": ""})))
        codes.append(self.give(CARE, "zus", bsn=SISTER["bsn"]))
        codes.append(self.give(JGZ, "zus", child=person({**SISTER, "bsn": "", "voornamen": HER_NAME})))
        return codes

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        own = {"authorization": f"Bearer {token_of(JGZ)}", "content-type": "application/fhir+json"}
        return httpx.request(method, f"{self.url}/fhir{path}", headers=own, timeout=60, trust_env=False, **more)

    @contextmanager
    def subscribed(self) -> Iterator[None]:
        """With a subscription that shook hands."""
        with serving(self.subscriber):
            asked = subscription(self.subscriber.url, header=None)
            assert self.ask("POST", "/Subscription", json=asked).status_code == 201
            assert until(lambda: len(self.subscriber.told("handshake")) == 1)
            yield

    def fetched(self) -> dict[str, bytes]:
        """What a subscriber gets that asks for what it was pointed at."""
        asked = [address.removeprefix(f"{self.url}/fhir") for address in self.subscriber.tasks]
        return {address: self.ask("GET", address).content for address in asked}

    def told_all(self) -> bool:
        """Whether each way told of every match, as far as the receiver keeps them apart."""
        left = self.left
        by_name = {
            (way, partner)
            for way in ("soap", "fhir")
            for partner in (CARE, JGZ)
            for body in left[way].values()
            if FAMILY in body and f"M. van {partner}".encode() in body
        }
        many = {len(left["folder"]), len(left["mail"]), len(self.subscriber.numbers)}
        return len(by_name) == 4 and many == {MATCHES[CARE]} == {MATCHES[JGZ]}

    @property
    def left(self) -> dict[str, dict[str, bytes]]:
        files = {file.name: file.read_bytes() for file in (self.directory / "op-te-halen").glob("*.csv")}
        return {
            "index": {f"{n}": body for n, (_, body) in enumerate(self.watched.messages)},
            "soap": self.heard.at("/soap"),
            "fhir": self.heard.at("/fhir"),
            "folder": files,
            "mail": {f"{n}": bytes(mail) for n, mail in enumerate(self.box.got)},
            "subscription": {
                f"{n}": str(told.headers).encode() + told.body for n, told in enumerate(self.subscriber.requests)
            },
        }


@contextmanager
def running(directory: Path, pack: str) -> Iterator[Place]:
    KeyRing.create(directory / "keyring.json")
    (directory / "op-te-halen").mkdir()
    (directory / "professionals.csv").write_text("professional_id;functie\np-1;ib'er\n", encoding="utf-8")
    header = (MAPPINGS / "vocabulary" / "maps" / "zvj.csv").read_text("utf-8").splitlines()[0]
    rows = [f"eigen,{word},{word},{axis},{code},equal,,,,concept,eigen lijst,\n" for axis, code, word in WORDS]
    (directory / "overlay.csv").write_text("".join([f"{header}\n", *rows]), encoding="utf-8")
    box, watched, subscriber, legal = Box(), Watched(), Subscriber(), set_clock(LEGAL)
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    carrying = IndexCapabilities(ketenregistratie=True, signaalcode=True, wijzigen=True, axes=frozenset(CARRIED))
    try:
        with (
            sink() as heard,
            Simulator(
                directory=directory / "index", clock=legal, capabilities=carrying, family=dt.timedelta(seconds=0.1)
            ) as index,
        ):
            at = f"http://127.0.0.1:{heard.server_port}"
            ways: dict[str, Any] = {
                SCHOOL: {"soap": {"url": f"{at}/soap"}},
                CARE: {"folder": {"path": str(directory / "op-te-halen"), "retry_seconds": 0.05}},
                JGZ: {"mail": {"address": "signalen@jgz.example"}, "subscription": {"allow": [subscriber.url]}},
                BLIND: {"fhir": {"url": f"{at}/fhir"}},
            }
            urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
            said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
            own = {"regions": ["een"], "code_list": "eigen", "overlay": str(directory / "overlay.csv")}
            own |= {"professionals": str(directory / "professionals.csv")}
            said["partners"] = [one | own | {"delivery": ways[one["id"]]} for one in said["partners"]]
            said["regions"] = {"een": {"pack": pack, "index": "uitgebreid", "covenant": "c", "dpia": "d"}}
            said["mail"] = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "vi@regio.example"}
            with together(check(said, source="test"), watched.over) as (address, house):
                yield Place(directory, address, house, watched, heard, box, subscriber)
    finally:
        controller.stop()


WORDS = (
    ("crisis", "dreigend", DANGER["crisis"]),
    ("veiligheid", "zorgen", DANGER["veiligheid"]),
    ("meldgrond", "a", GROUND),
)


def test_the_packs_are_all_there_are() -> None:
    assert len(PACKS) == 5 and ENDED in PACKS


@pytest.mark.parametrize("pack", [pack for pack in PACKS if pack != ENDED])
def test_what_leaves_under_a_pack_is_what_it_lets_go(tmp_path: Path, pack: str) -> None:
    with running(tmp_path, pack) as place, place.subscribed():
        assert place.give_all() == [set()] * 6
        assert until(lambda: place.house.store.read.tally()["matches"].get("ACTIEF", 0) == sum(MATCHES.values()), 30)
        assert until(place.told_all, 30), "each way of every match, with another and with a sister"
        left = place.left | {"fetched": place.fetched()}
    told = {way: found(SIBLINGS, bodies) for way, bodies in left.items()}
    assert {way for way, where in told.items() if where} == {"index"}, "a BSN leaves to the index only"
    given = {name: body for name, body in left["index"].items() if b"signaalAfgeven" in body}
    blind = {name: body for name, body in given.items() if f"M. van {BLIND}".encode() in body}
    assert blind and not found(SIBLINGS, blind)
    hers = {name for _, name, _ in found([HER_NAME], left["index"])}
    assert hers and hers <= {name for name, body in given.items() if f"M. van {JGZ}".encode() in body}
    for way, bodies in left.items():
        assert not found([PROOF, GROUND], bodies), way
        if way != "index":
            names = [HER_NAME, *(row[name] for row in (CHILD, SISTER) for name in ("familienaam", "geboortedatum"))]
            assert not found(names, bodies), f"{way}: contact, neither the child nor her sister"
        if pack != "uitgebreid" or way in POINTING:
            assert not found([*DANGER.values(), "dreigend"], bodies), way
    for way in ("soap", "fhir", "fetched"):
        assert found([f"M. van {CARE}"], left[way]), way
    assert found([f"M. van {SCHOOL}"], left["folder"])
    for way in POINTING:
        assert not found(["M. van", FAMILY.decode()], left[way]), f"{way}: it only points"
    if pack == "uitgebreid":
        assert all(found([DANGER["crisis"]], left[way]) for way in ("index", "soap", "folder", "fetched"))


def test_under_a_pack_of_a_region_that_ended_nothing_leaves(tmp_path: Path) -> None:
    with running(tmp_path, ENDED) as place, place.subscribed():
        assert all("VIX-1310" in codes for codes in place.give_all())
        left = place.left
        assert place.subscriber.numbers == []
    assert not any(b"signaalAfgeven" in body for body in left.pop("index").values())
    assert len(left.pop("subscription")) == 1, "it shook hands"
    assert not any(left.values())
