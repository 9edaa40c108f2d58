"""A gateway and a simulated index that holds the regie itself, in one thread: a message goes when the test says so."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import Contact, IndexCapabilities, IndexRegie, Person, Retry, Unknown
from gateway.canonical.receipt import MatchPage, OneMatch, Reply
from gateway.canonical.regie import Regie, Regiehandeling, Wie
from gateway.canonical.signal import Soort
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.clock import Clock
from gateway.flow.courier import Courier, Destination
from gateway.flow.directory import Directory
from gateway.simulator.door import House
from gateway.simulator.engine import Engine
from gateway.simulator.faults import Fault, Rule, Script
from gateway.simulator.persons import Persons
from gateway.simulator.replies import Arranged
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.state import State
from gateway.simulator.values import Arrange, Message, Register
from gateway.store.store import Store
from gateway.store.work import Claim, Job, Schedule
from gateway.wire.message import WireRequest, WireResponse
from tests.simulator.wire import CHILD
from tests.spec.formats import Message as Said
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import SCHOOL, STRICT, caller, partner, regions

CARE = "wijkteam"
ABLE = IndexCapabilities(regie=True, terugkoppelen=True)
INDEX = "kaal"


def directory(able: IndexCapabilities = ABLE) -> Directory:
    """Two partners in one region, whose index can do this."""
    region = replace(regions()[STRICT], capabilities=able)
    partners = (partner(name, regions=(region,), may_know_bsn=True) for name in (SCHOOL, CARE))
    return Directory({item.id: item for item in partners}, {STRICT: region})


class Died(Exception):
    """A worker is killed."""


class World:
    """The school is at the gateway; the other side is too, or only at the index (`foreign`).

    `able` is what the index can do, `known` what the gateway thinks it can.
    """

    def __init__(
        self,
        new_store: Callable[[Clock], Store],
        place: Path,
        *,
        foreign: bool = False,
        able: IndexCapabilities = ABLE,
        known: IndexCapabilities | None = None,
    ) -> None:
        known = able if known is None else known
        self.office = Office(new_store, directory(known))
        self.clock = self.office.clock
        self.state = State(place)
        self.script = Script()
        self.engine = Engine(self.state, Persons.shipped(), able, self.clock)
        self.house = House(self.engine, SoapDialect(), self.script)
        self.sent: list[str] = []
        """The operations that reached the index."""
        self.dies = ""
        adapter = RegionaleIndex(sender="gateway", receiver="index", capabilities=known, clock=self.clock)
        destination = Destination(INDEX, adapter, self, "-", 1.0, 0.0, 1e-9)
        self.store = self.office.store
        self.store.do(Schedule(INDEX, new_id(bucket_of(GATEWAY))))
        self.courier = Courier(self.store, self.office.directory, {INDEX: destination}, self.clock)
        self.sides = (SCHOOL,) if foreign else (SCHOOL, CARE)
        self.references: dict[str, str] = {}
        for who in self.sides:
            given = accepted(self.office.answer(said(bsn=CHILD, **dict.fromkeys(_DATA)), who=caller(who)))
            self.references[who] = str(given.receipt.signaal_id)
        if foreign:
            self.references["vreemd"] = str(uuid4())
            self.engine.answer(_register(self.references["vreemd"]))
        self.settle()
        with self.state.transaction():
            ((_, news), *_) = self.state.stream.after("gateway", 0, limit=1)
        self.number = news.match_id
        """The index's own number of the match."""

    # the index as the gateway's worker sees it

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        call = self.house.dialect.decode(request)
        assert not isinstance(call, WireResponse), call.body
        if self.dies == "before":
            raise Died
        self.sent.append(call.operation)
        answer = self.house.exchange(call, self.script.fire(call.operation))
        if self.dies == "after":
            raise Died
        return Unknown(reason="afgebroken") if answer is None else answer

    def break_off(self, operation: str, *, after: bool = True, times: int = 1) -> None:
        """Let the next exchanges be broken off, before or after the index did what was asked."""
        fault = Fault.DROP_AFTER if after else Fault.DROP_BEFORE
        self.script.replace([Rule(operation=operation, fault=fault, times=times)])  # type: ignore[arg-type]

    # what happens

    def claim(self, tenant: str, lease: float = 30.0) -> list[Job]:
        bucket = bucket_of(tenant)
        jobs: list[Job] = self.store.do(Claim(bucket, tenant, 8, lease, new_id(bucket)))
        return jobs

    def die(self, tenant: str, when: str) -> None:
        """A worker takes what is due and dies before or after the index heard of it; its lease ends at once."""
        for job in self.claim(tenant, lease=0.0):
            self.dies = when
            with suppress(Died):
                self.courier.carry(job)
            self.dies = ""

    def carry(self, *tenants: str) -> int:
        """Carry what is due of these tenants, once; gives how many messages."""
        jobs = [job for tenant in tenants or (*self.sides, GATEWAY) for job in self.claim(tenant)]
        for job in jobs:
            self.courier.carry(job)
        return len(jobs)

    def settle(self) -> None:
        """Until nothing of a side waits any more, and the index has told all it knows."""
        while self.carry(*self.sides):
            pass
        for _ in range(3):
            self.carry(GATEWAY)

    def ask(self, who: str, handeling: Regiehandeling, stand: str | None = None) -> Reply:
        """A side does something, on what it sees now or on another stand."""
        fields = {"match_id": self.match(who), "regiehandeling": handeling.value}
        fields["stand"] = self.seen(who).stand if stand is None else stand
        return self.office.answer(Said("regieVastleggen", {"bron_systeem": "x", **fields}), who=caller(who))

    def done(self, who: str, handeling: Regiehandeling, stand: str | None = None) -> Regie:
        reply = self.ask(who, handeling, stand)
        assert isinstance(reply, OneMatch) and reply.match.regie is not None, codes(reply)
        return reply.match.regie

    def by_hand(self, who: str, handeling: Regiehandeling) -> bool:
        """A side does something in the index's own web application; whether it could."""
        wish = Arrange(reference=self.references[who], match_id=self.number, handeling=handeling, stand=None)
        answer = self.engine.by_hand(wish)
        assert isinstance(answer, Arranged)
        return answer.done

    # what is seen

    def page(self, who: str) -> MatchPage:
        page = self.office.list("matchesOpvragen", who=caller(who))
        assert isinstance(page, MatchPage)
        return page

    def match(self, who: str) -> str:
        return str(self.page(who).matches[-1].match_id)

    def seen(self, who: str) -> Regie:
        regie = self.page(who).matches[-1].regie
        assert regie is not None
        return regie

    def at_index(self, who: str) -> IndexRegie:
        """What the index itself would tell a side."""
        with self.state.transaction():
            (signal,) = self.state.under(self.references[who])
            regie, stand = self.state.sides.regie(self.number)
            return regie.told(signal.index_id, stand, IndexRegie(wie=Wie.GEEN, stand=0).wie_dan)

    def agrees(self) -> None:
        """Each side here sees what the index says, settled; nobody else has it too."""
        for who in self.sides:
            seen, true = self.seen(who), self.at_index(who)
            assert (seen.wie, seen.aangeboden, seen.herzien_op) == (true.wie, true.aangeboden, true.herzien_op), who
            assert seen.status.value == "VASTGESTELD"
        assert [self.seen(who).wie for who in self.sides].count(Wie.IK) <= 1

    def close(self) -> None:
        self.state.close()


_DATA = ("familienaam", "geboortedatum", "geslacht")


def _register(reference: str) -> Message:
    contact = Contact(
        professional_id="v", naam="V. Reemd", instantie_id="vreemd", instantie_naam="Verre Instelling", telefoon="06"
    )
    wanted = Register(
        reference=reference,
        soort=Soort.SIGNAAL,
        person=Person(bsn=CHILD),
        contact=contact,
        datum_tijd_melding="2026-11-21T09:58:00+01:00",
        verwijderdatum=_UNTIL,
    )
    return Message(sender="ander", reference=str(UUID(reference)), request=wanted)


_UNTIL = dt.date(2028, 11, 21)
