"""Who comes with no name, a wrong one or two, or asks for what is not there."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from gateway.cli.sandbox import Sandbox, token_of
from tests.e2e.bare import GOOD, MEGABYTE, Line, ask, growth, head, is_fault
from tests.e2e.talk import BLIND, PATH, SCHOOL
from tests.hostile.corpus import MESSAGE


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
