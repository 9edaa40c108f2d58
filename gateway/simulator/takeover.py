"""What an index does with signals that move between providers: keeps them in silence, begins or ends to lead."""

import datetime as dt

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.national import National
from gateway.simulator.replies import Acknowledged, Held, Refused, Standing
from gateway.simulator.state import State, Stored
from gateway.simulator.values import Inspect, Lead, Register

LATE = dt.timedelta(days=2)
"""How long after its moment a signal still counts as reported then, at an index that takes nothing over."""


class Takeover:
    """Part of the engine; every method belongs inside its transaction."""

    def __init__(self, state: State, capabilities: IndexCapabilities, national: National) -> None:
        self._state = state
        self._capabilities = capabilities
        self._national = national

    @property
    def possible(self) -> bool:
        """Whether it can hold a signal that another index leads for."""
        return self._capabilities.stil and self._capabilities.landelijk_uit

    def moment(self, wanted: Register, now: dt.datetime) -> str:
        """When it was reported; an index that takes no moment over counts from when it hears of it."""
        said = wanted.datum_tijd_melding
        try:
            old = dt.datetime.fromisoformat(said) < now - LATE
        except (ValueError, TypeError):
            return said
        return now.isoformat() if old and not self._capabilities.overnemen else said

    def mail(self, match_id: str, *sides: str) -> None:
        """Mail both that there is a match, where this index does so and leads for their signal."""
        for side in sides if self._capabilities.mails else ():
            if self._state.leading.leads(side):
                self._state.leading.mail(match_id, side)

    def lead(self, sender: str, change: Lead, now: dt.datetime) -> Acknowledged | Refused:
        """Begin or end to mail and to tell the national index; the signal stays as it is."""
        if not self.possible:
            return Refused(code="IX-422")
        signals = self._state.own(sender, change.reference)
        if not signals:
            return Refused(code="IX-404")
        for signal in signals:
            begins = self._state.leading.lead(signal.index_id, leads=change.leidend) and change.leidend
            if begins and signal.status == "ACTIEF":
                self._national.begin(signal, now)
        return Acknowledged(index_id=signals[0].index_id, status=signals[0].status)

    def inspect(self, sender: str, question: Inspect, now: dt.datetime) -> Held | Refused:
        """Say what stands under a reference of the asker."""
        if not self._capabilities.opvragen:
            return Refused(code="IX-422")
        return Held(standing=tuple(map(self._standing, self._state.own(sender, question.reference))), at=now)

    def _standing(self, signal: Stored) -> Standing:
        (contact,) = self._state.contacts(signal.index_id)
        return Standing(
            index_id=signal.index_id,
            status=signal.status,
            contact=contact,
            datum_tijd_melding=self._state.leading.reported(signal.index_id),
            verwijderdatum=signal.verwijderdatum,
            leidend=self._state.leading.leads(signal.index_id),
        )
