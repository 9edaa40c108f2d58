"""What happened, from a closed list, in the same transaction as what it tells of.

Each event declares the facts it may carry; another fact is an error. Nothing here is a person's: the subject is a
random id whose link to a person dies with the signal's key.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.canonical.tenant import bucket_of, new_id

EVENTS: dict[str, frozenset[str]] = {
    "signaal_aangenomen": frozenset({"regio", "bestemming", "beleid", "vocabulaire", "formaat"}),
    "signaal_beeindigd": frozenset({"beleid"}),
    "signaal_ingetrokken": frozenset({"beleid"}),
    "signaal_gewijzigd": frozenset({"beleid"}),
    "signaal_verlengd": frozenset({"beleid"}),
    "signaal_overgedragen": frozenset({"beleid"}),
    "signaal_verlopen": frozenset({"beleid", "grond"}),
    "signaal_vernietigd": frozenset({"beleid", "grond"}),
    "betekenis_aangevuld": frozenset({"beleid"}),
    "signaal_verhuisd": frozenset(),
    "identiteit_gewist": frozenset({"beleid"}),
    "sleutel_vernietigd": frozenset(),
    "bericht_bij_index": frozenset({"bestemming", "soort", "poging"}),
    "bericht_geweigerd": frozenset({"bestemming", "soort", "poging", "code"}),
    "bericht_onzeker": frozenset({"bestemming", "soort", "poging"}),
    "bericht_niet_verzonden": frozenset({"bestemming", "soort"}),
    "bericht_beslist": frozenset({"bestemming", "soort", "aangekomen"}),
    "bericht_uit_handen": frozenset({"bestemming", "soort"}),
    "verloop_gemeld": frozenset({"dagen"}),
    "verloop_aangekondigd": frozenset({"bestemming", "poging"}),
    "match_ontvangen": frozenset({"bestemming", "soort"}),
    "match_gewijzigd": frozenset({"bestemming", "soort"}),
    "match_vervallen": frozenset({"bestemming", "soort"}),
    "match_aangekondigd": frozenset({"bestemming", "poging"}),
    "verwijdering_bevestigd": frozenset({"bestemming", "poging"}),
    "match_opgehaald": frozenset(),
    "match_niet_opgehaald": frozenset(),
    "match_opgevolgd": frozenset({"stand"}),
    "regie_vastgelegd": frozenset({"bestemming", "handeling", "stand"}),
    "regie_voorgesteld": frozenset({"bestemming", "handeling", "stand"}),
    "regie_van_index": frozenset({"bestemming", "stand"}),
    "regie_vervallen": frozenset({"bestemming"}),
    "regie_herinnerd": frozenset({"bestemming"}),
    "regie_geescaleerd": frozenset({"bestemming", "reden"}),
    "match_verworpen": frozenset({"bestemming", "reden", "aantal"}),
    "bsn_weggelaten": frozenset({"bestemming", "aantal"}),
    "abonnement_gemaakt": frozenset({"abonnement"}),
    "abonnement_gewijzigd": frozenset({"abonnement"}),
    "abonnement_actief": frozenset({"abonnement"}),
    "abonnement_fout": frozenset({"abonnement", "code"}),
    "abonnement_opgezegd": frozenset({"abonnement"}),
    "bestand_begonnen": frozenset({"bestand"}),
    "bestand_verwerkt": frozenset({"bestand", "rijen"}),
    "bestand_afgebroken": frozenset({"bestand", "rijen"}),
    "uitvoer_gemaakt": frozenset({"regio"}),
    "inzage_gegeven": frozenset(),
    "correctie_gevraagd": frozenset({"veld"}),
    "bezwaar_doorgezonden": frozenset({"college"}),
    "regio_einde_begonnen": frozenset({"regio", "aantal"}),
    "regio_beeindigd": frozenset({"regio", "aantal", "bewijs"}),
    "uitvoer_ingelezen": frozenset({"regels"}),
    "bestemming_gestopt": frozenset({"bestemming"}),
    "bestemming_hervat": frozenset({"bestemming"}),
    "overstap_gepland": frozenset({"overstap", "regio", "van", "naar"}),
    "overstap_stap": frozenset({"overstap", "stand"}),
    "signaal_overgezet": frozenset({"van", "naar"}),
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
    """Numbers this writer's entries, so that a gap shows.

    Entries of a batch that was never confirmed may stand in the database or not: after them a new chain begins.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._writer, self._last, self._pending = new_id(0), 0, 0

    def rows(self, entries: Sequence[Entry], at: dt.datetime) -> list[dict[str, Any]]:
        """The table rows of a batch's entries."""
        if self._pending:
            self._begin()
        self._pending = len(entries)
        return [self._row(item, at, number) for number, item in enumerate(entries, self._last + 1)]

    def confirm(self) -> None:
        """The batch is durable."""
        self._last, self._pending = self._last + self._pending, 0

    def _row(self, item: Entry, at: dt.datetime, number: int) -> dict[str, Any]:
        return {
            "bucket": bucket_of(item.tenant),
            "writer": self._writer,
            "number": number,
            "at": at,
            "event": item.event,
            "tenant": item.tenant,
            "subject": item.subject,
            "facts": item.facts,
        }
