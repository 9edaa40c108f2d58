"""The simulated index as an R4 server: what may be asked of it, and what a script lets go wrong."""

import json
from uuid import uuid4

import pytest

from gateway.canonical.order import AskCapabilities, Held, Inspect, Lead, Poll, Refused, Retry, Unknown, Withdraw
from gateway.canonical.receipt import Status
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.server import Simulator
from tests.simulator.fhir_index.gateway import ABLE, MOMENT, UNTIL, Gateway, register
from tests.simulator.wire import CHILD


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
