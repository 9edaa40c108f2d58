"""Requirement x role x format: which scenarios try it there or, from a closed list, why none does."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from conformance.rules import Requirement, Rules, Wrong

FORMS: Mapping[str, tuple[str, ...]] = {
    "gateway": ("soap", "json", "fhir", "csv"),
    "zender": ("soap", "json", "fhir", "csv"),
    "index": ("index",),
}
ROLES = {"VIG": "gateway", "VIZ": "zender", "VII": "index"}
"""The role that a requirement's id begins with; VIG-SOAP-001 is of one format only."""
MOST_REASONS = 0.10


@dataclass(frozen=True, slots=True)
class Cell:
    """One requirement in one format: what tries it, or why nothing does; neither is a hole."""

    requirement: Requirement
    role: str
    form: str
    scenarios: tuple[str, ...]
    reason: str = ""

    @property
    def hole(self) -> bool:
        """Whether nothing tries it and nothing says why."""
        return not self.scenarios and not self.reason


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells, by requirement and format; `texts` says what each reason stands for."""

    cells: tuple[Cell, ...]
    texts: Mapping[str, Mapping[str, str]]

    @property
    def tried(self) -> list[Cell]:
        """The cells with a scenario."""
        return [one for one in self.cells if one.scenarios]

    @property
    def reasoned(self) -> list[Cell]:
        """The cells with a reason."""
        return [one for one in self.cells if one.reason]

    @property
    def holes(self) -> list[Cell]:
        """The cells with neither."""
        return [one for one in self.cells if one.hole]

    @property
    def whole(self) -> bool:
        """Whether there is no hole, and at most one reason for ten cells."""
        return not self.holes and len(self.reasoned) <= MOST_REASONS * len(self.cells)


def of(rules: Rules, written: str | None = None) -> Matrix:
    """The matrix of some rules; `written` holds the reasons. Raises Wrong when a reason fits no empty cell."""
    said = tomllib.loads(_written() if written is None else written)
    reasons = {
        (eis, form): row["reden"] for row in said.get("cel", []) for eis in row["eisen"] for form in row["formaten"]
    }
    if strange := sorted({*reasons.values()} - {*said["reden"]}):
        raise Wrong(f"reasons.toml: {', '.join(strange)} is geen reden van de lijst")
    tried: dict[tuple[str, str], list[str]] = {}
    for scenario in rules.scenarios:
        for form in scenario.formaten:
            for eis in scenario.within(form).eisen:
                tried.setdefault((eis, form), []).append(scenario.id)
    cells = []
    for eis, requirement in sorted(rules.requirements.items()):
        role, forms = _where(eis)
        for form in forms:
            found = tuple(dict.fromkeys(tried.get((eis, form), [])))
            reason = reasons.pop((eis, form), "")
            if found and reason:
                raise Wrong(f"reasons.toml: {eis} wordt in {form} wel getoetst")
            cells.append(Cell(requirement, role, form, found, reason))
    if reasons:
        raise Wrong(f"reasons.toml: {', '.join(sorted(eis for eis, _ in reasons))} is hier geen eis")
    return Matrix(tuple(cells), said["reden"])


def _where(eis: str) -> tuple[str, tuple[str, ...]]:
    """The role a requirement is of, and the formats it holds for."""
    role, *form, _ = eis.split("-")
    return ROLES[role], (form[0].lower(),) if form else FORMS[ROLES[role]]


def _written() -> str:
    return files("conformance.rules").joinpath("reasons.toml").read_text(encoding="utf-8")
