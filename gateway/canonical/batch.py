"""A file with many requests: its rows as they were read, and what became of each.

A row is answered by its line: by its own source id as far as that could be read, and never by anything of a person.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.canonical.command import Request
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import NotKept
from gateway.canonical.terms import Meaning, Question
from gateway.canonical.value import Value


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Row:
    """One row of a file. Without a request nothing can be carried out, and `findings` says why."""

    line: int
    """Where it begins in the sender's file: the first line (a sheet's first row) is 1."""
    request: Request | None
    findings: tuple[Finding, ...] = ()
    handeling: str = ""
    """The action of the contract (`afgeven`, ...); empty when it could not be read."""
    bron_systeem: str = ""
    bron_signaal_id: str = ""
    revisie: str = ""
    """By these three, as they were written, the sender knows its row again; at most 35 characters each."""


class FileFacts(Value):
    """What a file turned out to be, for its report."""

    kind: str
    """`csv` or `xlsx`."""
    encoding: str = ""
    """`utf-8`, `windows-1252`, `utf-16`, or `gemengd` when lines differ; empty for a sheet."""
    delimiter: str = ""
    columns: Mapping[str, str] = {}
    """Field of the data dictionary -> the sender's own header, for the columns that were recognised."""
    bevindingen: tuple[Finding, ...] = ()
    """Of the header: columns that were not read, and why."""


class ReadFile(Protocol):
    """A file while it is read: `facts` are whole once the last row was given."""

    @property
    def facts(self) -> FileFacts:
        """What is known of it so far."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """The rows, in the order of the file; none is left out."""
        ...


class RowStatus(StrEnum):
    """What became of a row."""

    AANGENOMEN = "aangenomen"
    BEKEND = "bekend"
    """It was accepted before, and nothing changed."""
    GEWEIGERD = "geweigerd"


class RowResult(Value):
    """The line of the report about one row: of words that are not kept only their axis."""

    line: int
    status: RowStatus
    handeling: str = ""
    bron_systeem: str = ""
    bron_signaal_id: str = ""
    revisie: str = ""
    signaal_id: UUID | None = None
    ontvangen_op: dt.datetime | None = None
    verwijderdatum: dt.date | None = None
    betekenissen: tuple[Meaning, ...] = ()
    niet_bewaard: tuple[NotKept, ...] = ()
    vragen: tuple[Question, ...] = ()
    bevindingen: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows were read, what became of them, and which findings there were."""

    rows: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
