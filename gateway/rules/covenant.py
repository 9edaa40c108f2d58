"""Another covenant: what its pack decides otherwise about a signal that was given under the one before.

A signal goes on by the pack it was decided with, to its own removal date: no clock begins anew and nothing that was
kept is looked at again. Here is said what a new signal of the same would meet, and what a person has to do about it.
"""

from dataclasses import dataclass
from enum import StrEnum

from gateway.canonical.signal import Signal
from gateway.clock import legal_day
from gateway.rules.lifecycle import BirthDate, period
from gateway.rules.policy import Grondslag, Pack


class What(StrEnum):
    """What may differ."""

    GRONDSLAG = "grondslag"
    TERMIJN = "termijn"
    CATEGORIE = "categorie"
    AANGEWEZEN = "aangewezen"
    WOORDEN = "woorden"


class Then(StrEnum):
    """What happens to the signal."""

    GOES_ON = "loopt door"
    """To its removal date; a new one is decided otherwise."""
    ASK_CONSENT = "vraag toestemming"
    """Its sender has to ask for consent, or end it: the new ground is consent, and none is on record."""
    MUST_END = "moet eindigen"
    """There is no ground any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is decided otherwise, before and after."""

    what: What
    before: str
    after: str
    then: Then = Then.GOES_ON


def changes(signal: Signal, before: Pack, after: Pack) -> list[Change]:
    """All that differs for a signal."""
    found = []
    if before.legal_basis is not after.legal_basis:
        then = Then.GOES_ON
        if after.legal_basis is Grondslag.GEEN:
            then = Then.MUST_END
        elif after.legal_basis is Grondslag.TOESTEMMING and signal.toestemming is None:
            then = Then.ASK_CONSENT
        found.append(Change(What.GRONDSLAG, before.legal_basis, after.legal_basis, then))
    latest = _latest(signal, after)
    if (own := _latest(signal, before)) != latest:
        found.append(Change(What.TERMIJN, own, latest))
    category = signal.instantie.categorie
    if category in before.categories and category not in after.categories:
        found.append(Change(What.CATEGORIE, category, "geen nieuwe signalen"))
    if after.appointed and not before.appointed:
        found.append(Change(What.AANGEWEZEN, "iedere professional", "alleen wie is aangewezen"))
    for axis in sorted({meaning.axis for meaning in signal.betekenissen}):
        if (was := _word(before, axis)) != (now := _word(after, axis)):
            found.append(Change(What.WOORDEN, f"{axis}: {was}", f"{axis}: {now}"))
    return found


def _latest(signal: Signal, pack: Pack) -> str:
    """Until when a signal of that day may last; the 23rd birthday is not told."""
    born = signal.jeugdige.geboortedatum
    birth = BirthDate.parse(born) if born else None
    allowed = period(legal_day(signal.datum_tijd_melding), birth, pack.regional_days)
    return "de 23e verjaardag" if allowed.by_birthday else allowed.last.isoformat()


def _word(pack: Pack, axis: str) -> str:
    if axis not in pack.keeps:
        return "niet bewaard"
    return "reist mee" if axis in pack.travels else "bewaard"
