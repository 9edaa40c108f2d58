"""The verdict for other software: `oordeel` of `results/uitslag-1.schema.json`, with what each requirement says."""

import json
from typing import Any

from conformance.judge import Outcome
from conformance.result import Result, data
from conformance.signing import level


def report(result: Result) -> dict[str, Any]:
    """The verdict with the texts a reader of it needs."""
    made = data(result.verdict)
    for row, line in zip(made["eisen"], result.verdict.lines, strict=True):
        requirement = line.requirement
        row |= {
            "nl": requirement.nl,
            "en": requirement.en,
            "bron": requirement.bron,
            "waarneming": requirement.waarneming,
        }
        if line.outcome is Outcome.FAILED:
            row |= {"herstel": requirement.herstel, "fix": requirement.fix}
        if waiver := result.waived(requirement.id, line.form):
            row["ontheffing"] = {"reden": waiver.reden, "tot": waiver.tot, "door": waiver.door}
    header = result.header
    about = {key: header.get(key, "") for key in ("begonnen", "kit", "versie", "product", "build", "nonce")}
    return {**made, "toets": about | {"contracten": header.get("contracten", {}), "niveau": level(result)}}


def text(result: Result) -> str:
    """The file."""
    return json.dumps(report(result), ensure_ascii=False, indent=2) + "\n"
