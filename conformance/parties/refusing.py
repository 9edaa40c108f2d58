"""What a good gateway will not do, and all that makes a signal unusable: its numbers, its days, who was told."""

import datetime as dt

from conformance.parties import guard
from conformance.parties.wording import Faults, data
from conformance.values import HERE, Message, at, text, years_on

LASTS = 2
"""Years that a signal lasts at most."""
SLACK = dt.timedelta(minutes=5)


class Refused(Exception):
    """What a gateway will not do: codes, each with a path into the message."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*(code for code, _ in faults))
        self.faults = faults


def faults(message: Message, now: dt.datetime, *, blind: bool) -> Faults:
    """What makes a signal unusable, all at once; `blind` who may not use the BSN."""
    found: Faults = []
    melder, sworn = message.get("melder", {}), message.get("attestaties", {})
    number = text(next(iter(at(message, "jeugdige.bsn")), ""))
    if number and blind:
        found.append(("VIX-1102", "jeugdige.bsn"))
    elif number and not guard.elfproef(number):
        found.append(("VIX-1101", "jeugdige.bsn"))
    if not melder.get("telefoon") and not melder.get("email"):
        found.append(("VIX-1304", "melder"))
    if (told := moment_of(message)) is None:
        found.append(("VIX-1105", "datumTijdMelding"))
    elif told > now + SLACK:
        found.append(("VIX-1204", "datumTijdMelding"))
    if message.get("verwijderdatum", "") > latest(message):
        found.append(("VIX-1206", "verwijderdatum"))
    if message.get("soort") == "SIGNAAL" and not sworn.get("redelijkVermoeden"):
        found.append(("VIX-1305", "attestaties"))
    if message.get("soort") == "SIGNAAL" and not informed(message, now):
        found.append(("VIX-1306", "attestaties"))
    found += [("VIX-1804", "aanduidingen") for one in at(message, "aanduidingen.as") if one not in data()["keuzes"]]
    return found


def latest(message: Message) -> str:
    """The last day that a signal may be removed on."""
    told = moment_of(message)
    return "9999-12-31" if told is None else years_on(told.astimezone(HERE), LASTS).date().isoformat()


def moment_of(message: Message) -> dt.datetime | None:
    """The moment of the report; None when it is no moment with a zone."""
    try:
        found = dt.datetime.fromisoformat(text(message.get("datumTijdMelding")))
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def informed(message: Message, now: dt.datetime) -> bool:
    """Whether the right people were told: under 12 the representative, 12 to 16 both, from 16 the young person."""
    said = next(iter(at(message, "attestaties.informatieplicht")), None)
    if not isinstance(said, dict):
        return False
    child = guard.spoken_of(message)
    if said.get("uitgesteld") or child is None:
        return True
    day, born = (moment_of(message) or now).astimezone(HERE).date(), dt.date.fromisoformat(child.geboortedatum)
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    right = {"BEIDEN"} | ({"VERTEGENWOORDIGER"} if age < 12 else {"JEUGDIGE"} if age >= 16 else set())
    return said.get("wie") in right
