"""A FHIR subscriber for tests, as a supplier might have written one: it answers a handshake, knows a repeat by its
delivery id, and notes what it heard. How it answers is scripted.
"""

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gateway.adapters.senders.fhir import xml_form
from gateway.wire.fhir_subscription import TOPIC, profile

DIES, SLOW, BUSY, REDIRECT, HUGE = "dies", "slow", "busy", "redirect", "huge"
KINDS = ("handshake", "event-notification", "heartbeat")


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    path: str
    headers: dict[str, str]
    delivery: str
    body: bytes


class Subscriber(ThreadingHTTPServer):
    """Listens; `script` says how the next requests go, after that all goes well."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.script: deque[str] = deque()
        self.requests: list[Request] = []
        """Whatever came, in its order, repeats too."""
        self.effective: dict[str, dict[str, Any]] = {}
        """By delivery id, once: the notification."""
        self.gate = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/fhir/hook"

    @property
    def heard(self) -> list[str]:
        """The delivery ids as they came, repeats too."""
        return [one.delivery for one in self.requests]

    @property
    def bodies(self) -> list[bytes]:
        return [one.body for one in self.requests]

    @property
    def headers(self) -> list[dict[str, str]]:
        return [one.headers for one in self.requests]

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.requests]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The parameters of each notification of a kind, as they took effect."""
        return [said for said in map(parameters, list(self.effective.values())) if said["type"] == kind]

    @property
    def numbers(self) -> list[int]:
        return [int(said["notification-event"]["event-number"]) for said in self.told("event-notification")]

    @property
    def tasks(self) -> list[str]:
        return [said["notification-event"]["focus"]["reference"] for said in self.told("event-notification")]


def parameters(bundle: dict[str, Any]) -> dict[str, Any]:
    return _named(bundle["entry"][0]["resource"]["parameter"])


def _named(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        one["name"]: _named(one["part"]) if "part" in one else next(v for k, v in one.items() if k != "name")
        for one in parts
    }


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Subscriber

    def do_POST(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        delivery = headers["idempotency-key"].strip('"')
        server.requests.append(Request(self.path, headers, delivery, body))
        how = server.script.popleft() if server.script else ""
        if how == BUSY:
            return self._answer(503)
        if how == REDIRECT:
            return self._answer(307, location=f"http://127.0.0.1:{server.server_port}/elders")
        if how == SLOW:
            server.gate.wait(20)
        bundle = xml_form.read(body) if self.headers["content-type"] == "application/fhir+xml" else json.loads(body)
        right(bundle, delivery)
        server.effective.setdefault(delivery, bundle)
        return self._answer(200, b"x" * (200_000 if how == HUGE else 20), dies=how == DIES)

    def _answer(self, status: int, body: bytes = b"", *, dies: bool = False, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:5] if dies else body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


def right(bundle: dict[str, Any], delivery: str) -> None:
    """What any subscriber may count on."""
    assert bundle["type"] == "history"
    assert bundle["meta"]["profile"] == [profile("backport-subscription-notification-r4")]
    assert bundle["identifier"]["value"] == bundle["entry"][0]["fullUrl"] == f"urn:uuid:{delivery}"
    said = parameters(bundle)
    assert said["topic"] == TOPIC and said["type"] in KINDS
