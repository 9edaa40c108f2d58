"""Words of a region: what a word means where the signal goes, stamped, and found again when it is repeated."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway import compose
from gateway.canonical.receipt import Answer, CapabilityReport
from gateway.canonical.terms import Term
from gateway.cli.sandbox import configuration
from gateway.clock import Clock, legal_day
from gateway.config import check
from gateway.errors import Misconfigured
from gateway.flow.directory import Directory, Partner
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_tables import MapRow
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from tests.spec.office import Office, accepted
from tests.spec.people import NOW, REGION, SCHOOL, caller, partner, regions, shared

LOCAL = "lokaal-team-vrije-tekst"


def row(word: str, code: str, *, stelsel: str = LOCAL, gevaar: str = "") -> MapRow:
    degree = "inexact" if code else "unmatched"
    axis = "urgentie" if code else ""
    return MapRow(stelsel, word, word, axis, code, degree, gevaar, "", "", "concept", "eigen", "eigen woord")


def layered(*layers: list[MapRow]) -> Vocabulary:
    found = shared()
    for rows in layers:
        found = found.overlay(rows)
    return found


OF_REGION = [
    row("zsm", "binnen-24-uur"),
    row("urgent", "binnen-2-weken"),
    row("code-x", "direct", stelsel="regiolijst"),
]
OWN = [row("zsm", "binnen-4-uur", gevaar="ja"), row("eigen-1", "binnen-5-werkdagen", stelsel="eigenlijst")]


def school(**changes: object) -> Partner:
    both = {"regional": {"regionaal": layered(OF_REGION, OWN)}, "vocabulary": layered(OWN)}
    return partner(SCHOOL, **(both | changes))


@pytest.fixture
def office(new_store: Callable[[Clock], Store]) -> Office:
    return Office(new_store, Directory({SCHOOL: school()}, regions()))


def concepts(answer: Answer) -> dict[str, str]:
    both = (*answer.receipt.betekenissen, *answer.understood.meanings)
    return {meaning.word: meaning.concept for meaning in both}


WORDS = (("urgentie", "zsm"), ("urgentie", "urgent"))


def test_a_word_means_what_it_means_in_the_region_of_the_signal(office: Office) -> None:
    there = office.given(*WORDS, gemeente_code=REGION["regionaal"])
    elsewhere = office.given(*WORDS, bron_signaal_id="s-2")
    assert concepts(there) == {"zsm": "binnen-4-uur", "urgent": "binnen-2-weken"}, "organisation over region"
    assert concepts(elsewhere) == {"zsm": "binnen-4-uur", "urgent": "onbekend"}
    assert there.receipt.vocabulaire == layered(OF_REGION, OWN).version
    assert elsewhere.receipt.vocabulaire == layered(OWN).version


def test_a_region_may_have_words_where_the_organisation_has_none(office: Office) -> None:
    office.directory = Directory(
        {SCHOOL: school(vocabulary=shared(), regional={"regionaal": layered(OF_REGION)})}, regions()
    )
    there = office.given(*WORDS, gemeente_code=REGION["regionaal"])
    assert concepts(there) == {"zsm": "binnen-24-uur", "urgent": "binnen-2-weken"}
    assert concepts(office.given(*WORDS, bron_signaal_id="s-2")) == {"zsm": "onbekend", "urgent": "onbekend"}


def test_a_repeat_is_told_again_with_the_words_of_its_region(office: Office) -> None:
    first = office.given(*WORDS, gemeente_code=REGION["regionaal"])
    again = accepted(office.give(*WORDS, gemeente_code=REGION["regionaal"]))
    assert (again.receipt, again.understood) == (first.receipt, first.understood)


def test_a_repeat_after_the_regions_words_changed_equals_the_first_answer(office: Office) -> None:
    first = office.given(*WORDS, gemeente_code=REGION["regionaal"])
    old = {known.version: known for known in school().vocabularies}
    office.directory = Directory(
        {SCHOOL: school(regional={"regionaal": layered([row("urgent", "binnen-24-uur")], OWN)})},
        regions(),
        past_vocabulary=old.get,
    )
    again = accepted(office.give(*WORDS, gemeente_code=REGION["regionaal"]))
    assert (again.receipt, again.understood) == (first.receipt, first.understood)
    fresh = office.given(*WORDS, gemeente_code=REGION["regionaal"], bron_signaal_id="s-2")
    assert concepts(fresh)["urgent"] == "binnen-24-uur"


def test_an_answer_to_a_question_is_stamped_with_the_words_of_the_signals_region(office: Office) -> None:
    office.given(("urgentie", "kanarie"), gemeente_code=REGION["regionaal"])
    completed = accepted(office.complete(("urgentie", "kanarie", "binnen-24-uur")))
    assert completed.receipt.vocabulaire == layered(OF_REGION, OWN).version
    office.given(("betrokkenheid", "kanarie"), bron_signaal_id="s-2")
    other = accepted(office.complete(("betrokkenheid", "kanarie", "betrokken"), bron_signaal_id="s-2"))
    assert other.receipt.vocabulaire == layered(OWN).version


def test_capabilities_name_the_lists_of_every_region_once(office: Office) -> None:
    report = office.list("capaciteiten", who=caller())
    assert isinstance(report, CapabilityReport)
    assert {"regiolijst", "eigenlijst", LOCAL} < set(report.code_lists)
    assert len(set(report.code_lists)) == len(report.code_lists)
    assert report.vocabulary == layered(OWN).version, "of its first region"


def test_the_vocabulary_a_signal_was_understood_with_is_found_among_those_of_its_organisation(office: Office) -> None:
    answer = office.given(*WORDS, gemeente_code=REGION["regionaal"])
    signal = office.store.read.signal(answer.receipt.signaal_id)
    assert signal is not None
    found = office.directory.vocabulary_of(signal)
    assert found is not None and found.version == answer.receipt.vocabulaire
    assert len(school().vocabularies) == 2


HEADER = ",".join(MapRow.columns)
DEAD = "http://127.0.0.1:9/soap"


def house_of(directory: Path, *, region: str, own: str = "") -> compose.House:
    KeyRing.create(directory / "keyring.json")
    (directory / "regio.csv").write_text(f"{HEADER}\n{region}\n", "utf-8")
    (directory / "eigen.csv").write_text(f"{HEADER}\n{own}\n", "utf-8")
    indexes = {"strikt": DEAD, "uitgebreid": DEAD}
    data = configuration(directory, port=1, indexes=indexes, clock=NOW)
    data["regions"]["regionaal"]["overlay"] = str(directory / "regio.csv")
    if own:
        data["partners"][0]["overlay"] = str(directory / "eigen.csv")
    return compose.house(check(data, source="test"))


OF_THE_REGION = "regiolijst,code-x,Code X,urgentie,direct,inexact,ja,,,concept,afspraak in de regio,telefoon"
OF_THE_SCHOOL = "eigenlijst,eigen-1,Eigen,urgentie,binnen-24-uur,inexact,,,,concept,eigen afspraak,eigen woord"


def test_a_configured_region_lays_its_words_below_those_of_its_organisations(tmp_path: Path) -> None:
    house = house_of(tmp_path, region=OF_THE_REGION, own=OF_THE_SCHOOL)
    try:
        first = next(iter(house.directory.partners.values()))
        there = first.words_in("regionaal")
        terms = [Term("urgentie", "code-x", "regiolijst"), Term("urgentie", "eigen-1", "eigenlijst")]
        found = there.understand(terms, legal_day(NOW))
        assert [meaning.concept for meaning in found.meanings] == ["direct", "binnen-24-uur"]
        assert [m.concept for m in first.vocabulary.understand(terms, legal_day(NOW)).meanings] == [
            "onbekend",
            "binnen-24-uur",
        ]
        for known in (there, first.vocabulary, *(p.words_in("regionaal") for p in house.directory.partners.values())):
            past = house.directory.past_vocabulary(known.version)
            assert past is not None and past.version == known.version
            assert past.understand(terms, legal_day(NOW)) == known.understand(terms, legal_day(NOW))
    finally:
        house.close()


def test_a_region_whose_words_break_a_rule_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"R4 regio\.csv line 2"):
        house_of(tmp_path, region=f"{LOCAL},spoed,spoed,urgentie,binnen-2-weken,inexact,,,,concept,regio,woord")
