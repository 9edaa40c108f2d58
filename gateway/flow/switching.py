"""A move of signals from one index to another, step by step: each may be stopped at any moment and asked for again.

What goes out goes through the outbox like everything else; here is only decided what comes next.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.tenant import BUCKETS
from gateway.clock import Clock, legal_day, monotonic, wall
from gateway.errors import Misconfigured
from gateway.flow.waiting import Tell, Waiting, silent
from gateway.rules import switching as rules
from gateway.rules.switching import Gap, State
from gateway.store.store import Store
from gateway.store.switching.comparing import Compared
from gateway.store.switching.counting import Survey
from gateway.store.work import (
    Copied,
    Copy,
    Inspect,
    Leave,
    LookAgain,
    OpenSwitch,
    Pause,
    Scope,
    Step,
    Switch,
    Turn,
)

AT_ONCE = 200
_MOVED = "switch: somebody else moved it meanwhile; look at `switch status`"
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move would be: what the new index lacks, and which signals it is about."""

    gaps: list[Gap]
    shadow: bool
    survey: Survey
    unsettled: int
    """Messages to the old index, of the whole region, of which the outcome is not known yet."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a second index holds beside what it was told, and the matches of both. Paused: some of it is of before."""

    found: dict[str, int]
    compared: Compared
    paused: bool = False

    @property
    def differences(self) -> int:
        """How much is not the same at both; what could not be looked at is no difference."""
        wrong = (many for name, many in self.found.items() if name not in (rules.EQUAL, rules.UNSEEN))
        return sum(wrong) + self.compared.differences


@dataclass(frozen=True, slots=True)
class Turned:
    """For how many signals another index leads now, and how many stay with the one before: it did not take them.

    Where it was paused the rest is still to come.
    """

    many: int
    left: int
    paused: bool = False


class Switching:
    """Plans moves and carries them out. `able` says what an index can do."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        able: Callable[[str], IndexCapabilities],
        tell: Tell = silent,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._moves = store.read.moves
        self._clock = clock
        self._able = able
        self._waiting = Waiting(store, tell, rest)

    def plan(self, scope: Scope, old: str, new: str) -> Plan:
        """What a move would be; nothing is written."""
        gaps = rules.gaps(self._able(old), self._able(new))
        waiting = self._store.read.of_region(scope.region).waiting
        return Plan(gaps, rules.shadow(gaps), self._moves.surveyed(scope, old), waiting)

    def open(self, scope: Scope, old: str, new: str, *, basis: str, basis_on: dt.date) -> Switch:
        """Write a move down, with the ground on which the new provider gets these signals. Raises Misconfigured."""
        if not basis.strip():
            raise Misconfigured("switch: no basis; say on what decision or agreement the new provider gets the signals")
        if old == new:
            raise Misconfigured(f"switch: region '{scope.region}' works with index '{new}' already; name another")
        now = self._clock()
        switch = Switch(
            id=uuid4(), scope=scope, old=old, new=new, state=State.PLANNED, paused=False,
            basis=basis.strip(), basis_on=basis_on, made_at=now, moved_at=now,
        )  # fmt: skip
        if (other := self._store.do(OpenSwitch(switch))) is not None:
            raise Misconfigured(
                f"switch: some of these signals of region '{scope.region}' are moving already; go on with {other}, "
                "or end it first"
            )
        return switch

    def find(self, switch_id: UUID) -> Switch:
        """A move; raises Misconfigured."""
        found = self._moves.one(switch_id)
        if found is None:
            raise Misconfigured("switch: no move has this id; `switch status` lists them")
        return found

    def pause(self, switch: Switch, *, paused: bool) -> None:
        """Stop or go on; what is underway already arrives."""
        self._store.do(Pause(switch.id, paused))

    def start(self, switch: Switch, *, rate: float = 0.0) -> bool:
        """Bring every signal to the new index, at most so many in a second, until it has them all.

        False when it was paused. What it refused before is brought again. Raises Misconfigured where both cannot hold
        them at once.
        """
        if not rules.shadow(rules.gaps(self._able(switch.old), self._able(switch.new))):
            raise Misconfigured("switch: the new index cannot hold signals in silence; use `switch cutover --direct`")
        self._grounded(switch)
        self._step(switch, State.COPYING, leads=switch.old)
        began, done = monotonic(), 0
        many = self._moves.surveyed(switch.scope, switch.old).many
        for copied in self._buckets(self._copying(switch)):
            done += copied.fresh
            self._waiting.told("overbrengen", done, many, began)
            if not self._waiting.for_room(switch, switch.new, until=began + done / rate if rate else 0.0):
                return False
        if not self._waiting.until_answered(switch, switch.new):
            return False
        self._step(switch, State.SHADOW, leads=switch.old)
        return True

    def reconcile(self, switch: Switch) -> Looked:
        """Look at what the index that does not lead holds of each signal, and compare the matches of both.

        Where matches differ, both are looked at again after each was asked for news: what was on its way is no
        difference. Raises Misconfigured where a move has no second index, or none any more.
        """
        if switch.state in (State.PLANNED, *rules.OVER):
            raise Misconfigured(f"switch: it is '{switch.state}'; there are no two indexes to compare")
        index, whole = switch.beside, True
        if self._able(index).opvragen:
            whole = self._waiting.until_answered(switch, index)
            if whole:
                self._store.do(LookAgain(switch.id))
                whole = self._looked(switch, index)
        compared = self._moves.compared(switch)
        if compared.differences:
            heard = self._waiting.until_heard(switch)
            compared = compared.still(self._moves.compared(switch)) if heard else compared
            whole = whole and heard
        return Looked(self._moves.counted(switch).found, compared, paused=not whole)

    def cutover(self, switch: Switch, *, direct: bool = False) -> Turned:
        """Let the new index lead. `direct`: from the plan, where there can be no shadow."""
        if direct != (switch.state == State.PLANNED) and switch.state != State.TURNED:
            raise Misconfigured("switch: cut over from the shadow, or --direct where there can be none")
        self._grounded(switch)
        if switch.state in (State.SHADOW, State.BACK) and (many := self._moves.to_be_seen(switch)):
            raise Misconfigured(
                f"switch: '{switch.new}' destroyed {many} of these signals before, and may keep their numbers; see "
                "with `switch reconcile` that they are there"
            )
        return self._turned(switch, State.TURNED, switch.new, switch.old)

    def rollback(self, switch: Switch) -> Turned:
        """Let the old index lead again."""
        return self._turned(switch, State.BACK, switch.old, switch.new)

    def _turned(self, switch: Switch, after: State, to: str, away: str) -> Turned:
        """Turn what the one that is to lead has taken; what came in while this began may still be with the other."""
        many = self._moves.surveyed(switch.scope, away).many
        self._step(switch, after, leads=to)
        done, began, more, again = 0, monotonic(), True, not rules.silent(self._able(to))
        while more and self._waiting.until_answered(switch, to):
            more = False
            for turned in self._buckets(self._turning(switch, after, to, away, again=again)):
                done += turned.turned
                more = more or turned.fresh + turned.turned > 0
                self._waiting.told("omzetten", done, many, began)
            again = False
        return Turned(done, self._moves.surveyed(switch.scope, away).signals.total(), paused=more)

    def retire(self, switch: Switch, *, anyway: bool = False, statement: str = "") -> dict[str, int]:
        """Have the signals destroyed at the index that leads no more, and see that they are; gives what was found.

        The move is done when nothing of them is left there; asked again, it goes on. `statement`: of its provider, for
        an index that does not say what it holds. A move that was only planned ends. Raises Misconfigured while there
        are signals for which that index still leads, or (unless `anyway`) matches that it alone knows.
        """
        switch = self.find(switch.id)
        if switch.state == State.PLANNED:
            self._step(switch, State.STOPPED)
            return {}
        leads, away = switch.leads or switch.old, switch.beside
        if left := self._moves.surveyed(switch.scope, away).signals.total():
            raise Misconfigured(
                f"switch: '{away}' leads for {left} signals still, which '{leads}' did not take (`switch status` "
                "counts them); have them taken, by the step before this one again, or ended"
            )
        if (alone := self._moves.counted(switch).alone.get(away, 0)) and not anyway:
            raise Misconfigured(
                f"switch: {alone} matches are known at '{away}' alone, and would lapse; let the others move too, "
                "or use --lose-matches"
            )
        self._step(switch, State.LEAVING, leads=leads, copied=False, since=switch.state)
        for _ in self._buckets(self._leaving(switch, away)):
            pass
        if not self._waiting.until_answered(switch, away):
            return self._moves.counted(switch).found
        self._store.do(LookAgain(switch.id))
        if self._able(away).opvragen:
            self._looked(switch, away)
        found = self._moves.counted(switch).found
        found[rules.GONE] = found.get(rules.GONE, 0) + found.pop("ontbreekt", 0)
        if found.keys() - {rules.GONE} and not (statement and found.keys() <= {rules.GONE, rules.UNSEEN}):
            return found
        self._step(switch, State.DONE, proof=statement.strip() or "opgevraagd bij de index")
        return found

    # what is asked of the store, bucket by bucket

    def _copying(self, switch: Switch) -> Callable[[int, UUID], Copy]:
        return lambda bucket, after: Copy(
            switch_id=switch.id, state=State.COPYING, bucket=bucket, after=after, scope=switch.scope,
            old=switch.old, new=switch.new, limit=AT_ONCE, due=wall(),
        )  # fmt: skip

    def _turning(self, switch: Switch, state: State, to: str, away: str, *, again: bool) -> Callable[[int, UUID], Turn]:
        return lambda bucket, after: Turn(
            switch_id=switch.id, state=state, bucket=bucket, after=after, scope=switch.scope, to=to, away=away,
            aloud=not rules.silent(self._able(to)), again=again, takes=self._able(to).terugkoppelen,
            limit=AT_ONCE, due=wall(), now=self._clock(),
        )  # fmt: skip

    @staticmethod
    def _leaving(switch: Switch, away: str) -> Callable[[int, UUID], Leave]:
        return lambda bucket, after: Leave(
            switch_id=switch.id, state=State.LEAVING, bucket=bucket, after=after, destination=away,
            limit=AT_ONCE, due=wall(),
        )  # fmt: skip

    def _buckets(self, unit: Callable[[int, UUID], Copy | Turn | Leave]) -> Iterator[Copied]:
        for bucket in range(BUCKETS):
            after: UUID | None = FIRST
            while after is not None:
                copied = self._store.do(unit(bucket, after))
                if copied is None:
                    raise Misconfigured(_MOVED)
                after = copied.last
                yield copied

    def _grounded(self, switch: Switch) -> None:
        if switch.basis_on > legal_day(self._clock()):
            raise Misconfigured(f"switch: its basis holds from {switch.basis_on} on; nothing goes to it before then")

    def _step(
        self, switch: Switch, after: State, *, leads: str = "", copied: bool = True, proof: str = "", since: str = ""
    ) -> None:
        now = since or self.find(switch.id).state
        if now != after and after not in rules.STEPS.get(State(now), ()):
            raise Misconfigured(f"switch: it is '{now}', from which '{after}' does not follow")
        if not self._store.do(Step(switch.id, now, after, self._clock(), leads, copied, proof)):
            raise Misconfigured(_MOVED)

    def _looked(self, switch: Switch, index: str) -> bool:
        """Look at what an index holds of all that stand there now; what comes in meanwhile is for the next time.

        False when paused.
        """
        many = left = self._moves.counted(switch).found.get(rules.UNSEEN, 0)
        began = monotonic()
        while left > 0 and (asked := self._store.do(Inspect(switch.id, index, AT_ONCE, wall()))):
            left -= asked
            self._waiting.told("bekijken", many - left, many, began)
            if not self._waiting.for_room(switch, index):
                return False
        return self._waiting.until_answered(switch, index)
