"""What may be said after an exchange, with mocked transports and with real sockets that misbehave."""

import datetime as dt
import logging
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpx import HTTPXMock

from gateway.canonical.order import Retry, Unknown
from gateway.errors import Misconfigured
from gateway.flow.ports import Transport
from gateway.wire.http import HttpTransport
from gateway.wire.message import WireRequest, WireResponse

URL = "http://index.example/soap"
REQUEST = WireRequest(b"<geheim/>", "text/xml; charset=utf-8", {"soapaction": '"urn:doe"'})
OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 4\r\n\r\n<a/>"
ANSWER = WireResponse(200, b"<a/>", "text/xml")
NO_TIME, BROKEN = Unknown(reason="tijd"), Unknown(reason="verbroken")

Script = Callable[[socket.socket, int], None]
"""What a peer does once it read a request: with which connection, and the how manieth request it is."""


@pytest.fixture
def http() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()


@dataclass
class Peer:
    """A real server that reads whole requests and then does as its script says."""

    script: Script
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = ExitStack()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}/soap"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                self.open.callback(connection.close)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with stream:
                while request := self._read(stream):
                    self.requests.append(request)
                    self.script(stream, len(self.requests))

    def _read(self, stream: socket.socket) -> bytes:
        read = b""
        while not read.endswith(REQUEST.body):
            if not (part := stream.recv(65536)):
                return b""
            read += part
        return read


@contextmanager
def peer(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    running = Peer(script, tls)
    try:
        yield running
    finally:
        with suppress(OSError):
            running.listener.shutdown(socket.SHUT_RDWR)
        running.listener.close()
        running.open.close()


def sends(*parts: bytes, pause: float = 0.0, close: bool = False) -> Script:
    def script(stream: socket.socket, _: int) -> None:
        for part in parts:
            stream.sendall(part)
            time.sleep(pause)
        if close:
            stream.close()

    return script


def drips(start: bytes, drop: bytes, pause: float = 0.03) -> Script:
    def script(stream: socket.socket, _: int) -> None:
        stream.sendall(start)
        for _ in count():
            stream.sendall(drop)
            time.sleep(pause)

    return script


def resets(stream: socket.socket, _: int) -> None:
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()


def silence(stream: socket.socket, _: int) -> None:
    time.sleep(5)


def timed(http: HttpTransport, url: str, deadline: float) -> tuple[object, float]:
    start = time.monotonic()
    outcome = http.exchange(REQUEST, url=url, deadline=deadline)
    return outcome, time.monotonic() - start


class TestMapping:
    def test_it_is_a_transport(self, http: HttpTransport) -> None:
        transport: Transport = http
        assert transport is http

    def test_one_request_goes_out_as_it_was_given(self, http: HttpTransport, httpx_mock: HTTPXMock) -> None:
        httpx_mock.add_response(content=b"<a/>", headers={"content-type": "text/xml"})
        assert http.exchange(REQUEST, url=URL, deadline=5) == ANSWER
        (sent,) = httpx_mock.get_requests()
        assert (sent.method, str(sent.url), sent.content) == ("POST", URL, REQUEST.body)
        assert sent.headers["content-type"] == REQUEST.content_type
        assert sent.headers["soapaction"] == '"urn:doe"'
        assert sent.headers["accept-encoding"] == "identity"

    @pytest.mark.parametrize("status", [201, 204, 302, 307, 401, 404, 429, 500, 502, 503, 504])
    def test_a_status_is_the_adapters_and_a_redirect_is_not_followed(
        self, http: HttpTransport, httpx_mock: HTTPXMock, status: int
    ) -> None:
        httpx_mock.add_response(status, headers={"location": "http://elders.example/"})
        assert http.exchange(REQUEST, url=URL, deadline=5) == WireResponse(status, b"")

    def test_no_cookie_is_kept(self, http: HttpTransport, httpx_mock: HTTPXMock) -> None:
        httpx_mock.add_response(headers={"set-cookie": "volg=1"}, is_reusable=True)
        for _ in range(2):
            http.exchange(REQUEST, url=URL, deadline=5)
        assert ["cookie" in sent.headers for sent in httpx_mock.get_requests()] == [False, False]

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [
            (httpx.ConnectError, Retry(reason="geen-verbinding")),
            (httpx.ConnectTimeout, Retry(reason="geen-verbinding")),
            (httpx.PoolTimeout, Retry(reason="geen-vrije-verbinding")),
            (httpx.UnsupportedProtocol, Retry(reason="adres")),
            (httpx.ReadTimeout, NO_TIME),
            (httpx.WriteTimeout, NO_TIME),
            (httpx.ReadError, BROKEN),
            (httpx.WriteError, BROKEN),
            (httpx.CloseError, BROKEN),
            (httpx.RemoteProtocolError, BROKEN),
            (httpx.LocalProtocolError, BROKEN),
        ],
    )
    def test_only_what_certainly_never_left_may_be_sent_again(
        self, http: HttpTransport, httpx_mock: HTTPXMock, error: type[httpx.TransportError], outcome: object
    ) -> None:
        httpx_mock.add_exception(error("geheim"))
        assert http.exchange(REQUEST, url=URL, deadline=5) == outcome

    @pytest.mark.parametrize("url", ["ftp://index.example/", "index.example", "http://[", "http://a..b/", "http://:0/"])
    def test_an_address_that_cannot_be_is_not_an_attempt(self, http: HttpTransport, url: str) -> None:
        assert isinstance(http.exchange(REQUEST, url=url, deadline=1), Retry)

    def test_a_deadline_is_seconds_not_a_moment(self, http: HttpTransport) -> None:
        with pytest.raises(ValueError, match="seconds"):
            http.exchange(REQUEST, url=URL, deadline=time.time())
        assert http.exchange(REQUEST, url=URL, deadline=0) == Retry(reason="tijd")

    def test_the_size_of_an_answer_has_an_end(self, httpx_mock: HTTPXMock) -> None:
        http = HttpTransport(answer_bytes=10)
        httpx_mock.add_response(content=b"x" * 10)
        httpx_mock.add_response(content=b"x" * 11)
        assert http.exchange(REQUEST, url=URL, deadline=5) == WireResponse(200, b"x" * 10)
        assert http.exchange(REQUEST, url=URL, deadline=5) == Unknown(reason="te-groot")


class TestSockets:
    def test_a_connection_is_kept(self, http: HttpTransport) -> None:
        with peer(sends(OK)) as server:
            assert [http.exchange(REQUEST, url=server.url, deadline=5) for _ in range(5)] == [ANSWER] * 5
            assert (len(server.requests), server.connections) == (5, 1)

    def test_threads_share_the_pool(self, http: HttpTransport) -> None:
        with peer(sends(OK)) as server, ThreadPoolExecutor(16) as threads:
            work = [threads.submit(http.exchange, REQUEST, url=server.url, deadline=5) for _ in range(200)]
            assert {repr(done.result()) for done in work} == {repr(ANSWER)}
            assert server.connections <= 16

    def test_the_environment_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        http = HttpTransport()
        with peer(sends(OK)) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER
        http.close()

    def test_nobody_listening_is_certain(self, http: HttpTransport) -> None:
        with peer(silence) as server:
            url = server.url
        assert http.exchange(REQUEST, url=url, deadline=5) == Retry(reason="geen-verbinding")

    @pytest.mark.parametrize(
        "script",
        [
            silence,
            drips(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n", b"x"),
            drips(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            drips(b"HTTP/1.1 200 OK\r\nx-lang: ", b"x"),
            drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
            drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0),
        ],
        ids=["silence", "drip-body", "drip-chunks", "drip-headers", "drip-hints", "flood-hints"],
    )
    def test_the_deadline_is_for_everything_together(self, http: HttpTransport, script: Script) -> None:
        with peer(script) as server:
            outcome, took = timed(http, server.url, 0.4)
        assert outcome == NO_TIME
        assert 0.3 < took < 1.5

    def test_slow_but_in_time_is_an_answer(self, http: HttpTransport) -> None:
        with peer(sends(*(OK[at : at + 4] for at in range(0, len(OK), 4)), pause=0.01)) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER

    @pytest.mark.parametrize(
        "script",
        [
            resets,
            sends(close=True),
            sends(OK[:-1], close=True),
            sends(OK[:20], close=True),
            sends(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n<a/>\r\n", close=True),
            sends(b"220 smtp.example ready\r\n", close=True),
        ],
        ids=["reset", "closed", "half-body", "half-headers", "no-last-chunk", "no-http"],
    )
    def test_a_connection_that_breaks_after_the_request_is_unknown(self, http: HttpTransport, script: Script) -> None:
        with peer(script) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == BROKEN
            assert len(server.requests) == 1

    def test_a_kept_connection_that_dies_with_the_request_is_unknown_and_not_sent_again(
        self, http: HttpTransport
    ) -> None:
        def script(stream: socket.socket, number: int) -> None:
            sends(OK)(stream, number) if number == 1 else stream.close()

        with peer(script) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER
            assert http.exchange(REQUEST, url=server.url, deadline=5) == BROKEN
            assert len(server.requests) == 2

    def test_a_kept_connection_seen_to_be_dead_is_replaced(self, http: HttpTransport) -> None:
        with peer(sends(OK, close=True)) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER
            time.sleep(0.1)
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER
            assert server.connections == 2

    def test_an_endless_answer_is_cut_off(self, http: HttpTransport) -> None:
        with peer(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, pause=0)) as server:
            outcome, took = timed(http, server.url, 10)
        assert outcome == Unknown(reason="te-groot")
        assert took < 5

    def test_a_full_pool_is_certain_and_does_not_take_the_whole_deadline(self) -> None:
        http = HttpTransport(connections=1, connect_seconds=0.2)
        with peer(silence) as server, ThreadPoolExecutor(1) as threads:
            first = threads.submit(http.exchange, REQUEST, url=server.url, deadline=1)
            while not server.requests:
                time.sleep(0.01)
            outcome, took = timed(http, server.url, 5)
            assert outcome == Retry(reason="geen-vrije-verbinding")
            assert took < 1
            assert first.result() == NO_TIME
        http.close()

    def test_no_byte_of_a_message_is_logged(self, http: HttpTransport, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with peer(sends(OK)) as server:
            http.exchange(REQUEST, url=server.url, deadline=5)
        assert "geheim" not in caplog.text
        assert "<a/>" not in caplog.text


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, in one file; its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def guarded(pem: Path) -> ssl.SSLContext:
    """A server side that demands a client certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=pem)
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


class TestTls:
    def test_both_sides_show_a_certificate(self, pem: Path, guarded: ssl.SSLContext) -> None:
        http = HttpTransport(authority=pem, client_certificate=pem)
        with peer(sends(OK), guarded) as server:
            assert [http.exchange(REQUEST, url=server.url, deadline=5) for _ in range(2)] == [ANSWER] * 2
            assert server.connections == 1
        http.close()

    def test_without_a_client_certificate_nothing_is_done(self, pem: Path, guarded: ssl.SSLContext) -> None:
        http = HttpTransport(authority=pem)
        with peer(sends(OK), guarded) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == BROKEN
            assert server.requests == []
        http.close()

    def test_an_unknown_authority_gets_nothing(self, http: HttpTransport, guarded: ssl.SSLContext) -> None:
        with peer(sends(OK), guarded) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == Retry(reason="geen-verbinding")
            assert server.requests == []

    def test_a_handshake_that_never_ends_is_certain(self, pem: Path) -> None:
        http = HttpTransport(authority=pem)
        with peer(silence) as server:
            outcome, took = timed(http, server.url.replace("http:", "https:"), 0.4)
        assert outcome == Retry(reason="geen-verbinding")
        assert took < 1.5
        http.close()

    @pytest.mark.parametrize("role", ["authority", "client_certificate"])
    def test_files_that_are_no_certificates_stop_the_start(self, tmp_path: Path, role: str) -> None:
        bad = tmp_path / "bad.pem"
        bad.write_text("geheim")
        for path in (bad, tmp_path / "absent.pem"):
            with pytest.raises(Misconfigured) as problem:
                HttpTransport(**{role: path})  # type: ignore[arg-type]
            assert "geheim" not in str(problem.value)
