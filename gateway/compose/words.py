"""The vocabulary as shipped, and with the words of a region over it."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from gateway.config import Config
from gateway.rules import vocabulary
from gateway.rules.vocabulary import Vocabulary

MAPPINGS: Traversable = files("gateway.mappings")


@cache
def shared_vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    return vocabulary.load(MAPPINGS / "vocabulary")


def overlaid(below: Vocabulary, overlay: Path | None) -> Vocabulary:
    """A vocabulary with the words of a region or an organisation over it; raises Misconfigured."""
    return below if overlay is None else below.overlay(vocabulary.load_rows(cast(Traversable, overlay)))


def regional_vocabularies(config: Config, shared: Vocabulary) -> dict[str, Vocabulary]:
    """The vocabulary of each region that has words of its own; raises Misconfigured."""
    return {name: overlaid(shared, item.overlay) for name, item in config.regions.items() if item.overlay is not None}
