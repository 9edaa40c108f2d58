"""A move of a region from one index to another, step by step: each may be stopped at any moment and asked for again.

What goes out goes through the outbox like everything else; here is only decided what comes next.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import BUCKETS, new_id
from gateway.clock import Clock, monotonic
from gateway.errors import Misconfigured
from gateway.rules import switching as rules
from gateway.rules.switching import Gap, State
from gateway.store.store import Store
from gateway.store.switching.comparing import Compared
from gateway.store.work import Copied, Copy, Inspect, Leave, LookAgain, OpenSwitch, Pause, Step, Switch, Turn

AT_ONCE = 200
MOST_UNDERWAY = 2000
"""So many messages may wait for an index before more are put behind them."""
PAUSE = 0.25
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move would be: what the new index lacks, and how many signals there are, by organisation and state."""

    gaps: list[Gap]
    shadow: bool
    signals: dict[str, dict[str, int]]
    unsettled: int
    """Messages to the old index of which the outcome is not known yet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is that takes long."""

    what: str
    done: int
    of: int
    rate: float
    """So many in a second."""

    @property
    def left(self) -> float:
        """Seconds it will take yet, at this rate."""
        return max(0, self.of - self.done) / self.rate if self.rate else 0.0


Tell = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    """Nobody is told."""


class Switching:
    """Plans moves and carries them out. `able` says what an index can do."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        able: Callable[[str], IndexCapabilities],
        tell: Tell = _silent,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._able = able
        self._tell = tell
        self._rest = rest

    def plan(self, region: str, old: str, new: str) -> Plan:
        """What a move would be; nothing is written."""
        gaps = rules.gaps(self._able(old), self._able(new))
        counts = self._store.read.of_region(region)
        return Plan(gaps, rules.shadow(gaps), counts.signals, counts.waiting)

    def open(
        self, region: str, old: str, new: str, *, tenants: tuple[str, ...] = (), basis: str, basis_on: dt.date
    ) -> Switch:
        """Write a move down, with the ground on which the new provider gets these signals. Raises Misconfigured."""
        if not basis.strip():
            raise Misconfigured("switch: no basis; say on what decision or agreement the new provider gets the signals")
        if old == new:
            raise Misconfigured(f"switch: region '{region}' works with index '{new}' already; name another")
        now = self._clock()
        switch = Switch(
            id=uuid4(), region=region, tenants=tenants, old=old, new=new, state=State.PLANNED, paused=False,
            basis=basis.strip(), basis_on=basis_on, made_at=now, moved_at=now,
        )  # fmt: skip
        if (other := self._store.do(OpenSwitch(switch))) is not None:
            raise Misconfigured(f"switch: region '{region}' is moving already; go on with {other}, or end it first")
        return switch

    def find(self, switch_id: UUID) -> Switch:
        """A move; raises Misconfigured."""
        found = next((one for one in self._store.read.switches() if one.id == switch_id), None)
        if found is None:
            raise Misconfigured("switch: no move has this id; `switch status` lists them")
        return found

    def pause(self, switch: Switch, *, paused: bool) -> None:
        """Stop or go on; what is underway already arrives."""
        self._store.do(Pause(switch.id, paused))

    def start(self, switch: Switch, *, rate: float = 0.0) -> bool:
        """Bring every signal to the new index, at most so many in a second, until it has them all.

        False when it was paused. Raises Misconfigured where both cannot hold them at once.
        """
        if not self.plan(switch.region, switch.old, switch.new).shadow:
            raise Misconfigured("switch: the new index cannot hold signals in silence; use `switch cutover --direct`")
        if switch.basis_on > self._clock().date():
            raise Misconfigured(f"switch: its basis holds from {switch.basis_on} on; nothing goes to it before then")
        self._step(switch, State.COPYING, leads=switch.old)
        began, done = monotonic(), 0
        many = self._many(switch)
        for copied in self._buckets(switch, self._copying(switch)):
            done += copied.fresh
            self._told("overbrengen", done, many, began)
            if not self._room(switch, rate, done, began):
                return False
        if not self._drained(switch, switch.new):
            return False
        self._step(switch, State.SHADOW, leads=switch.old)
        return True

    def reconcile(self, switch: Switch) -> tuple[Counter[str], Compared]:
        """Look at what the index that does not lead holds of each signal, and compare the matches of both."""
        beside = switch.new if switch.state in (State.SHADOW, State.BACK, State.COPYING) else switch.old
        self._store.do(LookAgain(switch.id))
        if self._able(beside).opvragen:
            self._looked(switch, beside)
        found = Counter(self._store.read.switch_counts(switch)["kopieen"])
        return found, self._store.read.switch_compared(switch)

    def cutover(self, switch: Switch, *, tenants: tuple[str, ...] = (), direct: bool = False) -> int:
        """Let the new index lead, for all or for some organisations; gives for how many signals."""
        after = State.TURNED
        if direct != (switch.state == State.PLANNED):
            raise Misconfigured("switch: cut over from the shadow, or --direct where there can be none")
        return self._turned(switch, after, switch.new, switch.old, tenants)

    def rollback(self, switch: Switch, *, tenants: tuple[str, ...] = ()) -> int:
        """Let the old index lead again; gives for how many signals."""
        return self._turned(switch, State.BACK, switch.old, switch.new, tenants)

    def _turned(self, switch: Switch, after: State, to: str, away: str, tenants: tuple[str, ...]) -> int:
        self._step(switch, after, leads=to, tenants=tenants)
        done, fresh, began, many = 0, 1, monotonic(), self._many(switch)
        while fresh:  # what came in while this began may still be with the other
            fresh = 0
            turn = self._turning(switch, to, away, tenants or switch.tenants)
            for turned in self._buckets(switch, turn):
                fresh += turned.fresh
                self._told("omzetten", done + fresh, many, began)
            done += fresh
        return done

    def retire(self, switch: Switch, *, anyway: bool = False) -> Counter[str]:
        """Have the signals destroyed at the index that leads no more, and see that they are; gives what was found.

        The move is done when nothing of them is left there; asked again, it goes on. Raises Misconfigured while there
        are matches that only that index told: they lapse with the signals there.
        """
        leads = switch.new if switch.state in (State.TURNED, State.LEAVING) else switch.old
        away = switch.old if leads == switch.new else switch.new
        lonely = self._store.read.switch_counts(switch)["alleen daar bekend"].get(away, 0)
        if lonely and not anyway:
            raise Misconfigured(
                f"switch: {lonely} matches are known at '{away}' alone, and would lapse; let the others move too, "
                "or use --lose-matches"
            )
        self._step(switch, State.LEAVING, leads=leads, copied=False)
        for _ in self._buckets(switch, self._leaving(switch, away)):
            pass
        self._drained(switch, away)
        self._store.do(LookAgain(switch.id))
        if self._able(away).opvragen:
            self._looked(switch, away)
        found = Counter(self._store.read.switch_counts(switch)["kopieen"])
        found[rules.GONE] += found.pop("ontbreekt", 0)
        if found.keys() - {rules.GONE}:
            return found
        self._step(self.find(switch.id), State.DONE)
        return found

    # what is asked of the store, bucket by bucket

    def _copying(self, switch: Switch) -> Callable[[int, UUID], Copy]:
        return lambda bucket, after: Copy(
            switch_id=switch.id, bucket=bucket, after=after, region=switch.region, tenants=switch.tenants,
            old=switch.old, new=switch.new, limit=AT_ONCE, due=time.time(),
        )  # fmt: skip

    def _turning(self, switch: Switch, to: str, away: str, tenants: tuple[str, ...]) -> Callable[[int, UUID], Turn]:
        return lambda bucket, after: Turn(
            switch_id=switch.id, bucket=bucket, after=after, region=switch.region, tenants=tenants, to=to, away=away,
            limit=AT_ONCE, now=self._clock(),
        )  # fmt: skip

    @staticmethod
    def _leaving(switch: Switch, away: str) -> Callable[[int, UUID], Leave]:
        return lambda bucket, after: Leave(
            switch_id=switch.id, destination=away, limit=AT_ONCE, after=after, bucket=bucket
        )

    def _buckets(self, switch: Switch, unit: Callable[[int, UUID], Copy | Turn | Leave]) -> Iterator[Copied]:
        for bucket in range(BUCKETS):
            after: UUID | None = FIRST
            while after is not None:
                copied = self._store.do(unit(bucket, after))
                after = copied.last
                yield copied

    def _step(
        self, switch: Switch, after: State, *, leads: str = "", copied: bool = True, tenants: tuple[str, ...] = ()
    ) -> None:
        now = self.find(switch.id).state
        if now != after and after not in rules.STEPS.get(State(now), ()):
            raise Misconfigured(f"switch: it is '{now}', from which '{after}' does not follow")
        step = Step(switch.id, now, after, self._clock(), leads, copied, tenants)
        if not self._store.do(step):
            raise Misconfigured("switch: somebody else moved it meanwhile; look at `switch status`")

    # waiting

    def _room(self, switch: Switch, rate: float, done: int, began: float) -> bool:
        """Wait until there is room behind what waits already, and the rate allows; False when it was paused."""
        while True:
            if self.find(switch.id).paused:
                return False
            ahead = rate > 0 and done > rate * (monotonic() - began)
            if not ahead and self._underway(switch.new, new_id(0)) < MOST_UNDERWAY:
                return True
            self._rest(PAUSE)

    def _looked(self, switch: Switch, index: str) -> None:
        """Look at what an index holds of all that stand there now; what comes in meanwhile is for the next time."""
        left = self._store.read.switch_counts(switch)["kopieen"].get("niet bekeken", 0)
        while left > 0 and (asked := self._store.do(Inspect(switch.id, index, AT_ONCE))):
            left -= asked
            self._drained(switch, index)

    def _drained(self, switch: Switch, index: str) -> bool:
        """Wait until an index has answered all that goes to it now; False when it was paused."""
        until = new_id(0)
        most, began = self._underway(index, until), monotonic()
        while (left := self._underway(index, until)) > 0:
            if self.find(switch.id).paused:
                return False
            most = max(most, left)
            took = monotonic() - began
            self._tell(Progress(f"antwoord van {index}", most - left, most, (most - left) / took if took else 0.0))
            self._rest(PAUSE)
        return True

    def _underway(self, index: str, until: UUID) -> int:
        return self._store.read.underway(index, until)

    def _many(self, switch: Switch) -> int:
        counts = self._store.read.of_region(switch.region).signals
        mine = [by for name, by in counts.items() if not switch.tenants or name in switch.tenants]
        return sum(many for by in mine for status, many in by.items() if status != Status.VERNIETIGD)

    def _told(self, what: str, done: int, many: int, began: float) -> None:
        took = monotonic() - began
        self._tell(Progress(what, done, many, done / took if took else 0.0))
