"""What strangers, broken clients and enemies send to the door of a whole gateway, and what they get for it."""

import json
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psutil
import pytest
from lxml import etree

from gateway.cli.sandbox import Sandbox, sandbox, token_of
from gateway.web.connection import HEAD_BYTES, Connection
from tests.e2e.talk import BLIND, PATH, SCHOOL, SOAP, VI, XML, Sender, Told, at_once, envelope, until
from tests.hostile.corpus import CANARIES, CASES, MESSAGE, NOW, WSA, Case

MEGABYTE = 1_000_000
NAMESPACES = {"soap": SOAP, "vi": VI, "wsa": WSA}
LINE_AND_COLUMN = re.compile(r"[0-9]+:[0-9]+")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("hostile"), clock=NOW, wait_seconds=0) as running:
        yield running


@pytest.fixture
def untouched(place: Sandbox) -> Iterator[Sandbox]:
    """The gateway; the test may leave nothing in it, and it still serves."""
    before = place.house.store.read.tally()
    yield place
    assert place.house.store.read.tally() == before
    with Sender(place.gateway) as sender:
        assert sender.say("capaciteiten").status == 200


class Line:
    """A bare connection: bytes as they are, no mending."""

    def __init__(self, gateway: str) -> None:
        host, _, port = urlsplit(gateway).netloc.partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20)
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_all_it_takes(self, piece: bytes, times: int) -> int:
        """Send a piece over and over; how often it was taken before the other side hung up."""
        for sent in range(times):
            try:
                self.send(piece)
            except OSError:
                return sent
        return times

    def head(self) -> bytes:
        """The head of the next answer; empty when there is none."""
        while b"\r\n\r\n" not in self._heard and self._more():
            pass
        head, _, self._heard = self._heard.partition(b"\r\n\r\n")
        return head

    def told(self) -> Told:
        """The next answer; status 0 when the other side hung up instead."""
        start, *lines = self.head().decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self._heard) < length and self._more():
            pass
        body, self._heard = self._heard[:length], self._heard[length:]
        return Told(int(start.split(" ")[1]) if start else 0, headers, body)

    def _more(self) -> bool:
        try:
            data = self._socket.recv(65_536)
        except ConnectionResetError:
            return False
        self._heard += data
        return bool(data)

    def close(self) -> None:
        self._socket.close()


def head(length: int | None, *more: str, token: str = token_of(SCHOOL), start: str = f"POST {PATH} HTTP/1.1") -> bytes:
    lines = [start, "Host: gateway", f"Content-Type: {XML}", *more]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def ask(place: Sandbox, *pieces: bytes) -> Told:
    """Send these bytes on a connection of its own and read one answer."""
    with Line(place.gateway) as line:
        for piece in pieces:
            line.send(piece)
        return line.told()


GOOD = envelope("<vi:capaciteiten><vi:kop><vi:bronSysteem>bron</vi:bronSysteem></vi:kop></vi:capaciteiten>")


def is_fault(told: Told, *codes: str) -> bool:
    """Whether it is a Fault of the contract with at least these codes."""
    return told.status == 500 and told.headers["content-type"] == XML and told.valid() and set(codes) <= told.codes


# the corpus


def judged(case: Case, body: bytes, told: Told) -> list[str]:
    """What is wrong with the answer to a case."""
    if case.accepted:
        return [] if told.status == 200 and told.valid() else [f"not accepted: {told.status} {told.codes}"]
    if not is_fault(told, *case.told):
        return [f"no fault with {case.told}: {told.status} {told.codes}"]
    wrong = [f"shows {canary}" for canary in (*CANARIES, "kanarie") if canary.lower() in told.body.decode().lower()]
    for finding in told.find("bevinding")[:20]:
        texts = {str(etree.QName(child).localname): child.text or "" for child in finding}
        wrong += [f"{texts['code']} has no {name}" for name in ("regel", "herstel", "rule", "fix") if not texts[name]]
        wrong += [f"{texts['code']} at {texts['plaats']}"] * (not points_into(body, texts["plaats"]))
    return wrong


def points_into(body: bytes, at: str) -> bool:
    """Whether a place is a line and column, or an XPath to an element of the message or to where it is missing."""
    if not at.startswith("/"):
        return at == "" or LINE_AND_COLUMN.fullmatch(at) is not None
    tree = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True))
    while not tree.xpath(at, namespaces=NAMESPACES):
        at, _, missing = at.rpartition("/")
        if not missing.startswith(("vi:", "wsa:")):
            return False
    return True


def send_case(sender: Sender, case: Case, number: int) -> tuple[bytes, Told]:
    body = case.build()
    if case.accepted:
        body = body.replace(b"kanarie-17", b"kanarie-%03d" % number)
    return body, sender.post(body, content_type=case.content_type, **dict(case.headers))


def test_every_hostile_message_gets_its_fault_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cases = [case for case in CASES if case.by != "door"]
    with sandbox(tmp_path, clock=NOW, wait_seconds=0) as place, Sender(place.gateway) as sender:
        answers = [send_case(sender, case, number) for number, case in enumerate(cases)]
        signals = place.house.store.read.tally()["signals"]
    wrong = {case.name: judged(case, *answer) for case, answer in zip(cases, answers, strict=True)}
    assert not {name: found for name, found in wrong.items() if found}
    assert signals == {"ACTIEF": sum(case.accepted for case in cases)}
    assert not [canary for canary in CANARIES if canary in caplog.text]


@pytest.mark.parametrize("case", [case for case in CASES if case.by == "door"], ids=lambda case: case.name)
def test_what_is_far_too_large_gets_its_fault_too(untouched: Sandbox, case: Case) -> None:
    with Sender(untouched.gateway) as sender:
        _, told = send_case(sender, case, 0)
    assert is_fault(told, *case.codes)


# size and framing


@contextmanager
def growth(limit: int) -> Iterator[None]:
    """This process may not grow by more than so many bytes, at any moment."""
    process = psutil.Process()
    before = peak = process.memory_info().rss
    done = False

    def look() -> None:
        nonlocal peak
        while not done:
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.005)

    with at_once([look]):
        try:
            yield
        finally:
            done = True
    assert peak - before < limit


def test_fifty_megabytes_without_a_length_are_not_held(untouched: Sandbox) -> None:
    piece = b"10000\r\n" + b"k" * 65_536 + b"\r\n"
    with growth(30 * MEGABYTE), Line(untouched.gateway) as line:
        line.send(head(None, "Transfer-Encoding: chunked"))
        line.send_all_it_takes(piece, 800)
        line.send(b"0\r\n\r\n")
        assert is_fault(line.told(), "VIX-1007")


def test_a_message_of_exactly_the_limit_is_read_and_one_byte_more_is_not(untouched: Sandbox) -> None:
    most = untouched.house.config.http.max_body_bytes
    with Sender(untouched.gateway) as sender:
        assert sender.post(GOOD.ljust(most)).status == 200
        assert sender.post(GOOD.ljust(most + 1)).codes == {"VIX-1007"}
    chunked = [b"%x\r\n" % len(GOOD), GOOD, b"\r\n", b"%x\r\n" % (most - len(GOOD) + 1)]
    over = ask(
        untouched, head(None, "Transfer-Encoding: chunked"), *chunked, b" " * (most - len(GOOD) + 1), b"\r\n0\r\n\r\n"
    )
    assert is_fault(over, "VIX-1007")


def test_a_chunked_message_in_pieces_of_a_byte_is_a_message(untouched: Sandbox) -> None:
    pieces = b"".join(b"1;ext=kanarie\r\n%c\r\n" % byte for byte in GOOD)
    told = ask(untouched, head(None, "Transfer-Encoding: chunked"), pieces, b"0\r\nTrailer: x\r\n\r\n")
    assert told.status == 200


LENGTHS = {
    "negative": ["Content-Length: -1"],
    "words": ["Content-Length: kanarie"],
    "beyond 64 bits": [f"Content-Length: {2**64 + len(GOOD)}"],
    "two": [f"Content-Length: {len(GOOD)}", "Content-Length: 5"],
    "with chunks": [f"Content-Length: {len(GOOD)}", "Transfer-Encoding: chunked"],
    "chunks twice named": ["Transfer-Encoding: identity, kanarie"],
    "with a space before the colon": [f"Content-Length : {len(GOOD)}"],
}


@pytest.mark.parametrize("lines", LENGTHS.values(), ids=LENGTHS)
def test_a_length_that_says_two_things_is_refused(untouched: Sandbox, lines: list[str]) -> None:
    assert ask(untouched, head(None, *lines), GOOD).status in (400, 0)


def test_a_length_that_is_too_small_leaves_a_truncated_message(untouched: Sandbox) -> None:
    with Line(untouched.gateway) as line:
        line.send(head(len(GOOD) - 9) + GOOD)
        first = line.told()
        assert is_fault(first, "VIX-1001") or first.status == 400
        assert line.told().status in (400, 0)


@pytest.mark.parametrize("sent", [0, 100, len(MESSAGE) - 1])
def test_whoever_leaves_halfway_leaves_nothing(untouched: Sandbox, sent: int) -> None:
    body = MESSAGE.encode()
    for _ in range(20):
        with Line(untouched.gateway) as line:
            line.send(head(len(body)) + body[:sent])


def test_two_messages_in_one_breath_get_two_answers(untouched: Sandbox) -> None:
    with Line(untouched.gateway) as line:
        line.send((head(len(GOOD)) + GOOD) * 2)
        assert [line.told().status, line.told().status] == [200, 200]


# patience


def test_a_request_that_does_not_become_whole_is_hung_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 0.4)
    starts = {
        "nothing": b"",
        "half a head": b"POST /soap/v1 HTTP/1.1\r\nHost:",
        "a head": head(500),
        "half a body": head(500) + b"<kanarie>",
        "half a chunk": head(None, "Transfer-Encoding: chunked") + b"ff\r\n<kanarie>",
    }
    with sandbox(tmp_path, clock=NOW) as place:
        lines = {name: Line(place.gateway) for name in starts}
        for name, start in starts.items():
            lines[name].send(start)
        with Sender(place.gateway) as sender:
            assert sender.post(GOOD).status == 200
            assert {name: line.told().status for name, line in lines.items()} == dict.fromkeys(starts, 0)
            assert sender.post(GOOD).status == 200, "who is between two requests is not hung up on"
        for line in lines.values():
            line.close()


FLOODS: dict[str, tuple[bytes, bytes]] = {
    "many headers": (b"POST /soap/v1 HTTP/1.1\r\n", b"X-Kanarie: " + b"k" * 1_000 + b"\r\n"),
    "one header without end": (b"POST /soap/v1 HTTP/1.1\r\nX-Kanarie: ", b"k" * 1_000),
    "a header name without end": (b"POST /soap/v1 HTTP/1.1\r\n", b"k" * 1_000),
    "an address without end": (b"GET /soap/v1?", b"k" * 1_000),
    "many headers, and an offer": (b"POST /soap/v1 HTTP/1.1\r\nUpgrade: h2c\r\n", b"X-Kanarie: kkk\r\n" * 60),
}


@pytest.mark.parametrize(("start", "piece"), FLOODS.values(), ids=FLOODS)
def test_a_head_without_end_is_cut_off(untouched: Sandbox, start: bytes, piece: bytes) -> None:
    with growth(30 * MEGABYTE), Line(untouched.gateway) as line:
        line.send(start)
        taken = line.send_all_it_takes(piece, 100_000) * len(piece)
        with suppress(OSError):
            assert line.told().status in (431, 400, 0)
    assert taken < 30 * MEGABYTE


def test_a_head_with_everything_a_proxy_adds_is_read(untouched: Sandbox) -> None:
    added = [f"X-Forwarded-{n}: {'v' * 200}" for n in range(HEAD_BYTES // 250)]
    assert ask(untouched, head(len(GOOD), *added) + GOOD).status == 200


# methods and paths


STRANGE = {
    "PUT": (f"PUT {PATH} HTTP/1.1", 405),
    "DELETE": (f"DELETE {PATH} HTTP/1.1", 405),
    "OPTIONS": (f"OPTIONS {PATH} HTTP/1.1", 405),
    "TRACE": (f"TRACE {PATH} HTTP/1.1", 405),
    "PATCH": (f"PATCH {PATH} HTTP/1.1", 405),
    "a method nobody knows": (f"KANARIE {PATH} HTTP/1.1", 400),
    "CONNECT": ("CONNECT kanarie:443 HTTP/1.1", 400),
    "OPTIONS *": ("OPTIONS * HTTP/1.1", 404),
    "another path": ("POST /soap/v2 HTTP/1.1", 404),
    "the root": ("GET / HTTP/1.1", 404),
    "up and up": (f"GET {PATH}/../../etc/passwd HTTP/1.1", 404),
    "a NUL in the path": (f"GET {PATH}%00 HTTP/1.1", 404),
    "documentation": ("GET /docs HTTP/1.1", 404),
    "schema of FastAPI": ("GET /openapi.json HTTP/1.1", 404),
    "figures without the token": ("GET /metrics HTTP/1.1", 401),
    "the index's management": ("GET /beheer/signalen HTTP/1.1", 404),
    "the door, asked for nothing": (f"GET {PATH} HTTP/1.1", 404),
    "a schema that is no schema": (f"GET {PATH}?xsd=../../keyring.json HTTP/1.1", 404),
    "an address of bytes": (f"GET {PATH}?\xff\xfe=%ff%fe&&&=&xsd HTTP/1.1", 400),
    "another protocol": ("PRI * HTTP/2.0", 400),
    "no protocol": ("GET /", 404),
    "a web socket": (f"GET {PATH} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a", 404),
}


@pytest.mark.parametrize(("start", "status"), STRANGE.values(), ids=STRANGE)
def test_other_methods_and_paths_are_nobodys(untouched: Sandbox, start: str, status: int) -> None:
    told = ask(untouched, head(None, start=start))
    assert told.status == status
    assert b"Traceback" not in told.body and b"kanarie" not in told.body.lower()
    assert (told.headers.get("allow") == "GET, POST") == (status == 405)


def test_a_method_that_is_not_ours_may_have_a_body(untouched: Sandbox) -> None:
    assert ask(untouched, head(len(MESSAGE), start=f"PUT {PATH} HTTP/1.1"), MESSAGE.encode()).status == 405


def test_the_contract_is_given_to_whoever_asks(untouched: Sandbox) -> None:
    connection = HTTPConnection(urlsplit(untouched.gateway).netloc)
    for method in ("GET", "HEAD"):
        connection.request(method, f"{PATH}?WSDL")
        answer = connection.getresponse()
        assert answer.status == 200
        assert (b"definitions" in answer.read()) == (method == "GET")
    connection.request("GET", "/health")
    assert json.load(connection.getresponse())["status"] == "ok"
    connection.close()


# who is calling


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


STRANGERS = {
    "nobody": [],
    "a token of nobody": [bearer("sandbox-kanarie")],
    "no token": ["Authorization: Bearer"],
    "an empty line": ["Authorization:"],
    "another scheme": [f"Authorization: Basic {token_of(SCHOOL)}"],
    "no scheme": [f"Authorization: {token_of(SCHOOL)}"],
    "a digest instead of the token": [bearer("a" * 64)],
    "two tokens": [bearer(f"{token_of(SCHOOL)},{token_of(BLIND)}")],
    "the token twice": [bearer(token_of(SCHOOL)), bearer(token_of(SCHOOL))],
    "a wrong one and the right one": [bearer("kanarie"), bearer(token_of(SCHOOL))],
    "the right one and a wrong one": [bearer(token_of(SCHOOL)), bearer("kanarie")],
    "two organisations": [bearer(token_of(SCHOOL)), bearer(token_of(BLIND))],
    "bytes": ["Authorization: Bearer \xff\xfe\x80"],
    "a certificate, from nowhere": ["Client-Cert: :a2FuYXJpZQ==:"],
}


@pytest.mark.parametrize("lines", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_turned_away_before_its_body_is_sent(untouched: Sandbox, lines: list[str]) -> None:
    with Line(untouched.gateway) as line:
        line.send(head(500, *lines, token=""))
        told = line.told()
        assert told.status == 401 and told.valid() and told.codes == {"VIX-1904"}
        assert told.headers["www-authenticate"].startswith("Bearer")
        assert b"kanarie" not in told.body.lower()


def test_a_stranger_that_asks_first_is_never_told_to_go_on(untouched: Sandbox) -> None:
    with Line(untouched.gateway) as line:
        line.send(head(500, "Expect: 100-continue", token="sandbox-kanarie"))
        assert line.head().startswith(b"HTTP/1.1 401 ")
    with Line(untouched.gateway) as line:
        line.send(head(len(GOOD), "Expect: 100-continue"))
        assert line.head() == b"HTTP/1.1 100 Continue"
        line.send(GOOD)
        assert line.told().status == 200


def test_a_stranger_that_sends_on_still_reads_why_it_was_turned_away(untouched: Sandbox) -> None:
    with growth(30 * MEGABYTE), Line(untouched.gateway) as line:
        line.send(head(40 * MEGABYTE, token="sandbox-kanarie"))
        line.send_all_it_takes(b"k" * MEGABYTE, 40)
        assert line.told().status == 401


def test_nobody_speaks_for_an_organisation_without_its_mandate(untouched: Sandbox) -> None:
    for name in (BLIND, "kanarie", "-", " "):
        body = GOOD.replace(b"</vi:kop>", f"<vi:organisatie>{name}</vi:organisatie></vi:kop>".encode())
        told = ask(untouched, head(len(body)), body)
        assert is_fault(told) and b"kanarie" not in told.body and told.codes <= {"VIX-1905", "VIX-1105"}


def test_many_who_wait_halfway_keep_nobody_from_the_door(untouched: Sandbox) -> None:
    body = MESSAGE.encode()
    waiting: list[Callable[[], None]] = []
    for _ in range(200):
        line = Line(untouched.gateway)
        line.send(head(len(body)) + body[:100])
        waiting.append(line.close)
    began = time.monotonic()
    with Sender(untouched.gateway) as sender:
        assert sender.post(GOOD).status == 200
    assert time.monotonic() - began < 2
    for close in waiting:
        close()
    assert until(lambda: untouched.house.store.read.tally()["signals"] == {})
