"""The simulated index in the dialect fhir_index, as an R4 server that takes Bundles."""

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhirclient.models import bundle as client_bundle

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.match import MatchStatus, Opvolging
from gateway.canonical.order import (
    Amend,
    AskCapabilities,
    Contact,
    Done,
    End,
    FollowUp,
    Held,
    IndexCapabilities,
    Inspect,
    Lead,
    Order,
    Outcome,
    Person,
    Poll,
    Refused,
    Register,
    Retry,
    Unknown,
    Withdraw,
)
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Geslacht, Soort
from gateway.canonical.terms import Equivalence, Meaning
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.server import Simulator
from gateway.wire.message import WireRequest, WireResponse
from tests.simulator.wire import CHILD, REGISTERED

from .conftest import LEGAL

ABLE = IndexCapabilities.model_validate(
    dict.fromkeys(
        ("ketenregistratie", "wijzigen", "terugkoppelen", "opvragen", "overnemen", "stil", "landelijk_uit"), True
    )
    | {"axes": ("urgentie",)}
)
MOMENT = dt.datetime(2026, 11, 21, 9, 58, tzinfo=dt.UTC)
UNTIL = dt.date(2028, 11, 21)


class Gateway:
    """A gateway at the index: its adapter, and what it heard."""

    def __init__(self, url: str, name: str) -> None:
        self.adapter = FhirIndex(sender=name, capabilities=ABLE)
        self.address = urlsplit(url)

    def post(self, body: bytes, content_type: str = "application/fhir+json") -> WireResponse:
        connection = HTTPConnection(self.address.netloc, timeout=10)
        try:
            connection.request("POST", "/fhir", body, {"Content-Type": content_type})
            response = connection.getresponse()
            return WireResponse(response.status, response.read(), response.headers["Content-Type"])
        finally:
            connection.close()

    def answer(self, order: Order) -> dict[str, Any]:
        """What came back, held against two libraries."""
        response = self.post(self.adapter.encode(order).body)
        assert response.content_type == "application/fhir+json; charset=utf-8"
        told: dict[str, Any] = json.loads(response.body)
        get_fhir_model_class(told["resourceType"]).model_validate(told)
        if told["resourceType"] == "Bundle":
            client_bundle.Bundle(told)
        return told | {"http": response.status}

    def do(self, order: Order) -> Outcome:
        return self.adapter.decode(order, self.post(self.adapter.encode(order).body))

    def done(self, order: Order) -> Done:
        outcome = self.do(order)
        assert isinstance(outcome, Done), outcome
        return outcome

    def news(self, cursor: int = 0) -> Done:
        return self.done(Poll(message_id=uuid4(), cursor=cursor))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, capabilities=ABLE, dialect=FhirDialect()
    ) as simulator:
        yield simulator


@pytest.fixture
def connect(index: Simulator) -> Callable[[str], Gateway]:
    return lambda name: Gateway(index.url, name)


@pytest.fixture
def noord(connect: Callable[[str], Gateway]) -> Gateway:
    return connect("noord")


@pytest.fixture
def zuid(connect: Callable[[str], Gateway]) -> Gateway:
    return connect("zuid")


def contact(organisation: str = "school", naam: str = "A. Fictief", **more: str) -> Contact:
    return Contact(
        professional_id="p-1", naam=naam, instantie_id=organisation, instantie_naam=f"Instantie {organisation}", **more
    )


def register(organisation: str = "school", **changed: Any) -> Register:
    return Register.model_validate(
        {
            "message_id": uuid4(),
            "signaal_id": uuid4(),
            "soort": Soort.SIGNAAL,
            "person": Person(bsn=CHILD),
            "contact": contact(organisation, telefoon="06"),
            "datum_tijd_melding": MOMENT,
            "verwijderdatum": UNTIL,
        }
        | changed
    )


def counted(index: Simulator) -> tuple[dict[str, int], int]:
    connection = HTTPConnection(urlsplit(index.url).netloc, timeout=10)
    connection.request("GET", "/beheer/telling")
    told = json.load(connection.getresponse())
    connection.close()
    return told["signalen"], told["dubbel"]


class TestRegistering:
    def test_it_is_created_and_says_where_it_stands(self, noord: Gateway) -> None:
        told = noord.answer(register())
        assert (told["http"], told["type"]) == (200, "transaction-response")
        created, matches = told["entry"]
        assert created["response"]["status"] == "201 Created"
        assert created["response"]["location"].startswith("Flag/")
        assert (matches["response"]["status"], matches["resource"]["type"]) == ("200 OK", "searchset")

    def test_its_matches_come_with_it_and_reach_the_other_by_number(self, noord: Gateway, zuid: Gateway) -> None:
        word = Meaning(axis="urgentie", word="spoed", concept="direct", equivalence=Equivalence.WIDER, map="m@1")
        first = register(meanings=(word,))
        assert noord.done(first).news == ()
        second = register("wijkteam")
        (told,) = zuid.done(second).news
        assert (told.signaal_id, told.status) == (str(second.signaal_id), MatchStatus.ACTIEF)
        assert [one.instantie for one in told.content.betrokkenen] == ["Instantie school"]
        assert [(one.word, one.concept) for one in told.content.betekenissen] == [("spoed", "direct")]
        heard = noord.news()
        (other,) = heard.news
        assert (other.signaal_id, other.index_match_id) == (str(first.signaal_id), told.index_match_id)
        assert other.content.betrokkenen[0].telefoon == "06"
        assert (heard.cursor, heard.more, heard.dropped) == (1, False, 0)
        assert noord.news(1) == Done(cursor=1)

    def test_a_repeat_and_a_late_copy_give_no_double(self, noord: Gateway, index: Simulator) -> None:
        order = register()
        first, again = noord.answer(order), noord.answer(order)
        assert first == again
        copy = noord.answer(order.model_copy(update={"message_id": uuid4()}))
        assert copy["entry"][0]["response"]["status"] == "200 OK"
        assert copy["entry"][0]["response"]["location"] == first["entry"][0]["response"]["location"]
        assert counted(index) == ({"ACTIEF": 1}, 0)

    def test_a_late_copy_of_what_was_withdrawn_is_not_made_anew(self, noord: Gateway, index: Simulator) -> None:
        order = register()
        noord.done(order)
        noord.done(Withdraw(message_id=uuid4(), signaal_id=order.signaal_id))
        noord.done(order.model_copy(update={"message_id": uuid4()}))
        assert counted(index) == ({"VERNIETIGD": 1}, 0)

    def test_who_is_named_by_identifying_data_is_the_same(self, noord: Gateway, zuid: Gateway) -> None:
        row = next(one for one in REGISTERED if one["voorvoegsel"] and one["geslacht"] == "V")
        person = Person(
            familienaam=row["familienaam"], voorvoegsel=row["voorvoegsel"], voornamen=row["voornamen"],
            geboortedatum=row["geboortedatum"], geslacht=Geslacht.V, postcode=row["postcode"] or None,
            huisnummer=int(row["huisnummer"]) if row["huisnummer"] else None,
        )  # fmt: skip
        noord.done(register(person=Person(bsn=row["bsn"])))
        assert len(zuid.done(register("wijkteam", person=person)).news) == 1

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"person": Person(bsn="999999990")}, "IX-404"),
            ({"verwijderdatum": dt.date(2029, 1, 1)}, "IX-424"),
            ({"signaalcode": "LAAG"}, "IX-422"),
        ],
    )
    def test_what_it_refuses_changes_nothing(
        self, noord: Gateway, index: Simulator, changed: dict[str, Any], code: str
    ) -> None:
        order = register(**changed)
        told = noord.answer(order)
        assert told["resourceType"] == "OperationOutcome" and 400 <= told["http"] < 500
        assert noord.do(order) == Refused(code=code)
        assert counted(index) == ({}, 0)


class TestChanging:
    def test_another_contact_reaches_the_other(self, noord: Gateway, zuid: Gateway) -> None:
        order = register()
        noord.done(order)
        zuid.done(register("wijkteam"))
        amended = Amend(
            message_id=uuid4(), signaal_id=order.signaal_id, contact=contact(naam="B. Opvolger"), verwijderdatum=UNTIL
        )
        assert noord.done(amended).index_ref
        assert [one.naam for news in zuid.news().news for one in news.content.betrokkenen] == ["B. Opvolger"]

    def test_what_ends_lapses_and_what_is_withdrawn_must_be_removed(self, noord: Gateway, zuid: Gateway) -> None:
        first, second = register(), register("wijkteam")
        noord.done(first)
        zuid.done(second)
        end = End(message_id=uuid4(), signaal_id=first.signaal_id, datum_einde=dt.date(2026, 11, 21))
        assert noord.done(end).index_ref == noord.done(end.model_copy(update={"message_id": uuid4()})).index_ref
        (lapsed,) = zuid.news().news
        assert (lapsed.status, lapsed.verwijderen) == (MatchStatus.VERVALLEN, False), "a Task is as it is now"
        noord.done(Withdraw(message_id=uuid4(), signaal_id=first.signaal_id))
        (removed,) = zuid.news().news
        assert (removed.status, removed.verwijderen) == (MatchStatus.VERVALLEN, True)

    def test_what_became_of_a_match(self, noord: Gateway, zuid: Gateway, index: Simulator) -> None:
        noord.done(register())
        second = register("wijkteam")
        (news,) = zuid.done(second).news
        told = FollowUp(
            message_id=uuid4(),
            signaal_id=second.signaal_id,
            index_match_id=news.index_match_id,
            contact=Opvolging.CONTACT,
        )
        zuid.done(told)
        assert noord.do(told.model_copy(update={"message_id": uuid4()})) == Refused(code="IX-404"), "of another"

    @pytest.mark.parametrize("kind", [End, Withdraw, Lead, Amend])
    def test_what_is_not_there_is_not_changed(self, noord: Gateway, kind: type[Order]) -> None:
        said = {"message_id": uuid4(), "signaal_id": uuid4(), "datum_einde": UNTIL, "leidend": True}
        said |= {"contact": contact(), "verwijderdatum": UNTIL}
        order = kind.model_validate({name: value for name, value in said.items() if name in kind.model_fields})
        assert noord.do(order) == Refused(code="IX-404")


class TestAsking:
    def test_what_stands_under_a_number_of_its_own(self, noord: Gateway, zuid: Gateway) -> None:
        order = register(leidend=False)
        question = Inspect(message_id=uuid4(), signaal_id=order.signaal_id)
        assert noord.do(question) == Held(standing=())
        noord.done(order)
        held = noord.do(question)
        assert isinstance(held, Held)
        (standing,) = held.standing
        assert (standing.status, standing.contact, standing.leidend) == (Status.ACTIEF, order.contact, False)
        assert (standing.datum_tijd_melding, standing.verwijderdatum) == (MOMENT, UNTIL)
        assert CHILD not in json.dumps(noord.answer(question))
        assert zuid.do(question) == Held(standing=()), "only who gave it"
        noord.done(Lead(message_id=uuid4(), signaal_id=order.signaal_id, leidend=True))
        noord.done(Withdraw(message_id=uuid4(), signaal_id=order.signaal_id))
        gone = noord.do(question)
        assert isinstance(gone, Held)
        assert [(one.status, one.contact) for one in gone.standing] == [(Status.VERNIETIGD, None)]

    def test_what_it_can_do(self, noord: Gateway) -> None:
        question = AskCapabilities(message_id=uuid4())
        assert noord.do(question) == ABLE
        assert noord.answer(question)["entry"][0]["resource"]["fhirVersion"] == "4.0.1"

    def test_many_matches_come_page_by_page(self, noord: Gateway, zuid: Gateway) -> None:
        noord.done(register())
        for _ in range(205):
            zuid.done(register("wijkteam"))
        cursor, pages, heard = 0, 0, set()
        while True:
            page = noord.news(cursor)
            heard |= {news.index_match_id for news in page.news}
            cursor, pages = page.cursor or 0, pages + 1
            if not page.more:
                break
        assert (len(heard), pages, cursor) == (205, 2, 205)

    def test_what_the_register_of_persons_ended(self, noord: Gateway, index: Simulator) -> None:
        order = register()
        noord.done(order)
        index.script([Rule(operation="matchesOpvragen", fault=Fault.DIED, times=1)])
        (ended,) = noord.news().ended
        assert (ended.signaal_id, ended.reason) == (str(order.signaal_id), "OVERLEDEN")

    def test_false_news_is_told_as_an_r4_server_would_and_is_cut(self, noord: Gateway, index: Simulator) -> None:
        noord.done(register())
        index.script([Rule(operation="matchesOpvragen", fault=Fault.OVERSIZED_MATCH, times=1)])
        page = noord.news()
        assert ([news.content.betrokkenen for news in page.news], page.dropped) == ([()], 1)


class TestBadly:
    def test_it_is_busy(self, noord: Gateway, index: Simulator) -> None:
        index.script([Rule(fault=Fault.UNAVAILABLE, times=2)])
        assert noord.do(register()) == Retry(reason="IX-503")
        assert noord.do(Poll(message_id=uuid4(), cursor=0)) == Retry(reason="IX-503")

    @pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.SERVER_ERROR])
    def test_it_says_nothing_of_use(self, noord: Gateway, index: Simulator, fault: Fault) -> None:
        index.script([Rule(fault=fault, times=1)])
        assert noord.do(register()) == Unknown(reason="onleesbaar")

    def test_a_question_it_refuses_is_refused_in_its_entry(self, noord: Gateway, index: Simulator) -> None:
        index.script([Rule(fault=Fault.REFUSE, code="IX-77")])
        told = noord.answer(Inspect(message_id=uuid4(), signaal_id=uuid4()))
        assert (told["http"], told["type"]) == (200, "batch-response")
        assert told["entry"][0]["response"]["status"] == "422"
        assert noord.do(Inspect(message_id=uuid4(), signaal_id=uuid4())) == Refused(code="IX-77")


SIGNAL = UUID("0198c0de-0000-7000-8000-000000000002")
WHOLE: dict[str, Any] = json.loads(FhirIndex(sender="noord", capabilities=ABLE).encode(register()).body)
OURS = FhirIndex(sender="noord", capabilities=ABLE)
PATCH: dict[str, Any] = json.loads(OURS.encode(Lead(message_id=uuid4(), signaal_id=SIGNAL, leidend=True)).body)
GONE: dict[str, Any] = json.loads(OURS.encode(Withdraw(message_id=uuid4(), signaal_id=SIGNAL)).body)


def changed(bundle: dict[str, Any], path: str, value: Any = None) -> bytes:
    """A message with another value somewhere; without one, the member is left out."""
    made = json.loads(json.dumps(bundle))
    *steps, last = path.split("/")
    place = made
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(made).encode()


def binary(*steps: Any) -> str:
    return base64.b64encode(json.dumps(steps).encode()).decode()


FLAG, REQUEST = "entry/0/resource", "entry/0/request"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<Bundle/>", b"{}", b"[]", b'{"resourceType": "Patient"}', b"[" * 50, b"\xff",
        changed(WHOLE, "type", "message"), changed(WHOLE, "type", "soort"), changed(WHOLE, "identifier"),
        changed(WHOLE, "identifier/assigner"), changed(WHOLE, "identifier/system", "urn:x"), changed(WHOLE, "entry"),
        changed(WHOLE, "geheim", "Jan Jansen"), changed(WHOLE, f"{FLAG}/geheim", "Jan Jansen"),
        changed(WHOLE, f"{FLAG}/status", "inactive"), changed(WHOLE, f"{FLAG}/author"),
        changed(WHOLE, f"{FLAG}/contained"),
        changed(WHOLE, f"{FLAG}/identifier"), changed(WHOLE, f"{FLAG}/extension"), changed(WHOLE, f"{FLAG}/code"),
        changed(WHOLE, f"{FLAG}/subject", {"reference": "Patient/1"}),
        changed(WHOLE, f"{FLAG}/subject/identifier/value", "12"),
        changed(WHOLE, f"{FLAG}/modifierExtension", [{"url": "urn:x", "valueBoolean": True}]),
        changed(WHOLE, f"{REQUEST}/ifNoneExist", "identifier=urn:x%7Cy"), changed(WHOLE, f"{REQUEST}/method", "DELETE"),
        changed(WHOLE, f"{REQUEST}/url", "Patient"), changed(WHOLE, "entry/1/request/url", "Task?focus:identifier=x"),
        changed(WHOLE, "entry/1/request/url", "Patient?x=y"), changed(PATCH, f"{FLAG}/contentType", "text/plain"),
        changed(PATCH, f"{FLAG}/data", "%%"), changed(PATCH, f"{FLAG}/data", binary()),
        changed(PATCH, f"{FLAG}/data", binary(7)), changed(PATCH, f"{FLAG}/data", base64.b64encode(b"7").decode()),
        changed(PATCH, f"{FLAG}/data", binary({"op": "replace", "path": "/status", "value": "inactive"})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "replace", "path": "/extension/1/valueBoolean", "value": "x"})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "remove", "path": "/extension/1/valueBoolean", "value": True})),
        changed(PATCH, f"{FLAG}/data", binary({"op": "test", "path": "/extension/1/url", "value": "urn:x"})),
        changed(GONE, f"{FLAG}/status", "active"), changed(GONE, f"{FLAG}/period", {"start": "2026"}),
        changed(GONE, f"{FLAG}/subject", {"display": "Jan"}), changed(GONE, f"{REQUEST}/url", "Flag?identifier=x"),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_contract_is_refused_without_a_word_of_it(noord: Gateway, body: bytes) -> None:
    response = noord.post(body)
    assert response.status in (400, 422)
    told = json.loads(response.body)
    assert told["resourceType"] == "OperationOutcome"
    get_fhir_model_class("OperationOutcome").model_validate(told)
    assert "Jan" not in str(told) and "geheim" not in str(told)


@pytest.mark.parametrize("content_type", ["text/xml", "application/fhir+xml", "", "text/plain; charset=utf-8"])
def test_another_format_is_415(noord: Gateway, content_type: str) -> None:
    assert noord.post(json.dumps(WHOLE).encode(), content_type).status == 415


def test_a_message_reads_the_same_whatever_its_content_type_says_beside_it() -> None:
    body = json.dumps(WHOLE).encode()
    said = ("application/fhir+json", "application/json; charset=utf-8", "Application/FHIR+json; fhirVersion=4.0")
    calls = [FhirDialect().decode(WireRequest(body, one)) for one in said]
    assert calls[0] == calls[1] == calls[2] and not isinstance(calls[0], WireResponse)
