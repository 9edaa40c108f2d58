"""The one place where time is asked for.

Two clocks: the legal clock decides about periods and ages, may be set, and travels in tests; `monotonic`
measures waiting and leases and is never shown to anybody.
"""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

Clock = Callable[[], dt.datetime]
"""Gives the legal moment, with time zone UTC."""

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Legal days begin and end here."""

monotonic = time.monotonic


def system_clock() -> dt.datetime:
    """The moment it is."""
    return dt.datetime.now(dt.UTC)


def set_clock(start: dt.datetime) -> Clock:
    """A legal clock that was at `start` when it was made, and runs on from there."""
    origin = monotonic()
    return lambda: start.astimezone(dt.UTC) + dt.timedelta(seconds=monotonic() - origin)


def legal_day(moment: dt.datetime) -> dt.date:
    """The day on which a moment falls for Dutch law."""
    return moment.astimezone(AMSTERDAM).date()


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which a legal day begins, in UTC."""
    return dt.datetime.combine(day, dt.time(), AMSTERDAM).astimezone(dt.UTC)


def wall() -> float:
    """Seconds since the epoch, for planning; never for leases."""
    return time.time()


def boot_id() -> str:
    """Which run of this machine `monotonic` belongs to; a lease of another run has ended."""
    known = Path("/proc/sys/kernel/random/boot_id")
    if known.exists():
        return known.read_text(encoding="ascii").strip()
    return f"boot-{round(wall() - monotonic(), -1):.0f}"
