"""What an index that speaks FHIR answers, and what of it is no answer."""

import datetime as dt
import json
from typing import Any

import pytest

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import Contact, Done, Held, IndexCapabilities, Order, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Status
from tests.contract.dialects import UNREADABLE
from tests.contract.fhir_index.said import (
    ABLE,
    ANSWERS,
    CHANGES,
    ORDERS,
    Resource,
    answer,
    bundle,
    contact,
    done,
    flag,
    found,
    match,
    outcome,
    own,
    searchset,
    statement,
)
from tests.contract.orders import ASK, CAPABILITIES, END, INSPECT, MESSAGE, MOMENT, POLL, REGISTER


@ORDERS
def test_every_order_has_its_answer(index: FhirIndex, name: str, order: Order) -> None:
    got = answer(index, order, ANSWERS[name])
    expected = {
        "matchTerugkoppelen": Done(),
        "capaciteiten": IndexCapabilities(
            wijzigen=True, axes=frozenset({"urgentie"}), processing_time=dt.timedelta(seconds=90)
        ),
    }.get(name, Done(index_ref="ix-5"))
    if name == "matchesOpvragen":
        assert isinstance(got, Done) and (got.cursor, got.more, len(got.news)) == (9, True, 1)
    else:
        assert isinstance(got, Held) if name == "signaalOpvragen" else got == expected


@ORDERS
def test_an_answer_to_another_question_is_no_answer(index: FhirIndex, name: str, order: Order) -> None:
    kinds = [key for key in ANSWERS if (key in CHANGES) is not (name in CHANGES)]
    others = [ANSWERS[key] for key in kinds] + [searchset(), flag(), statement(), bundle("batch"), {}]
    assert {answer(index, order, body) for body in others} == {UNREADABLE}


@pytest.mark.parametrize("body", [found(flag()), found(searchset(flag())), found(statement(*ABLE)), done()])
def test_a_search_for_matches_is_answered_with_tasks(index: FhirIndex, body: Resource) -> None:
    assert answer(index, POLL, bundle("batch", body)) == UNREADABLE


@ORDERS
@pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 404, 500, 502, 504])
def test_an_answer_counts_with_http_200_only(index: FhirIndex, name: str, order: Order, status: int) -> None:
    assert answer(index, order, ANSWERS[name], status) == UNREADABLE


@ORDERS
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize(
    ("status", "told", "expected"),
    [
        (400, outcome(), Refused(code="IX-7")),
        (404, outcome("not-found", "IX-404"), Refused(code="IX-404")),
        (412, outcome("multiple-matches", "x", system="anders"), Refused(code="multiple-matches")),
        (422, outcome(code="Jan Jansen"), Refused(code="ONLEESBAAR")),
        (422, outcome(code="x" * 36), Refused(code="ONLEESBAAR")),
        (409, outcome("lock-error", "IX-8"), Retry(reason="IX-8")),
        (401, outcome("login", "IX-1"), Retry(reason="IX-1")),
        (403, outcome("forbidden", "IX-1"), Refused(code="IX-1")),
        (503, outcome("transient", "IX-503"), Retry(reason="IX-503")),
        (503, outcome("exception", "IX-503"), Retry(reason="IX-503")),
        (429, outcome("throttled", "IX-9"), Retry(reason="IX-9")),
        (500, outcome("exception"), UNREADABLE),
        (500, outcome("transient", "IX-5"), Retry(reason="IX-5")),
        (400, outcome(severity="warning"), UNREADABLE),
    ],
)
def test_an_operation_outcome_is_the_index_speaking(
    index: FhirIndex, name: str, order: Order, *, alone: bool, status: int, told: Resource, expected: Outcome
) -> None:
    if alone:
        assert answer(index, order, told, status) == expected
        return
    kind = "transaction" if name in CHANGES else "batch"
    rest = [found(searchset())] if name == "signaalAfgeven" else []
    inside = bundle(kind, {"response": {"status": f"{status} x", "outcome": told}}, *rest)
    assert answer(index, order, inside) == expected


@pytest.mark.parametrize("status", [200, 201, 204])
def test_an_operation_outcome_that_says_it_went_well_says_nothing(index: FhirIndex, status: int) -> None:
    assert answer(index, END, outcome(severity="information"), status) == UNREADABLE
    assert answer(index, END, outcome(), status) == UNREADABLE


@ORDERS
@pytest.mark.parametrize("body", [b"", b"<html><body>Bad Gateway", b"\x00\xff", b"<a/>", b"{}", b"[]", b"null", b'"x"'])
@pytest.mark.parametrize("status", [200, 204, 302, 401, 404, 429, 500, 502, 503, 504])
def test_what_is_no_fhir_is_unknown_unless_something_in_front_was_busy(
    index: FhirIndex, name: str, order: Order, body: bytes, status: int
) -> None:
    expected = Retry(reason=f"http-{status}") if status in (429, 503) else UNREADABLE
    assert answer(index, order, body, status) == expected


GOOD = ANSWERS["signaalAfgeven"]
SOUND = json.dumps(GOOD).encode()


@pytest.mark.parametrize(
    "body",
    [
        SOUND[:-3],
        SOUND.replace(b'"type"', b'"soort"', 1),
        SOUND.replace(b'"Bundle"', b'"Bundel"', 1),
        SOUND.replace(b'{"resourceType"', b'{"resourceType": "Bundle", "resourceType"', 1),
        b"[" * 100 + b"]" * 100,
        json.dumps(bundle("transaction", done("geen"), found(searchset()))).encode(),
        json.dumps(bundle("transaction", done("\u0662\u0660\u0660 OK"), found(searchset()))).encode(),
        json.dumps(bundle("transaction", {"response": {}}, found(searchset()))).encode(),
        json.dumps(bundle("transaction", {}, found(searchset()))).encode(),
        json.dumps(bundle("transaction", done("404 x"), found(searchset()))).encode(),
        json.dumps(bundle("transaction", done())).encode(),
        json.dumps(bundle("transaction", done(), done(), done())).encode(),
        json.dumps(bundle("transaction", done(), found(searchset()), geheim="x")).encode(),
        json.dumps(GOOD | {"entry": {"0": done()}}).encode(),
    ],
)
def test_a_registration_without_a_readable_answer_is_unknown(index: FhirIndex, body: bytes) -> None:
    assert answer(index, REGISTER, body) == UNREADABLE


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("Flag/7", "7"), ("Flag/7/_history/1", "7"), ("https://x.example/a/Flag/a-B.9/_history/1", "a-B.9"),
        ("Patient/7", None), ("Flag/", None), ("Flag/" + "x" * 65, None), ("Flag/Jan%20J", None), ("Flag/7?x", None),
    ],
)  # fmt: skip
def test_its_own_number_is_where_the_flag_stands(index: FhirIndex, location: str, expected: str | None) -> None:
    body = bundle("transaction", done("201", location), found(searchset()))
    assert answer(index, REGISTER, body) == Done(index_ref=expected)


@pytest.mark.parametrize("bad", [done(), found(flag()), found(searchset(flag())), found({"resourceType": "x"})])
def test_what_is_wrong_with_matches_does_not_undo_a_registration(index: FhirIndex, bad: Resource) -> None:
    assert answer(index, REGISTER, bundle("transaction", done(), bad)) == Done(index_ref="ix-5", dropped=1)


# what stands under a number of ours


def held(index: FhirIndex, *flags: Any) -> Outcome:
    return answer(index, INSPECT, bundle("batch", found(searchset(*flags))))


def test_what_stands_under_a_reference(index: FhirIndex) -> None:
    told = held(index, flag(), flag("entered-in-error"), flag("inactive"))
    assert isinstance(told, Held)
    active, destroyed, archived = told.standing
    assert [one.status for one in told.standing] == [Status.ACTIEF, Status.VERNIETIGD, Status.ARCHIEF]
    assert active.contact == archived.contact
    assert active.contact == Contact(
        professional_id="p9", naam="J. Jansen", functie="wijkteam", instantie_id="i9", instantie_naam="Wijkteam",
        telefoon="06",
    )  # fmt: skip
    assert (active.datum_tijd_melding, active.verwijderdatum) == (MOMENT, dt.date(2028, 3, 1))
    assert (active.leidend, destroyed.leidend) == (False, False)
    assert (destroyed.contact, destroyed.datum_tijd_melding, destroyed.verwijderdatum) == (None, None, None)


def test_nothing_under_a_reference_is_an_answer_too(index: FhirIndex) -> None:
    assert held(index) == Held(standing=())


def test_a_signal_of_another_is_no_answer(index: FhirIndex) -> None:
    assert held(index, flag(number=MESSAGE)) == Unknown(reason="correlatie")
    assert held(index, flag(), flag(number=MESSAGE)) == Unknown(reason="correlatie")
    assert held(index, flag(identifier=[{"value": "x"}])) == Unknown(reason="correlatie")


@pytest.mark.parametrize(
    "bad",
    [
        flag(author={"reference": "#elders"}), flag(contained=contact()[:1]), flag(extension=[]),
        flag(author={"reference": "Practitioner/1"}), flag(status="weg"), flag(contained=contact() * 2),
        flag(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]), flag(implicitRules="urn:x"),
        flag(geheim="x"), flag(extension=[{"url": own("verwijderdatum"), "valueDate": "2028-03"}]),
        flag(extension=[{"url": own("verwijderdatum"), "valueDate": "2028-03-01"}] * 2),
        flag(identifier=flag()["identifier"] * 2), flag(period={"start": "2026"}),
    ],
)  # fmt: skip
def test_a_signal_that_cannot_be_read_is_not_half_told(index: FhirIndex, bad: Resource) -> None:
    assert held(index, bad) == UNREADABLE


# what it can do


@pytest.mark.parametrize(
    "told",
    [
        statement(version="5.0.0"), statement(seconds=-1), statement(seconds=1e14), statement(seconds="9"),
        statement(unit="min"), statement({"url": "as", "valueBoolean": True}), statement() | {"rest": []},
        statement() | {"rest": statement()["rest"] * 2}, statement(*ABLE, ABLE[0]), statement() | {"kind": None},
    ],
)  # fmt: skip
def test_a_statement_without_our_extension_says_nothing(index: FhirIndex, told: Resource) -> None:
    assert answer(index, CAPABILITIES, bundle("batch", found(told))) == UNREADABLE


def test_it_can_do_what_it_says_and_no_more(index: FhirIndex) -> None:
    no = {"url": "stil", "valueBoolean": False}
    told = answer(index, CAPABILITIES, bundle("batch", found(statement(no, seconds=0.5))))
    assert told == IndexCapabilities(processing_time=dt.timedelta(seconds=0.5))


def test_what_this_contract_never_asks_has_no_answer(index: FhirIndex) -> None:
    assert answer(index, ASK, ANSWERS["signaalAfgeven"]) == UNREADABLE


def test_a_page_of_too_many_is_not_read(index: FhirIndex) -> None:
    tasks = [match(number) for number in range(8, 8 + 201)]
    assert answer(index, POLL, bundle("batch", found(searchset(*tasks)))) == UNREADABLE
