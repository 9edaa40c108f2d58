"""Who is the aanspreekpunt of a match: exactly one of its professionals, or explicitly none (regional practice)."""

import datetime as dt
from enum import StrEnum

from gateway.canonical.signal import Tekst200
from gateway.canonical.value import Value


class Regiehandeling(StrEnum):
    """What one side of a match does with its regie; what may follow on what is `rules.regie`."""

    NEMEN = "NEMEN"
    """Become the aanspreekpunt while nobody is."""
    OVERDRAGEN = "OVERDRAGEN"
    """Offer it to the other side; it stays with its holder until the other accepts."""
    AANVAARDEN = "AANVAARDEN"
    AFWIJZEN = "AFWIJZEN"
    NEERLEGGEN = "NEERLEGGEN"
    """Back to explicitly nobody."""
    HERZIEN = "HERZIEN"
    """Set the day on which it is looked at again."""


class RegieStatus(StrEnum):
    """Where the index holds the regie itself, what is asked of it is a proposal until it answers."""

    VASTGESTELD = "VASTGESTELD"
    VOORGESTELD = "VOORGESTELD"


class Wie(StrEnum):
    """Who has it, seen from the one who is told."""

    IK = "IK"
    ANDER = "ANDER"
    GEEN = "GEEN"


FIRST = "r0"
"""The stand of a match whose regie nobody ever touched."""


class Aanspreekpunt(Value):
    """The professional who has the regie, and their organisation; kept sealed."""

    naam: Tekst200 | None = None
    instantie: Tekst200 | None = None


class Regie(Value):
    """The regie of a match, as one side of it is told."""

    status: RegieStatus = RegieStatus.VASTGESTELD
    wie: Wie = Wie.GEEN
    naam: Tekst200 | None = None
    instantie: Tekst200 | None = None
    aangeboden: bool = False
    """Whether who has it offers it to the other side."""
    herzien_op: dt.date | None = None
    stand: str = FIRST
    """Another one after every change."""
    niet_zichtbaar_voor: tuple[str, ...] = ()
    """Organisations in this match that are not told: the index does not hold it, and they are not at this gateway."""
