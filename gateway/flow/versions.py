"""The versions that decisions were made with: packs and vocabularies, kept by their label and found again.

A vocabulary is kept as a zip of its tables, with the rows in it that a region and an organisation laid over them.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from gateway.rules import packs as written
from gateway.rules import vocabulary
from gateway.rules.policy import Pack
from gateway.rules.vocabulary import Vocabulary
from gateway.store.reading import Reader
from gateway.store.work import Keep

OVERLAYS = "overlay"
"""How the names of overlays begin, in the order in which they lie over each other: the lowest first."""


def keep(packs: Iterable[tuple[str, bytes]], tables: Traversable, overlays: Mapping[str, Sequence[Path]]) -> Keep:
    """What must be kept: every pack's text, and each vocabulary in use by its version, lowest overlay first."""
    kept = [(pack.label, "pack", pack.id, text) for source, text in packs for pack in [written.read(source, text)]]
    for version, over in overlays.items():
        kept.append((_label(version), "vocabulary", "woordenlijst", _zipped(tables, over)))
    return Keep(tuple(kept))


def past_pack(reader: Reader, label: str) -> Pack | None:
    """A pack by its label."""
    text = reader.artifact(label)
    return written.read(label, text) if text else None


def past_vocabulary(reader: Reader, version: str) -> Vocabulary | None:
    """A vocabulary by its version."""
    content = reader.artifact(_label(version))
    if content is None:
        return None
    root = cast(Traversable, zipfile.Path(zipfile.ZipFile(io.BytesIO(content))))
    over = sorted((file for file in root.iterdir() if file.name.startswith(OVERLAYS)), key=lambda file: file.name)
    return vocabulary.reopen(root, over)


def _label(version: str) -> str:
    return f"vocabulary@{version}"


def _zipped(tables: Traversable, over: Sequence[Path]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(tables, ""):
            archive.writestr(zipfile.ZipInfo(name), content)
        for number, overlay in enumerate(over, start=1):
            archive.writestr(zipfile.ZipInfo(f"{OVERLAYS}-{number}.csv"), overlay.read_bytes())
    return buffer.getvalue()


def _files(root: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{above}{entry.name}/")
        elif entry.name.endswith(".csv"):
            yield f"{above}{entry.name}", entry.read_bytes()
