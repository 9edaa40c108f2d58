"""What an index says it holds, in its provider's export, beside what went there through us: before anything moves."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.canonical.receipt import Status
from gateway.errors import Misconfigured

COLUMNS = ("referentie", "status", "verwijderdatum", "instantie")
"""Of an export: what a signal is called there (our own id where it came through us), its state, the day its period
ends (jjjj-mm-dd, empty once destroyed), and whose it is by the id that organisations have at the index."""


class Found(StrEnum):
    """What of a signal."""

    SAME = "gelijk"
    OTHER = "anders"
    """At both, in another state or with another removal date."""
    ONLY_HERE = "alleen hier"
    """It went there through us, and the export does not have it."""
    ONLY_THERE = "alleen daar"
    """Made in the index's own application, by an organisation that gives signals here too: it has to give it again."""
    UNOWNED = "zonder eigenaar"
    """Made there, by who is no partner here: its provider has to say what becomes of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A signal, at one of both."""

    status: Status
    removal: dt.date | None
    owner: str
    """An organisation: here a partner, there as the index calls it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inventory."""

    found: Found
    reference: str
    owner: str
    what: str = ""


def parsed(rows: Iterable[Mapping[str, str | None]]) -> dict[str, Held]:
    """The export, by what each signal is called there; raises Misconfigured with every line that is no such line."""
    held: dict[str, Held] = {}
    wrong = []
    for number, row in enumerate(rows, 2):
        told = {name: (row.get(name) or "").strip() for name in COLUMNS}
        try:
            removal = dt.date.fromisoformat(told["verwijderdatum"]) if told["verwijderdatum"] else None
            status = Status(told["status"].upper())
        except ValueError:
            wrong.append(f"line {number}: status is one of {', '.join(Status)}, verwijderdatum is jjjj-mm-dd")
            continue
        reference = told["referentie"].removeprefix("urn:uuid:").lower()
        if not reference or reference in held:
            wrong.append(f"line {number}: a referentie stands once, and is not empty")
        held[reference] = Held(status, removal, told["instantie"])
    if wrong:
        raise Misconfigured(*wrong[:20])
    return held


def laid(ours: Mapping[UUID, Held], theirs: Mapping[str, Held], partners: Mapping[str, str]) -> Iterator[Line]:
    """Both beside each other. `partners`: by the id an organisation has at the index, the partner it is here."""
    for identity, mine in ours.items():
        there = theirs.get(str(identity))
        if there is None or there.status is Status.VERNIETIGD:
            yield Line(Found.ONLY_HERE, str(identity), mine.owner)
            continue
        differs = [
            name
            for name, one, other in (
                ("status", mine.status, there.status), ("verwijderdatum", mine.removal, there.removal),
            )
            if one != other
        ]  # fmt: skip
        yield Line(Found.OTHER if differs else Found.SAME, str(identity), mine.owner, ", ".join(differs))
    known = {str(identity) for identity in ours}
    for reference, there in theirs.items():
        if reference not in known and there.status is not Status.VERNIETIGD:
            owner = partners.get(there.owner)
            yield Line(Found.ONLY_THERE if owner else Found.UNOWNED, reference, owner or there.owner)
