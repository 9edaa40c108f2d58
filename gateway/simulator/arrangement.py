"""What the sides of a match may do with it: take, offer or hand over the regie, and tell of contact."""

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.rules.regie import DATED, Positie, follow
from gateway.simulator.regie import Regie
from gateway.simulator.replies import Acknowledged, Arranged, Refused
from gateway.simulator.state import State, Stored
from gateway.simulator.values import Arrange, FollowUp


class Arrangement:
    """Part of the engine; every method belongs inside its transaction."""

    def __init__(self, state: State, capabilities: IndexCapabilities) -> None:
        self._state = state
        self._capabilities = capabilities

    def arrange(self, sender: str | None, wish: Arrange) -> Arranged | Refused:
        """Grant a wish when its stand is the last one and the handeling fits; say in any case what is so now."""
        if not self._capabilities.regie:
            return Refused(code="IX-422")
        mine = self._side(sender, wish.reference, wish.match_id)
        if mine is None:
            return Refused(code="IX-404")
        now, stand = self._state.sides.regie(wish.match_id)
        led = follow(now.seen_by(mine.index_id), wish.handeling) if wish.stand in (None, stand) else None
        if led is not None:
            stand += 1
            now = _led(now, led, mine.index_id, wish)
            self._state.sides.arrange(wish.match_id, now, stand)
        return Arranged(
            index_id=mine.index_id, done=led is not None, regie=now.told(mine.index_id, stand, Aanspreekpunt())
        )

    def follow_up(self, sender: str, told: FollowUp) -> Acknowledged | Refused:
        """Keep what a side tells of its contact with the other."""
        if not self._capabilities.terugkoppelen:
            return Refused(code="IX-422")
        mine = self._side(sender, told.reference, told.match_id)
        if mine is None:
            return Refused(code="IX-404")
        self._state.sides.follow_up(told.match_id, mine.index_id, told.contact)
        return Acknowledged(index_id=mine.index_id, status=mine.status)

    def _side(self, sender: str | None, reference: str, match_id: str) -> Stored | None:
        """The signal of one side of an active match; without a sender, of whoever gave it."""
        sides = self._state.sides.of(match_id)
        found = self._state.own(sender, reference) if sender is not None else self._state.under(reference)
        return next((signal for signal in found if signal.index_id in sides), None)


def _led(before: Regie, led: Positie, mine: str, wish: Arrange) -> Regie:
    """The regie after a handeling of one side."""
    if led is Positie.GEEN:
        return Regie()
    holder = mine if led.wie is Wie.IK else before.holder
    review = wish.herzien_op if wish.handeling in DATED else before.review
    return Regie(holder=holder, offered=led.offered, review=review)
