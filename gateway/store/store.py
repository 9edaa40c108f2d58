"""The store as the rest of the house sees it: open, submit, read, close."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
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
    migrate,
    moving,
    notices,
    outbox,
    settling,
    subscriptions,
    watching,
    whole,
)
from gateway.store.audit import Ledger, entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.engine import Times, connect
from gateway.store.keyring import KeyRing
from gateway.store.keys import KeyStore
from gateway.store.reading import Reader
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
from gateway.store.writer import Tell, Writer

log = logging.getLogger("gateway.store")

_RECORD = audit.insert()


def _nobody(tenant: str, index: str) -> tuple[Way, ...]:
    """No organisation wants to hear of its matches."""
    return ()


class Store:
    """One open store: a writer, readers, and the key store. Units are asked for with `submit`."""

    def __init__(
        self, url: str, *, keys_url: str, ring: KeyRing, clock: Clock, batched: bool = True, ways: Ways = _nobody
    ) -> None:
        self._writes = connect(url, writes=True, pool_size=2)
        try:
            migrate.upgrade(self._writes)
        except BaseException:
            self._writes.dispose()
            raise
        self._reads = connect(url, writes=False)
        self._times = Times(self._writes)
        self._clock = clock
        self.ways = ways
        """How organisations hear of their matches."""
        self._keys = KeyStore(keys_url, ring)
        self._sealing = Sealing(ring, self._keys)
        self._ledger = Ledger()
        self.read = Reader(self._reads, self._times, self._sealing)
        self.ring = ring
        self.stirred = threading.Event()
        """Set when something new may be due."""
        self._writer = Writer(self._writes, self._apply, batched=batched)
        self._writer.start()
        self.sweep()

    def submit(self, unit: Unit) -> Future[Any]:
        """Ask for a unit of work; the future has its answer once it is durable, or Unavailable when it is not."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()

        def tell(answer: Any, fault: Exception | None) -> None:
            if fault is None:
                future.set_result(answer)
            else:
                future.set_exception(fault)

        self.hand(unit, tell)
        return future

    def hand(self, unit: Unit, tell: Tell) -> None:
        """As `submit`, for who wants no future; `tell` is called by the writer and must be short."""
        self._writer.hand(unit, tell)

    def do(self, unit: Unit) -> Any:
        """As `submit`, and wait."""
        return self.submit(unit).result()

    def turn(self, after: tuple[int, str]) -> tuple[int, str] | None:
        """The next tenant with something due."""
        with self._reads.begin() as connection:
            return claiming.turn(connection, self._times, after)

    def whole(self, *, made: str, by: str, region: str | None = None) -> Iterator[bytes]:
        """Everything in it, or of a region, as it is at one moment, as lines (`store.whole`).

        It is in the audit before it is read.
        """
        self.do(Record("uitvoer_gemaakt", {} if region is None else {"regio": region}))
        with self._reads.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield from whole.written(connection, self._sealing, made=made, by=by, region=region)

    def take_in(self, lines: Iterable[bytes]) -> dict[str, int]:
        """Fill this empty store with another's lines, all or nothing; gives how many rows of each table.

        Raises Misconfigured when it is not empty, or the lines are not what their foot counts.
        """
        with self._writes.begin() as connection:
            counts = whole.taken_in(connection, lines, self._sealing)
        self.do(Record("uitvoer_ingelezen", {"regels": sum(counts.values())}))
        return counts

    def sweep(self) -> int:
        """Destroy keys that a crash left behind, and reports of files that are past their time; gives how many."""
        return self._sweep_signals() + self._sweep_files()

    def _sweep_signals(self) -> int:
        with self._reads.begin() as connection:
            left = change.unswept(connection)
        if not left or not self._destroy(left):
            return 0
        with self._writes.begin() as connection:
            change.mark_swept(connection, left)
        return len(left)

    def _sweep_files(self) -> int:
        with self._reads.begin() as connection:
            past = batches.expired(connection, self._clock())
        if not past or not self._destroy(past):
            return 0
        with self._writes.begin() as connection:
            for batch in past:
                batches.forget(connection, batch)
        return len(past)

    def close(self) -> None:
        """Commit what waits, and let go."""
        self._writer.close()
        self._writes.dispose()
        self._reads.dispose()
        self._keys.close()

    def _apply(self, connection: sa.Connection, units: Sequence[Unit]) -> tuple[list[Any], Callable[[], None]]:
        effects = Effects()
        answers: dict[int, Any] = {}
        accepts = [unit for unit in units if isinstance(unit, Accept)]
        if accepts:
            accepted = accept.accept(connection, accepts, self._sealing, effects)
            answers |= {id(unit): answer for unit, answer in zip(accepts, accepted, strict=True)}
        settles = [unit for unit in units if isinstance(unit, Settle)]
        if settles:
            settled = settling.settle(connection, settles, self._times, self._sealing, effects)
            answers |= {id(unit): answer for unit, answer in zip(settles, settled, strict=True)}
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
            self.stirred.set()

        return [answers[id(unit)] for unit in units], afterwards

    def _destroy(self, signal_ids: list[UUID]) -> bool:
        try:
            self._keys.destroy(signal_ids)
        except Exception as error:  # noqa: BLE001  whatever it is, the signal is committed and the next sweep goes on
            log.error(
                "store: keys left for the next sweep",
                extra={"kind": type(error).__name__, "count": len(signal_ids)},
            )
            return False
        return True

    def _one(self, connection: sa.Connection, unit: Unit, effects: Effects) -> Any:
        match unit:
            case Change() | Age() | Warn() | Destroy():
                return self._live(connection, unit, effects)
            case Claim():
                return claiming.claim(connection, unit, self._times, self._sealing)
            case TakeParked():
                return claiming.take_parked(connection, unit, self._times, self._sealing)
            case Freeze():
                return holding.freeze(connection, unit, self._times, self._sealing)
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
            case Accept() | Settle():
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
            return (*self.ways(tenant, index), *subscribed(tenant))

        return of

    def _of_switch(self, connection: sa.Connection, unit: OfSwitch, effects: Effects) -> Any:
        match unit:
            case OpenSwitch():
                return register.open_(connection, unit, effects)
            case Step():
                return register.step(connection, unit, effects)
            case Pause():
                return register.pause(connection, unit)
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
                return expiry.warn(connection, unit, self.ways, effects)
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
