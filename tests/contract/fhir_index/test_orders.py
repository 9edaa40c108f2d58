"""What goes to an index that speaks FHIR, read by an independent reader and held against two libraries."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhirclient.models import bundle as client_bundle
from fhirclient.models import flag as client_flag

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import Order, Person
from gateway.canonical.signal import Geslacht
from gateway.flow.ports import IndexAdapter
from gateway.rules.delivery import Recovery
from tests.contract.dialects import is_our_own_fault
from tests.contract.fhir_index.said import BASE, CHANGES, DECLARED, OPERATIONS, ORDERS, SENDER, own
from tests.contract.orders import (
    AMEND,
    ARRANGE,
    ASK,
    CONTACT,
    END,
    FOLLOW_UP,
    LEAD,
    MESSAGE,
    NASTY,
    POLL,
    REGISTER,
    SIGNAL,
    WITHDRAW,
    register,
)

NUMBER = f"{BASE}/NamingSystem/signaal-id|{SIGNAL}"


def said(index: FhirIndex, order: Order) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(index.encode(order).body)
    return told


def asked(entry: dict[str, Any]) -> tuple[str, str, dict[str, list[str]]]:
    """Method, path and query of an entry."""
    path, _, query = entry["request"]["url"].partition("?")
    return entry["request"]["method"], path, parse_qs(query)


def patch(index: FhirIndex, order: Order) -> list[tuple[str, str, Any]]:
    """The steps of a patch."""
    binary = said(index, order)["entry"][0]["resource"]
    assert (binary["resourceType"], binary["contentType"]) == ("Binary", "application/json-patch+json")
    return [(step["op"], step["path"], step["value"]) for step in json.loads(base64.b64decode(binary["data"]))]


def test_it_is_an_index_adapter(index: FhirIndex) -> None:
    adapter: IndexAdapter = index
    assert adapter.declared() is DECLARED
    assert {adapter.recovery(kind) for kind in ("register", "amend", "end", "poll")} == {Recovery.REPEAT}


@ORDERS
def test_every_order_is_a_bundle_by_two_libraries(index: FhirIndex, name: str, order: Order) -> None:
    request = index.encode(order)
    told = json.loads(request.body)
    get_fhir_model_class("Bundle").model_validate(told)
    client_bundle.Bundle(told)
    assert told["type"] == ("transaction" if name in CHANGES else "batch")
    assert request.content_type == "application/fhir+json; charset=utf-8"
    assert request.headers == {"accept": "application/fhir+json", "prefer": "return=minimal"}


@ORDERS
def test_a_message_says_its_number_and_who_sends_it(index: FhirIndex, name: str, order: Order) -> None:
    told = said(index, order)["identifier"]
    assert (told["system"], told["value"]) == (f"{BASE}/NamingSystem/bericht-id", str(MESSAGE))
    assert told["assigner"]["identifier"] == {"system": f"{BASE}/NamingSystem/aansluiting", "value": SENDER}


@ORDERS
def test_an_order_written_twice_is_the_same_bytes(index: FhirIndex, name: str, order: Order) -> None:
    other = FhirIndex(sender=SENDER, capabilities=DECLARED)
    assert index.encode(order).frozen() == other.encode(order).frozen()


@ORDERS
def test_no_address_names_a_child(index: FhirIndex, name: str, order: Order) -> None:
    """What is asked stands in logs."""
    for entry in said(index, order)["entry"]:
        assert "999990019" not in json.dumps(entry["request"])


class TestRegister:
    def test_it_is_made_once_and_asks_what_it_matched(self, index: FhirIndex) -> None:
        create, matches = said(index, REGISTER)["entry"]
        assert asked(create) == ("POST", "Flag", {})
        assert parse_qs(create["request"]["ifNoneExist"]) == {"identifier": [NUMBER]}
        assert create["fullUrl"] == f"urn:uuid:{SIGNAL}"
        method, path, query = asked(matches)
        assert (method, path, query["focus:identifier"]) == ("GET", "Task", [NUMBER])

    def test_it_reads_back_whole(self, index: FhirIndex) -> None:
        flag = said(index, REGISTER)["entry"][0]["resource"]
        get_fhir_model_class("Flag").model_validate(flag)
        client_flag.Flag(flag)
        assert flag["identifier"] == [{"use": "official", "system": NUMBER.partition("|")[0], "value": str(SIGNAL)}]
        assert (flag["status"], flag["code"]["coding"][0]["code"]) == ("active", "SIGNAAL")
        assert flag["period"] == {"start": "2026-03-01T09:30:00+00:00"}
        assert flag["subject"] == {
            "type": "Patient",
            "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999990019"},
        }
        role, place = flag["contained"]
        assert flag["author"] == {"reference": f"#{role['id']}"}
        assert role["organization"] == {"reference": f"#{place['id']}"}
        assert (role["identifier"][0]["value"], role["practitioner"]["display"]) == ("prof-1", NASTY)
        assert role["code"] == [{"text": "jeugdarts"}]
        assert [point["value"] for point in role["telecom"]] == ["076-1234567", "z@example.nl"]
        assert role["extension"][0]["valueReference"] == {"display": "C. Oördinator"}
        assert (place["identifier"][0]["value"], place["name"]) == ("inst-1", "GGD")
        assert place["address"] == [{"text": "Breda"}]
        removal, leads, code, word, _ = flag["extension"]
        assert (removal["valueDate"], leads["valueBoolean"], code["valueCode"]) == ("2028-03-01", True, "LAAG")
        parts = {part["url"]: next(value for key, value in part.items() if key != "url") for part in word["extension"]}
        assert word["url"] == own("betekenis")
        assert (parts["as"], parts["woord"], parts["equivalentie"]) == ("urgentie", NASTY, "wider")
        assert parts["begrip"] == {"system": f"{BASE}/CodeSystem/vi-urgentie", "code": "contact-5-werkdagen"}

    def test_what_is_not_said_is_not_there(self, index: FhirIndex) -> None:
        bare = CONTACT.model_copy(update=dict.fromkeys(("functie", "locatie", "telefoon", "email", "coordinator")))
        flag = said(index, register(contact=bare, meanings=(), signaalcode=None))["entry"][0]["resource"]
        assert len(flag["extension"]) == 2
        assert flag["contained"][0].keys() == {"resourceType", "id", "identifier", "practitioner", "organization"}
        assert flag["contained"][1].keys() == {"resourceType", "id", "identifier", "name"}

    def test_identifying_data_stand_for_a_bsn(self, index: FhirIndex) -> None:
        person = Person(
            familienaam="Łaska", voorvoegsel="van der", voornamen="Zoë Anna", geboortedatum="2014-05",
            geslacht=Geslacht.V, postcode="4811AB", huisnummer=12,
        )  # fmt: skip
        flag = said(index, register(person=person))["entry"][0]["resource"]
        child = flag["contained"][2]
        get_fhir_model_class("Patient").model_validate(child)
        assert flag["subject"] == {"reference": f"#{child['id']}", "type": "Patient"}
        (name,) = child["name"]
        assert (name["family"], name["given"]) == ("van der Łaska", ["Zoë", "Anna"])
        assert [part["valueString"] for part in name["_family"]["extension"]] == ["van der", "Łaska"]
        assert (child["gender"], child["birthDate"]) == ("female", "2014-05")
        assert (child["address"][0]["postalCode"], child["address"][0]["line"]) == ("4811AB", ["12"])
        assert "identifier" not in child

    def test_a_child_of_whom_little_is_known(self, index: FhirIndex) -> None:
        person = Person(familienaam="Łaska", geboortedatum="2014", geslacht=Geslacht.O)
        child = said(index, register(person=person))["entry"][0]["resource"]["contained"][2]
        assert child.keys() == {"resourceType", "id", "name", "gender", "birthDate"}
        assert child["gender"] == "unknown" and "given" not in child["name"][0]

    def test_an_index_that_does_not_lead_is_told_so(self, index: FhirIndex) -> None:
        flag = said(index, register(leidend=False))["entry"][0]["resource"]
        assert flag["extension"][1] == {"url": own("leidend"), "valueBoolean": False}


class TestChanges:
    @pytest.mark.parametrize("order", [AMEND, END, LEAD])
    def test_a_change_is_a_patch_of_the_signal(self, index: FhirIndex, order: Order) -> None:
        (entry,) = said(index, order)["entry"]
        assert asked(entry) == ("PATCH", "Flag", {"identifier": [NUMBER]})

    def test_an_end_archives_it(self, index: FhirIndex) -> None:
        assert patch(index, END) == [("replace", "/status", "inactive"), ("add", "/period/end", "2026-04-01")]

    def test_another_index_leads_from_now_on(self, index: FhirIndex) -> None:
        assert patch(index, LEAD) == [
            ("test", "/extension/1/url", own("leidend")),
            ("replace", "/extension/1/valueBoolean", False),
        ]

    def test_another_contact_and_date_stand_where_the_first_stood(self, index: FhirIndex) -> None:
        flag = said(index, REGISTER)["entry"][0]["resource"]
        steps = patch(index, AMEND)
        for op, path, value in steps:
            place: Any = flag
            for step in path.strip("/").split("/"):
                place = place[int(step)] if isinstance(place, list) else place[step]
            assert op == "replace" or place == value
        assert [value for op, path, value in steps if path in ("/contained/0", "/contained/1")] == flag["contained"]
        assert ("replace", "/extension/0/valueDate", "2028-03-01") in steps

    def test_what_is_withdrawn_leaves_its_number_only(self, index: FhirIndex) -> None:
        (entry,) = said(index, WITHDRAW)["entry"]
        assert asked(entry) == ("PUT", "Flag", {"identifier": [NUMBER]})
        flag = entry["resource"]
        get_fhir_model_class("Flag").model_validate(flag)
        assert flag.keys() == {"resourceType", "meta", "identifier", "status", "code", "subject"}
        assert (flag["status"], flag["subject"].keys()) == ("entered-in-error", {"extension"})

    def test_what_became_of_a_match(self, index: FhirIndex) -> None:
        (entry,) = said(index, FOLLOW_UP)["entry"]
        method, path, query = asked(entry)
        assert (method, path) == ("PATCH", "Task")
        assert query == {"identifier": [f"{BASE}/NamingSystem/index-match-id|m1"], "focus:identifier": [NUMBER]}
        ((op, where, told),) = patch(index, FOLLOW_UP)
        assert (op, where, told["coding"][0]["code"]) == ("add", "/businessStatus", "CONTACT")


def test_questions_are_searches(index: FhirIndex) -> None:
    told = {name: asked(said(index, order)["entry"][0]) for name, order in OPERATIONS.items() if name not in CHANGES}
    assert told["signaalOpvragen"] == ("GET", "Flag", {"identifier": [NUMBER]})
    assert told["capaciteiten"] == ("GET", "metadata", {})
    method, path, query = told["matchesOpvragen"]
    assert (method, path) == ("GET", "Task")
    assert query == {"vi-volgnummer": ["gt7"], "_sort": ["vi-volgnummer"], "_count": ["200"]}


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (register(person=Person()), "CHOICE jeugdige/bsn"),
        (register(person=Person(bsn="999990019", familienaam="Geheim")), "CHOICE jeugdige/bsn"),
        (register(person=Person(familienaam="Geheim", geslacht=Geslacht.M)), "MISSING geboortedatum"),
        (register(person=Person(familienaam="Geheim", geslacht=Geslacht.M, geboortedatum="Geheim")), "birthDate"),
        (register(contact=CONTACT.model_copy(update={"naam": ""})), "Practitioner"),
        (register(contact=CONTACT.model_copy(update={"naam": "Geheim\x00"})), "cannot carry"),
        (AMEND.model_copy(update={"contact": CONTACT.model_copy(update={"functie": "Geheim\x07"})}), "cannot carry"),
        (AMEND.model_copy(update={"contact": CONTACT.model_copy(update={"instantie_naam": ""})}), "Organization"),
        (ARRANGE, "no regie"),
        (ASK, "no status"),
    ],
)
def test_an_order_outside_the_contract_is_our_own_fault_and_is_not_quoted(
    index: FhirIndex, order: Order, told: str
) -> None:
    is_our_own_fault(index, order, told)


def test_a_question_for_matches_starts_where_the_last_ended(index: FhirIndex) -> None:
    assert "gt0&" in said(index, POLL.model_copy(update={"cursor": 0}))["entry"][0]["request"]["url"]
