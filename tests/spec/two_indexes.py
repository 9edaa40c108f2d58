"""A gateway and two simulated indexes in one thread: a message goes when the test says so."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import Contact, IndexCapabilities, Person, Retry, Unknown
from gateway.canonical.receipt import MatchPage
from gateway.canonical.signal import Soort
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.clock import Clock
from gateway.flow.courier import Courier, Destination
from gateway.flow.directory import Directory
from gateway.flow.switching import Switching
from gateway.simulator.door import House
from gateway.simulator.engine import Engine
from gateway.simulator.faults import Script
from gateway.simulator.persons import Persons
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.state import State
from gateway.simulator.values import Inspect, Message, Register
from gateway.store.store import Store
from gateway.store.work import Claim, Job, Schedule, Switch
from gateway.wire.message import WireRequest, WireResponse
from tests.spec.office import Office, accepted, said
from tests.spec.people import SCHOOL, STRICT, caller, partner, regions

CARE, DOCTOR = "wijkteam", "jeugdarts"
OLD, NEW = "kaal", "nieuw"
ABLE = IndexCapabilities(
    opvragen=True, overnemen=True, stil=True, landelijk_uit=True, wijzigen=True, terugkoppelen=True, mails=True
)
CHILDREN = ("999996526", "999997580", "999998006", "999997981")
BASIS = "besluit van het college"
DATA = ("familienaam", "geboortedatum", "geslacht", "voornamen")


class Index:
    """One simulated index, as a worker reaches it."""

    def __init__(self, place: Path, able: IndexCapabilities, clock: Clock, family: dt.timedelta | None) -> None:
        self.state = State(place)
        self.engine = Engine(self.state, Persons.shipped(), able, clock, family)
        self.script = Script()
        self.house = House(self.engine, SoapDialect(), self.script)
        self.sent: list[str] = []
        self.away = False

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        if self.away:
            return Retry(reason="geen-verbinding")
        call = self.house.dialect.decode(request)
        assert not isinstance(call, WireResponse), call.body
        self.sent.append(call.operation)
        answer = self.house.exchange(call, self.script.fire(call.operation))
        return Unknown(reason="afgebroken") if answer is None else answer

    def holds(self, reference: UUID) -> list[str]:
        """Of each signal under a reference, its state and whether this index leads for it."""
        answer = self.engine.answer(Message(sender="gateway", reference="-", request=Inspect(reference=str(reference))))
        return [f"{one.status}{'' if one.leidend else ' stil'}" for one in answer.standing]  # type: ignore[union-attr]


class World:
    """Three organisations at the gateway, in one region; `able` is what the new index can do."""

    def __init__(
        self,
        new_store: Callable[[Clock], Store],
        place: Path,
        *,
        able: IndexCapabilities = ABLE,
        old: IndexCapabilities = ABLE,
        family: dt.timedelta | None = None,
    ) -> None:
        region = replace(regions()[STRICT], capabilities=old)
        partners = (partner(name, regions=(region,)) for name in (SCHOOL, CARE, DOCTOR))
        self.office = Office(new_store, Directory({item.id: item for item in partners}, {STRICT: region}))
        self.clock, self.store = self.office.clock, self.office.store
        self.able = {OLD: old, NEW: able}
        self.indexes = {name: Index(place / name, can, self.clock, family) for name, can in self.able.items()}
        destinations = {}
        for name, index in self.indexes.items():
            adapter = RegionaleIndex(sender="gateway", receiver=name, capabilities=self.able[name], clock=self.clock)
            destinations[name] = Destination(name, adapter, index, "-", 1.0, 0.0, 1e-9)
            self.store.do(Schedule(name, new_id(bucket_of(GATEWAY))))
        self.courier = Courier(self.store, self.office.directory, destinations, self.clock)
        self.meanwhile: list[Callable[[], None]] = []
        """What happens at each moment on which a move waits."""
        self.switching = Switching(self.store, self.clock, self.able.__getitem__, rest=self._rest)
        self.given: dict[tuple[str, str], UUID] = {}

    @property
    def old(self) -> Index:
        return self.indexes[OLD]

    @property
    def new(self) -> Index:
        return self.indexes[NEW]

    # senders

    def give(self, who: str, own: str, child: str) -> UUID:
        answer = accepted(
            self.office.answer(said(bsn=child, bron_signaal_id=own, **dict.fromkeys(DATA)), who=caller(who))
        )
        self.given[who, own] = answer.receipt.signaal_id
        return answer.receipt.signaal_id

    def ask(self, who: str, operation: str, own: str, **fields: str) -> None:
        accepted(self.office.list(operation, caller(who), bron_signaal_id=own, **fields))

    def matches(self, who: str) -> list[tuple[str, str, str, int]]:
        """Of each match of an organisation: its own id, which must stay what it is, kind, status, how many it names."""
        page = self.office.list("matchesOpvragen", caller(who))
        assert isinstance(page, MatchPage), page
        return [
            (str(one.match_id), one.soort.value, one.status.value, len(one.content.betrokkenen)) for one in page.matches
        ]

    def told(self, who: str, cursor: str) -> tuple[list[str], str]:
        """The matches an organisation is told of after a cursor, and the next cursor."""
        page = self.office.list("matchesOpvragen", caller(who), na=cursor) if cursor else self.page(who)
        assert isinstance(page, MatchPage), page
        return [str(one.match_id) for one in page.matches], page.cursor

    def page(self, who: str) -> MatchPage:
        page = self.office.list("matchesOpvragen", caller(who))
        assert isinstance(page, MatchPage), page
        return page

    def status(self, who: str, own: str) -> object:
        return self.office.list("statusOpvragen", caller(who), bron_signaal_id=own)

    # the worker

    def _rest(self, seconds: float) -> None:
        for act in self.meanwhile:
            act()
        self.carry()

    def claim(self, tenant: str) -> list[Job]:
        """What is due of an organisation, in hand."""
        jobs: list[Job] = self.store.do(Claim(bucket_of(tenant), tenant, 50, 30.0, new_id(bucket_of(tenant))))
        return jobs

    def carry(self, names: Iterable[str] = (SCHOOL, CARE, DOCTOR)) -> int:
        """Carry what is due, once."""
        done = 0
        for bucket in sorted({bucket_of(name) for name in (*names, GATEWAY)}):
            for tenant in (*names, GATEWAY):
                if bucket_of(tenant) == bucket:
                    for job in self.store.do(Claim(bucket, tenant, 50, 30.0, new_id(bucket))):
                        self.courier.carry(job)
                        done += tenant != GATEWAY
        return done

    def settle(self) -> None:
        """Until nothing waits, and both indexes told all they know."""
        while self.carry():
            pass
        for _ in range(3):
            self.carry(())

    def foreign(self, index: Index, child: str, name: str = "V. Reemd", organisation: str = "politie") -> str:
        """Who is no sender of ours gives a signal at an index."""
        reference = str(uuid4())
        contact = Contact(
            professional_id="v-1", naam=name, instantie_id=organisation, instantie_naam=organisation, telefoon="06"
        )
        index.engine.answer(
            Message(
                sender="vreemd",
                reference=str(uuid4()),
                request=Register(
                    reference=reference, soort=Soort.SIGNAAL, person=Person(bsn=child), contact=contact,
                    datum_tijd_melding=self.clock().isoformat(), verwijderdatum=dt.date(2028, 11, 20),
                ),
            )
        )  # fmt: skip
        return reference

    # moves

    def open(self, **more: object) -> Switch:
        today = self.clock().date()
        return self.switching.open(STRICT, OLD, NEW, basis=BASIS, basis_on=today, **more)  # type: ignore[arg-type]

    def again(self, switch: Switch) -> Switch:
        return self.switching.find(switch.id)
