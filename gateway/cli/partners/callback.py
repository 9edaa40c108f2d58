"""A partner's own service of the contract "terugmelding": it is told of matches, and says that it was.

Idempotent on the delivery id, as the contract asks.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

from lxml import etree

from gateway.cli.partners.exchange import Exchange
from gateway.cli.partners.soap import read

NAMESPACE = "urn:x-verwijsindex-gateway:terugmelding:1"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MOST = 1_000_000


class Callback(ThreadingHTTPServer):
    """Listens on a free port; what it heard stands in `heard`, in order, each delivery once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: dict[str, Exchange] = {}

    @property
    def url(self) -> str:
        """Where the gateway reaches it."""
        return f"http://127.0.0.1:{self.server_port}/terugmelding"

    def about(self, source: str) -> Exchange | None:
        """The first that it was told of one of its own signals."""
        named = f"bronSignaalId>{source}<".encode()
        return next((exchange for exchange in list(self.heard.values()) if named in exchange.sent), None)


class _Handler(BaseHTTPRequestHandler):
    server: Callback

    def do_POST(self) -> None:
        """Take one message and confirm it; what it reads is the message, not its own answer."""
        sent = self.rfile.read(min(int(self.headers.get("content-length", 0)), _MOST))
        told = etree.fromstring(sent)
        [body] = told.iterfind(f"{{{_SOAP}}}Body/*")
        name = etree.QName(body).localname
        delivery = body.findtext(f"{{{NAMESPACE}}}kop/{{{NAMESPACE}}}aflevering") or ""
        answer = (
            f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header>'
            f"<wsa:MessageID>urn:uuid:{uuid4()}</wsa:MessageID><wsa:RelatesTo>urn:uuid:{delivery}</wsa:RelatesTo>"
            f'</soap:Header><soap:Body><t:{name}Antwoord xmlns:t="{NAMESPACE}"><t:aflevering>{delivery}</t:aflevering>'
            f"</t:{name}Antwoord></soap:Body></soap:Envelope>"
        ).encode()
        self.server.heard.setdefault(delivery, Exchange(sent, answer, ("xml", "xml"), lambda _: read(sent)))
        self.send_response(200)
        self.send_header("content-type", "text/xml; charset=utf-8")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing: what came stands in the evidence."""


@contextmanager
def callback() -> Iterator[Callback]:
    """Run one."""
    with Callback() as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
