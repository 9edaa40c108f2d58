"""Physical lines of text out of a stream of bytes, with the memory of one block and never more.

No statistics: a byte order mark says what it says; otherwise each line is UTF-8, and where it is not, Windows-1252 for
that line alone. A line that is neither, that has a NUL or is too long is a `Broken` in the place of its text.
"""

import codecs
from collections.abc import Callable, Iterator
from enum import Enum
from typing import BinaryIO

BLOCK = 1 << 16
LONGEST = 1 << 16
"""Of one physical line, in bytes."""

UTF_8, WINDOWS_1252, UTF_16, MIXED = "utf-8", "windows-1252", "utf-16", "gemengd"
_DAMAGED = "\ufffd"


class Broken(Enum):
    """Why a line or a record cannot be read; it stands where its text or its cells would have stood."""

    BYTES = "bytes that are no letters in UTF-8 nor in Windows-1252, or a NUL"
    LENGTH = "a longer line, a longer cell or more columns than may be"
    QUOTE = "a quote that is never closed, or stands loose within a quoted cell"


Line = str | Broken


class Lines:
    """The lines of a stream, a block at a time. LF, CRLF and lone CR end a line; no other character does."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._seen: set[str] = set()

    @property
    def encoding(self) -> str:
        """What the lines so far were: `utf-8`, `windows-1252`, `utf-16`, or `gemengd` when they differ."""
        return MIXED if len(self._seen) > 1 else next(iter(self._seen), UTF_8)

    def __iter__(self) -> Iterator[list[Line]]:
        """Runs of lines; together they are every line, in order."""
        carry, skipping = b"", False
        for block in self._blocks():
            data = carry + block
            if skipping:
                end = _first_end(data)
                if end < 0:
                    carry = data[-1:] if data.endswith(b"\r") else b""
                    continue
                data, skipping = data[end:], False
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            carry = data[cut:]
            lines = self._decoded(data[:cut]) if cut else []
            if len(carry) > LONGEST + 1:
                lines.append(Broken.LENGTH)
                carry, skipping = carry[-1:] if carry.endswith(b"\r") else b"", True
            if lines:
                yield lines
        if carry and not skipping:
            yield self._decoded(carry)

    def _blocks(self) -> Iterator[bytes]:
        first = self._read(BLOCK)
        while 0 < len(first) < 3 and (more := self._read(BLOCK)):
            first += more
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._seen.add(UTF_16)
            yield from self._wide(first)
            return
        first = first.removeprefix(codecs.BOM_UTF8)
        while first:
            yield first
            first = self._read(BLOCK)

    def _wide(self, block: bytes) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while block:
            yield decoder.decode(block).encode()
            block = self._read(BLOCK)
        yield decoder.decode(b"", final=True).encode()

    def _decoded(self, data: bytes) -> list[Line]:
        """Whole lines as text: all at once where they are one encoding, else each for itself."""
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        data = data.removesuffix(b"\n")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return [self._line(line) for line in data.split(b"\n")]
        if UTF_16 not in self._seen:
            if not text.isascii():
                self._seen.add(UTF_8)
        elif _DAMAGED in text:
            return [Broken.BYTES if _DAMAGED in line or "\0" in line else line for line in text.split("\n")]
        if "\0" in text:
            return [Broken.BYTES if "\0" in line else line for line in text.split("\n")]
        return list(text.split("\n"))

    def _line(self, data: bytes) -> Line:
        for encoding in (UTF_8, WINDOWS_1252):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not text.isascii():
                self._seen.add(encoding)
            return Broken.BYTES if "\0" in text else text
        return Broken.BYTES


def _first_end(data: bytes) -> int:
    """Where the first line ends, past its CR, LF or CRLF; -1 while that is not known."""
    ends = [end for end in (data.find(b"\n"), data.find(b"\r")) if end >= 0]
    if not ends:
        return -1
    end = min(ends)
    if data[end : end + 1] == b"\r":
        if end + 1 == len(data):
            return -1
        if data[end + 1 : end + 2] == b"\n":
            end += 1
    return end + 1


def from_stream(stream: BinaryIO, first: bytes = b"") -> Lines:
    """The lines of a stream of which `first` was read already."""
    held = [first] if first else []

    def read(size: int) -> bytes:
        return held.pop() if held else stream.read(size)

    return Lines(read)
