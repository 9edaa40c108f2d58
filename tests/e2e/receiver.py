"""A receiver of matches for tests: a service of the contract "terugmelding" that a supplier might have written.

It is idempotent on the delivery id, as the contract asks; how it answers is scripted.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

from lxml import etree

TM = "urn:x-verwijsindex-gateway:terugmelding:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SCHEMA = etree.XMLSchema(file="gateway/schemas/terugmelding-1.xsd")
DIES, SLOW, FAULT = "dies", "slow", "fault"


class Service(ThreadingHTTPServer):
    """Listens; `script` says how the next requests go, after that all goes well."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.script: deque[str] = deque()
        self.heard: list[str] = []
        """The delivery ids as they came, repeats too."""
        self.effective: dict[str, tuple[str, etree._Element]] = {}
        """By delivery id, once: the operation and the match."""
        self.wrong: list[str] = []
        self.tokens: set[str] = set()
        self.gate = threading.Event()
        """Requests that are to be slow end when this is set."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/terugmelding"

    @property
    def messages(self) -> list[tuple[str, etree._Element]]:
        """The operation and the match of each that took effect, as it is now: more may come in meanwhile."""
        return list(self.effective.values())

    @property
    def told(self) -> list[str]:
        return [operation for operation, _ in self.messages]

    def texts(self, path: str) -> list[str]:
        steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
        found = (match.xpath(f".//{steps}") for _, match in self.messages)
        return [one.text or "" for some in found for one in some]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_POST(self) -> None:
        body = etree.fromstring(self.rfile.read(int(self.headers["content-length"])))
        [told] = body.find(f"{{{SOAP}}}Body")  # type: ignore[misc]
        if not SCHEMA.validate(told):
            self.server.wrong.append(str(SCHEMA.error_log))
        self.server.tokens.add(self.headers.get("authorization", ""))
        operation = etree.QName(told).localname
        delivery = told.findtext(f"{{{TM}}}kop/{{{TM}}}aflevering") or ""
        self.server.heard.append(delivery)
        how = self.server.script.popleft() if self.server.script else ""
        if how == SLOW:
            self.server.gate.wait(20)
        if how == FAULT:
            fault = (
                f'<tm:terugmeldingFout xmlns:tm="{TM}"><tm:aflevering>{delivery}</tm:aflevering><tm:code>VOL</tm:code>'
                "<tm:herhaalbaar>true</tm:herhaalbaar></tm:terugmeldingFout>"
            )
            told_why = f"<faultcode>soap:Server</faultcode><faultstring>x</faultstring><detail>{fault}</detail>"
            return self._answer(500, f"<soap:Fault>{told_why}</soap:Fault>")
        self.server.effective.setdefault(delivery, (operation, told))
        answer = f'<tm:{operation}Antwoord xmlns:tm="{TM}"><tm:aflevering>{delivery}</tm:aflevering></tm:{operation}Antwoord>'  # noqa: E501
        return self._answer(200, answer, dies=how == DIES)

    def _answer(self, status: int, body: str, *, dies: bool = False) -> None:
        whole = (
            f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header>'
            f"<wsa:MessageID>urn:uuid:{uuid4()}</wsa:MessageID></soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
        ).encode()
        self.send_response(status)
        self.send_header("content-type", "text/xml; charset=utf-8")
        self.send_header("content-length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole[:40] if dies else whole)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    thread = threading.Thread(target=service.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield service
    finally:
        service.gate.set()
        service.shutdown()
        service.server_close()
        thread.join()
