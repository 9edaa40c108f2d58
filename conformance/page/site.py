"""The page's server: for this computer only, and for nobody's other page.

It listens on 127.0.0.1. It answers only who asks for it by that name (a name that was made to point here is refused),
takes forms only with the proof it wrote into them, and changes nothing on a GET. A token comes in by a form and goes to
one process; it is in no address, no file and no page.
"""

import hmac
import json
import secrets
import threading
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from conformance.page import choices, views
from conformance.page.choices import Role, Unfit
from conformance.page.runs import NAME, Runs, State, today
from conformance.results.markup import Html

MOST = 64_000
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
REPORT = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-downloads"
TYPES = {"html": "text/html; charset=utf-8", "json": "application/json", "xml": "application/xml"}


class Site:
    """The server, on a port of this computer. `port` 0 takes a free one."""

    def __init__(self, runs: Runs, port: int = 0) -> None:
        self.runs = runs
        self.proof = secrets.token_urlsafe(32)
        self.stopping = threading.Event()
        site = self

        class Handler(_Handler):
            """This site's."""

            held = site

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    def serve(self) -> None:
        """Answer until closed."""
        self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        """Stop answering, and what runs."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self.runs.close()


class _Handler(BaseHTTPRequestHandler):
    held: Site
    server_version = "verwijsindex-toets"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Show something."""
        if self._stranger():
            return
        match urlsplit(self.path).path.strip("/").split("/"):
            case [""]:
                runs = [self.held.runs.state(one) for one in self.held.runs.names()[:20]]
                self._page(("Toets uw systeem", "Test your system"), views.front(choices.roles(today()), runs))
            case ["stijl.css"]:
                both = [files("conformance.results") / "report.css", files("conformance.page") / "page.css"]
                self._send(200, "\n".join(one.read_text(encoding="utf-8") for one in both).encode(), "text/css")
            case ["volg.js"]:
                self._send(200, (files("conformance.page") / "volg.js").read_bytes(), "text/javascript")
            case ["taal", ("nl" | "en") as code]:
                self._redirect("/", cookie=f"taal={code}; Path=/; SameSite=Strict; HttpOnly")
            case ["nieuw", name] if role := self._role(name):
                self._choose(role)
            case ["toets", name] if self._known(name):
                self._run(self.held.runs.state(name))
            case ["toets", name, "volg"] if self._known(name):
                self._follow(name)
            case ["toets", name, file] if self._known(name):
                self._file(name, file)
            case _:
                self._nothing()

    def do_POST(self) -> None:
        """Start or stop something."""
        if self._stranger() or (form := self._form()) is None:
            return
        match urlsplit(self.path).path.strip("/").split("/"):
            case ["nieuw", name] if role := self._role(name):
                self._begin(role, form)
            case ["toets", name, "stop"] if self._known(name):
                self.held.runs.stop(name)
                self._redirect(f"/toets/{name}")
            case ["toets", name, "afronden"] if self._known(name) and self.held.runs.asked(name)[0] == "zender":
                self.held.runs.finish(name)
                self._redirect(f"/toets/{name}")
            case ["toets", name, "verder"] if self._known(name):
                role = next(one for one in choices.known() if one.name == self.held.runs.asked(name)[0])
                hidden = {one.variable: form[one.name][0] for one in role.fields if one.variable and form.get(one.name)}
                self.held.runs.go_on(name, hidden)
                self._redirect(f"/toets/{name}")
            case _:
                self._nothing()

    def _begin(self, role: Role, form: dict[str, list[str]]) -> None:
        try:
            words, hidden = choices.command(today(), role, form)
        except Unfit as wrong:
            self._choose(role, str(wrong), 422)
            return
        self._redirect(f"/toets/{self.held.runs.begin(words, hidden)}")

    def _choose(self, role: Role, wrong: str = "", status: int = 200) -> None:
        inner = views.choose(role, today(), proof=self.held.proof, wrong=wrong)
        self._page((role.nl, role.en), inner, status=status)

    def _run(self, state: State) -> None:
        title = f"Toets {state.name}", f"Test {state.name}"
        self._page(title, views.run(state, proof=self.held.proof), refresh=state.running)

    def _follow(self, name: str) -> None:
        """Tell what changed, as it changes, until the run is over."""
        self.send_response(200)
        self._headers("text/event-stream")
        self.end_headers()
        last = ""
        while not self.held.stopping.is_set():
            state = self.held.runs.state(name)
            told = json.dumps(
                {
                    "stand": views.stand(state), "zegt": views.summary(state), "klaar": not state.running,
                    "knoppen": views.buttons(f"/toets/{name}", state, self.held.proof) or "",
                }
            )  # fmt: skip
            try:
                self.wfile.write(f"event: stand\ndata: {told}\n\n".encode() if told != last else b": \n\n")
                self.wfile.flush()
            except OSError:
                return
            if not state.running:
                return
            last = told
            self.held.stopping.wait(1.0)

    def _file(self, name: str, file: str) -> None:
        path = self.held.runs.file(name, file)
        if path is None:
            self._nothing()
            return
        self._send(200, path.read_bytes(), TYPES[file.rpartition(".")[2]], policy=REPORT)

    def _known(self, name: str) -> bool:
        return NAME.fullmatch(name) is not None and name in self.held.runs.names()

    def _role(self, name: str) -> Role | None:
        return next((one for one in choices.roles(today()) if one.name == name), None)

    def _stranger(self) -> bool:
        """Refuse who does not ask for this computer by its own name, or comes from another page."""
        origin = self.headers.get("Origin")
        own = {f"http://{one}" for one in self.held.hosts}
        good = self.headers.get("Host", "") in self.held.hosts and (origin is None or origin in own)
        if not good or (self.headers.get("Sec-Fetch-Site", "none") == "cross-site" and self.command == "POST"):
            self._send(403, b"Deze pagina is er alleen voor deze computer.\n", "text/plain; charset=utf-8")
            return True
        return False

    def _form(self) -> dict[str, list[str]] | None:
        """What was filled in; None when it was refused."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST:
            self.close_connection = True
            self._send(413, b"Te groot.\n", "text/plain; charset=utf-8")
            return None
        try:
            form = parse_qs(self.rfile.read(int(length)).decode(), max_num_fields=100)
        except ValueError:
            form = {}
        if not hmac.compare_digest(form.get("bewijs", [""])[0].encode(), self.held.proof.encode()):
            told = "Dit formulier is niet van deze pagina, of van voor een herstart. Ga terug en laad opnieuw.\n"
            self._send(403, told.encode(), "text/plain; charset=utf-8")
            return None
        return form

    def _page(self, title: tuple[str, str], inner: Html, *, status: int = 200, refresh: bool = False) -> None:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get("taal")
        except CookieError:
            cookie = None
        made = views.page(title, inner, english=cookie is not None and cookie.value == "en", refresh=refresh)
        self._send(status, made, TYPES["html"])

    def _nothing(self) -> None:
        self._send(404, b"Hier is niets.\n", "text/plain; charset=utf-8")

    def _redirect(self, where: str, cookie: str = "") -> None:
        self.send_response(303)
        self.send_header("Location", where)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self._headers("text/plain")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str, *, policy: str = POLICY) -> None:
        self.send_response(status)
        self._headers(kind, policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _headers(self, kind: str, policy: str = POLICY) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy)
        for name, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: the page is the tester's own."""
