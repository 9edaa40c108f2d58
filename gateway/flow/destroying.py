"""Destroying a signal on another's word than its sender's: that of the college, or of who knows that a child died."""

from enum import StrEnum
from uuid import UUID

from gateway.clock import Clock
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store.store import Store
from gateway.store.work import Destroy, Destroyed, Gone


class Reason(StrEnum):
    """Why, as an operator says it."""

    OVERLEDEN = "overleden"
    AVG = "avg"
    DRIEENTWINTIG = "drieentwintig"


EVENTS = {
    Reason.OVERLEDEN: Gebeurtenis.OVERLEDEN,
    Reason.AVG: Gebeurtenis.AVG,
    Reason.DRIEENTWINTIG: Gebeurtenis.DRIEENTWINTIG,
}


class Fate(StrEnum):
    """What became of it."""

    VERNIETIGD = "destroyed; the proof is in the audit"
    AL_VERNIETIGD = "was destroyed before"
    ONBEKEND = "not known here"


def destroy(store: Store, signal_id: UUID, reason: Reason, clock: Clock) -> Fate:
    """Do it; durable when this returns."""
    answer = store.do(Destroy(signal_id, EVENTS[reason], clock()))
    if isinstance(answer, Destroyed):
        return Fate.VERNIETIGD
    return Fate.AL_VERNIETIGD if isinstance(answer, Gone) else Fate.ONBEKEND
