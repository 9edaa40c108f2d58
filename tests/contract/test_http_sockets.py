"""What may be said after an exchange with real sockets that are slow, silent, endless or broken."""

import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.canonical.order import Retry, Unknown
from gateway.wire.http import HttpTransport
from tests.contract.peer import ANSWER, BROKEN, NO_TIME, OK, REQUEST, Script, drips, peer, resets, sends, silence, timed


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
        assert 0.3 < took < 4

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
        closed = threading.Event()

        def script(stream: socket.socket, number: int) -> None:
            sends(OK, close=True)(stream, number)
            closed.set()

        with peer(script) as server:
            assert http.exchange(REQUEST, url=server.url, deadline=5) == ANSWER
            assert closed.wait(10)
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
            first = threads.submit(http.exchange, REQUEST, url=server.url, deadline=4)
            while not server.requests:
                time.sleep(0.01)
            outcome, took = timed(http, server.url, 5)
            assert outcome == Retry(reason="geen-vrije-verbinding")
            assert took < 3
            assert first.result() == NO_TIME
        http.close()

    def test_no_byte_of_a_message_is_logged(self, http: HttpTransport, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with peer(sends(OK)) as server:
            http.exchange(REQUEST, url=server.url, deadline=5)
        assert "geheim" not in caplog.text
        assert "<a/>" not in caplog.text
