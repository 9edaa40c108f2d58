"""What goes to a regional index, read by an independent reader."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import Order, Person, Poll
from gateway.canonical.signal import Geslacht
from gateway.flow.ports import IndexAdapter
from tests.contract.dialects import is_our_own_fault
from tests.contract.orders import (
    ARRANGE,
    ASK,
    CAPABILITIES,
    CONTACT,
    EARLIER,
    END,
    FOLLOW_UP,
    LEAD,
    MESSAGE,
    MOMENT,
    NASTY,
    POLL,
    REGISTER,
    SIGNAL,
    WITHDRAW,
    register,
)
from tests.contract.regionale_index.said import CONTRACT, DECLARED, NS, ORDERS, RECEIVER, SCHEMA, SENDER, said


def test_it_is_an_index_adapter(index: RegionaleIndex) -> None:
    adapter: IndexAdapter = index
    assert adapter.declared() is DECLARED


class TestOrders:
    @ORDERS
    def test_every_order_is_schema_valid(self, index: RegionaleIndex, name: str, order: Order) -> None:
        (body,) = etree.fromstring(index.encode(order).body).iterfind("s:Body/*", NS)
        assert body.tag == f"{{{CONTRACT}}}{name}"
        SCHEMA.assertValid(etree.fromstring(etree.tostring(body)))

    @ORDERS
    def test_addressing_is_ours_and_stands_once(self, index: RegionaleIndex, name: str, order: Order) -> None:
        request = index.encode(order)
        action = f"{CONTRACT}/{name}"
        assert request.headers == {"soapaction": f'"{action}"'}
        assert request.content_type == "text/xml; charset=utf-8"
        header = "/s:Envelope/s:Header/"
        assert said(request.body, f"{header}a:MessageID/text()") == [f"urn:uuid:{MESSAGE}"]
        assert said(request.body, f"{header}a:Action/text()") == [action]
        assert said(request.body, f"{header}a:To/text()") == [f"{NS['a']}/anonymous"]
        assert said(request.body, f"{header}a:From/a:Address/text()") == [f"{NS['a']}/anonymous?OIN={SENDER}"]
        assert said(request.body, f"{header}*[not(namespace-uri()='{NS['a']}')]") == []

    @ORDERS
    def test_the_kop_carries_the_message_id(self, index: RegionaleIndex, name: str, order: Order) -> None:
        body = index.encode(order).body
        assert said(body, "//r:kop/*/text()") == [str(MESSAGE), "2026-03-01T09:30:00.000+00:00", SENDER, RECEIVER, "1"]

    @ORDERS
    def test_an_order_written_twice_differs_in_its_moment_only(self, name: str, order: Order) -> None:
        moments = iter((MOMENT, MOMENT + dt.timedelta(seconds=61)))
        index = RegionaleIndex(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: next(moments))
        first, second = index.encode(order), index.encode(order)
        moment = re.compile(rb"(?<=tijdstipBericht>)[^<]+")
        assert first.body != second.body
        assert moment.sub(b"", first.body) == moment.sub(b"", second.body)
        assert first.headers == second.headers

    def test_a_registration_reads_back_whole(self, index: RegionaleIndex) -> None:
        body = index.encode(REGISTER).body
        assert said(body, "//r:signaalAfgeven/*[not(*)]/text()") == [
            str(SIGNAL), "SIGNAAL", "2026-03-01T09:30:00+00:00", "2028-03-01", "LAAG",
        ]  # fmt: skip
        assert said(body, "//r:jeugdige/*/text()") == ["999990019"]
        assert said(body, "//r:melder/*/text()") == [
            "prof-1", NASTY, "jeugdarts", "inst-1", "GGD", "Breda", "076-1234567", "z@example.nl", "C. Oördinator",
        ]  # fmt: skip
        assert said(body, "//r:aanduiding[2]/*/text()") == ["urgentie", "contact-5-werkdagen", NASTY, "wider"]

    def test_identifying_data_stands_for_a_bsn(self, index: RegionaleIndex) -> None:
        person = Person(
            familienaam="Łaska", voorvoegsel="van der", voornamen="Zoë", geboortedatum="2014-05", geslacht=Geslacht.V,
            postcode="4811AB", huisnummer=12,
        )  # fmt: skip
        body = index.encode(register(person=person, meanings=(), signaalcode=None)).body
        assert said(body, "//r:jeugdige/*/*/text()") == ["Łaska", "van der", "Zoë", "2014-05", "V", "4811AB", "12"]
        assert said(body, "//r:jeugdige/r:bsn") == said(body, "//r:aanduiding|//r:signaalcode") == []

    def test_only_what_the_index_does_not_lead_for_says_so(self, index: RegionaleIndex) -> None:
        assert said(index.encode(register(leidend=False)).body, "//r:leidend/text()") == ["false"]
        assert said(index.encode(register()).body, "//r:leidend") == []
        assert said(index.encode(LEAD).body, "//r:leidend/text()") == ["false"]

    def test_the_other_orders_read_back(self, index: RegionaleIndex) -> None:
        business = "//s:Body/*/*[not(self::r:kop)]/text()"
        assert said(index.encode(END).body, business) == [str(SIGNAL), "2026-04-01"]
        assert said(index.encode(WITHDRAW).body, business) == [str(SIGNAL)]
        assert said(index.encode(ASK).body, business) == [str(EARLIER)]
        assert said(index.encode(ARRANGE).body, business) == [str(SIGNAL), "m1", "NEMEN", "4", "2026-05-01"]
        assert said(index.encode(FOLLOW_UP).body, business) == [str(SIGNAL), "m1", "CONTACT"]
        assert said(index.encode(POLL).body, business) == ["7", "200"]
        assert said(index.encode(CAPABILITIES).body, business) == []

    @pytest.mark.parametrize(
        ("order", "told"),
        [
            (
                register(person=Person(bsn="12")),
                "CVC_PATTERN_VALID /soap:Envelope/soap:Body/ri:signaalAfgeven/ri:jeugdige/ri:bsn",
            ),
            (register(person=Person()), "CHOICE jeugdige/bsn"),
            (register(person=Person(bsn="999990019", familienaam="Geheim")), "CHOICE jeugdige/bsn"),
            (register(person=Person(familienaam="Geheim", geslacht=Geslacht.M)), "MISSING"),
            (register(contact=CONTACT.model_copy(update={"naam": "Geheim" * 40})), "CVC_MAXLENGTH_VALID"),
            (register(contact=CONTACT.model_copy(update={"naam": "Geheim\x00"})), "XML"),
            (Poll(message_id=MESSAGE, cursor=-1), "matchesOpvragen"),
        ],
    )
    def test_an_order_outside_the_contract_is_our_own_fault_and_is_not_quoted(
        self, index: RegionaleIndex, order: Order, told: str
    ) -> None:
        is_our_own_fault(index, order, told)

    def test_threads_share_one_codec(self) -> None:
        index = RegionaleIndex(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: MOMENT)
        with ThreadPoolExecutor(8) as threads:
            written = {request.body for request in threads.map(index.encode, [REGISTER] * 64)}
        assert written == {index.encode(REGISTER).body}
