"""Hostile JSON in, plain values out: UTF-8, bounded depth and numbers, no name twice (RFC 8259 leaves that open).

Limits on size are the door's. A byte order mark is forgiven once; what comes out holds no lone surrogate.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Never

_BOM = b"\xef\xbb\xbf"
_STRING = rb'"(?:[^"\\]|\\.)*+"?'
_STRINGS = re.compile(_STRING, re.DOTALL)
_TOKENS = re.compile(_STRING + rb"|[{}\[\],:]|[^\s{}\[\],:\"]+", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_SURROGATE = re.compile(rb"\\u[dD][89abABcdefCDEF]")
MOST_DIGITS = 15
"""Whole numbers a sender can mean; what is longer would be read differently by others."""
MOST_NUMBER = 32


class Malformed(Exception):
    """Not JSON that may be read. `reason`: encoding, syntax, duplicate, depth, number; `place` is line:column."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class _Refused(Exception):
    """A hook met what may not be read; the place is looked for afterwards."""


def read(body: bytes, *, depth: int = 40) -> Any:
    """The value of a document; raises Malformed, whose text never quotes the document."""
    body = body.removeprefix(_BOM)
    if _too_deep(body, depth):
        raise Malformed("depth", _position(body, _deep_at(body, depth)))
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("encoding", _position(body, error.start)) from None
    except json.JSONDecodeError as error:
        raise Malformed("syntax", f"{error.lineno}:{error.colno}") from None
    except _Refused:
        reason, at = _found(body)
        raise Malformed(reason, _position(body, at)) from None
    if _SURROGATE.search(body):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise Malformed("encoding") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Refused
    return members


def _whole(text: str) -> int:
    if len(text.removeprefix("-")) > MOST_DIGITS:
        raise _Refused
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if len(text) > MOST_NUMBER or math.isinf(number):
        raise _Refused
    return number


def _no_number(_: str) -> Never:
    raise _Refused


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number)


def _too_deep(body: bytes, most: int) -> bool:
    # without an escape every second quote ends a string, and it takes no search to be outside of them
    outside = _STRINGS.sub(b"", body) if b"\\" in body else b"".join(body.split(b'"')[::2])
    brackets = outside.translate(None, _NOT_BRACKETS)
    if len(brackets) <= most:
        return False
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"{[" else -1
        if depth > most:
            return True
    return False


def _deep_at(body: bytes, most: int) -> int:
    depth = 0
    for at, token in _tokens(body):
        depth += (token in (b"{", b"[")) - (token in (b"}", b"]"))
        if depth > most:
            return at
    return 0


def _tokens(body: bytes) -> Iterator[tuple[int, bytes]]:
    return ((found.start(), found[0]) for found in _TOKENS.finditer(body))


def _found(body: bytes) -> tuple[str, int]:
    """Which hook refused, and where: the first name that stands twice in its object, or the first bad number."""
    names: list[set[str]] = []
    before = (0, b"")
    for at, token in _tokens(body):
        if token in (b"{", b"["):
            names.append(set())
        elif token in (b"}", b"]"):
            names.pop()
        elif token == b":":
            name = json.loads(before[1])
            if name in names[-1]:
                return "duplicate", before[0]
            names[-1].add(name)
        elif not token.startswith(b'"') and _bad_number(token.decode()):
            return "number", at
        before = (at, token)
    return "number", 0


def _bad_number(token: str) -> bool:
    try:
        _DECODER.decode(token)
    except _Refused:
        return True
    except json.JSONDecodeError:
        return False
    return False


def _position(body: bytes, offset: int) -> str:
    line, start = body.count(b"\n", 0, offset) + 1, body.rfind(b"\n", 0, offset)
    return f"{line}:{offset - start}"
