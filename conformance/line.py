"""The kit's HTTP client. The only module that knows httpx."""

import ssl
import time

import httpx

from conformance.exchange import Reply, Request


class Silence(Exception):
    """No HTTP answer; the text says how."""


class Line:
    """One HTTP client. Safe to share between threads."""

    def __init__(self, timeout: float, tls: ssl.SSLContext | None = None) -> None:
        self._timeout = timeout
        self._client = httpx.Client(verify=True if tls is None else tls, follow_redirects=False)

    def send(self, request: Request, *, hang_up: bool = False) -> tuple[Reply, int]:
        """Send one request; the reply and the milliseconds it took. Raises Silence.

        Who hangs up has sent the whole request, and waits for nothing.
        """
        headers = list(request.headers)
        if request.token is not None:
            headers.append(("Authorization", f"Bearer {request.token}"))
        began = time.monotonic()
        try:
            answer = self._client.request(
                request.method, request.url, content=request.body or None, headers=headers,
                timeout=httpx.Timeout(self._timeout, read=0.001 if hang_up else self._timeout),
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Silence(type(error).__name__) from error
        kept = tuple((name.lower(), value) for name, value in answer.headers.items())
        return Reply(answer.status_code, kept, answer.content), round((time.monotonic() - began) * 1000)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
