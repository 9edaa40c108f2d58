"""The FHIR door: pages that anybody may read, and for everything else messages.

What may be asked where stands in the adapter's table of routes; a page answers GET, whatever else is asked of its
path goes the way of messages and is told there that it cannot be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from gateway.web.asgi import Door, Receive, Scope, Send, answer, headers_of
from gateway.web.message_door import MOST_PARAMETERS, SEEN
from gateway.wire.message import WireRequest, WireResponse

PATH = "/fhir"
MOST_BYTES = 65_536
"""A signal is a tenth of this; R4's models are slow enough to be worth the limit."""
Page = Callable[[WireRequest], WireResponse]
"""From a request without a body to its answer; at once, without I/O."""


@dataclass(frozen=True, slots=True)
class FhirDoor:
    """Answers every path below its own. `pages` by the path below it (`metadata`), `apart` by its first part."""

    messages: Door
    pages: Mapping[str, Page]
    apart: Mapping[str, Door]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        below = scope["path"].removeprefix(f"{PATH}/")
        page = self.pages.get(below) if scope["method"] == "GET" else None
        if page is None:
            door = self.apart.get(below.partition("/")[0], self.messages)
            await door(scope, receive, send)
            return
        told = page(_request(scope, below))
        headers = [(name.encode(), value.encode("latin-1")) for name, value in told.headers.items()]
        await answer(send, told.status, told.body, told.content_type, *headers)


def _request(scope: Scope, below: str) -> WireRequest:
    headers = headers_of(scope)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)[:MOST_PARAMETERS]
    said = {name.decode(): headers[name].decode("latin-1") for name in SEEN if name in headers}
    return WireRequest(b"", "", said, "GET", f"/{below}", dict(query))
