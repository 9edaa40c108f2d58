"""The only module that speaks HTTP: one request, one answer, one total deadline.

One question decides what may be said of an attempt without an answer: can a byte of the request have left?
No: Retry. Perhaps: Unknown. A kept-alive connection that turns out dead cannot be told from one that died
with our request in it, so it is Unknown too. What an answer means, and which status is what, is an adapter's.

httpx's time-outs are per read, so a peer that sends a byte now and then would hold a worker for ever; here every
read and write asks the clock first. Two things may overrun: looking up a name, which is the operating system's,
and a name with several addresses, which may each take the time to connect.
"""

import ssl
import threading
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpcore
import httpx

from gateway.canonical.order import Retry, Unknown
from gateway.clock import monotonic
from gateway.errors import Misconfigured
from gateway.wire.message import WireRequest, WireResponse

NO_CONNECTION = "geen-verbinding"
BUSY = "geen-vrije-verbinding"
ADDRESS = "adres"
NO_TIME = "tijd"
BROKEN = "verbroken"
TOO_LARGE = "te-groot"

LONGEST = 300.0
"""More seconds than any call may take: a larger deadline is a moment that was taken for a number of seconds."""


class HttpTransport:
    """A pool of HTTP/1.1 connections to one destination; one destination's slowness is then no other's.

    Safe to share between threads. No proxy, credential or CA comes from the environment, no redirect is followed,
    no cookie is kept, nothing is sent twice. A bearer `token` goes with every request.
    """

    def __init__(
        self,
        *,
        authority: Path | None = None,
        client_certificate: Path | None = None,
        client_key: Path | None = None,
        token: str = "",
        connections: int = 20,
        connect_seconds: float = 3.0,
        answer_bytes: int = 2_000_000,
    ) -> None:
        self._budget = _Budget()
        self._connect_seconds = connect_seconds
        self._answer_bytes = answer_bytes
        self._client = httpx.Client(
            transport=_Timed(_tls(authority, client_certificate, client_key), connections, self._budget),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"user-agent": "verwijsindex-gateway", "accept-encoding": "identity"}
            | ({"authorization": f"Bearer {token}"} if token else {}),
        )

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        """Send the request and read the answer within `deadline` seconds, all together."""
        if deadline > LONGEST:
            raise ValueError("deadline is a number of seconds")
        if deadline <= 0:
            return Retry(reason=NO_TIME)
        self._budget.begin(deadline)
        connect = min(self._connect_seconds, deadline)
        try:
            with self._client.stream(
                "POST",
                url,
                content=request.body,
                headers={**request.headers, "content-type": request.content_type},
                timeout=httpx.Timeout(deadline, connect=connect, pool=connect),
            ) as response:
                return self._answer(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            return Retry(reason=ADDRESS)
        except httpx.PoolTimeout:
            return Retry(reason=BUSY)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Retry(reason=NO_CONNECTION)
        except httpx.TimeoutException:
            return Unknown(reason=NO_TIME)
        except httpx.TransportError:
            return Unknown(reason=BROKEN)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _answer(self, response: httpx.Response) -> WireResponse | Unknown:
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > self._answer_bytes:
                return Unknown(reason=TOO_LARGE)
        return WireResponse(response.status_code, bytes(body), response.headers.get("content-type", ""))


def _tls(authority: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    try:
        context = (
            ssl.create_default_context(cafile=authority) if authority else httpx.create_ssl_context(trust_env=False)
        )
        if certificate:
            context.load_cert_chain(certificate, key, password="")
    except (OSError, ValueError):
        raise Misconfigured(
            "an authority, client_certificate or client_key cannot be read as PEM; mend the files"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Budget(threading.local):
    """The time that is left to the exchange of this thread, and whether a byte of it may have left."""

    ends = 0.0
    sent = False

    def begin(self, seconds: float) -> None:
        self.ends = monotonic() + seconds
        self.sent = False

    def of(self, timeout: float | None) -> float:
        """At most `timeout`; zero or less when the time is up."""
        left = self.ends - monotonic()
        return left if timeout is None else min(left, timeout)


class _Timed(httpx.HTTPTransport):
    """httpx's own transport over streams that keep a total deadline."""

    def __init__(self, context: ssl.SSLContext, connections: int, budget: _Budget) -> None:
        # httpx offers no other way to give its pool a network backend.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=15.0,
            network_backend=_TimedNetwork(budget),
        )


class _TimedNetwork(httpcore.NetworkBackend):
    def __init__(self, budget: _Budget) -> None:
        self._inner = httpcore.SyncBackend()
        self._budget = budget

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._budget.of(timeout)
        if left <= 0:
            raise httpcore.ConnectTimeout
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _TimedStream(stream, self._budget)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, budget: _Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._budget.of(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        left = self._budget.of(timeout)
        if left <= 0:
            raise httpcore.WriteTimeout if self._budget.sent else httpcore.ConnectTimeout
        self._budget.sent = True
        self._inner.write(buffer, left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._budget.of(timeout)
        if left <= 0:
            raise httpcore.ConnectTimeout
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._budget)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
