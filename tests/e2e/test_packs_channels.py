"""Under every shipped pack, in every way bytes leave: a BSN to the index only; no name, no ground, no danger word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from gateway.canonical.order import IndexCapabilities
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import CARRIED, configuration
from gateway.cli.watching import Watched
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.contract.test_mail import Box
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
CHILD = next(row for row in children() if row["opgeschort"] == "nee")


class Sink(ThreadingHTTPServer):
    """Hears what is told over HTTP, by the path it was told at, and says nothing of use."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.bodies: dict[str, bytes] = {}


class Hearing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Sink)
        self.server.bodies[f"{self.path} {len(self.server.bodies)}"] = str(self.headers).encode() + body
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


class Place:
    """A gateway under one pack, and all that leaves it, by the way it leaves."""

    def __init__(self, directory: Path, url: str, house: House, watched: Watched, heard: Sink, box: Box) -> None:
        self.directory, self.url, self.house = directory, url, house
        self.watched, self.heard, self.box = watched, heard, box

    def give(self, partner: str, **said: Any) -> set[str]:
        words = [("meldgrond", GROUND), *DANGER.items()]
        with Sender(self.url, partner) as sender:
            told = sender.post(signal("een", naam=f"M. van {partner}", words=words, more=CONSENT, **said))
        assert (told.status == 200) == (not told.codes)
        return told.codes

    @property
    def left(self) -> dict[str, dict[str, bytes]]:
        files = {file.name: file.read_bytes() for file in (self.directory / "op-te-halen").glob("*.csv")}
        return {
            "index": {f"{n}": body for n, (_, body) in enumerate(self.watched.messages)},
            "soap": {name: body for name, body in self.heard.bodies.items() if "soap" in name},
            "fhir": {name: body for name, body in self.heard.bodies.items() if "fhir" in name},
            "folder": files,
            "mail": {f"{n}": bytes(mail) for n, mail in enumerate(self.box.got)},
        }


@contextmanager
def running(directory: Path, pack: str) -> Iterator[Place]:
    KeyRing.create(directory / "keyring.json")
    (directory / "op-te-halen").mkdir()
    (directory / "professionals.csv").write_text("professional_id;functie\np-1;ib'er\n", encoding="utf-8")
    header = (MAPPINGS / "vocabulary" / "maps" / "zvj.csv").read_text("utf-8").splitlines()[0]
    rows = [f"eigen,{word},{word},{axis},{code},equal,,,,concept,eigen lijst,\n" for axis, code, word in WORDS]
    (directory / "overlay.csv").write_text("".join([f"{header}\n", *rows]), encoding="utf-8")
    box, watched, legal = Box(), Watched(), set_clock(LEGAL)
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    carrying = IndexCapabilities(ketenregistratie=True, signaalcode=True, wijzigen=True, axes=frozenset(CARRIED))
    try:
        with sink() as heard, Simulator(directory=directory / "index", clock=legal, capabilities=carrying) as index:
            at = f"http://127.0.0.1:{heard.server_port}"
            ways: dict[str, Any] = {
                SCHOOL: {"soap": {"url": f"{at}/soap"}},
                CARE: {"folder": {"path": str(directory / "op-te-halen"), "retry_seconds": 0.05}},
                JGZ: {"mail": {"address": "signalen@jgz.example"}},
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
                yield Place(directory, address, house, watched, heard, box)
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
    with running(tmp_path, pack) as place:
        for partner in (SCHOOL, CARE, JGZ):
            assert place.give(partner, bsn=CHILD["bsn"]) == set()
        assert place.give(BLIND, child=person({**CHILD, "bsn": ""})) == set()
        assert until(lambda: place.house.store.read.tally()["matches"].get("ACTIEF", 0) >= 12, 30)
        assert until(lambda: all(len(place.left[way]) >= 3 for way in place.left), 30), "three others for each"
        left = place.left
    told = {way: found([CHILD["bsn"]], bodies) for way, bodies in left.items()}
    assert {way for way, where in told.items() if where} == {"index"}, "a BSN leaves to the index only"
    blind = {name: body for name, body in left["index"].items() if f"M. van {BLIND}".encode() in body}
    assert blind and not found(
        [CHILD["bsn"]], {name: body for name, body in blind.items() if b"signaalAfgeven" in body}
    )
    for way, bodies in left.items():
        assert not found([PROOF, GROUND], bodies), way
        if way != "index":
            assert not found([CHILD["familienaam"], CHILD["geboortedatum"]], bodies), f"{way}: contact, not the child"
        if pack != "uitgebreid" or way == "mail":
            assert not found([*DANGER.values(), "dreigend"], bodies), way
    assert found([f"M. van {CARE}"], left["soap"]) and found([f"M. van {CARE}"], left["fhir"])
    assert found([f"M. van {SCHOOL}"], left["folder"])
    assert not found(["M. van"], left["mail"]), "a mail only points"
    if pack == "uitgebreid":
        assert all(found([DANGER["crisis"]], left[way]) for way in ("index", "soap", "folder"))


def test_under_a_pack_of_a_region_that_ended_nothing_leaves(tmp_path: Path) -> None:
    with running(tmp_path, ENDED) as place:
        for partner in (SCHOOL, CARE, JGZ):
            assert "VIX-1310" in place.give(partner, bsn=CHILD["bsn"])
        left = place.left
    assert not any(b"signaalAfgeven" in body for body in left.pop("index").values())
    assert not any(left.values())
