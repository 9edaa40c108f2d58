"""Accepted once: the same message again, however it is spelt and whatever has changed, gets the same answer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest

from gateway import compose
from gateway.canonical.receipt import Bezorging, Reply, Status
from gateway.cli.sandbox import configuration
from gateway.clock import Clock, legal_day
from gateway.config import check
from gateway.flow.directory import Directory, Partner
from gateway.rules.packs import Policy
from gateway.rules.policy import DutyToInform, Grondslag
from gateway.rules.vocabulary_tables import MapRow
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.spec.formats import FORMATS
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import NOW, REGION, SCHOOL, Legal, caller, directory, packs, partner, regions, shared

WORDS = (("urgentie", "spoed"), ("crisis", "kanarie"), ("betrokkenheid", "betrokken", "verwijsindex"))


def row(code: str, target: str, *, until: str = "", gevaar: str = "") -> MapRow:
    """A row of an organisation's own, over the shipped list of local teams."""
    axis = "urgentie" if target else ""
    degree = "inexact" if target else "unmatched"
    stelsel = "lokaal-team-vrije-tekst"
    return MapRow(stelsel, code, code, axis, target, degree, gevaar, "", until, "concept", "eigen", "eigen woord")


def changed(**changes: object) -> Directory:
    own = {**directory().partners, SCHOOL: partner(SCHOOL, **changes)}
    return Directory(own, regions(), past_vocabulary=lambda version: shared() if version == shared().version else None)


KEPT = {
    "gemeente_code": "9999",
    "toestemming_gegeven_op": "2026-09-01",
    "toestemming_bewijs_referentie": "dossier 7",
}
"""Where every word is kept."""


@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("first", FORMATS)
def test_a_receipt_is_the_same_whatever_format_asks_again(office: Office, first: str, second: str) -> None:
    """Also its findings: each answer places them in the message it answers."""
    says = {**KEPT, "geboortedatum": "2014", "datum_tijd_melding": "2026-09-21T09:58:00+02:00"}
    message = said(("urgentie", "gauw"), ("crisis", "kanarie"), **says)
    answers = [accepted(office.answer(message, form=FORMATS[form])) for form in (first, second)]
    assert answers[0].receipt == answers[1].receipt
    where = {"urgentie[1]": "word[1].word", "crisis[1]": "word[2].word"}
    named = [finding.at for finding in answers[0].receipt.bevindingen]
    assert sorted(named) == ["crisis[1]", "datum_tijd_melding", "geboortedatum", "urgentie[1]"]
    for form, answer in zip((first, second), answers, strict=True):
        places = [FORMATS[form].place(message, where.get(name, name)) for name in named]
        assert [finding.at for finding in answer.bevindingen] == places


def test_words_of_one_axis_keep_their_findings_apart(office: Office) -> None:
    """Their order in a message says nothing."""
    words = (("urgentie", "gauw"), ("urgentie", "aanstonds"))
    first = office.given(*words, **KEPT)
    again = accepted(office.give(*reversed(words), **KEPT))
    assert [finding.at for finding in first.receipt.bevindingen] == ["urgentie[2]", "urgentie[1]"]
    assert [finding.at for finding in first.bevindingen] == ["word[1].word", "word[2].word"]
    assert [finding.at for finding in again.bevindingen] == ["word[2].word", "word[1].word"]


def test_a_status_query_names_the_field_of_a_finding(office: Office) -> None:
    office.given(geboortedatum="2014")
    assert [finding.at for finding in accepted(office.status()).bevindingen] == ["geboortedatum"]


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"datum_tijd_melding": "2026-11-21T08:58:00Z"},
        {"datum_tijd_melding": "2026-11-21T08:58:00.000-00:00"},
        {"melder_naam": "  Kanariepiet "},
        {"redelijk_vermoeden": "1"},
        {"revisie": "1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_said_otherwise_gets_the_same_answer(office: Office, form: str, says: dict[str, str]) -> None:
    first = office.given(*WORDS)
    office.later(minutes=5)
    again = accepted(office.give(*reversed(WORDS), form=FORMATS[form], **says))
    assert again.receipt == first.receipt
    assert sorted(map(str, again.understood.meanings)) == sorted(map(str, first.understood.meanings))
    assert again.understood.advice == first.understood.advice
    assert again.standing.stand_van > first.standing.stand_van


@pytest.mark.parametrize("form", FORMATS)
def test_a_letter_is_the_same_however_unicode_writes_it(office: Office, form: str) -> None:
    said = {"bron_signaal_id": "caf\u00e9-1", "bron_systeem": "zo\u00eb", "melder_naam": "Zo\u00eb Fictief"}
    apart = {name: normalize("NFD", text) for name, text in said.items()}
    first = office.given(("crisis", "hi\u00ebr"), **said)
    again = accepted(office.give(("crisis", "hie\u0308r"), form=FORMATS[form], **apart))
    assert (apart != said, again.receipt) == (True, first.receipt)


@pytest.mark.parametrize(
    "says",
    [
        {"melder_naam": "Een ander"},
        {"verwijderdatum": "2028-11-21"},
        {"datum_tijd_melding": "2026-11-21T09:58:01+01:00"},
        {"geboortedatum": "2014-05-07"},
        {"gemeente_code": "9998"},
        {"informatieplicht_datum": "2026-11-19"},
        {"coordinator_naam": "Coen"},
        {"toestemming_gegeven_op": "2026-11-01", "toestemming_bewijs_referentie": "d"},
    ],
    ids=str,
)
def test_the_same_key_with_something_else_is_a_conflict(office: Office, says: dict[str, str]) -> None:
    office.given(*WORDS)
    assert codes(office.give(*WORDS, **says)) == ["VIX-1004"]


def test_one_word_less_is_something_else(office: Office) -> None:
    office.given(*WORDS)
    assert codes(office.give(*WORDS[:-1])) == ["VIX-1004"]


@pytest.mark.parametrize("says", [{"bron_signaal_id": "s-2"}, {"bron_systeem": "ander"}])
def test_another_key_is_another_signal(office: Office, says: dict[str, str]) -> None:
    assert office.given().receipt.signaal_id != office.given(**says).receipt.signaal_id


def test_the_same_key_of_another_organisation_is_another_signal(office: Office) -> None:
    first = office.given()
    second = accepted(office.answer(said(), who=caller("jongerenwerk")))
    assert first.receipt.signaal_id != second.receipt.signaal_id


def test_a_repeat_after_the_vocabulary_changed_equals_the_first_answer(office: Office) -> None:
    first = office.given(*WORDS)
    office.directory = changed(vocabulary=shared().overlay([row("spoed", "direct", gevaar="ja"), row("kanarie", "")]))
    again = accepted(office.give(*WORDS))
    assert again.receipt == first.receipt
    assert again.understood == first.understood
    assert again.receipt.vocabulaire == shared().version
    fresh = office.given(*WORDS, bron_signaal_id="s-2")
    assert fresh.receipt.vocabulaire != shared().version
    assert fresh.understood.meanings[0].concept == "direct"


def test_a_repeat_on_a_day_when_a_word_means_something_else_equals_the_first_answer(
    new_store: Callable[[Clock], Store],
) -> None:
    dated = shared().overlay([row("zsm", "binnen-24-uur", until="2026-11-21")])
    office = Office(new_store, changed(vocabulary=dated))
    first = office.given(("urgentie", "zsm"))
    assert first.understood.meanings[0].concept == "binnen-24-uur"
    office.later(days=1)
    assert accepted(office.give(("urgentie", "zsm"))).understood == first.understood
    other = office.given(("urgentie", "zsm"), bron_signaal_id="s-2")
    assert other.understood.meanings[0].concept == "onbekend"


def test_a_vocabulary_that_nobody_has_any_more_leaves_the_receipt_as_it_was(office: Office) -> None:
    first = office.given(*WORDS)
    new = shared().overlay([row("spoed", "direct", gevaar="ja")])
    office.directory = Directory({SCHOOL: partner(SCHOOL, vocabulary=new)}, regions())
    assert accepted(office.give(*WORDS)).receipt == first.receipt


def test_past_vocabularies_and_packs_are_found_in_the_store(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keyring.json")
    nowhere = {"strikt": "http://127.0.0.1:9/soap", "uitgebreid": "http://127.0.0.1:9/soap"}
    config = check(configuration(tmp_path, port=1, indexes=nowhere, clock=NOW), source="test")  # type: ignore[arg-type]
    house = compose.house(config)
    try:
        known = house.directory
        sender: Partner = known.partners["school-de-wilg"]
        later = replace(sender, vocabulary=sender.vocabulary.overlay([row("spoed", "direct", gevaar="ja")]))
        found = known.vocabulary(later, sender.vocabulary.version)
        assert found.version == sender.vocabulary.version != later.vocabulary.version
        assert found.choices("urgentie") == sender.vocabulary.choices("urgentie")
        assert known.vocabulary(later, "0000") is later.vocabulary
        day = legal_day(NOW)
        own, other = known.regions["landelijk"].pack(day), known.regions["regionaal"].pack(day)
        assert known.pack(own.label, "landelijk", day) is own
        assert known.pack(other.label, "landelijk", day) == other
        assert known.pack("nergens@0", "landelijk", day) is own
    finally:
        house.close()


def test_a_repeat_on_the_twelfth_birthday_is_judged_as_the_first_message_was(office: Office) -> None:
    told = {"informatieplicht_wie": "VERTEGENWOORDIGER", "gemeente_code": REGION["informeren-verplicht"]}
    first = office.given(geboortedatum="2014-11-22", **told)
    office.later(days=1)
    assert accepted(office.give(geboortedatum="2014-11-22", **told)).receipt == first.receipt


def test_a_receipt_names_the_versions_it_was_made_with(office: Office) -> None:
    receipt = office.given(gemeente_code="9998").receipt
    assert receipt.vocabulaire == shared().version
    assert receipt.beleid == packs()["regionaal"].label
    assert (receipt.revisie, receipt.handeling, receipt.ontvangen_op) == (1, "signaalAfgeven", NOW)


# waiting for what the index says


def test_the_answer_waits_as_long_as_the_sender_wants_and_tells_what_is_known_then(
    new_store: Callable[[Clock], Store],
) -> None:
    office = Office(new_store, changed(wait_seconds=2.0))
    office.meanwhile = lambda: office.later(seconds=1)
    given = accepted(office.give())
    assert [(effect.destination, effect.seconds) for effect in office.awaited] == [("kaal", 2.0)]
    assert given.standing.stand_van == office.clock.at
    accepted(office.give())
    assert len(office.awaited) == 1, "a repeat waits for nothing of its own"
    accepted(office.end())
    assert len(office.awaited) == 2


def test_an_answer_that_does_not_wait_says_that_the_signal_waits(office: Office) -> None:
    given = office.given()
    assert office.awaited == []
    assert (given.standing.status, given.standing.bezorging) == (Status.ACTIEF, Bezorging.WACHT)
    assert given.standing == accepted(office.status()).standing


def test_a_withdrawal_of_what_was_not_sent_awaits_nothing(new_store: Callable[[Clock], Store]) -> None:
    office = Office(new_store, changed(wait_seconds=2.0))
    office.given()
    withdrawn = accepted(office.withdraw())
    assert len(office.awaited) == 1
    assert withdrawn.standing.bezorging is Bezorging.NIET_VERZONDEN


# for whom


@pytest.mark.parametrize(
    ("acts_for", "organisation", "told"),
    [
        ({"school"}, None, []),
        ({"school"}, " school ", []),
        ({"school", "jongerenwerk"}, "jongerenwerk", []),
        ({"school", "jongerenwerk"}, None, ["VIX-1905"]),
        ({"school"}, "jongerenwerk", ["VIX-1905"]),
        ({"school"}, "niemand", ["VIX-1905"]),
    ],
)
def test_who_calls_may_act_for_an_organisation_or_not(
    office: Office, acts_for: set[str], organisation: str | None, told: list[str]
) -> None:
    reply: Reply = office.answer(said(organisatie=organisation), who=caller(*acts_for))
    assert codes(reply) == told
    if told:
        assert reply.findings[0].at == ("organisatie" if organisation else "")  # type: ignore[union-attr]


def test_a_region_that_stopped_since_takes_nothing_new(office: Office) -> None:
    ended = packs()["regionaal"].model_copy(update={"legal_basis": Grondslag.GEEN})
    stopped = replace(regions()["regionaal"], policy=Policy.of(ended))
    office.given(gemeente_code="9998")
    office.directory = Directory({SCHOOL: partner(SCHOOL, regions=(stopped,))}, {"regionaal": stopped})
    assert codes(office.give(gemeente_code="9998", bron_signaal_id="s-2")) == ["VIX-1307", "VIX-1310"]


def test_a_standing_legal_clock_is_the_only_clock(office: Office) -> None:
    assert isinstance(office.clock, Legal)
    assert office.given().standing.stand_van == NOW


def ruled(**rules: object) -> Directory:
    """Everybody as before, where the first region's rules are others."""
    first, *others = partner(SCHOOL).regions
    stricter = replace(first, policy=Policy.of(first.pack(legal_day(NOW)).model_copy(update=rules)))
    own = {**directory().partners, SCHOOL: partner(SCHOOL, regions=(stricter, *others))}
    return Directory(own, {**regions(), stricter.id: stricter})


def served(**changes: object) -> Directory:
    return Directory({**directory().partners, SCHOOL: partner(SCHOOL, **changes)}, regions())


STRICTER = {
    "no basis any more": (ruled(legal_basis=Grondslag.GEEN), {}, "VIX-1307"),
    "a category that may not report": (ruled(categories=frozenset({"jgz"})), {}, "VIX-1302"),
    "a shorter period": (ruled(regional_days=10), {"verwijderdatum": "2028-11-21"}, "VIX-1205"),
    "a duty to inform": (
        ruled(duty_to_inform=DutyToInform.model_validate("require")),
        {"informatieplicht_wie": None, "informatieplicht_datum": None},
        "VIX-1306",
    ),
    "no BSN any more": (served(may_know_bsn=False), {"bsn": "999990019"}, "VIX-1102"),
    "no covenant any more": (served(regions=(regions()["begint-later"],)), {}, "VIX-1301"),
}


@pytest.mark.parametrize(("now", "says", "code"), STRICTER.values(), ids=STRICTER)
def test_a_repeat_gets_its_receipt_also_when_the_rules_have_become_stricter(
    office: Office, now: Directory, says: dict[str, str | None], code: str
) -> None:
    first = office.given(*WORDS, **says)
    office.directory = now
    office.later(hours=1)
    again = accepted(office.give(*reversed(WORDS), **says))
    assert again.receipt == first.receipt
    assert again.understood.advice == first.understood.advice
    assert again.standing.stand_van > first.standing.stand_van
    other = {**says, "bron_signaal_id": "s-2"}
    assert code in codes(office.give(*WORDS, **other)), "a new signal is judged by the rules of now"
    assert code in codes(office.give(*WORDS, **says, melder_naam="Een ander")), "and so is one that says something else"
    assert office.store.read.tally()["signals"] == {"ACTIEF": 1}


def test_a_repeat_that_cannot_be_read_whole_is_no_repeat(office: Office) -> None:
    office.given()
    assert codes(office.give(postcode="x")) == ["VIX-1105"]
    assert codes(office.give(informatieplicht_datum="x")) == ["VIX-1105"]


def test_a_repeat_that_the_rules_refuse_brings_nothing_destroyed_back(office: Office) -> None:
    office.given()
    accepted(office.withdraw())
    office.directory = ruled(legal_basis=Grondslag.GEEN)
    assert codes(office.give()) == ["VIX-1307", "VIX-1310"]


def test_a_repeat_on_behalf_of_another_organisation_is_none(office: Office) -> None:
    office.given()
    office.directory = ruled(legal_basis=Grondslag.GEEN)
    blind = office.directory.partners["jongerenwerk"]
    own = {
        **office.directory.partners,
        "jongerenwerk": replace(blind, regions=office.directory.partners[SCHOOL].regions),
    }
    office.directory = replace(office.directory, partners=own)
    assert codes(office.answer(said(), who=caller("jongerenwerk"))) == ["VIX-1307", "VIX-1310"]
