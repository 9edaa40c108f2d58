"""Who is logged in on the page: accounts of the configuration, or a proxy that says who somebody is.

A session is a cookie that only the key ring can make; nothing of it is stored. It ends by itself, and at once when its
account's password changes or the account is gone. Trying passwords gets slower with every failure.
"""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from gateway.clock import monotonic
from gateway.config import AccountConfig, Config
from gateway.flow.directory import Caller
from gateway.store.keyring import KeyRing, mac

COOKIE = "verwijsindex"
_NUMBER = re.compile("[0-9]{1,11}")
COST, BLOCK, TOGETHER = 2**14, 8, 1
"""What a password costs to try (scrypt): 16 MB and some tens of milliseconds."""
FREE_TRIES = 5
LONGEST_PAUSE = 900.0
Headers = Mapping[bytes, bytes]


def hashed(password: str) -> str:
    """A password as the configuration keeps it."""
    salt = os.urandom(16)
    return "$".join(["scrypt", _told(salt), _told(_scrypt(password, salt))])


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=TOGETHER, dklen=32)


def _told(some: bytes) -> str:
    return base64.b64encode(some).decode()


def fits(password: str, kept: str) -> bool:
    """Whether a password is the kept one; takes as long when it is not."""
    _, salt, expected = kept.split("$")
    return hmac.compare_digest(_scrypt(password, base64.b64decode(salt)), base64.b64decode(expected))


@dataclass(slots=True)
class _Tries:
    """Failures of one account since it last got in."""

    failed: int = 0
    closed_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Sessions:
    """Logs in, and recognises who did. `now` is wall-clock seconds."""

    accounts: Mapping[str, AccountConfig]
    key: bytes
    seconds: int
    secure: bool
    now: Callable[[], float]
    proxies: frozenset[str] = frozenset()
    header: bytes = b""
    """By which a proxy we trust says who is logged in; then there are no passwords here."""
    _tries: dict[str, _Tries] = field(default_factory=dict)

    @classmethod
    def of(cls, config: Config, ring: KeyRing, now: Callable[[], float]) -> "Sessions":
        """The sessions of a configuration."""
        page = config.page
        return cls(
            accounts={account.name: account for account in page.accounts},
            key=ring.session,
            seconds=page.minutes * 60,
            secure=config.http.base_url.startswith("https://"),
            now=now,
            proxies=frozenset(config.http.trusted_proxies),
            header=page.user_header.lower().encode(),
        )

    def log_in(self, name: str, password: str) -> str | None:
        """A cookie for who knows the password; None for who does not, or must wait. Slow: call it from a thread."""
        account = self.accounts.get(name)
        if account is None or not account.password:
            _scrypt(password, b"nobody")
            return None
        tries = self._tries.setdefault(name, _Tries())
        if monotonic() < tries.closed_until:
            return None
        if not fits(password, account.password):
            tries.failed += 1
            if tries.failed >= FREE_TRIES:
                tries.closed_until = monotonic() + min(2.0 ** (tries.failed - FREE_TRIES), LONGEST_PAUSE)
            return None
        self._tries.pop(name, None)
        return self._cookie(self._sealed(account, int(self.now()) + self.seconds), self.seconds)

    def log_out(self) -> str:
        """A cookie that takes the other away."""
        return self._cookie("", 0)

    def identify(self, headers: Headers, peer: str) -> Caller | None:
        """The organisation whose matches somebody may see; None for who is not logged in."""
        account = self._by_proxy(headers, peer) if self.header else self._by_cookie(headers)
        return Caller(frozenset({account.partner})) if account else None

    def _by_proxy(self, headers: Headers, peer: str) -> AccountConfig | None:
        if peer not in self.proxies:
            return None
        return self.accounts.get(headers.get(self.header, b"").decode("latin-1"))

    def _by_cookie(self, headers: Headers) -> AccountConfig | None:
        try:
            morsel = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
        except CookieError:
            return None
        shown = morsel.value if morsel else ""
        name, _, until = shown.rpartition(".")[0].rpartition(".")
        account = self.accounts.get(name)
        if account is None or not _NUMBER.fullmatch(until) or int(until) < self.now():
            return None
        return account if hmac.compare_digest(self._sealed(account, int(until)).encode(), shown.encode()) else None

    def _sealed(self, account: AccountConfig, until: int) -> str:
        """Bound to the account as it is: its organisation, its password, its end."""
        proof = mac(self.key, "session", account.name, account.partner, account.password, str(until)).hex()
        return f"{account.name}.{until}.{proof}"

    def _cookie(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.secure else ""
        return f"{COOKIE}={value}; Path=/match; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
