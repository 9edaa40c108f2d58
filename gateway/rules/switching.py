"""Moving signals from one index to another: what each index must be able to do, the states, and what is compared.

Nothing here knows a store or a line.
"""

from dataclasses import dataclass
from enum import StrEnum

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
    State.SHADOW: frozenset({State.TURNED, State.LEAVING}),
    State.TURNED: frozenset({State.BACK, State.LEAVING}),
    State.BACK: frozenset({State.TURNED, State.LEAVING}),
    State.LEAVING: frozenset({State.DONE}),
}
"""Which states may follow on which."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something one of the two indexes cannot do, and what that means for a move."""

    who: str
    what: str
    effect: str
    forbids_shadow: bool = False


NEEDED: tuple[tuple[str, str, str, bool], ...] = (
    ("stil", "een signaal overnemen zonder iemand te mailen",
     "schaduw kan niet: de nieuwe index zou betrokkenen mailen over matches die zij al kennen", True),
    ("landelijk_uit", "een signaal overnemen zonder het landelijk te melden",
     "schaduw kan niet: elk signaal zou tweemaal in de landelijke verwijsindex staan", True),
    ("overnemen", "een signaal overnemen met zijn oorspronkelijke moment",
     "de termijn van elk signaal zou opnieuw beginnen (Jeugdwet 7.1.4.5): niet zonder besluit daarover", False),
    ("opvragen", "zeggen wat er onder een eigen referentie staat",
     "wat er staat is alleen aan de matches te vergelijken; vraag de aanbieder een uitvoer", False),
    ("wijzigen", "een ander contact of een latere verwijderdatum aannemen",
     "wijzigingen tijdens de overstap bereiken de andere index niet", False),
)  # fmt: skip
"""What a move asks of the new index: by its capability."""
LOST: tuple[tuple[str, str], ...] = (
    ("regie", "de index hield zelf de regie; de gateway doet dat voortaan"),
    ("terugkoppelen", "terugkoppelingen over matches bereiken de nieuwe index niet"),
    ("signaalcode", "de signaalcode gaat niet mee"),
    ("ketenregistratie", "ketenregistraties worden door de nieuwe index geweigerd"),
)
"""What the old index can and the new one cannot, and what is lost by it."""


def gaps(old: IndexCapabilities, new: IndexCapabilities) -> list[Gap]:
    """What the new index lacks, worst first, and what each means."""
    found = [
        Gap("nieuw", what, effect, forbids_shadow=forbids)
        for name, what, effect, forbids in NEEDED
        if not getattr(new, name)
    ]
    found += [Gap("nieuw", name, effect) for name, effect in LOST if getattr(old, name) and not getattr(new, name)]
    if not (old.stil and old.landelijk_uit):
        effect = "na het omzetten blijft hij mailen en landelijk melden tot de signalen er zijn vernietigd"
        found.append(Gap("oud", "een signaal houden zonder het te voeren", effect))
    found += [
        Gap("nieuw", f"woorden over {axis}", "deze woorden gaan niet mee") for axis in sorted(old.axes - new.axes)
    ]
    return found


def shadow(gaps: list[Gap]) -> bool:
    """Whether both indexes can hold the signals at once without anybody being told twice."""
    return not any(gap.forbids_shadow for gap in gaps)


EQUAL, GONE = "gelijk", "weg"
FOUND = {
    EQUAL: "staat er zoals het is gestuurd",
    "ontbreekt": "staat er niet",
    "dubbel": "staat er meer dan eens",
    "contact": "staat er met een ander contact",
    "moment": "staat er met een ander moment van melden",
    "verwijderdatum": "staat er met een andere verwijderdatum",
    "status": "staat er in een andere staat",
    GONE: "is er vernietigd",
}
"""What may be found of a signal at an index."""


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
    return EQUAL if one.verwijderdatum == told.verwijderdatum else "verwijderdatum"


def gone(held: Held) -> str:
    """Of a signal that is destroyed here: whether it is destroyed there too."""
    return GONE if all(one.status is Status.VERNIETIGD for one in held.standing) else "status"
