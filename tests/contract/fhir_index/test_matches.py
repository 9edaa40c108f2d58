"""The matches an index tells in FHIR, in which order, and what it destroyed by itself."""

import datetime as dt
from typing import Any

import pytest

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.match import Betrokkene, MatchSoort, MatchStatus
from gateway.canonical.order import Done, Ended, Unknown
from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules import withheld
from tests.contract.dialects import BACKWARDS, UNREADABLE
from tests.contract.fhir_index.said import (
    BASE,
    Resource,
    answer,
    bundle,
    concept,
    contact,
    destroyed,
    done,
    found,
    given,
    match,
    own,
    polled,
    searchset,
    word,
)
from tests.contract.orders import POLL, REGISTER, SIGNAL


def told(index: FhirIndex, *tasks: Resource) -> Done:
    outcome = answer(index, POLL, polled(*tasks))
    assert isinstance(outcome, Done), outcome
    return outcome


def test_a_match_is_cut_to_the_dictionary(index: FhirIndex) -> None:
    for outcome in (
        told(index, match(contained=contact(), words=[word("narrower")], lastModified="2026-03-01")),
        answer(
            index,
            REGISTER,
            bundle("transaction", done(), found(searchset(match(contained=contact(), words=[word("narrower")])))),
        ),
    ):
        assert isinstance(outcome, Done)
        (news,) = outcome.news
        assert (news.index_match_id, news.soort, news.status) == ("m1", MatchSoort.CLIENTMATCH, MatchStatus.ACTIEF)
        assert (news.signaal_id, news.niet_dezelfde_jeugdige, news.verwijderen) == (str(SIGNAL), False, False)
        assert news.ontstaan_op == dt.datetime(2026, 2, 28, 11, tzinfo=dt.UTC)
        assert news.content.betrokkenen == (
            Betrokkene(naam="J. Jansen", functie="wijkteam", instantie="Wijkteam", telefoon="06"),
        )
        assert news.content.betekenissen == (
            Meaning(
                axis="urgentie", word="spoed", concept="binnen-1-werkdag", equivalence=Equivalence.NARROWER, map="index"
            ),
        )
        assert outcome.dropped == 0


def test_a_match_that_lapsed_and_must_be_removed(index: FhirIndex) -> None:
    inputs = [given("soort", valueCode="HISTORISCH"), given("niet-dezelfde-jeugdige", valueBoolean=False)]
    task = match(status="cancelled", input=[*inputs, given("verwijderen", valueBoolean=True)])
    (news,) = told(index, task).news
    assert (news.soort, news.status, news.verwijderen) == (MatchSoort.HISTORISCH, MatchStatus.VERVALLEN, True)


def test_a_bsn_in_a_text_is_passed_on_to_nobody(index: FhirIndex) -> None:
    task = match(contained=contact(code=[{"text": "kind 999 990\n019"}]), words=[word(woord="999990019")])
    outcome = withheld.told(told(index, task))
    assert isinstance(outcome, Done)
    assert (outcome.withheld, outcome.dropped) == (2, 0)
    assert "999990019" not in outcome.model_dump_json().replace(" ", "")


def test_texts_are_one_line_that_can_be_shown(index: FhirIndex) -> None:
    naam = "Jan\n\t\x00de\r\x85 \u202eVries\u2066\u200b & <Zoë\u00a0van\u200d\u00ad 😀\ufeff"
    (news,) = told(index, match(contained=contact(naam=naam, code=[{"text": "\u202e"}]))).news
    (betrokkene,) = news.content.betrokkenen
    assert (betrokkene.naam, betrokkene.functie) == ("Jan de Vries & <Zoë van\u200d 😀", None)


NAMELESS = contact(3)
NAMELESS[0]["practitioner"] = {"display": "x" * 201}
LONG = contact(3, telecom=[{"system": "phone", "value": "0" * 36}])


@pytest.mark.parametrize(
    "other",
    [
        contact(3, naam=""), contact(3, naam="\u202e"), NAMELESS, LONG,
        contact(3, geheim="x"), contact(3, organization={"reference": "#elders"}),
        contact(3, organization={"reference": "Organization/1"}), contact(3)[:1], contact(3, naam=7),  # type: ignore[arg-type]
        [{"resourceType": "PractitionerRole", "id": "b3"}], contact(3, organization={"reference": "#b3"}),
    ],
)  # fmt: skip
def test_one_bad_contact_costs_itself_only(index: FhirIndex, other: list[Resource]) -> None:
    tasks = (match(8), match(9, "m2", contained=[*other, *contact(1), *contact(2)]), match(10, "m3"))
    outcome = told(index, *tasks)
    assert [news.index_match_id for news in outcome.news] == ["m1", "m2", "m3"]
    assert [one.naam for one in outcome.news[1].content.betrokkenen] == ["J. Jansen"] * 2
    assert (outcome.dropped, outcome.cursor) == (1, 10)


@pytest.mark.parametrize(
    "bad",
    [
        word("ongeveer"), word(woord=""), word(woord="\u202e"), word(woord="x" * 201), word(extension=[]),
        word(geheim="x"), word(extension=word()["extension"] * 2), word(extension=word()["extension"][1:]),
    ],
)  # fmt: skip
def test_one_bad_word_costs_itself_only(index: FhirIndex, bad: Resource) -> None:
    outcome = told(index, match(contained=contact(), words=[word(), bad]))
    assert (len(outcome.news[0].content.betekenissen), outcome.dropped) == (1, 1)


def focus(**identifier: str) -> Resource:
    return {"identifier": identifier}


OURS = f"{BASE}/NamingSystem/signaal-id"
TWICE = [given("soort", valueCode="CLIENTMATCH")] * 2


@pytest.mark.parametrize(
    "bad",
    [
        match(9, input=None), match(9, input=TWICE), match(9, input=[given("soort", valueCode="RUZIE")]),
        match(9, identifier=None), match(9, "x" * 65), match(9, "m\n2"), match(9, identifier=match()["identifier"] * 2),
        match(9, authoredOn=None), match(9, authoredOn="gisteren"), match(9, authoredOn="2026"),
        match(9, authoredOn="0001-01-01T00:00:00+14:00"), match(9, status="draft"), match(9, status="weg"),
        match(9, focus=None), match(9, focus=focus(system="urn:x", value=str(SIGNAL))),
        match(9, focus=focus(system=OURS, value="x" * 65)), match(9, focus=focus(system=OURS)),
        match(9, code=concept("vi-taak", "iets")), match(9, code={"text": "afstemmen"}), match(9, geheim="x"),
        match(9, modifierExtension=[{"url": "urn:x", "valueBoolean": True}]), match(9, implicitRules="urn:x"),
        match(9, input=7),
    ],
)  # fmt: skip
def test_one_bad_match_costs_itself_only(index: FhirIndex, bad: Resource) -> None:
    outcome = told(index, match(8), bad, match(10, "m3"))
    assert [news.index_match_id for news in outcome.news] == ["m1", "m3"]
    assert (outcome.dropped, outcome.cursor) == (1, 10)


def test_a_kind_that_contradicts_itself_is_not_told(index: FhirIndex) -> None:
    inputs = [given("soort", valueCode="CLIENTMATCH"), given("niet-dezelfde-jeugdige", valueBoolean=True)]
    assert told(index, match(input=inputs)).dropped == 1


def test_at_most_fifty_persons_and_fifty_words(index: FhirIndex) -> None:
    people = [one for number in range(60) for one in contact(number)]
    outcome = told(index, match(contained=people, words=[word()] * 55))
    content = outcome.news[0].content
    assert (len(content.betrokkenen), len(content.betekenissen), outcome.dropped) == (50, 50, 15)


# in which order


@pytest.mark.parametrize(
    ("numbers", "more", "expected"),
    [
        ((), False, 7), ((), True, BACKWARDS), ((8,), True, 8), ((8, 9, 12), False, 12), ((9, 8), False, BACKWARDS),
        ((7,), False, BACKWARDS), ((0, 8), False, BACKWARDS), ((8, 8), False, 8), ((2**31 - 1,), False, 2**31 - 1),
    ],
)  # fmt: skip
def test_numbers_go_forward(index: FhirIndex, numbers: tuple[int, ...], more: bool, expected: Any) -> None:
    outcome = answer(index, POLL, polled(*(match(number, f"m{number}") for number in numbers), more=more))
    assert outcome == expected if isinstance(expected, Unknown) else isinstance(outcome, Done)
    if isinstance(outcome, Done):
        assert (outcome.cursor, outcome.more, len(outcome.news)) == (expected, more, len(numbers))


@pytest.mark.parametrize("bad", [2**31, -1, "9", True, 8.5, None])
def test_what_has_no_number_is_not_told_and_moves_nobody(index: FhirIndex, bad: object) -> None:
    extension = [{"url": own("volgnummer"), "valueUnsignedInt": bad}]
    outcome = told(index, match(8), match(9, "m2", extension=extension))
    assert ([news.index_match_id for news in outcome.news], outcome.cursor, outcome.dropped) == (["m1"], 8, 1)


def test_what_a_search_tells_beside_what_it_found_is_passed_over(index: FhirIndex) -> None:
    warning = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
    page = searchset(match(8))
    page["entry"].append({"resource": warning, "search": {"mode": "outcome"}})
    outcome = answer(index, POLL, bundle("batch", found(page)))
    assert isinstance(outcome, Done) and (len(outcome.news), outcome.dropped) == (1, 0)


# what the index destroyed by itself


def test_what_the_index_destroyed_by_itself_is_told_with_its_reason(index: FhirIndex) -> None:
    outcome = told(index, match(8), destroyed(9), destroyed(10, "DRIEENTWINTIG"))
    assert outcome.ended == (
        Ended(signaal_id=str(SIGNAL), reason="OVERLEDEN"),
        Ended(signaal_id=str(SIGNAL), reason="DRIEENTWINTIG"),
    )
    assert (outcome.cursor, len(outcome.news), outcome.dropped) == (10, 1, 0)


@pytest.mark.parametrize(
    "bad",
    [
        destroyed(reason="ANDERS"), destroyed(input=None), destroyed(focus=None), destroyed(geheim="x"),
        destroyed(extension=None), destroyed(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
    ],
)  # fmt: skip
def test_one_that_cannot_be_read_is_never_passed_over(index: FhirIndex, bad: Resource) -> None:
    assert answer(index, POLL, polled(bad, match(9))) == UNREADABLE
