"""A proxy between the kit and a system under test: real HTTP, each exchange handed to one function that may bend it."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

NUMBER = "x-proxy-nummer"
"""The header with which a reply says which exchange it was."""
HOP = frozenset(
    {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive", "date", "server"}
)


@dataclass(frozen=True)
class Passed:
    """A reply on its way to the kit. `chunks`: in pieces of so many bytes; `dropped`: the connection ends instead."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wait: float = 0.0
    chunks: int = 0
    dropped: bool = False

    @property
    def kind(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")


Forward = Callable[[], Passed]
Bend = Callable[[int, Forward], Passed]


class Proxy:
    """Listens on a port of its own; `bend` gets the number of the exchange and how to forward it."""

    def __init__(self, upstream: str, bend: Bend) -> None:
        self.upstream = upstream.rstrip("/")
        self.bend = bend
        self.client = httpx.Client(timeout=60.0)
        self.lock = threading.Lock()
        self.count = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.client.close()

    def number(self) -> int:
        with self.lock:
            self.count += 1
            return self.count

    def forward(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Passed:
        kept = [(name, value) for name, value in headers if name.lower() not in HOP | {"host", "accept-encoding"}]
        said = self.client.request(method, self.upstream + path, headers=kept, content=body or None)
        told = tuple(
            (name, value.replace(self.upstream, self.url)) for name, value in said.headers.items() if name not in HOP
        )
        return Passed(said.status_code, told, said.content.replace(self.upstream.encode(), self.url.encode()))


def transparent(_: int, forward: Forward) -> Passed:
    """Nothing is bent."""
    return forward()


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            own = proxy.url.encode()
            body = body.replace(own, proxy.upstream.encode()) if own in body else body
            number = proxy.number()
            headers = list(self.headers.items())
            told = proxy.bend(number, lambda: proxy.forward(self.command, self.path, headers, body))
            if told.wait:
                time.sleep(told.wait)
            if told.dropped:
                self.close_connection = True
                return
            with suppress(ConnectionError):
                self._give(replace(told, headers=(*told.headers, (NUMBER, str(number)))))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815

        def _give(self, told: Passed) -> None:
            self.send_response_only(told.status)
            for name, value in told.headers:
                self.send_header(name, value)
            if told.chunks:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for start in range(0, len(told.body), told.chunks):
                    piece = told.body[start : start + told.chunks]
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")
            else:
                self.send_header("Content-Length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
