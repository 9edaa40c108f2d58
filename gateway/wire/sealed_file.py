"""A file that only the holder of a key file can read: pieces of AES-256-GCM, in order, with a last one that says so.

Piece n is bound to its place and to whether more follow, so that nothing can be moved, left out or cut off unseen.
"""

import base64
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import Misconfigured

MAGIC = b"VIX-UITVOER-1\n"
SALT, PIECE = 32, 65_536
LARGEST = PIECE + 16


def key_in(file: Path) -> bytes:
    """The 32 bytes that stand in a key file as base64; raises Misconfigured."""
    try:
        key = base64.b64decode(file.read_text(encoding="ascii").strip(), validate=True)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise Misconfigured(f"{file}: is not a key of 32 bytes in base64; make one with `openssl rand -base64 32`")
    return key


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"verwijsindex-gateway/uitvoer").derive(key)
    return AESGCM(derived)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


class SealedWriter:
    """Writes a sealed file; `close` writes its last piece, without which it cannot be read."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(SALT)
        self._file, self._cipher = file, _cipher(key, salt)
        self._waiting, self._number = bytearray(), 0
        file.write(MAGIC + salt)

    def write(self, content: bytes) -> None:
        """Add to it."""
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), b"meer")
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write what is left, as the last piece."""
        self._piece(bytes(self._waiting), b"slot")

    def _piece(self, plain: bytes, place: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), plain, place)
        self._file.write(struct.pack(">?I", place == b"slot", len(sealed)) + sealed)
        self._number += 1


def unsealed(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The content, piece by piece; raises Misconfigured for another key, or a file that was changed or cut off."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Misconfigured("the file is not sealed; leave the key out")
    cipher, number, last = _cipher(key, file.read(SALT)), 0, False
    while not last:
        head = file.read(5)
        last, length = struct.unpack(">?I", head) if len(head) == 5 else (True, LARGEST + 1)
        if length > LARGEST:
            raise Misconfigured("the file was cut off or changed; take another copy")
        try:
            yield cipher.decrypt(_nonce(number), file.read(length), b"slot" if last else b"meer")
        except InvalidTag:
            raise Misconfigured("the file cannot be read with this key, or was changed; take the right one") from None
        number += 1


def lines(pieces: Iterator[bytes], longest: int) -> Iterator[bytes]:
    """The lines in pieces of a file; raises Misconfigured for one that is too long."""
    held = b""
    for piece in pieces:
        *whole, held = (held + piece).split(b"\n")
        if len(held) > longest:
            raise Misconfigured("a line of the file is too long; it is no export")
        yield from whole
    if held:
        yield held
