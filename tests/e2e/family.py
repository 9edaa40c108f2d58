"""Three organisations, one family: one hears over SOAP, one finds a file, one is mailed and has a FHIR subscription.

The index tells of any kind of match between what they signal, as it is told to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from gateway.canonical.match import MatchSoort
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration, token_of
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.contract.test_mail import Box
from tests.e2e.subscriber import Subscriber
from tests.e2e.talk import CARE, JGZ, LEGAL, SCHOOL, Sender

CHILDREN = ("999990287", "999992557", "999995261")
KINDS = (MatchSoort.CLIENTMATCH, MatchSoort.GEZINSMATCH_OUDER, MatchSoort.HISTORISCH)
"""The kinds of match; the one by address stays off."""
HEARD = 2
"""Each of three hears of two matches, with the two others."""
EACH = {**{soort.value: HEARD for soort in KINDS}, MatchSoort.VERHUIZING.value: 1}
"""How often each hears of each kind in all; of a move once, for its own signal."""
ALL = sum(EACH.values())


class Family:
    """A running gateway, its index, and whoever hears."""

    def __init__(self, directory: Path, url: str, house: House, box: Box, index: Simulator) -> None:
        self.directory, self.url, self.house, self.box, self.index = directory, url, house, box, index

    @property
    def files(self) -> list[Path]:
        return sorted((self.directory / "op-te-halen").glob("*.csv"))

    def arise(self, soort: MatchSoort, source: str, bsn: str, *partners: str) -> None:
        """Signals between which the index tells of matches of a kind."""
        assert self.index._running is not None
        state = self.index._running._state
        add = type(state).add_match

        def of_kind(match_id: str, one: str, other: str, **more: Any) -> None:
            arising = more["soort"] is MatchSoort.CLIENTMATCH
            add(state, match_id, one, other, **more | ({"soort": soort} if arising else {}))

        state.add_match = of_kind  # type: ignore[method-assign]
        for partner in partners or (SCHOOL, CARE, JGZ):
            with Sender(self.url, partner) as sender:
                assert sender.give(source, bsn=bsn).status == 200

    def move(self, bsn: str) -> None:
        """A child goes to live elsewhere."""
        said = {"bsn": bsn, "gemeente": "0344"}
        told = httpx.post(f"{self.index.url}/beheer/verhuizingen", json=said, timeout=60, trust_env=False)
        assert told.is_success

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token_of(JGZ)}", "content-type": "application/fhir+json"}
        with httpx.Client(base_url=f"{self.url}/fhir", headers=headers, timeout=60, trust_env=False) as client:
            return client.request(method, path, **more)

    def announced(self) -> int:
        return self.house.store.read.tally()["announcements"]["announced"]


@contextmanager
def family(directory: Path, service: int, subscriber: Subscriber) -> Iterator[Family]:
    """All of them; `service` is the port of the SOAP receiver, who may come later."""
    KeyRing.create(directory / "keyring.json")
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    (directory / "op-te-halen").mkdir()
    soap = {"url": f"http://127.0.0.1:{service}/terugmelding", "deadline_seconds": 1.0, "retry_seconds": 0.05}
    allow = {"allow": [f"http://127.0.0.1:{subscriber.server_port}/fhir"], "retry_seconds": 0.05}
    ways: dict[str, Any] = {
        SCHOOL: {"soap": soap},
        CARE: {"folder": {"path": str(directory / "op-te-halen"), "retry_seconds": 0.05}},
        JGZ: {"mail": {"address": "signalen@jgz.example"}, "subscription": allow},
    }
    try:
        with Simulator(directory=directory / "index", clock=set_clock(LEGAL)) as index:
            urls = dict.fromkeys(("strikt", "uitgebreid"), index.soap_url)
            said: dict[str, Any] = configuration(directory, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=0)
            said["partners"] = [one | {"delivery": ways.get(one["id"], {})} for one in said["partners"]]
            said["mail"] = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "vi@regio.example"}
            with together(check(said, source="test")) as (url, house):
                yield Family(directory, url, house, box, index)
    finally:
        controller.stop()
