"""What a sender is told of its file, as JSON: how far it is, what became of its rows, what it may do now."""

from collections.abc import Mapping
from typing import Any

from gateway.canonical.batch import FileFacts
from gateway.canonical.finding import Finding
from gateway.clock import wall
from gateway.flow.files import Outcome
from gateway.rules.findings import FindingTexts
from gateway.store.work import BatchState, FileBatch
from gateway.wire import problem

SILENT_SECONDS = 120.0
"""A file of which nothing was noted for so long is read by nobody any more."""


def told(outcome: Outcome, where: str, texts: FindingTexts, advice: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """A file and what came of it; `where` is its own address."""
    batch = outcome.batch
    findings = [
        {"code": code, "rijen": count, "regel": texts.text(Finding(code=code)).rule}
        for code, count in sorted(batch.tally.codes.items())
    ]
    return {
        "id": str(batch.id),
        "status": _state(batch).value,
        "wijze": "volledig" if batch.whole else "acties",
        "begonnen_op": batch.started_at.isoformat(),
        "klaar_op": batch.finished_at.isoformat() if batch.finished_at else None,
        "vervalt_op": batch.expires_at.isoformat(),
        "laatste_regel": batch.last,
        "rijen": batch.tally.rows,
        "uitkomsten": dict(batch.tally.statuses),
        "bevindingen": findings,
        "adviezen": problem.advice(outcome.advice, advice),
        "bestand": _described(batch.facts, texts),
        "resultaat": f"{where}/result.csv",
        "voorstel": _proposal(outcome, where) if batch.state is BatchState.VOORSTEL else None,
    }


def _state(batch: FileBatch) -> BatchState:
    silent = batch.state is BatchState.LOOPT and wall() - batch.moved_at > SILENT_SECONDS
    return BatchState.AFGEBROKEN if silent else batch.state


def _described(facts: FileFacts, texts: FindingTexts) -> dict[str, Any]:
    remarks = [(remark, texts.text(remark)) for remark in facts.bevindingen]
    return {
        "soort": facts.kind,
        "tekens": facts.encoding,
        "scheiding": facts.delimiter,
        "kolommen": dict(facts.columns),
        "opmerkingen": [
            {"code": remark.code, "plaats": remark.at, "regel": text.rule, "herstel": text.fix}
            for remark, text in remarks
        ],
    }


def _proposal(outcome: Outcome, where: str) -> dict[str, Any]:
    despite = "&ondanks=ja" if outcome.doubt else ""
    return {
        "beeindigen": outcome.missing,
        "twijfel": outcome.doubt.value if outcome.doubt else None,
        "lijst": f"{where}/voorstel.csv",
        "uitvoeren": f"{where}/beeindigen?aantal={outcome.missing}{despite}",
    }
