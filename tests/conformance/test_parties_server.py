"""The server that the kit's own parties listen with: what it reads, and how it breaks off."""

import datetime as dt
import socket

import httpx
import pytest

from conformance.formats import index_served
from conformance.parties.server import MOST, Answer, Listener


def test_a_server_reads_chunks_and_hangs_up_when_told():
    heard_bodies = []
    answers = iter([Answer(None), Answer(None)])

    def answer(request):
        heard_bodies.append((request.body, request.token, request.header("authorization")))
        return next(answers)

    with Listener(answer) as listener:
        for body in (iter([b"een", b"twee"]), b"drie"):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.post(listener.url, content=body, headers={"Authorization": "Bearer geheim"})
    assert heard_bodies == [(b"eentwee", "", ""), (b"drie", "", "")]


def test_a_body_without_end_is_not_read():
    with Listener(lambda _: Answer(None)) as listener, socket.create_connection(("127.0.0.1", listener.port)) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {MOST + 1}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_half_an_answer_breaks_off():
    reply = index_served.fault(
        {"draad": {"messageID": "x"}}, {"code": "c", "plek": "client", "omschrijving": "o", "herhaalbaar": False}
    )
    with Listener(lambda _: Answer(reply, cut=40)) as listener, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(listener.url, content=b"x")


def test_who_stops_does_not_wait_for_a_silence():
    began = dt.datetime.now(dt.UTC)
    with Listener(lambda _: Answer(None, wait=60)) as listener, pytest.raises(httpx.HTTPError):
        httpx.post(listener.url, content=b"x", timeout=0.2)
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=10)
