"""Completing an own signal: answering what was asked about a word that was not understood."""

from gateway.canonical.receipt import NotKept, Refusal, Status
from gateway.canonical.terms import Equivalence
from tests.spec.office import Office, accepted, codes, limit, places
from tests.spec.people import REGIONAL

EXTENDED = {
    "gemeente_code": "9999",
    "toestemming_gegeven_op": "2026-11-01",
    "toestemming_bewijs_referentie": "dossier 7",
}


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
