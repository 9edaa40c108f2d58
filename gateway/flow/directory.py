"""Who is who: partners, regions, their packs and vocabularies, and which index a signal goes to."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.signal import Instantie, Signal
from gateway.flow.professionals import Professionals
from gateway.rules.cards import Cards
from gateway.rules.packs import Policy
from gateway.rules.policy import Pack
from gateway.rules.vocabulary import CALL_NOW, Vocabulary


@dataclass(frozen=True, slots=True)
class Region:
    """A region as it works now."""

    id: str
    name: str
    policy: Policy
    index: str
    capabilities: IndexCapabilities
    municipalities: frozenset[str]
    """Empty: every municipality."""
    regievoerder: str | None = None
    """Where the gemeentelijke regievoerder reads that a match asks for attention."""

    def pack(self, day: dt.date) -> Pack:
        """What it decides with on a legal day."""
        return self.policy.on(day).pack


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that sends: a tenant."""

    id: str
    instantie: Instantie
    regions: tuple[Region, ...]
    may_know_bsn: bool
    code_list: str
    wait_seconds: float
    vocabulary: Vocabulary
    """With its own words over the shared ones."""
    regional: Mapping[str, Vocabulary] = field(default_factory=dict)
    """By region with words of its own: the organisation's over the region's over the shared ones."""
    professionals: Professionals = field(default_factory=dict)
    duty_address: str | None = None

    def words_in(self, region: str) -> Vocabulary:
        """What its words mean in a signal of a region. Concepts are the same everywhere; only maps differ."""
        return self.regional.get(region, self.vocabulary)

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """Those of its regions in their order, without repeats; the first is of the region that is used by default."""
        found = (self.words_in(region.id) for region in self.regions)
        return tuple({vocabulary.version: vocabulary for vocabulary in found}.values())

    def alarmed_by(self, advice: Iterable[str]) -> bool:
        """Whether its duty address is told at once of a message that gets this advice."""
        return self.duty_address is not None and CALL_NOW in advice


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the organisations it may act for."""

    acts_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody the gateway knows. `past_pack` and `past_vocabulary` find a version that decisions were made with."""

    partners: Mapping[str, Partner]
    regions: Mapping[str, Region]
    cards: Cards = field(default_factory=Cards)
    indexes: Mapping[str, IndexCapabilities] = field(default_factory=dict)
    """What every index can carry, also one that no region works with yet, or any more."""
    past_pack: Callable[[str], Pack | None] = field(default=lambda _: None)
    past_vocabulary: Callable[[str], Vocabulary | None] = field(default=lambda _: None)

    def acting(self, caller: Caller, said: str | None) -> Partner | None:
        """The organisation acted for: the one named, or the only one there is; None without a mandate."""
        if said is None:
            return self.partners[min(caller.acts_for)] if len(caller.acts_for) == 1 else None
        return self.partners[said] if said in caller.acts_for else None

    def pack(self, label: str, region: str, day: dt.date) -> Pack:
        """The pack a decision was stamped with; where nobody knows that any more, the region's own of today."""
        own = self.regions[region]
        return own.policy.labelled(label) or self.past_pack(label) or own.pack(day)

    def expiry(self, label: str, region: str) -> tuple[int, ...]:
        """How many days before the end a sender hears of it, by the pack it was decided with."""
        return self.pack(label, region, dt.date.max).herinneringen if region in self.regions else ()

    def of_index(self, index: str) -> IndexCapabilities:
        """What an index can carry, as configured; nothing of one that is not."""
        known = self.indexes.get(index)
        ours = (item.capabilities for item in self.regions.values() if item.index == index)
        return known or next(ours, IndexCapabilities())

    def vocabulary(self, partner: Partner, version: str) -> Vocabulary:
        """The vocabulary a receipt was made with."""
        current = next((one for one in partner.vocabularies if one.version == version), None)
        return current or self.past_vocabulary(version) or partner.vocabulary

    def vocabulary_of(self, signal: Signal) -> Vocabulary | None:
        """The vocabulary a signal was understood with, also when its organisation is no longer a partner."""
        partner, version = self.partners.get(signal.organisatie), signal.herkomst.vocabulaire
        return self.vocabulary(partner, version) if partner is not None else self.past_vocabulary(version)


def destination(partner: Partner, municipality: str | None, day: dt.date) -> Region | None:
    """Where a signal goes: a pure function of organisation, municipality and date; None without a covenant there.

    The region whose municipalities name this one comes first, then one that serves every municipality.
    """
    valid = [region for region in partner.regions if region.policy.begun(day)]
    if municipality is None:
        return valid[0] if valid else None
    named = next((region for region in valid if municipality in region.municipalities), None)
    return named or next((region for region in valid if not region.municipalities), None)
