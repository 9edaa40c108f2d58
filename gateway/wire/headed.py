"""A transport that says more headers than a message has: what is secret is not kept with it, and may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.canonical.order import Retry, Unknown
from gateway.wire.http import HttpTransport
from gateway.wire.message import WireRequest, WireResponse


@dataclass(frozen=True, slots=True, repr=False)
class HeadedTransport:
    """Over another transport. The message's own headers go before these."""

    over: HttpTransport
    headers: Mapping[str, str]

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        """One exchange, with the headers."""
        said = replace(request, headers={**self.headers, **request.headers})
        return self.over.exchange(said, url=url, deadline=deadline)
