"""The many ways in which FHIR lets a sender say one thing, and what its addresses and headers add."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.adapters.senders.fhir import media, r4, xml_form
from gateway.canonical.command import (
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Draft,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    MatchOpvragen,
    Request,
    StatusOpvragen,
    Terugkoppelen,
)
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError
from gateway.flow.ports import SenderAdapter
from gateway.wire.message import WireRequest
from tests.hostile.test_fhir import BUNDLE, F, H, P, R
from tests.spec.fhir_format import BASE, BSN, HL7, IDS, JSON, adapter

ID = "00000000-0000-4000-8000-000000000009"
FORM = "application/x-www-form-urlencoded"
ORGANISATION = {"system": f"{BASE}/NamingSystem/organisatie", "value": "school"}
OURS = f"{BASE}/NamingSystem/signaal-id"
MASKED = {"extension": [{"url": f"{HL7}/data-absent-reason", "valueCode": "masked"}]}


def sent(value: Any, path: str = "/$process-message", method: str = "POST", **headers: str) -> Request:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return adapter().decode(WireRequest(media.write(value, JSON), JSON, named, method, path))[0]


def given(*changes: Callable[[Any], Any]) -> Draft:
    return whole(*changes).draft


def whole(*changes: Callable[[Any], Any]) -> Afgeven:
    value = copy.deepcopy(BUNDLE)
    for change in changes:
        change(value)
    request = sent(value)
    assert isinstance(request, Afgeven)
    assert request.remarks == ()
    return request


def part(number: int) -> Callable[[Any], Any]:
    return lambda value: value["entry"][number]["resource"]


def change(source: str = "s-1", status: str = "inactive", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "identifier": [{"use": "secondary", "system": "https://b.example", "value": source}],
        "status": status,
        "code": {"text": "verwijsindexsignaal"},
        "subject": MASKED,
        "period": {"end": "2026-11-21"},
    } | more


def codes(call: Callable[[], Request]) -> list[tuple[str, str]]:
    try:
        findings = call().remarks
    except SenderError as error:
        findings = error.findings
    return [(finding.code, finding.at) for finding in findings]


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


# over REST


def test_a_status_says_which_change_is_meant() -> None:
    for status, kind in (("inactive", Beeindigen), ("entered-in-error", Intrekken), ("active", BetekenisAanvullen)):
        request = sent(change(status=status), f"/Flag/{ID}", "PUT")
        assert isinstance(request, kind)
        assert request.remarks == ()
        assert request.signaal_id is not None  # type: ignore[attr-defined]
        assert (request.signaal_id.text, request.signaal_id.at) == (ID, "http.id")  # type: ignore[attr-defined]


def test_an_end_is_a_day_also_where_it_has_a_time() -> None:
    request = sent(change(period={"end": "2026-11-21T10:00:00+01:00"}), f"/Flag/{ID}", "PUT")
    assert isinstance(request, Beeindigen)
    assert request.datum_einde is not None and request.datum_einde.text == "2026-11-21"


def test_what_we_wrote_may_come_back_with_a_change() -> None:
    proof = {
        "url": f"{BASE}/StructureDefinition/vi-ontvangstbewijs",
        "extension": [{"url": "handeling", "valueCode": "x"}],
    }
    outcome = {"url": f"{BASE}/StructureDefinition/vi-uitkomst", "valueReference": {"reference": "#uitkomst"}}
    issue = {"severity": "information", "code": "informational"}
    inside = [{"resourceType": "OperationOutcome", "id": "uitkomst", "issue": [issue]}]
    ours = {"use": "official", "system": f"{BASE}/NamingSystem/signaal-id", "value": ID}
    value = change(id=ID, extension=[proof, outcome], contained=inside)
    value["identifier"].append(ours)
    assert sent(value, f"/Flag/{ID}", "PUT").remarks == ()


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"id": IDS[0]}, "Flag.id"),
        ({"identifier": [{"use": "official", "system": OURS, "value": IDS[0]}]}, "Flag.identifier[0].value"),
    ],
)  # fmt: skip
def test_another_signal_than_that_of_the_address_is_refused(more: dict[str, Any], at: str) -> None:
    assert ("VIX-1036", at) in codes(lambda: sent(change(**more), f"/Flag/{ID}", "PUT"))


def test_a_follow_up_answers_the_version_it_saw() -> None:
    coding = [{"system": f"{BASE}/CodeSystem/vi-opvolging", "code": "CONTACT"}]
    task = {"resourceType": "Task", "status": "in-progress", "intent": "order", "businessStatus": {"coding": coding}}
    for tag, stand in (('W/"actief.nieuw"', "actief.nieuw"), ('"x"', "x"), ("*", None), ("", None)):
        request = sent(task, f"/Task/{ID}", "PUT", if_match=tag)
        assert isinstance(request, Terugkoppelen)
        assert request.match_id is not None and request.match_id.text == ID
        assert (request.stand.text if request.stand else None) == stand
    request = sent(task | {"meta": {"versionId": "actief.nieuw"}}, f"/Task/{ID}", "PUT")
    assert isinstance(request, Terugkoppelen) and request.stand is not None
    assert request.stand.at == "Task.meta.versionId"
    assert codes(lambda: sent(task | {"id": IDS[0]}, f"/Task/{ID}", "PUT")) == [("VIX-1036", "Task.id")]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("identifier=https://b.example|s-1", []),
        ("identifier=https://b.example|s-2", [("VIX-1036", "http.If-None-Exist")]),
        ("_count=1", [("VIX-1036", "http.If-None-Exist")]),
        ("patient=1", [("VIX-1035", "http")]),
    ],
)
def test_a_condition_means_the_signal_itself(said: str, told: list[tuple[str, str]]) -> None:
    flag = change(status="active", period={"start": "2026-11-21T09:00:00Z"})
    assert codes(lambda: sent(flag, "/Flag", if_none_exist=said)) == told


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/Flag/_search", "identifier=urn:x|1", StatusOpvragen),
        ("/Flag/_search", "_count=5&na=x", EigenSignalenOpvragen),
        ("/Flag/_search", "", EigenSignalenOpvragen),
        ("/Task/_search", "_count=5", MatchesOpvragen),
        ("/Task/_search", f"identifier={BASE}/NamingSystem/match-id|{ID}", MatchOpvragen),
    ],
)
def test_a_search_asks_what_it_names(path: str, body: str, kind: type[Request]) -> None:
    request, _ = adapter().decode(WireRequest(body.encode(), FORM, path=path, query={"organisatie": "school"}))
    assert isinstance(request, kind)
    assert request.organisatie is not None and request.organisatie.at == "http.organisatie"


def test_our_id_in_a_search_is_our_id() -> None:
    body = f"identifier={BASE}/NamingSystem/signaal-id|{ID}".encode()
    request, _ = adapter().decode(WireRequest(body, FORM, path="/Flag/_search"))
    assert isinstance(request, StatusOpvragen)
    assert request.signaal_id is not None and (request.signaal_id.text, request.bron_signaal_id) == (ID, None)


@pytest.mark.parametrize("body", [b"\xff=1", b"a=1&" * 30, b"_count=1&_count=2", b"status=active"])
def test_a_search_that_says_anything_else_is_refused(body: bytes) -> None:
    told = codes(lambda: adapter().decode(WireRequest(body, FORM, path="/Flag/_search"))[0])
    assert {code for code, _ in told} == {"VIX-1035"}


def test_who_acts_for_another_says_so_with_a_resource_too() -> None:
    wire = WireRequest(
        media.write(change(), JSON), JSON, method="PUT", path=f"/Flag/{ID}", query={"organisatie": "school"}
    )
    request, _ = adapter().decode(wire)
    assert request.organisatie is not None and request.organisatie.text == "school"


def test_an_address_and_a_message_act_for_the_same_organisation() -> None:
    message = copy.deepcopy(BUNDLE)
    message["entry"][0]["resource"]["sender"] = {"identifier": ORGANISATION}
    for value, said, told in (
        (BUNDLE, "opvang", []),
        (message, "school", []),
        (message, "opvang", [("VIX-1036", "http.organisatie")]),
    ):
        wire = WireRequest(media.write(value, JSON), JSON, path="/$process-message", query={"organisatie": said})
        request, _ = adapter().decode(wire)
        assert codes(lambda request=request: request) == told
        expected = "school" if value is message else said
        assert request.organisatie is not None and request.organisatie.text == expected


# JSON or XML


@pytest.mark.parametrize(
    ("accept", "asked", "kind"),
    [
        ("", "", media.JSON),
        ("*/*", "", media.JSON),
        ("application/fhir+xml", "", media.XML),
        ("text/xml;q=0.5, application/json;q=0.9", "", media.JSON),
        ("application/fhir+xml;q=0", "", ""),
        ("application/fhir+json; fhirVersion=4.0", "", media.JSON),
        ("application/fhir+json; fhirVersion=5.0", "", ""),
        ("text/html, */*;q=0.1", "", media.JSON),
        ("text/html", "", ""),
        ("text/html", "xml", media.XML),
        ("", "application/fhir xml", media.XML),
        ("application/json;q=x", "", ""),
    ],
)
def test_an_answer_is_what_was_asked_for(accept: str, asked: str, kind: str) -> None:
    assert media.wanted(accept, asked) == kind


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


@pytest.mark.parametrize(("said", "expected"), [("false", []), ("true", ["VIX-1035"])])
def test_a_message_may_say_that_it_wants_its_answer_at_once(said: str, expected: list[str]) -> None:
    """HAPI says so each time; an answer later is not to be had."""
    whole = WireRequest(json.dumps(BUNDLE).encode(), JSON, path="/$process-message", query={"async": said})
    told = codes(lambda: adapter().decode(whole)[0])
    assert [code for code, _ in told] == expected
