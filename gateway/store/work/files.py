"""What can be asked of the writer about files of many rows, and what it answers."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.canonical.batch import FileFacts, RowResult, Tally


class BatchState(StrEnum):
    """Where a file is."""

    LOOPT = "loopt"
    KLAAR = "klaar"
    AFGEBROKEN = "afgebroken"
    VOORSTEL = "voorstel"
    """It was the sender's whole list, and what it no longer names waits for the sender's word."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class FileBatch:
    """A file as the store knows it."""

    id: UUID
    tenant: str
    state: BatchState
    whole: bool
    started_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime
    moved_at: float
    """When a run of it was last noted, in seconds since 1970."""
    last: int
    """The last line whose result is durable."""
    tally: Tally
    facts: FileFacts
    systems: frozenset[bytes]
    """Keyed hashes of the source systems its rows named."""
    unreadable: int
    """How many rows had no own id that could be read."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class OpenBatch:
    """Begin a file, or go on with the same one that was broken off; answered with its FileBatch."""

    id: UUID
    tenant: str
    content: bytes | None
    """Keyed hash of the whole file and of how it is used; None when it is not known beforehand."""
    whole: bool
    now: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class NoteRows:
    """Note what became of a run of rows, once what they asked is durable; answered with the FileBatch."""

    batch: UUID
    facts: FileFacts
    """What is known of the file so far."""
    after: int
    """The last line of the run before: a run is noted behind it, or not at all."""
    results: tuple[RowResult, ...]
    sources: tuple[bytes, ...] = ()
    """What the rows of a whole list name, as in `Accept.source`."""
    systems: frozenset[bytes] = frozenset()
    unreadable: int = 0
    alarm: bool = False
    """Whether a refused row holds a word that means danger: the organisation must be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBatch:
    """A file was read to its end, broken off, or its proposal was decided; answered with the FileBatch."""

    batch: UUID
    state: BatchState
    facts: FileFacts | None
    now: dt.datetime
