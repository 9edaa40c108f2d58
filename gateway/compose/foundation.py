"""Who is who, the store and the legal clock, from the configuration."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from gateway.canonical.signal import Instantie
from gateway.clock import Clock, set_clock, system_clock
from gateway.compose.delivery import ways_of
from gateway.compose.regions import PACKS, capabilities_of, packs_of, regions_of
from gateway.compose.words import MAPPINGS, overlaid, regional_vocabularies, shared_vocabulary
from gateway.config import Config, PartnerConfig
from gateway.errors import Misconfigured
from gateway.flow import professionals, versions
from gateway.flow.directory import Directory, Partner, Region
from gateway.flow.professionals import Professionals
from gateway.rules import cards, packs
from gateway.rules.cards import Cards, Spoken
from gateway.rules.vocabulary import Vocabulary
from gateway.store.keyring import KeyRing
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """The parts every process has: who is who, the store, the legal clock."""

    config: Config
    clock: Clock
    store: Store
    directory: Directory

    def close(self) -> None:
        """Commit what waits, and let go."""
        self.store.close()


def clock_of(config: Config) -> Clock:
    """The legal clock."""
    return set_clock(config.clock.start) if config.clock.start else system_clock


def house(config: Config) -> House:
    """Open the store and learn who is who; raises Misconfigured with every problem."""
    ring = KeyRing.open(config.store.keyring)
    clock = clock_of(config)
    known = directory_of(config)
    store = Store(config.store.url, keys_url=config.store.keys, ring=ring, clock=clock, ways=ways_of(config))
    return House(config, clock, store, kept(config, known, store))


def directory_of(config: Config) -> Directory:
    """Who is who, without a past; raises Misconfigured, OSError."""
    shared = shared_vocabulary()
    regions = regions_of(config, packs_of(config))
    words = regional_vocabularies(config, shared)
    partners = {item.id: _partner(item, regions, shared, words) for item in config.partners}
    indexes = {name: capabilities_of(index) for name, index in config.indexes.items()}
    return Directory(partners, regions, cards_of(config), indexes)


def kept(config: Config, known: Directory, store: Store) -> Directory:
    """The directory, once the versions it decides with are kept; and those of before are found there."""
    overlays = _overlays(config, known.partners, shared_vocabulary())
    store.do(versions.keep(packs.texts(PACKS, config.packs), MAPPINGS / "vocabulary", overlays))
    return replace(
        known,
        past_pack=cache(lambda label: versions.past_pack(store.read, label)),
        past_vocabulary=cache(lambda version: versions.past_vocabulary(store.read, version)),
    )


def _overlays(config: Config, partners: Mapping[str, Partner], shared: Vocabulary) -> dict[str, tuple[Path, ...]]:
    """Every vocabulary in use, by its version, with its overlays, lowest first."""
    found: dict[str, tuple[Path, ...]] = {shared.version: ()}
    for item in config.partners:
        own = (item.overlay,) if item.overlay else ()
        found[partners[item.id].vocabulary.version] = own
        for region, known in partners[item.id].regional.items():
            found[known.version] = (*(path for path in (config.regions[region].overlay,) if path), *own)
    return found


def _partner(
    item: PartnerConfig, regions: Mapping[str, Region], shared: Vocabulary, words: Mapping[str, Vocabulary]
) -> Partner:
    return Partner(
        id=item.id,
        instantie=Instantie(id=item.id, naam=item.name, locatie=item.location, categorie=item.category),
        regions=tuple(regions[name] for name in item.regions),
        may_know_bsn=item.may_know_bsn,
        code_list=item.code_list,
        wait_seconds=item.wait_seconds,
        vocabulary=overlaid(shared, item.overlay),
        regional={name: overlaid(words[name], item.overlay) for name in item.regions if name in words},
        professionals=professionals_of(item),
        duty_address=item.duty_address,
    )


def cards_of(config: Config) -> Cards:
    """The meaning cards, held against what their organisations' words mean in messages; raises Misconfigured."""
    texts = cards.Texts(**tomllib.loads((MAPPINGS / "card.toml").read_text(encoding="utf-8")))
    shared = shared_vocabulary()
    spoken = {item.name: Spoken(overlaid(shared, item.overlay), item.code_list) for item in config.partners}
    try:
        found = [(str(path), path.read_bytes()) for path in config.cards]
    except OSError as error:
        raise Misconfigured(f"cards: {error.filename} cannot be read; mind its path") from None
    return cards.load(texts, found, shared, spoken)


def professionals_of(item: PartnerConfig) -> Professionals:
    """Who is who at an organisation; raises Misconfigured."""
    if item.professionals is None:
        return {}
    source = f"partners.{item.id}.professionals"
    try:
        return professionals.load(item.professionals.read_bytes(), source=source)
    except OSError:
        raise Misconfigured(f"{source}: {item.professionals} cannot be read; mind its path") from None
