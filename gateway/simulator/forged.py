"""News that no match is behind: what an index tells when a scripted fault makes it tell an untruth."""

import datetime as dt
from uuid import uuid4

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact
from gateway.simulator.faults import Fault
from gateway.simulator.replies import News
from gateway.simulator.state import State


def forged(state: State, fault: Fault, sender: str, at: dt.datetime) -> News:
    """News that no match is behind; the contact in it is nobody's."""
    latest = state.latest(sender, foreign=fault is Fault.FOREIGN_MATCH)
    known = latest[0].reference if latest and fault is not Fault.FORGED_MATCH else str(uuid4())
    return News(
        match_id=str(uuid4()),
        soort=MatchSoort.CLIENTMATCH,
        reference=known,
        arose_at=at,
        status=MatchStatus.ACTIEF,
        contact=_oversized() if fault is Fault.OVERSIZED_MATCH else _nobody(),
        planted=True,
    )


def _nobody() -> Contact:
    return Contact(
        professional_id="niemand",
        naam="N. Iemand",
        functie="vervalst",
        instantie_id="geen-instantie",
        instantie_naam="Geen Instantie",
        telefoon="0000000000",
    )


def _oversized() -> Contact:
    """Longer than the contract allows, with the control characters that XML 1.0 can carry."""
    poison = "\r\n\t\x7f\x85\x9b\u202e\u2028"
    return _nobody().model_copy(
        update={
            "naam": "N. Iemand" + poison + "n" * 5000,
            "functie": poison,
            "instantie_naam": "I" * 201,
            "telefoon": "0" * 36,
            "email": "e" * 100_000 + "@example.org",
        }
    )
