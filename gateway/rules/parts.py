"""The parts of a drafted signal, each read by itself; what is wrong with it goes to the reading."""

import datetime as dt

from gateway.canonical.command import Afgeven, Draft
from gateway.canonical.finding import Ernst
from gateway.canonical.identifiers import Agb, Big, Bsn, Identifier, Onderwijsnummer, Skj, Uzi
from gateway.canonical.signal import Geinformeerde, Geslacht, Informatieplicht, Jeugdige, Registraties, Toestemming
from gateway.rules import lifecycle
from gateway.rules.lifecycle import BirthDate, Period
from gateway.rules.reading import Reading, date, gemeente_code, house_number, moment, postcode, revision

AHEAD = dt.timedelta(minutes=5)
"""How far a sender's clock may run ahead."""
OLD = dt.timedelta(days=30)


def ids(command: Afgeven, reading: Reading) -> tuple[str, str, int]:
    """The sending system, its own id and its number of the revision; empty or 0 where it cannot be read."""
    draft = command.draft
    system = reading.required(command.bron_systeem, draft.place("bron_systeem"), 35)
    source = reading.required(draft.bron_signaal_id, draft.place("bron_signaal_id"), 35)
    number = reading.parsed(draft.revisie, revision, "VIX-1105", "1-9999") if draft.revisie else 1
    return system or "", source or "", number or 0


def reported(draft: Draft, now: dt.datetime, reading: Reading) -> dt.datetime | None:
    """The moment of the report, when it can be read and is not ahead of the clock."""
    said = draft.datum_tijd_melding
    if said is None:
        reading.find("VIX-1106", draft.place("datum_tijd_melding"))
        return None
    reported = reading.parsed(said, moment, "VIX-1105", "jjjj-mm-ddTuu:mm:ss+uu:mm")
    if reported is None:
        return None
    if reported > now + AHEAD:
        reading.find("VIX-1204", said.at)
        return None
    if reported < now - OLD:
        reading.find("VIX-1207", said.at, ernst=Ernst.WAARSCHUWING)
    return reported


def young(draft: Draft, birth: BirthDate | None, day: dt.date | None, reading: Reading) -> BirthDate | None:
    """The birth date, when somebody born then can be reported on that day."""
    said = draft.geboortedatum
    if said is None or birth is None or day is None:
        return birth
    if birth.earliest > day:
        reading.find("VIX-1202", said.at)
        return None
    if birth.of_age(day):
        reading.find("VIX-1201", said.at)
        return None
    if birth.partial:
        reading.find("VIX-1208", said.at, ernst=Ernst.WAARSCHUWING)
    return birth


def jeugdige(draft: Draft, born: BirthDate | None, reading: Reading, *, may_know_bsn: bool) -> Jeugdige:
    """The young person, with only what could be read; a BSN its sender may not know is looked at, for its repeat."""
    if draft.bsn is not None and not may_know_bsn:
        reading.find("VIX-1102", draft.bsn.at)
        bsn = Reading().parsed(draft.bsn, Bsn.parse, "VIX-1101")
    else:
        bsn = reading.parsed(draft.bsn, Bsn.parse, "VIX-1101")
    name = reading.text(draft.familienaam)
    geslacht = reading.choice(draft.geslacht, Geslacht)
    described = draft.familienaam is not None and draft.geboortedatum is not None and draft.geslacht is not None
    if draft.bsn is None and not described:
        reading.find("VIX-1103", draft.place("jeugdige"))
    return Jeugdige(
        bsn=bsn,
        onderwijsnummer=reading.parsed(draft.onderwijsnummer, Onderwijsnummer.parse, "VIX-1101"),
        familienaam=name,
        voorvoegsel=reading.text(draft.voorvoegsel, 35),
        voornamen=reading.text(draft.voornamen),
        geboortedatum=draft.geboortedatum.text.strip() if draft.geboortedatum and born else None,
        geslacht=geslacht,
        postcode=reading.parsed(draft.postcode, postcode, "VIX-1105", "1234AB"),
        huisnummer=reading.parsed(draft.huisnummer, house_number, "VIX-1105", "1-99999"),
        gemeente_code=reading.parsed(draft.gemeente_code, gemeente_code, "VIX-1105", "vier cijfers"),
    )


_LISTS: dict[str, type[Identifier]] = {"UZI": Uzi, "BIG": Big, "AGB": Agb, "SKJ": Skj}


def registrations(draft: Draft, reading: Reading) -> Registraties:
    """The professional's numbers, each list at most once."""
    held: dict[str, Identifier | None] = {}
    for kind, number in draft.registraties:
        name = kind.text.strip()
        identifier = _LISTS.get(name)
        if identifier is None:
            reading.unreadable("VIX-1105", kind.at, limit=" | ".join(_LISTS))
        elif name.lower() in held:
            reading.unreadable("VIX-1105", kind.at, limit="elke lijst één keer")
        else:
            held[name.lower()] = reading.parsed(number, identifier.parse, "VIX-1105", identifier.pattern.pattern)
    return Registraties.model_validate(held)


def removal(
    draft: Draft, start: dt.date | None, birth: BirthDate | None, regional_days: int | None, reading: Reading
) -> dt.date | None:
    """The day from which the signal ends: as said, or the last that law and region allow."""
    said = draft.verwijderdatum
    wanted = reading.parsed(said, date, "VIX-1105", "jjjj-mm-dd")
    if start is None:
        return None
    allowed = lifecycle.period(start, birth, regional_days)
    if said is None:
        return allowed.last
    if wanted is not None and not start < wanted <= allowed.last:
        reading.find("VIX-1205", said.at, limit=_told(allowed))
    return wanted


def _told(allowed: Period) -> str:
    return "de 23e verjaardag" if allowed.by_birthday else allowed.last.isoformat()


def informed(draft: Draft, reading: Reading) -> Informatieplicht | None:
    """Who was told of the report, if anything is said of it."""
    who = reading.choice(draft.informatieplicht_wie, Geinformeerde)
    day = reading.parsed(draft.informatieplicht_datum, date, "VIX-1105", "jjjj-mm-dd")
    put_off = reading.truth(draft.informatieplicht_uitgesteld)
    if who is None and not put_off:
        return None
    return Informatieplicht(wie=who, datum=day, uitgesteld=put_off)


def consent(draft: Draft, reading: Reading) -> Toestemming | None:
    """The consent, when both its day and its proof can be read."""
    day = reading.parsed(draft.toestemming_gegeven_op, date, "VIX-1105", "jjjj-mm-dd")
    proof = reading.text(draft.toestemming_bewijs_referentie, 35)
    return Toestemming(gegeven_op=day, bewijs_referentie=proof) if day and proof else None
