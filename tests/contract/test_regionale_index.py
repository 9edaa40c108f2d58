"""The regional index adapter against its contract: orders are read by an independent reader, answers built by hand."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from lxml import etree

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.match import Betrokkene, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Contact,
    Done,
    End,
    Ended,
    FollowUp,
    IndexCapabilities,
    IndexRegie,
    NotFound,
    Order,
    Outcome,
    Person,
    Poll,
    Refused,
    Register,
    Retry,
    Signaalcode,
    Unknown,
    Withdraw,
)
from gateway.canonical.regie import Aanspreekpunt, Regiehandeling, Wie
from gateway.canonical.signal import Geslacht, Soort
from gateway.canonical.terms import Equivalence, Meaning
from gateway.errors import IndexFault
from gateway.flow.ports import IndexAdapter
from gateway.wire.message import WireResponse

CONTRACT = "urn:x-verwijsindex-gateway:regionale-index:1"
NS = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "a": "http://www.w3.org/2005/08/addressing",
    "r": CONTRACT,
}
SENDER, RECEIVER = "00000001003214345000", "regio-zuid"
MOMENT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
DECLARED = IndexCapabilities(axes=frozenset({"urgentie"}), regie=True)
MESSAGE, SIGNAL, EARLIER = (UUID(f"0198c0de-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
NASTY = "Zoë & <b>\"'Łukasz'</b> ]]> 😀"

CONTACT = Contact(
    professional_id="prof-1", naam=NASTY, functie="jeugdarts", instantie_id="inst-1", instantie_naam="GGD",
    locatie="Breda", telefoon="076-1234567", email="z@example.nl", coordinator="C. Oördinator",
)  # fmt: skip
MEANING = Meaning(axis="urgentie", word=NASTY, concept="contact-5-werkdagen", equivalence=Equivalence.WIDER, map="m@1")


def register(**changed: object) -> Register:
    return Register.model_validate({
        "message_id": MESSAGE, "signaal_id": SIGNAL, "soort": Soort.SIGNAAL, "person": Person(bsn="999990019"),
        "contact": CONTACT, "datum_tijd_melding": MOMENT, "verwijderdatum": dt.date(2028, 3, 1),
        "signaalcode": Signaalcode.LAAG, "meanings": (MEANING, MEANING), **changed,
    })  # fmt: skip


REGISTER = register()
END = End(message_id=MESSAGE, signaal_id=SIGNAL, datum_einde=dt.date(2026, 4, 1))
AMEND = Amend(message_id=MESSAGE, signaal_id=SIGNAL, contact=CONTACT, verwijderdatum=dt.date(2028, 3, 1))
WITHDRAW = Withdraw(message_id=MESSAGE, signaal_id=SIGNAL)
ARRANGE = Arrange(
    message_id=MESSAGE, signaal_id=SIGNAL, index_match_id="m1", handeling=Regiehandeling.NEMEN, stand=4,
    herzien_op=dt.date(2026, 5, 1),
)  # fmt: skip
FOLLOW_UP = FollowUp(message_id=MESSAGE, signaal_id=SIGNAL, index_match_id="m1", contact=Opvolging.CONTACT)
ASK = AskStatus(message_id=MESSAGE, about=EARLIER)
POLL = Poll(message_id=MESSAGE, cursor=7)
CAPABILITIES = AskCapabilities(message_id=MESSAGE)
OPERATIONS: dict[str, Order] = {
    "signaalAfgeven": REGISTER, "signaalBeeindigen": END, "signaalIntrekken": WITHDRAW,
    "signaalWijzigen": AMEND, "regieVastleggen": ARRANGE, "matchTerugkoppelen": FOLLOW_UP,
    "statusOpvragen": ASK, "matchesOpvragen": POLL, "capaciteiten": CAPABILITIES,
}  # fmt: skip
ORDERS = pytest.mark.parametrize(("name", "order"), OPERATIONS.items())
SCHEMA = etree.XMLSchema(file="gateway/schemas/regionale-index-1.xsd")


@pytest.fixture(scope="module")
def index() -> RegionaleIndex:
    return RegionaleIndex(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: MOMENT)


def said(body: bytes, path: str) -> list[str]:
    results = etree.fromstring(body).xpath(path, namespaces=NS)
    assert isinstance(results, list)
    return [str(found) for found in results]


def kop(about: object = MESSAGE) -> str:
    correlation = f"<correlatieReferentie>{about}</correlatieReferentie>" if about else ""
    return (
        "<kop><berichtReferentie>antwoord-1</berichtReferentie><tijdstipBericht>2026-03-01T10:30:00+01:00"
        f"</tijdstipBericht><zender>{RECEIVER}</zender><ontvanger>{SENDER}</ontvanger><versie>1</versie>{correlation}</kop>"
    )


def soap(body: str, relates_to: object = MESSAGE) -> bytes:
    header = f"<a:RelatesTo>urn:uuid:{relates_to}</a:RelatesTo>" if relates_to else ""
    return (
        f'<s:Envelope xmlns:s="{NS["s"]}" xmlns:a="{NS["a"]}"><s:Header>{header}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def element(name: str, content: str) -> str:
    return f'<{name} xmlns="{CONTRACT}">{content}</{name}>'


def contact(naam: str = "J. Jansen", functie: str = "<functie>wijkteam</functie>", telefoon: str = "06") -> str:
    return (
        f"<betrokkene><professionalId>p9</professionalId><naam>{naam}</naam>{functie}<instantieId>i9</instantieId>"
        f"<instantieNaam>Wijkteam</instantieNaam><telefoon>{telefoon}</telefoon></betrokkene>"
    )


def aanduiding(equivalentie: str = "wider", woord: str = "spoed") -> str:
    return (
        f"<aanduiding><as>urgentie</as><code>binnen-1-werkdag</code><woord>{woord}</woord>"
        f"<equivalentie>{equivalentie}</equivalentie></aanduiding>"
    )


def match(name: str = "m1", entries: str = "", soort: str = "CLIENTMATCH", moment: str = "2026-02-28T12:00:00") -> str:
    return (
        f"<match><matchId>{name}</matchId><soort>{soort}</soort><eigenSignaalId>{SIGNAL}</eigenSignaalId>"
        f"<nietDezelfdeJeugdige>0</nietDezelfdeJeugdige><ontstaanOp>{moment}</ontstaanOp><status>ACTIEF</status>{entries}</match>"
    )


def afgeven(matches: str = "", head: str | None = None) -> str:
    return element(
        "signaalAfgevenAntwoord",
        f"{head or kop()}<indexSignaalId>ix-5</indexSignaalId><status>ACTIEF</status>"
        f"<verwijderdatum>2028-03-01</verwijderdatum>{matches}",
    )


def bevestiging(head: str | None = None) -> str:
    return element(
        "ontvangstbevestiging", f"{head or kop()}<indexSignaalId>ix-5</indexSignaalId><status>ARCHIEF</status>"
    )


def page(matches: str = "", cursor: str = "9", meer: str = "true") -> str:
    return element(
        "matchesOpvragenAntwoord", f"{kop()}{matches}<totVolgnummer>{cursor}</totVolgnummer><meer>{meer}</meer>"
    )


def capaciteiten(duration: str = "PT1M30S") -> str:
    return element(
        "capaciteitenAntwoord",
        f"{kop()}<ketenregistratie>1</ketenregistratie><signaalcode>false</signaalcode><aanduidingAs>urgentie"
        f"</aanduidingAs><verwerkingstijd>{duration}</verwerkingstijd>",
    )


def found(inner: str = "", gevonden: str = "true") -> str:
    return element("statusOpvragenAntwoord", f"{kop()}<gevonden>{gevonden}</gevonden>{inner}")


def regie(wie: str = "ANDER", who: str = "<naam>J. Jansen</naam>", more: str = "", stand: str = "5") -> str:
    return f"<regie><wie>{wie}</wie>{who}<aangeboden>true</aangeboden>{more}<stand>{stand}</stand></regie>"


def vastgelegd(uitgevoerd: str = "true", told: str = "") -> str:
    return element("regieVastleggenAntwoord", f"{kop()}<uitgevoerd>{uitgevoerd}</uitgevoerd>{told or regie()}")


def fout(code: str = "IX-7", herhaalbaar: str = "false", about: object = MESSAGE) -> str:
    correlation = f"<correlatieReferentie>{about}</correlatieReferentie>" if about else ""
    return element(
        "verwijsindexFout",
        f"<code>{code}</code><plek>client</plek><omschrijving>999990019 niet bekend</omschrijving>"
        f"<herhaalbaar>{herhaalbaar}</herhaalbaar>{correlation}",
    )


def fault(detail: str) -> str:
    return f"<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring><detail>{detail}</detail></s:Fault>"


ANSWERS: dict[str, str] = {
    "signaalAfgeven": afgeven(), "signaalBeeindigen": bevestiging(), "signaalIntrekken": bevestiging(),
    "signaalWijzigen": bevestiging(), "regieVastleggen": vastgelegd(), "matchTerugkoppelen": bevestiging(),
    "statusOpvragen": found(bevestiging(kop(EARLIER))), "matchesOpvragen": page(), "capaciteiten": capaciteiten(),
}  # fmt: skip


def answer(index: RegionaleIndex, order: Order, body: str | bytes, status: int = 200) -> Outcome:
    return index.decode(order, WireResponse(status, body if isinstance(body, bytes) else soap(body), "text/xml"))


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
        with pytest.raises(IndexFault) as refusal:
            index.encode(order)
        assert told in str(refusal.value)
        assert not re.search("Geheim|9999|'12'|-1", str(refusal.value))
        assert refusal.value.__suppress_context__ or refusal.value.__context__ is None

    def test_threads_share_one_codec(self) -> None:
        index = RegionaleIndex(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: MOMENT)
        with ThreadPoolExecutor(8) as threads:
            written = {request.body for request in threads.map(index.encode, [REGISTER] * 64)}
        assert written == {index.encode(REGISTER).body}


TAKEN = IndexRegie(wie=Wie.ANDER, aangeboden=True, stand=5, wie_dan=Aanspreekpunt(naam="J. Jansen"))


class TestRegie:
    def test_the_answer_says_how_it_is_whether_it_was_done_or_not(self, index: RegionaleIndex) -> None:
        for done in ("true", "false"):
            outcome = answer(index, ARRANGE, vastgelegd(done, regie("GEEN", who="", stand="0")))
            assert outcome == Done(regie=IndexRegie(wie=Wie.GEEN, aangeboden=True, stand=0))

    @pytest.mark.parametrize(
        "bad",
        [
            "", regie("WIJ"), regie(stand="-1"), regie(stand="9" * 30), regie(stand="x"),
            regie(more="<herzienOp>-2026-01-01</herzienOp>"), regie(who="<naam></naam>"), regie(who="<bsn>1</bsn>"),
        ],
    )  # fmt: skip
    def test_an_answer_that_says_it_wrong_is_none(self, index: RegionaleIndex, bad: str) -> None:
        told = element("regieVastleggenAntwoord", f"{kop()}<uitgevoerd>true</uitgevoerd>{bad}")
        assert answer(index, ARRANGE, told) == Unknown(reason="onleesbaar")

    def test_it_comes_with_a_match_cut_to_one_line(self, index: RegionaleIndex) -> None:
        told = regie(who="<naam>J.&#10;Jansen</naam><instantieNaam>&#x202e;Wijk</instantieNaam>",
                     more="<herzienOp>2026-05-01Z</herzienOp>")  # fmt: skip
        outcome = answer(index, POLL, page(match("m1", contact() + told)))
        assert isinstance(outcome, Done)
        who = Aanspreekpunt(naam="J. Jansen", instantie="Wijk")
        assert outcome.news[0].regie == TAKEN.model_copy(update={"wie_dan": who, "herzien_op": dt.date(2026, 5, 1)})
        assert outcome.dropped == 0

    @pytest.mark.parametrize("bad", [regie(stand="9" * 30), regie(more="<herzienOp>-2026-01-01</herzienOp>")])
    def test_a_match_is_not_lost_for_a_regie_nobody_can_read(self, index: RegionaleIndex, bad: str) -> None:
        outcome = answer(index, POLL, page(match("m1", contact() + bad)))
        assert isinstance(outcome, Done)
        assert (outcome.news[0].index_match_id, outcome.news[0].regie) == ("m1", None)


class TestAnswers:
    @ORDERS
    def test_every_order_has_its_answer(self, index: RegionaleIndex, name: str, order: Order) -> None:
        expected = {
            "regieVastleggen": Done(regie=TAKEN),
            "matchesOpvragen": Done(cursor=9, more=True),
            "capaciteiten": IndexCapabilities(
                ketenregistratie=True, axes=frozenset({"urgentie"}), processing_time=dt.timedelta(seconds=90)
            ),
        }.get(name, Done(index_ref="ix-5"))
        assert answer(index, order, ANSWERS[name]) == expected

    @ORDERS
    def test_an_answer_to_another_question_is_no_answer(self, index: RegionaleIndex, name: str, order: Order) -> None:
        others = [body for body in ANSWERS.values() if body != ANSWERS[name]]
        assert {answer(index, order, body) for body in others} == {Unknown(reason="onleesbaar")}

    @ORDERS
    @pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 404, 500, 502, 504])
    def test_an_answer_counts_with_http_200_only(
        self, index: RegionaleIndex, name: str, order: Order, status: int
    ) -> None:
        assert answer(index, order, ANSWERS[name], status) == Unknown(reason="onleesbaar")

    @pytest.mark.parametrize(
        ("head", "relates_to", "taken"),
        [
            (kop(), MESSAGE, True), (kop(None), MESSAGE, True), (kop(), None, True), (kop(None), None, False),
            (kop(EARLIER), MESSAGE, False), (kop(), EARLIER, False), (kop(), f"{MESSAGE}0", False),
        ],
    )  # fmt: skip
    def test_an_answer_must_say_whose_it_is(
        self, index: RegionaleIndex, head: str, relates_to: object, taken: bool
    ) -> None:
        outcome = answer(index, REGISTER, soap(afgeven(head=head), relates_to))
        assert outcome == (Done(index_ref="ix-5") if taken else Unknown(reason="correlatie"))

    @ORDERS
    @pytest.mark.parametrize("status", [200, 400, 500, 503])
    def test_a_fault_is_the_index_speaking(self, index: RegionaleIndex, name: str, order: Order, status: int) -> None:
        refused, again = (answer(index, order, fault(fout(herhaalbaar=h)), status) for h in ("false", "true"))
        if order is ASK:
            assert refused == again == Unknown(reason="navraag")
        else:
            assert (refused, again) == (Refused(code="IX-7"), Retry(reason="IX-7"))

    @pytest.mark.parametrize(
        ("detail", "relates_to", "expected"),
        [
            (fout(about=None), None, Refused(code="IX-7")),
            (fout(about=EARLIER), MESSAGE, Unknown(reason="correlatie")),
            (fout(), EARLIER, Unknown(reason="correlatie")),
            (fout(code="Jan Jansen"), MESSAGE, Refused(code="ONLEESBAAR")),
            (fout(code="é"), MESSAGE, Refused(code="ONLEESBAAR")),
            (fout(code="é", herhaalbaar="1"), MESSAGE, Retry(reason="ONLEESBAAR")),
            (fout(code="x" * 36), MESSAGE, Unknown(reason="onleesbaar")),
            (fout(herhaalbaar="misschien"), MESSAGE, Unknown(reason="onleesbaar")),
            (element("onbekendeFout", ""), MESSAGE, Unknown(reason="onleesbaar")),
            ("", MESSAGE, Unknown(reason="onleesbaar")),
        ],
    )
    def test_faults(self, index: RegionaleIndex, detail: str, relates_to: object, expected: Outcome) -> None:
        assert answer(index, REGISTER, soap(fault(detail), relates_to), 500) == expected

    @ORDERS
    @pytest.mark.parametrize("body", [b"", b"<html><body>Bad Gateway", b"\x00\xff", b"<a/>", b"{}"])
    @pytest.mark.parametrize("status", [200, 204, 302, 401, 404, 429, 500, 502, 503, 504])
    def test_what_is_no_soap_is_unknown_unless_something_in_front_was_busy(
        self, index: RegionaleIndex, name: str, order: Order, body: bytes, status: int
    ) -> None:
        busy = status in (429, 503) and order is not ASK
        expected = Retry(reason=f"http-{status}") if busy else Unknown(reason="onleesbaar")
        assert answer(index, order, body, status) == expected

    @pytest.mark.parametrize(
        "body",
        [
            soap(afgeven()).replace(b"regionale-index:1", b"regionale-index:2"),
            soap(afgeven()).replace(b"soap/envelope/", b"soap/enveloppe/"),
            b"<!DOCTYPE x>" + soap(afgeven()),
            b'<!DOCTYPE x [<!ENTITY e "ix">]>' + soap(afgeven()).replace(b"ix-5", b"&e;"),
            soap(afgeven())[:-9],
            soap(afgeven() + afgeven()),
            soap(afgeven().replace("ix-5", "")),
            soap(afgeven().replace("ix-5", "ix\n5")),
            soap(afgeven().replace("ix-5", "ix\u202e5")),
            soap(afgeven().replace("2028-03-01", "morgen")),
            soap(afgeven("<geheim/>")),
            soap(afgeven(match()).replace("2028-03-01", "morgen")),
            soap(afgeven(match() + "<geheim/>")),
            soap(afgeven(match() * 201)),
        ],
    )
    def test_a_registration_without_a_readable_answer_is_unknown(self, index: RegionaleIndex, body: bytes) -> None:
        assert answer(index, REGISTER, body) == Unknown(reason="onleesbaar")

    @pytest.mark.parametrize(
        ("cursor", "meer", "expected"),
        [
            ("7", "false", Done(cursor=7)),
            ("+08", "1", Done(cursor=8, more=True)),
            ("7", "true", Unknown(reason="volgnummer")),
            ("6", "false", Unknown(reason="volgnummer")),
            (str(2**63), "false", Unknown(reason="volgnummer")),
            ("9" * 5000, "false", Unknown(reason="onleesbaar")),
        ],
    )
    def test_the_cursor_only_goes_forward(
        self, index: RegionaleIndex, cursor: str, meer: str, expected: Outcome
    ) -> None:
        assert answer(index, POLL, page(cursor=cursor, meer=meer)) == expected

    @pytest.mark.parametrize("duration", ["-PT5S", "P99999999999999Y", "10", ""])
    def test_a_processing_time_that_cannot_be_is_unreadable(self, index: RegionaleIndex, duration: str) -> None:
        assert answer(index, CAPABILITIES, capaciteiten(duration)) == Unknown(reason="onleesbaar")


class TestEarlierMessages:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (found(gevonden="false"), NotFound()),
            (found(gevonden="0"), NotFound()),
            (found(), Unknown(reason="in-behandeling")),
            (found(afgeven(head=kop(EARLIER))), Done(index_ref="ix-5")),
            (found(afgeven(head=kop(None))), Done(index_ref="ix-5")),
            (found(bevestiging(kop(EARLIER))), Done(index_ref="ix-5")),
            (found(fout(about=EARLIER)), Refused(code="IX-7")),
            (found(fout(about=EARLIER, herhaalbaar="true")), Retry(reason="IX-7")),
            (found(fout(about=None)), Refused(code="IX-7")),
            (found(fout(about=MESSAGE)), Unknown(reason="correlatie")),
            (found(afgeven()), Unknown(reason="correlatie")),
            (found(bevestiging(kop(EARLIER)), gevonden="false"), Unknown(reason="onleesbaar")),
        ],
    )
    def test_what_became_of_it(self, index: RegionaleIndex, body: str, expected: Outcome) -> None:
        assert answer(index, ASK, body) == expected

    def test_its_matches_come_with_it(self, index: RegionaleIndex) -> None:
        told = match("m1", contact()) + match("m2", contact(naam="x" * 201)) + match("m3", soort="RUZIE")
        outcome = answer(index, ASK, found(afgeven(told, kop(EARLIER))))
        assert isinstance(outcome, Done)
        assert [(news.index_match_id, len(news.content.betrokkenen)) for news in outcome.news] == [("m1", 1), ("m2", 0)]
        assert outcome.dropped == 2


class TestMatches:
    def test_a_match_is_cut_to_the_dictionary(self, index: RegionaleIndex) -> None:
        outcome = answer(index, REGISTER, afgeven(match("m1", contact() + aanduiding("narrower"))))
        assert isinstance(outcome, Done)
        (news,) = outcome.news
        assert (news.soort, news.status, news.signaal_id) == (MatchSoort.CLIENTMATCH, MatchStatus.ACTIEF, str(SIGNAL))
        assert news.niet_dezelfde_jeugdige is False
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

    def test_texts_are_one_line_that_can_be_shown(self, index: RegionaleIndex) -> None:
        naam = "Jan\n\tde&#13; \u202eVries\u2066\u200b &amp; &lt;Zoë&#x85;\u2028\u00a0van\u200d\u00ad 😀\ufeff"
        outcome = answer(index, POLL, page(match(entries=contact(naam, functie="<functie> \u202e&#10; </functie>"))))
        assert isinstance(outcome, Done)
        (betrokkene,) = outcome.news[0].content.betrokkenen
        assert betrokkene.naam == "Jan de Vries & <Zoë van\u200d 😀"
        assert betrokkene.functie is None

    @pytest.mark.parametrize(
        "entry",
        [
            contact(naam=""), contact(naam=" &#10;\u202e"), contact(naam="x" * 201), contact(telefoon="0" * 36),
            contact(functie="<diagnose>geheim</diagnose>"), aanduiding("ongeveer"), aanduiding(woord="\u202e"),
            aanduiding(woord="x" * 201), "<betrokkene/>", "<aanduiding/>",
        ],
    )  # fmt: skip
    def test_one_bad_entry_costs_itself_only(self, index: RegionaleIndex, entry: str) -> None:
        good = contact() + aanduiding() if "aanduiding" in entry else contact() * 2
        entries = good + entry if "aanduiding" in entry else entry + good + aanduiding()
        outcome = answer(index, POLL, page(match("m1", contact()) + match("m2", entries) + match("m3")))
        assert isinstance(outcome, Done)
        assert [news.index_match_id for news in outcome.news] == ["m1", "m2", "m3"]
        assert len(outcome.news[1].content.betrokkenen) == good.count("<betrokkene>")
        assert len(outcome.news[1].content.betekenissen) == 1
        assert (outcome.dropped, outcome.cursor) == (1, 9)

    @pytest.mark.parametrize(
        "bad",
        [
            match("m2", soort="RUZIE"), match(""), match("x" * 65), match("m\n2"), match("m2", moment="gisteren"),
            match("m2", moment="-2026-01-01T00:00:00Z"), match("m2", moment="2026-01-01T24:00:00Z"),
            match("m2", moment="0001-01-01T00:00:00+14:00"), match("m2", "<verhaal>geheim</verhaal>"), "<match/>",
        ],
    )  # fmt: skip
    def test_one_bad_match_costs_itself_only(self, index: RegionaleIndex, bad: str) -> None:
        outcome = answer(index, POLL, page(match("m1", contact()) + bad + match("m3", contact())))
        assert isinstance(outcome, Done)
        assert [news.index_match_id for news in outcome.news] == ["m1", "m3"]
        assert outcome.dropped == 1

    def test_at_most_fifty_persons_and_fifty_words(self, index: RegionaleIndex) -> None:
        outcome = answer(index, POLL, page(match("m1", contact() * 60 + aanduiding() * 55) + match("m2")))
        assert isinstance(outcome, Done)
        first = outcome.news[0].content
        assert (len(first.betrokkenen), len(first.betekenissen), outcome.dropped) == (50, 50, 15)

    def test_all_matches_may_be_bad(self, index: RegionaleIndex) -> None:
        outcome = answer(index, REGISTER, afgeven(match(soort="RUZIE") * 200))
        assert outcome == Done(index_ref="ix-5", dropped=200)


def test_what_the_index_destroyed_by_itself_is_told_with_its_reason(index: RegionaleIndex) -> None:
    told = f"<vernietigd><gatewayReferentie>{SIGNAL}</gatewayReferentie><reden>OVERLEDEN</reden></vernietigd>"
    outcome = index.decode(POLL, WireResponse(200, soap(page(told))))
    assert isinstance(outcome, Done)
    assert outcome.ended == (Ended(signaal_id=str(SIGNAL), reason="OVERLEDEN"),)
    unknown = index.decode(POLL, WireResponse(200, soap(page(told.replace("OVERLEDEN", "ANDERS")))))
    assert isinstance(unknown, Unknown)
