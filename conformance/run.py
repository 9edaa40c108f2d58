"""A run as its transcript tells it: what it plays, which scenes there were, what passed in each.

Made from rows and the rules of their day alone. Judging, reporting and going on with a run all look through it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance import formats
from conformance.exchange import Exchange
from conformance.rules import Rules, Scenario
from conformance.scene import Scene
from conformance.transcript import Row
from conformance.values import Message

MEETING = "kennismaking"
"""The scene in which every party asks what it may do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One scenario to be played: in a form, for one of its rows."""

    scenario: Scenario
    row: int
    form: str

    @property
    def name(self) -> str:
        """What the transcript calls it."""
        return self.scenario.id if len(self.scenario.voor) == 1 else f"{self.scenario.id}/{self.row + 1}"

    @property
    def looks_back(self) -> bool:
        """Whether it says something of what was played before it."""
        return any(step.doe == "terugkijken" for step in self.scenario.stappen)


def plan(rules: Rules, header: Mapping[str, Any]) -> list[Part]:
    """What a run plays, in order: its role, packs and formats, and what `alleen` names.

    Looking back is last, and needs something to look back on: with it all the rest is played. A person who works
    through a worksheet does what was chosen and no more.
    """
    chosen, only = header["pakketten"], set(header.get("alleen", []))
    all_parts = [
        Part(scenario.within(form), row, form)
        for form in header["formaten"]
        for scenario in rules.of(header["rol"])
        if form in scenario.formaten and scenario.pakket in chosen
        for row in range(len(scenario.voor))
        if form in scenario.voor[row].get("formaten", form)
    ]
    parts = [one for one in all_parts if not only or only & {one.scenario.id, *one.scenario.eisen}]
    if header["rol"] != "zender" and any(one.looks_back for one in parts):
        parts = all_parts
    return sorted(parts, key=lambda one: one.looks_back)


class Run:
    """The rows of a run, read. Of a part that was played more than once the last attempt counts."""

    def __init__(self, rows: Sequence[Row], rules: Rules) -> None:
        self.rows = rows
        self.rules = rules
        self.header = rows[0]

    @cached_property
    def parts(self) -> list[Part]:
        """What it plays, in order."""
        return plan(self.rules, self.header)

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """All that passed."""
        return [Exchange.of(row) for row in self.rows if row["soort"] == "uitwisseling"]

    @cached_property
    def scenes(self) -> dict[tuple[str, str], Scene]:
        """What was begun, by the name of its part and the format, with what was exchanged in it."""
        parts = {(one.name, one.form): one for one in self.parts}
        found: dict[tuple[str, str], Scene] = {}
        for row in self.rows:
            if row["soort"] == "scenario" and (row["scenario"], row["formaat"]) in parts:
                key = row["scenario"], row["formaat"]
                found[key] = Scene(parts[key].scenario, self.header, row)
        for one in self.exchanges:
            scene = found.get((one.scenario, one.form))
            if scene is not None and one.attempt == scene.start["poging"]:
                scene.exchanges.append(one)
        for row in self.rows:
            scene = found.get((row["scenario"], row["formaat"])) if row["soort"] == "stap_af" else None
            if scene is not None and row["poging"] == scene.start["poging"]:
                scene.done[row["stap"]] = row["n"]
        told = capabilities(self.exchanges) or {"school": self.header.get("kan", {})}
        sworn = {row["eis"]: row for row in self.rows if row["soort"] == "verklaring"}
        for scene in found.values():
            scene.capabilities, scene.sworn = told, sworn
        return found

    @cached_property
    def ended(self) -> dict[tuple[str, str], Row]:
        """The row with which each part was ended."""
        return {(row["scenario"], row["formaat"]): row for row in self.rows if row["soort"] == "scenario_af"}

    @property
    def finished(self) -> bool:
        """Whether it was ended as a whole."""
        return any(row["soort"] == "af" for row in self.rows)


def capabilities(exchanges: Iterable[Exchange]) -> dict[str, Message]:
    """What the system said each party may do."""
    found: dict[str, Message] = {}
    for one in exchanges:
        if one.scenario == MEETING:
            said = formats.heard(one)
            if said["uitkomst"] == "aangenomen":
                found.setdefault(one.party, said)
    return found
