"""A region that moves: two simulated indexes, a door and a worker as processes of their own, and who sends.

Three of ten signals are of others, who are no senders of ours.
"""

import json
import resource
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Soort
from gateway.canonical.tenant import new_id
from gateway.cli.running import free_port
from gateway.cli.sandbox import configuration, token_of
from gateway.compose import House, house
from gateway.config import check
from gateway.simulator.dialects import SPOKEN, USUAL
from gateway.simulator.values import Message, Register
from gateway.store.keyring import KeyRing
from tests.e2e.children import numbers
from tests.e2e.processes import SILENT, Process, index, simulator
from tests.e2e.talk import CARE, JGZ, LEGAL, PATH, REPORTED, SCHOOL, XML, signal
from tests.spec.fhir_format import bundle
from tests.spec.formats import Message as Said

PARTNERS = (SCHOOL, CARE, JGZ)
OLD, NEW, REGION = "strikt", "nieuw", "landelijk"
OTHERS = 0.3
"""This part of the signals is of who is no sender of ours."""
FORMATS = ("soap", "json", "fhir", "csv")


@dataclass
class Index:
    """An index in a process of its own."""

    process: Process
    url: str
    directory: Path

    def listed(self) -> Counter[tuple[str, str, bool]]:
        """What it holds that is not destroyed: our number, its status, whether it leads."""
        told: list[dict[str, Any]] = httpx.get(f"{self.url}/beheer/signalen", timeout=300, trust_env=False).json()
        return Counter((one["gatewayReferentie"], one["status"], one["leidend"]) for one in told)

    @contextmanager
    def file(self) -> Iterator[sqlite3.Connection]:
        """Its file, to write in behind its back."""
        with closing(sqlite3.connect(self.directory / "index.db", timeout=60)) as connection, connection:
            yield connection


@dataclass
class Drill:
    """A gateway between two indexes. `bsns` are the children, the first so many of whom have a signal at the start."""

    url: str
    old: Index
    new: Index
    parts: House
    gateway: tuple[Process, ...]
    bsns: list[str]
    errors: int = 0
    given: int = 0
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=300, trust_env=False))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, number: int, form: str = "json") -> None:
        """One organisation gives a signal on a child in a format; what is not taken counts as an error."""
        who, own = PARTNERS[number % 3], f"bron-{form}-{number}"
        path, content, kind = ASKED[form](own, self.bsns[number])
        headers = {"authorization": f"Bearer {token_of(who)}", "content-type": kind}
        try:
            good = self.client.post(f"{self.url}{path}", content=content, headers=headers).is_success
        except httpx.HTTPError:
            good = False
        with self.lock:
            self.given += good
            self.errors += not good

    def settle(self) -> None:
        """Until nothing waits for either index, and both were asked for news since."""
        moves, until = self.parts.store.read.moves, new_id(0)
        while any(moves.underway(index, until) for index in (OLD, NEW)):
            time.sleep(0.5)
        before: dict[str, UUID] = {}
        now = moves.asked((OLD, NEW))
        while len(before) < 2 or any(now.get(name, question) == question for name, question in before.items()):
            time.sleep(0.2)
            now = moves.asked((OLD, NEW))
            before = now | before

    def matches(self) -> dict[str, Counter[tuple[str, str, str]]]:
        """What each organisation was told: its signal, the kind, whom it names."""
        return {who: Counter(self._told(who)) for who in PARTNERS}

    def _told(self, who: str) -> Iterator[tuple[str, str, str]]:
        headers, asked = {"authorization": f"Bearer {token_of(who)}"}, {"maximum": "200"}
        while True:
            page = self.client.get(f"{self.url}/v1/matches", params=asked, headers=headers).json()
            for one in page["matches"]:
                yield one["signaalId"], one["soort"], "; ".join(sorted(who["naam"] for who in one["betrokkenen"]))
            if not page["meer"]:
                return
            asked["na"] = page["cursor"]

    def wrong(self, leads: Index, copy: Index) -> int:
        """Signals that are not as they should be at one of the two."""
        ours = {str(identity) for identity in self.parts.store.read.ids_of_region(REGION, living=True)}
        wrong = 0
        for place, leading in ((leads, True), (copy, False)):
            should = Counter((identity, "ACTIEF", leading) for identity in ours)
            stands = Counter({one: many for one, many in place.listed().items() if one[0] in ours})
            wrong += max((should - stands).total(), (stands - should).total())
        return wrong

    def memory(self) -> int:
        """The most that one process of the gateway held, in MB; this one too, which carries out the steps."""
        here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return max(here, *(process.most_memory() for process in self.gateway))


def _json(own: str, bsn: str) -> tuple[str, bytes, str]:
    told = {
        "bronSysteem": "bron", "bronSignaalId": own, "soort": "SIGNAAL", "jeugdige": {"bsn": bsn},
        "melder": {"professionalId": own, "naam": f"A. {own}", "telefoon": "030-7654321"},
        "datumTijdMelding": REPORTED,
        "attestaties": {"redelijkVermoeden": True, "informatieplicht": {"wie": "BEIDEN", "datum": "2026-11-20"}},
    }  # fmt: skip
    return "/v1/signalen", json.dumps(told).encode(), "application/json"


def _soap(own: str, bsn: str) -> tuple[str, bytes, str]:
    return PATH, signal(own, bsn=bsn), XML


def _fhir(own: str, bsn: str) -> tuple[str, bytes, str]:
    message = Said("signaalAfgeven", {
        "bron_systeem": "bron", "bron_signaal_id": own, "professional_id": own, "melder_naam": f"A. {own}",
        "soort": "SIGNAAL", "bsn": bsn, "melder_telefoon": "030-7654321", "datum_tijd_melding": REPORTED,
        "redelijk_vermoeden": "true", "informatieplicht_wie": "BEIDEN", "informatieplicht_datum": "2026-11-20",
    })  # fmt: skip
    return "/fhir/$process-message", json.dumps(bundle(message)).encode(), "application/fhir+json"


def _csv(own: str, bsn: str) -> tuple[str, bytes, str]:
    head = "bron_systeem;bron_signaal_id;soort;bsn;professional_id;melder_naam;melder_telefoon;datum_tijd_melding;"
    head += "redelijk_vermoeden;informatieplicht_wie;informatieplicht_datum"
    row = f"bron;{own};SIGNAAL;{bsn};{own};A. {own};030-7654321;21-11-2026 10:58;ja;beiden;20-11-2026"
    return "/csv/v1/batches", f"{head}\r\n{row}\r\n".encode(), "text/csv"


ASKED: dict[str, Callable[[str, str], tuple[str, bytes, str]]] = {
    "soap": _soap, "json": _json, "fhir": _fhir, "csv": _csv,
}  # fmt: skip


def _strangers(process: Process, bsns: list[str]) -> None:
    """Who is no sender of ours gave signals at an index, before any of ours."""
    contact = Contact(
        professional_id="v", naam="V. Reemd", instantie_id="politie", instantie_naam="Politie", telefoon="06"
    )
    with simulator(process.about) as stopped:
        for bsn in bsns:
            request = Register(
                reference=str(uuid4()), soort=Soort.SIGNAAL, person=Person(bsn=bsn), contact=contact,
                datum_tijd_melding=REPORTED, verwijderdatum=LEGAL.date().replace(year=2028),
            )  # fmt: skip
            stopped.engine.answer(Message(sender="vreemd", reference=str(uuid4()), request=request))


@contextmanager
def drill(directory: Path, dialect: str, count: int, more: int) -> Iterator[Drill]:
    """A region with so many signals, of ours and of others, on so many children and `more`."""
    bsns = list(numbers(count + more))
    KeyRing.create(directory / "keyring.json")
    (directory / "mail").mkdir()
    indexes = {}
    for name, spoken in ((OLD, USUAL), (NEW, dialect)):
        able = SILENT | {"mails": SPOKEN[spoken].capabilities.mails}
        process, url = index(directory, name, spoken, able, clock=LEGAL.isoformat(), children=count + more)
        _strangers(process, bsns[: round(count * OTHERS)])
        indexes[name] = Index(process, url, directory / name)
    said = settings(directory, indexes[OLD].url, indexes[NEW].url, dialect)
    about = directory / "gateway.json"
    about.write_text(json.dumps(said))
    url = f"http://127.0.0.1:{said['http']['port']}"
    gateway = Process("serve", about, ready=f"{url}/ready"), Process("work", about)
    started = (*(one.process for one in indexes.values()), *gateway)
    try:
        for process in started:
            process.start()
        for process in started:
            process.wait()
        with closing(house(check(said, source="drill"))) as parts:
            yield Drill(url, indexes[OLD], indexes[NEW], parts, gateway, bsns)
    finally:
        for process in started:
            with suppress(AssertionError):
                process.kill()


def settings(directory: Path, old: str, new: str, dialect: str) -> dict[str, Any]:
    """The sandbox's configuration, with a third index to move to."""
    places = {"strikt": old + SPOKEN[USUAL].dialect().path, "uitgebreid": old + SPOKEN[USUAL].dialect().path}
    said = configuration(directory, port=free_port(), indexes=places, wait_seconds=0.0)
    said["clock"] = {"start": LEGAL.isoformat()}
    said["indexes"]["uitgebreid"]["sender"] += "-2"
    said["indexes"][OLD] |= SILENT
    spoken = SPOKEN[dialect]
    place = {"url": new + spoken.dialect().path, "adapter": dialect, "mails": spoken.capabilities.mails}
    said["indexes"][NEW] = said["indexes"][OLD] | place | spoken.settings(directory, PARTNERS)
    return said
