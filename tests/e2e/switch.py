"""`python -m tests.e2e.switch [SIGNALS] [--dialect D]`: a region moves to another index and back, while senders go on.

A gateway with its doors, two simulated indexes over HTTP, invented children; three of ten signals are of others who are
no senders of ours. New signals come in over SOAP, JSON, FHIR and files all the while. The last line says what was
moved, and what of it was not as it should be. Exit code 0 only when nothing was.
"""

import argparse
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from gateway.canonical.order import Contact, IndexCapabilities, Person
from gateway.canonical.signal import Soort
from gateway.canonical.tenant import new_id
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import configuration, token_of
from gateway.clock import set_clock
from gateway.config import check
from gateway.flow.switching import Progress, Switching
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.persons import Known, Persons
from gateway.simulator.server import Simulator
from gateway.simulator.values import Message, Register
from gateway.store.keyring import KeyRing
from gateway.store.work import Scope, Switch
from tests.e2e.talk import CARE, JGZ, LEGAL, PATH, REPORTED, SCHOOL, XML, signal
from tests.spec.fhir_format import bundle
from tests.spec.formats import Message as Said

ABLE = IndexCapabilities(opvragen=True, overnemen=True, stil=True, landelijk_uit=True)
PARTNERS = (SCHOOL, CARE, JGZ)
OLD, NEW, REGION = "strikt", "nieuw", "landelijk"
SENDER, SENDERS = "verwijsindex-gateway", ("verwijsindex-gateway", "gateway")
"""Whom an index knows us as; in a dialect that logs in, as the second."""
MOVABLE = ("regionale_index", "fhir_index", "ketenregister_stijl")
"""Dialects in which we can say which index leads; elsewhere its supplier does that, on the day that was agreed."""
OTHERS = 0.3
"""This part of the signals is of who is no sender of ours."""


def numbers(count: int) -> Iterator[str]:
    """So many BSNs of nobody: they begin with 9, as those of tests do, and pass the elfproef."""
    found, number = 0, 900_000_000
    while found < count:
        number += 1
        digits = [int(digit) for digit in str(number)]
        if (sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False)) - digits[8]) % 11 == 0:
            found += 1
            yield str(number)


def register(bsns: list[str]) -> Persons:
    """A register in which they are children."""
    return Persons(
        Known(bsn=bsn, voornamen="Fictief", voorvoegsel="", geslachtsnaam="Verzonnen", born="20140506", geslacht="V")
        for bsn in bsns
    )  # fmt: skip


@dataclass
class Drill:
    """A gateway between two indexes."""

    url: str
    old: Simulator
    new: Simulator
    parts: Any
    switching: Switching
    errors: int = 0
    given: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, number: int, bsn: str, form: str = "json") -> None:
        """One organisation gives a signal in a format; what is not taken counts as an error."""
        who, own = PARTNERS[number % 3], f"bron-{form}-{number}"
        headers = {"authorization": f"Bearer {token_of(who)}"}
        ask = {"json": _json, "soap": _soap, "fhir": _fhir, "csv": _csv}[form]
        path, content, kind = ask(own, bsn)
        try:
            answer = httpx.post(
                f"{self.url}{path}", content=content, headers=headers | {"content-type": kind}, timeout=60,
                trust_env=False,
            )  # fmt: skip
            good = answer.status_code in (200, 201, 202)
        except httpx.HTTPError:
            good = False
        with self.lock:
            self.given += good
            self.errors += not good

    def settle(self) -> None:
        """Until nothing waits for either index, and both were asked for news since."""
        moves = self.parts.store.read.moves
        while any(moves.underway(index, new_id(0)) for index in (OLD, NEW)):
            time.sleep(0.2)
        time.sleep(1.5)

    def matches(self) -> dict[str, Counter[tuple[str, str, str]]]:
        """What each organisation was told: its signal, the kind, whom it names."""
        return {who: Counter(_told(self.url, who)) for who in PARTNERS}

    def wrong(self, leads: Simulator, copy: Simulator) -> int:
        """Signals that are not as they should be at one of the two."""
        wrong = 0
        for identity in self.parts.store.read.ids_of_region(REGION, living=True):
            here, there = holds(leads, identity), holds(copy, identity)
            wrong += here != ["ACTIEF"] or there != ["ACTIEF stil"]
        return wrong


def holds(index: Simulator, reference: UUID) -> list[str]:
    """What stands at an index under a reference of ours."""
    state = index.engine._state
    with state.transaction():
        found = [one for sender in SENDERS for one in state.own(sender, str(reference))]
        return [f"{one.status}{'' if state.leading.leads(one.index_id) else ' stil'}" for one in found]


def _told(url: str, who: str) -> Iterator[tuple[str, str, str]]:
    headers, cursor = {"authorization": f"Bearer {token_of(who)}"}, ""
    while True:
        asked = {"maximum": "200"} | ({"na": cursor} if cursor else {})
        page = httpx.get(f"{url}/v1/matches", params=asked, headers=headers, timeout=60, trust_env=False).json()
        for one in page["matches"]:
            yield one["signaalId"], one["soort"], "; ".join(sorted(who["naam"] for who in one["betrokkenen"]))
        if not page["meer"]:
            return
        cursor = page["cursor"]


def _json(own: str, bsn: str) -> tuple[str, bytes, str]:
    told = {
        "bronSysteem": "bron", "bronSignaalId": own, "soort": "SIGNAAL", "jeugdige": {"bsn": bsn},
        "melder": {"professionalId": own, "naam": f"A. {own}", "telefoon": "030-7654321"},
        "datumTijdMelding": REPORTED,
        "attestaties": {"redelijkVermoeden": True, "informatieplicht": {"wie": "BEIDEN", "datum": "2026-11-20"}},
    }  # fmt: skip
    return "/v1/signalen", httpx.Request("POST", "http://x", json=told).content, "application/json"


def _soap(own: str, bsn: str) -> tuple[str, bytes, str]:
    return PATH, signal(own, bsn=bsn), XML


def _fhir(own: str, bsn: str) -> tuple[str, bytes, str]:
    message = Said("signaalAfgeven", {
        "bron_systeem": "bron", "bron_signaal_id": own, "professional_id": own, "melder_naam": f"A. {own}",
        "soort": "SIGNAAL", "bsn": bsn, "melder_telefoon": "030-7654321", "datum_tijd_melding": REPORTED,
        "redelijk_vermoeden": "true", "informatieplicht_wie": "BEIDEN", "informatieplicht_datum": "2026-11-20",
    })  # fmt: skip
    content = httpx.Request("POST", "http://x", json=bundle(message)).content
    return "/fhir/$process-message", content, "application/fhir+json"


def _csv(own: str, bsn: str) -> tuple[str, bytes, str]:
    head = "bron_systeem;bron_signaal_id;soort;bsn;professional_id;melder_naam;melder_telefoon;datum_tijd_melding;"
    head += "redelijk_vermoeden;informatieplicht_wie;informatieplicht_datum"
    row = f"bron;{own};SIGNAAL;{bsn};{own};A. {own};030-7654321;21-11-2026 10:58;ja;beiden;20-11-2026"
    return "/csv/v1/batches", f"{head}\r\n{row}\r\n".encode(), "text/csv"


def stranger(index: Simulator, bsn: str) -> None:
    """Who is no sender of ours gives a signal at an index."""
    contact = Contact(
        professional_id="v", naam="V. Reemd", instantie_id="politie", instantie_naam="Politie", telefoon="06"
    )
    request = Register(
        reference=str(uuid4()), soort=Soort.SIGNAAL, person=Person(bsn=bsn), contact=contact,
        datum_tijd_melding=REPORTED, verwijderdatum=LEGAL.date().replace(year=2028),
    )  # fmt: skip
    index.engine.answer(Message(sender="vreemd", reference=str(uuid4()), request=request))


def settings(directory: Path, old: Simulator, new: Simulator, dialect: str) -> dict[str, Any]:
    """The sandbox's configuration, with a third index to move to."""
    KeyRing.create(directory / "keyring.json")
    (directory / "mail").mkdir()
    said = configuration(
        directory, port=free_port(), indexes={"strikt": old.soap_url, "uitgebreid": old.soap_url}, clock=LEGAL,
        wait_seconds=0.0,
    )  # fmt: skip
    said["indexes"]["uitgebreid"]["sender"] += "-2"
    able = {"opvragen": True, "overnemen": True, "stil": True, "landelijk_uit": True}
    said["indexes"][OLD] |= able
    spoken = SPOKEN[dialect]
    place = {"url": new.soap_url, "adapter": dialect, "mails": spoken.capabilities.mails, "sender": SENDER}
    said["indexes"][NEW] = said["indexes"][OLD] | place | spoken.settings(directory, PARTNERS)
    return said


def say(text: str) -> None:
    """How far it is."""
    print(text, file=sys.stderr, flush=True)


def moved(drill: Drill, switch: Switch) -> tuple[int, float]:
    """Bring all to the new index while senders go on; gives what differs and so many signals in a second."""
    began = time.monotonic()
    assert drill.switching.start(switch)
    took = time.monotonic() - began
    say(f"bij beide na {took:.1f} s")
    drill.settle()
    return differs(drill, switch), drill.given / took


def differs(drill: Drill, switch: Switch) -> int:
    """How much the two indexes say otherwise, at the second look."""
    looked = drill.switching.reconcile(drill.switching.find(switch.id))
    say(f"vergeleken: {looked.found}, matches gelijk {looked.compared.both}")
    return looked.differences


LIES = {
    "ontbreekt": "DELETE FROM signals WHERE index_id = ?",
    "dubbel": "INSERT INTO signals SELECT 'd0b1' || substr(index_id, 5), sender, reference, status, soort,"
    " verwijderdatum, person, organisation, contact, words FROM signals WHERE index_id = ?",
    "contact": "UPDATE signals SET contact = replace(contact, 'A. bron', 'Z. bron') WHERE index_id = ?",
    "moment": "UPDATE leading SET reported = '2026-11-20T09:00:00+01:00' WHERE index_id = ?",
}
"""What a provider may make of a signal that it took over, by what is found of it."""


def lied(drill: Drill, switch: Switch) -> tuple[int, int, int]:
    """The new index loses one of a thousand, doubles, swaps a contact, resets a moment; gives lies, found, invented.

    All is put back after it.
    """
    state = drill.new.engine._state
    with state.transaction():
        asked = "SELECT index_id FROM signals WHERE status = 'ACTIEF' AND sender <> 'vreemd' ORDER BY rowid"
        ours = [row[0] for row in state._db.execute(asked)]
        each = max(1, len(ours) // 1000)
        touched = [(identity,) for identity in ours[: each * len(LIES)]]
        kept = {
            name: [
                tuple(state._db.execute(f"SELECT * FROM {name} WHERE index_id = ?", one).fetchone()) for one in touched
            ]
            for name in ("signals", "leading")
        }
        for place, lie in enumerate(LIES.values()):
            for identity in ours[place * each : (place + 1) * each]:
                state._db.execute(lie, (identity,))
    found = Counter(drill.switching.reconcile(drill.switching.find(switch.id)).found)
    with state.transaction():
        state._db.execute("DELETE FROM signals WHERE index_id LIKE 'd0b1%'")
        for name, rows in kept.items():
            state._db.executemany(f"DELETE FROM {name} WHERE index_id = ?", touched)
            marks = ", ".join("?" * len(rows[0]))
            state._db.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    wrong = Counter({name: many for name, many in found.items() if name not in ("gelijk", "niet bekeken")})
    told = Counter(dict.fromkeys(LIES, each))
    return told.total(), (told & wrong).total(), (wrong - told).total()


def main() -> int:
    """Move there and back; gives 1 when anything was not as it should be."""
    parser = argparse.ArgumentParser(prog="tests.e2e.switch", description=__doc__)
    parser.add_argument("signals", nargs="?", type=int, default=300)
    parser.add_argument("--dialect", default="regionale_index", choices=MOVABLE, help="what the new index speaks")
    parser.add_argument("--liar", action="store_true", help="the new index also makes something else of signals")
    given = parser.parse_args()
    count = given.signals
    own = round(count * (1 - OTHERS))
    bsns = list(numbers(count + 4000))
    persons, clock = register(bsns), set_clock(LEGAL)
    with tempfile.TemporaryDirectory(prefix="verwijsindex-switch-") as place, ExitStack() as stack:
        directory = Path(place)
        old, new = (
            stack.enter_context(
                Simulator(
                    directory=directory / name, persons=persons, clock=clock, dialect=SPOKEN[dialect].dialect(),
                    capabilities=ABLE.model_copy(update={"mails": SPOKEN[dialect].capabilities.mails}),
                )
            )
            for name, dialect in ((OLD, "regionale_index"), (NEW, given.dialect))
        )  # fmt: skip
        config = check(settings(directory, old, new, given.dialect), source="drill")
        url, parts = stack.enter_context(together(config))
        switching = Switching(parts.store, parts.clock, parts.directory.of_index, _progress())
        drill = Drill(url, old, new, parts, switching)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(drill.give, range(own), bsns))
        for bsn in bsns[: count - own]:
            stranger(old, bsn)
            stranger(new, bsn)
        drill.settle()
        say(f"{drill.given} signalen staan bij {OLD}")
        return verdict(drill, bsns[own:], own, liar=given.liar)


def verdict(drill: Drill, free: list[str], own: int, *, liar: bool) -> int:
    """Move, cut over, turn back; print the line."""
    today = drill.parts.clock().date()
    switch = drill.switching.open(Scope(REGION), OLD, NEW, basis="oefening", basis_on=today)
    ended = threading.Event()
    sender = threading.Thread(target=_going_on, args=(drill, free, own, ended))
    sender.start()
    diff, rate = moved(drill, switch)
    lies, seen, invented = lied(drill, switch) if liar else (0, 0, 0)
    before = drill.matches()
    turned = drill.switching.cutover(drill.switching.find(switch.id)).many
    ended.set()
    sender.join()
    drill.settle()
    turned += drill.switching.cutover(drill.switching.find(switch.id)).many
    drill.settle()
    after = drill.matches()
    double = sum(many - 1 for told in after.values() for many in told.values() if many > 1)
    lost = sum((before[who] - after[who]).total() for who in PARTNERS)
    wrong = drill.wrong(drill.new, drill.old)
    drill.switching.rollback(drill.switching.find(switch.id))
    drill.settle()
    rolled = drill.wrong(drill.old, drill.new)
    rolled += sum((after[who] - told).total() for who, told in drill.matches().items())
    there = sum(1 for _ in drill.parts.store.read.ids_of_region(REGION, living=True))
    drill.errors += drill.given - there
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if liar:
        print(f"lies={lies} found={seen} invented={invented}")
    print(
        f"moved={turned} diff={diff + lost} sender_errors={drill.errors} double_notices={double} wrong_index={wrong} "
        f"rollback_diff={rolled} signals_per_s={rate:.0f} rss_mb={rss}"
    )
    return 0 if not any((diff, lost, drill.errors, double, wrong, rolled, lies - seen, invented)) else 1


def _going_on(drill: Drill, free: list[str], own: int, ended: threading.Event) -> None:
    """New signals, format by format, until the move is over."""
    for number, bsn in enumerate(free, start=own):
        drill.give(number, bsn, ("soap", "json", "fhir", "csv")[number % 4])
        if ended.wait(0.1):
            return


def _progress() -> Any:
    told = [0.0]

    def tell(progress: Progress) -> None:
        if time.monotonic() - told[0] > 5:
            told[0] = time.monotonic()
            say(f"{progress.what}: {progress.done} van {progress.of}, {progress.rate:.0f}/s, nog {progress.left:.0f} s")

    return tell


if __name__ == "__main__":
    sys.exit(main())
