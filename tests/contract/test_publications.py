"""What is published in FHIR: right by two libraries, complete by the tables, and honest about every word."""

import datetime as dt
import importlib
import re
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from gateway.adapters.publications.fhir import KINDS, Library, Shelf, terminology
from gateway.adapters.publications.fhir.words import axis_system
from gateway.canonical.command import OPERATIONS
from gateway.canonical.match import MatchSoort, Opvolging
from gateway.canonical.receipt import Bezorging
from gateway.canonical.terms import Term
from gateway.compose import advice_texts, publications, shared_vocabulary
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.rules.vocabulary import CALL_NOW
from gateway.rules.vocabulary_tables import MapRow
from gateway.wire.fhir import CANONICAL, canonical
from gateway.wire.fhir_subscription import TOPIC
from gateway.wire.message import WireRequest
from tests.published import every, named

LIBRARY = publications()
VOCABULARY = shared_vocabulary()
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CONCEPTS = VOCABULARY.tables.concepts
ROWS = VOCABULARY.tables.rows


def told(parameters: dict[str, Any]) -> dict[str, Any]:
    """The simple parameters of an answer."""
    return {item["name"]: value for item in parameters["parameter"] for key, value in item.items() if "value" in key}


def matches(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Each match: equivalence, concept, source; `product` where there is advice."""
    found = [item["part"] for item in parameters["parameter"] if item["name"] == "match"]
    return [
        {
            part["name"]: part.get("valueCode", part.get("valueCoding", part.get("valueUri", part.get("part"))))
            for part in parts
        }
        for parts in found
    ]


def translate(**asked: Any) -> dict[str, Any]:
    return terminology.translate(LIBRARY, asked, asked.pop("on", TODAY))


# right by others


@pytest.mark.parametrize("resource", every(), ids=named)
def test_fhir_resources_and_fhirclient_take_it(resource: dict[str, Any]) -> None:
    kind = resource["resourceType"]
    assert get_fhir_model_class(kind).model_validate(resource)
    second = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
    assert second(resource, strict=True).as_json() == resource


def test_every_address_of_ours_that_a_definition_names_is_published() -> None:
    here = {resource.get("url") for resource in every()}
    here |= {item["value"] for resource in LIBRARY.of("NamingSystem") for item in resource["uniqueId"]}
    here.add(TOPIC)
    text = str(every())
    named_here = set(re.findall(rf"{CANONICAL}/[A-Z]\w+/[\w.-]+", text))
    assert named_here - {str(address) for address in here} == set()


# complete by the tables


def codes(name: str) -> set[str]:
    system = LIBRARY.get("CodeSystem", name)
    assert system is not None
    assert system["count"] == len(system["concept"])
    return {concept["code"] for concept in system["concept"]}


def test_the_closed_lists_are_those_of_the_gateway() -> None:
    assert codes("vi-bevinding") == set(FindingTexts.load().codes)
    assert codes("vi-advies") == set(advice_texts())
    assert codes("vi-handeling") == set(OPERATIONS.values())
    assert codes("vi-as") == set(VOCABULARY.axes)
    assert codes("vi-opvolging") == {"NIEUW", *Opvolging}
    assert codes("vi-bezorging") == set(Bezorging)
    assert codes("vi-matchsoort") == set(MatchSoort)


def test_no_text_of_a_finding_has_an_unfilled_limit() -> None:
    assert "{limit}" not in str(LIBRARY.get("CodeSystem", "vi-bevinding"))


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: f"{concept.axis}-{concept.code}")
def test_every_concept_stands_in_its_axis_with_all_its_cells(concept: Any) -> None:
    system = LIBRARY.get("CodeSystem", f"vi-{concept.axis}")
    assert system is not None
    assert system["version"] == VOCABULARY.version
    (found,) = [item for item in system["concept"] if item["code"] == concept.code]
    properties = {item["code"]: item.get("valueCode", item.get("valueString")) for item in found["property"]}
    assert (found["display"], found["definition"]) == (concept.display_nl, concept.definition_nl)
    assert found["designation"] == [{"language": "en", "value": concept.display_en}]
    cells = {"response-time": concept.response_time, "travel": concept.travel, "keep": concept.keep}
    cells |= {"reason": concept.reason, "strekking": concept.strekking, "status": concept.status}
    assert properties == {name: cell for name, cell in cells.items() if cell}


# honest about every word


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.source_system}-{row.source_code}-{row.target_system}")
def test_every_row_of_every_map_is_translated_as_it_says(row: MapRow) -> None:
    first, last = row.period
    day = min(max(TODAY, first), last)
    system = VOCABULARY.uri_of(row.source_system)
    asked = {"system": system, "code": f" {row.source_code.upper()} ", "on": day}
    answer = translate(**asked | ({"targetsystem": axis_system(row.target_system)} if row.target_system else {}))
    (found,) = [match for match in matches(answer) if match["source"].endswith(f"|{VOCABULARY.version}")]
    if row.equivalence == "unmatched":
        assert told(answer)["result"] is False
        assert "concept" not in found and found["equivalence"] == "unmatched"
        assert row.note in told(answer)["message"]
    else:
        concept = VOCABULARY.concept(row.target_system, row.target_code)
        assert told(answer) == {"result": True}
        assert found["equivalence"] == row.equivalence
        assert found["concept"] == {
            "system": axis_system(row.target_system),
            "version": VOCABULARY.version,
            "code": row.target_code,
            "display": concept.display_nl,
        }
    dangerous = row.gevaar == "ja" or (
        row.target_code and VOCABULARY.concept(row.target_system, row.target_code).strekking == "gevaar"
    )
    assert ("product" in found) is bool(dangerous)
    if dangerous:
        assert found["product"][1]["valueCoding"] == {"system": canonical("CodeSystem", "vi-advies"), "code": CALL_NOW}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.target_code], ids=lambda row: f"{row.source_system}-{row.source_code}"
)
def test_every_row_leads_back_with_its_equivalence_turned(row: MapRow) -> None:
    first, last = row.period
    answer = translate(
        system=axis_system(row.target_system),
        code=row.target_code,
        targetsystem=VOCABULARY.uri_of(row.source_system),
        reverse="true",
        on=min(max(TODAY, first), last),
    )
    turned = {"wider": "narrower", "narrower": "wider"}.get(row.equivalence, row.equivalence)
    assert (row.source_code, turned) in {(match["concept"]["code"], match["equivalence"]) for match in matches(answer)}


def test_a_row_outside_its_days_is_no_translation() -> None:
    for row in ROWS:
        for outside in (
            dt.date.fromisoformat(row.geldig_tot) + dt.timedelta(1) if row.geldig_tot else None,
            dt.date.fromisoformat(row.geldig_van) - dt.timedelta(1) if row.geldig_van else None,
        ):
            if outside is None:
                continue
            valid = [other for other in ROWS if other.key == row.key and other.period[0] <= outside <= other.period[1]]
            answer = translate(system=VOCABULARY.uri_of(row.source_system), code=row.source_code, on=outside)
            assert len(matches(answer)) == len(valid), row.at


def test_translation_agrees_with_what_the_gateway_itself_understands() -> None:
    for row in ROWS:
        for axis in VOCABULARY.axes:
            understood = VOCABULARY.understand([Term(axis, row.source_code, row.source_system)], TODAY).meanings[0]
            answer = translate(
                system=VOCABULARY.uri_of(row.source_system), code=row.source_code, targetsystem=axis_system(axis)
            )
            found = [match for match in matches(answer) if match["equivalence"] != "unmatched"]
            assert bool(found) is (understood.equivalence != "unmatched"), (row.at, axis)
            if found:
                assert found[0]["concept"]["code"] == understood.concept


def test_a_word_that_no_map_knows_is_never_guessed() -> None:
    answer = translate(system=VOCABULARY.uri_of("zvj-signaalcode"), code="hazenpad")
    assert told(answer)["result"] is False
    assert matches(answer) == []
    assert "hazenpad" not in str(answer)


def test_a_translation_into_another_system_is_none() -> None:
    uri = VOCABULARY.uri_of("zvj-signaalcode")
    assert told(translate(system=uri, code="urgent", targetsystem="urn:x-elders"))["result"] is False
    assert told(translate(system=uri, code="urgent", target=canonical("ValueSet", "vi-urgentie")))["result"] is True


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"code": "urgent"},
        {"code": "urgent", "coding": {"code": "urgent"}},
        {"coding": {"system": "urn:x"}},
        {"coding": ["urgent"]},
        {"coding": {"system": "urn:x", "code": 7}},
        {"codeableConcept": {"coding": []}},
        {"codeableConcept": {"text": "urgent"}},
        {"code": "urgent", "system": "urn:x", "reverse": "misschien"},
        {"code": "urgent", "system": "urn:x", "reverse": []},
        {"code": "urgent", "system": "urn:x", "dependency": []},
        {"code": "urgent", "system": "urn:x", "url": canonical("ConceptMap", "bestaat-niet")},
    ],
)
def test_a_question_that_is_none_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(SenderError):
        translate(**asked)


def test_a_codeable_concept_is_translated_word_by_word() -> None:
    uri = VOCABULARY.uri_of("zvj-signaalcode")
    coding = [{"system": uri, "code": code} for code in ("laag", "urgent", "onbekend-woord")]
    found = matches(translate(codeableConcept={"coding": coding}))
    assert [match["concept"]["code"] for match in found] == ["binnen-5-werkdagen", "binnen-1-werkdag"]


# codes and their sets


@pytest.mark.parametrize("kind", ["CodeSystem", "ValueSet"])
@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: f"{concept.axis}-{concept.code}")
def test_every_concept_is_a_valid_code(kind: str, concept: Any) -> None:
    system = axis_system(concept.axis)
    asked = {"url": canonical(kind, f"vi-{concept.axis}"), "code": concept.code, "system": system}
    right = {"result": True, "display": concept.display_nl}
    assert told(terminology.validate_code(LIBRARY, kind, asked)) == right
    assert told(terminology.validate_code(LIBRARY, kind, asked | {"display": concept.display_en})) == right
    wrong = told(terminology.validate_code(LIBRARY, kind, asked | {"display": "iets anders"}))
    assert wrong["result"] is False and wrong["display"] == concept.display_nl
    other = told(terminology.validate_code(LIBRARY, kind, asked | {"code": "bestaat-niet"}))
    assert other["result"] is False and "bestaat-niet" not in str(other)


def test_a_code_of_another_system_or_version_is_not_in_the_set() -> None:
    asked = {
        "url": canonical("ValueSet", "vi-urgentie"),
        "coding": {"system": axis_system("crisis"), "code": "onbekend"},
    }
    assert told(terminology.validate_code(LIBRARY, "ValueSet", asked))["result"] is False
    coding = {"system": axis_system("urgentie"), "code": "onbekend", "version": "0"}
    assert told(terminology.validate_code(LIBRARY, "ValueSet", asked | {"coding": coding}))["result"] is False


@pytest.mark.parametrize("found", LIBRARY.of("ValueSet"), ids=named)
def test_a_value_set_expands_to_the_codes_it_takes(found: dict[str, Any]) -> None:
    expansion = terminology.expand(LIBRARY, {"url": found["url"]}, NOW)["expansion"]
    wanted = []
    for include in found["compose"]["include"]:
        system = LIBRARY.by_address("CodeSystem", f"{include['system']}|{include['version']}")
        assert system is not None
        only = [concept["code"] for concept in include.get("concept", ())]
        wanted += [item["code"] for item in system["concept"] if item["code"] in only or not only]
    assert [item["code"] for item in expansion["contains"]] == wanted
    assert expansion["total"] == len(wanted) > 0


def test_an_expansion_can_be_narrowed_and_paged_and_read_in_english() -> None:
    asked = {"url": canonical("ValueSet", "vi-urgentie")}
    whole = terminology.expand(LIBRARY, asked, NOW)["expansion"]["contains"]
    part = terminology.expand(LIBRARY, asked | {"offset": 2, "count": "3"}, NOW)["expansion"]
    assert (part["contains"], part["total"]) == (whole[2:5], len(whole))
    english = terminology.expand(LIBRARY, asked | {"displayLanguage": "en-GB", "filter": "WITHIN 2"}, NOW)["expansion"]
    assert [item["display"] for item in english["contains"]] == ["Contact within 24 hours", "Contact within 2 weeks"]
    assert "designation" not in str(whole)
    assert "designation" in str(terminology.expand(LIBRARY, asked | {"includeDesignations": True}, NOW))
    with pytest.raises(SenderError):
        terminology.expand(LIBRARY, asked | {"count": -1}, NOW)


# as bytes


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ImplementationGuide"])
def test_what_is_published_can_be_asked_in_xml(kind: str) -> None:
    shelf = Shelf(LIBRARY, FindingTexts.load(), "https://gateway.example/fhir")
    for resource in LIBRARY.of(kind)[:3]:
        accept = {"accept": "application/fhir+xml"}
        response = shelf.answer(WireRequest(b"", headers=accept, method="GET", path=f"{kind}/{resource['id']}"), NOW)
        assert response.content_type == "application/fhir+xml; charset=utf-8"
        model = get_fhir_model_class(kind)
        assert model.model_validate_xml(response.body) == model.model_validate(resource)


def test_two_definitions_never_have_one_id() -> None:
    assert isinstance(LIBRARY, Library)
    assert len({(resource["resourceType"], resource.get("url", resource["id"])) for resource in LIBRARY}) == len(
        every()
    )
