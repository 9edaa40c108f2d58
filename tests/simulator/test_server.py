import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zeep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.simulator.server import Simulator
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.values import Call
from gateway.wire.message import WireRequest, WireResponse
from tests.conftest import EXAMPLES

from .wire import CHILD, RI, SCHEMA, SOAP, WSA, Sender, by_bsn, contact, envelope, kop, tag

Connect = Callable[..., Sender]


def create(signal: str = "s-1", reference: str = "m-1", **replaced: str) -> bytes:
    parts = {
        "gatewayReferentie": tag("gatewayReferentie", signal), "soort": tag("soort", "SIGNAAL"),
        "jeugdige": by_bsn(CHILD), "melder": contact("school"),
        "datumTijdMelding": tag("datumTijdMelding", "2026-11-21T09:58:00+01:00"),
        "verwijderdatum": tag("verwijderdatum", "2028-11-21"),
    } | replaced  # fmt: skip
    return envelope("signaalAfgeven", "".join(parts.values()), reference=reference, sender="g", message_id="urn:uuid:1")


def raw(index: Simulator, packet: bytes) -> bytes:
    """Send bytes, say no more, and read until the index closes."""
    split = urlsplit(index.url)
    with socket.create_connection((split.hostname, split.port), timeout=10) as connection:
        connection.sendall(packet)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def post(body: bytes, headers: str = "") -> bytes:
    head = f"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_foreign_soap_client_does_the_whole_round_from_the_served_wsdl(index: Simulator) -> None:
    client = zeep.Client(f"{index.soap_url}?wsdl")  # adds WS-Addressing by itself: the WSDL declares it
    assert client.service._binding_options["address"] == index.soap_url

    def header(reference: str, sender: str) -> dict[str, str]:
        return {
            "berichtReferentie": reference, "tijdstipBericht": "2026-11-21T10:00:00+01:00", "zender": sender,
            "ontvanger": "index", "versie": "1",
        }  # fmt: skip

    def melder(organisation: str) -> dict[str, str]:
        return {"professionalId": "p", "naam": "N", "instantieId": organisation, "instantieNaam": organisation}

    for sender, who in (
        ("a", {"bsn": CHILD}),
        ("b", {"persoonsgegevens": {"familienaam": "WANG", "geboortedatum": "2007-01", "geslacht": "V"}}),
    ):
        answer = client.service.signaalAfgeven(
            kop=header(f"m-{sender}", sender), gatewayReferentie=f"s-{sender}", soort="SIGNAAL", jeugdige=who,
            melder=melder(sender), datumTijdMelding="2026-11-21T10:00:00+01:00", verwijderdatum="2028-11-21",
        )  # fmt: skip
    assert answer.match[0].betrokkene[0].instantieId == "a"
    news = client.service.matchesOpvragen(kop=header("p-1", "a"), vanafVolgnummer=0)
    assert news.match[0].matchId == answer.match[0].matchId
    assert (news.totVolgnummer, news.meer) == (1, False)
    assert (
        client.service.statusOpvragen(kop=header("q-1", "b"), vanBericht="m-b").signaalAfgevenAntwoord.status
        == "ACTIEF"
    )
    assert client.service.capaciteiten(kop=header("c-1", "a")).verwerkingstijd.total_seconds() == 10
    ended = client.service.signaalBeeindigen(kop=header("e-1", "a"), gatewayReferentie="s-a", datumEinde="2026-11-21")
    assert ended.status == "ARCHIEF"
    with pytest.raises(zeep.exceptions.Fault) as fault:
        client.service.signaalIntrekken(kop=header("e-2", "a"), gatewayReferentie="s-b")
    assert fault.value.detail[0].findtext(f"{{{RI}}}code") == "IX-404"
    assert client.service.signaalIntrekken(kop=header("e-3", "b"), gatewayReferentie="s-b").status == "VERNIETIGD"
    client.transport.session.close()


def test_the_contract_is_served_with_the_address_it_was_asked_at(gateway: Sender, index: Simulator) -> None:
    for query in ("wsdl", "WSDL"):
        status, wsdl = gateway.request("GET", f"/soap?{query}", Host="localhost:9999")
        assert status == 200
        assert b'location="http://localhost:9999/soap"' in wsdl
    _, wsdl = gateway.request("GET", "/soap?wsdl", Host='"><evil')
    assert f'location="{index.soap_url}"'.encode() in wsdl
    assert gateway.request("GET", "/regionale-index-1.xsd")[1].startswith(b"<?xml")
    assert etree.fromstring(gateway.request("GET", "/regionale-index-1.xsd")[1]).get("targetNamespace") == RI


@pytest.mark.parametrize("path", ["/", "/soap", "/soap?x", "/beheer", "/beheer/personen", "/../pyproject.toml"])
def test_there_is_nothing_else_to_get(gateway: Sender, path: str) -> None:
    assert gateway.request("GET", path)[0] == 404


def test_health_and_wrong_addresses(gateway: Sender) -> None:
    assert gateway.request("GET", "/health") == (200, b'{"status": "ok"}')
    assert gateway.request("POST", "/elders", b"x")[0] == 404
    assert gateway.request("DELETE", "/soap")[0] == 404
    assert gateway.request("PUT", "/soap", b"")[0] == 501


def test_management_is_for_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.simulator.door import Door

    with Simulator(directory=tmp_path) as index:
        sender = Sender(index.url)
        for caller, status in (
            ("127.8.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200),
            ("10.0.0.1", 403), ("::ffff:10.0.0.1", 403), ("fe80::1%eth0", 403),
        ):  # fmt: skip
            monkeypatch.setattr(
                Door, "client_address", property(lambda _, caller=caller: (caller, 1), lambda *_: None), raising=False
            )
            for method, path in (
                ("GET", "telling"),
                ("GET", "signalen"),
                ("DELETE", "storingen"),
                ("POST", "storingen"),
            ):
                assert sender.request(method, f"/beheer/{path}", b"[]")[0] == status
            assert sender.request("GET", "/health")[0] == 200
        sender.close()


def test_one_connection_carries_many_messages_without_waiting(gateway: Sender) -> None:
    gateway.register()
    before = gateway.http.sock
    took = []
    for _ in range(50):
        began = time.monotonic()
        gateway.poll()
        took.append(time.monotonic() - began)
    assert gateway.http.sock is before
    assert min(took) < 0.02, "none of them waits for an acknowledgement of the last, which takes 0.04 s"


@pytest.mark.parametrize(
    ("replaced", "place"),
    [
        ({"soort": tag("soort", "ZORG")}, "/ri:soort"),
        ({"jeugdige": by_bsn("12345678")}, "/ri:jeugdige/ri:bsn"),
        ({"verwijderdatum": tag("verwijderdatum", "morgen")}, "/ri:verwijderdatum"),
        ({"verwijderdatum": tag("verwijderdatum", "-0044-03-15")}, ""),
        ({"verwijderdatum": tag("verwijderdatum", "20280-01-01")}, ""),
        ({"melder": ""}, "/ri:datumTijdMelding"),
        ({"grond": "<ri:grond-1>GEHEIM</ri:grond-1>"}, "/*[8]"),
        ({"grond": "<x xmlns='urn:x'>GEHEIM</x>"}, "/*[8]"),
    ],
)  # fmt: skip
def test_a_message_against_the_schema_is_refused_with_its_place_and_nothing_of_it(
    gateway: Sender, replaced: dict[str, str], place: str
) -> None:
    answer = gateway.post(create(**replaced))
    assert answer.code == "IX-400"
    assert [field.text for field in answer.root.iterfind(f".//{{{RI}}}veld")] == [
        f"/soap:Envelope/soap:Body/ri:signaalAfgeven{place}"
    ]
    for secret in (b"GEHEIM", b"12345678", b"ZORG", b"morgen", CHILD.encode()):
        assert secret not in answer.raw


@pytest.mark.parametrize(
    ("date", "until"),
    [("2028-11-21Z", "2028-11-21"), ("2028-11-21+01:00", "2028-11-21")],
)
def test_a_date_may_be_written_as_xml_allows(gateway: Sender, date: str, until: str) -> None:
    assert gateway.post(create(verwijderdatum=tag("verwijderdatum", date))).text("verwijderdatum") == until


def test_numbers_beyond_any_computer_are_refused(gateway: Sender) -> None:
    assert gateway.ask("matchesOpvragen", tag("vanafVolgnummer", "9" * 5000)).code == "IX-400"
    assert gateway.ask("matchesOpvragen", tag("vanafVolgnummer", "0") + tag("maximum", "0")).code == "IX-400"


OTHER = envelope(
    "ontvangstbevestiging",
    tag("indexSignaalId", "x") + tag("status", "ACTIEF"),
    reference="m",
    sender="g",
    message_id="x",
)


def headed(block: str) -> bytes:
    """A message with one more header block."""
    return create().replace(b"</soap:Header>", block.encode() + b"</soap:Header>")


@pytest.mark.parametrize(
    ("message", "blame"),
    [
        (b"", "Client"),
        (b"no xml", "Client"),
        (b"<a/>", "Client"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "Client"),
        (create().replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"), "VersionMismatch"),
        (headed('<x xmlns="urn:x" soap:mustUnderstand="1"/>'), "MustUnderstand"),
        (headed("<wsa:MessageID>b</wsa:MessageID>"), "Client"),
        (create().replace(b"</soap:Body>", b"<a/></soap:Body>"), "Client"),
        (create().replace(f"{RI}/signaalAfgeven".encode(), f"{RI}/signaalIntrekken".encode()), "Client"),
        (OTHER, "Client"),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_contract_gets_a_fault(gateway: Sender, message: bytes, blame: str) -> None:
    answer = gateway.post(message)
    assert answer.code == "IX-400"
    assert answer.body.findtext("faultcode") == f"soap:{blame}"
    assert not gateway.post(create()).code


def test_the_soap_action_header_must_agree(gateway: Sender) -> None:
    assert gateway.post(create(), action=f'"{RI}/signaalIntrekken"').code == "IX-400"
    assert not gateway.post(create(), action='""').code
    assert not gateway.post(create(), action=f"{RI}/signaalAfgeven").code


def test_a_message_without_addressing_is_answered_without_a_relation(gateway: Sender) -> None:
    inner = create().split(b"<soap:Body>")[1].split(b"</soap:Body>")[0]
    bare = f'<e:Envelope xmlns:e="{SOAP}" xmlns:ri="{RI}"><e:Body>'.encode() + inner + b"</e:Body></e:Envelope>"
    answer = gateway.post(bare)
    assert answer.text("status") == "ACTIEF"
    assert answer.root.find(f".//{{{WSA}}}RelatesTo") is None


@pytest.mark.parametrize(
    ("packet", "status"),
    [
        (b"POST /soap HTTP/1.1\r\nHost: x\r\n\r\n", b"411"),
        (b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n", b"411"),
        (b"POST /soap HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", b"413"),
        (b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", b"413"),
        (post(create(), "Connection: close\r\n"), b"200"),
        (post(create()).replace(b"HTTP/1.1", b"HTTP/1.0"), b"200"),
        (post(create()) + post(create()), b"200"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)  # fmt: skip
def test_raw_bytes_get_a_sane_answer(index: Simulator, packet: bytes, status: bytes) -> None:
    assert status in raw(index, packet)[:100].split(b"\r\n")[0] + raw(index, packet)[:600]


def test_half_a_message_is_no_message(index: Simulator, gateway: Sender) -> None:
    whole = post(create())
    for cut in (10, 100, len(whole) // 2, len(whole) - 1):
        raw(index, whole[:cut])
    assert gateway.managed("GET", "telling")["signalen"] == {}
    assert raw(index, whole).startswith(b"HTTP/1.1 200")


def test_expect_continue_is_honoured(index: Simulator) -> None:
    answer = raw(index, post(create(), "Expect: 100-continue\r\n"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(index: Simulator, tmp_path: Path) -> None:
    port = urlsplit(index.url).port or 0
    with pytest.raises(OSError):
        Simulator(directory=tmp_path / "second", port=port).start()


def test_starting_and_stopping_twice_is_harmless(tmp_path: Path) -> None:
    index = Simulator(directory=tmp_path)
    index.stop()
    assert index.start().url == index.start().url
    index.stop()
    index.stop()


DIALECT = SoapDialect()
PIECES = st.sampled_from([create(), OTHER, kop("m", "g").encode(), b"<ri:bsn>", b"</soap:Body>", b"\x00", b"&amp;"])


DAMAGED = st.builds(
    lambda at, piece: create()[:at] + piece + create()[at:], st.integers(0, 1500), st.binary(max_size=9)
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(b"".join), DAMAGED))
@settings(max_examples=EXAMPLES * 5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_call_or_a_fault_of_the_contract(body: bytes) -> None:
    read = DIALECT.decode(WireRequest(body))
    if isinstance(read, Call):
        return
    assert isinstance(read, WireResponse)
    assert read.status == 500
    detail = etree.fromstring(read.body).find(f".//{{{RI}}}verwijsindexFout")
    assert detail is not None
    SCHEMA.assertValid(detail)
