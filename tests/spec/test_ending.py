"""Ending and withdrawing an own signal, and giving it again (Jeugdwet 7.1.4.5, 7.1.4.6)."""

from collections.abc import Callable

import pytest

from gateway.canonical.receipt import Answer, Reply, Status
from tests.spec.office import Office, accepted, codes, limit, places, state
from tests.spec.people import REGIONAL


def test_an_ended_signal_is_in_the_archive(office: Office) -> None:
    given = office.given()
    ended = accepted(office.end())
    assert ended.standing.status is Status.ARCHIEF
    assert ended.receipt.signaal_id == given.receipt.signaal_id
    assert (ended.receipt.handeling, ended.receipt.bron_signaal_id) == ("signaalBeeindigen", "s-1")
    assert accepted(office.status()).receipt == given.receipt


def test_ending_again_is_answered_with_the_same_receipt(office: Office) -> None:
    office.given()
    ended = accepted(office.end())
    office.later(hours=1)
    assert accepted(office.end()).receipt == ended.receipt


def test_ending_again_on_another_day_is_a_conflict(office: Office) -> None:
    office.given()
    accepted(office.end())
    assert codes(office.end(datum_einde="2026-11-20")) == ["VIX-1004"]


def test_what_has_ended_cannot_end_once_more(office: Office) -> None:
    office.given()
    accepted(office.end())
    again = office.end(revisie="2")
    assert (codes(again), limit(again)) == (["VIX-1404"], "ARCHIEF")


def test_a_signal_does_not_end_before_it_was_given(office: Office) -> None:
    office.given()
    refused = office.end(datum_einde="2026-11-20")
    assert (codes(refused), limit(refused), places(refused)) == (
        ["VIX-1105"],
        "de dag van de melding of later",
        ["datum_einde"],
    )
    assert state(office) is Status.ACTIEF
    assert accepted(office.end()).standing.status is Status.ARCHIEF


def test_a_signal_may_end_on_the_legal_day_of_its_report(office: Office) -> None:
    office.given(datum_tijd_melding="2026-11-19T23:30:00Z")
    assert codes(office.end(datum_einde="2026-11-19")) == ["VIX-1105"]
    assert accepted(office.end(datum_einde="2026-11-20")).standing.status is Status.ARCHIEF


def test_a_signal_whose_period_is_over_has_ended_by_itself(office: Office) -> None:
    office.given()
    office.later(days=2 * 365)
    assert state(office) is Status.ACTIEF
    office.later(days=1)
    assert state(office) is Status.ARCHIEF
    assert codes(office.end()) == ["VIX-1404"]


def test_a_withdrawn_signal_is_destroyed_and_its_receipt_of_withdrawal_is_left(office: Office) -> None:
    given = office.given()
    withdrawn = accepted(office.withdraw())
    assert withdrawn.standing.status is Status.VERNIETIGD
    assert office.store.read.signal(given.receipt.signaal_id) is None
    assert accepted(office.withdraw()).receipt == withdrawn.receipt
    assert accepted(office.status()).receipt == withdrawn.receipt


def test_an_archived_signal_can_still_be_withdrawn(office: Office) -> None:
    office.given()
    accepted(office.end())
    assert accepted(office.withdraw()).standing.status is Status.VERNIETIGD


@pytest.mark.parametrize("change", ["end", "complete", "again", "withdraw once more"])
def test_nothing_can_be_said_of_a_destroyed_signal(office: Office, change: str) -> None:
    office.given(("urgentie", "spoed"), **REGIONAL)
    accepted(office.withdraw())
    reply = {
        "end": lambda: office.end(),
        "complete": lambda: office.complete(("urgentie", "spoed", "binnen-24-uur")),
        "again": lambda: office.give(("urgentie", "spoed"), **REGIONAL),
        "withdraw once more": lambda: office.withdraw(revisie="2"),
    }[change]()
    assert codes(reply) == ["VIX-1405"]


def predecessor(office: Office, answer: Answer) -> object:
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    return signal.voorganger_id


def test_a_higher_revision_is_refused_while_the_signal_is_active(office: Office) -> None:
    office.given()
    again = office.give(revisie="2")
    assert (codes(again), limit(again)) == (["VIX-1404"], "ACTIEF")


def test_a_higher_revision_after_the_end_names_its_predecessor(office: Office) -> None:
    first = office.given()
    accepted(office.end())
    second = office.given(revisie="2")
    assert predecessor(office, second) == first.receipt.signaal_id
    assert second.receipt.signaal_id != first.receipt.signaal_id
    assert (second.receipt.revisie, state(office)) == (2, Status.ACTIEF)


def test_a_higher_revision_after_two_years_names_its_predecessor(office: Office) -> None:
    first = office.given()
    office.later(days=2 * 365 + 1)
    second = office.given(
        revisie="2", datum_tijd_melding="2028-11-21T09:58:00+01:00", informatieplicht_datum="2028-11-20"
    )
    assert predecessor(office, second) == first.receipt.signaal_id


def test_a_higher_revision_after_withdrawal_is_a_new_signal_without_predecessor(office: Office) -> None:
    office.given()
    accepted(office.withdraw())
    assert codes(office.give()) == ["VIX-1405"]
    assert predecessor(office, office.given(revisie="2")) is None


@pytest.mark.parametrize("change", [Office.end, Office.withdraw])
def test_an_old_change_is_not_replayed_for_a_newer_signal(office: Office, change: Callable[[Office], Reply]) -> None:
    office.given()
    accepted(change(office))
    newer = office.given(revisie="2")
    assert codes(change(office)) == ["VIX-1004"]
    assert accepted(office.status()).standing.status is Status.ACTIEF
    assert accepted(office.withdraw(revisie="2")).receipt.signaal_id == newer.receipt.signaal_id


YESTERDAY = "2026-11-20T09:00:00Z"


@pytest.mark.parametrize(
    "over",
    [{"datum_tijd_melding": "2024-11-20T09:00:00Z"}, {"datum_tijd_melding": YESTERDAY, "geboortedatum": "2003-11-21"}],
)
def test_a_signal_whose_period_is_over_is_not_begun(office: Office, over: dict[str, str]) -> None:
    reply = office.give(**over)
    assert (codes(reply)[-1:], limit(reply)) == (["VIX-1404"], "ARCHIEF")
    assert office.store.read.tally()["signals"] == {}


def test_a_repeat_after_the_period_is_over_still_gets_its_receipt(office: Office) -> None:
    given = office.given()
    office.later(days=740)
    assert accepted(office.give()).receipt == given.receipt
