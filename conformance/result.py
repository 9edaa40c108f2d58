"""The result file `uitslag.json`: the whole run, the verdict on it, the waivers beside it and who signed.

A reader needs nothing else: the verdict can be made again from the run in it, bit for bit. What stands in it came from
outside and is read as such: a file that is not what it should be raises Broken, never anything else.
"""

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from conformance import rules
from conformance.exchange import Exchange
from conformance.judge import ATTESTED, Finding, Line, Verdict, judge
from conformance.rules import Rules, Wrong
from conformance.transcript import Broken, Row, canonical, checked

KIND = "verwijsindex-toets uitslag 1"
CONTRACT = "contract v1 van dit project"
MOST = 500_000_000
"""Bytes of a result file that are read."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A requirement that a region lets go for a while. It stands beside the verdict and changes nothing of it."""

    eis: str
    reden: str
    tot: str
    door: str
    formaat: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A run with its verdict."""

    rows: Sequence[Row]
    rules: Rules
    verdict: Verdict
    waivers: tuple[Waiver, ...] = ()
    signatures: tuple[Row, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def header(self) -> Row:
        """What the run is."""
        return self.rows[0]

    @property
    def lines(self) -> list[Line]:
        """What the kit itself could see. What a person attested stands apart: `verdict.attested`."""
        return [one for one in self.verdict.lines if one.requirement.waarneming != ATTESTED]

    @property
    def exchanges(self) -> dict[int, Exchange]:
        """What passed, by number."""
        return {row["n"]: Exchange.of(row) for row in self.rows if row["soort"] == "uitwisseling"}

    @property
    def as_it_was(self) -> bool:
        """Whether the verdict made now is, to the bit, the one in the file."""
        return canonical(self.stored) == canonical(data(self.verdict))

    def waived(self, eis: str, form: str) -> Waiver | None:
        """The waiver that held for a requirement on the day of the run."""
        day = str(self.header["begonnen"])[:10]
        named = [one for one in self.waivers if one.eis == eis and one.formaat in ("", form)]
        return next((one for one in named if day < one.tot), None)


def of(rows: Sequence[Row], held: Rules | None = None, waivers: Iterable[Waiver] = ()) -> Result:
    """The result of a run, under the rules of its own day unless others are given."""
    held = held or rules.of_run(rows[0])
    verdict = judge(rows, held)
    return Result(rows, held, verdict, tuple(waivers), stored=data(verdict))


def data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is written: `results/uitslag-1.schema.json`, `oordeel`."""
    header = verdict.header
    return {
        "contract": CONTRACT,
        "rol": header["rol"],
        "formaten": header["formaten"],
        "run": header["run"],
        "regels": verdict.rules,
        "regels_van": header["regels_van"],
        "af": verdict.finished,
        "voldoet": verdict.passed,
        "geheel": verdict.passed and not verdict.partial,
        "niet_over_het_geheel": [*verdict.partial],
        "eisen": [
            {
                "eis": one.requirement.id,
                "formaat": one.form,
                "niveau": one.requirement.niveau,
                "uitkomst": str(one.outcome),
                "bevindingen": [_finding(found) for found in one.findings],
            }
            for one in verdict.lines
        ],
    }


def write(result: Result, path: Path) -> None:
    """Write the file."""
    made = {
        "soort": KIND,
        "oordeel": data(result.verdict),
        "ontheffingen": [asdict(one) for one in result.waivers],
        "handtekeningen": [*result.signatures],
        "verloop": [*result.rows],
    }
    path.write_bytes(canonical(made) + b"\n")


def read(path: Path) -> Result:
    """Read a file and judge its run anew; raises Broken."""
    if path.stat().st_size > MOST:
        raise Broken(f"{path.name} is groter dan {MOST} bytes")
    try:
        given = json.loads(path.read_bytes())
        if given["soort"] != KIND:
            raise Broken(f"{path.name} is geen uitslag van deze toets, of van een andere versie")
        found = of(checked(iter(given["verloop"])), waivers=[Waiver(**one) for one in given["ontheffingen"]])
        signatures = tuple(dict(one) for one in given["handtekeningen"])
        return Result(found.rows, found.rules, found.verdict, found.waivers, signatures, dict(given["oordeel"]))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Broken(f"{path.name} is geen uitslag van deze toets ({type(error).__name__})") from None


def waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file `ontheffingen.toml`; raises Wrong."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("ontheffing", [])
        found = tuple(Waiver(**{key: str(value) for key, value in row.items()}) for row in rows)
        for one in found:
            dt.date.fromisoformat(one.tot)
    except (ValueError, TypeError, AttributeError) as error:
        raise Wrong(f"{path.name}: {error}") from None
    return found


def _finding(one: Finding) -> dict[str, Any]:
    made = {
        "scenario": one.scenario, "stap": one.step, "uitkomst": str(one.outcome), "verwacht": one.expected,
        "kreeg": one.got, "waar": one.at, "uitwisseling": one.n, "ander": one.other, "reden": one.reason,
    }  # fmt: skip
    return {key: value for key, value in made.items() if value or key in ("scenario", "uitkomst")}
