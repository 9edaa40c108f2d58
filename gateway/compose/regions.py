"""The packs there are, and which region works with which from what day on."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.canonical.order import IndexCapabilities
from gateway.compose.words import MAPPINGS, shared_vocabulary
from gateway.config import Config, IndexConfig, RegionConfig
from gateway.errors import Misconfigured
from gateway.flow.directory import Region
from gateway.rules import packs as written
from gateway.rules.packs import Begins, Policy
from gateway.rules.policy import Pack

PACKS = MAPPINGS / "packs"


def packs_of(config: Config) -> dict[str, Pack]:
    """The shipped packs and the operator's own; raises Misconfigured, OSError."""
    return packs_in(config.packs)


def packs_in(own: tuple[Path, ...]) -> dict[str, Pack]:
    """The shipped packs and those in these files; raises Misconfigured, OSError."""
    packs = written.load(written.texts(PACKS, own))
    strange = [f"{pack.id}: {told}" for pack in packs.values() for told in written.strange(pack, shared_vocabulary())]
    if strange:
        raise Misconfigured(*strange)
    return packs


def capabilities_of(index: IndexConfig) -> IndexCapabilities:
    """What an index can carry, as configured."""
    return IndexCapabilities.model_validate(
        {
            "ketenregistratie": index.ketenregistratie,
            "signaalcode": index.signaalcode,
            "mails": index.mails,
            "wijzigen": index.wijzigen,
            "regie": index.regie,
            "terugkoppelen": index.terugkoppelen,
            "opvragen": index.opvragen,
            "overnemen": index.overnemen,
            "stil": index.stil,
            "landelijk_uit": index.landelijk_uit,
            "axes": index.carries,
            "processing_time": index.processing_seconds,
        }
    )


def regions_of(config: Config, packs: Mapping[str, Pack]) -> dict[str, Region]:
    """The regions with the packs they work with; raises Misconfigured with every problem."""
    if found := list(problems(config, packs)):
        raise Misconfigured(*found)
    return {
        name: Region(
            id=name,
            name=item.name or name,
            policy=policy_of(item, packs),
            index=item.index,
            capabilities=capabilities_of(config.indexes[item.index]),
            municipalities=frozenset(item.municipalities),
            regievoerder=item.gemeentelijke_regievoerder,
        )
        for name, item in config.regions.items()
    }


def policy_of(region: RegionConfig, packs: Mapping[str, Pack]) -> Policy:
    """A region's packs by the day each begins; raises KeyError for a pack that is not there."""
    if region.pack:
        return Policy.of(packs[region.pack])
    named = sorted(region.packs, key=lambda item: item.valid_from)
    return Policy(tuple(Begins(item.valid_from, packs[item.pack]) for item in named))


def problems(config: Config, packs: Mapping[str, Pack]) -> Iterator[str]:
    """What is wrong with the packs that regions name, as `place: what; fix`."""
    for name, region in config.regions.items():
        for pack_id, begins in _named(region):
            where = f"regions.{name}.{'pack' if region.pack else 'packs'}"
            pack = packs.get(pack_id)
            if pack is None:
                yield f"{where}: no pack '{pack_id}'; name one of {', '.join(sorted(packs))}"
                continue
            if begins is not None and begins < pack.valid_from:
                yield f"{where}: pack '{pack.id}' is there from {pack.valid_from} on; let it begin then or later"
            if pack.needs_record and not (region.covenant and region.dpia) and config.environment == "production":
                yield (
                    f"regions.{name}: pack '{pack.id}' needs a recorded covenant and DPIA in production;"
                    " name covenant and dpia, or use a pack that keeps less"
                )
            for index in sorted(pack.indexes.keys() - config.indexes.keys()):
                yield f"{where}: pack '{pack.id}' names an index '{index}' that is not there; add [indexes.{index}]"


def _named(region: RegionConfig) -> list[tuple[str, dt.date | None]]:
    """The packs a region names, and the day it says for each."""
    return [(region.pack, None)] if region.pack else [(item.pack, item.valid_from) for item in region.packs]
