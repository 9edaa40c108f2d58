"""What an index says it holds, beside what went there through us."""

import datetime as dt
from uuid import UUID

import pytest

from gateway.canonical.receipt import Status
from gateway.errors import Misconfigured
from gateway.rules.inventory import Found, Held, Line, laid, parsed

DAY = dt.date(2028, 3, 1)
ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))


def row(
    reference: object, status: str = "ACTIEF", day: str = "2028-03-01", owner: str = "i-1"
) -> dict[str, str | None]:
    return {"referentie": str(reference), "status": status, "verwijderdatum": day, "instantie": owner}


def test_every_signal_is_in_one_place() -> None:
    ours = {one: Held(Status.ACTIEF, DAY, "school") for one in (ONE, TWO, THREE, FOUR)}
    theirs = parsed([
        row(f"urn:uuid:{ONE}"), row(TWO, "archief", "2027-01-01"), row(THREE, "VERNIETIGD", ""),
        row("WEB-1"), row("WEB-2", owner="vreemd"), row("WEB-3", "VERNIETIGD", ""),
    ])  # fmt: skip
    assert list(laid(ours, theirs, {"i-1": "school"})) == [
        Line(Found.SAME, str(ONE), "school"),
        Line(Found.OTHER, str(TWO), "school", "status, verwijderdatum"),
        Line(Found.ONLY_HERE, str(THREE), "school"),
        Line(Found.ONLY_HERE, str(FOUR), "school"),
        Line(Found.ONLY_THERE, "web-1", "school"),
        Line(Found.UNOWNED, "web-2", "vreemd"),
    ]


def test_every_line_that_is_none_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as told:
        parsed([row(ONE), row(ONE), row(""), row(TWO, "weg"), row(THREE, day="1-3-2028")])
    assert [problem.partition(":")[0] for problem in told.value.problems] == ["line 3", "line 4", "line 5", "line 6"]
