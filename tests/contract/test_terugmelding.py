"""Our callback contract: what goes out is valid and the same each time; what comes back is judged by one table."""

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from lxml import etree
from pytest_httpx import HTTPXMock

from gateway import compose
from gateway.adapters.channels import terugmelding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import Announce, Bericht, Done, Expiring, Outcome, Poll, Refused, Retry, Unknown
from gateway.canonical.regie import Regie, Wie
from gateway.canonical.terms import Equivalence, Meaning
from gateway.config import Config, PartnerConfig
from gateway.errors import IndexFault
from gateway.flow.courier import Destination
from gateway.rules.delivery import Recovery
from gateway.wire import soap, xml
from gateway.wire.message import WireResponse

NOW = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
DELIVERY, OTHER = UUID("01900000-0000-7000-8000-000000000000"), UUID("01900000-0000-7000-8000-000000000001")
MATCH = Match(
    match_id=UUID("01900000-0000-7000-8000-00000000000a"),
    soort=MatchSoort.CLIENTMATCH,
    signaal_id=UUID("01900000-0000-7000-8000-00000000000b"),
    bron_signaal_id="s-<1>&",
    niet_dezelfde_jeugdige=False,
    ontstaan_op=NOW,
    status=MatchStatus.ACTIEF,
    content=MatchContent(
        betrokkenen=(Betrokkene(naam="C. Ontact", instantie="Wijkteam", telefoon="030-7654321"),),
        betekenissen=(
            Meaning(axis="urgentie", word="rood", concept="binnen-1-werkdag", equivalence=Equivalence.WIDER, map="m@1"),
        ),
    ),
    opvolging=Opvolging.GEPROBEERD,
    regie=Regie(wie=Wie.ANDER, naam="C. Ontact", instantie="Wijkteam", aangeboden=True, stand="r2"),
)
GONE = MATCH.model_copy(
    update={"status": MatchStatus.VERVALLEN, "content": MatchContent(), "bron_signaal_id": None, "regie": None}
)
TOLD = Announce(message_id=DELIVERY, number=7, bericht=Bericht.GEMELD, match=MATCH, moment=NOW)
REGIE = TOLD.model_copy(update={"bericht": Bericht.REGIE})
LAPSED = TOLD.model_copy(update={"bericht": Bericht.VERVALLEN, "match": GONE})
REMOVE = TOLD.model_copy(update={"bericht": Bericht.VERWIJDEREN, "match": GONE})
MOVED = TOLD.model_copy(
    update={"bericht": Bericht.VERHUIZING, "match": MATCH.model_copy(update={"soort": MatchSoort.VERHUIZING})}
)
ENDS = Expiring(
    message_id=DELIVERY,
    signaal_id=MATCH.signaal_id,
    bron_systeem="leerlingvolg",
    bron_signaal_id="s-<1>&",
    revisie=2,
    verloopt_op=dt.date(2027, 1, 20),
    dagen=60,
    moment=NOW,
)
URL = "http://ontvanger.voorbeeld.nl/terugmelding"
NS = {"tm": terugmelding.NAMESPACE, "vi": "urn:x-verwijsindex-gateway:aanlevering:1"}
SCHEMA = xml.Schema("terugmelding-1.xsd")


def receiver(url: str = URL, **settings: object) -> Destination:
    told = {"id": "school", "name": "School", "category": "onderwijs", "regions": ("r",)}
    partner = PartnerConfig.model_validate(told | {"delivery": {"soap": {"url": url, **settings}}})
    [found] = compose.receivers_of(partner, Config())
    return found


def answered(name: str = "matchGemeldAntwoord", *, aflevering: object = DELIVERY, relates: object = DELIVERY) -> bytes:
    body = etree.fromstring(
        f'<tm:{name} xmlns:tm="{terugmelding.NAMESPACE}"><tm:aflevering>{aflevering}</tm:aflevering></tm:{name}>'
    )
    return soap.write(body, action="x", message_id=OTHER, relates_to=f"urn:uuid:{relates}" if relates else "")


OURS = f"<tm:aflevering>{DELIVERY}</tm:aflevering>"


def fault(code: str = "VOL", again: str = "true", *, aflevering: str = OURS) -> bytes:
    detail = (
        f'<tm:terugmeldingFout xmlns:tm="{terugmelding.NAMESPACE}">{aflevering}<tm:code>{code}</tm:code>'
        f"<tm:herhaalbaar>{again}</tm:herhaalbaar></tm:terugmeldingFout>"
    )
    return soap.write_text(soap.fault_text(detail, code="Server", text="x"), action="x", message_id=OTHER)


# what goes out


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (TOLD, "matchGemeld"),
        (MOVED, "verhuisbericht"),
        (LAPSED, "matchVervallen"),
        (REMOVE, "verwijderverzoek"),
    ],
)
def test_what_is_told_is_of_the_contract(order: Announce, name: str) -> None:
    request = receiver().adapter.encode(order)
    envelope = soap.read(request.body, soap_action=request.headers["soapaction"])
    assert SCHEMA.errors(envelope.body) == ()
    assert envelope.body.tag == f"{{{terugmelding.NAMESPACE}}}{name}"
    assert (envelope.message_id, envelope.to) == (DELIVERY.urn, soap.ANONYMOUS)
    assert envelope.action == f"{terugmelding.NAMESPACE}/{name}"
    steps = ("aflevering", "nummer", "organisatie")
    assert [envelope.body.findtext(f"tm:kop/tm:{step}", namespaces=NS) for step in steps] == [
        str(DELIVERY),
        "7",
        "school",
    ]
    names = [one.text for one in envelope.body.iterfind("tm:match/vi:betrokkene/vi:naam", NS)]
    assert names == (["C. Ontact"] if order in (TOLD, MOVED) else [])


def test_that_a_signal_ends_is_of_the_contract_and_taken_like_news() -> None:
    adapter = receiver().adapter
    request = adapter.encode(ENDS)
    envelope = soap.read(request.body, soap_action=request.headers["soapaction"])
    assert SCHEMA.errors(envelope.body) == ()
    assert envelope.action == f"{terugmelding.NAMESPACE}/signaalVerloopt"
    steps = ("signaalId", "bronSysteem", "bronSignaalId", "revisie", "verlooptOp", "dagen")
    assert [envelope.body.findtext(f"tm:{step}", namespaces=NS) for step in steps] == [
        str(MATCH.signaal_id), "leerlingvolg", "s-<1>&", "2", "2027-01-20", "60",
    ]  # fmt: skip
    assert adapter.decode(ENDS, WireResponse(200, answered("signaalVerlooptAntwoord"))) == Done()
    assert adapter.decode(ENDS, WireResponse(200, answered())) == Unknown(reason="onleesbaar")


def test_the_same_announcement_is_the_same_bytes() -> None:
    adapter = receiver().adapter
    assert adapter.encode(TOLD).frozen() == adapter.encode(TOLD).frozen()
    assert adapter.recovery("notice") is Recovery.REPEAT
    assert adapter.declared().axes == frozenset()


def test_what_breaks_the_contract_does_not_leave_and_is_not_quoted() -> None:
    long = MATCH.model_copy(update={"bron_signaal_id": "geheim" * 20})
    with pytest.raises(IndexFault) as told:
        receiver().adapter.encode(TOLD.model_copy(update={"match": long}))
    assert "geheim" not in str(told.value)
    with pytest.raises(IndexFault):
        receiver().adapter.encode(Poll(message_id=DELIVERY, cursor=0))


# what comes back


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, answered(), Done()),
        (200, answered(relates=None), Done()),
        (200, answered(relates=OTHER), Unknown(reason="correlatie")),
        (200, answered(aflevering=OTHER), Unknown(reason="correlatie")),
        (200, answered("matchVervallenAntwoord"), Unknown(reason="onleesbaar")),
        (200, answered(aflevering="x"), Unknown(reason="onleesbaar")),
        (202, answered(), Unknown(reason="onleesbaar")),
        (200, b"", Unknown(reason="onleesbaar")),
        (200, b"<html/>", Unknown(reason="onleesbaar")),
        (200, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', Unknown(reason="onleesbaar")),
        (302, b"", Unknown(reason="onleesbaar")),
        (404, b"nergens", Unknown(reason="onleesbaar")),
        (502, b"", Unknown(reason="onleesbaar")),
        (503, b"", Retry(reason="http-503")),
        (429, b"", Retry(reason="http-429")),
        (500, fault(), Retry(reason="VOL")),
        (500, fault("ONBEKEND", "false"), Refused(code="ONBEKEND")),
        (200, fault("ONBEKEND", "0"), Refused(code="ONBEKEND")),
        (500, fault(aflevering=""), Unknown(reason="correlatie")),
        (500, fault(aflevering=f"<tm:aflevering>{OTHER}</tm:aflevering>"), Unknown(reason="correlatie")),
        (500, fault("een hele zin over een kind"), Unknown(reason="onleesbaar")),
    ],
)
def test_an_answer_is_judged_by_one_table(status: int, body: bytes, outcome: Outcome) -> None:
    assert receiver().adapter.decode(TOLD, WireResponse(status, body)) == outcome


def test_only_the_answer_to_a_request_to_remove_confirms_it() -> None:
    adapter = receiver().adapter
    assert adapter.decode(REMOVE, WireResponse(200, answered("verwijderverzoekAntwoord"))) == Done(confirmed=True)
    assert adapter.decode(LAPSED, WireResponse(200, answered("matchVervallenAntwoord"))) == Done()
    question = Poll(message_id=DELIVERY, cursor=0)
    assert adapter.decode(question, WireResponse(200, answered())) == Unknown(reason="correlatie")


# over HTTP


def exchanged(to: Destination) -> WireResponse | Retry | Unknown:
    return to.transport.exchange(to.adapter.encode(TOLD), url=to.url, deadline=to.deadline)


def judged(to: Destination) -> Outcome:
    answer = exchanged(to)
    return to.adapter.decode(TOLD, answer) if isinstance(answer, WireResponse) else answer


def test_the_token_of_a_file_goes_with_it_and_is_not_kept(
    httpx_mock: HTTPXMock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("s") / "token"
    secret.write_text("een-geheim\n")
    to = receiver(token_file=secret)
    httpx_mock.add_response(url=URL, content=answered())
    assert judged(to) == Done()
    [request] = httpx_mock.get_requests()
    assert request.headers["authorization"] == "Bearer een-geheim"
    assert b"een-geheim" not in to.adapter.encode(TOLD).frozen()


def test_a_redirect_is_not_followed(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, status_code=307, headers={"location": "http://elders.voorbeeld.nl/"})
    assert judged(receiver()) == Unknown(reason="onleesbaar")
    assert len(httpx_mock.get_requests()) == 1


@contextmanager
def peer(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A receiver that says what it says, on a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            server.settimeout(10)
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                try:
                    speak(connection)
                except OSError:
                    return
                ended.wait(5)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            ended.set()
            thread.join()


def test_a_receiver_that_says_200_and_dies_is_told_again() -> None:
    def dies(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n" + answered()[:100])
        connection.shutdown(socket.SHUT_RDWR)

    with peer(dies) as url:
        assert judged(receiver(url)) == Unknown(reason="verbroken")


def test_a_slow_receiver_holds_nobody_for_longer_than_its_deadline() -> None:
    with peer(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n")) as url:
        assert judged(receiver(url, deadline_seconds=0.3)) == Unknown(reason="tijd")


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 100_000)

    with peer(flood) as url:
        assert judged(receiver(url)) == Unknown(reason="te-groot")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert judged(receiver(f"http://127.0.0.1:{port}/")) == Retry(reason="geen-verbinding")


# as published


def test_a_supplier_builds_its_service_from_what_is_published() -> None:
    published = terugmelding.contract("https://gateway.voorbeeld.nl/soap/v1")
    assert b"https://gateway.voorbeeld.nl/soap/v1?xsd=terugmelding-1.xsd" in published.wsdl
    assert b"https://gateway.voorbeeld.nl/soap/v1?xsd=aanlevering-1.xsd" in published.schemas["terugmelding-1.xsd"]
    wsdl = etree.fromstring(published.wsdl)
    operations = wsdl.findall("{http://schemas.xmlsoap.org/wsdl/}portType/{http://schemas.xmlsoap.org/wsdl/}operation")
    assert [one.get("name") for one in operations] == [
        "matchGemeld",
        "regieGewijzigd",
        "matchVervallen",
        "verhuisbericht",
        "verwijderverzoek",
        "signaalVerloopt",
    ]
