"""One message: frozen, sent, settled. A worker may die between any two lines.

What to do with a message is `rules.delivery`; what became of it is recorded by its lease, or not at all.
"""

import datetime as dt
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from gateway.canonical.order import AskStatus, Done, Held, NotFound, Order, Outcome, Retry, Unknown
from gateway.canonical.subscription import NOT_ALLOWED, Stand, Subscription
from gateway.canonical.tenant import bucket_in, new_id
from gateway.clock import Clock, legal_day, monotonic
from gateway.errors import IndexFault
from gateway.flow.conversation import converse
from gateway.flow.directory import Directory
from gateway.flow.orders import Orders
from gateway.flow.ports import IndexAdapter, Transport
from gateway.flow.watching import due
from gateway.rules import withheld
from gateway.rules.delivery import LONGEST_PAUSE, TABLE, Move, State, Step, Verdict, breaker_pause, judge, next_step
from gateway.rules.policy import Identiteit
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Freeze, Job, Record, Remind, Settle, TakeParked
from gateway.wire.message import WireRequest, WireResponse

log = logging.getLogger("gateway.dispatch")

T = TypeVar("T")

GIVE_UP = 100
DECIDING_SECONDS = 60.0
NOWHERE = "geen-bestemming"
AWAY = dt.timedelta(days=1)
"""How long an announcement waits for a way that is configured here no more, or not yet."""
AWAY_PAUSE = LONGEST_PAUSE


def lease_of(deadline: float) -> float:
    """A lease that no call of so many seconds outlives."""
    return deadline * 2 + 10


@dataclass(frozen=True, slots=True)
class Destination:
    """An index as the worker needs it."""

    id: str
    adapter: IndexAdapter
    transport: Transport
    url: str
    deadline: float
    retry: float
    poll: float
    """Seconds between two questions for matches; 0 where there are none."""
    remind: dt.timedelta | None = None
    """How long after an announcement a match must be fetched, where it only says that there is news."""
    give_up: int = GIVE_UP
    """How many faults in a row end a subscription."""

    @property
    def lease(self) -> float:
        """Longer than any call can take."""
        return lease_of(self.deadline)


Subscriber = Callable[[str, Subscription], Destination | None]
"""Where an organisation's subscription is told; None when its address is not one it may have (any more)."""


def _settled(job: Job, outcome: T) -> T | Unknown:
    """What a message that was sent comes to. That this try was not taken says nothing of an earlier one."""
    if job.state is State.UNKNOWN and isinstance(outcome, Retry):
        return Unknown(reason=outcome.reason)
    return outcome


def _no_subscriber(tenant: str, subscription: Subscription) -> Destination | None:
    """Nobody may have a subscription."""
    return None


class Courier:
    """Carries one claimed message to where it goes and records what came of it."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        destinations: Mapping[str, Destination],
        clock: Clock,
        times: int = 3,
        subscriber: Subscriber = _no_subscriber,
    ) -> None:
        self._subscriber = subscriber
        self._store = store
        self._directory = directory
        self._orders = Orders(directory, clock)
        self._destinations = destinations
        self._clock = clock
        self._times = times
        self._random = random.Random()

    def remind(self) -> None:
        """Announce again what was not fetched in time, so many times in all; tell of what nobody does in time."""
        self._store.do(Remind(self._clock(), self._times))
        self._store.do(due(self._directory, self._clock))

    def decide(self, message_id: UUID, *, taken: bool) -> bool:
        """What a person says of a message of which nobody could find out what became; False when none such waits.

        Whom it went to has it, or it is sent again.
        """
        lease = new_id(bucket_in(message_id))
        for job in self._store.do(TakeParked(message_id, lease, DECIDING_SECONDS)):
            move, outcome = (Move.DONE, Done()) if taken else (Move.NOT_FOUND, NotFound())
            facts = {"bestemming": job.destination, "soort": job.kind, "aangekomen": str(taken).lower()}
            self._store.do(Record("bericht_beslist", facts, tenant=job.tenant, subject=job.signal_id))
            self._record(job, Verdict(TABLE[State.PARKED, move], 0.0, healthy=True), outcome)
            return True
        return False

    def carry(self, job: Job) -> None:
        """Do the next step of a message. Whatever happens, the message keeps a state from which it goes on."""
        index = self._destination(job)
        if index is None:
            return
        try:
            verdict, outcome = self._attempt(job, index)
        except IndexFault:
            log.exception("dispatch: message parked", extra={"kind": job.kind, "destination": job.destination})
            outcome = Unknown(reason="contractbreuk")
            verdict = Verdict(TABLE[job.state, Move.STUCK], 0.0, healthy=True, code="contractbreuk")
        if verdict is not None:
            self._settle(job, index, verdict, outcome)

    def _destination(self, job: Job) -> Destination | None:
        """Where a message goes now. None when it goes nowhere, which is recorded then."""
        subscription = job.subscription
        if subscription is None:
            if job.kind in outbox.ADDRESSED and job.destination not in self._destinations:
                self._record(job, self._nowhere(job), Retry(reason=NOWHERE))
                return None
            return self._destinations[job.destination]
        stand, state = subscription.at(self._clock()), TABLE[job.state, Move.NOT_TAKEN]
        if stand is not Stand.ACTIVE and not (stand is Stand.REQUESTED and job.kind == outbox.PULSE):
            self._record(job, Verdict(state, 0.0, healthy=True), Retry(reason="wacht"))
            return None
        found = self._subscriber(job.tenant, subscription)
        if found is None:
            self._record(job, Verdict(state, 0.0, healthy=False, code=NOT_ALLOWED), Retry(reason=NOT_ALLOWED))
        return found

    def _attempt(self, job: Job, index: Destination) -> tuple[Verdict | None, Outcome]:
        step = next_step(job.state, index.adapter.recovery(job.kind))
        if step is Step.ASK:
            order: Order = AskStatus(message_id=new_id(job.bucket), about=job.message_id)
            return self._judged(job, index, self._exchange(job, index, order, index.adapter.encode(order)))
        if step is Step.PARK:
            return Verdict(TABLE[job.state, Move.STUCK], 0.0, healthy=True), Unknown(reason="geen-herstel")
        made = self._orders.of(job, index.adapter.declared())
        if made is None:
            return self._not_sent(job), Retry(reason="vernietigd")
        request = WireRequest.thawed(job.body) if job.body else index.adapter.encode(made)
        if not self._store.do(Freeze(job, request.frozen())):
            return None, Retry(reason="uit-handen")
        return self._judged(job, index, _settled(job, self._exchange(job, index, made, request)))

    def _not_sent(self, job: Job) -> Verdict:
        """Of a message that need not go any more, or has nowhere to go."""
        move = Move.STUCK if job.state is State.UNKNOWN else Move.WITHDRAWN
        return Verdict(TABLE[job.state, move], 0.0, healthy=True)

    def _nowhere(self, job: Job) -> Verdict:
        """Of a message whose destination this worker does not know: another may, with a newer configuration."""
        late = job.notice is not None and self._clock() - job.notice.made_at > AWAY
        if late or job.kind == outbox.PULSE:
            return self._not_sent(job)
        return Verdict(TABLE[job.state, Move.NOT_TAKEN], AWAY_PAUSE, healthy=True, code=NOWHERE)

    def _exchange(self, job: Job, index: Destination, order: Order, request: WireRequest) -> Outcome:
        """All that one order takes, within its deadline: one message, or some that follow from each other.

        Where the outcome is unknown already, a try that does not get through settles nothing. Of what any index says in
        a text, a BSN goes no further than here.
        """
        ends = monotonic() + index.deadline

        def send(one: WireRequest) -> WireResponse | Retry | Unknown:
            answer = index.transport.exchange(one, url=index.url, deadline=ends - monotonic())
            return _settled(job, answer) if isinstance(answer, Retry) else answer

        return withheld.told(converse(index.adapter, order, request, send))

    def _judged(self, job: Job, index: Destination, outcome: Outcome) -> tuple[Verdict, Outcome]:
        processing = index.adapter.declared().processing_time.total_seconds()
        retry = index.retry * self._random.uniform(0.5, 1.5)
        unsettled = processing - job.since_sent
        return judge(job.state, outcome, attempts=job.attempts, retry=retry, unsettled=unsettled), outcome

    def _settle(self, job: Job, index: Destination, verdict: Verdict, outcome: Outcome) -> None:
        held = self._orders.seen(job, outcome, index.adapter.declared()) if isinstance(outcome, Held) else ""
        again: float | None = None
        if job.kind == outbox.POLL:
            again = 0.0 if isinstance(outcome, Done) and outcome.more else index.poll
        elif job.subscription is not None and job.kind == outbox.PULSE:
            again = job.subscription.channel.heartbeat
        remind = self._clock() + index.remind if index.remind is not None else None
        self._record(job, verdict, outcome, again=again, remind=remind, give_up=index.give_up, finding=held)

    def _record(
        self,
        job: Job,
        verdict: Verdict,
        outcome: Outcome,
        *,
        again: float | None = None,
        remind: dt.datetime | None = None,
        give_up: int = GIVE_UP,
        finding: str = "",
    ) -> None:
        self._store.do(
            Settle(
                job=job,
                outcome=outcome,
                state=verdict.state,
                pause=verdict.pause,
                healthy=verdict.healthy,
                code=verdict.code[:64],
                breaker=breaker_pause,
                again=again,
                renewed=new_id(job.bucket),
                remind=remind,
                anonymous=self._until_confirmed(job),
                give_up=give_up,
                now=self._clock(),
                finding=finding,
            )
        )

    def _until_confirmed(self, job: Job) -> bool:
        """Whether the region keeps what identifies a young person no longer than until its index has the signal."""
        if job.kind != outbox.REGISTER or job.signal is None:
            return False
        pack = self._directory.pack(job.version, job.signal.regio, legal_day(self._clock()))
        return pack.identiteit is Identiteit.TOT_BEVESTIGD
