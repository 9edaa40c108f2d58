"""Kill -9 while signals move: the step itself, the workers and the door, at random moments; and nothing is lost.

CRASH_SIGNALS says how many signals (60 here), CRASH_SEED which random moments (1).
"""

import datetime as dt
import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.compose import House, house
from gateway.config import check
from gateway.flow.switching import Switching
from gateway.rules.switching import State
from gateway.simulator.dialects import USUAL
from gateway.store.work import Scope
from tests.e2e.postgres import postgres  # noqa: F401  a fixture
from tests.e2e.processes import PARTNERS, Gateway, Process, token_of
from tests.e2e.switch import MOVABLE
from tests.e2e.test_crash import SEED, Killer, databases, made, send  # noqa: F401  a fixture

SIGNALS = int(os.environ.get("CRASH_SIGNALS", "60"))
STORM = [
    {"fault": "drop_after", "probability": 0.04},
    {"fault": "drop_before", "probability": 0.04},
    {"fault": "500", "probability": 0.03},
]
KILLS = 4
"""So many times each step is killed before it may end."""
STEPS = ("start", "reconcile", "cutover", "reconcile", "rollback", "reconcile", "cutover", "retire")
PATIENCE = 120.0
Matches = dict[str, Counter[tuple[str, str]]]


def carried(gateway: Gateway, move: UUID, step: str, rand: random.Random) -> int:
    """Ask for a step until it ends, killing it a few times before; gives how often it was killed."""
    more = {"anyway": True} if step == "retire" else {}
    said = {"config": str(gateway.about), "step": step, "move": str(move), "more": more}
    about = gateway.about.with_name("step.json")
    about.write_text(json.dumps(said))
    kills = 0
    for _ in range(KILLS):
        process = Process("move", about)
        process.start()
        time.sleep(rand.uniform(0.05, 0.6))
        kills += process.kill()
    process = Process("move", about)
    process.start()
    until = time.monotonic() + PATIENCE
    while not process.over():
        assert time.monotonic() < until, f"{step}: {process.said()}"
        time.sleep(0.1)
    return kills


def told(gateway: Gateway) -> Matches:
    """The matches of each partner: their ids, which must stay, and states."""
    found: Matches = {}
    for partner in PARTNERS:
        headers, cursor = {"authorization": f"Bearer {token_of(partner)}"}, ""
        found[partner] = Counter()
        while True:
            page = httpx.get(
                f"{gateway.url}/v1/matches", params={"maximum": "200"} | ({"na": cursor} if cursor else {}),
                headers=headers, timeout=30, trust_env=False,
            ).json()  # fmt: skip
            found[partner].update((one["matchId"], one["status"]) for one in page["matches"])
            if not page["meer"]:
                break
            cursor = page["cursor"]
    return found


def settled(parts: House) -> None:
    """Until nothing is on its way, and both indexes were asked for news."""
    until = time.monotonic() + PATIENCE
    last = UUID(int=2**128 - 1)
    while any(parts.store.read.moves.underway(index, last) for index in ("index", "beside")):
        assert time.monotonic() < until, "messages stay underway"
        time.sleep(0.2)
    time.sleep(2.0)


def listed(url: str) -> Counter[str]:
    """What an index holds: our number of each signal that is not destroyed."""
    answer: list[dict[str, Any]] = httpx.get(f"{url}/beheer/signalen", timeout=30, trust_env=False).json()
    return Counter(item["gatewayReferentie"] for item in answer if item["status"] != "VERNIETIGD")


@pytest.mark.verify
@pytest.mark.parametrize(
    ("databases", "dialect"), [*(("sqlite", name) for name in MOVABLE), ("postgresql", USUAL)], indirect=["databases"]
)
def test_a_move_that_is_killed_at_any_moment_loses_and_doubles_nothing(
    databases: tuple[str, str],  # noqa: F811
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dialect: str,
) -> None:  # fmt: skip
    url, keys = databases
    rand = random.Random(SEED)
    today = dt.datetime.now(dt.UTC).date()
    signals = [made(number * 7, today) for number in range(SIGNALS)]
    with (
        Gateway(tmp_path, url=url, keys=keys, beside=dialect) as gateway,
        closing(house(check(json.loads(gateway.about.read_text()), source="test"))) as parts,
        ThreadPoolExecutor(8) as pool,
    ):
        half = SIGNALS // 2
        list(pool.map(lambda sent: send(gateway.url, sent, 0.0), signals[:half]))
        settled(parts)
        before = told(gateway)
        switching = Switching(parts.store, parts.clock, parts.directory.of_index)
        move = switching.open(Scope("regio"), "index", "beside", basis="oefening", basis_on=today).id
        for address in (gateway.index_url, gateway.beside_url):
            assert httpx.post(f"{address}/beheer/storingen", json=STORM, timeout=60, trust_env=False).status_code == 200
        killer = Killer([gateway.serve, *gateway.workers])
        killer.start()
        pace = [rand.uniform(0, 10) for _ in signals[half:]]
        coming = [pool.submit(send, gateway.url, *each) for each in zip(signals[half:], pace, strict=True)]
        kills: Counter[str] = Counter()
        for step in STEPS:
            if step == "retire":
                for each in coming:
                    each.result()
                killer.ended.set()
                killer.join()
                settled(parts)
                assert carried(gateway, move, "cutover", rand) >= 0
            kills[step] += carried(gateway, move, step, rand)
        assert killer.failed is None, killer.failed
        kills += killer.kills
        settled(parts)
        after = told(gateway)
        assert switching.find(move).state == State.DONE
        here, there = listed(gateway.index_url), listed(gateway.beside_url)
    lost = len({sent.signal_id for sent in signals} - there.keys())
    doubled = there.total() - len(there)
    gone = sum(len({match for match, _ in before[who]} - {match for match, _ in after[who]}) for who in PARTNERS)
    with capsys.disabled():
        print(f"\n{dict(kills)}")
        print(f"moved={SIGNALS} kills={kills.total()} lost={lost} doubled={doubled} left={here.total()} gone={gone} "
              f"engine={url.partition(':')[0]} dialect={dialect}")  # fmt: skip
    assert (lost, doubled, here.total(), gone) == (0, 0, 0, 0)
