"""Ending, withdrawing and completing an own signal, and giving it again (Jeugdwet 7.1.4.5, 7.1.4.6)."""

from collections.abc import Callable, Iterator

import pytest

from gateway.canonical.receipt import Answer, NotKept, Refusal, Reply, Status
from gateway.canonical.tenant import new_id
from gateway.canonical.terms import Equivalence
from tests.spec.formats import FORMATS, Message, saying
from tests.spec.office import Office, accepted, codes
from tests.spec.people import BLIND, caller

OWN = {"bron_systeem": "leerlingvolg", "bron_signaal_id": "s-1"}
REGIONAL = {"gemeente_code": "9998"}
EXTENDED = {
    "gemeente_code": "9999",
    "toestemming_gegeven_op": "2026-11-01",
    "toestemming_bewijs_referentie": "dossier 7",
}


def state(office: Office) -> Status:
    return accepted(office.status()).standing.status


def limit(reply: Reply) -> str:
    assert isinstance(reply, Refusal)
    return reply.findings[0].limit


def places(reply: Reply) -> list[str]:
    assert isinstance(reply, Refusal)
    return [finding.at for finding in reply.findings]


# what is not understood


WRONG: tuple[tuple[str, dict[str, str], tuple[tuple[str, str, str], ...], list[str]], ...] = (
    ("signaalBeeindigen", OWN, (), ["VIX-1106 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "gisteren"}, (), ["VIX-1105 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "20261121"}, (), ["VIX-1105 datum_einde"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-22"}, (), ["VIX-1105 datum_einde"]),
    (
        "signaalBeeindigen",
        {"datum_einde": "x", "revisie": "x"},
        (),
        ["VIX-1105 datum_einde", "VIX-1105 revisie", "VIX-1106 bron_signaal_id", "VIX-1106 bron_systeem"],
    ),
    ("signaalIntrekken", {**OWN, "revisie": "0"}, (), ["VIX-1105 revisie"]),
    ("signaalIntrekken", {**OWN, "bron_signaal_id": "x" * 36}, (), ["VIX-1105 bron_signaal_id"]),
    ("betekenisAanvullen", OWN, (), ["VIX-1106 choices"]),
    ("betekenisAanvullen", OWN, (("kanarie", "x", "direct"),), ["VIX-1804 choice[1].axis"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "vermoed"),), ["VIX-1406 choice[1].concept"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "onbekend"),), ["VIX-1406 choice[1].concept"]),
    ("betekenisAanvullen", OWN, (("urgentie", " ", "direct"),), ["VIX-1105 choice[1].word"]),
    ("betekenisAanvullen", OWN, (("urgentie", "w" * 61, "direct"),), ["VIX-1105 choice[1].word"]),
    (
        "betekenisAanvullen",
        OWN,
        (("urgentie", "x", "direct"), ("urgentie", "x", "regulier"), ("handelt", "x", "contact-gevraagd")),
        ["VIX-1406 choice[2].word"],
    ),
    ("statusOpvragen", {}, (), ["VIX-1106 bron_signaal_id", "VIX-1106 bron_systeem"]),
    ("statusOpvragen", OWN, (), ["VIX-1401 bron_signaal_id"]),
    ("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-21"}, (), ["VIX-1401 bron_signaal_id"]),
    ("signaalIntrekken", OWN, (), ["VIX-1401 bron_signaal_id"]),
    ("betekenisAanvullen", OWN, (("urgentie", "x", "direct"),), ["VIX-1401 bron_signaal_id"]),
)
MENDED = {"20261121": ["VIX-1401 bron_signaal_id"]}
"""A file may write a day in this way: then only the signal is not known."""


def in_every_format() -> Iterator[object]:
    for operation, says, choices, told in WRONG:
        for form in saying(Message(operation, says, choices=choices)):
            mended = MENDED.get(says.get("datum_einde", ""), told) if form == "csv" else told
            yield pytest.param(form, operation, says, choices, mended)


@pytest.mark.parametrize(("form", "operation", "says", "choices", "told"), [*in_every_format()])
def test_what_is_wrong_with_a_change_is_told_in_every_format(
    one_office: Office, form: str, operation: str, says: dict[str, str], choices: tuple[tuple[str, str, str], ...],
    told: list[str],
) -> None:  # fmt: skip
    message = Message(operation, says, choices=choices)
    reply = one_office.answer(message, form=FORMATS[form])
    assert isinstance(reply, Refusal)
    lines = (line.split(" ") for line in told)
    expected = sorted((code, FORMATS[form].place(message, name)) for code, name in lines)
    assert sorted((finding.code, finding.at) for finding in reply.findings) == expected


# named by our id


def test_a_signal_is_found_by_our_id(office: Office) -> None:
    given = office.given()
    named = str(given.receipt.signaal_id)
    reply = accepted(office.answer(Message("statusOpvragen", {"signaal_id": named})))
    assert reply.receipt == given.receipt
    for who, which in ((caller(BLIND), named), (caller(), str(new_id(3))), (caller(), "s-1")):
        assert codes(office.answer(Message("statusOpvragen", {"signaal_id": which}), who=who)) == ["VIX-1401"]


@pytest.mark.parametrize("operation", ["signaalIntrekken", "statusOpvragen"])
def test_who_names_a_signal_twice_names_the_same(office: Office, operation: str) -> None:
    first, other = office.given(), office.given(bron_signaal_id="s-2")
    wrong = Message(operation, {**OWN, "signaal_id": str(other.receipt.signaal_id)})
    assert codes(office.answer(wrong)) == ["VIX-1401"]
    assert state(office) is Status.ACTIEF
    right = Message(operation, {**OWN, "signaal_id": str(first.receipt.signaal_id)})
    assert accepted(office.answer(right)).receipt.signaal_id == first.receipt.signaal_id
    assert codes(office.answer(Message(operation, {**OWN, "signaal_id": "s-1"}))) == ["VIX-1401"]


@pytest.mark.parametrize("operation", ["signaalIntrekken", "statusOpvragen"])
def test_a_signal_of_another_organisation_is_as_unknown_as_none(office: Office, operation: str) -> None:
    office.given()
    assert codes(office.answer(Message(operation, OWN), who=caller(BLIND))) == ["VIX-1401"]


# ending


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


# withdrawing


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


# giving again


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


# answering a question


def test_without_consent_the_explanation_is_kept_and_the_word_is_not(office: Office) -> None:
    given = office.given(("urgentie", "vader drinkt"), ("handelt", "kanarie"), **REGIONAL)
    assert (given.receipt.betekenissen, given.receipt.vragen) == ((), ())
    completed = accepted(office.complete(("urgentie", "vader drinkt", "binnen-1-werkdag")))
    (meaning,) = completed.receipt.betekenissen
    assert (meaning.word, meaning.concept) == ("binnen-1-werkdag", "binnen-1-werkdag")
    assert [meaning.word for meaning in completed.understood.meanings] == ["vader drinkt"]
    signal = office.store.read.signal(given.receipt.signaal_id)
    assert signal is not None and signal.betekenissen == (meaning,)


def test_the_senders_own_explanation_takes_the_place_of_what_was_not_understood(office: Office) -> None:
    given = office.given(("urgentie", "spoed"), ("handelt", "kanarie"), **EXTENDED)
    completed = accepted(office.complete(("urgentie", "spoed", "binnen-1-werkdag")))
    (meaning,) = completed.receipt.betekenissen
    assert (meaning.word, meaning.concept, meaning.equivalence) == ("spoed", "binnen-1-werkdag", Equivalence.EQUAL)
    assert meaning.map == "keuze-zender"
    signal = office.store.read.signal(given.receipt.signaal_id)
    assert signal is not None
    assert {(item.word, item.concept) for item in signal.betekenissen} == {
        ("spoed", "binnen-1-werkdag"),
        ("kanarie", "onbekend"),
    }
    assert completed.standing.status is Status.ACTIEF
    assert accepted(office.status()).receipt == given.receipt


def test_what_the_region_does_not_keep_is_only_counted_and_answered(office: Office) -> None:
    given = office.given(("urgentie", "spoed"), ("crisis", "crisis"), **REGIONAL)
    completed = accepted(office.complete(("crisis", "crisis", "vermoed"), ("urgentie", "spoed", "direct")))
    assert completed.receipt.betekenissen == ()
    assert completed.receipt.niet_bewaard == (NotKept(axis="crisis", count=1), NotKept(axis="urgentie", count=1))
    assert [meaning.concept for meaning in completed.understood.meanings] == ["vermoed", "direct"]
    assert completed.understood.advice == ("bel-nu", "niet-bewaard")
    signal = office.store.read.signal(given.receipt.signaal_id)
    assert signal is not None and signal.betekenissen == ()


def test_the_order_of_the_answers_is_no_other_content(office: Office) -> None:
    choices = (("urgentie", "spoed", "binnen-24-uur"), ("handelt", "kanarie", "contact-gevraagd"))
    office.given(("urgentie", "spoed"), ("handelt", "kanarie"), **REGIONAL)
    first = accepted(office.complete(*choices))
    assert accepted(office.complete(*reversed(choices))).receipt == first.receipt
    assert codes(office.complete(choices[0])) == ["VIX-1004"]


def test_a_word_that_was_never_asked_about_cannot_be_answered(office: Office) -> None:
    office.given(("urgentie", "spoed"), **EXTENDED)
    assert codes(office.complete(("urgentie", "urgent", "binnen-24-uur"))) == ["VIX-1406"]
    assert codes(office.complete(("handelt", "spoed", "contact-gevraagd"))) == ["VIX-1406"]


def test_every_answer_to_what_was_never_asked_is_pointed_at(office: Office) -> None:
    office.given(("urgentie", "spoed"), **EXTENDED)
    asked, *never = (
        ("urgentie", "spoed", "direct"), ("urgentie", "x", "direct"), ("handelt", "x", "contact-gevraagd"),
    )  # fmt: skip
    reply = office.complete(asked, *never)
    assert (codes(reply), places(reply)) == (["VIX-1406"] * 2, ["choice[2].word", "choice[3].word"])


def test_an_axis_on_which_nothing_was_asked_cannot_be_answered_where_questions_are_not_kept(office: Office) -> None:
    office.given(("urgentie", "spoed"), **REGIONAL)
    assert codes(office.complete(("handelt", "spoed", "contact-gevraagd"))) == ["VIX-1406"]


def test_an_ended_signal_asks_nothing_any_more(office: Office) -> None:
    office.given(("urgentie", "spoed"), **REGIONAL)
    accepted(office.end())
    reply = office.complete(("urgentie", "spoed", "binnen-24-uur"))
    assert (codes(reply), limit(reply)) == (["VIX-1404"], "ARCHIEF")


def test_an_answer_that_means_danger_gets_the_advice_even_when_it_is_refused(office: Office) -> None:
    danger = ("crisis", "crisis", "vermoed")
    unknown = office.complete(danger)
    assert isinstance(unknown, Refusal) and (codes(unknown), unknown.advice) == (["VIX-1401"], ("bel-nu",))
    broken = office.complete(danger, ("urgentie", "spoed", "vermoed"))
    assert isinstance(broken, Refusal) and (codes(broken), broken.advice) == (["VIX-1406"], ("bel-nu",))


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
