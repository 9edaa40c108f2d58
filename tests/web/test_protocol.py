"""A request that offers another protocol, as Java's HTTP client does: it is read as any other, body and all."""

import socket
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.cli.sandbox import sandbox, token_of
from gateway.web.connection import Connection
from tests.web.edge import XML, envelope

OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n"
BODY = envelope("capaciteiten")


def head(offer: str, length: str = f"Content-Length: {len(BODY)}") -> bytes:
    token = token_of("school-de-wilg")
    lines = f"Host: gateway\r\nContent-Type: {XML}\r\nAuthorization: Bearer {token}\r\n{length}\r\n"
    return f"POST /soap/v1 HTTP/1.1\r\n{offer}{lines}\r\n".encode()


CHUNKED = head(OFFER, "Transfer-Encoding: chunked"), b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
WAYS = {
    "at once": (head(OFFER) + BODY,),
    "head and body": (head(OFFER), BODY),
    "cut in the body": (head(OFFER) + BODY[:50], BODY[50:]),
    "in chunks": CHUNKED,
    "in chunks, at once": (b"".join(CHUNKED),),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        url = urlsplit(running.gateway)
        yield str(url.hostname), int(url.port or 0)


def said(connection: socket.socket) -> int:
    """The status of the next answer on a connection, which is read to its end."""
    answer = HTTPResponse(connection)
    answer.begin()
    assert b"capaciteitenAntwoord" in answer.read()
    return answer.status


@pytest.mark.parametrize(
    "pieces",
    [
        [head(OFFER) + BODY],
        [head(OFFER), BODY],
        [head(OFFER) + BODY[:50], BODY[50:]],
        list(CHUNKED),
        [b"".join(CHUNKED)],
    ],
    ids=["at once", "head and body", "in the middle", "chunked", "chunked at once"],
)
def test_an_offer_is_left_lying_and_the_body_is_read(address: tuple[str, int], pieces: tuple[bytes, ...]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        assert said(connection) == 200


@pytest.mark.parametrize("offers", [("", OFFER, "", OFFER), (OFFER, "", OFFER)])
def test_a_connection_goes_on_with_and_without_offers(address: tuple[str, int], offers: tuple[str, ...]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        for offer in offers:
            connection.sendall(head(offer) + BODY)
            assert said(connection) == 200


def test_an_offer_in_a_body_is_text(address: tuple[str, int]) -> None:
    body = BODY.replace(b"<bronSysteem>test", b"<bronSysteem>GET / HTTP/1.1\r\nUpgrade: h2c\r\n")
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(head("", f"Content-Length: {len(body)}"))
        time.sleep(0.05)
        connection.sendall(body)
        assert said(connection) == 200


def test_who_makes_an_offer_gets_no_more_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 1)
    with sandbox(tmp_path) as running:
        url = urlsplit(running.gateway)
        for start in (head(OFFER)[:-30], head(OFFER), head(OFFER) + BODY[:50]):
            with socket.create_connection((str(url.hostname), int(url.port or 0)), timeout=10) as connection:
                connection.sendall(start)
                assert connection.recv(1) == b"", "the gateway hangs up"
