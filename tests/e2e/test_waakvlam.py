"""A gateway at an index with a login, numbers of its own and post in bags: no sender sees anything of that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.sandbox import Sandbox, sandbox
from gateway.cli.watching import Watched
from tests.e2e.talk import CARE, LEGAL, SCHOOL, Sender, told_by, until

DIALECT = "waakvlam"


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def place(tmp_path: Path, watched: Watched) -> Iterator[Sandbox]:
    with sandbox(tmp_path, clock=LEGAL, wait_seconds=3.0, dialect=DIALECT, over=watched.over) as running:
        yield running


@pytest.fixture
def school(place: Sandbox) -> Iterator[Sender]:
    with Sender(place.gateway, SCHOOL) as sender:
        yield sender


@pytest.fixture
def care(place: Sandbox) -> Iterator[Sender]:
    with Sender(place.gateway, CARE) as sender:
        yield sender


def stands(place: Sandbox, index: str = "strikt") -> dict[str, int]:
    """Registrations by status, at the index."""
    told: dict[str, int] = told_by(place.indexes[index], "telling")["signalen"]
    return told


def test_the_whole_life_of_a_signal(place: Sandbox, school: Sender, care: Sender) -> None:
    assert school.give("a-1").text("stand/bezorging") == "BIJ_INDEX"
    assert care.give("b-1").text("stand/bezorging") == "BIJ_INDEX"
    for sender, other in ((school, "Deelnemer WV-0002"), (care, "Deelnemer WV-0001")):
        assert until(lambda sender=sender: bool(sender.matches().find("match")))
        assert sender.matches().texts("betrokkene/instantie") == [other]
    assert told_by(place.indexes["strikt"], "mails") == {"mails": 2, "dubbel": 0}
    assert care.end("b-1").status == 200
    assert until(lambda: stands(place) == {"ACTIEF": 1, "ARCHIEF": 1})
    assert until(lambda: school.status("a-1").texts("match/status") == ["VERVALLEN"])
    assert school.withdraw("a-1").status == 200
    assert until(lambda: stands(place) == {"ARCHIEF": 1, "VERNIETIGD": 1})
