"""The only module that speaks SMTP: one message, one session, one total deadline.

Until the message itself went out the answer is Retry; after that, what broke off is Unknown.
"""

import contextlib
import smtplib
import ssl
from pathlib import Path
from typing import Literal

from gateway.canonical.order import Retry, Unknown
from gateway.clock import monotonic
from gateway.wire.message import WireRequest, WireResponse

NO_CONNECTION = "geen-verbinding"
BROKEN = "verbroken"


class SmtpTransport:
    """A mail server. Safe to share between threads: nothing is kept between two messages."""

    def __init__(
        self,
        *,
        tls: Literal["none", "starttls", "implicit"] = "starttls",
        authority: Path | None = None,
        user: str = "",
        password: str = "",
    ) -> None:
        self._tls = tls
        self._context = ssl.create_default_context(cafile=str(authority) if authority else None)
        self._user = user
        self._password = password

    def exchange(self, request: WireRequest, *, url: str, deadline: float) -> WireResponse | Retry | Unknown:
        """Send one message to `url`, which is host:port; `from` and `to` are its headers."""
        until = monotonic() + deadline
        host, _, port = url.rpartition(":")
        try:
            session = self._session(host, int(port), deadline)
        except (OSError, smtplib.SMTPException):
            return Retry(reason=NO_CONNECTION)
        with contextlib.closing(session):
            return self._sent(session, request, until)

    def greets(self, *, url: str, deadline: float) -> bool:
        """Whether the server lets us in."""
        host, _, port = url.rpartition(":")
        try:
            with contextlib.closing(self._session(host, int(port), deadline)) as session:
                self._enter(session, monotonic() + deadline)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def _enter(self, session: smtplib.SMTP, until: float) -> None:
        if self._tls == "starttls":
            _bound(session, until).starttls(context=self._context)
        if self._user:
            _bound(session, until).login(self._user, self._password)
        _bound(session, until).ehlo_or_helo_if_needed()

    def _session(self, host: str, port: int, seconds: float) -> smtplib.SMTP:
        if self._tls == "implicit":
            return smtplib.SMTP_SSL(host, port, timeout=seconds, context=self._context)
        return smtplib.SMTP(host, port, timeout=seconds)

    def _sent(self, session: smtplib.SMTP, request: WireRequest, until: float) -> WireResponse | Retry | Unknown:
        begun = False
        try:
            self._enter(session, until)
            for code, _ in (session.mail(request.headers["from"]), session.rcpt(request.headers["to"])):
                if code >= 300:
                    return WireResponse(code, b"")
            begun = True
            code, _ = _bound(session, until).data(request.body)
        except smtplib.SMTPResponseException as answer:
            return WireResponse(int(answer.smtp_code), b"")
        except (OSError, smtplib.SMTPException):
            return Unknown(reason=BROKEN) if begun else Retry(reason=BROKEN)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            session.quit()
        return WireResponse(code, b"")

    def close(self) -> None:
        """Nothing is held."""


def _bound(session: smtplib.SMTP, until: float) -> smtplib.SMTP:
    """The session, whose next step may take what is left of the time; raises TimeoutError when nothing is."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    if session.sock is not None:
        session.sock.settimeout(left)
    return session
