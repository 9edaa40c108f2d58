"""What a subscription may be. Where notifications may go is the operator's word; a sender only chooses below that.

An address is read in one way only: whatever could be read in two (an escape, a step upwards, a name and password) is
no address here. So nobody can have the gateway speak to what only the gateway can reach.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gateway.canonical.finding import Finding
from gateway.canonical.subscription import Channel, Stand, Subscribe
from gateway.rules import reading
from gateway.rules.reading import Reading

UNKNOWN, ELSEWHERE, PERIODS, HEADERS, TOO_MANY = "VIX-1430", "VIX-1431", "VIX-1434", "VIX-1435", "VIX-1436"
LONGEST_ADDRESS = 500
LONGEST_HEARTBEAT = 86_400
LONGEST_TIMEOUT, USUAL_TIMEOUT = 10, 5
"""Seconds. A longer attempt would outlive the worker's lease."""
MOST_HEADERS = 5

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,=:@-]*)*)(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?"
)
_PORTS = {"https": 443, "http": 80}
_HEADER = re.compile(r"([A-Za-z0-9-]{1,64}): ?([\x21-\x7e](?:[\x20-\x7e]{0,498}[\x21-\x7e])?)")
_OURS = frozenset(
    {
        *("host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "via"),
        *("accept", "accept-encoding", "cookie", "forwarded", "idempotency-key", "user-agent"),
    }
)
"""What HTTP and the gateway say themselves."""
_OUR_KINDS = ("content-", "proxy-", "sec-", "x-forwarded-", "x-original-", "x-rewrite-", "x-http-", "x-method-")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator allows an organisation's subscriptions to be."""

    addresses: tuple[str, ...]
    """Notifications go to these, and below them."""
    most: int
    shortest_heartbeat: int


class Wanted(NamedTuple):
    """A subscription as it is asked for. `keeps`: its headers are not spoken of, so that those that are known stay."""

    stand: Stand
    channel: Channel
    ends: dt.datetime | None
    keeps: bool


def admit(asked: Subscribe, allowed: Allowed, now: dt.datetime) -> Wanted | tuple[Finding, ...]:
    """What is asked for, or everything that is wrong with it."""
    read = Reading()
    endpoint = read.required(asked.endpoint, asked.place("endpoint"), LONGEST_ADDRESS)
    if endpoint and asked.endpoint and not within(endpoint, allowed.addresses):
        read.find(ELSEWHERE, asked.endpoint.at)
    stand = read.parsed(asked.stand, _asked, "VIX-1105", "requested | active | off")
    least = allowed.shortest_heartbeat
    beat = read.parsed(asked.heartbeat, _between(least, LONGEST_HEARTBEAT), PERIODS, f"{least}-{LONGEST_HEARTBEAT}")
    timeout = read.parsed(asked.timeout, _between(1, LONGEST_TIMEOUT), PERIODS, f"1-{LONGEST_TIMEOUT}")
    ends = read.parsed(asked.ends, reading.moment, "VIX-1105", "jjjj-mm-ddTuu:mm:ss+uu:mm")
    if ends is not None and asked.ends is not None and ends <= now:
        read.find("VIX-1105", asked.ends.at, limit="een moment dat nog komt")
    headers = _headers(asked, read)
    findings = (*asked.remarks, *read.findings)
    if findings or endpoint is None:
        return findings
    channel = Channel(
        endpoint=endpoint,
        payload=asked.payload,
        headers=headers,
        heartbeat=beat,
        timeout=timeout or USUAL_TIMEOUT,
    )
    return Wanted(stand or Stand.REQUESTED, channel, ends, asked.headers is None)


def number(text: str) -> int:
    """Read the number of an event; 0 is before the first."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ValueError("not a number")
    return int(text)


def within(address: str, allowed: Iterable[str]) -> bool:
    """Whether an address is one of the allowed, or below one, step by step.

    >>> within("https://lvs.example/fhir/hook?x=1", ["https://lvs.example/fhir/"])
    True
    >>> within("https://lvs.example/fhirs", ["https://lvs.example/fhir"])
    False
    """
    place = _place(address)
    return place is not None and any(_below(place, above) for one in allowed if (above := _place(one)))


class _Place(NamedTuple):
    server: tuple[str, str, int]
    steps: tuple[str, ...]


def _place(address: str) -> _Place | None:
    found = _ADDRESS.fullmatch(address)
    if found is None or ".." in found["host"]:
        return None
    steps = tuple(step for step in found["path"].split("/") if step)
    if {".", ".."} & set(steps):
        return None
    return _Place((found["scheme"], found["host"].lower(), int(found["port"] or _PORTS[found["scheme"]])), steps)


def _below(place: _Place, above: _Place) -> bool:
    return place.server == above.server and place.steps[: len(above.steps)] == above.steps


def _asked(text: str) -> Stand:
    """What a sender may ask of it: to be told (a handshake comes first, whichever word it uses), or not."""
    return {"requested": Stand.REQUESTED, "active": Stand.REQUESTED, "off": Stand.OFF}[text]


def _between(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not least <= (seconds := number(text)) <= most:
            raise ValueError("out of bounds")
        return seconds

    return parse


def _headers(asked: Subscribe, read: Reading) -> tuple[tuple[str, str], ...]:
    """Lines of the receiver's own, each name once; one that HTTP or the gateway says is not the receiver's."""
    found: dict[str, str] = {}
    for position, said in enumerate(asked.headers or ()):
        line = _HEADER.fullmatch(said.text)
        name = line[1].lower() if line else ""
        if line is None or position >= MOST_HEADERS or name in found or name in _OURS or name.startswith(_OUR_KINDS):
            read.find(HEADERS, said.at)
            return ()
        found[name] = line[2]
    return tuple(found.items())
