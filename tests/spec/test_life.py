"""The legal life of a signal, from report to destruction, on the legal clock (Jeugdwet 7.1.4.5, 7.1.4.6)."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from gateway.canonical.receipt import Status
from gateway.clock import legal_day
from gateway.flow.ageing import catch_up
from gateway.flow.destroying import Reason, destroy
from gateway.flow.region_end import destroy_all
from gateway.rules.lifecycle import LIFE, Gebeurtenis
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS

OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
ENDING = Message("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-21"})
TEENAGER = {"geboortedatum": "2009-02-03"}
"""Turns 23 in 2032: within five years of the archive, after two years of being active."""


def by_sender(operation: str, **fields: str) -> Callable[[Office, str], None]:
    def happen(office: Office, form: str) -> None:
        said_ = ENDING if operation == ENDING.operation else Message(operation, {**OWN, **fields})
        accepted(office.answer(said_, form=FORMATS[form]))

    return happen


def by_clock(day: str) -> Callable[[Office, str], None]:
    def happen(office: Office, form: str) -> None:
        office.clock.at = dt.datetime.fromisoformat(f"{day}T00:00:00+01:00") - dt.timedelta(seconds=1)
        before = office.store.read.tally()
        catch_up(office.store, office.clock)
        assert office.store.read.tally() == before, "not a second too early"
        office.clock.at += dt.timedelta(seconds=1)
        assert catch_up(office.store, office.clock) == 1

    return happen


def by_college(reason: Reason) -> Callable[[Office, str], None]:
    def happen(office: Office, form: str) -> None:
        answer = accepted(office.status())
        destroy(office.store, answer.receipt.signaal_id, reason, office.clock)

    return happen


def of_region(office: Office, form: str) -> None:
    assert destroy_all(office.store, "strikt", office.clock) == 1


HAPPENS: dict[tuple[Status, Gebeurtenis], Callable[[Office, str], None]] = {
    (Status.ACTIEF, Gebeurtenis.BEEINDIGD): by_sender("signaalBeeindigen"),
    (Status.ACTIEF, Gebeurtenis.GEWIJZIGD): by_sender("signaalWijzigen", melder_naam="N. Ieuw"),
    (Status.ACTIEF, Gebeurtenis.VERLENGD): by_sender("signaalVerlengen", verwijderdatum="2028-11-20"),
    (Status.ACTIEF, Gebeurtenis.OVERGEDRAGEN): by_sender(
        "signaalOverdragen", professional_id="p-2", melder_naam="O. Vernemer", melder_telefoon="030-1112223"
    ),
    (Status.ACTIEF, Gebeurtenis.INGETROKKEN): by_sender("signaalIntrekken"),
    (Status.ARCHIEF, Gebeurtenis.INGETROKKEN): by_sender("signaalIntrekken"),
    (Status.ACTIEF, Gebeurtenis.VERLOPEN): by_clock("2028-11-21"),
    (Status.ACTIEF, Gebeurtenis.DRIEENTWINTIG): by_clock("2028-02-03"),
    (Status.ARCHIEF, Gebeurtenis.DRIEENTWINTIG): by_clock("2031-02-03"),
    (Status.ARCHIEF, Gebeurtenis.ARCHIEF_VOORBIJ): by_clock("2031-11-21"),
    **{(status, Gebeurtenis.OVERLEDEN): by_college(Reason.OVERLEDEN) for status in (Status.ACTIEF, Status.ARCHIEF)},
    **{(status, Gebeurtenis.AVG): by_college(Reason.AVG) for status in (Status.ACTIEF, Status.ARCHIEF)},
    **{(status, Gebeurtenis.REGIO_BEEINDIGD): of_region for status in (Status.ACTIEF, Status.ARCHIEF)},
}
BORN = {
    (Status.ACTIEF, Gebeurtenis.DRIEENTWINTIG): "2005-02-03",
    (Status.ARCHIEF, Gebeurtenis.DRIEENTWINTIG): "2008-02-03",
}


def test_every_row_of_the_table_happens_here() -> None:
    assert HAPPENS.keys() == LIFE.keys()


def cases() -> Iterator[object]:
    for form in FORMATS:
        for status, event in LIFE:
            yield pytest.param(form, status, event, id=f"{form}-{status}-{event}")


@pytest.mark.parametrize(("form", "status", "event"), [*cases()])
def test_every_row_of_the_life_of_a_signal_in_every_format_that_can_say_it(
    office: Office, form: str, status: Status, event: Gebeurtenis
) -> None:
    """What leads to a state, and what its sender is told afterwards: of the signal, of a repeat, of another change."""
    spoken = FORMATS[form]
    shorter = "2028-01-01" if event is Gebeurtenis.VERLENGD else None
    message = said(verwijderdatum=shorter, geboortedatum=BORN.get((status, event), "2014-05-06"))
    first = accepted(office.answer(message, form=spoken))
    if status is Status.ARCHIEF:
        accepted(office.answer(ENDING, form=spoken))
    HAPPENS[status, event](office, form)
    after = LIFE[status, event]
    assert office.store.read.tally()["signals"] == {after.value: 1}
    asking = Message("statusOpvragen", OWN)
    asked = office.answer(asking, form=spoken if spoken.says(asking) else FORMATS["plat"])
    repeated = office.answer(message, form=spoken)
    changed = office.answer(Message("signaalBeeindigen", {**ENDING.fields, "revisie": "2"}), form=spoken)
    if after is Status.ACTIEF:
        assert accepted(asked).standing.status is Status.ACTIEF
        assert accepted(repeated).receipt == first.receipt
        assert accepted(changed).standing.status is Status.ARCHIEF
        return
    if after is Status.ARCHIEF:
        assert accepted(asked).standing.status is Status.ARCHIEF
        assert accepted(repeated).receipt == first.receipt
        assert codes(changed) == ["VIX-1404"]
        return
    own_word = event is Gebeurtenis.INGETROKKEN
    assert codes(asked) == ([] if own_word else ["VIX-1405"])
    assert codes(repeated) == ["VIX-1405"]
    assert codes(changed) == ["VIX-1405"]
    assert office.store.read.signal(first.receipt.signaal_id) is None


# the walk

DAY = dt.timedelta(1)


@dataclass
class Reported:
    """A signal, and what a calendar and two rules say of it."""

    source: str
    on: dt.date
    born: str
    ended: dt.date | None = None

    def adult(self) -> dt.date:
        """The 23rd birthday: of what is not known, the first day it can be, or the last when that is over."""
        year, month, day = ([int(part) for part in self.born.split("-")] + [0, 0])[:3]
        first = dt.date(year + 23, month or 1, day or 1)
        if first > self.on:
            return first
        following = dt.date(year + 23, month + 1, 1) if month and month < 12 else dt.date(year + 24, 1, 1)
        return following - DAY

    def removed(self) -> dt.date:
        two_years = self.on.replace(year=self.on.year + 2)
        return min(two_years, self.adult(), self.ended or two_years)

    def gone(self) -> dt.date:
        removed = self.removed()
        return min(removed.replace(year=removed.year + 5), self.adult())

    def state(self, today: dt.date) -> Status:
        if today >= self.gone():
            return Status.VERNIETIGD
        return Status.ARCHIEF if today >= self.removed() else Status.ACTIEF


CHILDREN = {
    "baby": "2026-11-01",
    "pupil": "2014-05-06",
    "teenager": "2009-02-03",
    "nearly": "2003-11-23",
    "year": "2005",
    "past the first day of the year": "2003",
    "month": "2006-07",
}


def test_twenty_four_years_event_by_event(office: Office) -> None:
    """Each child is reported again when its signal expires, until it is 23; a third of the signals ends earlier."""
    known: list[Reported] = []
    today, last = legal_day(office.clock()), dt.date(2051, 1, 1)
    waiting = dict.fromkeys(CHILDREN, today)
    seen: set[tuple[Status, Status]] = set()
    while today <= last:
        office.clock.at = dt.datetime.combine(today, dt.time(12), dt.UTC)
        before = {item.source: item.state(today - dt.timedelta(1)) for item in known}
        catch_up(office.store, office.clock)
        for item in known:
            seen.add((before[item.source], item.state(today)))
        expected = [item.state(today) for item in known]
        counted = {status.value: expected.count(status) for status in expected}
        assert office.store.read.tally().get("signals", {}) == counted, today
        for name in [name for name, on in waiting.items() if on <= today]:
            waiting.pop(name)
            item = report(office, name, today, len(known))
            if item is not None:
                known.append(item)
                waiting[name] = item.removed()
        for number, item in enumerate(known):
            if number % 3 == 1 and item.ended is None and today == item.on + dt.timedelta(100) < item.removed():
                accepted(office.end(bron_signaal_id=item.source, datum_einde=today.isoformat()))
                item.ended = today
        days = [day for item in known for event in (item.removed(), item.gone()) for day in (event - DAY, event)]
        days += [item.on + dt.timedelta(100) for item in known] + list(waiting.values())
        today = min((day for day in days if day > today), default=last + DAY)
    assert office.store.read.tally()["signals"] == {"VERNIETIGD": len(known)}
    assert len(known) > 20
    assert seen >= {
        (Status.ACTIEF, Status.ARCHIEF),
        (Status.ACTIEF, Status.VERNIETIGD),
        (Status.ARCHIEF, Status.VERNIETIGD),
    }


def report(office: Office, name: str, today: dt.date, number: int) -> Reported | None:
    """A new report of a child; None once it is 23."""
    item = Reported(f"w-{number}", today, CHILDREN[name])
    reply = office.give(
        bron_signaal_id=item.source,
        familienaam=f"Fictief {name}",
        geboortedatum=item.born,
        datum_tijd_melding=f"{today}T09:00:00+01:00",
        informatieplicht_datum=today.isoformat(),
    )
    if codes(reply) == ["VIX-1201"]:
        return None
    assert accepted(reply).receipt.verwijderdatum == item.removed()
    return item
