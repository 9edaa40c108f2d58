"""Messages without end, in pieces, with two lengths or half: what the door holds of them, and how long it waits."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.cli.sandbox import Sandbox, sandbox
from gateway.web.connection import HEAD_BYTES, Connection
from tests.e2e.bare import GOOD, MEGABYTE, Line, ask, growth, head, is_fault
from tests.e2e.talk import Sender, until
from tests.hostile.corpus import MESSAGE, NOW


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
    monkeypatch.setattr(Connection, "patience", 1.5)
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
    assert time.monotonic() - began < 20
    for close in waiting:
        close()
    assert until(lambda: untouched.house.store.read.tally()["signals"] == {})
