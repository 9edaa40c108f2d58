"""Moving signals from one index to another: what each index must be able to do, the states, and what is compared.

Nothing here knows a store or a line.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from gateway.canonical.order import Held, IndexCapabilities, Register
from gateway.canonical.receipt import Status


class State(StrEnum):
    """Where a move is."""

    PLANNED = "gepland"
    """Written down; nothing was sent."""
    COPYING = "overbrengen"
    """The old index leads; signals go to the new one, and what comes in goes to both."""
    SHADOW = "schaduw"
    """All signals are at both; what the new one tells of matches is kept beside and compared."""
    TURNED = "overgezet"
    """The new index leads, for all or for some organisations; the old one still hears everything."""
    BACK = "teruggezet"
    """The old index leads again; the new one still hears everything."""
    LEAVING = "opheffen"
    """The signals are being destroyed at the index that leads no more."""
    DONE = "afgerond"
    STOPPED = "gestopt"


STEPS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.COPYING, State.TURNED, State.STOPPED}),
    State.COPYING: frozenset({State.SHADOW, State.LEAVING}),
    State.SHADOW: frozenset({State.COPYING, State.TURNED, State.LEAVING}),
    State.TURNED: frozenset({State.BACK, State.LEAVING}),
    State.BACK: frozenset({State.TURNED, State.LEAVING}),
    State.LEAVING: frozenset({State.DONE}),
}
"""Which states may follow on which."""
TURNED = (State.TURNED.value, State.BACK.value, State.LEAVING.value)
"""In these the index that does not lead may have led before."""
OVER = (State.DONE.value, State.STOPPED.value)
"""In these a move holds nothing any more."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something one of the two indexes cannot do that matters to a move, by the name of its capability."""

    who: Literal["old", "new"]
    name: str
    axis: str = ""
    """Of `woorden`: which it does not carry."""

    @property
    def forbids_shadow(self) -> bool:
        """Whether both cannot hold the signals at once: people would be told twice."""
        return self.who == "new" and self.name in SILENT


SILENT = ("stil", "landelijk_uit")
"""What an index must be able to, to hold a signal for which another leads."""


def silent(able: IndexCapabilities) -> bool:
    """Whether an index can hold a signal for which another leads, and then mails nobody and keeps it to itself."""
    return all(getattr(able, name) for name in SILENT)


NEEDED = (*SILENT, "overnemen", "opvragen", "wijzigen")
"""What a move asks of the new index."""
LOST = ("mails", "regie", "terugkoppelen", "signaalcode", "ketenregistratie")
"""What is lost where the old index can it and the new one cannot."""


def gaps(old: IndexCapabilities, new: IndexCapabilities) -> list[Gap]:
    """What the new index lacks, worst first, and what the old one lacks that matters after it led."""
    found = [Gap("new", name) for name in NEEDED if not getattr(new, name)]
    found += [Gap("new", name) for name in LOST if getattr(old, name) and not getattr(new, name)]
    found += [Gap("new", "woorden", axis) for axis in sorted(old.axes - new.axes)]
    return found + [Gap("old", name) for name in SILENT if not getattr(old, name)]


def shadow(gaps: list[Gap]) -> bool:
    """Whether both indexes can hold the signals at once without anybody being told twice."""
    return not any(gap.forbids_shadow for gap in gaps)


UNSEEN, WAITS, EQUAL, GONE = "niet bekeken", "wacht", "gelijk", "weg"
"""What was found of a signal at an index: nothing yet, no answer yet, what was sent; that it is destroyed."""
FOUND = (UNSEEN, WAITS, EQUAL, "ontbreekt", "dubbel", "contact", "moment", "verwijderdatum", "status", "leidt", GONE)
"""All that may be found: what else is not there, there twice, or there with another contact, moment, date or state."""


def compared(held: Held, told: Register, status: Status) -> str:
    """What an index holds of a signal, beside what it was told: the first difference."""
    alive = [one for one in held.standing if one.status is not Status.VERNIETIGD]
    if len(alive) != 1:
        return "dubbel" if alive else "ontbreekt"
    (one,) = alive
    if one.status is not status:
        return "status"
    if one.contact != told.contact:
        return "contact"
    if one.datum_tijd_melding != told.datum_tijd_melding:
        return "moment"
    if one.verwijderdatum != told.verwijderdatum:
        return "verwijderdatum"
    return "leidt" if status is Status.ACTIEF and one.leidend is not told.leidend else EQUAL


def gone(held: Held) -> str:
    """Of a signal that is destroyed here: whether it is destroyed there too."""
    return GONE if all(one.status is Status.VERNIETIGD for one in held.standing) else "status"
