"""Which answer to a match is due, by the pack of its region."""

import datetime as dt

from gateway.clock import Clock, legal_day
from gateway.flow.directory import Directory
from gateway.rules.regie import working_days_later
from gateway.store.work import Watch


def due(directory: Directory, clock: Clock) -> Watch:
    """What is asked of the store: to look at what is due now."""
    now, regions = clock(), directory.regions
    today = legal_day(now)
    days = {name: region.pack(today).respons_werkdagen for name, region in regions.items()}

    def late(region: str, received: dt.datetime) -> bool:
        """Of a region that is no more, at once: it has nobody to tell, and then is done with."""
        return working_days_later(received, days.get(region, 0)) <= now

    return Watch(
        now=now,
        today=today,
        terms=tuple(
            (frozenset(name for name, own in days.items() if own == term), now - dt.timedelta(days=term))
            for term in sorted(set(days.values()))
        ),
        due=late,
        address=lambda region: region in regions and regions[region].regievoerder is not None,
    )
