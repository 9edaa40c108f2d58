"""A gateway and two simulated indexes in one thread: a message goes when the test says so."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.match import Match
from gateway.canonical.order import Contact, IndexCapabilities, Person, Retry, Unknown
from gateway.canonical.receipt import Answer, MatchPage, OneMatch, OwnSignalPage
from gateway.canonical.regie import Regie
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
from gateway.simulator.values import Message, Register
from gateway.store.store import Store
from gateway.store.switching.tables import mirrored
from gateway.store.tables import matches
from gateway.store.work import Claim, Job, Schedule, Scope, Switch
from gateway.wire.message import WireRequest, WireResponse
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import NOW, SCHOOL, STRICT, caller, partner, regions

CARE, DOCTOR = "wijkteam", "jeugdarts"
EVERYBODY = (SCHOOL, CARE, DOCTOR)
OLD, NEW = "kaal", "nieuw"
ABLE = IndexCapabilities(
    opvragen=True, overnemen=True, stil=True, landelijk_uit=True, wijzigen=True, terugkoppelen=True, mails=True
)
CHILDREN = ("999996526", "999997580", "999998006", "999997981")
BASIS = "besluit van het college"
YOUNG = tuple(
    known.bsn for known in Persons.shipped() if known.younger_than_adult(NOW.date()) and not known.suspended
)  # fmt: skip
"""Of the published test persons, those who are children now."""
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
        with self.state.transaction():
            found = self.state.own("gateway", str(reference))
            return [f"{one.status}{'' if self.state.leading.leads(one.index_id) else ' stil'}" for one in found]

    def numbered(self, reference: UUID) -> dict[str, str]:
        """Of a signal under a reference the numbers of its matches, by the reference of the other."""
        found = (
            "SELECT other.reference, m.match_id FROM matches m JOIN signals mine ON mine.index_id IN (m.one, m.other) "
            "JOIN signals other ON other.index_id IN (m.one, m.other) AND other.index_id <> mine.index_id "
            "WHERE mine.reference = ?"
        )
        with self.state.transaction():
            return dict(self.state._db.execute(found, (str(reference),)).fetchall())

    def renumber(self, before: str, now: str) -> None:
        """A match has another number here."""
        with self.state.transaction():
            for table in ("matches", "news"):
                self.state._db.execute(f"UPDATE {table} SET match_id = ? WHERE match_id = ?", (now, before))

    def living(self, reference: UUID) -> tuple[str, ...]:
        """The same, without what it destroyed."""
        return tuple(one for one in self.holds(reference) if not one.startswith("VERNIETIGD"))


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
        self.able = {OLD: old, NEW: able}
        partners = (partner(name, regions=(region,)) for name in EVERYBODY)
        known = Directory({item.id: item for item in partners}, {STRICT: region}, indexes=self.able)
        self.office = Office(new_store, known)
        self.clock, self.store = self.office.clock, self.office.store
        self.indexes = {name: Index(place / name, can, self.clock, family) for name, can in self.able.items()}
        destinations = {}
        for name, index in self.indexes.items():
            adapter = RegionaleIndex(sender="gateway", receiver=name, capabilities=self.able[name], clock=self.clock)
            destinations[name] = Destination(name, adapter, index, "-", 1.0, 0.0, 1e-9)
            self.store.do(Schedule(name, new_id(bucket_of(GATEWAY))))
        self.courier = Courier(self.store, self.office.directory, destinations, self.clock)
        self.meanwhile: list[Callable[[], None]] = []
        """What happens at each moment on which a move waits."""
        self.moments = 0
        self.switching = Switching(self.store, self.clock, known.of_index, rest=self._rest)
        self.given: dict[tuple[str, str], UUID] = {}
        self.children: dict[str, str] = {}

    @property
    def old(self) -> Index:
        return self.indexes[OLD]

    @property
    def new(self) -> Index:
        return self.indexes[NEW]

    # senders

    def give(self, who: str, own: str, child: str, **more: str) -> UUID:
        given = said(bsn=child, bron_signaal_id=own, **dict.fromkeys(DATA) | more)
        answer = accepted(self.office.answer(given, who=caller(who)))
        self.given[who, own] = answer.receipt.signaal_id
        self.children.setdefault(more.get("gemeente_code", ""), child)
        return answer.receipt.signaal_id

    def ask(self, who: str, operation: str, own: str, **fields: str) -> Answer:
        return accepted(self.office.list(operation, caller(who), bron_signaal_id=own, **fields))

    def matches(self, who: str) -> list[tuple[str, str, str, int]]:
        """Of each match of an organisation: its own id, which must stay what it is, kind, status, how many it names."""
        page = self.office.list("matchesOpvragen", caller(who))
        assert isinstance(page, MatchPage), page
        return [
            (str(one.match_id), one.soort.value, one.status.value, len(one.content.betrokkenen)) for one in page.matches
        ]

    def own(self, who: str) -> list[tuple[str, str, str, str]]:
        """Of each signal of an organisation what it is told of it."""
        page = self.office.list("eigenSignalenOpvragen", caller(who), maximum="200")
        assert isinstance(page, OwnSignalPage), page
        return [(str(one.signaal_id), one.status, one.bezorging, str(one.verloopt_op)) for one in page.signals]

    def child_of(self, municipality: str) -> str:
        """The first child of whom a signal was given there."""
        return self.children[municipality]

    def told(self, who: str, cursor: str) -> tuple[list[str], str]:
        """The matches an organisation is told of after a cursor, and the next cursor."""
        page = self.office.list("matchesOpvragen", caller(who), na=cursor) if cursor else self.page(who)
        assert isinstance(page, MatchPage), page
        return [str(one.match_id) for one in page.matches], page.cursor

    def page(self, who: str) -> MatchPage:
        page = self.office.list("matchesOpvragen", caller(who))
        assert isinstance(page, MatchPage), page
        return page

    def rows(self, table: str) -> int:
        with self.store.read._engine.begin() as connection:
            return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

    def told_alone(self, who: str) -> list[UUID]:
        """The numbers, at the index that leads no more, of the matches of an organisation that it alone knows."""
        with self.store.read._engine.begin() as connection:
            found = sa.select(matches.c.told_as).where(matches.c.tenant == who, matches.c.told_as.is_not(None))
            return [UUID(number) for number in connection.execute(found).scalars()]

    def numbers(self, who: str, own: str) -> list[UUID]:
        """The numbers of the matches of a signal, at the index that leads for it."""
        with self.store.read._engine.begin() as connection:
            found = sa.select(matches.c.index_match).where(matches.c.signal_id == self.given[who, own])
            return [UUID(number) for number in connection.execute(found).scalars()]

    def cross_numbers(self, who: str, own: str) -> None:
        """Two matches of a signal have at the new index each the number that the old one has for the other."""
        at = {name: index.numbered(self.given[who, own]) for name, index in self.indexes.items()}
        one, two = at[OLD]
        for now, number in ((at[NEW][one], at[OLD][two]), (at[NEW][two], at[OLD][one])):
            self.new.renumber(now, number)
            here = mirrored.c.index_match == now
            with self.store.read._engine.begin() as connection:
                connection.execute(mirrored.update().where(here).values(index_match=number))

    def _match(self, who: str, own: str) -> Match:
        """The match an organisation has of a signal."""
        (found,) = [one for one in self.page(who).matches if one.signaal_id == self.given[who, own]]
        return found

    def regie(self, who: str, own: str) -> Regie:
        found = self._match(who, own).regie
        assert found is not None
        return found

    def follow_up(self, who: str, match_id: UUID, contact: str) -> None:
        told = {"match_id": str(match_id), "contact": contact}
        assert isinstance(self.office.list("matchTerugkoppelen", caller(who), **told), OneMatch)

    def arrange(self, who: str, own: str, handeling: str, stand: str, **more: str) -> None:
        fields = {"match_id": str(self._match(who, own).match_id), "regiehandeling": handeling, "stand": stand}
        reply = self.office.list("regieVastleggen", caller(who), **fields | more)
        assert isinstance(reply, OneMatch), codes(reply)

    def status(self, who: str, own: str) -> object:
        return self.office.list("statusOpvragen", caller(who), bron_signaal_id=own)

    # the worker

    def _rest(self, seconds: float) -> None:
        self.moments += 1
        for act in self.meanwhile:
            act()
        self.carry()

    def claim(self, tenant: str, most: int = 50) -> list[Job]:
        """What is due of an organisation, in hand; at most so many."""
        jobs: list[Job] = self.store.do(Claim(bucket_of(tenant), tenant, most, 30.0, new_id(bucket_of(tenant))))
        return jobs

    def carry(self, names: Iterable[str] = EVERYBODY) -> int:
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
        while self.carry() or any(self.store.read.moves.underway(index, new_id(0)) for index in self.indexes):
            pass
        for _ in range(3):
            self.carry(())

    def pass_time(self, **time: float) -> None:
        """Time goes by, and what both indexes have to tell then is told."""
        self.office.later(**time)
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

    def open(self, *, tenants: tuple[str, ...] = (), municipalities: tuple[str, ...] = ()) -> Switch:
        scope = Scope(STRICT, tenants, municipalities)
        return self.switching.open(scope, OLD, NEW, basis=BASIS, basis_on=self.clock().date())

    def shadow(self, **scope: tuple[str, ...]) -> Switch:
        """A move of which all stands at both indexes."""
        switch = self.open(**scope)
        assert self.switching.start(switch)
        self.settle()
        return self.again(switch)

    def again(self, switch: Switch) -> Switch:
        return self.switching.find(switch.id)
