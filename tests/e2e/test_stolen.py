"""A stolen store without the key ring shows no child, in any spelling and by no digest."""

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.e2e.stored import whole_numbers
from tests.e2e.talk import JGZ, Sender, children, person
from tests.e2e.traces import Place, quietly, running, spellings


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("stolen")) as it:
        yield it


def test_without_the_key_ring_a_stolen_store_shows_no_child(place: Place) -> None:
    register = children()
    with Sender(place.gateway, JGZ) as sender, quietly():
        for row in register:
            both = f"<vi:bsn>{row['bsn']}</vi:bsn>{person(row)}"
            assert sender.give(f"rvig-{row['bsn'][-5:]}", child=both).status == 200
    assert place.delivered()
    stolen = {path.name: path.read_bytes() for path in place.directory.glob("*.db*")}
    assert {"gateway.db", "keys.db"} <= stolen.keys()
    texts = {row[name] for row in register for name in ("bsn", "familienaam", "voornamen", "postcode")}
    telling = {spelled for text in texts if len(text) > 5 for spelled in spellings(text)}
    for row, kind in itertools.product(register, ("md5", "sha1", "sha256", "sha512")):
        digest = hashlib.new(kind, row["bsn"].encode()).digest()
        telling |= {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)}
    assert standing(telling, b"...." + sorted(telling)[0])
    assert not {name: left for name, content in stolen.items() if (left := standing(telling, content))}
    assert not numbers_of(register) & whole_numbers(place)


def numbers_of(rows: Iterable[Mapping[str, str]]) -> set[int]:
    return {int(row["bsn"]) for row in rows}


def standing(patterns: Iterable[bytes], content: bytes) -> set[bytes]:
    """Which of many patterns stand in the content: looked for all at once, by their first bytes."""
    by_start: dict[bytes, list[bytes]] = {}
    for pattern in patterns:
        by_start.setdefault(pattern[:6], []).append(pattern)
    at = (place for place in range(len(content) - 5) if content[place : place + 6] in by_start)
    return {
        pattern
        for place in at
        for pattern in by_start[content[place : place + 6]]
        if content.startswith(pattern, place)
    }
