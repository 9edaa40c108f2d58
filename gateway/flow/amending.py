"""Other contact data, a later removal date, another professional: what may change of an active signal while it lasts.

The child, the moment of the report and the outer limit of two years never change.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from gateway.canonical.command import Overdragen, Said, Verlengen, Wijzigen
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Receipt
from gateway.canonical.signal import Coordinator, Signal
from gateway.clock import legal_day
from gateway.flow.directory import Directory, Partner
from gateway.flow.professionals import Professionals, complete
from gateway.rules import contact, lifecycle
from gateway.rules.basis import UNAPPOINTED
from gateway.rules.lifecycle import BirthDate, Gebeurtenis
from gateway.rules.policy import Pack
from gateway.rules.reading import Reading, date
from gateway.store import outbox
from gateway.store.work import Decision, Illegal, Impossible, Known

Amending = Wijzigen | Verlengen | Overdragen
UNTOLD = "VIX-1607"
"""The index cannot be told of it."""


@dataclass(frozen=True, slots=True)
class Unfit(Impossible):
    """What was said does not fit the signal: where it stood, and the bound it breaks."""

    places: tuple[str, ...]
    limit: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Amendment:
    """What a change makes of a signal. `said` is by what a repeat is known to say the same."""

    event: Gebeurtenis
    audited: str
    said: tuple[str, ...]
    made: Callable[[Signal], Signal | Unfit]
    places: tuple[str, ...] = ()
    """Where it names a professional."""


def completed(request: Amending, professionals: Professionals) -> Amending:
    """The request, with what the organisation's directory knows of the professional it names."""
    return complete(request, professionals) if isinstance(request, Overdragen) and professionals else request


def read(request: Amending, reading: Reading) -> Amendment | None:
    """Understand the change; None, with findings, when it cannot be read."""
    match request:
        case Wijzigen():
            return _renewed(request, reading)
        case Verlengen():
            return _extended(request, reading)
        case Overdragen():
            return _handed_over(request, reading)
        case _:
            assert_never(request)


def _renewed(request: Wijzigen, reading: Reading) -> Amendment:
    own, other = contact.renewed(request, reading)
    named = reading.text(request.professional_id, 35)

    def made(signal: Signal) -> Signal | Unfit:
        if request.professional_id is not None and named != signal.melder.professional_id:
            return Unfit("VIX-1105", (request.professional_id.at,), OWN)
        coordinator = signal.coordinator
        if coordinator is not None:
            coordinator = coordinator.model_copy(update=other)
        elif other:
            if "naam" not in other:
                return Unfit("VIX-1106", (request.place("coordinator_naam"),))
            coordinator = Coordinator.model_validate(other)
        melder = signal.melder.model_copy(update=own)
        return signal.model_copy(update={"melder": melder, "coordinator": coordinator})

    return Amendment(Gebeurtenis.GEWIJZIGD, "signaal_gewijzigd", _said(request), made)


def _extended(request: Verlengen, reading: Reading) -> Amendment | None:
    if request.verwijderdatum is None:
        reading.find("VIX-1106", request.place("verwijderdatum"))
    day = reading.parsed(request.verwijderdatum, date, "VIX-1105", "jjjj-mm-dd")
    if day is None or request.verwijderdatum is None:
        return None
    until, places = day, (request.verwijderdatum.at,)

    def made(signal: Signal) -> Signal | Unfit:
        born = signal.jeugdige.geboortedatum
        birth = BirthDate.parse(born) if born else None
        limit = lifecycle.period(legal_day(signal.datum_tijd_melding), birth, None)
        if until > limit.last and limit.by_birthday:
            return Unfit("VIX-1205", places, "de 23e verjaardag")
        if until > limit.last:
            return Unfit("VIX-1206", places, limit.last.isoformat())
        if until <= signal.verwijderdatum:
            return Unfit("VIX-1105", places, "later dan de verwijderdatum tot nu toe")
        return signal.model_copy(update={"verwijderdatum": until})

    return Amendment(Gebeurtenis.VERLENGD, "signaal_verlengd", _said(request), made)


def _handed_over(request: Overdragen, reading: Reading) -> Amendment | None:
    melder = contact.melder(request, reading)
    coordinator = contact.coordinator(request, reading)
    if melder is None or request.professional_id is None:
        return None
    places = (request.professional_id.at,)

    def made(signal: Signal) -> Signal | Unfit:
        if melder.professional_id == signal.melder.professional_id:
            return Unfit("VIX-1105", places, "een ander dan de melder tot nu toe")
        update = {"melder": melder, "coordinator": coordinator or signal.coordinator}
        return signal.model_copy(update=update)

    return Amendment(Gebeurtenis.OVERGEDRAGEN, "signaal_overgedragen", _said(request), made, places)


def _said(request: Amending) -> tuple[str, ...]:
    """What the sender said itself; by whom it is recognised has its own place in the key."""
    names = (field.name for field in dataclasses.fields(request) if field.name not in _KEYS)
    own = ((name, said) for name in names if isinstance(said := getattr(request, name), Said) and said.own)
    return tuple(f"{name}\x1e{said.text.strip()}" for name, said in sorted(own))


OWN = "de melder tot nu toe; een ander met signaalOverdragen"
_KEYS = frozenset({"bron_systeem", "organisatie", "bron_signaal_id", "signaal_id", "revisie"})


def decide(
    known: Known, receipt: Receipt, amendment: Amendment, pack: Pack, partner: Partner, directory: Directory
) -> Decision | Illegal | Unfit:
    """What becomes of the signal, and what its indexes are told: how it is now, where it can be told."""
    after = lifecycle.follow(known.status, amendment.event)
    if after is None:
        return Illegal(known.status)
    signal = amendment.made(known.signal)
    if isinstance(signal, Unfit):
        return signal
    handed_over = amendment.event is Gebeurtenis.OVERGEDRAGEN
    if handed_over and pack.appointed and signal.melder.professional_id not in partner.professionals:
        return Unfit(UNAPPOINTED, amendment.places)
    extended: dt.date | None = None
    if signal.verwijderdatum != known.signal.verwijderdatum:
        extended = signal.verwijderdatum
    deaf = frozenset(index for index in (known.leads, *known.beside) if not directory.of_index(index).wijzigen)
    findings = (Finding(code=UNTOLD, ernst=Ernst.WAARSCHUWING),) if known.leads in deaf else ()
    return Decision(
        receipt=receipt.model_copy(update={"verwijderdatum": extended, "bevindingen": findings}),
        status=after,
        event=amendment.audited,
        signal=pack.as_kept(signal),
        kind=outbox.AMEND,
        deaf=deaf,
        removed=extended,
    )
