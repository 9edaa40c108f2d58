"""What one transaction does: each unit that is asked for in it, and what follows: announcements and the audit."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.clock import Clock
from gateway.store import (
    accept,
    arranging,
    batches,
    change,
    claiming,
    expiry,
    following,
    holding,
    life,
    moving,
    notices,
    outbox,
    settling,
    subscriptions,
    watching,
)
from gateway.store.audit import Ledger, entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.engine import Times
from gateway.store.rows import write
from gateway.store.sealing import Sealing
from gateway.store.switching import closing, copies, register, turning
from gateway.store.tables import artifacts, audit
from gateway.store.work import (
    Accept,
    Age,
    Arrange,
    Change,
    ChangeSubscription,
    Claim,
    CloseBatch,
    CloseSubscription,
    Copy,
    Destroy,
    Fetched,
    FollowUp,
    Freeze,
    Hold,
    Inspect,
    Keep,
    Leave,
    LookAgain,
    Move,
    NoteRows,
    OfSubscription,
    OfSwitch,
    OpenBatch,
    OpenSubscription,
    OpenSwitch,
    Pause,
    Record,
    Remind,
    Schedule,
    Settle,
    Step,
    TakeParked,
    Turn,
    Unit,
    Warn,
    Watch,
    Way,
    Ways,
)

_RECORD = audit.insert()


class Applying:
    """Does units within a transaction, some of a kind at once. `ways`: how organisations hear of their matches.

    `destroy` is given the signals whose keys must go, and `stirred` is set, once all of it is durable.
    """

    def __init__(
        self, *, clock: Clock, times: Times, sealing: Sealing, ways: Ways,
        destroy: Callable[[list[UUID]], bool], stirred: threading.Event,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._times = times
        self._sealing = sealing
        self._configured = ways
        self._destroy = destroy
        self._stirred = stirred
        self._ledger = Ledger()

    def __call__(self, connection: sa.Connection, units: Sequence[Unit]) -> tuple[list[Any], Callable[[], None]]:
        """Do them; gives their answers in order, and what must happen once they are durable."""
        effects = Effects()
        answers: dict[int, Any] = {}
        if accepts := [unit for unit in units if isinstance(unit, Accept)]:
            accepted = accept.accept(connection, accepts, self._sealing, effects)
            answers |= {id(unit): answer for unit, answer in zip(accepts, accepted, strict=True)}
        if settles := [unit for unit in units if isinstance(unit, Settle)]:
            settled = settling.settle(connection, settles, self._times, self._sealing, effects)
            answers |= {id(unit): answer for unit, answer in zip(settles, settled, strict=True)}
        if freezes := [unit for unit in units if isinstance(unit, Freeze)]:
            frozen = holding.freeze(connection, freezes, self._times, self._sealing)
            answers |= {id(unit): answer for unit, answer in zip(freezes, frozen, strict=True)}
        arranging.prepare(connection, [unit for unit in units if isinstance(unit, Arrange)])
        for unit in units:
            if id(unit) not in answers:
                answers[id(unit)] = self._one(connection, unit, effects)
        now = self._clock()
        ways = self._ways(connection, now)
        for news in effects.news:
            notices.tell(connection, news, ways(news.tenant, news.index), now)
        self._record(connection, effects, now)

        def afterwards() -> None:
            self._ledger.confirm()
            if effects.destroyed:
                self._destroy(effects.destroyed)
            self._stirred.set()

        return [answers[id(unit)] for unit in units], afterwards

    def _one(self, connection: sa.Connection, unit: Unit, effects: Effects) -> Any:
        match unit:
            case Change() | Age() | Warn() | Destroy():
                return self._live(connection, unit, effects)
            case Claim():
                return claiming.claim(connection, unit, self._times, self._sealing)
            case TakeParked():
                return claiming.take_parked(connection, unit, self._times, self._sealing)
            case Schedule() | Record() | Hold() | Keep():
                return self._of_operators(connection, unit, effects)
            case FollowUp() | Arrange() | Fetched() | Remind() | Watch():
                return self._of_matches(connection, unit, effects)
            case Move():
                return moving.move(connection, unit, self._sealing, effects)
            case OpenBatch() | NoteRows() | CloseBatch():
                return self._of_files(connection, unit, effects)
            case OpenSwitch() | Step() | Pause() | Copy() | Inspect() | LookAgain() | Turn() | Leave():
                return self._of_switch(connection, unit, effects)
            case OpenSubscription() | ChangeSubscription() | CloseSubscription():
                return self._of_subscriptions(connection, unit, effects)
            case Accept() | Settle() | Freeze():
                raise TypeError("done set-based")

    def _of_operators(self, connection: sa.Connection, unit: Schedule | Record | Hold | Keep, effects: Effects) -> None:
        match unit:
            case Schedule():
                outbox.schedule(connection, unit)
            case Record():
                effects.entries.append(entry(unit.event, unit.tenant, unit.subject, **unit.facts))
            case Hold():
                outbox.hold(connection, unit.destination, unit.hold, effects)
            case Keep():
                self._keep(connection, unit)

    def _ways(self, connection: sa.Connection, now: dt.datetime) -> Ways:
        """How organisations hear of their matches: as configured, and as they subscribed; for one transaction."""
        subscribed = cache(lambda tenant: subscriptions.ways(connection, tenant, now))

        def of(tenant: str, index: str) -> tuple[Way, ...]:
            return (*self._configured(tenant, index), *subscribed(tenant))

        return of

    def _of_switch(self, connection: sa.Connection, unit: OfSwitch, effects: Effects) -> Any:
        match unit:
            case OpenSwitch():
                return register.open_(connection, unit, effects)
            case Step():
                return register.step(connection, unit, effects)
            case Pause():
                return register.pause(connection, unit)
            case Copy() | Turn() | Leave() if not register.goes_on(connection, unit.switch_id, unit.state):
                return None
            case Copy():
                return copies.copy(connection, unit, self._sealing)
            case Inspect():
                return copies.inspect(connection, unit)
            case LookAgain():
                return copies.look_again(connection, unit.switch_id)
            case Turn():
                return turning.turn(connection, unit, self._sealing, effects)
            case Leave():
                return closing.leave(connection, unit, effects)

    def _of_subscriptions(self, connection: sa.Connection, unit: OfSubscription, effects: Effects) -> Any:
        match unit:
            case OpenSubscription():
                return subscriptions.open_(connection, unit, self._sealing, effects)
            case ChangeSubscription():
                return subscriptions.change(connection, unit, self._sealing, effects)
            case CloseSubscription():
                return subscriptions.close(connection, unit, effects)

    def _of_matches(
        self, connection: sa.Connection, unit: FollowUp | Arrange | Fetched | Remind | Watch, effects: Effects
    ) -> Any:
        match unit:
            case FollowUp():
                return following.follow_up(connection, unit, self._sealing, effects)
            case Arrange():
                return arranging.arrange(connection, unit, self._sealing, effects)
            case Fetched():
                return notices.fetched(connection, unit, effects)
            case Remind():
                return notices.remind(connection, unit, self._ways(connection, unit.now), effects)
            case Watch():
                return watching.watch(connection, unit, self._ways(connection, unit.now), effects)

    def _of_files(self, connection: sa.Connection, unit: OpenBatch | NoteRows | CloseBatch, effects: Effects) -> Any:
        match unit:
            case OpenBatch():
                return batches.begin(connection, unit, self._sealing, effects)
            case NoteRows():
                return batches.note(connection, unit, self._sealing)
            case CloseBatch():
                return batches.finish(connection, unit, effects)

    def _live(self, connection: sa.Connection, unit: Change | Age | Warn | Destroy, effects: Effects) -> Any:
        match unit:
            case Change():
                return change.change(connection, unit, self._sealing, effects)
            case Age():
                return life.age(connection, unit, self._sealing, effects)
            case Warn():
                return expiry.warn(connection, unit, self._configured, effects)
            case Destroy():
                return life.destroy(connection, unit, effects)

    def _keep(self, connection: sa.Connection, unit: Keep) -> None:
        rows = [
            {"digest": digest, "kind": kind, "name": name, "content": content}
            for digest, kind, name, content in unit.artifacts
        ]
        connection.execute(insert_or_leave(connection, artifacts, "digest"), rows)

    def _record(self, connection: sa.Connection, effects: Effects, now: dt.datetime) -> None:
        entries = effects.entries + [entry("sleutel_vernietigd", "-", identity) for identity in effects.destroyed]
        if entries:
            write(connection, _RECORD, self._ledger.rows(entries, now))
