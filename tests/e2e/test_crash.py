"""Kill -9 at random moments, an index that answers badly, and still: every receipt's signal is there exactly once.

CRASH_SIGNALS says how many signals (300), CRASH_SEED which random moments (1).
"""

import csv
import datetime as dt
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from lxml import etree

from gateway.simulator.dialects import SPOKEN, USUAL

from .postgres import postgres  # noqa: F401  a fixture
from .processes import PARTNERS, Gateway, Process, token_of

SIGNALS = int(os.environ.get("CRASH_SIGNALS", "300"))
SEED = int(os.environ.get("CRASH_SEED", "1"))
SENDERS = 8
PACE = 0.05
"""Seconds per signal, about: there must be time to be killed in."""
YOUNG = 1.0
"""Seconds a process gets to come to work before it may be killed."""
END_EVERY = 10
"""So many signals are ended again once they were received."""

OTHER_EVERY = 7
"""So many signals about a child come from one organisation before another tells of it too."""

VI = "urn:x-verwijsindex-gateway:aanlevering:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
STORM = [
    {"fault": "drop_after", "probability": 0.06},
    {"fault": "drop_before", "probability": 0.06},
    {"fault": "500", "probability": 0.04},
    {"fault": "garbage", "probability": 0.04},
    {"fault": "unavailable", "probability": 0.04},
    {"fault": "delay", "probability": 0.02, "seconds": 1.5},
]

with (Path(__file__).parents[1] / "data/testpersonen.csv").open(encoding="utf-8") as _file:
    CHILDREN = [row["bsn"] for row in csv.DictReader(_file, delimiter=";") if row["opgeschort"] == "nee"]


def envelope(operation: str, inner: str) -> bytes:
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}" xmlns="{VI}"><soap:Header><wsa:Action>{VI}/{operation}'
        f"</wsa:Action><wsa:MessageID>urn:uuid:{uuid.uuid4()}</wsa:MessageID></soap:Header><soap:Body><{operation}>"
        f"<kop><bronSysteem>dossier</bronSysteem></kop>{inner}</{operation}></soap:Body></soap:Envelope>"
    ).encode()


@dataclass
class Sent:
    """A signal as its sender knows it."""

    partner: str
    source: str
    message: bytes
    receipt: bytes = b""
    signal_id: str = ""
    ended: bool = False


def made(number: int, today: dt.date) -> Sent:
    others = number % OTHER_EVERY == 0  # so that there are matches, but not of everything with everything
    partner = list(PARTNERS)[(number % len(CHILDREN) + others) % len(PARTNERS)]
    source = f"s-{number}"
    inner = (
        f"<bronSignaalId>{source}</bronSignaalId><revisie>1</revisie><soort>SIGNAAL</soort>"
        f"<jeugdige><bsn>{CHILDREN[number % len(CHILDREN)]}</bsn></jeugdige>"
        "<melder><professionalId>p-1</professionalId><naam>M. Elder</naam><telefoon>030-0000000</telefoon></melder>"
        f"<datumTijdMelding>{today - dt.timedelta(days=1)}T10:00:00+01:00</datumTijdMelding>"
        "<attestaties><redelijkVermoeden>true</redelijkVermoeden>"
        f"<informatieplicht><wie>BEIDEN</wie><datum>{today - dt.timedelta(days=2)}</datum></informatieplicht>"
        "</attestaties>"
    )
    return Sent(partner, source, envelope("signaalAfgeven", inner))


def ending(sent: Sent, today: dt.date) -> bytes:
    return envelope(
        "signaalBeeindigen",
        f"<bronSignaalId>{sent.source}</bronSignaalId><datumEinde>{today}</datumEinde>",
    )


def until_answered(client: httpx.Client, partner: str, message: bytes, operation: str) -> etree._Element:
    """Send the very same bytes until they get an answer that is not 'try again'."""
    headers = {
        "content-type": "text/xml; charset=utf-8",
        "soapaction": f'"{VI}/{operation}"',
        "authorization": f"Bearer {token_of(partner)}",
    }
    until = time.monotonic() + 240
    while True:
        try:
            response = client.post("/soap/v1", content=message, headers=headers)
        except httpx.TransportError:
            assert time.monotonic() < until, "no answer for minutes"
            time.sleep(0.1)
            continue
        root = etree.fromstring(response.content)
        if response.status_code == 200:
            return root
        assert root.findtext(f".//{{{VI}}}herhaalbaar") == "true", response.text
        assert time.monotonic() < until, "nothing but faults for minutes"
        time.sleep(0.1)


def receipt_of(answer: etree._Element) -> bytes:
    receipt = answer.find(f".//{{{VI}}}ontvangstbewijs")
    assert receipt is not None
    return etree.tostring(receipt, method="c14n")


class Killer(threading.Thread):
    """Kills one process after another, each as soon as it has been up for a moment, and starts it again."""

    def __init__(self, victims: list[Process]) -> None:
        super().__init__(daemon=True)
        self._victims = victims
        self._random = random.Random(SEED)
        self.ended = threading.Event()
        self.kills: Counter[str] = Counter()
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            while not self.ended.wait(self._random.uniform(0.2, 2.0)):
                victim = self._random.choice([process for process in self._victims if process.age > YOUNG] or [None])
                if victim is None:
                    continue
                assert victim.kill(), f"{victim.role} ended by itself: {victim.said()}"
                self.kills[victim.role] += 1
                if self._random.random() < 0.3:
                    self.ended.wait(self._random.uniform(0, 2))
                victim.start()
                victim.wait()
        except Exception as error:  # noqa: BLE001  the test tells it
            self.failed = error


def send(base: str, sent: Sent, pause: float) -> None:
    today = dt.datetime.now(dt.UTC).date()
    time.sleep(pause)
    with httpx.Client(base_url=base, timeout=20) as client:
        answer = until_answered(client, sent.partner, sent.message, "signaalAfgeven")
        sent.receipt = receipt_of(answer)
        sent.signal_id = answer.findtext(f".//{{{VI}}}signaalId") or ""
        if int(sent.source[2:]) % END_EVERY == 0:
            until_answered(client, sent.partner, ending(sent, today), "signaalBeeindigen")
            sent.ended = True


def drained(engine: sa.Engine, seconds: float) -> dict[str, int]:
    """Wait until every message about a signal has its end; gives the states left."""
    until = time.monotonic() + seconds
    statement = sa.text("SELECT state, count(*) FROM outbox WHERE kind <> 'poll' GROUP BY state")
    while True:
        with engine.connect() as connection:
            states = {str(row[0]): int(row[1]) for row in connection.execute(statement)}
        if states.keys() <= {"done", "refused", "parked", "cancelled"} or time.monotonic() > until:
            return states
        time.sleep(0.25)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db", f"sqlite:///{tmp_path}/keys.db"
    server = request.getfixturevalue("postgres")
    return server.database(), server.database()


@pytest.mark.verify
@pytest.mark.parametrize(
    ("databases", "dialect"), [*(("sqlite", name) for name in SPOKEN), ("postgresql", USUAL)], indirect=["databases"]
)
def test_nothing_is_lost_and_nothing_is_doubled(
    databases: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], dialect: str
) -> None:
    url, keys = databases
    today = dt.datetime.now(dt.UTC).date()
    rand = random.Random(SEED)
    signals = [made(number, today) for number in range(SIGNALS)]
    engine_url = sa.make_url(url)
    if engine_url.get_backend_name() == "postgresql":
        engine_url = engine_url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(engine_url)
    began = time.monotonic()
    with (
        Gateway(tmp_path, url=url, keys=keys, dialect=dialect) as gateway,
        httpx.Client(base_url=gateway.index_url, timeout=60, trust_env=False) as index,
    ):
        assert index.post("/beheer/storingen", json=STORM).status_code == 200
        killer = Killer([gateway.serve, *gateway.workers])
        killer.start()
        with ThreadPoolExecutor(SENDERS) as pool:
            waits = [rand.uniform(0, 2 * PACE * SENDERS) for _ in signals]
            work = [pool.submit(send, gateway.url, *each) for each in zip(signals, waits, strict=True)]
            for each in work:
                each.result()
        killer.ended.set()
        killer.join()
        assert killer.failed is None, killer.failed
        sending = time.monotonic() - began
        states = drained(engine, 120 + 0.1 * SIGNALS)
        engine.dispose()
        answers = repeat(gateway.url, signals)
        counts: dict[str, Any] = index.get("/beheer/telling").json()
        listing = index.get("/beheer/signalen").json()

        codes = [process.stop() for process in (gateway.serve, *gateway.workers)]
    took = time.monotonic() - began

    there = Counter(item["gatewayReferentie"] for item in listing)
    accepted = {sent.signal_id for sent in signals}
    lost = len(accepted - there.keys())
    doubled = sum(there.values()) - len(there) + len(there.keys() - accepted) + counts["dubbel"]
    doubled += SIGNALS - len(accepted)
    name = engine_url.get_backend_name()
    with capsys.disabled():
        kills = killer.kills.total()
        print(f"\n{dict(killer.kills)} {states} sent in {sending:.0f} s, all in {took:.0f} s")
        print(f"signals={SIGNALS} kills={kills} lost={lost} doubled={doubled} engine={name} dialect={dialect}")
    assert (lost, doubled) == (0, 0)
    ended = sum(sent.ended for sent in signals)
    assert counts["signalen"] == {"ACTIEF": SIGNALS - ended, "ARCHIEF": ended}
    assert states == {"done": SIGNALS + ended}
    for sent, answer in zip(signals, answers, strict=True):
        assert receipt_of(answer) == sent.receipt, "a repeat gets the first receipt"
        assert answer.findtext(f".//{{{VI}}}bezorging") == "BIJ_INDEX"
    assert set(codes) <= {0, -signal.SIGTERM}, "and they stop when told to"


def repeat(base: str, signals: list[Sent]) -> list[etree._Element]:
    with httpx.Client(base_url=base, timeout=20) as client:
        return [until_answered(client, sent.partner, sent.message, "signaalAfgeven") for sent in signals]
