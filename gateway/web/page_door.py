"""The door of the page for professionals: logging in and out, and behind that the messages of the page.

A form is taken only from our own page (SameSite cookie, and what the browser says of where the form stood).
"""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from gateway.canonical.command import Request
from gateway.canonical.receipt import Reply
from gateway.web.asgi import Disconnected, Receive, Scope, Send, TooLarge, answer, body_of, headers_of
from gateway.web.message_door import MessageDoor
from gateway.web.session import Sessions
from gateway.wire.page import CONTENT_TYPE, POLICY, document, tag

PATH = "/match"
IN, OUT = f"{PATH}/aanmelden", f"{PATH}/afmelden"
MOST_BYTES = 4_000
AT_ONCE = 2
"""How many passwords are tried at the same time: each takes memory on purpose."""
WRONG = "Naam en wachtwoord horen niet bij elkaar, of er is te vaak geprobeerd. Wacht even."
_HEADERS = ((b"cache-control", b"no-store"), (b"content-security-policy", POLICY.encode()))


@dataclass(frozen=True, slots=True)
class PageDoor:
    """Answers every path below its own."""

    messages: MessageDoor[Request, Reply]
    sessions: Sessions
    base: str
    """Scheme and host by which people reach the page."""
    _hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = headers_of(scope)
        path, method = scope["path"], scope["method"]
        if method == "POST" and not self._own(headers):
            await _page(send, 403, "Dat formulier stond niet op deze pagina.", rest=receive)
        elif path == IN and not self.sessions.header:
            await self._log_in(scope, receive, send)
        elif path == OUT and method == "POST":
            await _to(send, PATH, receive, self.sessions.log_out())
        elif self.sessions.identify(headers, (scope.get("client") or ("",))[0]) is None:
            await self._turn_away(scope, receive, send)
        else:
            await self.messages(scope, receive, send)

    def _own(self, headers: dict[bytes, bytes]) -> bool:
        """Whether a form stood on a page of ours: the browser says so in one of two ways."""
        site = headers.get(b"sec-fetch-site")
        origin = headers.get(b"origin")
        return (site in (None, b"same-origin")) and origin == self.base.encode()

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.sessions.header:
            await _page(send, 403, "U bent bij deze pagina niet bekend. Vraag toegang aan uw beheerder.", rest=receive)
        else:
            step = scope["path"].removeprefix(PATH).strip("/")
            await _to(send, f"{IN}?naar={quote(step, safe='')}" if step else IN, receive)

    async def _log_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        to = parse_qs(scope["query_string"].decode("latin-1")).get("naar", [""])[0]
        if scope["method"] != "POST":
            await _send(send, 200, _form(to))
            return
        try:
            body = await body_of(scope, receive, MOST_BYTES)
        except Disconnected:
            return
        except TooLarge as large:
            await _page(send, 413, "Dat is te veel.", rest=receive if large.more else None)
            return
        said = parse_qs(body.decode("latin-1"), max_num_fields=4, encoding="utf-8") if body.count(b"&") < 4 else {}
        name, password = (said.get(field, [""])[0] for field in ("naam", "wachtwoord"))
        async with self._hands:
            cookie = await asyncio.to_thread(self.sessions.log_in, name, password)
        if cookie is None:
            await _send(
                send,
                401,
                _form(to, "Naam en wachtwoord horen niet bij elkaar, of er is te vaak geprobeerd. Wacht even."),
            )
        else:
            await _to(send, f"{PATH}/{quote(to, safe='')}" if to else PATH, None, cookie)


def _form(to: str, wrong: str = "") -> str:
    told = [tag.P(wrong, tag.CLASS("verdict bad"), role="alert")] if wrong else []
    body = tag.BODY(
        tag.HEADER(tag.H1("Aanmelden")),
        tag.MAIN(
            tag.P("Hier staan de matches op de signalen van uw organisatie: wie er nog meer betrokken is."),
            *told,
            tag.FORM(
                tag.LABEL("Naam", **{"for": "naam"}),
                tag.INPUT(id="naam", name="naam", autocomplete="username", required="required"),
                tag.LABEL("Wachtwoord", **{"for": "wachtwoord"}),
                tag.INPUT(
                    id="wachtwoord",
                    name="wachtwoord",
                    type="password",
                    autocomplete="current-password",
                    required="required",
                ),
                tag.P(tag.BUTTON("Aanmelden", tag.CLASS("main"))),
                method="post",
                action=f"{IN}?naar={quote(to, safe='')}" if to else IN,
            ),
        ),
    )
    return document("Aanmelden", body)


async def _page(send: Send, status: int, told: str, rest: Receive | None = None) -> None:
    await _send(send, status, document(told, tag.BODY(tag.MAIN(tag.H1(told)))), rest)


async def _send(send: Send, status: int, text: str, rest: Receive | None = None) -> None:
    await answer(send, status, text.encode(), CONTENT_TYPE, *_HEADERS, rest=rest)


async def _to(send: Send, place: str, rest: Receive | None, cookie: str = "") -> None:
    more = [(b"set-cookie", cookie.encode())] if cookie else []
    await answer(send, 303, b"", CONTENT_TYPE, (b"location", place.encode()), *_HEADERS, *more, rest=rest)
