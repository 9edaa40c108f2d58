"""A small HTTP server: each request goes to one function, and what that says is done to the connection.

Standard library only, a thread per connection, HTTP/1.1 with Content-Length or chunks.
"""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from conformance.exchange import Reply, Request

MOST = 20_000_000
"""Bytes of a body that is read; a longer one is refused with 413."""
_LINE = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is done to a request: after `wait` seconds a reply, of its body only `cut` bytes, or nothing at all."""

    reply: Reply | None
    wait: float = 0.0
    cut: int | None = None


class TooLong(Exception):
    """A body that is longer than is read."""


class Listener:
    """Listens on a port of its own from `start` to `stop`. `answer` is called by many threads at once."""

    def __init__(self, answer: Callable[[Request], Answer], *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._server = _Server((host, port), answer)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.port = int(self._server.server_address[1])
        self.url = f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Take requests from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take no more; who still waits for an answer gets none."""
        self._server.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name != "nt"
    request_queue_size = 100

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Answer]) -> None:
        super().__init__(address, _Handler)
        self.answer = answer
        self.ended = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is nobody's fault here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "verwijsindex-toets", ""
    timeout = 120
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """One request, whatever its method."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        try:
            body = self._body()
        except (TooLong, ValueError) as wrong:
            too_long = isinstance(wrong, TooLong)
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_long else HTTPStatus.BAD_REQUEST)
            self.close_connection = True
            return
        kept = [(name.lower(), value) for name, value in self.headers.items()]
        token = "" if any(name == "authorization" for name, _ in kept) else None
        headers = tuple((name, value) for name, value in kept if name != "authorization")
        host = self.headers.get("host", "")
        asked = Request(self.command, f"http://{host}{self.path}", headers, body, token)
        self._give(self.server.answer(asked))

    def _give(self, answer: Answer) -> None:
        if answer.wait:
            self.server.ended.wait(answer.wait)
        if answer.reply is None or self.server.ended.is_set():
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        reply = answer.reply
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if answer.cut is not None:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(reply.body if answer.cut is None else reply.body[: answer.cut])

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = int(self.headers.get("content-length") or 0)
        if not 0 <= length <= MOST:
            raise TooLong
        return self.rfile.read(length)

    def _chunks(self) -> bytes:
        found = bytearray()
        while size := int(self.rfile.readline(_LINE).split(b";")[0], 16):
            if size < 0 or len(found) + size > MOST:
                raise TooLong
            found += self.rfile.read(size)
            self.rfile.readline(_LINE)
        while self.rfile.readline(_LINE).strip():
            pass
        return bytes(found)

    def log_message(self, *_: object) -> None:
        """Nothing: what passes is in the transcript."""
