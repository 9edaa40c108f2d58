"""A file that only its key opens: whole, in its order, and nothing of it where anything was touched."""

import base64
import io
import os
import struct
from pathlib import Path

import pytest

from gateway.errors import Misconfigured
from gateway.wire.sealed_file import LARGEST, MAGIC, PIECE, SealedWriter, key_in, lines, unsealed

KEY = os.urandom(32)


def sealed(*contents: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key)
    for content in contents:
        writer.write(content)
    writer.close()
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unsealed(io.BytesIO(content), key))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_is_opened_with_its_key(size: int) -> None:
    plain = os.urandom(size)
    told = sealed(plain[: size // 2], plain[size // 2 :])
    assert opened(told) == plain
    assert size < 20 or plain not in told


def test_a_sealed_file_that_was_touched_or_cut_off_is_refused() -> None:
    plain = os.urandom(2 * PIECE + 7)
    told = sealed(plain)
    first, second = len(MAGIC) + 32, len(MAGIC) + 32 + 5 + LARGEST
    swapped = told[:first] + told[second : second + 5 + LARGEST] + told[first:second] + told[second + 5 + LARGEST :]
    ended = bytearray(told)
    ended[first] = 1
    huge = told[:first] + struct.pack(">?I", False, LARGEST + 1) + told[first + 5 :]
    flipped = bytearray(told)
    flipped[-1] ^= 1
    for spoiled in (told[:-1], told[:second], told[:first], swapped, bytes(ended), huge, bytes(flipped)):
        with pytest.raises(Misconfigured):
            opened(spoiled)
    with pytest.raises(Misconfigured, match="with this key"):
        opened(told, os.urandom(32))
    with pytest.raises(Misconfigured, match="is not sealed"):
        opened(plain)


def test_a_key_file_holds_32_bytes(tmp_path: Path) -> None:
    file = tmp_path / "sleutel"
    file.write_text(base64.b64encode(KEY).decode() + "\n", "ascii")
    assert key_in(file) == KEY
    for wrong in (base64.b64encode(KEY[:16]).decode(), "geen sleutel", ""):
        file.write_text(wrong, "ascii")
        with pytest.raises(Misconfigured, match="is not a key"):
            key_in(file)
    with pytest.raises(Misconfigured, match="is not a key"):
        key_in(tmp_path / "weg")


def test_lines_come_whole_however_the_pieces_fall() -> None:
    assert list(lines(iter([b"a", b"b\nc", b"\n\nd"]), 10)) == [b"ab", b"c", b"", b"d"]
    assert list(lines(iter([]), 10)) == []
    with pytest.raises(Misconfigured, match="too long"):
        list(lines(iter([b"x" * 11]), 10))
