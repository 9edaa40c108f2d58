"""A sender's whole list: when the absence of a signal may be believed, and when it looks like half a file."""

from enum import StrEnum

FEW = 5
"""So many may always be missing: children do leave a school."""
SHARE = 0.2
"""A larger part of what was there has never left in a day."""


class Doubt(StrEnum):
    """Why a list is not believed without a second word of its sender."""

    ONLEESBAAR = "onleesbaar"
    """It has rows whose own id could not be read: who is on them may seem to be missing."""
    HALF = "half"
    """Too much of what was there is missing."""


def doubt(*, named: int, missing: int, unreadable: int) -> Doubt | None:
    """What is odd about a list that names so many signals, misses so many, and has so many unreadable rows."""
    if not missing:
        return None
    if unreadable:
        return Doubt.ONLEESBAAR
    return Doubt.HALF if missing > max(FEW, SHARE * (named + missing)) else None
