"""Messages to the indices: claimed, frozen, sent, settled. A worker may die between any two lines.

Which tenant is next goes round, so that one flooding sender delays no other. What to do with a message is
`rules.delivery`; what became of it is recorded by its lease, or not at all.
"""

import datetime as dt
import logging
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.canonical.match import MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import (
    Alarm,
    Announce,
    Arrange,
    AskStatus,
    Bericht,
    Done,
    End,
    Escalate,
    Expiring,
    FollowUp,
    Order,
    Outcome,
    Poll,
    Pulse,
    Retry,
    Unknown,
    Withdraw,
)
from gateway.canonical.signal import Signal
from gateway.canonical.subscription import NOT_ALLOWED, Stand, Subscription
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.clock import Clock, legal_day, midnight, monotonic
from gateway.errors import IndexFault
from gateway.flow.directory import Directory
from gateway.flow.ports import IndexAdapter, Transport
from gateway.flow.watching import due
from gateway.rules import policy
from gateway.rules.delivery import TABLE, Move, State, Step, Verdict, breaker_pause, judge, next_step
from gateway.rules.policy import Identiteit
from gateway.store import expiry, outbox
from gateway.store.store import Store
from gateway.store.work import Claim, Freeze, Job, Notice, Remind, Schedule, Settle
from gateway.wire.message import WireRequest, WireResponse

log = logging.getLogger("gateway.dispatch")

AT_INDEX = frozenset(Opvolging) - {Opvolging.VERWIJDERD}
"""What an index can be told of a match; that what was kept of it is removed is between a receiver and us."""
START = (-1, "")
PER_TURN = 8
"""How many messages of one tenant a turn takes at most."""
IDLE_SECONDS = 0.25
"""How long to rest when nothing is due; what another process puts in is found after this at the latest."""
SWEEP_SECONDS = 60.0
GIVE_UP = 100


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
        self._destinations = destinations
        self._clock = clock
        self._times = times
        self._random = random.Random()

    def remind(self) -> None:
        """Announce again what was not fetched in time, so many times in all; tell of what nobody does in time."""
        self._store.do(Remind(self._clock(), self._times))
        self._store.do(due(self._directory, self._clock))

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
            if (
                job.kind in (*outbox.HEARD, outbox.ESCALATION, outbox.PULSE)
                and job.destination not in self._destinations
            ):
                self._record(job, self._not_sent(job), Retry(reason="geen-bestemming"))
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
        made = self._order(job, index)
        if made is None:
            return self._not_sent(job), Retry(reason="vernietigd")
        request = WireRequest.thawed(job.body) if job.body else index.adapter.encode(made)
        if not self._store.do(Freeze(job, request.frozen())):
            return None, Retry(reason="uit-handen")
        return self._judged(job, index, self._exchange(job, index, made, request))

    def _not_sent(self, job: Job) -> Verdict:
        """Of a message that need not go any more, or has nowhere to go."""
        move = Move.STUCK if job.state is State.UNKNOWN else Move.WITHDRAWN
        return Verdict(TABLE[job.state, move], 0.0, healthy=True)

    def _order(self, job: Job, index: Destination) -> Order | None:
        """What the message asks of the index; None when it was about a signal that is destroyed."""
        match job.kind, job.signal_id:
            case outbox.POLL, _:
                return Poll(message_id=job.message_id, cursor=job.cursor)
            case outbox.PULSE, _:
                return Pulse(message_id=job.message_id, moment=self._clock())
            case outbox.ALARM, _:
                return self._alarm(job)
            case outbox.ESCALATION, _:
                return self._escalation(job)
            case outbox.NOTICE, _:
                return self._announcement(job, job.notice) if job.notice else None
            case outbox.END, UUID() as signal_id:
                day = dt.date.fromisoformat(job.argument)
                return End(message_id=job.message_id, signaal_id=signal_id, datum_einde=day)
            case outbox.WITHDRAW, UUID() as signal_id:
                return Withdraw(message_id=job.message_id, signaal_id=signal_id)
            case ((outbox.REGIE | outbox.TOLD), UUID() as signal_id):
                return _of_match(job, signal_id)
        if job.signal is None:
            return None
        if job.kind == outbox.EXPIRY:
            return expiring(job, job.signal)
        pack = self._directory.pack(job.version, job.signal.regio, legal_day(self._clock()))
        if job.kind == outbox.AMEND:
            return policy.amended(job.signal, job.message_id, pack)
        vocabulary = self._directory.vocabulary_of(job.signal)
        return policy.outgoing(job.signal, job.message_id, pack, index.adapter.declared(), vocabulary)

    def _alarm(self, job: Job) -> Order | None:
        """Whom to tell; None for an organisation that is no partner any more, or has no duty address any more."""
        partner = self._directory.partners.get(job.tenant)
        if partner is None or partner.duty_address is None:
            return None
        name = partner.instantie.naam
        return Alarm(message_id=job.message_id, address=partner.duty_address, naam=name, moment=self._clock())

    def _announcement(self, job: Job, notice: Notice) -> Announce:
        """A match with the meaning cards of today; of an organisation that is no partner any more, without."""
        partner = self._directory.partners.get(job.tenant)
        if partner is None:
            return announcement(job.message_id, notice)
        match = self._directory.cards.beside(notice.match, partner.instantie.naam, legal_day(self._clock()))
        return announcement(job.message_id, replace(notice, match=match))

    def _escalation(self, job: Job) -> Order | None:
        """Whom to tell; None once the signal is destroyed, or for a region that has nobody any more."""
        region = self._directory.regions.get(job.signal.regio) if job.signal is not None else None
        if region is None or region.regievoerder is None:
            return None
        moment = self._clock()
        return Escalate(message_id=job.message_id, address=region.regievoerder, naam=region.name, moment=moment)

    def _exchange(self, job: Job, index: Destination, order: Order, request: WireRequest) -> Outcome:
        """One exchange. Where the outcome is unknown already, a try that does not get through settles nothing."""
        answer = index.transport.exchange(request, url=index.url, deadline=index.deadline)
        if isinstance(answer, WireResponse):
            return index.adapter.decode(order, answer)
        return Unknown(reason=answer.reason) if job.state is State.UNKNOWN else answer

    def _judged(self, job: Job, index: Destination, outcome: Outcome) -> tuple[Verdict, Outcome]:
        processing = index.adapter.declared().processing_time.total_seconds()
        retry = index.retry * self._random.uniform(0.5, 1.5)
        unsettled = processing - job.since_sent
        return judge(job.state, outcome, attempts=job.attempts, retry=retry, unsettled=unsettled), outcome

    def _settle(self, job: Job, index: Destination, verdict: Verdict, outcome: Outcome) -> None:
        again: float | None = None
        if job.kind == outbox.POLL:
            again = 0.0 if isinstance(outcome, Done) and outcome.more else index.poll
        elif job.subscription is not None and job.kind == outbox.PULSE:
            again = job.subscription.channel.heartbeat
        remind = self._clock() + index.remind if index.remind is not None else None
        self._record(job, verdict, outcome, again=again, remind=remind, give_up=index.give_up)

    def _record(
        self,
        job: Job,
        verdict: Verdict,
        outcome: Outcome,
        *,
        again: float | None = None,
        remind: dt.datetime | None = None,
        give_up: int = GIVE_UP,
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
            )
        )

    def _until_confirmed(self, job: Job) -> bool:
        """Whether the region keeps what identifies a young person no longer than until its index has the signal."""
        if job.kind != outbox.REGISTER or job.signal is None:
            return False
        pack = self._directory.pack(job.version, job.signal.regio, legal_day(self._clock()))
        return pack.identiteit is Identiteit.TOT_BEVESTIGD


def announcement(delivery: UUID, notice: Notice) -> Announce:
    """What a receiver is told of its match: that it is there, that it lapsed, or that it must be removed."""
    moved = notice.match.soort is MatchSoort.VERHUIZING
    arisen = Bericht.VERHUIZING if moved else Bericht.REGIE if notice.regie else Bericht.GEMELD
    lapsed = Bericht.VERWIJDEREN if notice.match.verwijderen else Bericht.VERVALLEN
    return Announce(
        message_id=delivery,
        number=notice.number,
        bericht=arisen if notice.match.status is MatchStatus.ACTIEF else lapsed,
        match=notice.match,
        moment=notice.made_at,
    )


def expiring(job: Job, signal: Signal) -> Expiring | None:
    """What a sender is told of a signal that will end; None when it has another removal date before it was told."""
    removal, days = expiry.meant(job.argument)
    if signal.verwijderdatum != removal and job.body is None:
        return None
    return Expiring(
        message_id=job.message_id,
        signaal_id=signal.signaal_id,
        bron_systeem=signal.bron_systeem,
        bron_signaal_id=signal.bron_signaal_id,
        revisie=signal.revisie,
        verloopt_op=removal,
        dagen=days,
        moment=midnight(removal - dt.timedelta(days=days)),
    )


def _of_match(job: Job, signal_id: UUID) -> Order | None:
    """What is asked of the regie of a match, or told of what became of it."""
    if job.wish is not None:
        return Arrange(
            message_id=job.message_id,
            signaal_id=signal_id,
            index_match_id=job.wish.index_match,
            handeling=job.wish.handeling,
            stand=job.wish.stand,
            herzien_op=job.wish.review_on,
        )
    assert job.match is not None  # noqa: S101  such a message is made when its receiver told something
    number, contact = job.match
    if contact not in AT_INDEX and job.body is None:
        return None
    return FollowUp(message_id=job.message_id, signaal_id=signal_id, index_match_id=number, contact=contact)


class Dispatcher(threading.Thread):
    """Goes round the tenants and hands what is due to couriers, so many at a time."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        destinations: Mapping[str, Destination],
        hands: int = 8,
        hang_up: Callable[[], None] = lambda: None,
        longest: float = 0.0,
    ) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self._hang_up = hang_up
        self._store = store
        self._courier = courier
        leases = [index.lease for index in destinations.values()] or [30.0]
        self._lease = max(*leases, lease_of(longest))
        self._destinations = destinations
        self._free = threading.Semaphore(hands)
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="courier")
        self._ended = threading.Event()

    def stop(self) -> None:
        """Finish what is underway and end."""
        self._ended.set()
        self._store.stirred.set()
        self.join()

    def run(self) -> None:
        """Work until stopped."""
        strange = list(self._destinations.values())
        at, taken, tended = START, False, monotonic()
        while not self._ended.is_set():
            self._store.stirred.clear()
            try:
                while strange:
                    known = strange[-1]
                    self._store.do(Schedule(known.id, new_id(bucket_of(GATEWAY)) if known.poll else None))
                    strange.pop()
                if monotonic() - tended >= SWEEP_SECONDS:
                    tended = monotonic()
                    self._store.sweep()
                    self._courier.remind()
                turn = self._store.turn(at)
                if turn is not None:
                    at = turn
                    taken = self._take(*turn) or taken
                    continue
                if at == START or not taken:
                    self._store.stirred.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001  the store may be away for a while; it comes back by itself
                log.warning("dispatch: the store does not answer", extra={"kind": type(error).__name__})
                self._ended.wait(1.0)
            at, taken = START, False
        self._hands.shutdown(wait=True)
        self._hang_up()

    def _take(self, bucket: int, tenant: str) -> bool:
        """Claim a tenant's turn, as far as there are hands free."""
        hands = self._grab()
        jobs: list[Job] = []
        try:
            jobs = self._store.do(Claim(bucket, tenant, hands, self._lease, new_id(bucket)))
        finally:
            for _ in range(hands - len(jobs)):
                self._free.release()
        for job in jobs:
            self._hands.submit(self._carry, job)
        return bool(jobs)

    def _grab(self) -> int:
        """Wait for one free hand, and take more if they are free too."""
        self._free.acquire()
        hands = 1
        while hands < PER_TURN and self._free.acquire(blocking=False):
            hands += 1
        return hands

    def _carry(self, job: Job) -> None:
        try:
            self._courier.carry(job)
        except Exception as error:  # noqa: BLE001  its lease ends and another worker goes on with it
            log.warning("dispatch: message left to its lease", extra={"kind": type(error).__name__})
        finally:
            self._free.release()
            self._store.stirred.set()
