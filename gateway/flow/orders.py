"""What a message asks of an index, or tells a receiver: made from what is known when it goes."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from gateway.canonical.match import MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import (
    Alarm,
    Announce,
    Arrange,
    Bericht,
    End,
    Escalate,
    Expiring,
    FollowUp,
    Held,
    IndexCapabilities,
    Inspect,
    Lead,
    Order,
    Poll,
    Pulse,
    Withdraw,
)
from gateway.canonical.signal import Signal
from gateway.clock import Clock, legal_day, midnight
from gateway.flow.directory import Directory
from gateway.flow.ports import IndexAdapter
from gateway.rules import policy, switching
from gateway.store import expiry, outbox
from gateway.store.work import Job, Notice

AT_INDEX = frozenset(Opvolging) - {Opvolging.VERWIJDERD}
"""What an index can be told of a match; that what was kept of it is removed is between a receiver and us."""


"""The argument of a message by which an index begins to lead."""


class Orders:
    """Makes them. Without state."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def of(self, job: Job, capabilities: IndexCapabilities) -> Order | None:
        """What a message asks of an index with these capabilities, or tells; None when its signal is destroyed."""
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
                return End(message_id=job.message_id, signaal_id=signal_id, datum_einde=day, organisatie=job.tenant)
            case outbox.WITHDRAW, UUID() as signal_id:
                return Withdraw(message_id=job.message_id, signaal_id=signal_id, organisatie=job.tenant)
            case outbox.LEAD, UUID() as signal_id:
                leads = job.argument == outbox.YES
                lead = Lead(message_id=job.message_id, signaal_id=signal_id, leidend=leads, organisatie=job.tenant)
                return lead if switching.silent(capabilities) else None
            case outbox.INSPECT, UUID() as signal_id:
                asked = Inspect(message_id=job.message_id, signaal_id=signal_id, organisatie=job.tenant)
                return asked if capabilities.opvragen else None
            case ((outbox.REGIE | outbox.TOLD), UUID() as signal_id):
                return _of_match(job, signal_id)
        if job.signal is None:
            return None
        if job.kind == outbox.EXPIRY:
            return expiring(job, job.signal)
        return self._about(job, job.signal.model_copy(update={"bestemming": job.destination}), capabilities)

    def _about(self, job: Job, signal: Signal, capabilities: IndexCapabilities) -> Order:
        """A signal as the index gets it to which this message goes."""
        pack = self._directory.pack(job.version, signal.regio, legal_day(self._clock()))
        if job.kind == outbox.AMEND:
            return policy.amended(signal, job.message_id, pack)
        made = policy.outgoing(signal, job.message_id, pack, capabilities, self._directory.vocabulary_of(signal))
        return made if job.leads or job.argument == outbox.YES else made.model_copy(update={"leidend": False})

    def seen(self, job: Job, held: Held, index: IndexAdapter) -> str:
        """What an index turned out to hold of a signal, beside what it was told."""
        if job.signal is None or job.status is None:
            return switching.gone(held)
        signal = job.signal.model_copy(update={"bestemming": job.destination})
        pack = self._directory.pack(job.version, signal.regio, legal_day(self._clock()))
        able = index.declared()
        told = policy.outgoing(signal, job.message_id, pack, able, None)
        told = told.model_copy(update={"leidend": job.leads or not switching.silent(able)})
        return switching.compared(held, index.as_kept(told), job.status)

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
