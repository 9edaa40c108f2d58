"""Packs as they are written, and a region's packs by the day each begins. What a pack allows is `policy`.

The JSON Schema in `gateway/schemas/pack-1.schema.json` is generated from there.
"""

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from gateway.errors import Misconfigured
from gateway.rules.dictionary import MAY_KEEP, MAY_LEAVE
from gateway.rules.policy import Grondslag, Pack
from gateway.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Begins:
    """A pack, and the legal day from which a region decides with it."""

    on: dt.date
    pack: Pack


@dataclass(frozen=True, slots=True)
class Policy:
    """What a region decides with: its packs, the first to begin first; never none."""

    packs: tuple[Begins, ...]

    @classmethod
    def of(cls, pack: Pack) -> "Policy":
        """One pack, from its own first day on."""
        return cls((Begins(pack.valid_from, pack),))

    def begun(self, day: dt.date) -> bool:
        """Whether the region works on a day."""
        return self.packs[0].on <= day

    def on(self, day: dt.date) -> Begins:
        """The pack of a day; before the region works, the one it will begin with."""
        return next((item for item in reversed(self.packs) if item.on <= day), self.packs[0])

    def labelled(self, label: str) -> Pack | None:
        """The pack of this label, whenever it is the region's."""
        return next((item.pack for item in self.packs if item.pack.label == label), None)


def read(source: str, text: bytes) -> Pack:
    """One pack as it was written, also long ago; raises Misconfigured with every problem."""
    try:
        said = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Misconfigured(f"{source}: is not TOML") from None
    try:
        said["version"] = hashlib.sha256(text).hexdigest()[:12]
        return Pack.model_validate_json(json.dumps(said, default=str), strict=True)
    except ValidationError as error:
        problems = [f"{source}: {'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors()]
    raise Misconfigured(*problems)


def load(texts: Iterable[tuple[str, bytes]]) -> dict[str, Pack]:
    """Read packs from (source, TOML) pairs; raises Misconfigured with every problem."""
    packs: dict[str, Pack] = {}
    problems: list[str] = []
    for source, text in texts:
        try:
            pack = read(source, text)
        except Misconfigured as error:
            problems += error.problems
            continue
        problems += [f"{source}: {problem}" for problem in contradictions(pack)]
        if pack.id in packs:
            problems.append(f"{source}: id: '{pack.id}' is taken by another pack")
        packs[pack.id] = pack
    if problems:
        raise Misconfigured(*problems)
    return packs


def contradictions(pack: Pack) -> Iterator[str]:
    """What no pack may say, or not beside what else it says."""
    for name in sorted(pack.leaves - MAY_LEAVE):
        yield f"leaves: '{name}' may not leave the gateway"
    for name in sorted(pack.keeps_fields - MAY_KEEP):
        yield f"keeps_fields: '{name}' is no field that a signal can do without"
    for index, own in sorted(pack.indexes.items()):
        for name in sorted(own.leaves - pack.leaves):
            yield f"indexes.{index}.leaves: '{name}' does not leave at all; name it in leaves too"
    if pack.legal_basis is Grondslag.TOESTEMMING and "toestemming" not in pack.keeps_fields:
        yield "keeps_fields: the consent that is the basis is not kept; name 'toestemming'"
    if pack.travels - pack.keeps:
        yield f"travels: {', '.join(sorted(pack.travels - pack.keeps))} cannot travel without being kept"


def strange(pack: Pack, vocabulary: Vocabulary) -> Iterator[str]:
    """Axes of a pack that no vocabulary has."""
    for key, axes in (("keeps", pack.keeps), ("travels", pack.travels)):
        for axis in sorted(axes.difference(vocabulary.axes)):
            yield f"{key}: no axis '{axis}'"


def texts(shipped: Traversable, own: Iterable[Path]) -> Iterable[tuple[str, bytes]]:
    """The shipped packs and an operator's own, with where each came from."""
    for entry in sorted(shipped.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_bytes()
    for path in own:
        yield str(path), path.read_bytes()
