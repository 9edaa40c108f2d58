"""A bare connection to a door, and what a gateway in this process may grow by meanwhile."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from urllib.parse import urlsplit

import psutil

from gateway.cli.sandbox import Sandbox, token_of
from tests.e2e.talk import KOP, PATH, SCHOOL, XML, Told, at_once, envelope

MEGABYTE = 1_000_000


class Line:
    """A bare connection: bytes as they are, no mending."""

    def __init__(self, gateway: str) -> None:
        host, _, port = urlsplit(gateway).netloc.partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20)
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_all_it_takes(self, piece: bytes, times: int) -> int:
        """Send a piece over and over; how often it was taken before the other side hung up."""
        for sent in range(times):
            try:
                self.send(piece)
            except OSError:
                return sent
        return times

    def head(self) -> bytes:
        """The head of the next answer; empty when there is none."""
        while b"\r\n\r\n" not in self._heard and self._more():
            pass
        head, _, self._heard = self._heard.partition(b"\r\n\r\n")
        return head

    def told(self) -> Told:
        """The next answer; status 0 when the other side hung up instead."""
        start, *lines = self.head().decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self._heard) < length and self._more():
            pass
        body, self._heard = self._heard[:length], self._heard[length:]
        return Told(int(start.split(" ")[1]) if start else 0, headers, body)

    def _more(self) -> bool:
        try:
            data = self._socket.recv(65_536)
        except ConnectionResetError:
            return False
        self._heard += data
        return bool(data)

    def close(self) -> None:
        self._socket.close()


def head(length: int | None, *more: str, token: str = token_of(SCHOOL), start: str = f"POST {PATH} HTTP/1.1") -> bytes:
    lines = [start, "Host: gateway", f"Content-Type: {XML}", *more]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def ask(place: Sandbox, *pieces: bytes) -> Told:
    """Send these bytes on a connection of its own and read one answer."""
    with Line(place.gateway) as line:
        for piece in pieces:
            line.send(piece)
        return line.told()


GOOD = envelope(f"<vi:capaciteiten>{KOP}</vi:capaciteiten>")


def is_fault(told: Told, *codes: str) -> bool:
    """Whether it is a Fault of the contract with at least these codes."""
    return told.status == 500 and told.headers["content-type"] == XML and told.valid() and set(codes) <= told.codes


@contextmanager
def growth(limit: int) -> Iterator[None]:
    """This process may not grow by more than so many bytes, at any moment."""
    process = psutil.Process()
    before = peak = process.memory_info().rss
    done = False

    def look() -> None:
        nonlocal peak
        while not done:
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.005)

    with at_once([look]):
        try:
            yield
        finally:
            done = True
    assert peak - before < limit
