"""The legal clock carried out by itself, and on an operator's word."""

import time
from collections.abc import Callable

import pytest

from gateway.canonical.tenant import new_id
from gateway.errors import Unavailable
from gateway.flow import ageing
from gateway.flow.ageing import Ageing, catch_up
from gateway.flow.destroying import Fate, Reason, destroy
from tests.spec.office import Office, codes


def eventually(claim: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until, "it never happens"
        time.sleep(0.005)


def tally(office: Office) -> dict[str, int]:
    return office.store.read.tally()["signals"]


def test_it_is_done_without_being_asked_and_again_after_a_while(office: Office) -> None:
    office.given()
    thread = Ageing(office.store, office.clock, rest=0.01)
    thread.start()
    assert tally(office) == {"ACTIEF": 1}
    office.later(days=731)
    eventually(lambda: tally(office) == {"ARCHIEF": 1})
    office.later(days=5 * 366)
    eventually(lambda: tally(office) == {"VERNIETIGD": 1})
    thread.stop()
    assert not thread.is_alive()


def test_a_store_that_is_away_for_a_while_stops_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.given()
    office.later(days=731)
    seen: list[int] = []
    real = catch_up

    def away_first(*both: object) -> int:
        seen.append(len(seen))
        if len(seen) < 3:
            raise Unavailable("away")
        return real(office.store, office.clock)

    monkeypatch.setattr(ageing, "catch_up", away_first)
    thread = Ageing(office.store, office.clock, rest=0.01)
    thread.start()
    eventually(lambda: tally(office) == {"ARCHIEF": 1})
    thread.stop()


def test_more_than_one_turn_asks_are_all_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "PER_TURN", 3)
    office.give_many(10)
    office.later(days=731)
    assert catch_up(office.store, office.clock) == 10
    assert catch_up(office.store, office.clock) == 0
    assert tally(office) == {"ARCHIEF": 10}


@pytest.mark.parametrize("reason", Reason)
def test_a_signal_is_destroyed_on_anothers_word(office: Office, reason: Reason) -> None:
    given = office.given()
    named = given.receipt.signaal_id
    assert destroy(office.store, named, reason, office.clock) is Fate.VERNIETIGD
    assert tally(office) == {"VERNIETIGD": 1}
    assert destroy(office.store, named, reason, office.clock) is Fate.AL_VERNIETIGD
    assert destroy(office.store, new_id(3), reason, office.clock) is Fate.ONBEKEND
    assert codes(office.give()) == ["VIX-1405"]
    assert codes(office.status()) == ["VIX-1405"]
