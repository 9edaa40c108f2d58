"""What happened, from a closed list, in the same transaction as what it tells of.

Each event declares the facts it may carry; another fact is an error. Nothing here is a person's: the subject is a
random id whose link to a person dies with the signal's key.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from gateway.canonical.tenant import bucket_of, new_id

EVENTS: dict[str, frozenset[str]] = {
    "signaal_aangenomen": frozenset({"regio", "bestemming", "beleid", "vocabulaire", "formaat"}),
    "signaal_beeindigd": frozenset({"beleid"}),
    "signaal_ingetrokken": frozenset({"beleid"}),
    "betekenis_aangevuld": frozenset({"beleid"}),
    "sleutel_vernietigd": frozenset(),
    "bericht_bij_index": frozenset({"bestemming", "soort", "poging"}),
    "bericht_geweigerd": frozenset({"bestemming", "soort", "poging", "code"}),
    "bericht_onzeker": frozenset({"bestemming", "soort", "poging"}),
    "bericht_niet_verzonden": frozenset({"bestemming", "soort"}),
    "bericht_uit_handen": frozenset({"bestemming", "soort"}),
    "match_ontvangen": frozenset({"bestemming", "soort"}),
    "match_vervallen": frozenset({"bestemming", "soort"}),
    "match_verworpen": frozenset({"bestemming", "reden", "aantal"}),
    "bestemming_gestopt": frozenset({"bestemming"}),
    "bestemming_hervat": frozenset({"bestemming"}),
}
"""Event -> the facts it may carry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be recorded."""

    event: str
    tenant: str
    subject: UUID | None
    facts: dict[str, Any]


def entry(event: str, tenant: str, subject: UUID | None, **facts: Any) -> Entry:
    """Make an entry; raises ValueError for an event or a fact that is not on the list."""
    if not facts.keys() <= EVENTS[event]:
        raise ValueError(f"audit: {event} may not carry {', '.join(sorted(facts.keys() - EVENTS[event]))}")
    return Entry(event, tenant, subject, facts)


class Ledger:
    """Numbers this writer's entries, so that a gap shows."""

    def __init__(self, writer: UUID) -> None:
        self._writer = writer
        self._numbers = count(1)

    def row(self, item: Entry, at: dt.datetime) -> dict[str, Any]:
        """The table row of an entry."""
        bucket = bucket_of(item.tenant)
        return {
            "bucket": bucket,
            "id": new_id(bucket),
            "writer": self._writer,
            "number": next(self._numbers),
            "at": at,
            "event": item.event,
            "tenant": item.tenant,
            "subject": item.subject,
            "facts": item.facts,
        }
