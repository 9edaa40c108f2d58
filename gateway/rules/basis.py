"""On which basis a region works on a day, and what may still be done where that basis is gone."""

from gateway.canonical.signal import Signal
from gateway.rules.lifecycle import Gebeurtenis
from gateway.rules.policy import Grondslag, Pack

ENDED = "VIX-1310"
"""The region ended: nothing is taken in."""
BASELESS = "VIX-1307"
"""There is no basis for it."""
UNAPPOINTED = "VIX-1303"

ENDING = frozenset({Gebeurtenis.BEEINDIGD, Gebeurtenis.INGETROKKEN})
"""What a sender may always do: it only takes away."""


def barred(pack: Pack, event: Gebeurtenis | None, signal: Signal) -> str:
    """The code by which a change of a signal is refused today; empty when its basis allows it.

    None: meaning is added to it. What was given before a region worked on consent may run out, but not last longer.
    """
    if event in ENDING:
        return ""
    if pack.legal_basis is Grondslag.GEEN:
        return ENDED
    consented = pack.legal_basis is not Grondslag.TOESTEMMING or signal.toestemming is not None
    return "" if consented or event is not Gebeurtenis.VERLENGD else BASELESS
