"""The committed run, and changes to it that tests make."""

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conformance import result, rules
from conformance.judge import fingerprint
from conformance.result import Result
from conformance.transcript import FIRST, Row, hash_of

DATA = Path(__file__).parent / "data"
RUN = DATA / "toets-1.uitslag.json"
"""A run of a faulty system: met, not met, not reached, not tested and not applicable all occur in it."""


def today() -> rules.Rules:
    """The rules of today."""
    return rules.as_of(dt.datetime.now(dt.UTC).date())


def committed() -> Result:
    return result.read(RUN)


def chained(rows: list[Row]) -> list[Row]:
    """The rows with their hashes made anew: what somebody would do who edits a transcript well."""
    before, found = FIRST, []
    for row in rows:
        found.append({**row, "vorige": before})
        before = hash_of(found[-1])
    return found


def changed(change: Callable[[Row], Any], rows: list[Row] | None = None) -> Result:
    """The committed run with every row changed in place, judged anew; it says which rules it was played under."""
    made = copy.deepcopy([*(rows or committed().rows)])
    for row in made:
        change(row)
    made[0]["regels"] = fingerprint(rules.of_run(made[0]), made[0])
    return result.of(chained(made))
