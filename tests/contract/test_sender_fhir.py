"""The many ways in which FHIR lets a sender say one thing."""

import copy
import json
from typing import Any

import pytest

from gateway.adapters.senders.fhir import media, r4, xml_form
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.flow.ports import SenderAdapter
from gateway.wire.message import WireRequest
from tests.contract.said_in_fhir import ID, ORGANISATION, codes, given, part, whole
from tests.hostile.test_fhir import BUNDLE, F, H, P, R
from tests.spec.fhir_format import adapter
from tests.spec.fhir_names import BASE, BSN, HL7


def test_it_is_a_sender_adapter_as_the_flow_wants_it() -> None:
    known: SenderAdapter = adapter()
    assert known is adapter()


# who it is about


def test_a_child_may_be_a_number_only() -> None:
    number = {"system": "urn:oid:2.16.840.1.113883.2.4.6.3", "value": "999990019"}

    def alone(value: Any) -> None:
        part(1)(value)["subject"] = {"type": "Patient", "identifier": number}
        del value["entry"][2]

    draft = given(alone)
    assert draft.bsn is not None
    assert (draft.bsn.text, draft.bsn.at) == ("999990019", f"{F}.subject.identifier.value")
    assert draft.familienaam is None
    assert draft.place("jeugdige") == f"{F}.subject"


def test_a_contained_child_is_a_child() -> None:
    def inside(value: Any) -> None:
        child = part(2)(value)
        part(1)(value).update(subject={"reference": "#kind"}, contained=[child | {"id": "kind"}])
        del value["entry"][2]

    draft = given(inside)
    assert draft.geboortedatum is not None
    assert draft.geboortedatum.at == f"{F}.contained[0].birthDate"


def test_the_own_name_of_nl_core_is_the_family_name() -> None:
    own = [
        {"url": f"{HL7}/humanname-own-name", "valueString": "Vogel"},
        {"url": f"{HL7}/humanname-own-prefix", "valueString": "de"},
    ]
    name = {"family": "de Vogel", "_family": {"extension": own}, "given": ["Kees", "Jan"]}
    draft = given(
        lambda value: part(2)(value).update(name=[{"use": "nickname", "family": "x"}, name | {"use": "official"}])
    )
    said = (draft.familienaam, draft.voorvoegsel, draft.voornamen)
    assert [(one.text, one.at.removeprefix(P)) for one in said if one] == [
        ("Vogel", ".name[1].family.extension[0].value"),
        ("de", ".name[1].family.extension[1].value"),
        ("Kees Jan", ".name[1].given[0]"),
    ]


@pytest.mark.parametrize(("gender", "letter"), [("male", "M"), ("female", "V"), ("other", "O"), ("unknown", "O")])
def test_a_sex_is_a_letter_of_the_register(gender: str, letter: str) -> None:
    draft = given(lambda value: part(2)(value).update(gender=gender))
    assert draft.geslacht is not None and draft.geslacht.text == letter


# who says it


def test_an_organisation_is_that_of_the_header_or_of_the_role() -> None:
    def sender(value: Any) -> None:
        part(0)(value)["sender"] = {"identifier": ORGANISATION, "display": "De Wilg"}

    def elsewhere(value: Any) -> None:
        other = {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": "1"}
        entity = {"resourceType": "Organization", "identifier": [other, ORGANISATION], "name": "De Wilg"}
        part(3)(value)["organization"] = {"reference": f"urn:uuid:{ID}"}
        value["entry"].append({"fullUrl": f"urn:uuid:{ID}", "resource": entity})

    def of_role(value: Any) -> None:
        part(3)(value)["organization"] = {"identifier": ORGANISATION}

    def ignored(value: Any) -> None:
        part(3)(value)["organization"] = {
            "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/kvk", "value": "1"}
        }

    places = [
        (sender, f"{H}.sender.identifier.value"),
        (elsewhere, "Bundle.entry[5].resource.identifier[1].value"),
        (of_role, f"{R}.organization.identifier.value"),
    ]
    for how, at in places:
        said = whole(how).organisatie
        assert said is not None and (said.text, said.at) == ("school", at)
    assert whole(ignored).organisatie is None


def test_a_registration_is_known_by_its_system_and_the_aliases_of_it() -> None:
    uzi = {"system": "http://fhir.nl/fhir/NamingSystem/uzi", "value": "900012345"}
    draft = given(lambda value: part(3)(value)["practitioner"].update(identifier=uzi))
    kind, number = draft.registraties[0]
    assert (kind.text, number.text) == ("UZI", "900012345")


def test_a_coordinator_may_be_a_name_only() -> None:
    def named(value: Any) -> None:
        flag = part(1)(value)
        (extension,) = (one for one in flag["extension"] if one["url"].endswith("vi-coordinator"))
        extension["valueReference"] = {"display": "C. Fictief"}
        del value["entry"][4]

    draft = given(named)
    assert draft.coordinator_naam is not None and draft.coordinator_naam.text == "C. Fictief"
    assert draft.coordinator_naam.at.endswith(".value.display")


def test_a_function_may_be_a_code_with_its_words() -> None:
    draft = given(
        lambda value: part(3)(value).update(code=[{"coding": [{"code": "ib", "display": "intern begeleider"}]}])
    )
    assert draft.melder_functie is not None
    assert (draft.melder_functie.text, draft.melder_functie.at) == (
        "intern begeleider",
        f"{R}.code[0].coding[0].display",
    )


# words


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (
            {"coding": [{"system": f"{BASE}/CodeSystem/vi-urgentie", "code": "direct"}]},
            ("urgentie", "direct", "verwijsindex"),
        ),
        ({"coding": [{"system": "urn:x", "code": "a"}]}, ("urgentie", "a", "-")),
        ({"coding": [{"system": f"{BASE}/CodeSystem/eigen", "code": "a"}]}, ("urgentie", "a", "eigen")),
        ({"coding": [{"code": "a"}], "text": "Iets"}, ("urgentie", "a", None)),
        ({"text": " met spoed "}, ("urgentie", " met spoed ", None)),
    ],
)
def test_a_word_is_a_code_or_a_text_of_a_list(category: dict[str, Any], expected: tuple[str, str, str | None]) -> None:
    axis = {"extension": [{"url": f"{BASE}/StructureDefinition/vi-as", "valueCode": "urgentie"}]}
    (term,) = given(lambda value: part(1)(value).update(category=[axis | category])).terms
    assert (term.axis.text, term.word.text, term.stelsel.text if term.stelsel else None) == expected


def test_our_own_code_system_says_the_axis_too() -> None:
    coding = [{"system": f"{BASE}/CodeSystem/vi-crisis", "code": "dreigend"}]
    (term,) = given(lambda value: part(1)(value).update(category=[{"coding": coding}])).terms
    assert (term.axis.text, term.axis.at) == ("crisis", f"{F}.category[0].coding[0].system")


def test_the_priority_of_a_flag_is_a_word_of_urgency() -> None:
    coding = {"system": "http://hl7.org/fhir/flag-priority-code", "code": "PH"}
    extension = {"url": f"{HL7}/flag-priority", "valueCodeableConcept": {"coding": [coding]}}
    term = given(lambda value: part(1)(value)["extension"].append(extension)).terms[-1]
    assert (term.axis.text, term.word.text) == ("urgentie", "PH")
    assert term.word.at.endswith(".value.coding[0].code")


# the source


@pytest.mark.parametrize(
    ("system", "name"),
    [(f"{BASE}/sid/bron/lvs", "lvs"), ("https://lvs.example", "https://lvs.example"), ("urn:oid:1.2", "urn:oid:1.2")],
)
def test_a_source_system_is_short_or_an_address(system: str, name: str) -> None:
    said = whole(lambda value: part(1)(value)["identifier"][0].update(system=system)).bron_systeem
    assert said is not None and said.text == name


def test_a_number_without_use_is_the_senders_own() -> None:
    draft = given(lambda value: part(1)(value)["identifier"][0].pop("use"))
    assert draft.bron_signaal_id is not None and draft.bron_signaal_id.text == "s-1"


def test_the_number_of_a_bsn_is_in_no_place() -> None:
    assert BSN not in str([one.at for one in (given().bsn, given().onderwijsnummer) if one])


# what may not become a fault of ours


def deep(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"url": "urn:x"}
    for _ in range(depth):
        inner = {"url": "urn:x", "extension": [inner]}
    return inner


@pytest.mark.parametrize(
    "more",
    [
        {"contained": [{"resourceType": "FooType"}]},
        {"contained": [{"resourceType": ["Patient"]}]},
        {"extension": [deep(170)]},
    ],
)
def test_whatever_a_model_raises_is_a_finding(more: dict[str, Any]) -> None:
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"display": "x"}}
    assert r4.findings(flag, "Flag") == []
    assert r4.findings(flag | more, "Flag") != []


def test_xml_has_a_depth_too() -> None:
    inner = '<extension url="urn:x">' * 70 + "</extension>" * 70
    body = f'<Flag xmlns="http://hl7.org/fhir">{inner}</Flag>'.encode()
    assert codes(lambda: adapter().decode(WireRequest(body, media.XML, path="/Flag"))[0]) == [("VIX-1007", "")]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("<Patient>", '<Patient name="x">'),
        ("<Patient>", '<Patient value="x">'),
        ("<Patient>", '<Patient id="x">'),
        ("<Patient>", '<Patient resourceType="x">'),
        ("<Patient>", "<Patient><resourceType/>"),
        ("<Patient>", "<Patient><_name/>"),
        ("<name>", '<name family="x">'),
        ("<name>", '<name given="x">'),
        ("<name>", '<name _given="x">'),
        ("<name>", "<name><_given/>"),
    ],
)
def test_what_is_an_element_is_no_attribute_and_has_the_name_of_xml(here: str, there: str) -> None:
    body = copy.deepcopy(BUNDLE)
    (name,) = body["entry"][2]["resource"]["name"]
    name |= {"given": ["Kees"], "_given": [{"extension": [{"url": "urn:x", "valueString": "x"}]}]}
    written = xml_form.write(body).decode()
    assert here in written
    for said, expected in ((written, set()), (written.replace(here, there), {"VIX-1001"})):
        wire = WireRequest(said.encode(), media.XML, path="/$process-message")
        told = codes(lambda wire=wire: adapter().decode(wire)[0])  # type: ignore[misc]
        assert {code for code, _ in told} - {"VIX-1003"} == expected


def test_a_place_in_http_is_a_location_and_one_in_a_resource_an_expression() -> None:
    findings = (Finding(code="VIX-1035", at="http.na"), Finding(code="VIX-1001", at="Flag.code"))
    body = adapter().encode(Refusal(findings=findings), operation="", relates_to="").body
    first, second = json.loads(body)["issue"]
    assert (first["location"], second["expression"]) == (["http.na"], ["Flag.code"])
