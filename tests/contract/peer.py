"""A real server at the other end of a socket, which reads a request and then misbehaves as it is told."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from gateway.canonical.order import Unknown
from gateway.wire.http import HttpTransport
from gateway.wire.message import WireRequest, WireResponse

REQUEST = WireRequest(b"<geheim/>", "text/xml; charset=utf-8", {"soapaction": '"urn:doe"'})
OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 4\r\n\r\n<a/>"
ANSWER = WireResponse(200, b"<a/>", "text/xml")
NO_TIME, BROKEN = Unknown(reason="tijd"), Unknown(reason="verbroken")

Script = Callable[[socket.socket, int], None]
"""What a peer does once it read a request: with which connection, and the how manieth request it is."""


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
