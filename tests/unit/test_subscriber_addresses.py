"""Where a notification may go: below what an operator allows, read in one way only."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.command import Said
from gateway.canonical.finding import Finding
from gateway.canonical.subscription import Stand, Subscribe
from gateway.rules.subscriptions import HEADERS, PERIODS, Allowed, Wanted, admit, number, within

ALLOWED = ("https://lvs.example/fhir/", "https://lvs.example:8443", "http://127.0.0.1:8080/a/b")
NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "address",
    [
        "https://lvs.example/fhir",
        "https://lvs.example/fhir/",
        "https://LVS.example:443/fhir/hook?van=school",
        "https://lvs.example/fhir//hook",
        "https://lvs.example:8443",
        "https://lvs.example:8443/waar-dan-ook",
        "http://127.0.0.1:8080/a/b/c",
    ],
)
def test_an_address_below_an_allowed_one_is_allowed(address: str) -> None:
    assert within(address, ALLOWED)


@pytest.mark.parametrize(
    "address",
    [
        "https://lvs.example/",
        "https://lvs.example/fhirs",
        "https://lvs.example/anders/fhir",
        "https://lvs.example:444/fhir",
        "http://lvs.example/fhir",
        "https://lvs.example.kwaad.example/fhir",
        "https://kwaad.example/fhir",
        "https://lvs.example@kwaad.example/fhir",
        "https://wie:geheim@lvs.example/fhir",
        "https://lvs.example/fhir/../beheer",
        "https://lvs.example/fhir/./beheer",
        "https://lvs.example/fhir/..;/beheer",
        "https://lvs.example/fhir/hook;x=1",
        "https://lvs.example/fhir/%2e%2e/beheer",
        "https://lvs.example/fhir/..%2fbeheer",
        "https://lvs.example\\@kwaad.example/fhir",
        "https://lvs.example/fhir#deel",
        "https://lvs.example/fhir hook",
        "https://lvs.example/fhir\n",
        "https://lvs..example/fhir",
        "https:lvs.example/fhir",
        "//lvs.example/fhir",
        "ftp://lvs.example/fhir",
        "file:///etc/passwd",
        "http://127.0.0.1:8080/a",
        "http://127.1:8080/a/b",
        "http://2130706433:8080/a/b",
        "http://[::1]:8080/a/b",
        "http://169.254.169.254/latest/meta-data",
        "",
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not within(address, ALLOWED)


@given(st.text(alphabet="abc.:/@#?%\\[]-_ 0189", max_size=30))
def test_who_sends_reads_an_allowed_address_as_we_did(rest: str) -> None:
    """Whatever is behind an allowed address, the client connects to that very server, and asks below that path."""
    address = f"https://lvs.example/fhir{rest}"
    if within(address, ALLOWED):
        url = httpx.URL(address)
        assert (url.scheme, url.host, url.port) in {("https", "lvs.example", None), ("https", "lvs.example", 8443)}
        assert url.raw_path.startswith(b"/fhir") and b".." not in url.path.encode().split(b"/")


def asked(**said: str | None) -> Subscribe:
    more: Mapping[str, Any] = {name: Said(text, name) for name, text in said.items() if text is not None}
    return Subscribe(**{
        "formaat": "fhir", "contract": "fhir-1", "here": "x", "payload": "application/fhir+json",
        "endpoint": Said("https://lvs.example/fhir/hook", "endpoint"),
    } | dict(more))  # fmt: skip


def judged(asked_for: Subscribe) -> Wanted | tuple[Finding, ...]:
    return admit(asked_for, Allowed(ALLOWED, 3, 60), NOW)


def refused(asked_for: Subscribe) -> list[tuple[str, str]]:
    told = judged(asked_for)
    assert not isinstance(told, Wanted)
    return [(finding.code, finding.at) for finding in told]


def test_what_is_not_said_is_as_usual() -> None:
    wanted = judged(asked())
    assert isinstance(wanted, Wanted)
    assert (wanted.stand, wanted.channel.heartbeat, wanted.channel.timeout) == (Stand.REQUESTED, None, 5)
    assert (wanted.channel.headers, wanted.ends, wanted.keeps) == ((), None, True)


@pytest.mark.parametrize(("stand", "expected"), [("requested", "requested"), ("active", "requested"), ("off", "off")])
def test_a_handshake_comes_first_whatever_is_asked(stand: str, expected: str) -> None:
    wanted = judged(asked(stand=stand))
    assert isinstance(wanted, Wanted) and wanted.stand == expected


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"heartbeat": "59"}, PERIODS),
        ({"heartbeat": "86401"}, PERIODS),
        ({"heartbeat": "0"}, PERIODS),
        ({"timeout": "11"}, PERIODS),
        ({"timeout": "0"}, PERIODS),
        ({"timeout": "vijf"}, PERIODS),
        ({"ends": "2026-11-21T09:00:00Z"}, "VIX-1105"),
        ({"ends": "morgen"}, "VIX-1105"),
        ({"stand": "error"}, "VIX-1105"),
        ({"endpoint": "https://kwaad.example/"}, "VIX-1431"),
    ],
)
def test_what_lies_outside_its_bounds_is_refused_at_its_place(said: dict[str, str], code: str) -> None:
    assert refused(asked(**said)) == [(code, next(iter(said)))]


def test_everything_wrong_is_told_at_once() -> None:
    wrong = asked(heartbeat="1", timeout="99", ends="2020-01-01T00:00:00Z", endpoint="https://kwaad.example")
    assert [code for code, _ in refused(wrong)] == ["VIX-1431", PERIODS, PERIODS, "VIX-1105"]


def test_without_an_address_there_is_no_subscription() -> None:
    nowhere = Subscribe(formaat="fhir", contract="fhir-1", here="x", payload="", places={"endpoint": "daar"})
    assert refused(nowhere) == [("VIX-1106", "daar")]


def with_headers(*lines: str) -> Subscribe:
    said = tuple(Said(line, f"header[{position}]") for position, line in enumerate(lines))
    return Subscribe(
        formaat="fhir", contract="fhir-1", here="x", payload="application/fhir+json", headers=said,
        endpoint=Said("https://lvs.example/fhir", "endpoint"),
    )  # fmt: skip


def test_headers_are_the_receivers_own() -> None:
    wanted = judged(with_headers("Authorization: Bearer a b", "X-Sleutel:1"))
    assert isinstance(wanted, Wanted) and not wanted.keeps
    assert wanted.channel.headers == (("authorization", "Bearer a b"), ("x-sleutel", "1"))


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (["Host: kwaad.example"], 0),
        (["Content-Type: text/plain"], 0),
        (["Transfer-Encoding: chunked"], 0),
        (["Idempotency-Key: 1"], 0),
        (["Proxy-Authorization: x"], 0),
        (["X-Een: 1", "x-een: 2"], 1),
        (["X-Een: 1\r\nHost: kwaad.example"], 0),
        (["X-Een: é"], 0),
        (["X-Een"], 0),
        (["X-Een: "], 0),
        (["X Een: 1"], 0),
        ([f"X-Een: {'a' * 501}"], 0),
        ([f"X-{position}: 1" for position in range(6)], 5),
    ],
)
def test_a_header_that_is_not_is_refused_at_its_place(lines: list[str], at: int) -> None:
    assert refused(with_headers(*lines)) == [(HEADERS, f"header[{at}]")]


@pytest.mark.parametrize("text", ["-1", "1.0", "²", "", "1" * 16])
def test_a_number_of_an_event_is_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(text)
    assert number("0017") == 17
