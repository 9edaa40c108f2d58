"""What a region does with a sender's words: what is kept, what is only answered, and what may travel."""

import pytest

from gateway.canonical.order import IndexCapabilities, Register, Signaalcode
from gateway.canonical.receipt import Answer, CapabilityReport, NotKept, Refusal
from gateway.canonical.tenant import new_id
from gateway.flow.identity import Recognition
from gateway.rules.policy import outgoing
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import BLIND, ELSEWHERE, REGION, RICH, SCHOOL, caller, packs, shared

OWN = "verwijsindex"
ZVJ = "zvj-signaalcode"
CONSENT = {"toestemming_gegeven_op": "2026-11-01", "toestemming_bewijs_referentie": "dossier 7"}
WORDS = (
    ("urgentie", "laag", ZVJ),
    ("urgentie", "binnen-4-uur", OWN),
    ("crisis", "dreigend", OWN),
    ("veiligheid", "onveilig"),
    ("veiligheid", "zorgen", OWN),
    ("handelt", "contact-gevraagd", OWN),
    ("betrokkenheid", "betrokken", OWN),
)
KEPT = {
    "strikt": ["betrokken"],
    "regionaal": ["laag", "contact-gevraagd", "betrokken"],
    "uitgebreid": [word[1] for word in WORDS],
}
NOT_KEPT = {
    "strikt": {"urgentie": 2, "crisis": 1, "veiligheid": 2, "handelt": 1},
    "regionaal": {"urgentie": 1, "crisis": 1, "veiligheid": 2},
    "uitgebreid": {},
}
TRAVEL = {"strikt": [], "regionaal": ["laag", "contact-gevraagd"], "uitgebreid": KEPT["uitgebreid"][:-1]}
CODE = {"strikt": None, "regionaal": Signaalcode.LAAG, "uitgebreid": None}


def given(office: Office, region: str) -> Answer:
    return office.given(*WORDS, gemeente_code=REGION.get(region), **CONSENT)


def order(office: Office, answer: Answer, region: str, capabilities: IndexCapabilities = RICH) -> Register:
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    return outgoing(signal, new_id(0), packs()[region], capabilities, shared())


@pytest.mark.parametrize("region", KEPT)
def test_a_word_is_kept_or_only_its_axis_and_number_are(office: Office, region: str) -> None:
    receipt = given(office, region).receipt
    assert [meaning.word for meaning in receipt.betekenissen] == KEPT[region]
    assert receipt.niet_bewaard == tuple(NotKept(axis=a, count=n) for a, n in sorted(NOT_KEPT[region].items()))
    signal = office.store.read.signal(receipt.signaal_id)
    assert signal is not None and signal.betekenissen == receipt.betekenissen


@pytest.mark.parametrize("region", ["strikt", "regionaal"])
def test_what_is_not_kept_stands_nowhere_but_in_the_answer(office: Office, region: str) -> None:
    answer = given(office, region)
    status = office.status()
    assert isinstance(status, Answer)
    stored = office.store.read.signal(answer.receipt.signaal_id)
    assert stored is not None
    for word in {word[1] for word in WORDS} - set(KEPT[region]):
        for kept in (answer.receipt, status, stored):
            assert word not in kept.model_dump_json()
        assert word in answer.understood.model_dump_json()


@pytest.mark.parametrize("region", KEPT)
def test_every_word_is_answered_once_kept_or_not(office: Office, region: str) -> None:
    answer = given(office, region)
    both = (*answer.receipt.betekenissen, *answer.understood.meanings)
    assert sorted(meaning.word for meaning in both) == sorted(word[1] for word in WORDS)
    asked = (*answer.receipt.vragen, *answer.understood.questions)
    assert [(question.axis, question.word) for question in asked] == [("veiligheid", "onveilig")]
    assert answer.understood.advice == (("bel-nu", "niet-bewaard") if NOT_KEPT[region] else ("bel-nu",))


@pytest.mark.parametrize("region", KEPT)
def test_a_word_travels_where_pack_and_index_both_let_it(office: Office, region: str) -> None:
    answer = given(office, region)
    leaving = order(office, answer, region)
    assert [meaning.word for meaning in leaving.meanings] == TRAVEL[region]
    assert leaving.signaalcode == CODE[region]
    bare = order(office, answer, region, IndexCapabilities())
    assert (bare.meanings, bare.signaalcode) == ((), None)
    urgent_only = order(office, answer, region, IndexCapabilities(axes=frozenset({"urgentie"})))
    assert {meaning.axis for meaning in urgent_only.meanings} <= {"urgentie"}


@pytest.mark.parametrize(
    ("word", "code"),
    [("laag", Signaalcode.LAAG), ("urgent", Signaalcode.URGENT), ("kanarie", None), ("binnen-24-uur", None)],
)
def test_a_contact_term_has_a_code_where_the_covenant_says_it_exactly(
    office: Office, word: str, code: Signaalcode | None
) -> None:
    stelsel = OWN if word == "binnen-24-uur" else ZVJ
    answer = office.given(("handelt", "contact-gevraagd", OWN), ("urgentie", word, stelsel), gemeente_code="9998")
    assert order(office, answer, "regionaal").signaalcode == code


def test_a_word_that_means_danger_is_answered_even_in_a_message_that_is_refused(office: Office) -> None:
    refusal = office.give(("crisis", "crisis"), melder_naam=None)
    assert isinstance(refusal, Refusal)
    assert refusal.advice == ("bel-nu",)
    outside = office.answer(said(("crisis", "crisis"), gemeente_code="0599"), who=caller(ELSEWHERE))
    assert isinstance(outside, Refusal)
    assert (codes(outside), outside.advice) == (["VIX-1301"], ("bel-nu",))
    office.given(("crisis", "crisis"))
    conflict = office.give(("crisis", "crisis"), melder_naam="Een ander")
    assert isinstance(conflict, Refusal)
    assert (codes(conflict), conflict.advice) == (["VIX-1004"], ("bel-nu",))


def test_a_sender_is_told_what_each_region_does_with_words(office: Office) -> None:
    report = office.list("capaciteiten")
    assert isinstance(report, CapabilityReport)
    told = {region.name: {axis.axis: (axis.kept, axis.travels) for axis in region.axes} for region in report.regions}
    assert told["Strikt"]["urgentie"] == (False, False)
    assert told["Strikt"]["betrokkenheid"] == (True, False)
    assert told["Regionaal"]["urgentie"] == (True, True)
    assert told["Regionaal"]["crisis"] == (False, False)
    assert told["Uitgebreid"]["crisis"] == (True, True)
    assert [region.legal_basis for region in report.regions][:3] == ["JEUGDWET_7_1", "JEUGDWET_7_1", "TOESTEMMING"]
    assert [region.policy for region in report.regions] == [pack.label for pack in packs().values()]
    assert report.bsn_allowed and "signaalAfgeven" in report.operations and ZVJ in report.code_lists


def test_a_sender_that_may_not_know_a_bsn_is_told_so(office: Office) -> None:
    report = office.list("capaciteiten", who=caller(BLIND))
    assert isinstance(report, CapabilityReport) and not report.bsn_allowed


def test_a_bsn_leaves_alone_and_without_it_the_person_does(office: Office) -> None:
    named = {"voorvoegsel": "van", "voornamen": "Kees", "postcode": "3511AB", "huisnummer": "7"}
    by_bsn = accepted(office.give(bron_signaal_id="1", bsn="999990019", **named))
    by_name = accepted(office.give(bron_signaal_id="2", **named))
    assert order(office, by_bsn, "strikt").person.model_dump(exclude_none=True) == {"bsn": "999990019"}
    assert order(office, by_name, "strikt").person.model_dump(mode="json", exclude_none=True) == {
        "familienaam": "Kanarievogel",
        "voorvoegsel": "van",
        "voornamen": "Kees",
        "geboortedatum": "2014-05-06",
        "geslacht": "V",
        "postcode": "3511AB",
        "huisnummer": 7,
    }


def test_who_says_it_leaves_with_how_to_reach_them_and_nothing_else(office: Office) -> None:
    answer = office.given(
        melder_functie="leerkracht",
        melder_email="a@school.example",
        coordinator_naam="Coen",
        coordinator_telefoon="0612345678",
        onderwijsnummer="101000000",
    )
    leaving = order(office, answer, "strikt")
    assert leaving.contact.model_dump() == {
        "professional_id": "p-1",
        "naam": "Kanariepiet",
        "functie": "leerkracht",
        "instantie_id": "school",
        "instantie_naam": "Instantie school",
        "locatie": "Voorbeeldstad",
        "telefoon": "030-7654321",
        "email": "a@school.example",
        "coordinator": "Coen",
    }
    for stays in ("leerlingvolg", "s-1", "101000000", "0612345678"):
        assert stays not in leaving.model_dump_json()


def test_a_field_the_pack_does_not_name_stays(office: Office) -> None:
    answer = office.given(bsn="999990019", melder_email="a@school.example", coordinator_naam="Coen")
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    closed = packs()["strikt"].model_copy(update={"leaves": frozenset({"jeugdige.familienaam"})})
    leaving = outgoing(signal, new_id(0), closed, RICH, shared())
    assert leaving.person.model_dump(exclude_none=True) == {"familienaam": "Kanarievogel"}
    assert leaving.contact.model_dump(exclude_none=True).keys() == {
        "professional_id",
        "naam",
        "instantie_id",
        "instantie_naam",
    }
    silent = packs()["uitgebreid"].model_copy(update={"leaves": frozenset()})
    assert silent.travelling(RICH, "rijk") == frozenset()


@pytest.mark.parametrize("concept", ["derde-ingeschakeld", "overname-gevraagd", "contact-gevraagd"])
def test_a_concept_of_class_never_stays_without_consent(office: Office, concept: str) -> None:
    answer = office.given(("handelt", concept, "verwijsindex"), gemeente_code=REGION["regionaal"])
    left = [meaning.concept for meaning in order(office, answer, "regionaal").meanings]
    assert left == ([concept] if shared().concept("handelt", concept).travel != "never" else [])


def test_a_word_nobody_knows_is_no_way_around_the_closed_set(office: Office) -> None:
    answer = office.given(("urgentie", "vader slaat kind elke dag"), gemeente_code=REGION["regionaal"])
    assert order(office, answer, "regionaal").meanings == ()
    assert answer.receipt.betekenissen == ()
    assert [meaning.word for meaning in answer.understood.meanings] == ["vader slaat kind elke dag"]


def test_without_the_vocabulary_it_was_understood_with_no_word_leaves(office: Office) -> None:
    answer = given(office, "uitgebreid")
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    assert outgoing(signal, new_id(0), packs()["uitgebreid"], RICH, None).meanings == ()


# words that no map knew


def unknown(office: Office, who: str = SCHOOL) -> list[tuple[str, int]]:
    return sorted((word.axis, word.times) for word in office.store.read.unknown_words(who))


STRANGE = (
    *(("urgentie", "kanarie"), ("crisis", "kanarie"), ("veiligheid", "parkiet", "eigen-lijst")),
    *(("urgentie", "laag", ZVJ), ("urgentie", "zsm"), ("crisis", "geen", OWN), ("handelt", "regulier", OWN)),
)


def test_a_word_no_map_knew_is_counted_and_one_that_a_map_calls_unmatched_is_not(office: Office) -> None:
    office.given(*STRANGE)
    assert unknown(office) == [("crisis", 1), ("urgentie", 1), ("veiligheid", 1)]
    recognise = Recognition(office.store.ring)
    hashes = {word.word for word in office.store.read.unknown_words(SCHOOL)}
    assert recognise.word(SCHOOL, "urgentie", " KANARIE ") in hashes
    assert recognise.word(SCHOOL, "urgentie", "parkiet") not in hashes
    assert recognise.word(ELSEWHERE, "urgentie", "kanarie") not in hashes
    assert not any(b"kanarie" in word for word in hashes)


def test_a_repeat_and_a_refusal_count_no_word_and_another_signal_does(office: Office) -> None:
    office.given(*STRANGE)
    office.given(*STRANGE)
    assert isinstance(office.give(*STRANGE, melder_naam=None, bron_signaal_id="s-3"), Refusal)
    assert unknown(office) == [("crisis", 1), ("urgentie", 1), ("veiligheid", 1)]
    office.given(("urgentie", "Kanarie"), bron_signaal_id="s-2")
    assert unknown(office) == [("crisis", 1), ("urgentie", 2), ("veiligheid", 1)]
    assert unknown(office, ELSEWHERE) == []
